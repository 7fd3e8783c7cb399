use serde_json::json;
use vita_testkit::Client;

use crate::{CLIP_LIMIT, quick_server, server_with_simulated};

/// What must not cost more with more in it, and the most statements for each. The dashboard is six
/// answers in one.
const LISTS: &[(&str, u64)] = &[
    ("/api/projects?limit=100", 3),
    ("/api/dashboard", 6),
    ("/api/jobs?limit=100", 1),
    ("/api/credits/ledger?limit=100", 3),
    ("/api/notifications", 3),
    ("/api/reference-images", 3),
];

#[tokio::test]
async fn lists_take_as_many_statements_for_a_hundred_projects_as_for_one() {
    let app = quick_server().start().await;
    let user = app.new_user("many").await;
    let mut made = 0;
    let mut counts = Vec::new();
    for wanted in [1, 10, 100] {
        while made < wanted {
            made += 1;
            add_project(&user, made).await;
        }
        let mut of_size = Vec::new();
        for (path, statements_max) in LISTS {
            let answer = user.get(path).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            let count = answer.statement_count();
            assert!(
                count <= *statements_max,
                "`{path}` takes {count} statements"
            );
            of_size.push(count);
        }
        counts.push(of_size);
    }
    assert_eq!(counts[0], counts[1], "{LISTS:?}");
    assert_eq!(counts[0], counts[2], "{LISTS:?}");
    let listed = user.list_all("/api/projects?limit=100", "projects").await;
    assert_eq!(listed.len(), 100);
}

/// Every project has scenes, and every tenth a clip.
async fn add_project(user: &Client, number: usize) {
    let project = user.create_project(&format!("Project {number}")).await;
    let scene = user.create_scene(&project, "one").await;
    user.create_scene(&project, "two").await;
    if number % 10 == 1 {
        let generation = user.generate_simulated(&project, &scene).await;
        user.wait_for_end(&generation, CLIP_LIMIT).await;
    }
}

#[tokio::test]
async fn the_status_is_one_statement_and_with_the_place_of_one_that_waits_four() {
    let server = server_with_simulated("1s").with("VITASCOPE_QUEUE__REMOTE_CONCURRENCY", "1");
    let app = server.start().await;
    let user = app.new_user("status").await;
    let project = user.create_project("Status").await;
    let scene = user.create_scene(&project, "anything").await;
    let generation = user.generate_simulated(&project, &scene).await;
    let path = format!("/api/generations/{generation}/status");
    user.wait_for_status(&generation, "processing", CLIP_LIMIT)
        .await;
    assert_eq!(user.get(&path).await.statement_count(), 1);
    let waiting = user.generate_simulated(&project, &scene).await;
    let answer = user
        .get(&format!("/api/generations/{waiting}/status"))
        .await;
    assert!(answer.statement_count() <= 4, "{}", answer.text);
    user.wait_for_end(&generation, CLIP_LIMIT).await;
    assert_eq!(user.get(&path).await.statement_count(), 1);
    user.wait_for_end(&waiting, CLIP_LIMIT).await;
    assert_eq!(user.get("/api/health").await.statement_count(), 0);
    let answer = user.post("/api/projects", &json!({ "title": "" })).await;
    assert_eq!(answer.expect_problem(422), "VALIDATION_FAILED");
}
