//! What holds after any history: a property over random interleavings.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use vita_model::{JobId, Timestamp};

use super::*;

#[derive(Clone, Debug)]
enum Op {
    Add {
        key: usize,
        priority: i64,
        attempts_max: u32,
    },
    Claim {
        slots: usize,
    },
    Complete {
        run: usize,
    },
    Retry {
        run: usize,
        random: u64,
    },
    Fail {
        run: usize,
    },
    Lose {
        run: usize,
        random: u64,
    },
    HandBack {
        run: usize,
    },
    EndStale {
        run: usize,
    },
    Cancel {
        job: usize,
    },
    Requeue {
        job: usize,
    },
    Pause,
    Resume,
    Pass {
        secs: u64,
    },
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let run = || 0_usize..64;
    let op = prop_oneof![
        4 => (0_usize..4, -1_i64..2, 1_u32..4)
            .prop_map(|(key, priority, attempts_max)| Op::Add { key, priority, attempts_max }),
        4 => (1_usize..6).prop_map(|slots| Op::Claim { slots }),
        2 => run().prop_map(|run| Op::Complete { run }),
        3 => (run(), any::<u64>()).prop_map(|(run, random)| Op::Retry { run, random }),
        1 => run().prop_map(|run| Op::Fail { run }),
        3 => (run(), any::<u64>()).prop_map(|(run, random)| Op::Lose { run, random }),
        1 => run().prop_map(|run| Op::HandBack { run }),
        2 => run().prop_map(|run| Op::EndStale { run }),
        2 => (0_usize..64).prop_map(|job| Op::Cancel { job }),
        1 => (0_usize..64).prop_map(|job| Op::Requeue { job }),
        1 => Just(Op::Pause),
        1 => Just(Op::Resume),
        3 => (1_u64..40).prop_map(|secs| Op::Pass { secs }),
    ];
    proptest::collection::vec(op, 1..80)
}

/// The tables after a history, and what the history says must be so.
struct History {
    bed: Bed,
    running: Vec<Job>,
    stale: Vec<Fence>,
    ended: HashMap<JobId, String>,
    begun: HashSet<JobId>,
    starts: Vec<(JobId, String, Timestamp)>,
    is_paused: bool,
}

const KEY_LIMIT: usize = 2;
const KEY_RATE: Rate = Rate {
    count: 3,
    per: Duration::from_mins(1),
};

impl History {
    fn new() -> Self {
        let config = QueueConfig {
            per_key_concurrency: Some(KEY_LIMIT),
            per_key_rate: Some(KEY_RATE),
            concurrency_total: Some(4),
            ..config()
        };
        Self {
            bed: Bed::new(config),
            running: Vec::new(),
            stale: Vec::new(),
            ended: HashMap::new(),
            begun: HashSet::new(),
            starts: Vec::new(),
            is_paused: false,
        }
    }

    async fn introduce(&self) {
        self.bed
            .write(self.bed.now, |tx, now| {
                Box::pin(add_queue(tx, QUEUE.as_str(), 4, *now))
            })
            .await;
    }

    async fn set_paused(&mut self, is_paused: bool) {
        let is_known = self
            .bed
            .write((is_paused, self.bed.now), |tx, (pause, now)| {
                Box::pin(async move {
                    if *pause {
                        pause_queue(tx, QUEUE.as_str(), *now).await
                    } else {
                        resume_queue(tx, QUEUE.as_str(), *now).await
                    }
                })
            });
        assert!(is_known.await);
        self.is_paused = is_paused;
    }

    async fn follow(&mut self, op: Op) {
        match op {
            Op::Add {
                key,
                priority,
                attempts_max,
            } => {
                let mut new = self.bed.new_job(["", "a", "b", "c"][key]);
                (new.priority, new.attempts_max) = (priority, attempts_max);
                self.bed.add(new).await;
            }
            Op::Claim { slots } => self.claim(slots).await,
            Op::Complete { run } => self.end(run, Verdict::Returned(Ok(Value::Null)), 0).await,
            Op::Retry { run, random } => {
                let error = JobError::retry("AGAIN", "another attempt may succeed");
                self.end(run, Verdict::Returned(Err(error)), random).await;
            }
            Op::Fail { run } => {
                let error = JobError::fail("REFUSED", "no attempt can succeed");
                self.end(run, Verdict::Returned(Err(error)), 0).await;
            }
            Op::Lose { run, random } => self.end(run, Verdict::LeaseLost, random).await,
            Op::HandBack { run } => self.end(run, Verdict::HandedBack, 0).await,
            Op::EndStale { run } => self.end_stale(run).await,
            Op::Cancel { job } => self.cancel(job).await,
            Op::Requeue { job } => self.requeue(job).await,
            Op::Pause => self.set_paused(true).await,
            Op::Resume => self.set_paused(false).await,
            Op::Pass { secs } => self.bed.now = self.bed.now.plus(Duration::from_secs(secs)),
        }
    }

    async fn claim(&mut self, slots: usize) {
        let claimed = self.bed.claim(slots).await;
        assert!(claimed.len() <= slots);
        assert!(
            !self.is_paused || claimed.is_empty(),
            "started while paused"
        );
        for job in claimed {
            assert!(
                job.cancel_requested_at.is_none(),
                "cancelled, and started again"
            );
            if self.begun.insert(job.id.clone()) {
                self.starts
                    .push((job.id.clone(), job.concurrency_key.clone(), self.bed.now));
            }
            self.running.push(job);
        }
    }

