//! Repositories: one file an aggregate, portable SQL.
