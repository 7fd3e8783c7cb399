use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use vita_fixtures::postgres::{
    Cluster, ClusterRecipe, Durability, PgBouncer, Transport, has_pgbouncer, has_postgres,
    new_database, new_empty_database,
};
use vita_fixtures::{ChildTest, folder_of_child};

/// Longest time until what a killed test process had started is gone.
const VANISH_LIMIT: Duration = Duration::from_secs(30);

/// Speaks to a database as the product would: as its owner, by its address.
#[expect(
    clippy::disallowed_methods,
    reason = "the one client that a machine with PostgreSQL has"
)]
fn query(url: &str, sql: &str) -> Output {
    let asked = Command::new("psql")
        .args(["-X", "-A", "-t", "-c", sql, url])
        .output();
    asked.expect("psql is installed beside the server")
}

fn answer(url: &str, sql: &str) -> String {
    let output = query(url, sql);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn every_test_has_a_copy_of_the_template() {
    if !has_postgres() {
        return;
    }
    let migrate = |url: &str| {
        answer(url, "CREATE TABLE clips (id TEXT)");
    };
    let (one, other) = (new_database(migrate), new_database(migrate));
    answer(one.url(), "INSERT INTO clips VALUES ('a')");
    assert_eq!(answer(one.url(), "SELECT COUNT(*) FROM clips"), "1");
    assert_eq!(answer(other.url(), "SELECT COUNT(*) FROM clips"), "0");
    let gone = one.url().to_owned();
    drop(one);
    assert!(!query(&gone, "SELECT 1").status.success());
}

#[test]
fn the_owner_of_a_database_may_only_use_it() {
    if !has_postgres() {
        return;
    }
    let database = new_empty_database();
    answer(database.url(), "CREATE TABLE clips (id TEXT)");
    let output = query(database.url(), "CREATE DATABASE another");
    assert!(!output.status.success());
    assert_eq!(database.run_sql("SELECT COUNT(*) FROM clips"), "0");
}

#[test]
fn a_durable_cluster_keeps_what_was_committed_before_it_was_killed() {
    if !has_postgres() {
        return;
    }
    let mut cluster = Cluster::start(ClusterRecipe {
        durability: Durability::Full,
        ..ClusterRecipe::default()
    });
    cluster.create_database("drill");
    let url = cluster.url("drill");
    answer(&url, "CREATE TABLE clips (id TEXT)");
    answer(&url, "INSERT INTO clips VALUES ('kept')");
    cluster.kill9();
    assert!(!query(&url, "SELECT 1").status.success());
    cluster.restart();
    assert_eq!(answer(&url, "SELECT id FROM clips"), "kept");
    cluster.stop_immediately();
    cluster.restart();
    cluster.freeze();
    cluster.thaw();
    assert_eq!(answer(&url, "SELECT id FROM clips"), "kept");
}

#[test]
fn a_cluster_with_tls_is_reached_by_tls_only() {
    if !has_postgres() {
        return;
    }
    let cluster = Cluster::start(ClusterRecipe {
        transport: Transport::Tls,
        ..ClusterRecipe::default()
    });
    cluster.create_database("drill");
    let url = cluster.url("drill");
    let authority = cluster.authority().unwrap().display();
    let verified = format!("{url}?sslmode=verify-full&sslrootcert={authority}");
    let seen = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    assert_eq!(answer(&verified, seen), "t");
    assert!(
        !query(&format!("{url}?sslmode=disable"), "SELECT 1")
            .status
            .success()
    );
}

#[test]
fn pgbouncer_hands_out_the_connections_of_a_cluster() {
    if !has_postgres() || !has_pgbouncer() {
        return;
    }
    let cluster = Cluster::start(ClusterRecipe::default());
    cluster.create_database("drill");
    let bouncer = PgBouncer::start(&cluster, 1);
    let url = bouncer.url(&cluster, "drill");
    let first = answer(&url, "SELECT pg_backend_pid()");
    assert_eq!(answer(&url, "SELECT pg_backend_pid()"), first);
}

/// Starts a cluster and says where, until it is killed.
#[test]
fn child_with_a_cluster() {
    if folder_of_child().is_none() {
        return;
    }
    let cluster = Cluster::start(ClusterRecipe::default());
    let data = cluster.run_sql("postgres", "SHOW data_directory");
    println!("\nport {}\ndata {data}", cluster.port());
    loop {
        std::thread::park();
    }
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "what vanishes gives no event; the limit has a name"
)]
fn a_cluster_vanishes_with_a_test_process_that_is_killed() {
    if !has_postgres() {
        return;
    }
    let mut child = ChildTest::start("postgres::child_with_a_cluster", Path::new("/"));
    let port: u16 = child.next_after("port ").unwrap().parse().unwrap();
    let data = PathBuf::from(child.next_after("data ").unwrap());
    let folder = data.parent().unwrap();
    assert!(folder.is_dir());
    child.kill();
    let began = Instant::now();
    while folder.exists() || TcpStream::connect(("127.0.0.1", port)).is_ok() {
        assert!(began.elapsed() < VANISH_LIMIT, "the cluster stays");
        std::thread::sleep(Duration::from_millis(10));
    }
}
