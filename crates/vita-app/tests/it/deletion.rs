//! What is left of an account that was deleted: nothing.

use std::net::{IpAddr, Ipv4Addr};

use vita_app::{ApiKeyIn, AppError, Caller, ExportFormat, ExportIn, LoginIn, ProjectIn};
use vita_db::{DbError, Sql};
use vita_model::{Description, GenerationStatus, Title};

use crate::world::{World, ask};

const PASSWORD: &str = "correct horse";

/// Clips that are being made.
const RUNNING: &str = "SELECT COUNT(*) FROM jobs WHERE state = 'running' AND kind = 'make_clip'";

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

impl World {
    /// Every column of every table in which a text stands.
    async fn columns_that_hold(&self, text: &str) -> Vec<String> {
        const COLUMNS: Sql = Sql::each(
            "SELECT t.name, c.name
             FROM sqlite_master t, pragma_table_info(t.name) c
             WHERE t.type = 'table'
             ORDER BY t.name, c.name",
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT)
             FROM information_schema.columns
             WHERE table_schema = 'public'
             ORDER BY table_name, column_name",
        );
        let columns = self.db.read((), |tx, ()| {
            Box::pin(tx.query(COLUMNS, &[], |row| Ok((row.get(0)?, row.get(1)?))))
        });
        let columns: Result<Vec<(String, String)>, DbError> = columns.await;
        let mut found = Vec::new();
        for (table, column) in columns.unwrap() {
            // Made of the database's own words; a test may keep them until it ends.
            let sql = format!(
                "SELECT COUNT(*) FROM {table} WHERE CAST({column} AS TEXT) LIKE '%{text}%'"
            );
            let sql: &'static str = sql.leak();
            let counted = self.db.read((), move |tx, ()| {
                Box::pin(tx.query_one(sql, &[], |row| row.get(0)))
            });
            let counted: Result<i64, DbError> = counted.await;
            if counted.unwrap() > 0 {
                found.push(format!("{table}.{column}"));
            }
        }
        found
    }

    async fn count(&self, sql: &'static str) -> i64 {
        let counted = self.db.read((), move |tx, ()| {
            Box::pin(tx.query_one(sql, &[], |row| row.get(0)))
        });
        let counted: Result<i64, DbError> = counted.await;
        counted.unwrap()
    }

    /// An account with something of everything: clips that are there, made, and waited for, an
    /// export, a key, a ticket and a notification. Answers the key's secret.
    async fn live_a_little(&self, caller: &Caller) -> String {
        let project = self.add_project(caller).await;
        let done = self.add_scene(caller, &project, "ok").await;
        let made = self
            .app
            .generate(caller, &project, ask(&done))
            .await
            .unwrap();
        self.ended(caller, &made.generation_id).await;
        let hanging = self
            .add_scene(caller, &project, "hang until it is called off")
            .await;
        let made = self
            .app
            .generate(caller, &project, ask(&hanging))
            .await
            .unwrap();
        let id = made.generation_id;
        self.until("the clip to be made", async || {
            let found = self.app.find_generation(caller, &id).await.unwrap();
            found.status == GenerationStatus::Processing
        })
        .await;
        let export = ExportIn {
            format: ExportFormat::Storyboard,
            crossfade: None,
        };
        self.app.export(caller, &project, export).await.unwrap();
        let key = ApiKeyIn {
            name: "a script".to_owned(),
            ..ApiKeyIn::default()
        };
        let secret = self.app.add_key(caller, key).await.unwrap().secret;
        let verified = self.app.authenticate(&secret).await.unwrap();
        self.app.add_ticket(&verified).await.unwrap();
        secret
    }
}

#[tokio::test]
async fn nothing_is_left_of_a_deleted_account_and_its_running_jobs_end() {
    let world = World::new().await;
    let ann = world.add_user("ann").await;
    let ben = world.add_user("ben").await;
    let key = world.live_a_little(&ann).await;
    let bens_key = world.live_a_little(&ben).await;
    assert!(world.columns_that_hold(ann.user.as_str()).await.len() >= 10);
    assert_eq!(world.stored_prefixes().await.len(), 2);

    let wrong = world.app.delete_account(&ann, "wrong password", HOME).await;
    assert!(matches!(wrong.unwrap_err(), AppError::InvalidCredentials));
    assert!(world.app.authenticate(&key).await.is_ok());
    world
        .app
        .delete_account(&ann, PASSWORD, HOME)
        .await
        .unwrap();

    assert!(world.app.authenticate(&key).await.is_err());
    let login = LoginIn {
        email: "ann@example.com".to_owned(),
        password: PASSWORD.to_owned(),
        ..LoginIn::default()
    };
    let gone = world.app.login(login).await.unwrap_err();
    assert!(matches!(gone, AppError::InvalidCredentials), "{gone}");
    let again = world.app.delete_account(&ann, PASSWORD, HOME).await;
    assert!(matches!(again.unwrap_err(), AppError::Unauthenticated));

    world
        .until("the running job to end and the files to go", async || {
            world.count(RUNNING).await == 1 && world.stored_prefixes().await.len() == 1
        })
        .await;
    assert_eq!(world.columns_that_hold(ann.user.as_str()).await, [""; 0]);
    assert_eq!(world.columns_that_hold("ann@example.com").await, [""; 0]);
    // Nobody else lost anything.
    assert!(world.app.authenticate(&bens_key).await.is_ok());
    assert!(world.columns_that_hold(ben.user.as_str()).await.len() >= 10);
    assert_eq!(
        world.add_user("ann").await.role,
        ann.role,
        "the address is free again"
    );
}

/// A request that was let in just before its account was deleted, as another process may let one in.
#[tokio::test]
async fn a_request_that_is_under_way_is_told_that_its_account_is_gone() {
    let world = World::new().await;
    let ann = world.add_user("ann").await;
    let project = world.add_project(&ann).await;
    let scene = world.add_scene(&ann, &project, "ok").await;
    world
        .app
        .delete_account(&ann, PASSWORD, HOME)
        .await
        .unwrap();
    let new = ProjectIn {
        title: Title::parse("Too late").unwrap(),
        description: Description::parse("").unwrap(),
        template_id: None,
    };
    let late = world.app.add_project(&ann, new).await.unwrap_err();
    assert!(matches!(late, AppError::Unauthenticated), "{late}");
    let late = world
        .app
        .generate(&ann, &project, ask(&scene))
        .await
        .unwrap_err();
    assert!(matches!(late, AppError::NotFound(_)), "{late}");
    let late = world.app.find_balance(&ann).await.unwrap_err();
    assert!(matches!(late, AppError::Unauthenticated), "{late}");
    let key = ApiKeyIn {
        name: "too late".to_owned(),
        ..ApiKeyIn::default()
    };
    let late = world.app.add_key(&ann, key).await.err().unwrap();
    assert!(matches!(late, AppError::Unauthenticated), "{late}");
    assert_eq!(world.columns_that_hold(ann.user.as_str()).await, [""; 0]);
}
