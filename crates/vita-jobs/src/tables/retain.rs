use vita_db::{DbError, Tx, params};
use vita_model::Timestamp;

const DELETE_ENDED: &str = "
    DELETE FROM jobs WHERE id IN (
        SELECT id FROM jobs
        WHERE ended_at < $1 AND state IN ('completed', 'failed', 'cancelled')
        ORDER BY ended_at
        LIMIT $2
    )";

const DELETE_DEAD: &str = "
    DELETE FROM jobs WHERE id IN (
        SELECT id FROM jobs
        WHERE ended_at < $1 AND state = 'dead'
        ORDER BY ended_at
        LIMIT $2
    )";

/// Which ended jobs are no longer kept.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Completed, failed and cancelled jobs go when they ended before this moment.
    pub ended_before: Timestamp,
    /// Dead letters go when they died before this moment.
    pub dead_before: Timestamp,
    /// Most jobs of each sort that one call deletes, so that no transaction is long.
    pub batch: u32,
}

/// Deletes a batch of jobs that ended long ago, with their attempts and steps. Gives how many; fewer
/// than the batch means that nothing is left to do.
///
/// # Errors
/// [`DbError`].
pub async fn retain(tx: &mut Tx, retention: &Retention) -> Result<u64, DbError> {
    let values = params![retention.ended_before, retention.batch];
    let ended = tx.execute(DELETE_ENDED, values).await?;
    let values = params![retention.dead_before, retention.batch];
    let dead = tx.execute(DELETE_DEAD, values).await?;
    Ok(ended + dead)
}
