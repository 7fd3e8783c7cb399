//! A running Vitascope for a test.
