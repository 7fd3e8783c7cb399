use std::time::Duration;

use vita_db::{DbError, Sql, Tx, params};
use vita_model::Timestamp;

const ADD_SCHEDULE: &str = "
    INSERT INTO schedules (name, next_run_at)
    VALUES ($1, $2)
    ON CONFLICT (name) DO NOTHING";

const FIND_DUE: Sql = Sql::each(
    "SELECT next_run_at FROM schedules WHERE name = $1 AND next_run_at <= $2",
    "SELECT next_run_at FROM schedules WHERE name = $1 AND next_run_at <= $2 FOR UPDATE",
);

const MOVE_SCHEDULE: &str = "
    UPDATE schedules SET
        next_run_at = $2,
        last_run_at = $3
    WHERE name = $1";

/// Makes a schedule known; a new one is due at once.
pub(crate) async fn add_schedule(tx: &mut Tx, name: &str, now: Timestamp) -> Result<(), DbError> {
    tx.execute(ADD_SCHEDULE, params![*name, now]).await?;
    Ok(())
}

/// Whether the schedule is due; if so, it is moved to its next time, and the caller does what is due
/// in the same transaction.
pub(crate) async fn take_due_time(
    tx: &mut Tx,
    name: &str,
    every: Duration,
    now: Timestamp,
) -> Result<bool, DbError> {
    let values = params![*name, now];
    let due = tx.query_opt(FIND_DUE, values, |row| row.get::<Timestamp>(0));
    let Some(due) = due.await? else {
        return Ok(false);
    };
    let next = next_time(due, every, now);
    tx.execute(MOVE_SCHEDULE, params![*name, next, now]).await?;
    Ok(true)
}

/// The first time after `now` in steps of `every` from `due`: times missed while nothing ran are
/// made up for once, not one by one.
fn next_time(due: Timestamp, every: Duration, now: Timestamp) -> Timestamp {
    let step = every.as_micros().max(1);
    let steps = now.since(due).as_micros() / step + 1;
    let micros = u64::try_from(steps.saturating_mul(step)).unwrap_or(u64::MAX);
    due.plus(Duration::from_micros(micros))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_next_time_lies_ahead_by_at_most_one_step_and_on_the_grid(
            due in 0_i64..1 << 50, late in 0_i64..1 << 40, every in 1_u64..1 << 40,
        ) {
            let (due, now) = (Timestamp::from_micros(due), Timestamp::from_micros(due + late));
            let next = next_time(due, Duration::from_micros(every), now);
            prop_assert!(next > now);
            prop_assert!(next.since(now) <= Duration::from_micros(every));
            prop_assert_eq!(next.since(due).as_micros() % u128::from(every), 0);
        }
    }
}
