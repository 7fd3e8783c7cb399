use serde_json::json;
use vita_testkit::Client;

use crate::{CLIP_LIMIT, quick_server};

/// Most statements for a list, however long it is.
const STATEMENTS_MAX: u64 = 3;

/// Lists whose cost must not grow with what is there.
const LISTS: &[&str] = &[
    "/api/projects?limit=100",
    "/api/dashboard",
    "/api/credits/ledger?limit=100",
    "/api/notifications",
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
        for path in LISTS {
            let answer = user.get(path).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            of_size.push(answer.statement_count());
        }
        counts.push(of_size);
    }
    assert_eq!(counts[0], counts[1], "{LISTS:?}");
    assert_eq!(counts[0], counts[2], "{LISTS:?}");
    let most = counts[2].iter().max().unwrap();
    assert!(*most <= STATEMENTS_MAX, "{LISTS:?} take {:?}", counts[2]);
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
async fn the_status_of_a_generation_is_one_statement() {
    let app = quick_server().start().await;
    let user = app.new_user("status").await;
    let project = user.create_project("Status").await;
    let scene = user.create_scene(&project, "anything").await;
    let generation = user.generate_simulated(&project, &scene).await;
    let path = format!("/api/generations/{generation}/status");
    assert_eq!(user.get(&path).await.statement_count(), 1);
    user.wait_for_end(&generation, CLIP_LIMIT).await;
    assert_eq!(user.get("/api/health").await.statement_count(), 0);
    let answer = user.post("/api/projects", &json!({ "title": "" })).await;
    assert_eq!(answer.expect_problem(422), "VALIDATION_FAILED");
}
