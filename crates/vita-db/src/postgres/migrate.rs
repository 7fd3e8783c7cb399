use std::time::Duration;

use tokio_postgres::Client;

use super::connect::{ConnectError, Connector};
use super::error::chain;
use crate::DbError;
use crate::migrate::{AppliedMigration, bring_postgres_up_to_date};

/// Who holds this lock changes the schema. The number means nothing, but to us.
const TRY_LOCK: &str = "SELECT pg_try_advisory_xact_lock(7305804402001)";

/// Time between two tries to get the lock.
const LOCK_TRIED_EVERY: Duration = Duration::from_millis(100);

/// Longest wait for a process that brings the schema up to date.
const LOCK_WAIT_MAX: Duration = Duration::from_mins(10);

/// Brings the schema up to date, one process at a time.
pub(super) async fn bring_up_to_date(
    connector: &Connector,
) -> Result<Vec<AppliedMigration>, DbError> {
    // The lock belongs to a transaction on a connection of its own: behind a pooler nothing else
    // is ours for longer.
    let (locker, _) = connect(connector).await?;
    wait_for_lock(&locker).await?;
    let (mut client, _) = connect(connector).await?;
    let applied = bring_postgres_up_to_date(&mut client).await?;
    locker.batch_execute("COMMIT").await.map_err(open_error)?;
    Ok(applied)
}

async fn connect(connector: &Connector) -> Result<(Client, tokio::task::JoinHandle<()>), DbError> {
    connector.connect().await.map_err(|error: ConnectError| {
        let (place, words) = (connector.place(), error.words());
        DbError::Open(format!("cannot connect to `{place}`: {words}"))
    })
}

async fn wait_for_lock(locker: &Client) -> Result<(), DbError> {
    let begin = "BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0";
    locker.batch_execute(begin).await.map_err(open_error)?;
    let waiting = async {
        let mut tries = 0_u32;
        loop {
            let row = locker.query_typed_one(TRY_LOCK, &[]).await;
            if row.and_then(|row| row.try_get(0)).map_err(open_error)? {
                return Ok(());
            }
            if tries == 0 {
                tracing::info!("another process brings the schema up to date; waiting for it");
            }
            tries += 1;
            tokio::time::sleep(LOCK_TRIED_EVERY).await;
        }
    };
    tokio::time::timeout(LOCK_WAIT_MAX, waiting)
        .await
        .unwrap_or_else(|_| {
            let minutes = LOCK_WAIT_MAX.as_secs() / 60;
            Err(DbError::Open(format!(
                "another process has been changing the schema for {minutes} minutes; end it"
            )))
        })
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is the argument of map_err"
)]
fn open_error(error: tokio_postgres::Error) -> DbError {
    DbError::Open(chain(&error))
}
