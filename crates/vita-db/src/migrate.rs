use refinery::error::Kind;
use refinery::{Migration, Report, Runner};
use rusqlite::Connection;

use crate::DbError;

/// One step of the schema, in the order in which it is applied.
struct Step {
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! steps {
    ($($name:literal),* $(,)?) => {
        &[$(Step {
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        }),*]
    };
}

/// Every migration. Both databases have a file of each name, so the lists cannot part.
const STEPS: &[Step] = steps![
    "V1__accounts",
    "V2__projects",
    "V3__jobs",
    "V4__notifications",
    "V5__accounts_complete",
    "V6__reference_images",
    "V7__queue_controls",
];

/// A migration that was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedMigration {
    /// Its number, from 1.
    pub version: i64,
    /// Its name.
    pub name: String,
}

/// The names of all migrations, in order.
pub fn migration_names() -> impl Iterator<Item = &'static str> {
    STEPS.iter().map(|step| step.name)
}

/// What is wrong with the migrations of a database, and what to do about it.
fn explain(error: &refinery::Error) -> String {
    match error.kind() {
        Kind::MissingVersion(migration) => format!(
            "it is newer than this program: it has the migration `{migration}`; run the program \
             that made it, or a later one"
        ),
        Kind::DivergentVersion(applied, _) => format!(
            "its migration `{applied}` is not the one that this program knows; run the program \
             that made it"
        ),
        _ => error.to_string(),
    }
}

/// Applies the migrations that the database lacks; answers which.
pub(crate) fn bring_sqlite_up_to_date(
    connection: &mut Connection,
) -> Result<Vec<AppliedMigration>, DbError> {
    let migrations = migrations(|step| step.sqlite)?;
    let report = Runner::new(&migrations).run(connection);
    Ok(applied(&report.map_err(|error| refused(&error))?))
}

/// As [`bring_sqlite_up_to_date`]. The caller keeps other processes from doing it at the same time.
pub(crate) async fn bring_postgres_up_to_date(
    client: &mut tokio_postgres::Client,
) -> Result<Vec<AppliedMigration>, DbError> {
    let migrations = migrations(|step| step.postgres)?;
    let report = Runner::new(&migrations).run_async(client).await;
    Ok(applied(&report.map_err(|error| refused(&error))?))
}

fn migrations(text: impl Fn(&Step) -> &'static str) -> Result<Vec<Migration>, DbError> {
    let migrations = STEPS
        .iter()
        .map(|step| Migration::unapplied(step.name, text(step)));
    let migrations: Result<_, refinery::Error> = migrations.collect();
    migrations.map_err(|error| DbError::Open(error.to_string()))
}

fn applied(report: &Report) -> Vec<AppliedMigration> {
    let applied = report.applied_migrations().iter();
    applied
        .map(|migration| AppliedMigration {
            version: i64::from(migration.version()),
            name: migration.name().to_owned(),
        })
        .collect()
}

fn refused(error: &refinery::Error) -> DbError {
    DbError::Open(explain(error))
}
