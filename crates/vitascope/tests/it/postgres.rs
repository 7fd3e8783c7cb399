//! Servers on PostgreSQL, and what may happen to it: it is killed, it hangs, it is behind a pooler, it is
//! shared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use vita_fixtures::postgres::{
    Cluster, ClusterRecipe, Durability, PgBouncer, has_pgbouncer, has_postgres, new_empty_database,
};
use vita_testkit::{Answer, Client, PASSWORD, ledger, wait_until};

use crate::{CLIP_LIMIT, quick_server, server_with_simulated};

/// How often the database is killed.
const KILLS: usize = 3;

/// People who work while it is.
const USERS: usize = 4;

/// What each round waits for: so many things made, and so many refused.
const MADE: usize = 12;
const REFUSED: usize = 12;

/// Longest time until a round has seen that, on a busy machine.
const ROUND_LIMIT: Duration = Duration::from_mins(1);

/// Longest time until somebody is told that the database is gone: some tenths of a second, and up to two
/// seconds were seen where builds kept both cores busy.
const REFUSAL_LIMIT: Duration = Duration::from_secs(5);

/// Longest wait for a database that hangs: a statement's limit as set here, with the second that it is given
/// beyond, and a busy machine.
const HANG_LIMIT: Duration = Duration::from_secs(8);

#[tokio::test]
async fn two_servers_that_start_at_once_make_one_schema_and_share_it() {
    if !has_postgres() {
        return;
    }
    let database = new_empty_database();
    let (one, other) = tokio::join!(
        quick_server().on_postgres(database.url()).start(),
        quick_server().on_postgres(database.url()).start(),
    );
    let here = one.new_user("shared").await;
    let mut there = other.client();
    there.login_as("shared@example.org", PASSWORD).await;
    let project = here.create_project("Shared").await;
    let scene = there.create_scene(&project, "a lake").await;
    // Whichever of the two makes it, both tell how it stands.
    let generation = here.generate_simulated(&project, &scene).await;
    for client in [&here, &there] {
        let status = client.wait_for_end(&generation, CLIP_LIMIT).await;
        assert_eq!(status["status"], "completed", "{status}");
    }
    ledger::assert_sums(&there).await;
}

#[tokio::test]
async fn a_clip_is_made_through_a_pooler_that_hands_its_connections_round() {
    if !has_postgres() || !has_pgbouncer() {
        return;
    }
    let cluster = Cluster::start(ClusterRecipe::default());
    cluster.create_database("pooled");
    let bouncer = PgBouncer::start(&cluster, 4);
    let app = quick_server()
        .on_postgres(&bouncer.url(&cluster, "pooled"))
        .with("VITASCOPE_DATABASE__STATEMENTS", "unnamed")
        .with("VITASCOPE_DATABASE__LISTEN_URL", &cluster.url("pooled"))
        .start()
        .await;
    let user = app.new_user("pooled").await;
    let project = user.create_project("Pooled").await;
    let scene = user.create_scene(&project, "a lake").await;
    let generation = user.generate_simulated(&project, &scene).await;
    let status = user.wait_for_end(&generation, CLIP_LIMIT).await;
    assert_eq!(status["status"], "completed", "{status}");
    ledger::assert_sums(&user).await;
}

