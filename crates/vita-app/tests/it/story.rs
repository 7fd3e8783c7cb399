use vita_app::{AppError, GenerateIn};
use vita_model::{Credits, DurationSeconds, FailureCode, GenerationStatus, Progress, Prompt};

use crate::world::{FIRST_PAGE, World, ask};

#[tokio::test]
async fn a_prompt_becomes_a_clip_that_is_paid_chosen_and_told() {
    let world = World::new().await;
    let ann = world.add_user("ann").await;
    let project = world.add_project(&ann).await;
    let scene = world.add_scene(&ann, &project, "ok hills at dawn").await;
    let accepted = world
        .app
        .generate(&ann, &project, ask(&scene))
        .await
        .unwrap();
    assert_eq!(accepted.estimated_cost, Credits(5));
    assert!(accepted.queue_position >= 1);
    let generation = world.ended(&ann, &accepted.generation_id).await;
    assert_eq!(generation.status, GenerationStatus::Completed);
    assert_eq!(generation.progress, Progress::DONE);
    let view = world.app.view_status(&generation);
    assert!(view.video_url.unwrap().contains("/clip.mp4?exp="));
    let balance = world.app.find_balance(&ann).await.unwrap();
    assert_eq!(
        (balance.balance, balance.reserved),
        (Credits(95), Credits(0))
    );
    let overview = world.app.find_project(&ann, &project).await.unwrap();
    assert_eq!(overview.project.completed_cost, Credits(5));
    assert_eq!(
        overview.scenes[0].selected_generation_id.as_ref(),
        Some(&generation.id)
    );
    let news = world
        .app
        .list_notifications(&ann, &FIRST_PAGE)
        .await
        .unwrap();
    assert_eq!(news.items[0].kind, "generation_completed");
}

#[tokio::test]
async fn a_waiting_clip_knows_its_place_and_a_running_one_has_none() {
    let mut world = World::new().await;
    let ann = world.add_user("ann").await;
    let project = world.add_project(&ann).await;
    let scene = world.add_scene(&ann, &project, "hang").await;
    world.crash_workers();
    let mut waiting = Vec::new();
    for _ in 0..2 {
        let accepted = world.app.generate(&ann, &project, ask(&scene)).await;
        waiting.push(accepted.unwrap().generation_id);
    }
    for (place, id) in (1..).zip(&waiting) {
        let view = world.app.find_status(&ann, id).await.unwrap();
        assert_eq!(view.queue_position, Some(place));
        assert!(view.estimated_wait_seconds.is_some());
    }
    world.start_workers().await;
    world
        .until("both to run", async || {
            let last = world.app.find_status(&ann, &waiting[1]).await.unwrap();
            last.status == GenerationStatus::Processing && last.queue_position.is_none()
        })
        .await;
}

#[tokio::test]
async fn a_refused_clip_costs_nothing_and_says_why() {
    let world = World::new().await;
    let ann = world.add_user("ann").await;
    let project = world.add_project(&ann).await;
    let scene = world.add_scene(&ann, &project, "fail").await;
    let accepted = world
        .app
        .generate(&ann, &project, ask(&scene))
        .await
        .unwrap();
    let generation = world.ended(&ann, &accepted.generation_id).await;
    let failure = generation.failure.unwrap();
    assert_eq!(
        (failure.code, failure.retryable),
        (FailureCode::Refused, false)
    );
    assert_eq!(failure.message, "It refused.");
    let balance = world.app.find_balance(&ann).await.unwrap();
    assert_eq!(
        (balance.balance, balance.reserved),
        (Credits(100), Credits(0))
    );
}

#[tokio::test]
async fn a_passing_fault_is_mended_by_another_attempt() {
    let world = World::new().await;
    let ann = world.add_user("ann").await;
    let project = world.add_project(&ann).await;
    let scene = world.add_scene(&ann, &project, "flaky").await;
    let accepted = world
        .app
        .generate(&ann, &project, ask(&scene))
        .await
        .unwrap();
    let generation = world.ended(&ann, &accepted.generation_id).await;
    assert_eq!(generation.status, GenerationStatus::Completed);
}

