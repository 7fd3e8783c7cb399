use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use vita_testkit::{Exited, RunningProcess, run_to_end};

use crate::{PROGRAM, quick_server};

/// Longest time for a command that makes no clips.
const COMMAND_LIMIT: Duration = Duration::from_mins(1);

fn run(args: &[&str], variables: &[(&str, &str)], folder: &Path) -> Exited {
    run_to_end(Path::new(PROGRAM), args, variables, folder, COMMAND_LIMIT).unwrap()
}

#[test]
fn all_mistakes_of_a_configuration_are_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("vitascope.toml"),
        "mode = \"fast\"\n[server]\nlisen = \"127.0.0.1:1\"\nheader_timeout = 5\n",
    )
    .unwrap();
    let variables = [
        ("DATABASE_URL", "mysql://me:hunter2@db/vitascope"),
        ("VITASCOPE_QUEUE__LEASE", "soon"),
    ];
    let args = ["config", "check", "--set", "media.threads=many"];
    let exited = run(&args, &variables, folder.path());
    assert_eq!(exited.status.code(), Some(1));
    for expected in [
        "6 mistakes",
        "mode (file vitascope.toml): `fast` is none of the choices",
        "server.lisen (file vitascope.toml): there is no such setting",
        "did you mean `server.listen`?",
        "server.header_timeout (file vitascope.toml): `5` is no duration that fits",
        "database.url (environment DATABASE_URL): this is no address of a database",
        "queue.lease (environment VITASCOPE_QUEUE__LEASE): `soon` is no duration that fits",
        "media.threads (flag --set): `many` is no whole number that fits",
    ] {
        assert!(
            exited.stderr.contains(expected),
            "`{expected}` is not in:\n{}",
            exited.stderr
        );
    }
    assert!(!exited.stderr.contains("hunter2"), "{}", exited.stderr);
    // The server refuses to start for the same reasons.
    let served = run(&["serve"], &variables, folder.path());
    assert_eq!(served.status.code(), Some(1));
    assert!(served.stdout.is_empty());
    assert!(!folder.path().join("data").exists());
}

#[test]
fn the_shown_configuration_names_its_sources_and_hides_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let secret = "bm90IGEgcmVhbCBzZWNyZXQsIGJ1dCBsb25nIGVub3VnaA==";
    let variables = [
        ("VITASCOPE_SECRETS__TOKEN_KEY", secret),
        ("VITASCOPE_LISTEN", "127.0.0.1:4000"),
    ];
    let args = ["config", "show", "--mode", "production"];
    let exited = run(&args, &variables, folder.path());
    assert!(exited.status.success(), "{}", exited.stderr);
    let shown = exited.stdout;
    assert!(
        shown.contains("listen = \"127.0.0.1:4000\" # environment VITASCOPE_LISTEN"),
        "{shown}"
    );
    assert!(
        shown.contains("mode = \"production\" # flag --mode"),
        "{shown}"
    );
    assert!(shown.contains("token_key = \"(redacted)\""), "{shown}");
    assert!(!shown.contains(secret) && !exited.stderr.contains(secret));
}

#[tokio::test]
async fn a_folder_has_one_process_and_its_secrets_have_one_reader() {
    let app = quick_server().start().await;
    let data_dir = app.data_dir();
    let folder = tempfile::tempdir().unwrap();
    let variables = [("VITASCOPE_LISTEN", "127.0.0.1:0")];
    for command in ["serve", "migrate"] {
        let args = [command, "--data-dir", data_dir.to_str().unwrap()];
        let exited = run(&args, &variables, folder.path());
        assert_eq!(exited.status.code(), Some(1));
        assert!(
            exited
                .stderr
                .contains("`data.dir`: another process uses the folder"),
            "{}",
            exited.stderr
        );
        assert!(!exited.stdout.contains("listening on"));
    }
    let key = fs::metadata(data_dir.join("secrets/token-key")).unwrap();
    assert_eq!(key.permissions().mode() & 0o777, 0o600);
    let secrets = fs::metadata(data_dir.join("secrets")).unwrap();
    assert_eq!(secrets.permissions().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn a_token_is_still_good_after_a_restart() {
    let mut app = quick_server().start().await;
    let user = app.new_user("again").await;
    app.kill9().await;
    app.restart().await;
    user.moved_to(app.url()).get("/api/me").await.expect(200);
}

#[tokio::test]
async fn a_taken_port_is_named_with_its_setting() {
    let app = quick_server().start().await;
    let address = app.url().trim_start_matches("http://").to_owned();
    let folder = tempfile::tempdir().unwrap();
    let exited = run(&["serve", "--listen", &address], &[], folder.path());
    assert_eq!(exited.status.code(), Some(1));
    assert!(
        exited.stderr.contains("`server.listen`"),
        "{}",
        exited.stderr
    );
    assert!(exited.stderr.contains(&address), "{}", exited.stderr);
    assert!(!folder.path().join("data").exists(), "nothing was touched");
}

#[test]
fn without_ffmpeg_it_says_what_to_install() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["serve", "--set", "media.ffmpeg=/nowhere/ffmpeg"];
    let variables = [("VITASCOPE_LISTEN", "127.0.0.1:0")];
    let exited = run(&args, &variables, folder.path());
    assert_eq!(exited.status.code(), Some(1));
    for expected in [
        "`media.ffmpeg`",
        "/nowhere/ffmpeg",
        "apt-get install ffmpeg",
    ] {
        assert!(exited.stderr.contains(expected), "{}", exited.stderr);
    }
}

#[test]
fn migrating_says_what_was_applied_and_then_that_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let first = run(&["migrate"], &[], folder.path());
    assert!(first.status.success(), "{}", first.stderr);
    assert!(first.stdout.contains("applied"), "{}", first.stdout);
    let again = run(&["migrate"], &[], folder.path());
    assert_eq!(again.stdout, "the schema is up to date");
}

#[test]
fn the_printed_description_of_the_api_is_the_documented_one() {
    let folder = tempfile::tempdir().unwrap();
    let printed = run(&["openapi"], &[], folder.path()).stdout;
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/api/openapi.json");
    let documented = fs::read_to_string(root).unwrap();
    assert_eq!(
        printed.trim_end(),
        documented.trim_end(),
        "stale: run `make gen`"
    );
}

#[tokio::test]
async fn demo_mode_prints_one_address_and_a_login_that_works() {
    let folder = tempfile::tempdir().unwrap();
    let variables = [
        ("VITASCOPE_LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
        ("VITASCOPE_LOG".to_owned(), "warn".to_owned()),
    ];
    let program = Path::new(PROGRAM);
    let started = RunningProcess::start(program, &["serve".to_owned()], &variables, folder.path());
    let mut process = started.unwrap();
    let find_line = |process: &mut RunningProcess, start: &'static str| {
        let line = process.wait_for_line(COMMAND_LIMIT, |line| {
            line.strip_prefix(start).map(str::to_owned)
        });
        line.unwrap()
    };
    let url = find_line(&mut process, "listening on ");
    let login = find_line(&mut process, "demo login ");
    let (email, password) = login.split_once(" / ").unwrap();
    let body = serde_json::json!({ "email": email, "password": password });
    let client = vita_testkit::Client::new(&url);
    let signed_in = client.post("/api/auth/login", &body).await.expect(200);
    assert_eq!(signed_in["user"]["email"], email);
    process.signal(vita_testkit::Signal::TERM).unwrap();
    assert!(process.wait(COMMAND_LIMIT).unwrap().status.success());
}
