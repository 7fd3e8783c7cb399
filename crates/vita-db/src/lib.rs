//! Db and Tx: one small face over the databases.
