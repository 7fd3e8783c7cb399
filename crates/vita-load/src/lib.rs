//! Load engine: executors, metrics, thresholds, summaries and outputs of a load test.
