//! The cluster that all tests of a process share, and the databases in it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::sync_channel;

use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use super::cluster::{Cluster, ClusterRecipe};

/// Says which database the tests run on: `sqlite`, as without it, or `postgres`.
const DATABASE_VARIABLE: &str = "VITASCOPE_TEST_DATABASE";

const TEMPLATE: &str = "template_for_tests";

/// A database of a test's own in the cluster that the tests of this process share. Dropped, it is
/// removed, whoever is connected to it.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    url: String,
}

impl TestDatabase {
    fn named_anew() -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", MADE.fetch_add(1, Ordering::Relaxed));
        let url = cluster().url(&name);
        Self { name, url }
    }

    /// Its address, such as `postgres://…@127.0.0.1:12345/test_7`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Runs statements in it as the cluster's administrator; see [`Cluster::run_sql`].
    ///
    /// # Panics
    /// When one of them fails.
    pub fn run_sql(&self, sql: &str) -> String {
        cluster().run_sql(&self.name, sql)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        cluster().drop_database(&self.name);
    }
}

/// Where a test's own, empty database is: in a file, or on PostgreSQL when the tests were started to
/// run there. Dropped, it is removed.
#[derive(Debug)]
pub enum DatabasePlace {
    /// A folder for a file.
    Folder(TempDir),
    /// A copy of the template on the cluster that the tests of this process share.
    Server(TestDatabase),
}

impl DatabasePlace {
    /// A new place. On PostgreSQL it has the tables that `migrate` makes, see [`new_database`].
    ///
    /// # Panics
    /// When there is no room for a folder, or PostgreSQL is wanted and does not start.
    pub fn new(migrate: impl FnOnce(&str)) -> Self {
        if is_wanted() {
            return Self::Server(new_database(migrate));
        }
        Self::on_sqlite()
    }

    /// A file, for a test that is about SQLite.
    ///
    /// # Panics
    /// When there is no room for a folder.
    pub fn on_sqlite() -> Self {
        Self::Folder(tempfile::tempdir().expect("the system has room for a folder"))
    }
}

/// Whether the tests were started to run on PostgreSQL, by `VITASCOPE_TEST_DATABASE=postgres`.
///
/// # Panics
/// When the variable says something unknown.
#[expect(
    clippy::disallowed_methods,
    reason = "nothing but the environment reaches every test binary that cargo starts"
)]
pub fn is_wanted() -> bool {
    match std::env::var(DATABASE_VARIABLE).as_deref() {
        Err(_) | Ok("" | "sqlite") => false,
        Ok("postgres") => true,
        Ok(other) => panic!("{DATABASE_VARIABLE} is `{other}`: say `sqlite` or `postgres`"),
    }
}

/// An empty database.
///
/// # Panics
/// When PostgreSQL is not installed or does not start.
pub fn new_empty_database() -> TestDatabase {
    let database = TestDatabase::named_anew();
    cluster().create_database(&database.name);
    database
}

/// A copy of the template, which `migrate` makes once for each process from an empty database, given
/// its address. Every test of a process gets the same tables: those of the first call.
///
/// # Panics
/// When PostgreSQL is not installed or does not start.
pub fn new_database(migrate: impl FnOnce(&str)) -> TestDatabase {
    static MIGRATED: OnceLock<()> = OnceLock::new();
    MIGRATED.get_or_init(|| {
        let cluster = cluster();
        // One that an earlier call left behind in the middle.
        cluster.drop_database(TEMPLATE);
        cluster.create_database(TEMPLATE);
        migrate(&cluster.url(TEMPLATE));
        cluster.run_sql(
            "postgres",
            &format!(
                "ALTER DATABASE {TEMPLATE} ALLOW_CONNECTIONS false; \
                 SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE datname = '{TEMPLATE}'"
            ),
        );
    });
    let database = TestDatabase::named_anew();
    cluster().copy_database(TEMPLATE, &database.name);
    database
}

/// How many histories a property is tried with, each over a database of its own: fewer where that
/// takes a server more than the history itself.
pub fn cases(on_sqlite: u32) -> u32 {
    if is_wanted() {
        on_sqlite.div_ceil(4)
    } else {
        on_sqlite
    }
}

/// Waits for `work`, also where nothing may be awaited. It runs on threads of its own, and what it
/// spawns there lives on.
///
/// # Panics
/// When `work` does.
pub fn wait_for<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        runtime.expect("the system has room for a thread")
    });
    let (sender, answer) = sync_channel(1);
    runtime.spawn(async move { drop(sender.send(work.await)) });
    answer.recv().expect("the work ends without a panic")
}

/// Kept to the end of the process, whose watcher removes it.
fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| Cluster::start(ClusterRecipe::default()))
}
