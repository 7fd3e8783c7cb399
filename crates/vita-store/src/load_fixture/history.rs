use vita_db::{DbError, Sql, Tx, params};
use vita_model::Timestamp;

use super::tables::{planned, shares, unpaid, with_shares};
use super::{HISTORY_BEGINS, MadeWith, Share, Span, to_json};

/// The generations of a span: nine of ten were completed, and none waits.
const ADD: Sql = with_shares!(concat!(
    planned!(),
    ", fated AS (
         SELECT planned.*,
                CASE
                    WHEN k < 3 OR (k * 31 + account * 17) % 100 < 90 THEN 'completed'
                    WHEN (k * 31 + account * 17) % 100 < 96 THEN 'failed'
                    ELSE 'cancelled'
                END AS status,
                CAST($6 AS BIGINT) + k * 600000000 + account * 1000 AS asked_at
         FROM planned
     )
     INSERT INTO generations
         (id, owner_id, project_id, scene_id, job_id, status, progress, prompt, model,
          resolution, duration_seconds, aspect_ratio, seed, cost, has_clip, failure_code,
          failure_message, failure_retryable, created_at, updated_at, started_at, ended_at)
     SELECT f.id,
            s.owner_id,
            s.project_id,
            s.id,
            'job_load_' || f.serial,
            f.status,
            CASE WHEN f.status = 'completed' THEN 100 ELSE f.k % 100 END,
            s.prompt,
            CAST($4 AS TEXT),
            '720p',
            s.duration_seconds,
            '16:9',
            f.k,
            s.duration_seconds * CAST($5 AS BIGINT),
            FALSE,
            CASE WHEN f.status = 'failed' THEN 'PROVIDER_FAILED' END,
            CASE WHEN f.status = 'failed' THEN 'The model did not answer.' END,
            CASE WHEN f.status = 'failed' THEN TRUE END,
            f.asked_at,
            f.asked_at + 9000000,
            f.asked_at + 1000000,
            f.asked_at + 9000000
     FROM fated AS f
     JOIN scenes AS s ON s.id = f.scene_id
     WHERE TRUE
     ORDER BY f.k, f.account
     ON CONFLICT (id) DO NOTHING"
));

/// Adds the generations of a span that are missing, pays for them, and brings the read model up to
/// date; answers how many were added.
///
/// # Errors
/// [`DbError`].
pub async fn add_generations(
    tx: &mut Tx,
    shares: &[Share],
    span: Span,
    made_with: &MadeWith,
    now: Timestamp,
) -> Result<u64, DbError> {
    let (from, to) = (span.from as i64, span.to as i64);
    let lines = to_json(shares);
    let added = tx
        .execute(
            ADD,
            params![
                lines,
                from,
                to,
                made_with.model,
                made_with.credits_per_second,
                HISTORY_BEGINS,
            ],
        )
        .await?;
    if added > 0 {
        pay(tx, &lines, span, now).await?;
        refresh(tx, &lines).await?;
    }
    Ok(added)
}