#[tokio::test]
async fn a_database_that_hangs_is_told_in_time_and_used_again_when_it_goes_on() {
    if !has_postgres() {
        return;
    }
    let cluster = Cluster::start(ClusterRecipe::default());
    cluster.create_database("frozen");
    let app = quick_server()
        .on_postgres(&cluster.url("frozen"))
        .with("VITASCOPE_DATABASE__STATEMENT_TIMEOUT", "1s")
        .start()
        .await;
    let user = app.new_user("frozen").await;
    cluster.freeze();
    let asked = Instant::now();
    let refused = new_project(&user, "Frozen").await;
    assert_eq!(refused.status, 503, "{}", refused.text);
    assert!(asked.elapsed() < HANG_LIMIT, "{:?}", asked.elapsed());
    cluster.thaw();
    wait_until("the database to be used again", ROUND_LIMIT, || async {
        (new_project(&user, "Thawed").await.status == 201).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_database_that_is_killed_under_load_is_told_at_once_and_loses_nothing() {
    if !has_postgres() {
        return;
    }
    let mut cluster = Cluster::start(ClusterRecipe {
        durability: Durability::Full,
        ..ClusterRecipe::default()
    });
    cluster.create_database("drill");
    let app = server_with_simulated("300ms")
        .on_postgres(&cluster.url("drill"))
        .start()
        .await;
    let drill = Arc::new(Drill::default());
    let mut work = Vec::new();
    for number in 0..USERS {
        let user = app.new_user(&format!("drill-{number}")).await;
        work.push(tokio::spawn(Arc::clone(&drill).work(user)));
    }
    let process = app.process_id();
    for _ in 0..KILLS {
        drill.wait_for_more(&drill.made, MADE).await;
        cluster.kill9();
        drill.wait_for_more(&drill.refused, REFUSED).await;
        cluster.restart();
    }
    drill.wait_for_more(&drill.made, MADE).await;
    drill.is_over.store(true, Ordering::SeqCst);
    for person in work {
        person.await.unwrap().check().await;
    }
    assert_eq!(app.process_id(), process);
}

/// What people do while the database is killed, and how often it was done and refused.
#[derive(Default)]
struct Drill {
    made: AtomicUsize,
    refused: AtomicUsize,
    is_over: AtomicBool,
}

/// Somebody, and what was answered with success.
struct Person {
    user: Client,
    projects: Vec<String>,
    generations: Vec<String>,
}

impl Drill {
    async fn work(self: Arc<Self>, user: Client) -> Person {
        let project = user.create_project("Drill").await;
        let scene = user.create_scene(&project, "a lake").await;
        let clip =
            json!({ "sceneId": scene, "model": "simulated", "resolution": "360p", "duration": 1 });
        let generate = format!("/api/projects/{project}/generate");
        let mut person = Person {
            user,
            projects: vec![project],
            generations: Vec::new(),
        };
        while !self.is_over.load(Ordering::SeqCst) {
            let asked = Instant::now();
            let answer = person.user.post(&generate, &clip).await;
            if let Some(id) = self.judge(&answer, asked, "generationId") {
                person.generations.push(id);
            }
            let asked = Instant::now();
            let answer = new_project(&person.user, "Another").await;
            if let Some(id) = self.judge(&answer, asked, "id") {
                person.projects.push(id);
            }
        }
        person
    }

    /// The id of what was made, unless it was refused as it should be.
    fn judge(&self, answer: &Answer, asked: Instant, name: &str) -> Option<String> {
        if answer.status < 300 {
            self.made.fetch_add(1, Ordering::SeqCst);
            return Some(answer.json()[name].as_str().unwrap().to_owned());
        }
        let took = asked.elapsed();
        assert_eq!(answer.status, 503, "{}", answer.text);
        assert!(took < REFUSAL_LIMIT, "{took:?}: {}", answer.text);
        let is_unknown = answer.expect_problem(503) == "OUTCOME_UNKNOWN";
        assert!(is_unknown || !answer.header("retry-after").is_empty());
        self.refused.fetch_add(1, Ordering::SeqCst);
        None
    }

    async fn wait_for_more(&self, count: &AtomicUsize, more: usize) {
        let wanted = count.load(Ordering::SeqCst) + more;
        wait_until("the drill to go on", ROUND_LIMIT, || async {
            (count.load(Ordering::SeqCst) >= wanted).then_some(())
        })
        .await;
    }
}

impl Person {
    /// Everything that was answered is there, every clip was paid once, and the books add up.
    async fn check(self) {
        for project in &self.projects {
            self.user
                .get(&format!("/api/projects/{project}"))
                .await
                .expect(200);
        }
        let reserved = lines(&self.user, "reserve").await;
        let known: BTreeSet<&String> = reserved.keys().collect();
        assert!(self.generations.iter().all(|id| known.contains(id)));
        // Also those whose acceptance nobody could be told.
        for generation in reserved.keys() {
            let status = self.user.wait_for_end(generation, CLIP_LIMIT).await;
            assert_eq!(status["status"], "completed", "{status}");
        }
        assert!(reserved.values().all(|times| *times == 1), "{reserved:?}");
        assert_eq!(lines(&self.user, "settle").await, reserved);
        assert!(lines(&self.user, "refund").await.is_empty());
        ledger::assert_sums(&self.user).await;
        let dashboard = self.user.get("/api/dashboard").await.expect(200);
        assert_eq!(dashboard["credits"]["reserved"], json!(0));
    }
}

async fn lines(user: &Client, kind: &str) -> BTreeMap<String, usize> {
    let counts = ledger::count_by_generation(user, kind).await;
    counts.into_iter().collect()
}

async fn new_project(user: &Client, title: &str) -> Answer {
    user.post("/api/projects", &json!({ "title": title })).await
}
