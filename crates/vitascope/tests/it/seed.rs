use std::path::Path;
use std::time::Duration;

use vita_testkit::{Exited, RunningProcess, ServerConfig, Signal, residue};

use crate::{CLIP_LIMIT, PROGRAM};

/// Longest time for a command to stop.
const STOP_LIMIT: Duration = Duration::from_secs(30);

/// Starts `seed --demo`, and interrupts it once `is_far_enough`.
async fn seed_until(folder: &Path, is_far_enough: impl Fn(&RunningProcess) -> bool) -> Exited {
    let args = ["seed".to_owned(), "--demo".to_owned()];
    let process = RunningProcess::start(Path::new(PROGRAM), &args, &[], folder).unwrap();
    vita_testkit::wait_until("the demo clips", CLIP_LIMIT, || async {
        is_far_enough(&process).then_some(())
    })
    .await;
    process.signal(Signal::INT).unwrap();
    process.wait(STOP_LIMIT).unwrap()
}

#[tokio::test]
async fn seeding_can_be_interrupted_and_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    let stage = data_dir.join("files/.stage");
    let exited = seed_until(folder.path(), |_| !residue::list_files(&stage).is_empty()).await;
    assert_eq!(exited.status.code(), Some(1), "{}", exited.stderr);
    assert!(exited.stderr.contains("run it again"), "{}", exited.stderr);
    assert!(exited.stdout.is_empty());
    assert_eq!(
        residue::half_made_files(&data_dir),
        Vec::<std::path::PathBuf>::new()
    );

    seed_until(folder.path(), |process| process.stderr().contains("made: ")).await;

    let server = ServerConfig::new(PROGRAM).with("VITASCOPE_MODE", "demo");
    let app = server.start_over(folder).await;
    let mut demo = app.client();
    demo.login_as("demo@vitascope.local", "golden-hour-demo")
        .await;
    let projects = demo.get("/api/projects").await.expect(200);
    let projects = projects["projects"].as_array().unwrap();
    assert_eq!(projects.len(), 1, "seeding again made no second project");
    let scenes = projects[0]["scenes"].as_array().unwrap();
    assert!(scenes.len() >= 3);
    let completed = scenes
        .iter()
        .filter(|scene| scene["latestGeneration"]["status"] == "completed");
    assert!(completed.count() >= 1, "{scenes:?}");
    for scene in scenes {
        // So that the test does not wait for what it does not look at.
        let generation = &scene["latestGeneration"];
        if generation["status"] != "completed" {
            let id = generation["id"].as_str().unwrap();
            let path = format!("/api/generations/{id}/cancel");
            demo.post(&path, &serde_json::json!({})).await;
        }
    }
}
