//! Over TLS, and through a pooler.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use vita_db::{Announcement, AnnouncementSink, Db, DbError, PostgresConfig, Statements, params};
use vita_fixtures::postgres::{
    Cluster, ClusterRecipe, PgBouncer, Transport, has_pgbouncer, has_postgres,
};

use super::bench::{look_up, open_in, sleep_on_server};
use crate::fixture::{Heard, add_note, announcement, list_notes, within_a_minute};

async fn try_open(url: &str) -> Result<Db, String> {
    let opened = Db::open_postgres(&PostgresConfig::new(url), Arc::new(())).await;
    opened.map_err(|error| error.to_string())
}

#[tokio::test]
async fn sslmode_decides_how_much_of_the_certificate_is_looked_at() {
    if !has_postgres() {
        return;
    }
    let cluster = Cluster::start(ClusterRecipe {
        transport: Transport::Tls,
        ..ClusterRecipe::default()
    });
    cluster.create_database("secure");
    let url = cluster.url("secure");
    let roots = cluster.authority().unwrap().display();
    let full = format!("{url}?sslmode=verify-full&sslrootcert={roots}");
    let db = open_in(&cluster, &PostgresConfig::new(full.as_str())).await;
    add_note(&db, "sealed").await.unwrap();
    assert_eq!(look_up(&db, "sealed").await, Ok(Some(1)));
    let encrypted = db.read((), |tx, ()| {
        let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        Box::pin(tx.query_one(sql, params![], |row| row.get::<bool>(0)))
    });
    let encrypted: Result<bool, DbError> = encrypted.await;
    assert_eq!(encrypted, Ok(true));

    for accepted in ["require", "prefer"] {
        try_open(&format!("{url}?sslmode={accepted}"))
            .await
            .unwrap();
    }
    try_open(&url).await.unwrap();
    try_open(&format!("{url}?sslmode=verify-ca&sslrootcert={roots}"))
        .await
        .unwrap();
    // Nobody but the tests trusts who signed it.
    for doubtful in ["verify-ca", "verify-full"] {
        let refused = try_open(&format!("{url}?sslmode={doubtful}")).await;
        let message = refused.err().expect("it is signed by nobody we know");
        assert!(message.contains("certificate"), "{message}");
    }
    let refused = try_open(&format!("{url}?sslmode=disable")).await;
    assert!(refused.is_err(), "the server takes nobody without TLS");
    // The name in the address has to be in the certificate.
    let elsewhere = full.replace("127.0.0.1", "127.0.0.2");
    let refused = try_open(&elsewhere).await;
    assert!(refused.is_err(), "the certificate is for another address");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unnamed_statements_work_through_a_pooler_that_knows_no_others() {
    if !has_postgres() || !has_pgbouncer() {
        return;
    }
    let cluster = Cluster::start(ClusterRecipe::default());
    cluster.create_database("pooled");
    let pooler = PgBouncer::start(&cluster, 3);
    let mut config = PostgresConfig::new(pooler.url(&cluster, "pooled"));
    config.statements = Statements::Unnamed;
    config.listen_url = Some(cluster.url("pooled"));
    config.statement_timeout = Duration::from_millis(500);
    let db = open_in(&cluster, &config).await;
    let heard = Arc::new(Heard::default());
    let sink: Arc<dyn AnnouncementSink> = Arc::<Heard>::clone(&heard);
    let other = Db::open_postgres(&config, sink).await.unwrap();
    // More at once than the pooler has connections, so that each gets others' every time.
    let writes = (0..60).map(|n| add_note(&db, format!("note {n}")));
    let written = within_a_minute(join_all(writes)).await;
    assert!(written.iter().all(Result::is_ok), "{written:?}");
    let found = join_all((0..60).map(|n| {
        let db = other.clone();
        async move { look_up(&db, &format!("note {n}")).await }
    }));
    let found = within_a_minute(found).await;
    assert!(
        found.iter().all(|id| matches!(id, Ok(Some(_)))),
        "{found:?}"
    );
    assert_eq!(list_notes(&db).await.len(), 60);
    let nothing = db.write((), |tx, ()| {
        let sql = "UPDATE notes SET size = $1 WHERE text = $2";
        Box::pin(async move {
            tx.execute(sql, params![Option::<i64>::None, *"note 1"])
                .await
        })
    });
    let nothing: Result<u64, DbError> = nothing.await;
    assert_eq!(nothing, Ok(1));
    let stopped = within_a_minute(sleep_on_server(&db, 60.0)).await;
    assert_eq!(stopped, Err(DbError::StatementTimeout));
    within_a_minute(async {
        while heard.topics().is_empty() {
            announce(&db, announcement("through both")).await;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

async fn announce(db: &Db, what: Announcement) {
    let announced = db.write(what, |tx, what| {
        Box::pin(async move {
            tx.announce(what.clone());
            tx.execute("UPDATE notes SET size = 1 WHERE text = 'note 1'", &[])
                .await
        })
    });
    let announced: Result<u64, DbError> = announced.await;
    announced.unwrap();
}
