//! Puts the parts of an installation together: the data folder with database, files and secrets,
//! the models, and the use cases over them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use vita_ai::{Catalogue, Simulated, VideoModel};
use vita_app::{
    AccountsConfig, App, AppConfig, AppParts, GenerationLimits, ImagesConfig, JobsConfig,
    LocalModel, LoginLimitsConfig, PasswordConfig, queues,
};
use vita_blob::{DiskStore, UrlSigner};
use vita_db::{
    Announcement, AnnouncementSink, Db, DbError, PostgresConfig, SqliteConfig, Statements,
};
use vita_jobs::{Leases, Pace, QueueConfig, QueueName, WakeUp, Workers, WorkersSetup};
use vita_live::Hub;
use vita_media::animatic::{RenderPool, RenderPoolConfig};
use vita_media::image::{ImageLimits, ImagePoolConfig};
use vita_media::run::{Runner, RunnerConfig};
use vita_model::{Clock, Credits, Entropy, SystemClock, SystemEntropy};

use crate::backup::Places;
use crate::config::{Config, DatabasePlace, Mode, SecretUrl};
use crate::machine::{self, DataFolder};
use crate::secrets::{self, Secrets};

/// The database's file in the data folder.
const DATABASE_FILE: &str = "vitascope.db";

/// The folder of stored files in the data folder.
const FILES_FOLDER: &str = "files";

/// The folder of secrets in the data folder.
const SECRETS_FOLDER: &str = secrets::FOLDER;

/// The folder in which running children are entered, in the data folder.
const CHILDREN_FOLDER: &str = "children";

/// Failed logins that are remembered: some hundred bytes each.
const LOGIN_FAILURES_REMEMBERED_MAX: usize = 20_000;

/// An open installation. Dropped, it closes the database and leaves the folder to others.
pub(crate) struct Installation {
    pub(crate) app: App,
    pub(crate) db: Db,
    pub(crate) hub: Hub,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    wake: WakeUp,
    render_concurrency: usize,
    _folder: DataFolder,
}

/// Passes on what committed transactions announce: to the workers and to those who watch.
struct Announcer {
    wake: WakeUp,
    hub: Hub,
}

impl AnnouncementSink for Announcer {
    fn announce(&self, announcements: Vec<Announcement>) {
        for announcement in &announcements {
            self.wake.hear(announcement);
        }
        self.hub.announce(announcements);
    }

    fn missed(&self) {
        self.wake.wake_all();
        self.hub.missed();
    }
}

impl Installation {
    /// Opens everything, with no other process in the folder. Blocks on the disk: for the start.
    ///
    /// # Errors
    /// What can't be opened, with the key of the setting to change.
    pub(crate) async fn open(config: &Config) -> anyhow::Result<Self> {
        let folder = open_folder(config)?;
        let (hub, wake) = (Hub::new(), WakeUp::new());
        let sink = Announcer {
            wake: wake.clone(),
            hub: hub.clone(),
        };
        let db = open_database(config, &folder.path, Arc::new(sink)).await?;
        // From here on the folder is ours alone, so that what a dead process left can be cleared.
        let runner = open_runner(config, &folder.path)?;
        let blobs = DiskStore::open(folder.path.join(FILES_FOLDER))
            .context("`data.dir`: failed to open the folder of stored files")?
            .with_free_bytes_min(config.free_space_min.0);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let secrets = Secrets::open(&config.secrets, &folder.path, entropy.as_ref())?;
        let render_concurrency = render_concurrency(config);
        let pool = RenderPool::new(RenderPoolConfig {
            threads: media_threads(config),
            clips_max: render_concurrency,
        })
        .context("failed to start the threads that draw")?;
        let app = App::new(AppParts {
            db: db.clone(),
            blobs: Arc::new(blobs),
            signer: UrlSigner::new(&secrets.token_key),
            models: install_models(config, runner.clone(), pool.clone())?,
            runner,
            pool,
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
            token_secret: secrets.token_key,
            config: app_config(config),
        })
        .context("failed to start the threads for passwords and pictures")?;
        Ok(Self {
            app,
            db,
            hub,
            clock,
            entropy,
            wake,
            render_concurrency,
            _folder: folder,
        })
    }

