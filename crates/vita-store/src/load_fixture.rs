//! Content for load tests: accounts with projects, scenes and a long history of generations, made
//! within the database a chunk at a time, so that millions take minutes and no memory.
//!
//! Invariants:
//! - Everything follows from numbers: account 7's generation 12 has the same id, scene, moment and
//!   cost wherever it is made. What is there already is left as it is, so each function can be
//!   run again, and a larger history continues a smaller one.
//! - Each transaction leaves the ledger adding up to the balances and the read model right.
//! - Nothing made here waits or runs, as it has no job.

use serde::Serialize;
use vita_db::{DbError, Sql, Tx, params};
use vita_model::{Credits, Email, GenerationId, ProjectId, SceneId, Timestamp, UserId};

/// How many accounts there are. Their numbers, from 1, are part of all ids.
pub const ACCOUNTS: u32 = 500;

/// The first generations of each account belong to its first scene, completed, with a clip, and
/// three in all have names that scripts know: `gen_001` and `gen_test_1` to `gen_test_1000`.
pub const NAMED_GENERATIONS: u64 = 3;

/// When the first generations were made: 2025-01-01, in microseconds. Each account made one every
/// ten minutes since, which the statements below say as 600000000 microseconds.
const HISTORY_BEGINS: i64 = 1_735_689_600_000_000;

/// The id of an account.
pub fn user_id(account: u32) -> UserId {
    UserId::from_trusted(format!("usr_load_{account:03}"))
}

/// The id of an account's project; projects count from 0. The first of all has a name that scripts
/// know.
pub fn project_id(account: u32, project: u32) -> ProjectId {
    ProjectId::from_trusted(match (account, project) {
        (1, 0) => "proj_001".to_owned(),
        _ => format!("prj_load_{account:03}_{project:04}"),
    })
}

/// The id of an account's scene; scenes count from 0 through all of its projects.
pub fn scene_id(account: u32, scene: u32) -> SceneId {
    SceneId::from_trusted(format!("scn_load_{account:03}_{scene:05}"))
}

/// When an account and its projects were made: before its first generation.
pub fn opened_at(account: u32) -> Timestamp {
    Timestamp::from_micros(HISTORY_BEGINS - i64::from(ACCOUNTS + 1 - account) * 1_000_000)
}

/// An account's part of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Share {
    /// The account's number.
    pub account: u32,
    /// How many scenes it has.
    pub scenes: u32,
    /// How many generations it is to have.
    pub generations: u64,
}

/// Which generations of each account: from the first number to before the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first.
    pub from: u64,
    /// The one behind the last.
    pub to: u64,
}

/// A project that is to be there.
#[derive(Clone, Debug, Serialize)]
pub struct ProjectLine {
    /// Its id.
    pub id: ProjectId,
    /// Whose it is.
    pub owner: UserId,
    /// Its title.
    pub title: String,
    /// When it was made, in microseconds.
    pub at: i64,
}

/// A scene that is to be there.
#[derive(Clone, Debug, Serialize)]
pub struct SceneLine {
    /// Its id.
    pub id: SceneId,
    /// Whose it is.
    pub owner: UserId,
    /// Its project.
    pub project: ProjectId,
    /// Its place in the project, from 0.
    pub position: u32,
    /// What it shows.
    pub prompt: String,
    /// How long it is.
    pub seconds: u32,
    /// When it was made, in microseconds.
    pub at: i64,
}

/// What the generations were made with.
#[derive(Clone, Debug)]
pub struct MadeWith {
    /// The model's id.
    pub model: String,
    /// What a second costs.
    pub credits_per_second: Credits,
}

/// Statements whose first parameter is a list of [`Share`]s, which they see as the table `shares`.
macro_rules! with_shares {
    ($statement:expr) => {
        Sql::each(
            concat!(shares!("json_each($1)"), $statement),
            concat!(
                shares!("json_array_elements(CAST($1 AS JSON)) AS line (value)"),
                $statement
            ),
        )
    };
}

macro_rules! shares {
    ($lines:literal) => {
        concat!(
            "WITH RECURSIVE shares (account, owner_id, scenes, generations) AS (
         SELECT CAST(value ->> 'account' AS BIGINT),
                'usr_load_' || substr(CAST(1000 + CAST(value ->> 'account' AS BIGINT) AS TEXT), 2),
                CAST(value ->> 'scenes' AS BIGINT),
                CAST(value ->> 'generations' AS BIGINT)
         FROM ",
            $lines,
            ")"
        )
    };
}

