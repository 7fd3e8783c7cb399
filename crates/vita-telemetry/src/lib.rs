//! Tracing set-up, the table of metrics, the request scope and runtime lag.
