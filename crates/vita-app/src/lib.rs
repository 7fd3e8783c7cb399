//! Use cases: a folder for each capability.
