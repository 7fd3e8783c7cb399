//! What the tests speak through: an installation with a real database, real files and real
//! workers in a folder of its own, behind its router. Only this file puts one together.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use vita_ai::{Catalogue, Simulated};
use vita_api::{ApiConfig, ApiParts, MemoryUse, router};
use vita_app::{
    AccountsConfig, App, AppConfig, AppParts, GenerationLimits, JobsConfig, Mode, PasswordConfig,
    queues,
};
use vita_blob::{DiskStore, UrlSigner};
use vita_db::{Announcement, AnnouncementSink, Db, PostgresConfig, SqliteConfig};
use vita_fixtures::postgres::{DatabasePlace, wait_for};
use vita_jobs::{Leases, Pace, QueueConfig, WakeUp, Workers, WorkersSetup};
use vita_live::Hub;
use vita_media::run::{Runner, RunnerConfig};
use vita_model::{Clock, Credits, ManualClock, SystemClock, SystemEntropy, Timestamp};
use vita_telemetry::RequestScope;

/// How long the simulated model takes for a clip.
const CLIP_TIME: Duration = Duration::from_millis(200);

/// The password of every account.
pub(crate) const PASSWORD: &str = "correct horse";

/// Longest time that a test waits for something that must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// What the process is said to use.
const MEMORY_USE: MemoryUse = MemoryUse {
    rss: 3,
    heap_allocated: 1,
    heap_resident: 2,
};

/// An installation for one test.
pub(crate) struct TestApi {
    router: Router,
    pub(crate) shutdown: CancellationToken,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) db: Db,
    setup: Option<WorkersSetup>,
    workers: Option<Workers>,
    users: AtomicU32,
    app: App,
    _folder: TempDir,
    _place: DatabasePlace,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) token: String,
    pub(crate) refresh_token: String,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

struct Announcer {
    wake: WakeUp,
    hub: Hub,
}

impl Announcer {
    fn new(wake: &WakeUp, hub: &Hub) -> Self {
        let (wake, hub) = (wake.clone(), hub.clone());
        Self { wake, hub }
    }
}

impl AnnouncementSink for Announcer {
    fn announce(&self, announcements: Vec<Announcement>) {
        for announcement in &announcements {
            self.wake.hear(announcement);
        }
        self.hub.announce(announcements);
    }
}

/// An empty database: SQLite, or PostgreSQL when the tests were started for it.
fn new_database() -> DatabasePlace {
    DatabasePlace::new(|url| drop(open_postgres(url, Arc::new(()))))
}

fn open_database(place: &DatabasePlace, sink: Arc<dyn AnnouncementSink>) -> Db {
    match place {
        DatabasePlace::Folder(folder) => {
            let config = SqliteConfig::new(folder.path().join("test.db"));
            Db::open_sqlite(&config, sink).unwrap()
        }
        DatabasePlace::Server(database) => open_postgres(database.url(), sink),
    }
}

fn open_postgres(url: &str, sink: Arc<dyn AnnouncementSink>) -> Db {
    let config = PostgresConfig::new(url);
    wait_for(async move { Db::open_postgres(&config, sink).await }).unwrap()
}

impl TestApi {
    pub(crate) fn new() -> Self {
        Self::with_config(ApiConfig::default())
    }

    pub(crate) fn with_config(config: ApiConfig) -> Self {
        Self::over(new_database(), config)
    }

    /// On SQLite, whatever the others are on.
    pub(crate) fn on_sqlite(config: ApiConfig) -> Self {
        Self::over(DatabasePlace::on_sqlite(), config)
    }