    /// Starts working the queues off.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn start_workers(&self, config: &Config) -> anyhow::Result<Workers> {
        let jobs = JobsConfig {
            kept_for: config.queue.retention,
            dead_kept_for: config.queue.dead_retention,
        };
        let setup = WorkersSetup {
            db: self.db.clone(),
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            queues: queue_configs(config, self.render_concurrency),
            handlers: self.app.job_handlers(jobs),
            schedules: self.app.schedules(),
            wake: self.wake.clone(),
            pace: Pace {
                lease: config.queue.lease,
                poll: config.queue.poll,
                progress: config.queue.progress_interval,
                stop_grace: config.queue.stop_grace,
            },
            leases: match config.database.place {
                // The folder's lock says that there is no other worker.
                DatabasePlace::File(_) => Leases::TakeBack,
                DatabasePlace::Postgres(_) => Leases::LeaveUntilExpired,
            },
        };
        self.sweep_stages().await;
        Workers::start(setup)
            .await
            .context("failed to start the workers")
    }
}

impl Installation {
    /// Removes what dead processes left half made. It only takes room, so a failure is told and no
    /// more.
    async fn sweep_stages(&self) {
        match self.app.blobs().sweep_stages().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "removed half-made files that a dead server left"),
            Err(error) => tracing::warn!(%error, "failed to remove half-made files"),
        }
    }
}

/// Brings the schema up to date and answers the names of what that took; nothing else is started.
///
/// # Errors
/// When the database can't be opened.
pub(crate) async fn migrate(config: &Config) -> anyhow::Result<Vec<String>> {
    let folder = open_folder(config)?;
    let db = open_database(config, &folder.path, Arc::new(())).await?;
    let applied = db.applied_migrations().iter();
    Ok(applied.map(|step| step.name.clone()).collect())
}

/// Where the parts of an embedded installation lie.
///
/// # Errors
/// When its database is a server's.
pub(crate) fn places(config: &Config) -> anyhow::Result<Places> {
    let DatabasePlace::File(database) = &config.database.place else {
        bail!(
            "`database.url`: the database is PostgreSQL, which is backed up by its own tools: take \
             `pg_dump --format=custom` first, and then copy the folders `{FILES_FOLDER}` and \
             `{SECRETS_FOLDER}` of the data folder `{}`",
            config.data_dir.display()
        );
    };
    let data_dir = config.data_dir.clone();
    Ok(Places {
        database: database
            .clone()
            .unwrap_or_else(|| data_dir.join(DATABASE_FILE)),
        files: data_dir.join(FILES_FOLDER),
        secrets: data_dir.join(SECRETS_FOLDER),
        data_dir,
    })
}

fn open_folder(config: &Config) -> anyhow::Result<DataFolder> {
    let is_locked_by_database = matches!(config.database.place, DatabasePlace::File(None));
    DataFolder::open(&config.data_dir, is_locked_by_database)
}

async fn open_database(
    config: &Config,
    folder: &Path,
    sink: Arc<dyn AnnouncementSink>,
) -> anyhow::Result<Db> {
    let opened = match &config.database.place {
        DatabasePlace::File(path) => {
            let path = path.clone().unwrap_or_else(|| folder.join(DATABASE_FILE));
            Db::open_sqlite(&sqlite_config(config, path), sink)
        }
        DatabasePlace::Postgres(url) => {
            Db::open_postgres(&postgres_config(config, url), sink).await
        }
    };
    opened.map_err(|error| match error {
        DbError::FolderLocked { folder } => anyhow!(machine::folder_in_use(Path::new(&folder))),
        error => anyhow!(error).context("`database.url`: failed to open the database"),
    })
}

fn sqlite_config(config: &Config, path: PathBuf) -> SqliteConfig {
    let settings = &config.database;
    SqliteConfig {
        readers: settings.sqlite.readers,
        acquire_timeout: settings.acquire_timeout,
        statement_timeout: settings.statement_timeout,
        queue_max: settings.queue_max,
        group_max: settings.sqlite.group_max,
        pages_max: settings.sqlite.pages_max(),
        ..SqliteConfig::new(path)
    }
}

fn postgres_config(config: &Config, url: &SecretUrl) -> PostgresConfig {
    let settings = &config.database;
    let postgres = &settings.postgres;
    PostgresConfig {
        url: url.0.clone(),
        listen_url: postgres.listen_url.as_ref().map(|url| url.0.clone()),
        statements: if postgres.are_statements_named {
            Statements::Named
        } else {
            Statements::Unnamed
        },
        connections_max: postgres.connections_max,
        connections_min: postgres.connections_min,
        idle_timeout: postgres.idle_timeout,
        acquire_timeout: settings.acquire_timeout,
        connect_timeout: postgres.connect_timeout,
        statement_timeout: settings.statement_timeout,
        queue_max: settings.queue_max,
        point_connections: postgres.point_connections,
        point_timeout: postgres.point_timeout,
    }
}

