use std::sync::Arc;

use vita_ai::Catalogue;
use vita_blob::{BlobKey, BlobStore, UrlSigner};
use vita_db::Db;
use vita_media::animatic::RenderPool;
use vita_media::run::Runner;
use vita_model::{Clock, Credits, Entropy, Timestamp};

use crate::accounts::{Accounts, AccountsConfig};
use crate::images::{Images, ImagesConfig};

/// What an installation is for. It decides what happens where production must refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// To look at: sign-up open, credits given, unknown models replaced.
    Demo,
    /// For load and acceptance tests: like demo, without rate limits.
    Test,
    /// For work.
    Production,
}

impl Mode {
    /// Whether a model that is not installed is replaced by the default.
    pub const fn replaces_unknown_models(self) -> bool {
        !matches!(self, Self::Production)
    }
}

/// How much one person may have under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GenerationLimits {
    /// Most generations of one person that wait; none in test mode.
    pub waiting_max: Option<i64>,
    /// Most scenes in a project.
    pub scenes_max: i64,
}

/// What the use cases can be told.
#[derive(Clone, Debug)]
pub struct AppConfig {
    /// What the installation is for.
    pub mode: Mode,
    /// Accounts and sign-in.
    pub accounts: AccountsConfig,
    /// How much one person may have under way.
    pub limits: GenerationLimits,
    /// Pictures that people upload.
    pub images: ImagesConfig,
    /// Credits of a new account.
    pub initial_credits: Credits,
    /// Threads of the encoder of an export.
    pub encoder_threads: usize,
}

/// What the use cases are made from.
pub struct AppParts {
    /// The database.
    pub db: Db,
    /// The stored files.
    pub blobs: Arc<dyn BlobStore>,
    /// Signs addresses of stored files.
    pub signer: UrlSigner,
    /// The models that are installed.
    pub models: Catalogue,
    /// Runs ffmpeg.
    pub runner: Runner,
    /// Draws.
    pub pool: RenderPool,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// The secret that signs access tokens, at least 32 bytes.
    pub token_secret: Vec<u8>,
    /// The rest.
    pub config: AppConfig,
}

/// The use cases of Vitascope. Cheap to clone.
#[derive(Clone)]
pub struct App(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) blobs: Arc<dyn BlobStore>,
    pub(crate) signer: UrlSigner,
    pub(crate) models: Catalogue,
    pub(crate) runner: Runner,
    pub(crate) pool: RenderPool,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) accounts: Accounts,
    pub(crate) images: Images,
    pub(crate) config: AppConfig,
}

impl App {
    /// The use cases over these parts.
    ///
    /// # Errors
    /// When a thread of the pools for passwords and pictures cannot be started.
    pub fn new(parts: AppParts) -> std::io::Result<Self> {
        let accounts = Accounts::new(&parts.config.accounts, &parts.token_secret)?;
        let images = Images::new(parts.config.images)?;
        Ok(Self(Arc::new(Inner {
            db: parts.db,
            blobs: parts.blobs,
            signer: parts.signer,
            models: parts.models,
            runner: parts.runner,
            pool: parts.pool,
            clock: parts.clock,
            entropy: parts.entropy,
            accounts,
            images,
            config: parts.config,
        })))
    }

    /// The installed models.
    pub fn models(&self) -> &Catalogue {
        &self.0.models
    }

    /// The stored files, for those who may see one.
    pub fn blobs(&self) -> &Arc<dyn BlobStore> {
        &self.0.blobs
    }

    /// Whether the database answers within its time-outs.
    pub async fn is_ready(&self) -> bool {
        let answer = self
            .0
            .db
            .read_point("SELECT 1", (), |()| Vec::new(), |row| row.get::<i64>(0));
        answer.await.is_ok()
    }

    /// Checks the signature of the address of a stored file.
    pub fn opens(&self, key: &BlobKey, exp: &str, sig: &str) -> bool {
        let now = self.0.clock.now();
        self.0.signer.verify(key, exp, sig, now).is_ok()
    }
}

impl Inner {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn new_id<K: vita_model::IdKind>(&self, now: Timestamp) -> vita_model::Id<K> {
        vita_model::Id::generate(now, self.entropy.as_ref())
    }

    /// A path that opens the file for a while, without a login.
    pub(crate) fn media_url(&self, key: &BlobKey) -> String {
        let query = self.signer.sign(key, self.now());
        format!("/api/v1/media/{key}?{query}")
    }
}
