//! The schemas of the two databases say the same.
//!
//! Both folders of migrations are read as text into tables, columns, constraints and indexes; what
//! was read of SQLite's is held against what SQLite itself made of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use vita_db::{Db, DbError, migration_names};

use crate::fixture::TestDb;
use crate::postgres::PgBench;

/// The types that both databases have, by PostgreSQL's names.
const TYPES: &[&str] = &["TEXT", "BIGINT", "DOUBLE PRECISION", "BOOLEAN", "BYTEA"];

#[derive(Debug, Default, PartialEq, Eq)]
struct Schema {
    tables: BTreeMap<String, Table>,
    /// Each index with all that is said about it.
    indexes: BTreeMap<String, String>,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    columns: BTreeMap<String, Column>,
    /// Constraints over several columns.
    constraints: BTreeSet<String>,
}

#[derive(Debug, PartialEq, Eq)]
struct Column {
    /// Its place in the table, from 0: `SELECT *` and PostgreSQL's row layout go by it.
    place: usize,
    kind: String,
    is_required: bool,
    /// PRIMARY KEY, UNIQUE, REFERENCES, CHECK and DEFAULT, as they stand.
    rest: String,
}

impl Schema {
    /// Reads all migrations of a folder, in order.
    fn read(folder: &str) -> Self {
        let mut schema = Self::default();
        for name in migration_names() {
            let path = folder_of(folder).join(format!("{name}.sql"));
            let text = fs::read_to_string(&path).unwrap();
            for statement in statements(&text) {
                schema.apply(&statement);
            }
        }
        schema
    }

    fn apply(&mut self, statement: &str) {
        if let Some(rest) = statement.strip_prefix("CREATE TABLE ") {
            let (name, body) = rest.split_once('(').unwrap();
            let body = body.trim().strip_suffix(')').unwrap();
            let mut table = Table::default();
            for item in split_at_commas(body) {
                table.add(&item);
            }
            let before = self.tables.insert(name.trim().to_owned(), table);
            assert!(before.is_none(), "`{name}` is made twice");
        } else if let Some(rest) = statement.strip_prefix("ALTER TABLE ") {
            let (name, change) = rest.split_once(' ').unwrap();
            let column = change.strip_prefix("ADD COLUMN ");
            let column = column.unwrap_or_else(|| panic!("not understood: {statement}"));
            self.tables.get_mut(name).unwrap().add(column);
        } else if statement.starts_with("CREATE INDEX ")
            || statement.starts_with("CREATE UNIQUE INDEX ")
        {
            let (head, _) = statement.split_once(" ON ").unwrap();
            let name = head.rsplit(' ').next().unwrap();
            let before = self.indexes.insert(name.to_owned(), statement.to_owned());
            assert!(before.is_none(), "`{name}` is made twice");
        } else {
            panic!("teach this test to read: {statement}");
        }
    }
}

impl Table {
    fn add(&mut self, item: &str) {
        let (first, rest) = item.split_once(' ').unwrap();
        if matches!(
            first,
            "PRIMARY" | "UNIQUE" | "FOREIGN" | "CHECK" | "CONSTRAINT"
        ) {
            self.constraints.insert(item.to_owned());
            return;
        }
        let rest = rest.replacen("BLOB", "BYTEA", 1);
        let known = TYPES.iter().find(|kind| rest.starts_with(*kind));
        let kind = known.unwrap_or_else(|| panic!("`{item}` has a type that not both have"));
        let rest = rest[kind.len()..].trim();
        let is_required = rest.contains("NOT NULL");
        let column = Column {
            place: self.columns.len(),
            kind: (*kind).to_owned(),
            is_required,
            rest: rest.replacen("NOT NULL", "", 1).trim().to_owned(),
        };
        let before = self.columns.insert(first.to_owned(), column);
        assert!(before.is_none(), "`{first}` is there twice");
    }
}

fn folder_of(database: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("migrations")
        .join(database)
}

/// The statements of a migration, without comments, with single blanks, also around brackets.
fn statements(text: &str) -> Vec<String> {
    let lines = text.lines();
    let lines = lines.map(|line| line.split_once("--").map_or(line, |(code, _)| code));
    let text = lines.collect::<Vec<_>>().join(" ");
    let statements = text.split(';').map(|statement| {
        let words = statement.split_whitespace().collect::<Vec<_>>().join(" ");
        words.replace("( ", "(").replace(" )", ")")
    });
    statements
        .filter(|statement| !statement.is_empty())
        .collect()
}