    async fn end(&mut self, run: usize, verdict: Verdict, random: u64) {
        if self.running.is_empty() {
            return;
        }
        let job = self.running.swap_remove(run % self.running.len());
        let before = self.bed.job(&job.id).await;
        let is_failure = matches!(verdict, Verdict::Returned(Err(_)));
        let state = self.bed.end(&fence(&job), verdict, random).await;
        assert!(state.is_some(), "the lease was held");
        let after = self.bed.job(&job.id).await;
        if before.cancel_requested_at.is_some() && is_failure {
            assert_eq!(after.state, JobState::Cancelled);
        }
        if after.state == JobState::Queued && !is_failure {
            assert_eq!(after.attempts, before.attempts - 1, "no fault of the job's");
        }
        self.stale.push(fence(&job));
    }

    async fn end_stale(&mut self, run: usize) {
        if self.stale.is_empty() {
            return;
        }
        let fence = self.stale[run % self.stale.len()].clone();
        let verdict = Verdict::Returned(Ok(json!("stale")));
        assert_eq!(self.bed.end(&fence, verdict, 0).await, None);
        let args = (fence, self.bed.now);
        let late = self.bed.write(args, |tx, (fence, now)| {
            let progress = vita_model::Progress::new(77);
            Box::pin(write_progress(tx, fence, Some("late"), progress, *now))
        });
        assert!(late.await.is_none());
    }

    async fn cancel(&mut self, job: usize) {
        let Some(id) = self.bed.pick(job) else {
            return;
        };
        let before = self.bed.job(&id).await.state;
        let args = (id, self.bed.now);
        let answer = self
            .bed
            .write(args, |tx, (id, now)| Box::pin(request_cancel(tx, id, *now)));
        let wanted = match before {
            JobState::Queued => Cancelling::Ended,
            JobState::Running => Cancelling::Requested,
            _ => Cancelling::AlreadyEnded,
        };
        assert_eq!(answer.await, wanted);
    }

    async fn requeue(&mut self, job: usize) {
        let Some(id) = self.bed.pick(job) else {
            return;
        };
        let state = self.bed.job(&id).await.state;
        let was_given_up = matches!(state, JobState::Dead | JobState::Failed);
        let args = (id.clone(), self.bed.now);
        let requeued = self
            .bed
            .write(args, |tx, (id, now)| Box::pin(requeue(tx, id, *now)));
        assert_eq!(requeued.await.is_some(), was_given_up);
        if was_given_up {
            self.ended.remove(&id);
            // It counts as a new job from here on.
            self.begun.remove(&id);
            self.starts.retain(|(started, _, _)| *started != id);
        }
    }

    async fn check(&mut self) {
        for id in self.bed.jobs.clone() {
            let job = self.bed.job(&id).await;
            assert!(job.attempts <= job.attempts_max);
            let lease = self.running.iter().find(|run| run.id == id);
            assert_eq!(job.state == JobState::Running, lease.is_some());
            assert_eq!(
                job.lease_token,
                lease.and_then(|run| run.lease_token.clone())
            );
            if job.state.is_final() {
                let seen = format!("{job:?}");
                let known = self.ended.entry(id).or_insert_with(|| seen.clone());
                assert_eq!(*known, seen, "an ended job changed");
            }
        }
        let open = "SELECT COUNT(*) FROM job_attempts WHERE ended_at IS NULL";
        assert_eq!(self.bed.count(open).await, self.running.len() as i64);
        assert!(self.running.len() <= 4);
        for key in ["a", "b", "c"] {
            let running = self.running.iter().filter(|run| run.concurrency_key == key);
            assert!(running.count() <= KEY_LIMIT);
        }
    }

    /// Completes everything that can be: whatever happened, nothing is stuck.
    async fn settle(&mut self) {
        self.set_paused(false).await;
        for _ in 0..200 {
            self.claim(4).await;
            while !self.running.is_empty() {
                self.end(0, Verdict::Returned(Ok(Value::Null)), 0).await;
            }
            self.bed.now = self.bed.now.plus(Duration::from_secs(61));
            let open = "SELECT COUNT(*) FROM jobs WHERE state IN ('queued', 'running')";
            if self.bed.count(open).await == 0 {
                return;
            }
        }
        panic!("jobs are stuck");
    }

    fn check_rate(&self) {
        for (index, (_, key, begun)) in self.starts.iter().enumerate() {
            let until = begun.plus(KEY_RATE.per);
            let within = self.starts[index..].iter();
            let within = within.filter(|(_, other, at)| other == key && *at < until);
            assert!(key.is_empty() || within.count() <= KEY_RATE.count as usize);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(vita_fixtures::postgres::cases(32)))]

    #[test]
    fn whatever_happens_to_jobs_the_queue_keeps_its_promises(ops in ops()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut history = History::new();
            history.introduce().await;
            for op in ops {
                history.follow(op).await;
                history.check().await;
            }
            history.settle().await;
            history.check().await;
            history.check_rate();
        });
    }
}
