use serde_json::Value;
use vita_db::{DbError, Tx, params};
use vita_model::{JobId, Timestamp};

const LOOKUP_STEP: &str = "SELECT result FROM job_steps WHERE job_id = $1 AND name = $2";

const SAVE_STEP: &str = "
    INSERT INTO job_steps (job_id, name, result, finished_at)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (job_id, name) DO UPDATE SET
        result = excluded.result,
        finished_at = excluded.finished_at";

/// What a step of a job resulted in, if it was finished.
///
/// # Errors
/// [`DbError`].
pub async fn lookup_step(tx: &mut Tx, id: &JobId, name: &str) -> Result<Option<Value>, DbError> {
    let values = params![id, *name];
    let text = tx.query_opt(LOOKUP_STEP, values, |row| row.get::<String>(0));
    let Some(text) = text.await? else {
        return Ok(None);
    };
    let read = serde_json::from_str(&text);
    read.map(Some)
        .map_err(|_| DbError::Driver(format!("the result of step `{name}` of `{id}` is no JSON")))
}

/// Writes what a step resulted in, over what it resulted in before. Within [`crate::JobRun::write`]
/// it is kept together with what else the step wrote.
///
/// # Errors
/// [`DbError::Constraint`] when the result has more than 1,048,576 characters as JSON.
pub async fn save_step(
    tx: &mut Tx,
    id: &JobId,
    name: &str,
    result: &Value,
    now: Timestamp,
) -> Result<(), DbError> {
    let text = result.to_string();
    let values = params![id, *name, text, now];
    tx.execute(SAVE_STEP, values).await.map(|_| ())
}
