use refinery::error::Kind;
use refinery::{Migration, Runner};
use rusqlite::Connection;

use crate::DbError;

/// One step of the schema, in the order in which it is applied.
struct Step {
    name: &'static str,
    sqlite: &'static str,
    #[expect(dead_code, reason = "read by the PostgreSQL back end, which follows")]
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
    "V5__accounts_complete"
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
pub(crate) fn bring_up_to_date(
    connection: &mut Connection,
) -> Result<Vec<AppliedMigration>, DbError> {
    let open = |error: refinery::Error| DbError::Open(error.to_string());
    let mut migrations = Vec::with_capacity(STEPS.len());
    for step in STEPS {
        migrations.push(Migration::unapplied(step.name, step.sqlite).map_err(open)?);
    }
    let report = Runner::new(&migrations)
        .run(connection)
        .map_err(|error| DbError::Open(explain(&error)))?;
    let applied = report.applied_migrations().iter();
    Ok(applied
        .map(|migration| AppliedMigration {
            version: i64::from(migration.version()),
            name: migration.name().to_owned(),
        })
        .collect())
}