/// The generations of a span, `$2` to `$3`, as the table `planned`. Scenes are drawn as the lesser
/// of two numbers that run through them, so that the first have more and hardly any has none.
macro_rules! planned {
    () => {
        ", numbers (k) AS (
             SELECT CAST($2 AS BIGINT)
             UNION ALL
             SELECT k + 1 FROM numbers WHERE k + 1 < CAST($3 AS BIGINT)
         ), planned (k, account, serial, id, scene_id) AS (
             SELECT k,
                    account,
                    substr(CAST(100000000 + k AS TEXT), 2)
                        || '_' || substr(CAST(1000 + account AS TEXT), 2),
                    CASE
                        WHEN k = 0 AND account = 1 THEN 'gen_001'
                        WHEN k IN (1, 2)
                            THEN 'gen_test_' || CAST(account + 500 * (k - 1) AS TEXT)
                        ELSE 'gen_load_' || substr(CAST(100000000 + k AS TEXT), 2)
                            || '_' || substr(CAST(1000 + account AS TEXT), 2)
                    END,
                    'scn_load_' || substr(CAST(1000 + account AS TEXT), 2)
                        || '_' || substr(CAST(100000 + CASE
                            WHEN k < 3 THEN 0
                            WHEN (k * 7919 + account) % scenes < (k * 104729 / 89) % scenes
                                THEN (k * 7919 + account) % scenes
                            ELSE (k * 104729 / 89) % scenes
                        END AS TEXT), 2)
             FROM numbers
             JOIN shares ON numbers.k < shares.generations
         )"
    };
}

/// Of a span's generations those that the ledger does not know, as the table `unpaid`.
macro_rules! unpaid {
    () => {
        concat!(
            planned!(),
            ", unpaid AS (
             SELECT p.k,
                    p.serial,
                    g.id,
                    g.owner_id,
                    g.status,
                    g.cost,
                    CASE WHEN g.status = 'completed' THEN g.cost ELSE 0 END AS paid,
                    g.created_at,
                    g.ended_at
             FROM planned AS p
             JOIN generations AS g ON g.id = p.id
             WHERE NOT EXISTS (
                       SELECT 1
                       FROM ledger AS l
                       WHERE l.generation_id = g.id
                         AND l.kind = 'reserve'
                   )
         )"
        )
    };
}

/// The ids and addresses of the accounts that have an address of the load test.
///
/// # Errors
/// [`DbError`].
pub async fn list_accounts(tx: &mut Tx) -> Result<Vec<(UserId, Email)>, DbError> {
    const LIST: &str = "SELECT id, email
         FROM users
         WHERE email LIKE 'loadtest-___@test.com'
         ORDER BY email
         LIMIT 1000";
    tx.query(LIST, &[], |row| Ok((row.get(0)?, row.get(1)?)))
        .await
}

/// The load test's accounts that have less than `balance_min` to spend.
///
/// # Errors
/// [`DbError`].
pub async fn list_poor_accounts(tx: &mut Tx, balance_min: Credits) -> Result<Vec<UserId>, DbError> {
    const LIST: &str = "SELECT owner_id
         FROM credit_accounts
         WHERE owner_id LIKE 'usr_load_%'
           AND balance < $1
         ORDER BY owner_id
         LIMIT 1000";
    tx.query(LIST, params![balance_min], |row| row.get(0)).await
}

