//! Accounts, on a clock that the test moves.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where something it takes for granted fails"
)]

mod administration;
mod credentials;
mod limits;
mod logins;
mod own_account;
mod postgres;
mod refresh;
mod register;
mod sign_in;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use tempfile::TempDir;
use vita_ai::Catalogue;
use vita_app::{
    AccountsConfig, App, AppConfig, AppError, AppParts, Device, GenerationLimits, LoginIn, Mode,
    PasswordConfig, RegisterIn, SignedIn,
};
use vita_blob::{DiskStore, UrlSigner};
use vita_db::{Db, DbError, Param};
use vita_fixtures::postgres::DatabasePlace;
use vita_model::{Credits, ManualClock, SystemEntropy, Timestamp};

use crate::scripted::Scripted;
use crate::world::{new_database, open_database};

const PASSWORD: &str = "correct horse battery";

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

/// The use cases over an empty database.
struct TestAccounts {
    app: App,
    db: Db,
    clock: Arc<ManualClock>,
    folder: TempDir,
    place: DatabasePlace,
}

impl TestAccounts {
    fn new() -> Self {
        Self::with(accounts_config())
    }

    fn with(accounts: AccountsConfig) -> Self {
        Self::over(new_database(), accounts)
    }

    /// On SQLite, whatever the others are on.
    fn on_sqlite() -> Self {
        Self::over(DatabasePlace::on_sqlite(), accounts_config())
    }

    fn over(place: DatabasePlace, accounts: AccountsConfig) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = open_database(&place, Arc::new(()));
        let start = Timestamp::from_micros(1_800_000_000_000_000);
        let clock = Arc::new(ManualClock::starting_at(start));
        let app = start_app(&db, &clock, &folder, accounts, vec![7; 32]);
        Self {
            app,
            db,
            clock,
            folder,
            place,
        }
    }

    /// The same installation, started again with another configuration.
    fn restarted(&self, accounts: AccountsConfig, secret: u8) -> App {
        start_app(
            &self.db,
            &self.clock,
            &self.folder,
            accounts,
            vec![secret; 32],
        )
    }

    async fn register(&self, email: &str) -> SignedIn {
        self.app.register(applicant(email)).await.unwrap()
    }

    async fn log_in(&self, email: &str, password: &str) -> Result<SignedIn, AppError> {
        self.app.login(login(email, password)).await
    }

    /// Runs one statement over the account of this address.
    async fn change_user(&self, sql: &'static str, email: &str) {
        let changed = self.db.write(email.to_owned(), move |tx, email| {
            Box::pin(async move { tx.execute(sql, &[Param::Text(email)]).await })
        });
        let changed: Result<u64, DbError> = changed.await;
        assert_eq!(changed, Ok(1));
    }

    async fn count(&self, sql: &'static str) -> i64 {
        let counted = self.db.read((), move |tx, ()| {
            Box::pin(tx.query_one(sql, &[], |row| row.get(0)))
        });
        let counted: Result<i64, DbError> = counted.await;
        counted.unwrap()
    }
}

fn start_app(
    db: &Db,
    clock: &Arc<ManualClock>,
    folder: &TempDir,
    accounts: AccountsConfig,
    token_secret: Vec<u8>,
) -> App {
    let blobs = DiskStore::open(folder.path().join("blobs")).unwrap();
    App::new(AppParts {
        db: db.clone(),
        blobs: Arc::new(blobs),
        signer: UrlSigner::new(b"a secret"),
        models: Catalogue::new(vec![Arc::new(Scripted::new())], "scripted").unwrap(),
        runner: vita_media::run::Runner::new(vita_media::run::RunnerConfig::default()).unwrap(),
        pool: vita_media::animatic::RenderPool::new(
            vita_media::animatic::RenderPoolConfig::default(),
        )
        .unwrap(),
        clock: Arc::<ManualClock>::clone(clock),
        entropy: Arc::new(SystemEntropy),
        token_secret,
        config: AppConfig {
            mode: Mode::Production,
            accounts,
            limits: GenerationLimits {
                waiting_max: None,
                scenes_max: 200,
            },
            images: vita_app::ImagesConfig::default(),
            initial_credits: Credits(100),
            encoder_threads: 1,
        },
    })
    .unwrap()
}

/// As in production, but for the price of a hash.
fn accounts_config() -> AccountsConfig {
    AccountsConfig {
        passwords: cheap_passwords(),
        ..AccountsConfig::default()
    }
}

fn cheap_passwords() -> PasswordConfig {
    PasswordConfig {
        memory_kib: 64,
        passes: 1,
        threads: Some(2),
        ..PasswordConfig::default()
    }
}

fn applicant(email: &str) -> RegisterIn {
    RegisterIn {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        name: "Ann".to_owned(),
        device: device(HOME),
    }
}

fn login(email: &str, password: &str) -> LoginIn {
    login_from(email, password, HOME)
}

fn login_from(email: &str, password: &str, address: IpAddr) -> LoginIn {
    LoginIn {
        email: email.to_owned(),
        password: password.to_owned(),
        device: device(address),
    }
}

fn device(address: IpAddr) -> Device {
    Device {
        address,
        user_agent: Some("a browser".to_owned()),
    }
}

/// The fields that must change, with their codes.
fn refused_fields(error: &AppError) -> Vec<(&str, &str)> {
    let AppError::Invalid(fields) = error else {
        panic!("`{error}` is not about fields");
    };
    fields
        .iter()
        .map(|field| (field.pointer.as_str(), field.code))
        .collect()
}
