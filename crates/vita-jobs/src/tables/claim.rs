//! Claiming: jobs that are due and fit under the queue's limits become running, each with a lease.
//!
//! The limits are counted in the tables within the claiming transaction, so they hold across
//! processes. Reading candidates and choosing among them in turns keeps one key's thousand waiting
//! jobs from hiding those behind them.

use std::collections::HashMap;
use std::time::Duration;

use vita_db::{DbError, Sql, Tx, params};
use vita_model::{JobId, Timestamp};

use super::Fence;
use super::choice::{Candidate, Room};
use super::control::is_paused;
use crate::job::{job_columns, read_job};
use crate::{Job, QueueConfig};

/// Fewest candidates read at once: a few more than are usually chosen.
const CANDIDATES_MIN: usize = 16;
/// Most candidates read at once.
const CANDIDATES_MAX: usize = 1_024;
/// Most times that candidates are read in one claim. Each further time passes over at least one key
/// that must wait, and reads twice as many.
const ROUNDS_MAX: usize = 32;

/// One claim on one queue.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) config: QueueConfig,
    /// The kinds that are claimed, as a JSON list.
    pub(crate) kinds: String,
    /// Most jobs that are claimed.
    pub(crate) slots: usize,
    /// Never used before; makes the claim's lease tokens.
    pub(crate) nonce: String,
    pub(crate) lease: Duration,
    pub(crate) now: Timestamp,
}

impl Claim {
    /// The lease that a job gets by this claim.
    pub(crate) fn fence(&self, id: &JobId) -> Fence {
        Fence {
            id: id.clone(),
            token: format!("{}:{id}", self.nonce),
        }
    }
}