/// Splits at the commas that are in no brackets.
fn split_at_commas(body: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut depth = 0;
    for character in body.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                items.push(String::new());
                continue;
            }
            _ => {}
        }
        items.last_mut().unwrap().push(character);
    }
    items.iter().map(|item| item.trim().to_owned()).collect()
}

#[test]
fn both_databases_have_the_same_migrations() {
    let expected: BTreeSet<String> = migration_names()
        .map(|name| format!("{name}.sql"))
        .collect();
    for database in ["sqlite", "postgres"] {
        let files = fs::read_dir(folder_of(database)).unwrap();
        let files = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        assert_eq!(files.collect::<BTreeSet<_>>(), expected, "{database}");
    }
}

#[test]
fn both_databases_have_the_same_schema() {
    let sqlite = Schema::read("sqlite");
    let postgres = Schema::read("postgres");
    for (name, table) in &sqlite.tables {
        assert_eq!(Some(table), postgres.tables.get(name), "table `{name}`");
    }
    assert_eq!(sqlite, postgres);
    assert!(sqlite.tables.len() >= 10 && sqlite.indexes.len() >= 10);
}

/// Whatever this test's reader misunderstood would show here.
#[tokio::test]
async fn sqlite_makes_of_the_text_what_the_test_reads_in_it() {
    let TestDb { db, config, folder } = TestDb::open().await;
    drop(db);
    let connection = Connection::open(&config.path).unwrap();
    let read = Schema::read("sqlite");
    let own = |name: &String| name != "notes" && name != "refinery_schema_history";
    let tables = names(&connection, "table").into_iter().filter(own);
    assert_eq!(
        tables.collect::<BTreeSet<_>>(),
        read.tables.keys().cloned().collect()
    );
    let indexes = names(&connection, "index");
    assert_eq!(indexes, read.indexes.keys().cloned().collect());
    for (name, table) in &read.tables {
        let columns = columns(&connection, name);
        let expected = table.columns.iter().map(|(column, said)| {
            let kind = said.kind.replace("BYTEA", "BLOB");
            (said.place as i64, column.clone(), kind, said.is_required)
        });
        assert_eq!(columns, expected.collect(), "table `{name}`");
    }
    drop(folder);
}

/// What PostgreSQL made of its text, against what SQLite made of the other.
#[tokio::test]
async fn the_catalogues_of_both_databases_say_the_same() {
    if !vita_fixtures::postgres::has_postgres() {
        return;
    }
    let postgres = PgBench::open().await;
    let columns = ask(&postgres.db, PG_COLUMNS).await;
    let read = Schema::read("postgres");
    let expected = read.tables.iter().flat_map(|(table, body)| {
        body.columns.iter().map(move |(name, column)| {
            let kind = column.kind.to_lowercase();
            format!(
                "{table}.{name} {} {kind} {}",
                column.place, column.is_required
            )
        })
    });
    assert_eq!(columns, expected.collect());
    let TestDb { db, config, folder } = TestDb::open().await;
    drop(db);
    let connection = Connection::open(&config.path).unwrap();
    assert_eq!(
        ask(&postgres.db, PG_KEYS).await,
        ask_sqlite(&connection, SQLITE_KEYS)
    );
    assert_eq!(
        ask(&postgres.db, PG_REFERENCES).await,
        ask_sqlite(&connection, SQLITE_REFERENCES)
    );
    let indexes = ask(&postgres.db, PG_INDEXES).await;
    assert_eq!(indexes, ask_sqlite(&connection, SQLITE_INDEXES));
    assert!(indexes.len() >= 10);
    drop(folder);
}

const PG_COLUMNS: &str = "
    SELECT format('%s.%s %s %s %s', table_name, column_name,
        ordinal_position - 1, data_type, (is_nullable = 'NO')::text)
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name NOT IN ('notes', 'refinery_schema_history')";

