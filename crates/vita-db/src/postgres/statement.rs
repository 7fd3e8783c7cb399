//! Sending statements, prepared or whole.

use std::pin::pin;

use deadpool_postgres::ClientWrapper;
use futures_util::TryStreamExt as _;
use tokio_postgres::{Error as PgError, Row, RowStream};

pub(super) use super::config::Statements;
use crate::Param;

pub(super) async fn query(
    client: &ClientWrapper,
    statements: Statements,
    sql: &'static str,
    params: &[Param<'_>],
) -> Result<Vec<Row>, PgError> {
    let rows = stream(client, statements, sql, params).await?;
    rows.try_collect().await
}

pub(super) async fn query_opt(
    client: &ClientWrapper,
    statements: Statements,
    sql: &'static str,
    params: &[Param<'_>],
) -> Result<Option<Row>, PgError> {
    let rows = stream(client, statements, sql, params).await?;
    first(rows).await
}

pub(super) async fn execute(
    client: &ClientWrapper,
    statements: Statements,
    sql: &'static str,
    params: &[Param<'_>],
) -> Result<u64, PgError> {
    match statements {
        Statements::Named => {
            let statement = client.prepare_cached(sql).await?;
            client.execute_raw(&statement, params).await
        }
        Statements::Unnamed => {
            let rows = client.query_typed_raw(sql, typed(params)).await?;
            let mut rows = pin!(rows);
            while rows.try_next().await?.is_some() {}
            Ok(rows.rows_affected().unwrap_or(0))
        }
    }
}

/// The first row; the rest is read as well, as an error may stand at its end.
pub(super) async fn first(rows: RowStream) -> Result<Option<Row>, PgError> {
    let mut rows = pin!(rows);
    let first = rows.try_next().await?;
    // Asked again behind its end, the stream takes the connection for closed.
    if first.is_some() {
        while rows.try_next().await?.is_some() {}
    }
    Ok(first)
}

async fn stream(
    client: &ClientWrapper,
    statements: Statements,
    sql: &'static str,
    params: &[Param<'_>],
) -> Result<RowStream, PgError> {
    match statements {
        Statements::Named => {
            let statement = client.prepare_cached(sql).await?;
            client.query_raw(&statement, params).await
        }
        Statements::Unnamed => client.query_typed_raw(sql, typed(params)).await,
    }
}

/// The values with the types that spare the server's question for them.
fn typed<'p, 'v>(
    params: &'p [Param<'v>],
) -> impl Iterator<Item = (&'p Param<'v>, tokio_postgres::types::Type)> {
    params.iter().map(|param| (param, param.type_()))
}
