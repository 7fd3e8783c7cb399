use proptest::prelude::*;
use vita_db::{DbError, Tx};
use vita_model::{Credits, GenerationStatus, Progress, ProjectId, UserId};
use vita_store::generations::{self, Generation};
use vita_store::projects::{self, Project};
use vita_store::read_model;
use vita_store::scenes::{self, Scene};

use crate::world::World;

#[derive(Clone, Copy, Debug)]
enum Event {
    AddScene,
    DeleteScene(usize),
    AddGeneration(usize, i64),
    Move(usize, GenerationStatus),
}

fn history() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        2 => Just(Event::AddScene),
        1 => any::<usize>().prop_map(Event::DeleteScene),
        4 => (any::<usize>(), 1_i64..50).prop_map(|(scene, cost)| Event::AddGeneration(scene, cost)),
        8 => (any::<usize>(), 0_usize..5)
            .prop_map(|(which, to)| Event::Move(which, GenerationStatus::ALL[to])),
    ];
    prop::collection::vec(event, 1..30)
}

/// Does to the read model what the use cases do at each change.
async fn move_generation(tx: &mut Tx, generation: &Generation) -> Result<(), DbError> {
    generations::update_generation(tx, generation).await?;
    read_model::refresh_latest(tx, &generation.scene_id).await?;
    if generation.status == GenerationStatus::Completed {
        read_model::refresh_scene_cost(tx, &generation.scene_id).await?;
        let now = generation.updated_at;
        read_model::refresh_project(tx, &generation.project_id, now).await?;
    }
    Ok(())
}

async fn snapshot(world: &World, owner: &UserId, project: &ProjectId) -> (Project, Vec<Scene>) {
    world
        .write((owner.clone(), project.clone()), |tx, (owner, project)| {
            Box::pin(async move {
                let found = projects::find_project(tx, owner, project).await?;
                Ok((
                    found.unwrap(),
                    scenes::list_all_scenes(tx, owner, project).await?,
                ))
            })
        })
        .await
}

/// Derives everything from the generations, which are the truth.
async fn rebuild(world: &World, owner: &UserId, project: &Project) {
    world
        .write((owner.clone(), project.clone()), |tx, (owner, project)| {
            Box::pin(async move {
                for scene in scenes::list_all_scenes(tx, owner, &project.id).await? {
                    read_model::refresh_latest(tx, &scene.id).await?;
                    read_model::refresh_scene_cost(tx, &scene.id).await?;
                }
                read_model::refresh_project(tx, &project.id, project.updated_at).await
            })
        })
        .await;
}

async fn play(world: &World, owner: &UserId, project: &ProjectId, history: Vec<Event>) {
    let mut made: Vec<Generation> = Vec::new();
    let mut present: Vec<Scene> = Vec::new();
    for event in history {
        match event {
            Event::AddScene => present.push(world.add_scene(owner, project, 0).await),
            Event::DeleteScene(which) if !present.is_empty() => {
                let scene = present.remove(which % present.len());
                made.retain(|generation| generation.scene_id != scene.id);
                let args = (owner.clone(), scene, world.tick());
                world
                    .write(args, |tx, (owner, scene, now)| {
                        Box::pin(async move {
                            let found = scenes::find_scene(tx, owner, &scene.id).await?.unwrap();
                            scenes::delete_scene(tx, owner, &found).await?;
                            read_model::refresh_project(tx, &scene.project_id, *now).await
                        })
                    })
                    .await;
            }
            Event::AddGeneration(which, cost) if !present.is_empty() => {
                let scene = &present[which % present.len()];
                made.push(world.add_generation(owner, scene, cost).await);
            }
            Event::Move(which, to) if !made.is_empty() => {
                let which = which % made.len();
                let generation = &mut made[which];
                let Ok(status) = generation.status.transition(to) else {
                    continue;
                };
                generation.status = status;
                generation.has_clip = status == GenerationStatus::Completed;
                generation.progress = Progress::new(50);
                generation.updated_at = world.tick();
                world
                    .write(generation.clone(), |tx, moved| {
                        Box::pin(move_generation(tx, moved))
                    })
                    .await;
            }
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(vita_fixtures::postgres::cases(32)))]

    #[test]
    fn rebuilding_the_read_model_changes_nothing_after_any_history(history in history()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new();
            let owner = world.add_user(1).await;
            let project = world.add_project(&owner).await;
            play(&world, &owner, &project.id, history).await;
            let kept = snapshot(&world, &owner, &project.id).await;
            rebuild(&world, &owner, &kept.0).await;
            let rebuilt = snapshot(&world, &owner, &project.id).await;
            prop_assert_eq!(kept, rebuilt);
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn only_completed_generations_cost() {
    let world = World::new();
    let owner = world.add_user(1).await;
    let project = world.add_project(&owner).await.id;
    let scene = world.add_scene(&owner, &project, 0).await;
    let states = [GenerationStatus::Completed, GenerationStatus::Failed];
    for status in states {
        let mut generation = world.add_generation(&owner, &scene, 5).await;
        generation.status = status;
        generation.has_clip = status == GenerationStatus::Completed;
        world
            .write(generation, |tx, moved| Box::pin(move_generation(tx, moved)))
            .await;
    }
    let (project, scenes) = snapshot(&world, &owner, &project).await;
    assert_eq!(project.completed_cost, Credits(5));
    assert_eq!(scenes[0].completed_cost, Credits(5));
    let latest = scenes[0].latest.as_ref().unwrap();
    assert_eq!(latest.status, GenerationStatus::Failed);
}
