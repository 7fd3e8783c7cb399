use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::watch;
use vita_ai::Catalogue;
use vita_app::{
    AccountsConfig, App, AppConfig, AppParts, Caller, GenerateIn, GenerationLimits, Idempotency,
    ImagesConfig, JobsConfig, Mode, PageIn, PasswordConfig, ProjectIn, RegisterIn, SceneIn, queues,
};
use vita_blob::{BlobStore, DiskStore, UrlSigner};
use vita_db::{Announcement, AnnouncementSink, Db, PostgresConfig, SqliteConfig};
use vita_fixtures::postgres::{DatabasePlace, wait_for};
use vita_jobs::{Backoff, Leases, Pace, QueueConfig, WakeUp, Workers, WorkersSetup};
use vita_media::run::{Runner, RunnerConfig};
use vita_model::{
    Credits, Description, GenerationId, ProjectId, Prompt, SceneId, SystemClock, SystemEntropy,
    Title,
};
use vita_store::generations::Generation;

use crate::scripted::Scripted;

/// Longest time that a test waits for something that must happen.
const PATIENCE: Duration = Duration::from_secs(30);

/// Time after which a condition is asked again though nothing was told.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Wakes workers, and whoever waits for something to change.
struct Ears {
    wake: WakeUp,
    changes: watch::Sender<u64>,
}

impl AnnouncementSink for Ears {
    fn announce(&self, announcements: Vec<Announcement>) {
        for announcement in &announcements {
            self.wake.hear(announcement);
        }
        self.changes.send_modify(|count| *count += 1);
    }
}

/// An empty database: SQLite, or PostgreSQL when the tests were started for it.
pub(crate) fn new_database() -> DatabasePlace {
    DatabasePlace::new(|url| drop(open_postgres(url, Arc::new(()))))
}

