//! What administrators do to jobs keeps the promises made to those whose jobs they are.

use vita_app::{AppError, Caller};
use vita_blob::BlobPrefix;
use vita_db::{Tx, params};
use vita_jobs::{JobState, NewJob};
use vita_model::{Credits, GenerationId, GenerationStatus, JobId, LedgerKind, Role};

use crate::world::{FIRST_PAGE, World, ask};

struct Stage {
    world: World,
    ann: Caller,
    admin: Caller,
}

impl Stage {
    async fn new() -> Self {
        let world = World::new().await;
        let ann = world.add_user("ann").await;
        let admin = Caller {
            role: Role::Admin,
            ..world.add_user("admin").await
        };
        Self { world, ann, admin }
    }

    async fn generate(&self, prompt: &str) -> (GenerationId, JobId) {
        let (app, ann) = (&self.world.app, &self.ann);
        let project = self.world.add_project(ann).await;
        let scene = self.world.add_scene(ann, &project, prompt).await;
        let accepted = app.generate(ann, &project, ask(&scene)).await.unwrap();
        let id = accepted.generation_id;
        let job = app.find_generation(ann, &id).await.unwrap().job_id;
        (id, job)
    }

    async fn until_status(&self, id: &GenerationId, status: GenerationStatus) {
        self.world
            .until(status.as_str(), async || {
                let found = self.world.app.find_generation(&self.ann, id).await;
                found.unwrap().status == status
            })
            .await;
    }

    async fn until_job(&self, id: &JobId, state: JobState) {
        self.world
            .until(state.as_str(), async || self.job_state(id).await == state)
            .await;
    }

    async fn job_state(&self, id: &JobId) -> JobState {
        let detail = self.world.app.inspect_job(&self.admin, id).await;
        detail.unwrap().job.state
    }

    /// How many lines of the ledger the generation has: reserve, settle, refund; and what is left.
    async fn money(&self, id: &GenerationId) -> ([usize; 3], Credits) {
        let ledger = self.world.app.list_ledger(&self.ann, &FIRST_PAGE).await;
        let ledger = ledger.unwrap().items;
        let kinds = [LedgerKind::Reserve, LedgerKind::Settle, LedgerKind::Refund];
        let counts = kinds.map(|kind| {
            let of = ledger
                .iter()
                .filter(|line| line.generation_id.as_ref() == Some(id));
            of.filter(|line| line.kind == kind).count()
        });
        let balance = self.world.app.find_balance(&self.ann).await.unwrap();
        assert!(balance.reserved >= Credits(0));
        (counts, balance.balance)
    }

    async fn write(&self, sql: &'static str, id: &JobId) {
        self.world
            .db
            .write(id.clone(), move |tx: &mut Tx, id| {
                Box::pin(async move {
                    assert_eq!(tx.execute(sql, params![id]).await?, 1);
                    Ok::<_, vita_db::DbError>(())
                })
            })
            .await
            .unwrap();
    }
}