    fn over(place: DatabasePlace, config: ApiConfig) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (wake, hub) = (WakeUp::new(), Hub::new());
        let db = open_database(&place, Arc::new(Announcer::new(&wake, &hub)));
        let clock = Arc::new(ManualClock::starting_at(SystemClock.now()));
        let app = App::new(AppParts {
            db: db.clone(),
            blobs: Arc::new(DiskStore::open(folder.path().join("files")).unwrap()),
            signer: UrlSigner::new(&[7; 32]),
            models: Catalogue::new(vec![Arc::new(Simulated::new(CLIP_TIME))], "simulated").unwrap(),
            runner: Runner::new(RunnerConfig::default()).unwrap(),
            pool: vita_media::animatic::RenderPool::new(
                vita_media::animatic::RenderPoolConfig::default(),
            )
            .unwrap(),
            clock: Arc::new(TickingClock(clock.clone())),
            entropy: Arc::new(SystemEntropy),
            token_secret: vec![7; 32],
            config: app_config(),
        })
        .unwrap();
        let setup = WorkersSetup {
            db: db.clone(),
            clock: Arc::new(TickingClock(clock.clone())),
            entropy: Arc::new(SystemEntropy),
            queues: [
                queues::RENDER,
                queues::MODELS,
                queues::EXPORT,
                queues::IMAGES,
                queues::HOUSEKEEPING,
            ]
            .map(|name| QueueConfig::new(name, 2))
            .to_vec(),
            handlers: app.job_handlers(JobsConfig {
                kept_for: Duration::from_hours(1),
                dead_kept_for: Duration::from_hours(1),
            }),
            schedules: Vec::new(),
            wake,
            pace: Pace::default(),
            leases: Leases::TakeBack,
        };
        let shutdown = CancellationToken::new();
        let router = router(ApiParts {
            app: app.clone(),
            hub,
            metrics_text: Arc::new(|| "# none\n".to_owned()),
            memory_use: Arc::new(|| Ok(MEMORY_USE)),
            clock: Arc::new(TickingClock(clock.clone())),
            entropy: Arc::new(SystemEntropy),
            shutdown: shutdown.clone(),
            config,
        });
        Self {
            router,
            shutdown,
            clock,
            db,
            setup: Some(setup),
            workers: None,
            users: AtomicU32::new(0),
            app,
            _folder: folder,
            _place: place,
        }
    }

    /// From now on clips are made; before, they wait.
    pub(crate) async fn start_workers(&mut self) {
        let setup = self.setup.take().unwrap();
        self.workers = Some(Workers::start(setup).await.unwrap());
    }

    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        // A preflight gets none: it asks nothing of the database.
        if let Some(scope) = parts.extensions.get::<Arc<RequestScope>>() {
            assert_eq!(scope.repeated(), [], "the request asks once for each row");
        }
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(request(Method::GET, path).body(Body::empty()).unwrap())
            .await
    }

    /// A new account, signed in.
    pub(crate) async fn sign_up(&self) -> User {
        let email = self.new_email();
        self.enter("/api/auth/register", &email).await
    }

    /// A new administrator, signed in.
    pub(crate) async fn sign_up_admin(&self) -> User {
        let email = self.new_email();
        self.app.create_admin(&email, PASSWORD).await.unwrap();
        self.enter("/api/auth/login", &email).await
    }

    /// A new student, signed in.
    pub(crate) async fn sign_up_student(&self) -> User {
        let email = self.new_email();
        self.enter("/api/auth/register", &email).await;
        let admin = self.sign_up_admin().await;
        let find = format!("GET /api/admin/users?email={email}");
        let found = self.ask(&admin, &find, Value::Null).await.json();
        let id = found["users"][0]["id"].as_str().unwrap();
        let change = format!("PATCH /api/admin/users/{id}");
        let changed = self.ask(&admin, &change, json!({"role": "student"})).await;
        assert_eq!(changed.status, StatusCode::OK, "{changed:?}");
        self.enter("/api/auth/login", &email).await
    }

    /// A program with an API key of this user.
    pub(crate) async fn add_key(&self, user: &User, scopes: &[&str]) -> User {
        let body = json!({"name": "a script", "scopes": scopes});
        let made = self.ask(user, "POST /api/keys", body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
        User {
            token: made.json()["secret"].as_str().unwrap().to_owned(),
            refresh_token: String::new(),
        }
    }

    /// A ticket of this user.
    pub(crate) async fn add_ticket(&self, user: &User) -> String {
        let made = self.ask(user, "POST /api/tickets", Value::Null).await;
        assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
        made.json()["ticket"].as_str().unwrap().to_owned()
    }

    fn new_email(&self) -> String {
        let number = self.users.fetch_add(1, Ordering::Relaxed);
        format!("user{number}@example.com")
    }

    async fn enter(&self, path: &str, email: &str) -> User {
        let body = json!({"email": email, "password": PASSWORD});
        let answer = self
            .send(with_json(request(Method::POST, path), &body))
            .await;
        assert!(answer.status.is_success(), "{answer:?}");
        let login = answer.json();
        User {
            token: login["token"].as_str().unwrap().to_owned(),
            refresh_token: login["refreshToken"].as_str().unwrap().to_owned(),
        }
    }

    /// Asks as this user, with a body unless it is null.
    pub(crate) async fn ask(&self, user: &User, call: &str, body: Value) -> Answer {
        let (method, path) = call.split_once(' ').unwrap();
        let request = user.request(method, path);
        let request = match body {
            Value::Null => request.body(Body::empty()).unwrap(),
            body => with_json(request, &body),
        };
        self.send(request).await
    }

    /// The same, and the id of what was made.
    pub(crate) async fn make(&self, user: &User, call: &str, body: Value) -> String {
        let answer = self.ask(user, call, body).await;
        assert!(answer.status.is_success(), "{call}: {answer:?}");
        let made = answer.json();
        let id = ["id", "generationId", "jobId"]
            .iter()
            .find_map(|name| made[name].as_str());
        id.unwrap().to_owned()
    }
}

