//! Content for load tests: accounts with projects, scenes and a long history of generations, made
//! within the database a chunk at a time, so that millions take minutes and no memory.
//!
//! Invariants:
//! - Everything follows from numbers: account 7's generation 12 has the same id, scene, moment and
//!   cost wherever it is made. What is there already is left as it is, so each function can be
//!   run again, and a larger history continues a smaller one.
//! - Each transaction leaves the ledger adding up to the balances and the read model right.
//! - Nothing made here waits or runs, as it has no job.

mod clips;
mod history;
mod tables;

use serde::Serialize;
use vita_db::{DbError, Sql, Tx, params};
use vita_model::{Credits, Email, ProjectId, SceneId, Timestamp, UserId};

pub use self::clips::{list_clipless, note_clips};
pub use self::history::add_generations;

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
