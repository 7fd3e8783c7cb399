//! What a transaction may not do, and how it is told.

use std::sync::Arc;
use std::time::Duration;

use vita_db::{DbError, params};

use crate::bench::{Backend, on_both};
use crate::fixture::{ENDLESS_SELECT, add_note, insert_note, list_notes, within_a_minute};

on_both! {
    async fn awaiting_something_else_is_refused_and_undone(on: Backend) {
        let test = on.open().await;
        let written = test.db.write((), |tx, ()| {
            Box::pin(async move {
                insert_note(tx, "before").await?;
                tokio::task::yield_now().await;
                insert_note(tx, "after").await
            })
        });
        assert_eq!(written.await, Err(DbError::ForeignAwait));
        let read = test.db.read((), |_, ()| {
            Box::pin(async move {
                std::future::pending::<()>().await;
                Ok::<_, DbError>(())
            })
        });
        assert_eq!(read.await, Err(DbError::ForeignAwait));
        assert!(list_notes(&test.db).await.is_empty());
    }
}

on_both! {
    async fn a_read_that_panics_leaves_its_reader_in_order(on: Backend) {
        let test = on.open_with(|config| config.at_once = 1, Arc::new(())).await;
        let panicking = test.db.read((), |tx, ()| {
            Box::pin(async move {
                let read = |_: &vita_db::Row<'_>| -> Result<i64, DbError> { panic!("on purpose") };
                tx.query("SELECT 1", params![], read).await
            })
        });
        assert_eq!(panicking.await, Err(DbError::Panicked));
        add_note(&test.db, "later").await.unwrap();
        assert_eq!(list_notes(&test.db).await, ["later"]);
    }
}

on_both! {
    async fn a_read_cannot_write(on: Backend) {
        let test = on.open().await;
        let written = test
            .db
            .read((), |tx, ()| Box::pin(insert_note(tx, "sneaked in")));
        assert!(matches!(written.await, Err(DbError::Driver(_))));
        assert!(list_notes(&test.db).await.is_empty());
    }
}

on_both! {
    async fn an_endless_statement_is_stopped_and_its_connection_goes_on(on: Backend) {
        let test = on.open_with(
            |config| {
                config.statement_timeout = Duration::from_millis(50);
                config.at_once = 1;
            },
            Arc::new(()),
        )
        .await;
        let endless = test.db.read((), |tx, ()| {
            Box::pin(tx.query_one(ENDLESS_SELECT, &[], |row| row.get::<i64>(0)))
        });
        assert_eq!(
            within_a_minute(endless).await,
            Err(DbError::StatementTimeout)
        );
        let endless = test
            .db
            .read_point(ENDLESS_SELECT, (), |()| vec![], |row| row.get::<i64>(0));
        assert_eq!(
            within_a_minute(endless).await,
            Err(DbError::StatementTimeout)
        );
        assert!(list_notes(&test.db).await.is_empty());
    }
}

on_both! {
    async fn constraints_have_names_that_both_databases_know(on: Backend) {
        let test = on.open().await;
        let name_of = |error: DbError| match error {
            DbError::Constraint { name } => name,
            other => panic!("`{other}` is no constraint"),
        };
        let refused = async |sql: &'static str| {
            let written = test
                .db
                .write((), move |tx, ()| Box::pin(tx.execute(sql, &[])));
            name_of(written.await.unwrap_err())
        };
        add_note(&test.db, "taken").await.unwrap();
        let unique = refused("INSERT INTO notes (text) VALUES ('taken')").await;
        assert_eq!(unique, "notes_text_key");
        let primary = refused("INSERT INTO notes (id, text) VALUES (1, 'other')").await;
        assert_eq!(primary, "notes_pkey");
        let check = refused("INSERT INTO notes (text, size) VALUES ('small', -1)").await;
        // Of these each database has words of its own.
        assert!(check.contains("size"), "{check}");
        let null = refused("INSERT INTO notes (text) VALUES (NULL)").await;
        assert!(null.contains("notes.text"), "{null}");
        let foreign = "INSERT INTO credit_accounts (owner_id, balance, reserved) VALUES ('x', 0, 0)";
        let foreign = refused(foreign).await;
        let is_told = foreign.contains("FOREIGN KEY") || foreign == "credit_accounts_owner_id_fkey";
        assert!(is_told, "{foreign}");

        let duplicate = add_note(&test.db, "taken").await.unwrap_err();
        assert!(duplicate.violates("notes_text_key"));
        assert!(!duplicate.violates("notes_pkey"));
    }
}

on_both! {
    async fn a_row_that_must_be_there_is_told_apart_from_one_that_may_be(on: Backend) {
        let test = on.open().await;
        let missing = test.db.read((), |tx, ()| {
            Box::pin(async move {
                let find = "SELECT text FROM notes WHERE id = $1";
                let id = params![7_i64];
                let absent = tx.query_opt(find, id, |row| row.get::<String>(0));
                assert_eq!(absent.await?, None);
                tx.query_one(find, id, |row| row.get::<String>(0)).await
            })
        });
        assert_eq!(missing.await, Err(DbError::MissingRow));
    }
}

on_both! {
    async fn a_column_that_holds_something_else_is_told_with_what_it_holds(on: Backend) {
        let test = on.open().await;
        add_note(&test.db, "seven").await.unwrap();
        let misread = test.db.read((), |tx, ()| {
            Box::pin(tx.query("SELECT text FROM notes", &[], |row| row.get::<i64>(0)))
        });
        let expected = DbError::InconsistentColumn {
            column: 0,
            value: "seven".to_owned(),
            expected: "whole number",
        };
        assert_eq!(misread.await, Err(expected));
    }
}
