//! Accounts from outside: what an operator and a stranger with the log would see.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use vita_testkit::{RunningProcess, ServerConfig, residue, run_to_end, wait_until};

use crate::{CLIP_LIMIT, PROGRAM, quick_server};

/// Longest time until nothing is left of what was deleted.
const REMOVAL_LIMIT: Duration = Duration::from_secs(20);

#[tokio::test]
async fn an_account_that_is_deleted_takes_its_running_render_along() {
    let app = ServerConfig::new(PROGRAM).start().await;
    let user = app.new_user("leaving").await;
    let project = user.create_project("Never mind").await;
    let scene = user
        .create_scene(&project, "a city at night in the rain")
        .await;
    let body = json!({
        "sceneId": scene,
        "model": "local",
        "resolution": "1080p",
        "duration": 15,
    });
    let generation = user.generate(&project, &body).await;
    wait_until("ffmpeg to run", CLIP_LIMIT, || async {
        (!app.tool_processes().is_empty()).then_some(())
    })
    .await;
    let request = user.request(reqwest::Method::DELETE, "/api/me");
    let wrong = request.json(&json!({"password": "not it"}));
    let wrong = user.send(wrong).await.expect_problem(401);
    assert_eq!(wrong, "INVALID_CREDENTIALS");
    let request = user.request(reqwest::Method::DELETE, "/api/me");
    let right = request.json(&json!({"password": "a password for tests"}));
    user.send(right).await.expect(204);

    for path in ["/api/me", "/api/projects", "/api/dashboard"] {
        assert_eq!(user.get(path).await.expect_problem(401), "TOKEN_EXPIRED");
    }
    wait_until("the render to end", REMOVAL_LIMIT, || async {
        app.tool_processes().is_empty().then_some(())
    })
    .await;
    wait_until("its files to go", REMOVAL_LIMIT, || async {
        let stored = residue::stored_generations(&app.data_dir());
        (!stored.contains(&generation)).then_some(())
    })
    .await;
    assert!(!app.stderr().contains("ERROR"), "{}", app.stderr());
}

/// Addresses end up in logs, and sockets have their credentials in addresses.
#[tokio::test]
async fn no_credential_reaches_the_log() {
    let app = quick_server().with("VITASCOPE_LOG", "trace").start().await;
    let user = app.new_user("careful").await;
    let token = user.token.clone().unwrap();
    let key = user.post("/api/keys", &json!({"name": "a script"})).await;
    let key = key.expect(201)["secret"].as_str().unwrap().to_owned();
    let ticket = user.post("/api/tickets", &json!({})).await;
    let ticket = ticket.expect(201)["ticket"].as_str().unwrap().to_owned();
    let stranger = app.client();
    for query in [
        format!("token={token}"),
        format!("token={key}"),
        format!("ticket={ticket}"),
    ] {
        let path = format!("/ws?{query}");
        assert_eq!(stranger.get(&path).await.expect_problem(400), "BAD_REQUEST");
        stranger
            .get(&format!("/api/jobs/none/events?{query}"))
            .await;
    }
    let credentials = json!({"email": "careful@example.org", "password": "a wrong password"});
    stranger
        .post("/api/auth/login", &credentials)
        .await
        .expect(401);
    let log = app.stderr();
    assert!(
        log.contains("TRACE") || log.contains("DEBUG"),
        "nothing was logged"
    );
    for secret in [
        &token,
        &key,
        &ticket,
        "a wrong password",
        "a password for tests",
    ] {
        assert!(!log.contains(secret), "`{secret}` is in the log");
    }
}

#[tokio::test]
async fn the_operator_resets_a_password_and_lists_administrators() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        let variables = [("VITASCOPE_MODE", "production")];
        run_to_end(
            Path::new(PROGRAM),
            args,
            &variables,
            folder.path(),
            Duration::from_mins(1),
        )
        .unwrap()
    };
    let none = run(&["admin", "list"]);
    assert!(none.status.success() && none.stdout.is_empty());
    assert!(none.stderr.contains("vitascope admin create"));
    let nobody = run(&["admin", "reset-password", "root@example.org"]);
    assert_eq!(nobody.status.code(), Some(1));
    let with_password = |command: &str, password: &str| {
        let args = ["admin", command, "root@example.org"].map(str::to_owned);
        let variables = [("VITASCOPE_MODE".to_owned(), "production".to_owned())];
        let program = Path::new(PROGRAM);
        let running =
            RunningProcess::start_with_input(program, &args, &variables, folder.path(), password);
        running.unwrap().wait(Duration::from_mins(1)).unwrap()
    };
    assert!(with_password("create", "a first password").status.success());
    assert_eq!(
        with_password("reset-password", "short").status.code(),
        Some(1)
    );
    let reset = with_password("reset-password", "a second password\n");
    assert!(
        reset
            .stdout
            .contains("root@example.org has another password")
    );
    assert!(!reset.stdout.contains("a second password"));
    assert_eq!(run(&["admin", "list"]).stdout.trim(), "root@example.org");
    for command in ["create", "reset-password", "list"] {
        let help = run(&["admin", command, "--help"]);
        assert!(help.stdout.contains("Example"), "{}", help.stdout);
    }
}

#[tokio::test]
async fn a_running_server_is_named_as_what_stands_in_the_way() {
    let app = quick_server().start().await;
    let folder = tempfile::tempdir().unwrap();
    let data_dir = app.data_dir();
    let variables = [("VITASCOPE_DATA_DIR", data_dir.to_str().unwrap())];
    let args = ["admin", "list"];
    let limit = Duration::from_mins(1);
    let refused = run_to_end(Path::new(PROGRAM), &args, &variables, folder.path(), limit).unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        refused.stderr.contains("another process uses the folder")
            && refused.stderr.contains("end it"),
        "{}",
        refused.stderr
    );
}