/// Primary keys and UNIQUE constraints with their columns, in order.
const PG_KEYS: &str = "
    SELECT format('%s %s %s', held.conrelid::regclass,
        CASE held.contype WHEN 'p' THEN 'pk' ELSE 'u' END, string_agg(attname, ',' ORDER BY place))
    FROM pg_constraint AS held
    CROSS JOIN unnest(held.conkey) WITH ORDINALITY AS key (number, place)
    JOIN pg_attribute ON attrelid = held.conrelid AND attnum = key.number
    WHERE held.contype IN ('p', 'u') AND held.connamespace = 'public'::regnamespace
        AND held.conrelid::regclass::text NOT IN ('notes', 'refinery_schema_history')
    GROUP BY held.oid, held.conrelid, held.contype";

const SQLITE_KEYS: &str = "
    SELECT tables.name || ' ' || keys.origin || ' ' || (
        SELECT group_concat(columns.name, ',')
        FROM (SELECT name FROM pragma_index_info(keys.name) ORDER BY seqno) AS columns
    )
    FROM sqlite_master AS tables, pragma_index_list(tables.name) AS keys
    WHERE tables.type = 'table' AND keys.origin IN ('pk', 'u')
        AND tables.name NOT IN ('notes', 'refinery_schema_history')";

const PG_REFERENCES: &str = "
    SELECT format('%s.%s %s.%s %s', held.conrelid::regclass, own.attname,
        held.confrelid::regclass, other.attname,
        CASE held.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'NO ACTION' END)
    FROM pg_constraint AS held
    JOIN pg_attribute AS own ON own.attrelid = held.conrelid AND own.attnum = held.conkey[1]
    JOIN pg_attribute AS other ON other.attrelid = held.confrelid AND other.attnum = held.confkey[1]
    WHERE held.contype = 'f' AND held.connamespace = 'public'::regnamespace";

const SQLITE_REFERENCES: &str = "
    SELECT tables.name || '.' || held.\"from\" || ' ' || held.\"table\" || '.' || held.\"to\"
        || ' ' || held.on_delete
    FROM sqlite_master AS tables, pragma_foreign_key_list(tables.name) AS held
    WHERE tables.type = 'table'";

/// The indexes that belong to no constraint, with their columns and whether they hold a part.
const PG_INDEXES: &str = "
    SELECT format('%s %s %s', held.indexrelid::regclass, (held.indpred IS NOT NULL)::int,
        string_agg(attname, ',' ORDER BY place))
    FROM pg_index AS held
    CROSS JOIN unnest(held.indkey) WITH ORDINALITY AS key (number, place)
    JOIN pg_attribute ON attrelid = held.indrelid AND attnum = key.number
    JOIN pg_class ON pg_class.oid = held.indexrelid
    WHERE pg_class.relnamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = held.indexrelid)
    GROUP BY held.indexrelid, held.indpred IS NOT NULL";

const SQLITE_INDEXES: &str = "
    SELECT held.name || ' ' || held.partial || ' ' || (
        SELECT group_concat(columns.name, ',')
        FROM (SELECT name FROM pragma_index_info(held.name) ORDER BY seqno) AS columns
    )
    FROM sqlite_master AS tables, pragma_index_list(tables.name) AS held
    WHERE tables.type = 'table' AND held.origin = 'c'";

async fn ask(db: &Db, sql: &'static str) -> BTreeSet<String> {
    let asked = db.read((), move |tx, ()| {
        Box::pin(tx.query(sql, &[], |row| row.get::<String>(0)))
    });
    let asked: Result<Vec<String>, DbError> = asked.await;
    asked.unwrap().into_iter().collect()
}

fn ask_sqlite(connection: &Connection, sql: &str) -> BTreeSet<String> {
    let mut statement = connection.prepare(sql).unwrap();
    let found = statement.query_map([], |row| row.get(0)).unwrap();
    found.map(Result::unwrap).collect()
}

fn names(connection: &Connection, kind: &str) -> BTreeSet<String> {
    let sql = "SELECT name FROM sqlite_master WHERE type = $1 AND name NOT LIKE 'sqlite_%'";
    let mut statement = connection.prepare(sql).unwrap();
    let names = statement.query_map([kind], |row| row.get(0)).unwrap();
    names.map(Result::unwrap).collect()
}

fn columns(connection: &Connection, table: &str) -> BTreeSet<(i64, String, String, bool)> {
    let sql = "SELECT cid, name, type, \"notnull\" FROM pragma_table_info($1)";
    let mut statement = connection.prepare(sql).unwrap();
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
    let columns = statement.query_map([table], read).unwrap();
    columns.map(Result::unwrap).collect()
}