#[tokio::test]
async fn a_cancelled_clip_gives_its_credits_back_at_once_and_can_be_asked_for_again() {
    let world = World::new().await;
    let ann = world.add_user("ann").await;
    let project = world.add_project(&ann).await;
    let scene = world.add_scene(&ann, &project, "hang").await;
    let id = world
        .app
        .generate(&ann, &project, ask(&scene))
        .await
        .unwrap()
        .generation_id;
    world
        .until("it to run", async || {
            let status = world.app.find_generation(&ann, &id).await.unwrap().status;
            status == GenerationStatus::Processing
        })
        .await;
    let cancelled = world.app.cancel(&ann, &id).await.unwrap();
    assert_eq!(cancelled.status, GenerationStatus::Cancelled);
    let balance = world.app.find_balance(&ann).await.unwrap();
    assert_eq!(
        (balance.balance, balance.reserved),
        (Credits(100), Credits(0))
    );
    let again = world.app.cancel(&ann, &id).await.unwrap_err();
    assert!(matches!(again, AppError::Conflict(_)), "{again}");
    world
        .until("its job to end", async || {
            let job = world.app.find_job(&ann, &cancelled.job_id).await.unwrap();
            job.status == vita_jobs::JobState::Cancelled
        })
        .await;
    let retried = world.app.retry(&ann, &id).await.unwrap();
    assert_ne!(retried.generation_id, id);
    world
        .app
        .cancel(&ann, &retried.generation_id)
        .await
        .unwrap();
}

#[tokio::test]
async fn what_cannot_be_made_is_refused_before_anything_is_written() {
    let world = World::new().await;
    let ann = world.add_user("ann").await;
    let ben = world.add_user("ben").await;
    let project = world.add_project(&ann).await;
    let scene = world.add_scene(&ann, &project, "").await;
    let generate = |caller, asked| world.app.generate(caller, &project, asked);
    let empty = generate(&ann, ask(&scene)).await.unwrap_err();
    assert!(matches!(empty, AppError::Invalid(_)), "{empty}");
    let words = || Some(Prompt::parse("ok").unwrap());
    let asked = || GenerateIn {
        prompt: words(),
        ..ask(&scene)
    };
    let stranger = generate(&ben, asked()).await.unwrap_err();
    assert!(
        matches!(stranger, AppError::NotFound("project")),
        "{stranger}"
    );
    for _ in 0..6 {
        let long = GenerateIn {
            duration: Some(DurationSeconds::MAX),
            ..asked()
        };
        generate(&ann, long).await.unwrap();
    }
    let long = GenerateIn {
        duration: Some(DurationSeconds::MAX),
        ..asked()
    };
    let poor = generate(&ann, long).await.unwrap_err();
    let needs = AppError::InsufficientCredits {
        needed: Credits(15),
        balance: Credits(10),
    };
    assert_eq!(poor.to_string(), needs.to_string());
}

#[tokio::test]
async fn deleting_a_project_calls_off_its_work_and_removes_its_files() {
    let world = World::new().await;
    let ann = world.add_user("ann").await;
    let project = world.add_project(&ann).await;
    let done = world.add_scene(&ann, &project, "ok").await;
    let running = world.add_scene(&ann, &project, "hang").await;
    let first = world
        .app
        .generate(&ann, &project, ask(&done))
        .await
        .unwrap();
    world.ended(&ann, &first.generation_id).await;
    assert_eq!(world.stored_prefixes().await.len(), 1);
    for _ in 0..7 {
        world
            .app
            .generate(&ann, &project, ask(&running))
            .await
            .unwrap();
    }
    world
        .app
        .delete_project(&ann, &project, None)
        .await
        .unwrap();
    let gone = world.app.find_project(&ann, &project).await.unwrap_err();
    assert!(matches!(gone, AppError::NotFound(_)));
    let balance = world.app.find_balance(&ann).await.unwrap();
    assert_eq!(
        (balance.balance, balance.reserved),
        (Credits(95), Credits(0))
    );
    world
        .until("the files to go", async || {
            world.stored_prefixes().await.is_empty()
        })
        .await;
}
