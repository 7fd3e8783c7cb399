use vita_app::AppError;
use vita_model::Credits;

use crate::world::{FIRST_PAGE, World, ask, with_key};

#[tokio::test]
async fn generating_twice_with_one_key_returns_the_same_generation() {
    let world = World::new().await;
    let ann = world.add_user("ann").await;
    let project = world.add_project(&ann).await;
    let scene = world.add_scene(&ann, &project, "ok").await;
    let asked = with_key(&ann, "key", 1);
    let (first, second) = tokio::join!(
        world.app.generate(&asked, &project, ask(&scene)),
        world.app.generate(&asked, &project, ask(&scene)),
    );
    let first = first.unwrap();
    assert_eq!(first, second.unwrap());
    world.ended(&ann, &first.generation_id).await;
    let third = world
        .app
        .generate(&asked, &project, ask(&scene))
        .await
        .unwrap();
    assert_eq!(first, third);
    let made = world
        .app
        .list_generations(&ann, &scene, &FIRST_PAGE)
        .await
        .unwrap();
    assert_eq!(made.items.len(), 1);
    let balance = world.app.find_balance(&ann).await.unwrap();
    assert_eq!(balance.balance, Credits(95));
}

#[tokio::test]
async fn a_key_is_worth_one_request() {
    let world = World::new().await;
    let ann = world.add_user("ann").await;
    let ben = world.add_user("ben").await;
    let project = world.add_project(&ann).await;
    let scene = world.add_scene(&ann, &project, "ok").await;
    let generate = |caller, asked| world.app.generate(caller, &project, asked);
    let asked = with_key(&ann, "key", 1);
    generate(&asked, ask(&scene)).await.unwrap();
    let other = with_key(&ann, "key", 2);
    let refused = generate(&other, ask(&scene)).await.unwrap_err();
    assert!(
        matches!(refused, AppError::IdempotencyMismatch),
        "{refused}"
    );
    // Another's key of the same name is another key.
    let ben = with_key(&ben, "key", 1);
    let stranger = generate(&ben, ask(&scene)).await.unwrap_err();
    assert!(
        matches!(stranger, AppError::NotFound("project")),
        "{stranger}"
    );
}
