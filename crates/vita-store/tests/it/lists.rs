use std::collections::HashSet;

use vita_model::{Timestamp, UserId};
use vita_store::projects::{self, Project};
use vita_store::scenes;
use vita_store::{Cursor, Page, PageSize};

use crate::world::World;

async fn page(world: &World, owner: &UserId, after: Option<Cursor>) -> Page<Project> {
    let size = PageSize::new(3).unwrap();
    world
        .write((owner.clone(), after), move |tx, (owner, after)| {
            Box::pin(projects::list_projects(tx, owner, size, after.as_ref()))
        })
        .await
}

#[tokio::test]
async fn a_list_neither_repeats_nor_skips_while_rows_are_added() {
    let world = World::new();
    let owner = world.add_user(1).await;
    let mut expected = HashSet::new();
    for _ in 0..10 {
        expected.insert(world.add_project(&owner).await.id);
    }
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let found = page(&world, &owner, after).await;
        seen.extend(found.items.into_iter().map(|project| project.id));
        // New projects come first, so they belong to no later page.
        world.add_project(&owner).await;
        after = found.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 10);
    assert_eq!(seen.into_iter().collect::<HashSet<_>>(), expected);
}

#[tokio::test]
async fn lists_of_one_moment_are_ordered_by_id_and_still_complete() {
    let world = World::new();
    let owner = world.add_user(1).await;
    for _ in 0..5 {
        let mut project = world.add_project(&owner).await;
        project.updated_at = Timestamp::from_micros(5);
        world
            .write((owner.clone(), project), |tx, (owner, project)| {
                Box::pin(projects::update_project(tx, owner, project))
            })
            .await;
    }
    let first = page(&world, &owner, None).await;
    let second = page(&world, &owner, first.next.clone()).await;
    let ids: HashSet<_> = first
        .items
        .iter()
        .chain(&second.items)
        .map(|p| &p.id)
        .collect();
    assert_eq!(
        (first.items.len(), second.items.len(), ids.len()),
        (3, 2, 5)
    );
    assert_eq!(second.next, None);
}

#[tokio::test]
async fn nobody_sees_what_is_not_theirs() {
    let world = World::new();
    let (ann, ben) = (world.add_user(1).await, world.add_user(1).await);
    let project = world.add_project(&ann).await;
    let scene = world.add_scene(&ann, &project.id, 0).await;
    world
        .write((ben, project, scene), |tx, (ben, project, scene)| {
            Box::pin(async move {
                assert_eq!(projects::find_project(tx, ben, &project.id).await?, None);
                assert_eq!(scenes::find_scene(tx, ben, &scene.id).await?, None);
                assert!(
                    scenes::list_all_scenes(tx, ben, &project.id)
                        .await?
                        .is_empty()
                );
                assert!(!projects::delete_project(tx, ben, &project.id).await?);
                Ok(())
            })
        })
        .await;
}
