//! The drill: the server is killed again and again while clips are made, and in the end every one
//! is there, paid once, and nothing is left over.

use std::time::{Duration, Instant};

use serde_json::json;
use vita_testkit::{Client, TestApp, ledger, residue, wait_until};

use crate::server_with_simulated;

const LOCAL_CLIPS: usize = 40;
const SIMULATED_CLIPS: usize = 400;
const KILLS: usize = 10;

/// Longest time until everything is made; two cores that have nothing else to do take a fifth of it.
const END_LIMIT: Duration = Duration::from_mins(8);

/// Longest time until what the last kill left is cleared, once everything is made.
const CLEAR_LIMIT: Duration = Duration::from_secs(10);

/// Least and most time between two kills: from the middle of a start to the middle of a clip.
const KILL_PAUSE_MS: (u64, u64) = (150, 4_000);

/// What the kills are drawn from; another number is another drill.
const SEED: u64 = 20_261_121;

#[tokio::test]
async fn killed_at_random_moments_every_generation_ends_completed_exactly_once() {
    let mut random = SplitMix64(SEED);
    let mut app = server_with_simulated("1s").start().await;
    let mut users = Vec::new();
    for number in 0..4 {
        users.push(app.new_user(&format!("drill-{number}")).await);
    }
    let generations = ask_for_all(&users).await;

    for _ in 0..KILLS {
        let (least, most) = KILL_PAUSE_MS;
        let pause = least + random.next() % (most - least);
        tokio::time::sleep(Duration::from_millis(pause)).await;
        app.kill9().await;
        app.wait_for_no_tools().await;
        app.restart().await;
        users = users.iter().map(|user| user.moved_to(app.url())).collect();
    }

    wait_for_all(&users, &generations).await;
    check_money(&users, &generations).await;
    check_files(&mut app, &generations).await;
}

/// The ids of each user's generations.
type Asked = Vec<Vec<String>>;

async fn ask_for_all(users: &[Client]) -> Asked {
    let mut asked = Vec::new();
    for user in users {
        let project = user.create_project("Drill").await;
        let scene = user.create_scene(&project, "a lake in the mountains").await;
        let mut own = Vec::new();
        for _ in 0..LOCAL_CLIPS / users.len() {
            own.push(user.generate_local(&project, &scene).await);
        }
        for _ in 0..SIMULATED_CLIPS / users.len() {
            own.push(user.generate_simulated(&project, &scene).await);
        }
        asked.push(own);
    }
    asked
}

async fn wait_for_all(users: &[Client], generations: &Asked) {
    let started = Instant::now();
    for (user, own) in users.iter().zip(generations) {
        for generation in own {
            let left = END_LIMIT.saturating_sub(started.elapsed());
            let status = user.wait_for_end(generation, left).await;
            assert_eq!(status["status"], "completed", "{status}");
        }
    }
}

async fn check_money(users: &[Client], generations: &Asked) {
    for (user, own) in users.iter().zip(generations) {
        ledger::assert_sums(user).await;
        for (kind, times) in [("reserve", 1), ("settle", 1), ("refund", 0)] {
            let counts = ledger::count_by_generation(user, kind).await;
            let mut expected: Vec<_> = own.iter().map(|id| (id.clone(), times)).collect();
            expected.retain(|(_, times)| *times > 0);
            expected.sort();
            assert_eq!(counts, expected, "lines of `{kind}`");
        }
        let dashboard = user.get("/api/dashboard").await.expect(200);
        assert_eq!(dashboard["credits"]["reserved"], json!(0));
    }
}

async fn check_files(app: &mut TestApp, generations: &Asked) {
    let mut wanted: Vec<String> = generations.iter().flatten().cloned().collect();
    wanted.sort();
    let data_dir = app.data_dir();
    wait_until("half-made files to be cleared", CLEAR_LIMIT, || async {
        residue::half_made_files(&data_dir).is_empty().then_some(())
    })
    .await;
    assert_eq!(residue::stored_generations(&data_dir), wanted);
    let files = residue::list_files(&data_dir.join("files/generations"));
    assert_eq!(files.len(), 2 * wanted.len(), "a clip and a poster each");
    app.wait_for_no_tools().await;
}

/// Repeatable numbers from a seed (Steele et al. 2014).
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}
