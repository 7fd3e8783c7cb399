//! What a request asks of the database is counted for that request, whichever thread does it.

use std::sync::Arc;
use std::time::Duration;

use vita_db::{Db, DbError, params};
use vita_telemetry::{RepeatedStatement, RequestScope};

use crate::bench::{Backend, on_both};
use crate::fixture::{add_note, list_notes};

const FIND: &str = "SELECT text FROM notes WHERE id = $1";

async fn find_one_by_one(db: &Db, ids: i64) {
    let found = db.read(ids, |tx, ids| {
        Box::pin(async move {
            for id in 0..*ids {
                tx.query_opt(FIND, params![id], |row| row.get::<String>(0))
                    .await?;
            }
            Ok::<_, DbError>(())
        })
    });
    found.await.unwrap();
}

on_both! {
    async fn statements_count_for_the_request_that_asks(on: Backend) {
        let test = on.open().await;
        let (first, second) = (RequestScope::new(), RequestScope::new());
        let asked = Arc::clone(&first).enter(async {
            add_note(&test.db, "a note").await.unwrap();
            list_notes(&test.db).await
        });
        asked.await;
        list_notes(&test.db).await;
        assert_eq!(first.statement_count(), 2);
        assert!(first.statement_time() > Duration::ZERO);
        assert_eq!(second.statement_count(), 0);
        // A statement that fails was asked all the same; opening and closing transactions is not.
        let failed = test.db.write((), |tx, ()| {
            Box::pin(tx.execute("INSERT INTO notes (text, size) VALUES ('n', -1)", &[]))
        });
        let failed: Result<u64, DbError> = Arc::clone(&second).enter(failed).await;
        failed.unwrap_err();
        assert_eq!(second.statement_count(), 1);
    }
}

on_both! {
    async fn one_statement_for_each_row_is_told_as_such(on: Backend) {
        let test = on.open().await;
        let scope = RequestScope::new();
        Arc::clone(&scope).enter(find_one_by_one(&test.db, 5)).await;
        assert_eq!(scope.repeated(), []);
        Arc::clone(&scope).enter(find_one_by_one(&test.db, 7)).await;
        let repeated = RepeatedStatement {
            sql: FIND,
            times: 12,
        };
        assert_eq!(scope.repeated(), [repeated]);
    }
}