/// Accounts for so few things that a test may need.
fn app_config() -> AppConfig {
    AppConfig {
        mode: Mode::Test,
        accounts: AccountsConfig {
            registration_open: true,
            // As cheap as the algorithm allows: hashing is tested where it is done.
            passwords: PasswordConfig {
                threads: Some(1),
                memory_kib: 8,
                passes: 1,
                ..PasswordConfig::default()
            },
            login_limits: None,
            ..AccountsConfig::default()
        },
        limits: GenerationLimits {
            waiting_max: None,
            scenes_max: 200,
        },
        images: vita_app::ImagesConfig::default(),
        initial_credits: Credits(10_000),
        encoder_threads: 1,
    }
}

/// Goes on with every look, so that no two moments are the same, and jumps when a test wants it.
struct TickingClock(Arc<ManualClock>);

impl Clock for TickingClock {
    fn now(&self) -> Timestamp {
        self.0.advance(Duration::from_micros(1));
        self.0.now()
    }
}

impl User {
    pub(crate) fn request(&self, method: &str, path: &str) -> http::request::Builder {
        request(method.parse().unwrap(), path)
            .header("authorization", format!("Bearer {}", self.token))
    }
}

pub(crate) fn request(method: Method, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(path)
}

pub(crate) fn with_json(request: http::request::Builder, body: &Value) -> Request<Body> {
    let request = request.header("content-type", "application/json");
    request.body(Body::from(body.to_string())).unwrap()
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{self:?}"))
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// Checks that this is a failure as all of them are, and returns its code.
    #[track_caller]
    pub(crate) fn problem(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{self:?}"
        );
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        assert_eq!(problem["requestId"], self.header("x-request-id"));
        let code = problem["code"].as_str().unwrap();
        assert_eq!(problem["type"], format!("/docs/problems#{code}"));
        let known = vita_api::ErrorCode::ALL
            .iter()
            .find(|known| known.as_str() == code);
        assert_eq!(known.unwrap().status(), self.status);
        assert!(!problem["detail"].as_str().unwrap().is_empty());
        code.to_owned()
    }

    /// Checks that the request was refused because of this one field.
    #[track_caller]
    pub(crate) fn refused_field(&self) -> (String, String) {
        assert_eq!(self.problem(), "VALIDATION_FAILED", "{self:?}");
        let problem = self.json();
        let [field] = problem["errors"].as_array().unwrap().as_slice() else {
            panic!("{problem}");
        };
        let text = |name: &str| field[name].as_str().unwrap().to_owned();
        (text("pointer"), text("code"))
    }
}
