use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::migrate::AppliedMigration;
use crate::postgres::{Isolation, PostgresDatabase};
use crate::sqlite::SqliteDatabase;
use crate::{AnnouncementSink, DbError, Param, PostgresConfig, Row, Sql, SqliteConfig, Tx};

/// A database. Cheap to clone; the last clone that is dropped finishes what waits and closes it.
#[derive(Clone)]
pub struct Db(Backend);

#[derive(Clone)]
enum Backend {
    Sqlite(Arc<SqliteDatabase>),
    Postgres(Arc<PostgresDatabase>),
}

/// How much waits for a database now, and how much it has committed since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DbCounts {
    /// Transactions that wait for the writer, or for a connection.
    pub writes_waiting: usize,
    /// Reads that wait for a reader, or for a connection.
    pub reads_waiting: usize,
    /// Transactions that were committed.
    pub transactions: u64,
    /// Commits: on SQLite each holds one transaction or many, and costs one fsync.
    pub commits: u64,
    /// Connections that are open, to PostgreSQL.
    pub connections: usize,
    /// Those of them that nobody uses.
    pub connections_idle: usize,
}

impl Db {
    /// Opens the embedded database, alone in its folder, and brings its schema up to date.
    /// Blocks on the disk, so it belongs before the server starts.
    ///
    /// # Errors
    /// [`DbError::FolderLocked`] when another process uses the folder, [`DbError::Open`] when the
    /// file cannot be opened or is newer than this program.
    pub fn open_sqlite(
        config: &SqliteConfig,
        sink: Arc<dyn AnnouncementSink>,
    ) -> Result<Self, DbError> {
        let database = SqliteDatabase::open(config, sink)?;
        Ok(Self(Backend::Sqlite(Arc::new(database))))
    }

    /// Connects to PostgreSQL and brings the schema up to date; other processes may do the same at
    /// the same time. The runtime it is opened on has to live as long as the database is used.
    ///
    /// # Errors
    /// [`DbError::Open`] when the URL is no good, the server does not let us in, or the schema is
    /// newer than this program. The URL's password is in none of them.
    pub async fn open_postgres(
        config: &PostgresConfig,
        sink: Arc<dyn AnnouncementSink>,
    ) -> Result<Self, DbError> {
        let database = PostgresDatabase::open(config, sink).await?;
        Ok(Self(Backend::Postgres(Arc::new(database))))
    }

    /// Runs `work` in a transaction that may write, and commits it unless `work` fails. After the
    /// answer, what was written survives a crash of the process and of the machine.
    ///
    /// `work` may be run more than once, on databases that ask for it; only one run is kept. It
    /// may await nothing but the statements of its transaction. It sees one moment of the data: on
    /// PostgreSQL it is run again where another transaction changed what it is about to change.
    ///
    /// # Errors
    /// What `work` answers, or a [`DbError`]: [`DbError::Saturated`] when the writer or all
    /// connections stayed busy, or when others kept changing the same rows.
    ///
    /// Cancel safety: dropped before it was begun, the transaction does not happen; dropped later,
    /// it is finished all the same.
    pub async fn write<A, T, E, F>(&self, args: A, work: F) -> Result<T, E>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t A) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    {
        match &self.0 {
            Backend::Sqlite(database) => database.write(args, work).await,
            Backend::Postgres(database) => database.write(Isolation::OneMoment, args, work).await,
        }
    }

    /// As [`Db::write`], for transactions that take their own locks, with FOR UPDATE or SKIP
    /// LOCKED, and must see what others committed while they waited for them. On PostgreSQL each
    /// of their statements sees a moment of its own.
    ///
    /// # Errors
    /// As [`Db::write`].
    ///
    /// Cancel safety: as [`Db::write`].
    pub async fn write_locking<A, T, E, F>(&self, args: A, work: F) -> Result<T, E>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t A) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    {
        match &self.0 {
            Backend::Sqlite(database) => database.write(args, work).await,
            Backend::Postgres(database) => {
                database.write(Isolation::EachStatement, args, work).await
            }
        }
    }

    /// Runs `work` in a transaction that only reads and sees one moment of the data.
    ///
    /// # Errors
    /// What `work` answers, or a [`DbError`]: [`DbError::Saturated`] when all readers or
    /// connections stayed busy.
    ///
    /// Cancel safety: safe.
    pub async fn read<A, T, E, F>(&self, args: A, work: F) -> Result<T, E>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t A) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    {
        match &self.0 {
            Backend::Sqlite(database) => database.read(args, work).await,
            Backend::Postgres(database) => database.read(args, work).await,
        }
    }

    /// The first row of one cheap statement, outside any transaction: a look-up by key. On
    /// PostgreSQL such statements share connections, so nothing slow may go this way.
    ///
    /// # Errors
    /// [`DbError`].
    ///
    /// Cancel safety: safe.
    pub async fn read_point<A, T>(
        &self,
        sql: impl Into<Sql>,
        args: A,
        params: for<'t> fn(&'t A) -> Vec<Param<'t>>,
        read: fn(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Option<T>, DbError>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
    {
        let sql = sql.into();
        match &self.0 {
            Backend::Sqlite(database) => database.read_point(sql, args, params, read).await,
            Backend::Postgres(database) => {
                database
                    .read_point(sql.for_postgres(), &params(&args), read)
                    .await
            }
        }
    }

    /// How much waits and how much was committed.
    pub fn counts(&self) -> DbCounts {
        match &self.0 {
            Backend::Sqlite(database) => database.counts(),
            Backend::Postgres(database) => database.counts(),
        }
    }

    /// The migrations that opening the database applied, in order; empty when it was up to date.
    pub fn applied_migrations(&self) -> &[AppliedMigration] {
        match &self.0 {
            Backend::Sqlite(database) => database.applied_migrations(),
            Backend::Postgres(database) => database.applied_migrations(),
        }
    }
}