/// Adds the projects that are missing, and the scenes of projects that have none.
///
/// # Errors
/// [`DbError`].
pub async fn add_projects(
    tx: &mut Tx,
    projects: &[ProjectLine],
    scenes: &[SceneLine],
) -> Result<(), DbError> {
    macro_rules! add_projects {
        ($lines:literal) => {
            concat!(
                "INSERT INTO projects
             (id, owner_id, title, description, version, scene_count, completed_cost, created_at,
              updated_at)
         SELECT value ->> 'id',
                value ->> 'owner',
                value ->> 'title',
                '',
                1,
                0,
                0,
                CAST(value ->> 'at' AS BIGINT),
                CAST(value ->> 'at' AS BIGINT)
         FROM ",
                $lines,
                "
         WHERE TRUE
         ON CONFLICT (id) DO NOTHING"
            )
        };
    }
    // A scene that somebody deleted stays away: it would have no place among the others.
    macro_rules! add_scenes {
        ($lines:literal) => {
            concat!(
                "INSERT INTO scenes
             (id, owner_id, project_id, position, prompt, duration_seconds, version,
              completed_cost, created_at, updated_at)
         SELECT value ->> 'id',
                value ->> 'owner',
                value ->> 'project',
                CAST(value ->> 'position' AS BIGINT),
                value ->> 'prompt',
                CAST(value ->> 'seconds' AS BIGINT),
                1,
                0,
                CAST(value ->> 'at' AS BIGINT),
                CAST(value ->> 'at' AS BIGINT)
         FROM ",
                $lines,
                "
         WHERE NOT EXISTS (
                   SELECT 1
                   FROM scenes
                   WHERE project_id = value ->> 'project'
               )
         ON CONFLICT (id) DO NOTHING"
            )
        };
    }
    const ADD_PROJECTS: Sql = Sql::each(
        add_projects!("json_each($1)"),
        add_projects!("json_array_elements(CAST($1 AS JSON)) AS line (value)"),
    );
    const ADD_SCENES: Sql = Sql::each(
        add_scenes!("json_each($1)"),
        add_scenes!("json_array_elements(CAST($1 AS JSON)) AS line (value)"),
    );
    tx.execute(ADD_PROJECTS, params![to_json(projects)]).await?;
    tx.execute(ADD_SCENES, params![to_json(scenes)]).await?;
    Ok(())
}

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

/// The generations that are to have a clip and have none: the latest completed one of each scene,
/// and the named ones.
///
/// # Errors
/// [`DbError`].
pub async fn list_clipless(tx: &mut Tx, shares: &[Share]) -> Result<Vec<GenerationId>, DbError> {
    const LIST: Sql = with_shares!(concat!(
        planned!(),
        ", wanted AS (
             SELECT (
                        SELECT g.id
                        FROM generations AS g
                        WHERE g.scene_id = s.id
                          AND g.status = 'completed'
                        ORDER BY g.created_at DESC, g.id DESC
                        LIMIT 1
                    ) AS id
             FROM shares
             JOIN projects AS p ON p.owner_id = shares.owner_id
             JOIN scenes AS s ON s.project_id = p.id
             UNION
             SELECT id FROM planned
         )
         SELECT g.id
         FROM wanted
         JOIN generations AS g ON g.id = wanted.id
         WHERE NOT g.has_clip
           AND g.job_id LIKE 'job_load_%'
         ORDER BY g.id"
    ));
    let named = NAMED_GENERATIONS as i64;
    tx.query(LIST, params![to_json(shares), 0_i64, named], |row| {
        row.get(0)
    })
    .await
}

/// Notes that the clips of these generations are there, chooses them for scenes that have chosen
/// none, and brings the read model of the accounts up to date.
///
/// # Errors
/// [`DbError`].
pub async fn note_clips(
    tx: &mut Tx,
    shares: &[Share],
    generations: &[GenerationId],
) -> Result<(), DbError> {
    const NOTE: Sql = Sql::each(
        "UPDATE generations
         SET has_clip = TRUE
         WHERE id IN (SELECT value FROM json_each($1))",
        "UPDATE generations
         SET has_clip = TRUE
         WHERE id IN (SELECT json_array_elements_text(CAST($1 AS JSON)))",
    );
    const SELECT: Sql = with_shares!(
        " UPDATE scenes
         SET selected_generation_id = (
                 SELECT g.id
                 FROM generations AS g
                 WHERE g.scene_id = scenes.id
                   AND g.has_clip
                 ORDER BY g.created_at DESC, g.id DESC
                 LIMIT 1
             )
         WHERE selected_generation_id IS NULL
           AND project_id IN (
                   SELECT p.id
                   FROM shares
                   JOIN projects AS p ON p.owner_id = shares.owner_id
               )"
    );
    let lines = to_json(shares);
    tx.execute(NOTE, params![to_json(generations)]).await?;
    tx.execute(SELECT, params![lines]).await?;
    refresh(tx, &lines).await
}

/// Lets the database look at what it holds, so that it plans well from the first request on.
///
/// # Errors
/// [`DbError`].
pub async fn refresh_statistics(tx: &mut Tx) -> Result<(), DbError> {
    // SQLite reads whole indexes unless told how many entries are enough.
    const BOUND: Sql = Sql::each("PRAGMA analysis_limit = 2000", "SELECT 1");
    tx.query(BOUND, &[], |_| Ok(())).await?;
    tx.execute("ANALYZE", &[]).await?;
    Ok(())
}

fn to_json<T: Serialize>(lines: &[T]) -> String {
    serde_json::to_string(lines).expect("texts and numbers can be written as JSON")
}
