use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use vita_testkit::{Client, Exited, ledger, run_to_end};

use crate::{CLIP_LIMIT, PROGRAM, probe, quick_server, server_with_simulated};

const COMMAND_LIMIT: Duration = Duration::from_mins(1);

/// Generations that are under way while the archive is written.
const CLIPS: usize = 60;

fn run(folder: &Path, args: &[&str]) -> Exited {
    run_to_end(Path::new(PROGRAM), args, &[], folder, COMMAND_LIMIT).unwrap()
}

/// An archive of an installation with one clip; with its folder.
async fn small_archive() -> (tempfile::TempDir, PathBuf) {
    let mut app = quick_server().on_sqlite().start().await;
    let user = app.new_user("small").await;
    let project = user.create_project("Small").await;
    let scene = user.create_scene(&project, "anything").await;
    let generation = user.generate_simulated(&project, &scene).await;
    user.wait_for_end(&generation, CLIP_LIMIT).await;
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("small.tar");
    let (data_dir, name) = (app.data_dir(), archive.display().to_string());
    let data_dir = data_dir.to_str().unwrap();
    let made = run(folder.path(), &["backup", &name, "--data-dir", data_dir]);
    assert!(made.status.success(), "{}", made.stderr);
    app.terminate().await;
    (folder, archive)
}

#[tokio::test]
async fn an_archive_made_while_clips_are_made_holds_all_that_it_lists() {
    let mut app = server_with_simulated("300ms").on_sqlite().start().await;
    let user = app.new_user("backup").await;
    let project = user.create_project("Backed up").await;
    let scene = user.create_scene(&project, "anything").await;
    for _ in 0..CLIPS {
        user.generate_simulated(&project, &scene).await;
    }
    let elsewhere = tempfile::tempdir().unwrap();
    let archive = elsewhere.path().join("backup.tar");
    let (archive, data_dir) = (archive.to_str().unwrap(), app.data_dir());
    let args = ["backup", archive, "--data-dir", data_dir.to_str().unwrap()];
    let made = run(elsewhere.path(), &args);
    assert!(made.status.success(), "{}", made.stderr);
    let mode = fs::metadata(archive).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(
        fs::read_dir(elsewhere.path()).unwrap().count(),
        1,
        "no drafts"
    );
    let again = run(elsewhere.path(), &args);
    assert!(
        again.stderr.contains("is there already"),
        "{}",
        again.stderr
    );
    app.kill9().await;
    app.without_checks();
    drop(app);

    let folder = tempfile::tempdir().unwrap();
    let restored = run(folder.path(), &["restore", archive]);
    assert!(restored.status.success(), "{}", restored.stderr);
    assert!(restored.stdout.contains("restored"), "{}", restored.stdout);
    let names = vita_testkit::residue::list_files(&folder.path().join("data/.restore"));
    assert!(names.is_empty(), "{names:?}");

    let app = quick_server().start_over(folder).await;
    let mut user = user.moved_to(app.url());
    user.login().await;
    let path = format!("/api/scenes/{scene}/generations?limit=100");
    let listed = user.list_all(&path, "generations").await;
    assert_eq!(listed.len(), CLIPS);
    for generation in &listed {
        let id = generation["id"].as_str().unwrap();
        let status = user.wait_for_end(id, CLIP_LIMIT).await;
        assert_eq!(status["status"], "completed", "{status}");
        is_playable(&user, status["videoUrl"].as_str().unwrap()).await;
    }
    ledger::assert_sums(&user).await;
}

async fn is_playable(user: &Client, url: &str) {
    let clip = user.get(url).await;
    assert_eq!(clip.status, 200, "{}", clip.text);
    assert_eq!(probe(&clip.bytes).codec, "h264");
}

#[tokio::test]
async fn a_damaged_archive_changes_nothing() {
    let (folder, archive) = small_archive().await;
    let whole = fs::read(&archive).unwrap();
    let changed = folder.path().join("changed.tar");
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    for bytes in [&whole[..whole.len() / 2], &flipped, b"no archive at all"] {
        fs::write(&changed, bytes).unwrap();
        let refused = run(folder.path(), &["restore", "changed.tar"]);
        assert_eq!(refused.status.code(), Some(1), "{}", refused.stdout);
        assert!(refused.stderr.contains("archive"), "{}", refused.stderr);
        let left = vita_testkit::residue::list_files(&folder.path().join("data"));
        assert!(
            left.iter().all(|path| path.ends_with("vitascope.lock")),
            "{left:?}"
        );
    }
}

#[tokio::test]
async fn an_installation_that_is_there_is_moved_aside_only_when_asked() {
    let (folder, archive) = small_archive().await;
    let archive = archive.to_str().unwrap();
    let mut app = quick_server().on_sqlite().start().await;
    let other = app.new_user("other").await;
    let data_dir = app.data_dir();
    let place = ["--data-dir", data_dir.to_str().unwrap()];
    let restore = |args: &[&str]| {
        run(
            folder.path(),
            &[&["restore", archive], args, &place].concat(),
        )
    };

    let refused = restore(&["--force"]);
    assert!(
        refused.stderr.contains("another process"),
        "{}",
        refused.stderr
    );
    app.terminate().await;
    let refused = restore(&[]);
    assert!(
        refused.stderr.contains("is not empty"),
        "{}",
        refused.stderr
    );
    app.restart().await;
    let mut other = other.moved_to(app.url());
    other.login().await;
    app.terminate().await;

    let restored = restore(&["--force"]);
    assert!(restored.status.success(), "{}", restored.stderr);
    app.restart().await;
    let mut user = app.client();
    user.login_as("small@example.org", vita_testkit::PASSWORD)
        .await;
    let projects = user.get("/api/projects").await.expect(200);
    assert_eq!(
        projects["projects"][0]["latestGeneration"]["status"],
        "completed"
    );
    let body = json!({ "email": "other@example.org", "password": vita_testkit::PASSWORD });
    let unknown = app.client().post("/api/auth/login", &body).await;
    assert_eq!(unknown.expect_problem(401), "INVALID_CREDENTIALS");
    let aside = fs::read_dir(&data_dir).unwrap().flatten().find(|entry| {
        let name = entry.file_name();
        name.to_string_lossy().starts_with("replaced-")
    });
    assert!(aside.unwrap().path().join("vitascope.db").exists());
}

#[test]
fn a_server_s_database_is_left_to_its_own_tools() {
    let folder = tempfile::tempdir().unwrap();
    let args = [
        "backup",
        "out.tar",
        "--set",
        "database.url=postgres://me:hunter2@db/x",
    ];
    let refused = run(folder.path(), &args);
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.stderr.contains("pg_dump"), "{}", refused.stderr);
    assert!(!refused.stderr.contains("hunter2"), "{}", refused.stderr);
}
