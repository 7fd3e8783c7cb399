//! Every metric that Vitascope has.

use super::{About, Counter, Gauge, Histogram, Kind, Unit};

/// Upper bounds, in seconds, for what a person waits for: from a statement to a slow page.
/// 0.05 and 0.1 are there for themselves, as targets are set at them.
const SHORT_TIMES: &[f64] = &[
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    5.0, 10.0,
];

/// Upper bounds, in seconds, for what goes on by itself: from a step to a long film.
const LONG_TIMES: &[f64] = &[
    0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3_600.0,
];

/// Upper bounds, in seconds, for what a browser measures. 0.1, 0.2, 0.5, 0.8, 1.8, 2.5, 3 and 4 are
/// where the Web Vitals draw the lines between good, middling and poor.
const PAGE_TIMES: &[f64] = &[
    0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 1.8, 2.5, 3.0, 4.0, 6.0, 10.0, 30.0,
];

/// Upper bounds for how much of a page moves; 0.1 and 0.25 are the lines of the Web Vitals.
const SHIFTS: &[f64] = &[0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0];

/// Upper bounds for sizes of groups.
const GROUPS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// A line: what it says (also the text that `/metrics` shows), its name in the program, how it
/// moves, what it counts, its name outside, its labels.
macro_rules! table {
    ($($(#[doc = $doc:literal])+ $name:ident: $kind:ident $(($buckets:ident))?, $unit:expr,
        $text:literal, [$($label:literal),*];)*) => {
        $(
            $(#[doc = $doc])+
            pub const $name: $kind<{ <[&str]>::len(&[$($label),*]) }> = $kind {
                about: About {
                    name: $text,
                    kind: Kind::$kind $(($buckets))?,
                    unit: $unit,
                    description: concat!($($doc),+),
                    labels: &[$($label),*],
                },
            };
        )*

        /// Every metric, for those who register and check them.
        pub const TABLE: &[About] = &[$($name.about),*];
    };
}

table! {
    /// Requests answered, by route, method and class of status.
    HTTP_REQUESTS: Counter, Unit::Of("requests"),
        "vitascope_http_requests_total", ["route", "method", "status"];
    /// Time until the headers of an answer went out.
    HTTP_REQUEST_SECONDS: Histogram(SHORT_TIMES), Unit::Seconds,
        "vitascope_http_request_duration_seconds", ["route", "method"];
    /// Requests being answered.
    HTTP_IN_FLIGHT: Gauge, Unit::Of("requests"), "vitascope_http_in_flight_requests", [];
    /// Connections that are open.
    HTTP_CONNECTIONS: Gauge, Unit::Of("connections"), "vitascope_http_open_connections", [];
    /// Connections that waited in the kernel because all places were taken.
    HTTP_CONNECTIONS_DELAYED: Counter, Unit::Of("connections"),
        "vitascope_http_delayed_connections_total", [];
    /// Requests that have a place to be served in.
    HTTP_ADMITTED: Gauge, Unit::Of("requests"), "vitascope_http_admitted_requests", [];
    /// Requests that wait for a place.
    HTTP_WAITING: Gauge, Unit::Of("requests"), "vitascope_http_waiting_requests", [];
    /// Time that requests waited for a place, whether or not they got one.
    HTTP_ADMISSION_SECONDS: Histogram(SHORT_TIMES), Unit::Seconds,
        "vitascope_http_admission_wait_seconds", [];
    /// Requests refused because no place became free in time.
    HTTP_SHED: Counter, Unit::Of("requests"), "vitascope_http_shed_requests_total", [];
    /// Requests refused because their sender had asked too much, by limit.
    HTTP_RATE_LIMITED: Counter, Unit::Of("requests"),
        "vitascope_http_rate_limited_requests_total", ["limit"];
    /// Statements that one request repeated more often than any request should (N+1).
    N_PLUS_ONE: Counter, Unit::Of("statements"),
        "vitascope_http_repeated_statements_total", ["route"];

    /// Time of a statement in the database, by `read` or `write`.
    DB_STATEMENT_SECONDS: Histogram(SHORT_TIMES), Unit::Seconds,
        "vitascope_db_statement_duration_seconds", ["lane"];
    /// Statements that took longer than a statement may.
    DB_SLOW_STATEMENTS: Counter, Unit::Of("statements"),
        "vitascope_db_slow_statements_total", [];
    /// Time that a transaction waited for a connection, by `read` or `write`.
    DB_WAIT_SECONDS: Histogram(SHORT_TIMES), Unit::Seconds,
        "vitascope_db_wait_duration_seconds", ["lane"];
    /// Transactions that wait for the writer.
    DB_WRITER_WAITING: Gauge, Unit::Of("transactions"),
        "vitascope_db_writer_waiting_transactions", [];
    /// Transactions that one commit of the writer took together.
    DB_WRITER_GROUP: Histogram(GROUPS), Unit::Of("transactions"),
        "vitascope_db_writer_group_transactions", [];
    /// Time of a commit, which waits for the disk.
    DB_COMMIT_SECONDS: Histogram(SHORT_TIMES), Unit::Seconds,
        "vitascope_db_commit_duration_seconds", [];
    /// Readers at work.
    DB_READERS_BUSY: Gauge, Unit::Of("readers"), "vitascope_db_busy_readers", [];
    /// Connections to PostgreSQL that are open for transactions.
    DB_CONNECTIONS: Gauge, Unit::Of("connections"), "vitascope_db_open_connections", [];
    /// Those of them that nobody uses.
    DB_CONNECTIONS_IDLE: Gauge, Unit::Of("connections"), "vitascope_db_idle_connections", [];
    /// Transactions that PostgreSQL had run again, by `conflict`, `unique` or `lost`.
    DB_RERUNS: Counter, Unit::Of("transactions"),
        "vitascope_db_rerun_transactions_total", ["cause"];
    /// Announcements that were not passed on to other processes.
    DB_ANNOUNCEMENTS_DROPPED: Counter, Unit::Of("announcements"),
        "vitascope_db_dropped_announcements_total", [];
    /// Transactions refused because too many waited, by `read` or `write`.
    DB_OVERLOADS: Counter, Unit::Of("transactions"),
        "vitascope_db_refused_transactions_total", ["lane"];

    /// Jobs that wait and are due, by queue.
    JOBS_QUEUED: Gauge, Unit::Of("jobs"), "vitascope_job_queued_jobs", ["queue"];
    /// Jobs at work in this process, by queue.
    JOBS_RUNNING: Gauge, Unit::Of("jobs"), "vitascope_job_running_jobs", ["queue"];
    /// How long the oldest of the jobs that are due has been waiting, by queue.
    JOBS_OLDEST_AGE: Gauge, Unit::Seconds, "vitascope_job_oldest_age_seconds", ["queue"];
    /// Dead letters that are kept, by queue.
    JOBS_DEAD: Gauge, Unit::Of("jobs"), "vitascope_job_dead_jobs", ["queue"];
    /// One while the queue is paused, by queue.
    JOBS_PAUSED: Gauge, Unit::Of("queues"), "vitascope_job_paused_queues", ["queue"];
    /// Jobs taken by a worker, by queue.
    JOBS_CLAIMED: Counter, Unit::Of("jobs"), "vitascope_job_claimed_jobs_total", ["queue"];
    /// Attempts ended, by kind of job and outcome.
    JOBS_FINISHED: Counter, Unit::Of("attempts"),
        "vitascope_job_finished_attempts_total", ["kind", "outcome"];
    /// Leases that ran out or were taken back, by queue.
    JOBS_LOST_LEASES: Counter, Unit::Of("leases"), "vitascope_job_lost_leases_total", ["queue"];
    /// Time from when a job was due until a worker took it, by queue.
    JOB_WAIT_SECONDS: Histogram(LONG_TIMES), Unit::Seconds,
        "vitascope_job_wait_duration_seconds", ["queue"];
    /// Time of an attempt, by kind of job.
    JOB_RUN_SECONDS: Histogram(LONG_TIMES), Unit::Seconds,
        "vitascope_job_run_duration_seconds", ["kind"];

    /// Live connections that are open, by `websocket` or `sse`.
    LIVE_SOCKETS: Gauge, Unit::Of("sockets"), "vitascope_live_open_sockets", ["transport"];
    /// Topics that are listened to, counted once for each listener.
    LIVE_SUBSCRIPTIONS: Gauge, Unit::Of("subscriptions"),
        "vitascope_live_open_subscriptions", [];
    /// Events handed to listeners.
    LIVE_EVENTS: Counter, Unit::Of("events"), "vitascope_live_delivered_events_total", [];
    /// Times that a listener was too slow and had to read the present state anew.
    LIVE_LAGS: Counter, Unit::Of("lags"), "vitascope_live_listener_lags_total", [];
    /// Connections closed because they did not take what was sent to them.
    LIVE_SLOW_CONSUMERS: Counter, Unit::Of("consumers"),
        "vitascope_live_dropped_consumers_total", [];

    /// Generations that came to an end, by model and outcome.
    GENERATIONS_FINISHED: Counter, Unit::Of("generations"),
        "vitascope_generation_finished_generations_total", ["model", "outcome"];
    /// Time from the request for a clip to the clip, by model.
    GENERATION_SECONDS: Histogram(LONG_TIMES), Unit::Seconds,
        "vitascope_generation_duration_seconds", ["model"];
    /// How long pages took in people's browsers, by page and Web Vital.
    WEB_VITAL_SECONDS: Histogram(PAGE_TIMES), Unit::Seconds,
        "vitascope_web_vital_duration_seconds", ["page", "vital"];
    /// How much of a page moved while somebody looked at it, by page: the sum of its layout shifts.
    WEB_LAYOUT_SHIFT: Histogram(SHIFTS), Unit::Of("shares"),
        "vitascope_web_layout_shift_shares", ["page"];
    /// Sign-ins that failed.
    LOGIN_FAILURES: Counter, Unit::Of("failures"), "vitascope_login_failures_total", [];

    /// How late the runtime comes to a task that is due; high when something blocks its threads.
    RUNTIME_LAG_SECONDS: Histogram(SHORT_TIMES), Unit::Seconds,
        "vitascope_runtime_lag_seconds", [];
    /// Memory of the process that is in use.
    PROCESS_RSS: Gauge, Unit::Bytes, "vitascope_process_resident_memory_bytes", [];
    /// Processor time that the process has used.
    PROCESS_CPU: Gauge, Unit::Seconds, "vitascope_process_cpu_time_seconds", [];
    /// Threads of the process.
    PROCESS_THREADS: Gauge, Unit::Of("threads"), "vitascope_process_running_threads", [];
    /// Files and sockets that the process has open.
    PROCESS_OPEN_FILES: Gauge, Unit::Of("files"), "vitascope_process_open_files", [];
    /// Files and sockets that the process may have open.
    PROCESS_FILES_MAX: Gauge, Unit::Of("files"), "vitascope_process_allowed_files", [];
    /// Free space on the disk of the data folder.
    DISK_FREE: Gauge, Unit::Bytes, "vitascope_disk_free_bytes", [];
    /// Lines of the log that were dropped because nobody took them.
    LOG_LINES_DROPPED: Counter, Unit::Of("lines"), "vitascope_log_dropped_lines_total", [];
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_say_what_they_count_and_come_once() {
        let mut seen = HashSet::new();
        for about in TABLE {
            let name = about.name;
            assert!(seen.insert(name), "`{name}` comes twice");
            let plain =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            assert!(name.bytes().all(plain) && !name.contains("__"), "`{name}`");
            let stem = match about.kind {
                Kind::Counter => name.strip_suffix("_total").unwrap(),
                Kind::Gauge | Kind::Histogram(_) => name,
            };
            let unit = format!("_{}", about.unit.word());
            let thing = stem.strip_suffix(unit.as_str());
            let thing = thing.unwrap_or_else(|| panic!("`{name}` does not end in its unit"));
            assert!(
                thing
                    .strip_prefix("vitascope_")
                    .is_some_and(|thing| !thing.is_empty())
            );
        }
    }

    #[test]
    fn every_metric_is_described_in_a_sentence() {
        for about in TABLE {
            let text = about.description.trim();
            assert!(
                text.ends_with('.') && text.len() > 10,
                "`{}`: {text:?}",
                about.name
            );
        }
    }

    #[test]
    fn labels_are_few_and_bounds_grow() {
        for about in TABLE {
            assert!(about.labels.len() <= 3, "`{}`", about.name);
            let labels: HashSet<_> = about.labels.iter().collect();
            assert_eq!(labels.len(), about.labels.len(), "`{}`", about.name);
            if let Kind::Histogram(bounds) = about.kind {
                assert!(bounds.is_sorted_by(|a, b| a < b), "`{}`", about.name);
            }
        }
    }
}