pub(crate) fn open_database(place: &DatabasePlace, sink: Arc<dyn AnnouncementSink>) -> Db {
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

/// An installation without a server.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) db: Db,
    _folder: TempDir,
    _place: DatabasePlace,
    wake: WakeUp,
    changes: watch::Receiver<u64>,
    workers: Option<Workers>,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with_images(ImagesConfig::default()).await
    }

    pub(crate) async fn with_images(images: ImagesConfig) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let wake = WakeUp::new();
        let (sender, changes) = watch::channel(0);
        let ears = Ears {
            wake: wake.clone(),
            changes: sender,
        };
        let place = new_database();
        let db = open_database(&place, Arc::new(ears));
        let blobs: Arc<dyn BlobStore> =
            Arc::new(DiskStore::open(folder.path().join("blobs")).unwrap());
        let app = App::new(AppParts {
            db: db.clone(),
            blobs,
            signer: UrlSigner::new(b"a secret"),
            models: Catalogue::new(vec![Arc::new(Scripted::new())], "scripted").unwrap(),
            runner: Runner::new(RunnerConfig::default()).unwrap(),
            pool: vita_media::animatic::RenderPool::new(
                vita_media::animatic::RenderPoolConfig::default(),
            )
            .unwrap(),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            token_secret: vec![7; 32],
            config: config_for_tests(images),
        })
        .unwrap();
        let mut world = Self {
            app,
            db,
            _folder: folder,
            _place: place,
            wake,
            changes,
            workers: None,
        };
        world.start_workers().await;
        world
    }

    pub(crate) async fn start_workers(&mut self) {
        let queue = |name| QueueConfig {
            backoff: Backoff {
                base: Duration::from_millis(1),
                cap: Duration::from_millis(1),
            },
            ..QueueConfig::new(name, 8)
        };
        let jobs = JobsConfig {
            kept_for: Duration::from_hours(1),
            dead_kept_for: Duration::from_hours(1),
        };
        let setup = WorkersSetup {
            db: self.db.clone(),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            queues: [queues::MODELS, queues::IMAGES, queues::HOUSEKEEPING]
                .map(queue)
                .to_vec(),
            handlers: self.app.job_handlers(jobs),
            schedules: Vec::new(),
            wake: self.wake.clone(),
            pace: Pace {
                poll: Duration::from_millis(20),
                ..Pace::default()
            },
            leases: Leases::TakeBack,
        };
        self.workers = Some(Workers::start(setup).await.unwrap());
    }

    /// The workers die where they are, as in a crash.
    pub(crate) fn crash_workers(&mut self) {
        self.workers = None;
    }

    pub(crate) async fn add_user(&self, name: &str) -> Caller {
        let input = RegisterIn {
            email: format!("{name}@example.com"),
            password: "correct horse".to_owned(),
            name: name.to_owned(),
            ..RegisterIn::default()
        };
        let signed_in = self.app.register(input).await.unwrap();
        self.app.verify_access(&signed_in.token).unwrap()
    }

    pub(crate) async fn add_project(&self, caller: &Caller) -> ProjectId {
        let new = ProjectIn {
            title: Title::parse("A title").unwrap(),
            description: Description::parse("").unwrap(),
            template_id: None,
        };
        self.app.add_project(caller, new).await.unwrap().id
    }

    pub(crate) async fn add_scene(
        &self,
        caller: &Caller,
        project: &ProjectId,
        prompt: &str,
    ) -> SceneId {
        let prompt = Prompt::parse(prompt).unwrap();
        let new = SceneIn {
            prompt,
            position: None,
            duration: None,
        };
        self.app.add_scene(caller, project, new).await.unwrap().id
    }

    /// Waits until the condition holds; it is asked again after each change, and now and then, as nobody is told when a file
    /// goes.
    pub(crate) async fn until<F: AsyncFn() -> bool>(&self, what: &str, holds: F) {
        let mut changes = self.changes.clone();
        let waiting = async {
            loop {
                changes.mark_unchanged();
                if holds().await {
                    return;
                }
                if let Ok(changed) = tokio::time::timeout(LOOK_AGAIN, changes.changed()).await {
                    changed.unwrap();
                }
            }
        };
        let waited = tokio::time::timeout(PATIENCE, waiting).await;
        assert!(waited.is_ok(), "waited in vain for {what}");
    }

    /// Waits until the generation has ended, and gives it.
    pub(crate) async fn ended(&self, caller: &Caller, id: &GenerationId) -> Generation {
        self.until("the generation to end", async || {
            self.app
                .find_generation(caller, id)
                .await
                .unwrap()
                .status
                .is_final()
        })
        .await;
        self.app.find_generation(caller, id).await.unwrap()
    }

    /// The names of all stored files.
    pub(crate) async fn stored_prefixes(&self) -> Vec<String> {
        let page = self.app.blobs().list_prefixes(None, 100).await.unwrap();
        page.entries
            .into_iter()
            .map(|entry| entry.prefix.to_string())
            .collect()
    }
}

fn config_for_tests(images: ImagesConfig) -> AppConfig {
    AppConfig {
        mode: Mode::Test,
        accounts: AccountsConfig {
            passwords: PasswordConfig {
                memory_kib: 64,
                passes: 1,
                ..PasswordConfig::default()
            },
            ..AccountsConfig::default()
        },
        limits: GenerationLimits {
            waiting_max: Some(50),
            scenes_max: 200,
        },
        images,
        initial_credits: Credits(100),
        encoder_threads: 1,
    }
}

pub(crate) fn ask(scene: &SceneId) -> GenerateIn {
    GenerateIn {
        scene_id: scene.clone(),
        prompt: None,
        model: None,
        resolution: None,
        duration: None,
        aspect_ratio: None,
        seed: None,
        reference_images: Vec::new(),
    }
}

pub(crate) fn with_key(caller: &Caller, key: &str, fingerprint: u8) -> Caller {
    let idempotency = Idempotency {
        key: key.to_owned(),
        fingerprint: [fingerprint; 32],
    };
    Caller {
        idempotency: Some(idempotency),
        ..caller.clone()
    }
}

pub(crate) const FIRST_PAGE: PageIn = PageIn {
    limit: None,
    cursor: None,
};