macro_rules! list_candidates {
    ($open:literal, $close:literal, $lock:literal) => {
        concat!(
            "SELECT id, concurrency_key, started_at IS NULL
            FROM jobs
            WHERE queue = $1 AND state = 'queued' AND run_at <= $2
                AND kind IN (SELECT value FROM ",
            $open,
            "$3",
            $close,
            ")
                AND concurrency_key NOT IN (SELECT value FROM ",
            $open,
            "$4",
            $close,
            ")
                AND (started_at IS NOT NULL OR ($6 AND concurrency_key NOT IN (SELECT value FROM ",
            $open,
            "$5",
            $close,
            ")))
            ORDER BY priority DESC, run_at, id
            LIMIT $7",
            $lock
        )
    };
}

const LIST_CANDIDATES: Sql = Sql::each(
    list_candidates!("json_each(", ")", ""),
    list_candidates!(
        "jsonb_array_elements_text(CAST(",
        " AS JSONB)) AS list (value)",
        " FOR UPDATE SKIP LOCKED"
    ),
);

macro_rules! begin_jobs {
    ($list:literal) => {
        concat!(
            "UPDATE jobs SET
                state = 'running',
                lease_token = $2 || ':' || id,
                lease_until = $3,
                attempts = attempts + 1,
                progress = 0,
                stage = NULL,
                started_at = COALESCE(started_at, $4),
                updated_at = $4
            WHERE state = 'queued' AND id IN (SELECT value FROM ",
            $list,
            ") RETURNING ",
            job_columns!()
        )
    };
}

const BEGIN_JOBS: Sql = Sql::each(
    begin_jobs!("json_each($1)"),
    begin_jobs!("jsonb_array_elements_text(CAST($1 AS JSONB)) AS list (value)"),
);

const ADD_ATTEMPTS: Sql = Sql::each(
    "INSERT INTO job_attempts (job_id, started_at, lease_token)
    SELECT id, $2, lease_token FROM jobs
    WHERE state = 'running' AND id IN (SELECT value FROM json_each($1))",
    "INSERT INTO job_attempts (job_id, started_at, lease_token)
    SELECT id, $2, lease_token FROM jobs
    WHERE state = 'running'
        AND id IN (SELECT value FROM jsonb_array_elements_text(CAST($1 AS JSONB)) AS list (value))",
);

/// Claims whose limits count across processes take turns; SQLite's one writer sees to it by itself.
///
/// On PostgreSQL a transaction sees one moment of the data, and whoever waited here still sees that
/// of before the wait. Because the row is written, and not only locked, PostgreSQL has it run again.
const TAKE_TURN: Sql = Sql::each(
    "SELECT queue FROM queue_rates WHERE queue = $1",
    "UPDATE queue_rates SET updated_at = updated_at WHERE queue = $1 RETURNING queue",
);

const COUNT_RUNNING: &str = "
    SELECT concurrency_key, COUNT(*) FROM jobs
    WHERE queue = $1 AND state = 'running'
    GROUP BY concurrency_key";

const COUNT_BEGUN: &str = "
    SELECT COUNT(*) FROM (
        SELECT 1 FROM jobs WHERE queue = $1 AND started_at > $2 LIMIT $3
    ) AS begun";

const COUNT_BEGUN_BY_KEY: Sql = Sql::each(
    "SELECT concurrency_key, COUNT(*) FROM jobs
    WHERE queue = $1 AND started_at > $2
        AND concurrency_key IN (SELECT value FROM json_each($3))
    GROUP BY concurrency_key",
    "SELECT concurrency_key, COUNT(*) FROM jobs
    WHERE queue = $1 AND started_at > $2
        AND concurrency_key IN (SELECT value FROM jsonb_array_elements_text(CAST($3 AS JSONB)) AS list (value))
    GROUP BY concurrency_key",
);

const IS_ANYTHING_DUE: &str = "
    SELECT 1 FROM jobs
    WHERE queue = $1 AND state = 'queued' AND run_at <= $2
        AND NOT EXISTS (SELECT 1 FROM queue_controls WHERE queue = $1 AND paused_at IS NOT NULL)
    LIMIT 1";

/// Whether a queue that is not paused has a job that is due, apart from all limits: a cheap look
/// before a claim.
pub(crate) async fn is_anything_due(
    tx: &mut Tx,
    queue: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let values = params![queue, now];
    let found = tx.query_opt(IS_ANYTHING_DUE, values, |_| Ok(())).await?;
    Ok(found.is_some())
}

/// Starts the first jobs of a queue that may start, in the order of the queue; none while it is
/// paused.
pub(crate) async fn claim(tx: &mut Tx, claim: &Claim) -> Result<Vec<Job>, DbError> {
    if is_paused(tx, claim.config.name.as_str()).await? {
        return Ok(Vec::new());
    }
    let mut room = read_room(tx, claim).await?;
    let mut begun = Vec::new();
    for round in 0..ROUNDS_MAX {
        if room.slots == 0 {
            break;
        }
        let wanted = room.slots.saturating_mul(2).max(CANDIDATES_MIN) << round.min(10);
        let limit = wanted.min(CANDIDATES_MAX);
        let candidates = list_candidates(tx, claim, &room, limit).await?;
        count_begun(tx, claim, &mut room, &candidates).await?;
        let chosen = candidates.iter().filter(|candidate| room.take(candidate));
        let chosen: Vec<&JobId> = chosen.map(|candidate| &candidate.id).collect();
        begun.extend(begin_jobs(tx, claim, &chosen).await?);
        if candidates.len() < limit {
            break;
        }
    }
    Ok(begun)
}

/// Starts one job that is due, apart from all limits.
pub(crate) async fn claim_one(
    tx: &mut Tx,
    claim: &Claim,
    id: &JobId,
) -> Result<Option<Job>, DbError> {
    Ok(begin_jobs(tx, claim, &[id]).await?.pop())
}

async fn read_room(tx: &mut Tx, claim: &Claim) -> Result<Room, DbError> {
    let config = &claim.config;
    let queue = config.name.as_str();
    let counts_running = config.concurrency_total.is_some() || config.per_key_concurrency.is_some();
    if counts_running || config.rate.is_some() || config.per_key_rate.is_some() {
        tx.query_opt(TAKE_TURN, params![*queue], |_| Ok(())).await?;
    }
    let mut running = HashMap::new();
    if counts_running {
        let values = params![*queue];
        let counts = tx.query(COUNT_RUNNING, values, |row| {
            Ok((row.get::<String>(0)?, row.get::<u32>(1)? as usize))
        });
        running.extend(counts.await?);
    }
    let mut new_left = u32::MAX;
    if let Some(rate) = config.rate {
        let since = claim.now.minus(rate.per);
        let values = params![*queue, since, rate.count];
        let begun = tx.query_one(COUNT_BEGUN, values, |row| row.get::<u32>(0));
        new_left = rate.count.saturating_sub(begun.await?);
    }
    Ok(Room::new(config, claim.slots, running, new_left))
}

async fn list_candidates(
    tx: &mut Tx,
    claim: &Claim,
    room: &Room,
    limit: usize,
) -> Result<Vec<Candidate>, DbError> {
    let (full, spent) = (json_list(&room.full_keys()), json_list(&room.spent_keys()));
    let takes_new = room.new_left > 0;
    let limit = limit as i64;
    let values = params![
        *claim.config.name.as_str(),
        claim.now,
        claim.kinds,
        full,
        spent,
        takes_new,
        limit,
    ];
    let candidates = tx.query(LIST_CANDIDATES, values, |row| {
        Ok(Candidate {
            id: row.get(0)?,
            key: row.get(1)?,
            is_new: row.get(2)?,
        })
    });
    candidates.await
}

async fn count_begun(
    tx: &mut Tx,
    claim: &Claim,
    room: &mut Room,
    candidates: &[Candidate],
) -> Result<(), DbError> {
    let Some(rate) = claim.config.per_key_rate else {
        return Ok(());
    };
    let keys = room.unknown_keys(candidates);
    if keys.is_empty() {
        return Ok(());
    }
    let keys = json_list(&keys);
    let since = claim.now.minus(rate.per);
    let values = params![*claim.config.name.as_str(), since, keys];
    let counts = tx.query(COUNT_BEGUN_BY_KEY, values, |row| {
        Ok((row.get(0)?, row.get(1)?))
    });
    room.set_begun(counts.await?);
    Ok(())
}

async fn begin_jobs(tx: &mut Tx, claim: &Claim, ids: &[&JobId]) -> Result<Vec<Job>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let list = json_list(ids);
    let until = claim.now.plus(claim.lease);
    let values = params![list, claim.nonce, until, claim.now];
    let mut jobs = tx.query(BEGIN_JOBS, values, read_job).await?;
    tx.execute(ADD_ATTEMPTS, params![list, claim.now]).await?;
    jobs.sort_by_key(|job| ids.iter().position(|&id| *id == job.id));
    Ok(jobs)
}

/// A list as a JSON text, which a statement takes as one parameter.
pub(crate) fn json_list<T: AsRef<str>>(items: &[T]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    serde_json::to_string(&items).expect("a list of texts can be written as JSON")
}