/// Writes the lines of the ledger for a span's generations: each is reserved, and then settled or
/// given back.
async fn pay(tx: &mut Tx, shares: &str, span: Span, now: Timestamp) -> Result<(), DbError> {
    const MOVE: Sql = with_shares!(concat!(
        unpaid!(),
        " UPDATE credit_accounts
         SET balance = balance - due.amount
         FROM (
             SELECT owner_id,
                    CAST(SUM(paid) AS BIGINT) AS amount
             FROM unpaid
             GROUP BY owner_id
         ) AS due
         WHERE credit_accounts.owner_id = due.owner_id"
    ));
    // Where the account was used since, the lines are dated now: the ledger only grows at its end.
    const ADD_LINES: Sql = with_shares!(concat!(
        unpaid!(),
        ", running AS (
             SELECT unpaid.*,
                    account.balance
                        + CAST(SUM(paid) OVER (PARTITION BY unpaid.owner_id) AS BIGINT)
                        - CAST(SUM(paid) OVER (PARTITION BY unpaid.owner_id ORDER BY k) AS BIGINT)
                        AS balance_after,
                    MIN(created_at) OVER (PARTITION BY unpaid.owner_id) < (
                        SELECT MAX(l.created_at)
                        FROM ledger AS l
                        WHERE l.owner_id = unpaid.owner_id
                    ) AS is_late
             FROM unpaid
             JOIN credit_accounts AS account ON account.owner_id = unpaid.owner_id
         )
         INSERT INTO ledger
             (id, owner_id, kind, amount, balance_after, generation_id, created_at)
         SELECT 'led_load_' || serial || '_' || CAST(line.place AS TEXT),
                owner_id,
                CASE
                    WHEN line.place = 1 THEN 'reserve'
                    WHEN status = 'completed' THEN 'settle'
                    ELSE 'refund'
                END,
                CASE
                    WHEN line.place = 1 THEN -cost
                    WHEN status = 'completed' THEN 0
                    ELSE cost
                END,
                CASE
                    WHEN line.place = 1 AND status <> 'completed' THEN balance_after - cost
                    ELSE balance_after
                END,
                id,
                CASE
                    WHEN is_late THEN CAST($4 AS BIGINT)
                    WHEN line.place = 1 THEN created_at
                    ELSE ended_at
                END
         FROM running
         CROSS JOIN (SELECT 1 AS place UNION ALL SELECT 2) AS line
         ORDER BY k, owner_id, line.place"
    ));
    let (from, to) = (span.from as i64, span.to as i64);
    tx.execute(MOVE, params![shares, from, to]).await?;
    tx.execute(ADD_LINES, params![shares, from, to, now])
        .await?;
    Ok(())
}

/// Derives the read model of the accounts' scenes and projects anew.
async fn refresh(tx: &mut Tx, shares: &str) -> Result<(), DbError> {
    const REFRESH_SCENES: Sql = with_shares!(
        " UPDATE scenes
         SET latest_generation_id = latest.id,
             latest_status = latest.status,
             latest_progress = latest.progress,
             latest_has_clip = latest.has_clip,
             latest_created_at = latest.created_at,
             completed_cost = derived.completed_cost
         FROM (
             SELECT s.id AS scene_id,
                    (
                        SELECT g.id
                        FROM generations AS g
                        WHERE g.scene_id = s.id
                        ORDER BY g.created_at DESC, g.id DESC
                        LIMIT 1
                    ) AS latest_id,
                    (
                        SELECT CAST(COALESCE(SUM(g.cost), 0) AS BIGINT)
                        FROM generations AS g
                        WHERE g.scene_id = s.id
                          AND g.status = 'completed'
                    ) AS completed_cost
             FROM shares
             JOIN projects AS p ON p.owner_id = shares.owner_id
             JOIN scenes AS s ON s.project_id = p.id
         ) AS derived
         JOIN generations AS latest ON latest.id = derived.latest_id
         WHERE scenes.id = derived.scene_id"
    );
    const REFRESH_PROJECTS: Sql = with_shares!(
        " UPDATE projects
         SET scene_count = derived.scene_count,
             completed_cost = derived.completed_cost,
             updated_at = CASE
                 WHEN derived.latest_at > projects.updated_at THEN derived.latest_at
                 ELSE projects.updated_at
             END
         FROM (
             SELECT p.id AS project_id,
                    COUNT(*) AS scene_count,
                    CAST(COALESCE(SUM(s.completed_cost), 0) AS BIGINT) AS completed_cost,
                    MAX(s.latest_created_at) AS latest_at
             FROM shares
             JOIN projects AS p ON p.owner_id = shares.owner_id
             JOIN scenes AS s ON s.project_id = p.id
             GROUP BY p.id
         ) AS derived
         WHERE projects.id = derived.project_id"
    );
    tx.execute(REFRESH_SCENES, params![shares]).await?;
    tx.execute(REFRESH_PROJECTS, params![shares]).await?;
    Ok(())
}
