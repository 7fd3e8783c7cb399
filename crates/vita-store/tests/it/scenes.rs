use proptest::prelude::*;
use vita_model::{ProjectId, SceneId, UserId};
use vita_store::read_model;
use vita_store::scenes::{self, Scene};

use crate::world::World;

async fn list(world: &World, owner: &UserId, project: &ProjectId) -> Vec<Scene> {
    world
        .write((owner.clone(), project.clone()), |tx, (owner, project)| {
            Box::pin(scenes::list_all_scenes(tx, owner, project))
        })
        .await
}

async fn order(world: &World, project: &ProjectId, ids: &[SceneId]) {
    let ids = serde_json::to_string(ids).unwrap();
    world
        .write(
            (project.clone(), ids, world.tick()),
            |tx, (project, ids, now)| Box::pin(scenes::order_scenes(tx, project, ids, *now)),
        )
        .await;
}

async fn delete(world: &World, owner: &UserId, scene: Scene) {
    world
        .write(
            (owner.clone(), scene, world.tick()),
            |tx, (owner, scene, now)| {
                Box::pin(async move {
                    scenes::delete_scene(tx, owner, scene).await?;
                    read_model::refresh_project(tx, &scene.project_id, *now).await
                })
            },
        )
        .await;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(vita_fixtures::postgres::cases(24)))]

    #[test]
    fn positions_stay_a_permutation_and_follow_the_order(
        acts in prop::collection::vec((0_u8..3, any::<usize>()), 1..25)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new();
            let owner = world.add_user(1).await;
            let project = world.add_project(&owner).await.id;
            let mut expected: Vec<SceneId> = Vec::new();
            for (act, place) in acts {
                match act {
                    0 => {
                        let place = place % (expected.len() + 1);
                        let scene = world.add_scene(&owner, &project, place as i64).await;
                        expected.insert(place, scene.id);
                    }
                    1 if !expected.is_empty() => {
                        let place = place % expected.len();
                        let scene = list(&world, &owner, &project).await.remove(place);
                        expected.remove(place);
                        delete(&world, &owner, scene).await;
                    }
                    2 if !expected.is_empty() => {
                        let by = place % expected.len();
                        expected.rotate_left(by);
                        order(&world, &project, &expected).await;
                    }
                    _ => {}
                }
            }
            let found = list(&world, &owner, &project).await;
            let positions: Vec<i64> = found.iter().map(|scene| scene.position).collect();
            let ids: Vec<SceneId> = found.into_iter().map(|scene| scene.id).collect();
            prop_assert_eq!(positions, (0..expected.len() as i64).collect::<Vec<_>>());
            prop_assert_eq!(ids, expected);
            Ok(())
        })?;
    }
}
