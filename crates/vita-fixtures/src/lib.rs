//! Small media for tests.
