use crate::quick_server;

#[tokio::test]
async fn the_first_administrator_sees_every_queue_and_others_do_not() {
    let (app, admin) = quick_server().start_with_admin().await;
    let answer = admin.get("/admin/queue").await;
    assert_eq!(answer.statement_count(), 1);
    let queues = answer.expect(200);
    let queues = queues["queues"].as_array().unwrap();
    let names: Vec<&str> = queues
        .iter()
        .filter_map(|queue| queue["name"].as_str())
        .collect();
    assert_eq!(
        names,
        ["export", "housekeeping", "images", "models", "render"]
    );
    let user = app.new_user("curious").await;
    assert_eq!(
        user.get("/admin/queue").await.expect_problem(404),
        "NOT_FOUND"
    );
}
