use std::path::PathBuf;
use std::time::Duration;

use super::byte_count::ByteCount;
use super::reader::{Mistake, Reader};
use super::settings::{DAY, HOUR, MILLISECOND, MINUTE, SECOND};

/// SQLite's page size, in which it counts a file's limit.
pub(crate) const PAGE_BYTES: u64 = 4096;

#[derive(Clone, Debug)]
pub(crate) struct DatabaseSettings {
    pub(crate) place: DatabasePlace,
    pub(crate) acquire_timeout: Duration,
    pub(crate) statement_timeout: Duration,
    pub(crate) queue_max: usize,
    pub(crate) sqlite: SqliteSettings,
    pub(crate) postgres: PostgresSettings,
}

/// Which database, and where.
#[derive(Clone, Debug)]
pub(crate) enum DatabasePlace {
    /// A file of SQLite; none for the one in the data folder.
    File(Option<PathBuf>),
    /// A server of PostgreSQL.
    Postgres(SecretUrl),
}

/// An address that may hold a password, so it says nothing of itself.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SecretUrl(pub(crate) String);

impl std::fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretUrl")
    }
}

#[derive(Clone, Debug)]
pub(crate) struct SqliteSettings {
    pub(crate) readers: usize,
    pub(crate) group_max: usize,
    /// None where the disk is the limit.
    pub(crate) size_max: Option<ByteCount>,
}

#[derive(Clone, Debug)]
pub(crate) struct PostgresSettings {
    pub(crate) listen_url: Option<SecretUrl>,
    pub(crate) are_statements_named: bool,
    pub(crate) connections_max: usize,
    pub(crate) connections_min: usize,
    pub(crate) idle_timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) point_connections: usize,
    pub(crate) point_timeout: Duration,
}

impl DatabaseSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            place: reader.text("database.url", parse_place),
            acquire_timeout: reader.duration("database.acquire_timeout", MILLISECOND..=MINUTE),
            statement_timeout: reader
                .duration("database.statement_timeout", 10 * MILLISECOND..=HOUR),
            queue_max: reader.integer("database.queue_max", 1..=1_000_000),
            sqlite: SqliteSettings::read(reader),
            postgres: PostgresSettings::read(reader),
        }
    }
}

impl SqliteSettings {
    fn read(reader: &mut Reader<'_>) -> Self {
        let size_max = reader.bytes(
            "database.size_max",
            ByteCount(0)..=ByteCount::from_gib(1 << 30),
        );
        Self {
            readers: reader.integer("database.readers", 1..=256),
            group_max: reader.integer("database.group_max", 1..=10_000),
            size_max: Some(size_max).filter(|size| size.0 > 0),
        }
    }

    /// The file's limit in pages.
    pub(crate) fn pages_max(&self) -> Option<u32> {
        self.size_max
            .map(|size| u32::try_from(size.0.div_ceil(PAGE_BYTES)).unwrap_or(u32::MAX))
    }
}

impl PostgresSettings {
    fn read(reader: &mut Reader<'_>) -> Self {
        let settings = Self {
            listen_url: reader.text("database.listen_url", parse_listen_url),
            are_statements_named: reader.choice(
                "database.statements",
                &[("named", true), ("unnamed", false)],
            ),
            connections_max: reader.integer("database.connections_max", 1..=1_000),
            connections_min: reader.integer("database.connections_min", 0..=1_000),
            idle_timeout: reader.duration("database.idle_timeout", SECOND..=DAY),
            connect_timeout: reader.duration("database.connect_timeout", 10 * MILLISECOND..=MINUTE),
            point_connections: reader.integer("database.point_connections", 0..=64),
            point_timeout: reader.duration("database.point_timeout", MILLISECOND..=MINUTE),
        };
        if settings.connections_min > settings.connections_max {
            reader.report(
                "database.connections_min",
                Mistake::new(
                    "it is more than `database.connections_max`",
                    "keep fewer connections or allow more",
                ),
            );
        }
        settings
    }
}

/// No message repeats an address: it may hold a password.
fn parse_place(text: &str) -> Result<DatabasePlace, Mistake> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(DatabasePlace::File(None));
    }
    if is_postgres(text) {
        return Ok(DatabasePlace::Postgres(SecretUrl(text.to_owned())));
    }
    let path = text
        .strip_prefix("sqlite://")
        .or_else(|| text.strip_prefix("sqlite:"));
    match path {
        Some(path) if !path.is_empty() && !path.contains(['?', '#']) => {
            Ok(DatabasePlace::File(Some(path.into())))
        }
        _ => Err(Mistake::new(
            "this is no address of a database",
            "write \"postgres://USER:PASSWORD@HOST/DATABASE\" or \"sqlite:PATH\", or leave it out \
             for SQLite in the data folder",
        )),
    }
}

fn parse_listen_url(text: &str) -> Result<Option<SecretUrl>, Mistake> {
    match text.trim() {
        "" => Ok(None),
        text if is_postgres(text) => Ok(Some(SecretUrl(text.to_owned()))),
        _ => Err(Mistake::new(
            "this is no address of a PostgreSQL server",
            "write \"postgres://USER:PASSWORD@HOST/DATABASE\", or leave it out",
        )),
    }
}

fn is_postgres(text: &str) -> bool {
    text.starts_with("postgres://") || text.starts_with("postgresql://")
}
