use crate::{RequestScope, metric};

/// Tells of the statements that the request of a scope repeated too often: in the log and as a
/// metric, with the route as it is declared. Returns how many such statements there were.
pub fn report_scope(route: &str, scope: &RequestScope) -> usize {
    let repeated = scope.repeated();
    for statement in &repeated {
        metric::N_PLUS_ONE.add(1, [route]);
        tracing::warn!(
            route,
            sql = statement.sql,
            times = statement.times,
            "a request repeated one statement (N+1)"
        );
    }
    repeated.len()
}