fn conflict<T: std::fmt::Debug>(answer: Result<T, AppError>) -> String {
    match answer {
        Err(AppError::Conflict(message)) => message,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_failed_generation_is_not_made_with_credits_that_came_back() {
    let stage = Stage::new().await;
    let (generation, job) = stage.generate("fail").await;
    stage
        .until_status(&generation, GenerationStatus::Failed)
        .await;
    let before = stage.money(&generation).await;
    assert_eq!(before, ([1, 0, 1], Credits(100)));
    let refused = stage.world.app.requeue_job(&stage.admin, &job).await;
    let message = conflict(refused);
    assert!(
        message.contains(&format!("/api/generations/{generation}/retry")),
        "{message}"
    );
    assert_eq!(stage.job_state(&job).await, JobState::Failed);
    assert_eq!(stage.money(&generation).await, before);
}

#[tokio::test]
async fn a_generation_that_did_not_hear_of_its_jobs_end_is_made_and_paid_once() {
    let mut stage = Stage::new().await;
    stage.world.crash_workers();
    let (generation, job) = stage.generate("ok").await;
    // What a hook that cannot be run leaves: the job is dead, and its generation waits.
    let kill = "UPDATE jobs SET state = 'dead', attempts = 3, ended_at = updated_at WHERE id = $1";
    stage.write(kill, &job).await;
    stage.world.start_workers().await;
    let app = stage.world.app.clone();
    // Two administrators at once: one of them queues it, the other is told.
    let (first, second) = tokio::join!(
        app.requeue_job(&stage.admin, &job),
        app.requeue_job(&stage.admin, &job)
    );
    let (done, refused) = if first.is_ok() {
        (first, second)
    } else {
        (second, first)
    };
    assert!(done.is_ok(), "{done:?}");
    conflict(refused);
    stage
        .until_status(&generation, GenerationStatus::Completed)
        .await;
    assert_eq!(stage.money(&generation).await, ([1, 1, 0], Credits(95)));
}

#[tokio::test]
async fn an_administrators_cancel_ends_what_waits_and_what_runs_and_pays_back() {
    let mut stage = Stage::new().await;
    let (running, running_job) = stage.generate("hang").await;
    stage
        .until_status(&running, GenerationStatus::Processing)
        .await;
    let cancelled = stage.world.app.cancel_job(&stage.admin, &running_job).await;
    assert!(cancelled.unwrap().job.cancel_requested_at.is_some());
    stage.until_job(&running_job, JobState::Cancelled).await;
    stage.world.crash_workers();
    let (waiting, waiting_job) = stage.generate("ok").await;
    let cancelled = stage.world.app.cancel_job(&stage.admin, &waiting_job).await;
    assert_eq!(cancelled.unwrap().job.state, JobState::Cancelled);
    for (generation, job) in [(&running, &running_job), (&waiting, &waiting_job)] {
        stage
            .until_status(generation, GenerationStatus::Cancelled)
            .await;
        assert_eq!(stage.money(generation).await, ([1, 0, 1], Credits(100)));
        conflict(stage.world.app.cancel_job(&stage.admin, job).await);
        conflict(stage.world.app.requeue_job(&stage.admin, job).await);
    }
}

#[tokio::test]
async fn a_cancel_and_a_completion_at_the_same_time_settle_or_refund_but_not_both() {
    let stage = Stage::new().await;
    for _ in 0..15 {
        let (generation, job) = stage.generate("ok").await;
        let answer = stage.world.app.cancel_job(&stage.admin, &job).await;
        let ended = stage.world.ended(&stage.ann, &generation).await;
        let ([reserved, settled, refunded], _) = stage.money(&generation).await;
        let is_made = ended.status == GenerationStatus::Completed;
        assert_eq!(
            (reserved, settled, refunded),
            (1, usize::from(is_made), usize::from(!is_made)),
        );
        match answer {
            Ok(_) => assert_eq!(ended.status, GenerationStatus::Cancelled),
            refused => drop(conflict(refused)),
        }
    }
}

#[tokio::test]
async fn a_priority_moves_a_waiting_clip_to_the_front_within_bounds() {
    let mut stage = Stage::new().await;
    stage.world.crash_workers();
    let (first, _) = stage.generate("ok").await;
    let (second, job) = stage.generate("ok").await;
    let app = &stage.world.app;
    let place = async |id: &GenerationId| {
        let status = app.find_status(&stage.ann, id).await.unwrap();
        status.queue_position.unwrap()
    };
    assert_eq!((place(&first).await, place(&second).await), (1, 2));
    app.set_job_priority(&stage.admin, &job, 100).await.unwrap();
    assert_eq!((place(&first).await, place(&second).await), (2, 1));
    for priority in [101, -101, i64::MAX, i64::MIN] {
        let refused = app.set_job_priority(&stage.admin, &job, priority).await;
        assert!(matches!(refused, Err(AppError::Invalid(_))), "{priority}");
    }
    app.cancel_job(&stage.admin, &job).await.unwrap();
    conflict(app.set_job_priority(&stage.admin, &job, 1).await);
}

#[tokio::test]
async fn a_paused_queue_is_told_to_those_who_wait_in_it() {
    let stage = Stage::new().await;
    let app = &stage.world.app;
    app.pause_queue(&stage.admin, "models").await.unwrap();
    let (generation, job) = stage.generate("ok").await;
    let status = app.find_status(&stage.ann, &generation).await.unwrap();
    assert_eq!(
        (status.queue_position, status.queue_paused),
        (Some(1), Some(true))
    );
    assert_eq!(
        serde_json::json!(status)["estimatedWaitSeconds"],
        serde_json::Value::Null
    );
    assert_eq!(stage.job_state(&job).await, JobState::Queued);
    let resumed = app.resume_queue(&stage.admin, "models").await.unwrap();
    assert_eq!(resumed.paused_at, None);
    stage
        .until_status(&generation, GenerationStatus::Completed)
        .await;
    for answer in [
        app.pause_queue(&stage.admin, "nothing").await,
        app.resume_queue(&stage.admin, "nothing").await,
    ] {
        assert!(matches!(answer, Err(AppError::NotFound("queue"))));
    }
}

#[tokio::test]
async fn an_export_is_made_again_only_after_its_remains_are_gone() {
    let mut stage = Stage::new().await;
    stage.world.crash_workers();
    let job = JobId::from_trusted("job_export");
    let new = NewJob {
        queue: vita_app::queues::EXPORT,
        kind: "make_export",
        owner: Some(stage.ann.user.clone()),
        concurrency_key: String::new(),
        priority: 0,
        run_at: vita_model::Timestamp::from_micros(0),
        payload: serde_json::json!({"projectId": "prj_gone", "format": "film", "crossfadeMs": null}),
        attempts_max: 3,
    };
    let prefix = BlobPrefix::export(&job).to_string();
    stage
        .world
        .db
        .write(
            (job.clone(), new, prefix),
            |tx: &mut Tx, (job, new, prefix)| {
                Box::pin(async move {
                    let now = vita_model::Timestamp::from_micros(0);
                    vita_jobs::enqueue(tx, job, new, now).await?;
                    let prefixes = [prefix.clone()];
                    vita_store::doomed_blobs::doom_prefixes(tx, &prefixes, now).await
                })
            },
        )
        .await
        .unwrap();
    let kill = "UPDATE jobs SET state = 'dead', attempts = 3, ended_at = updated_at WHERE id = $1";
    stage.write(kill, &job).await;
    let app = &stage.world.app;
    let message = conflict(app.requeue_job(&stage.admin, &job).await);
    assert!(message.contains("housekeeping"), "{message}");
    let clean = "DELETE FROM doomed_blobs WHERE prefix = 'exports/' || $1";
    stage.write(clean, &job).await;
    let requeued = app.requeue_job(&stage.admin, &job).await.unwrap();
    assert_eq!(
        (requeued.job.state, requeued.job.attempts),
        (JobState::Queued, 0)
    );
}
