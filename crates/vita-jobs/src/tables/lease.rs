use vita_db::{DbError, Row, Sql, Tx, params};
use vita_model::{JobId, Timestamp};

use super::claim::json_list;
use crate::LeaseLost;

/// Most leases that are taken back in one look. More follow in the next.
const LEASES_LISTED_MAX: u32 = 1_024;

const RENEW_LEASES: Sql = Sql::each(
    "UPDATE jobs SET lease_until = $3
    WHERE state = 'running'
        AND id IN (SELECT value FROM json_each($1))
        AND lease_token IN (SELECT value FROM json_each($2))
    RETURNING lease_token, cancel_requested_at IS NOT NULL",
    // In the order of the ids, as progress is written, so that the two do not wait in a circle.
    "UPDATE jobs SET lease_until = $3
    WHERE id IN (
        SELECT id FROM jobs
        WHERE state = 'running'
            AND id IN (SELECT value FROM jsonb_array_elements_text(CAST($1 AS JSONB)) AS list (value))
            AND lease_token IN (SELECT value FROM jsonb_array_elements_text(CAST($2 AS JSONB)) AS list (value))
        ORDER BY id
        FOR NO KEY UPDATE
    )
    RETURNING lease_token, cancel_requested_at IS NOT NULL",
);

const ASSERT_LEASE: Sql = Sql::each(
    "SELECT 1 FROM jobs WHERE id = $1 AND lease_token = $2",
    "SELECT 1 FROM jobs WHERE id = $1 AND lease_token = $2 FOR UPDATE",
);

const LIST_EXPIRED: Sql = Sql::each(
    "SELECT id, lease_token, kind, queue FROM jobs
    WHERE state = 'running' AND lease_until < $1
        AND kind IN (SELECT value FROM json_each($2))
    ORDER BY lease_until
    LIMIT $3",
    "SELECT id, lease_token, kind, queue FROM jobs
    WHERE state = 'running' AND lease_until < $1
        AND kind IN (SELECT value FROM jsonb_array_elements_text(CAST($2 AS JSONB)) AS list (value))
    ORDER BY lease_until
    LIMIT $3",
);

const LIST_LEASES: &str = "
    SELECT id, lease_token, kind, queue FROM jobs
    WHERE state = 'running'
    ORDER BY lease_until
    LIMIT $1";

/// A job and the lease under which it runs: the right to write about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fence {
    pub(crate) id: JobId,
    pub(crate) token: String,
}

/// A lease that was renewed.
pub(crate) struct Renewed {
    pub(crate) token: String,
    pub(crate) is_cancel_requested: bool,
}

/// A lease as the reaper sees it.
pub(crate) struct Leased {
    pub(crate) fence: Fence,
    pub(crate) kind: String,
    pub(crate) queue: String,
}

/// Renews leases, all in one statement. Those that are missing in the answer are lost.
pub(crate) async fn renew_leases(
    tx: &mut Tx,
    fences: &[Fence],
    until: Timestamp,
) -> Result<Vec<Renewed>, DbError> {
    let ids: Vec<&str> = fences.iter().map(|fence| fence.id.as_str()).collect();
    let tokens: Vec<&str> = fences.iter().map(|fence| fence.token.as_str()).collect();
    let (ids, tokens) = (json_list(&ids), json_list(&tokens));
    let values = params![ids, tokens, until];
    let renewed = tx.query(RENEW_LEASES, values, |row| {
        Ok(Renewed {
            token: row.get(0)?,
            is_cancel_requested: row.get(1)?,
        })
    });
    renewed.await
}

/// Lets the transaction go on only under the lease.
pub(crate) async fn assert_lease<E>(tx: &mut Tx, fence: &Fence) -> Result<(), E>
where
    E: From<DbError> + From<LeaseLost>,
{
    let values = params![fence.id, fence.token];
    let held = tx.query_opt(ASSERT_LEASE, values, |_| Ok(())).await?;
    held.ok_or_else(|| E::from(LeaseLost))
}

/// Leases that ran out, of the given kinds (a JSON list).
pub(crate) async fn list_expired_leases(
    tx: &mut Tx,
    kinds: &str,
    now: Timestamp,
) -> Result<Vec<Leased>, DbError> {
    tx.query(
        LIST_EXPIRED,
        params![now, *kinds, LEASES_LISTED_MAX],
        read_leased,
    )
    .await
}

/// All leases.
pub(crate) async fn list_leases(tx: &mut Tx) -> Result<Vec<Leased>, DbError> {
    tx.query(LIST_LEASES, params![LEASES_LISTED_MAX], read_leased)
        .await
}

fn read_leased(row: &Row<'_>) -> Result<Leased, DbError> {
    Ok(Leased {
        fence: Fence {
            id: row.get(0)?,
            token: row.get(1)?,
        },
        kind: row.get(2)?,
        queue: row.get(3)?,
    })
}
