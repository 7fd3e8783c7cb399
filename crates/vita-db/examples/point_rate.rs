//! How many look-ups by key a second PostgreSQL answers through `Db::read_point`, to be held against
//! pgbench on the same table:
//!
//! ```text
//! cargo run --release -p vita-db --example point_rate -- postgres://… [callers] [seconds]
//! echo '\set n random(0, 19999)
//! SELECT id, body, size FROM point_rate WHERE id = :n::text' > point.sql
//! pgbench -n -M prepared -f point.sql -c 50 -j 2 -T 10 postgres://…
//! ```

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use vita_db::{Db, DbError, PostgresConfig, Row, ToParam as _};

const ROWS: u64 = 20_000;
const CALLERS: u64 = 50;
const SECONDS: u64 = 10;

const MAKE: &str = "CREATE TABLE IF NOT EXISTS point_rate (
         id   TEXT   NOT NULL PRIMARY KEY,
         body TEXT   NOT NULL,
         size BIGINT NOT NULL
     )";
const FILL: &str = "INSERT INTO point_rate (id, body, size)
     SELECT CAST(n AS TEXT), repeat('x', 300), n
     FROM generate_series(0, 19999) AS n
     ON CONFLICT DO NOTHING";
const FIND: &str = "SELECT id, body, size FROM point_rate WHERE id = $1";

fn read(row: &Row<'_>) -> Result<(String, String, i64), DbError> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("give the URL of a database")?;
    let mut number = |default| arguments.next().map_or(Ok(default), |text| text.parse());
    let (callers, seconds) = (number(CALLERS)?, number(SECONDS)?);
    let db = Db::open_postgres(&PostgresConfig::new(url), Arc::new(())).await?;
    let made = db.write((), |tx, ()| {
        Box::pin(async move {
            tx.execute(MAKE, &[]).await?;
            tx.execute(FILL, &[]).await
        })
    });
    let _: u64 = made.await.map_err(|error: DbError| error)?;
    let (answered, is_over) = (
        Arc::new(AtomicU64::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let begun = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let (db, answered, is_over) = (db.clone(), answered.clone(), is_over.clone());
            tokio::spawn(async move {
                for step in 0.. {
                    if is_over.load(Ordering::Relaxed) {
                        break;
                    }
                    // Steps of a prime visit all rows in no particular order.
                    let id = ((caller * 7_919 + step * 104_729) % ROWS).to_string();
                    let found = db.read_point(FIND, id, |id| vec![id.to_param()], read);
                    if found.await?.is_some() {
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                }
                Ok::<_, DbError>(())
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    is_over.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await??;
    }
    let rate = answered.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64();
    writeln!(std::io::stdout(), "{callers} callers: {rate:.0} look-ups/s")?;
    Ok(())
}
