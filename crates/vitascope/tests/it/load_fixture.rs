use std::path::Path;
use std::time::Duration;

use serde_json::json;
use vita_testkit::{Exited, ledger, run_to_end};

use crate::{CLIP_LIMIT, PROGRAM, probe, quick_server};

/// Longest time for five hundred password hashes while other tests keep the machine busy.
const SEED_LIMIT: Duration = Duration::from_mins(3);

fn seed(folder: &Path, mode: &str, args: &[&str]) -> Exited {
    let args = [&["seed", "--load-test"], args].concat();
    // Several transactions wait for the one writer, longer than a request may.
    let variables = [
        ("VITASCOPE_MODE", mode),
        ("VITASCOPE_DATABASE__ACQUIRE_TIMEOUT", "1ms"),
    ];
    run_to_end(Path::new(PROGRAM), &args, &variables, folder, SEED_LIMIT).unwrap()
}

#[tokio::test]
async fn the_accounts_of_a_load_test_can_be_used_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let size = ["--projects-per-user", "1", "--generations", "2000"];
    let seeded = seed(folder.path(), "test", &size);
    assert!(seeded.status.success(), "{}", seeded.stderr);
    let expected = "made 500 accounts, 2000 generations";
    assert!(seeded.stdout.contains(expected), "{}", seeded.stdout);
    let again = seed(folder.path(), "test", &size);
    let expected = "made 0 accounts, 0 generations and 0 clips";
    assert!(again.stdout.contains(expected), "{}", again.stdout);

    let app = quick_server().start_over(folder).await;
    let mut user = app.client();
    user.login_as("loadtest-007@test.com", "test-password-007")
        .await;
    ledger::assert_sums(&user).await;
    let listed = user.get("/api/projects").await.expect(200);
    let project = listed["projects"][0]["id"].as_str().unwrap();
    let scene = listed["projects"][0]["scenes"][0]["id"].as_str().unwrap();
    let generation = user.generate_simulated(project, scene).await;
    user.wait_for_end(&generation, CLIP_LIMIT).await;
    ledger::assert_sums(&user).await;

    let named = user.get("/api/generations/gen_test_7/status").await;
    let named = named.expect(200);
    assert_eq!(named["status"], "completed");
    let clip = user.get(named["videoUrl"].as_str().unwrap()).await;
    assert_eq!(probe(&clip.bytes).codec, "h264");
    let foreign = user.get("/api/generations/gen_001/status").await;
    assert_eq!(foreign.expect_problem(404), "NOT_FOUND");

    let mut program = app.client();
    for (key, generation) in [
        ("test-token-ws-7", "gen_test_7"),
        ("test-token-ws-507", "gen_test_507"),
        ("test-token-ws-1000", "gen_test_1000"),
        ("test-token-for-soak", "gen_001"),
        ("test-token-for-spike", "gen_001"),
    ] {
        program.token = Some(key.to_owned());
        let path = format!("/api/generations/{generation}/status");
        program.get(&path).await.expect(200);
    }

    let mut first = app.client();
    first
        .login_as("loadtest-001@test.com", "test-password-001")
        .await;
    let status = first.get("/api/generations/gen_001/status").await;
    assert_eq!(status.expect(200)["progress"], 100);
    let scenes = first.get("/api/projects/proj_001/scenes").await;
    let scenes = scenes.expect(200);
    assert!(!scenes["scenes"].as_array().unwrap().is_empty());
    let path = "/api/projects/proj_001/export";
    let export = first.post(path, &json!({ "format": "storyboard" })).await;
    let job = export.expect(202)["jobId"].as_str().unwrap().to_owned();
    let ended = first.wait_for_job(&job, CLIP_LIMIT).await;
    assert_eq!(ended["status"], "completed", "{ended}");
}

#[test]
fn accounts_whose_passwords_everybody_knows_are_not_made_in_production_by_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let refused = seed(folder.path(), "production", &[]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.stderr.contains("`--yes`"), "{}", refused.stderr);
    assert!(!folder.path().join("data").exists());
}