fn open_runner(config: &Config, data_dir: &Path) -> anyhow::Result<Runner> {
    let children = data_dir.join(CHILDREN_FOLDER);
    let swept = Runner::sweep(&children)
        .context("`data.dir`: failed to look for processes that a dead server left")?;
    if swept.killed > 0 {
        tracing::warn!(
            count = swept.killed,
            "ended processes that a dead server left"
        );
    }
    Runner::new(RunnerConfig {
        ffmpeg: config.media.ffmpeg.clone(),
        ffprobe: config.media.ffprobe.clone(),
        registry_folder: Some(children),
        wall_max: config.media.run_timeout,
        output_bytes_max: config.media.output_max.0,
        memory_bytes_max: config.media.memory_max.0,
    })
    .context("failed to start the thread that starts processes")
}

fn install_models(config: &Config, runner: Runner, pool: RenderPool) -> anyhow::Result<Catalogue> {
    let mut models: Vec<Arc<dyn VideoModel>> = vec![Arc::new(LocalModel::new(runner, pool))];
    if config.mode != Mode::Production {
        models.push(Arc::new(Simulated::new(
            config.generations.simulated_duration,
        )));
    }
    Catalogue::new(models, &config.generations.default_model)
        .context("`generations.default_model`: name one that is installed, or leave it at auto")
}

fn app_config(config: &Config) -> AppConfig {
    let accounts = &config.accounts;
    let login_limits = accounts
        .login_failures_max
        .map(|failures_max| LoginLimitsConfig {
            failures_max: failures_max as usize,
            window: accounts.login_failures_window,
            entries_max: LOGIN_FAILURES_REMEMBERED_MAX,
        });
    AppConfig {
        mode: match config.mode {
            Mode::Demo => vita_app::Mode::Demo,
            Mode::Test => vita_app::Mode::Test,
            Mode::Production => vita_app::Mode::Production,
        },
        accounts: AccountsConfig {
            registration_open: accounts.is_sign_up_open,
            passwords: PasswordConfig {
                threads: accounts.password_threads,
                queue_max: accounts.password_queue_max,
                ..PasswordConfig::default()
            },
            login_limits,
            access_token_life: accounts.access_token_life,
            refresh_token_life: accounts.refresh_token_life,
            audit_kept_for: accounts.audit_retention,
        },
        limits: GenerationLimits {
            waiting_max: config.generations.waiting_per_user_max.map(i64::from),
            scenes_max: i64::from(config.generations.scenes_per_project_max),
        },
        images: images_config(config),
        initial_credits: Credits(accounts.initial_credits),
        encoder_threads: media_threads(config),
    }
}

fn queue_configs(config: &Config, render_concurrency: usize) -> Vec<QueueConfig> {
    let per_user = config
        .generations
        .running_per_user_max
        .map(|limit| limit as usize);
    let queue = |name: QueueName, concurrency: usize| QueueConfig {
        attempt_limit: config.queue.attempt_timeout,
        ..QueueConfig::new(name, concurrency)
    };
    vec![
        QueueConfig {
            per_key_concurrency: per_user,
            ..queue(queues::RENDER, render_concurrency)
        },
        QueueConfig {
            per_key_concurrency: per_user,
            ..queue(queues::MODELS, config.queue.remote_concurrency)
        },
        queue(queues::EXPORT, config.queue.export_concurrency),
        queue(queues::IMAGES, image_concurrency(config)),
        queue(queues::HOUSEKEEPING, 1),
    ]
}

fn images_config(config: &Config) -> ImagesConfig {
    let images = &config.images;
    ImagesConfig {
        pool: ImagePoolConfig {
            threads: image_threads(config),
            queue_max: images.queue_max,
            limits: ImageLimits {
                memory_max: images.memory_max.0,
                ..ImageLimits::default()
            },
        },
        per_user_max: images.per_user_max.map(i64::from),
        bytes_per_user_max: images.bytes_per_user_max.map(|max| max.0 as i64),
    }
}

/// Threads that work on pictures.
fn image_threads(config: &Config) -> usize {
    match config.images.threads {
        0 => cores(),
        chosen => chosen,
    }
}

/// Thumbnails that jobs make at once.
fn image_concurrency(config: &Config) -> usize {
    match config.queue.image_concurrency {
        0 => image_threads(config),
        chosen => chosen,
    }
}

/// One render for each two cores: a render draws with all threads, so more at once only share them.
fn render_concurrency(config: &Config) -> usize {
    match config.queue.render_concurrency {
        0 => (cores() / 2).max(1),
        chosen => chosen,
    }
}

/// Threads that draw, and threads of each encoder.
fn media_threads(config: &Config) -> usize {
    match config.media.threads {
        0 => cores(),
        chosen => chosen,
    }
}

pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
