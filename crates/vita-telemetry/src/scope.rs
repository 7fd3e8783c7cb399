//! Counts what one request asks of the database.
//!
//! The scope travels with the task, not through arguments, because every layer between the socket
//! and the statement would otherwise carry a parameter that it does not use. `vita-db` reads it
//! once for each transaction and writes into it from whichever thread runs the statements.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How often one statement may run within a request. More is an N+1: the request asks the database
/// once for each row of an earlier answer, and gets slower with the data.
pub const STATEMENT_REPEATS_MAX: u32 = 5;

/// Most different statements that a scope tells apart; further ones only count towards the totals.
/// No request has a tenth of this, and a long job must not gather memory.
const STATEMENTS_MAX: usize = 64;

tokio::task_local! {
    static CURRENT: Arc<RequestScope>;
}

/// What one request, or one run of a job, has asked of the database so far.
#[derive(Debug, Default)]
pub struct RequestScope {
    seen: Mutex<Vec<(&'static str, u32)>>,
    total: AtomicU64,
    micros: AtomicU64,
}

/// A statement that one request repeated more than [`STATEMENT_REPEATS_MAX`] times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatedStatement {
    /// The statement's text, which is its fingerprint, as values are always parameters.
    pub sql: &'static str,
    /// How often it ran.
    pub times: u32,
}

impl RequestScope {
    /// A scope in which nothing has been asked yet.
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// The scope of the present task, if it has one.
    pub fn current() -> Option<Arc<Self>> {
        CURRENT.try_with(Arc::clone).ok()
    }

    /// Runs `work` within this scope.
    pub async fn enter<F: Future>(self: Arc<Self>, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }

    /// Notes that a statement ran.
    pub fn record(&self, sql: &'static str, took: Duration) {
        self.total.fetch_add(1, Ordering::Relaxed);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.micros.fetch_add(micros, Ordering::Relaxed);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, times)) = seen
            .iter_mut()
            .find(|(known, _)| std::ptr::eq(*known, sql) || *known == sql)
        {
            *times += 1;
        } else if seen.len() < STATEMENTS_MAX {
            seen.push((sql, 1));
        }
    }

    /// Forgets what ran how often, and keeps the totals: a transaction that met another is run again
    /// with all its statements, which is no N+1.
    pub fn forget_repeats(&self) {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// How many statements ran.
    pub fn statement_count(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    /// How long the statements took together.
    pub fn statement_time(&self) -> Duration {
        Duration::from_micros(self.micros.load(Ordering::Relaxed))
    }

    /// The statements that ran too often.
    pub fn repeated(&self) -> Vec<RepeatedStatement> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter()
            .filter(|(_, times)| *times > STATEMENT_REPEATS_MAX)
            .map(|&(sql, times)| RepeatedStatement { sql, times })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_statement_repeated_more_than_five_times_is_told() {
        let scope = RequestScope::new();
        Arc::clone(&scope)
            .enter(async {
                let current = RequestScope::current().unwrap();
                for _ in 0..5 {
                    current.record("SELECT 1", Duration::from_micros(10));
                }
                assert!(current.repeated().is_empty());
                current.record("SELECT 1", Duration::from_micros(10));
                current.record("SELECT 2", Duration::from_micros(40));
            })
            .await;
        assert_eq!(scope.statement_count(), 7);
        assert_eq!(scope.statement_time(), Duration::from_micros(100));
        let repeated = RepeatedStatement {
            sql: "SELECT 1",
            times: 6,
        };
        assert_eq!(scope.repeated(), vec![repeated]);
        assert!(RequestScope::current().is_none());
        scope.forget_repeats();
        assert!(scope.repeated().is_empty());
        assert_eq!(scope.statement_count(), 7);
    }
}
