use std::collections::HashMap;

use proptest::prelude::*;
use vita_app::{AppError, Caller, PageIn};
use vita_model::{Credits, GenerationId, GenerationStatus, LedgerKind, ProjectId, SceneId};
use vita_store::credits::LedgerEntry;

use crate::world::{World, ask, with_key};

#[derive(Clone, Copy, Debug)]
enum Event {
    /// Asks for a clip of the scene `0..3`; twice with one key when the flag is set.
    Generate(usize, bool),
    Cancel(usize),
    Retry(usize),
    /// The workers die and others start.
    Crash,
}

fn history() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        4 => (0_usize..4, any::<bool>()).prop_map(|(scene, twice)| Event::Generate(scene, twice)),
        3 => any::<usize>().prop_map(Event::Cancel),
        2 => any::<usize>().prop_map(Event::Retry),
        1 => Just(Event::Crash),
    ];
    prop::collection::vec(event, 1..18)
}

struct Play {
    world: World,
    ann: Caller,
    project: ProjectId,
    scenes: Vec<SceneId>,
    made: Vec<GenerationId>,
}

impl Play {
    async fn new() -> Self {
        let world = World::new().await;
        let ann = world.add_user("ann").await;
        let project = world.add_project(&ann).await;
        let mut scenes = Vec::new();
        for prompt in ["ok", "fail", "flaky", "hang"] {
            scenes.push(world.add_scene(&ann, &project, prompt).await);
        }
        Self {
            world,
            ann,
            project,
            scenes,
            made: Vec::new(),
        }
    }

    async fn act(&mut self, step: usize, event: Event) {
        let app = &self.world.app;
        match event {
            Event::Generate(scene, twice) => {
                let caller = with_key(&self.ann, &format!("step-{step}"), 1);
                let asked = ask(&self.scenes[scene]);
                for _ in 0..=usize::from(twice) {
                    match app.generate(&caller, &self.project, asked.clone()).await {
                        Ok(accepted) if !self.made.contains(&accepted.generation_id) => {
                            self.made.push(accepted.generation_id);
                        }
                        Ok(_) | Err(AppError::InsufficientCredits { .. }) => {}
                        Err(other) => panic!("{other}"),
                    }
                }
            }
            Event::Cancel(which) if !self.made.is_empty() => {
                let id = &self.made[which % self.made.len()];
                match app.cancel(&self.ann, id).await {
                    Ok(_) | Err(AppError::Conflict(_)) => {}
                    Err(other) => panic!("{other}"),
                }
            }
            Event::Retry(which) if !self.made.is_empty() => {
                let id = &self.made[which % self.made.len()];
                match app.retry(&self.ann, id).await {
                    Ok(accepted) => self.made.push(accepted.generation_id),
                    Err(AppError::Conflict(_) | AppError::InsufficientCredits { .. }) => {}
                    Err(other) => panic!("{other}"),
                }
            }
            Event::Crash => {
                self.world.crash_workers();
                self.world.start_workers().await;
            }
            _ => {}
        }
    }

    /// Lets everything end: what hangs is cancelled.
    async fn finish(&self) -> HashMap<GenerationId, GenerationStatus> {
        let mut ends = HashMap::new();
        for id in &self.made {
            let found = self.world.app.find_generation(&self.ann, id).await.unwrap();
            if found.prompt.as_str() == "hang" {
                let _ = self.world.app.cancel(&self.ann, id).await;
            }
        }
        for id in &self.made {
            ends.insert(id.clone(), self.world.ended(&self.ann, id).await.status);
        }
        ends
    }

    async fn ledger(&self) -> Vec<LedgerEntry> {
        let mut entries = Vec::new();
        let mut page = PageIn {
            limit: Some(100),
            cursor: None,
        };
        loop {
            let found = self.world.app.list_ledger(&self.ann, &page).await.unwrap();
            entries.extend(found.items);
            let Some(next) = found.next else {
                return entries;
            };
            page.cursor = Some(next.to_string());
        }
    }
}

fn lines(ledger: &[LedgerEntry], id: &GenerationId, kind: LedgerKind) -> usize {
    let is_line =
        |entry: &&LedgerEntry| entry.kind == kind && entry.generation_id.as_ref() == Some(id);
    ledger.iter().filter(is_line).count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(vita_fixtures::postgres::cases(10)))]

    #[test]
    fn interleavings_crashes_and_retries_charge_once_and_sum_to_the_balance(history in history()) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut play = Play::new().await;
            for (step, event) in history.into_iter().enumerate() {
                play.act(step, event).await;
            }
            let ends = play.finish().await;
            let ledger = play.ledger().await;
            let balance = play.world.app.find_balance(&play.ann).await.unwrap();
            let sum = ledger.iter().map(|entry| entry.amount.0).sum::<i64>();
            prop_assert_eq!(Credits(sum), balance.balance);
            prop_assert_eq!(balance.reserved, Credits(0));
            for (id, status) in &ends {
                let paid = usize::from(*status == GenerationStatus::Completed);
                prop_assert_eq!(lines(&ledger, id, LedgerKind::Reserve), 1);
                prop_assert_eq!(lines(&ledger, id, LedgerKind::Settle), paid);
                prop_assert_eq!(lines(&ledger, id, LedgerKind::Refund), 1 - paid);
            }
            let completed = ends.values().filter(|end| **end == GenerationStatus::Completed).count();
            play.world
                .until("only the files of completed clips to be left", async || {
                    play.world.stored_prefixes().await.len() == completed
                })
                .await;
            Ok(())
        })?;
    }
}
