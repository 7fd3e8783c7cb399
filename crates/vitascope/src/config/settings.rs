//! The settings as types. Each section is read here, with the range of each value beside it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use vita_api::AddressBlock;

use super::byte_count::ByteCount;
use super::database::DatabaseSettings;
use super::guard::{LimitSettings, OverloadSettings};
use super::images::ImageSettings;
use super::reader::{Mistake, Reader};

/// Everything that can be set, checked.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) mode: Mode,
    pub(crate) server: ServerSettings,
    pub(crate) overload: OverloadSettings,
    pub(crate) limits: LimitSettings,
    pub(crate) metrics_open_everywhere: bool,
    pub(crate) data_dir: PathBuf,
    pub(crate) free_space_min: ByteCount,
    pub(crate) database: DatabaseSettings,
    pub(crate) secrets: SecretSettings,
    pub(crate) accounts: AccountSettings,
    pub(crate) generations: GenerationSettings,
    pub(crate) images: ImageSettings,
    pub(crate) queue: QueueSettings,
    pub(crate) media: MediaSettings,
    pub(crate) log: LogSettings,
}

/// What the installation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Demo,
    Test,
    Production,
}

#[derive(Clone, Debug)]
pub(crate) struct ServerSettings {
    pub(crate) listen: SocketAddr,
    pub(crate) public_url: Option<String>,
    pub(crate) trusted_proxies: Vec<AddressBlock>,
    pub(crate) cors_origins: Vec<String>,
    pub(crate) connections_max: usize,
    pub(crate) header_timeout: Duration,
    pub(crate) json_body_max: ByteCount,
    pub(crate) body_timeout: Duration,
    pub(crate) upload_timeout: Duration,
    pub(crate) live_connections_max: usize,
    pub(crate) drain_timeout: Duration,
}

#[derive(Clone)]
pub(crate) struct SecretSettings {
    pub(crate) token_key: Option<String>,
    pub(crate) token_key_file: Option<PathBuf>,
}

/// Says nothing of what it holds.
impl std::fmt::Debug for SecretSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretSettings")
    }
}

#[derive(Clone, Debug)]
pub(crate) struct AccountSettings {
    pub(crate) is_sign_up_open: bool,
    /// None means one for each core.
    pub(crate) password_threads: Option<usize>,
    pub(crate) password_queue_max: usize,
    /// None means no limit.
    pub(crate) login_failures_max: Option<u32>,
    pub(crate) login_failures_window: Duration,
    pub(crate) access_token_life: Duration,
    pub(crate) refresh_token_life: Duration,
    pub(crate) audit_retention: Duration,
    pub(crate) initial_credits: i64,
}

#[derive(Clone, Debug)]
pub(crate) struct GenerationSettings {
    pub(crate) default_model: String,
    /// None means no limit.
    pub(crate) running_per_user_max: Option<u32>,
    /// None means no limit.
    pub(crate) waiting_per_user_max: Option<u32>,
    pub(crate) scenes_per_project_max: u32,
    pub(crate) simulated_duration: Duration,
}

#[derive(Clone, Debug)]
pub(crate) struct QueueSettings {
    pub(crate) render_concurrency: usize,
    pub(crate) remote_concurrency: usize,
    pub(crate) export_concurrency: usize,
    pub(crate) image_concurrency: usize,
    pub(crate) attempt_timeout: Duration,
    pub(crate) lease: Duration,
    pub(crate) poll: Duration,
    pub(crate) progress_interval: Duration,
    pub(crate) stop_grace: Duration,
    pub(crate) retention: Duration,
    pub(crate) dead_retention: Duration,
}

#[derive(Clone, Debug)]
pub(crate) struct MediaSettings {
    pub(crate) ffmpeg: PathBuf,
    pub(crate) ffprobe: PathBuf,
    pub(crate) run_timeout: Duration,
    pub(crate) output_max: ByteCount,
    pub(crate) memory_max: ByteCount,
    pub(crate) threads: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct LogSettings {
    pub(crate) filter: String,
    pub(crate) format: LogFormat,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    Auto,
    Text,
    Json,
}

pub(super) const MILLISECOND: Duration = Duration::from_millis(1);
pub(super) const SECOND: Duration = Duration::from_secs(1);
pub(super) const MINUTE: Duration = Duration::from_mins(1);
pub(super) const HOUR: Duration = Duration::from_hours(1);
pub(super) const DAY: Duration = Duration::from_hours(24);

/// Longer than any legal body must be possible, and no body is worth a tenth of the memory.
const JSON_BODY_MIN: ByteCount = ByteCount(64 * 1024);
const JSON_BODY_MAX: ByteCount = ByteCount::from_mib(64);

/// Enough for thousands of short clips, so that nobody meets an empty balance while looking around.
const TRIAL_CREDITS: i64 = 100_000;

impl Config {
    /// Reads every section.
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let server = ServerSettings::read(reader);
        let mode = read_mode(reader, server.listen);
        Self {
            mode,
            server,
            overload: OverloadSettings::read(reader),
            limits: LimitSettings::read(reader, mode),
            metrics_open_everywhere: reader.flag("metrics.open_everywhere"),
            data_dir: reader.text("data.dir", parse_path),
            free_space_min: reader.bytes(
                "storage.free_min",
                ByteCount(0)..=ByteCount::from_gib(1 << 30),
            ),
            database: DatabaseSettings::read(reader),
            secrets: SecretSettings::read(reader),
            accounts: AccountSettings::read(reader, mode),
            generations: GenerationSettings::read(reader, mode),
            images: ImageSettings::read(reader, mode),
            queue: QueueSettings::read(reader),
            media: MediaSettings::read(reader),
            log: LogSettings::read(reader),
        }
    }
}

impl Mode {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Demo => "demo",
            Self::Test => "test",
            Self::Production => "production",
        }
    }
}

fn read_mode(reader: &mut Reader<'_>, listen: SocketAddr) -> Mode {
    let chosen = reader.choice(
        "mode",
        &[
            ("auto", None),
            ("demo", Some(Mode::Demo)),
            ("test", Some(Mode::Test)),
            ("production", Some(Mode::Production)),
        ],
    );
    chosen.unwrap_or(if listen.ip().is_loopback() {
        Mode::Demo
    } else {
        Mode::Production
    })
}

impl ServerSettings {
    fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            listen: reader.text("server.listen", parse_address),
            public_url: reader.text("server.public_url", parse_public_url),
            trusted_proxies: reader.list("server.trusted_proxies", parse_proxy),
            cors_origins: reader.list("server.cors_origins", parse_origin),
            connections_max: reader.integer("server.connections_max", 1..=1_000_000),
            header_timeout: reader.duration("server.header_timeout", SECOND..=10 * MINUTE),
            json_body_max: reader.bytes("server.json_body_max", JSON_BODY_MIN..=JSON_BODY_MAX),
            body_timeout: reader.duration("server.body_timeout", SECOND..=HOUR),
            upload_timeout: reader.duration("server.upload_timeout", SECOND..=HOUR),
            live_connections_max: reader.integer("server.live_connections_max", 1..=1_000_000),
            drain_timeout: reader.duration("server.drain_timeout", Duration::ZERO..=HOUR),
        }
    }
}

impl SecretSettings {
    fn read(reader: &mut Reader<'_>) -> Self {
        let settings = Self {
            token_key: reader.optional_text("secrets.token_key"),
            token_key_file: reader
                .optional_text("secrets.token_key_file")
                .map(PathBuf::from),
        };
        if settings.token_key.is_some() && settings.token_key_file.is_some() {
            reader.report(
                "secrets.token_key",
                Mistake::new(
                    "it is given twice, in words and by a file",
                    "remove this or `secrets.token_key_file`",
                ),
            );
        }
        settings
    }
}

impl AccountSettings {
    fn read(reader: &mut Reader<'_>, mode: Mode) -> Self {
        let sign_up = reader.choice(
            "accounts.sign_up",
            &[
                ("auto", None),
                ("open", Some(true)),
                ("closed", Some(false)),
            ],
        );
        let threads = reader.integer("accounts.password_threads", 0..=1024);
        let credits = reader.text("accounts.initial_credits", |text| match text {
            "auto" => Ok(None),
            text => parse_credits(text).map(Some),
        });
        let is_trial = mode != Mode::Production;
        Self {
            is_sign_up_open: sign_up.unwrap_or(is_trial),
            password_threads: Some(threads).filter(|threads| *threads > 0),
            password_queue_max: reader.integer("accounts.password_queue_max", 1..=100_000),
            login_failures_max: read_user_limit(reader, mode, "accounts.login_failures_max"),
            login_failures_window: reader.duration("accounts.login_failures_window", SECOND..=DAY),
            access_token_life: reader.duration("accounts.access_token_life", SECOND..=DAY),
            refresh_token_life: reader.duration("accounts.refresh_token_life", SECOND..=365 * DAY),
            audit_retention: reader.duration("accounts.audit_retention", DAY..=3_650 * DAY),
            initial_credits: credits.unwrap_or(if is_trial { TRIAL_CREDITS } else { 0 }),
        }
    }
}

impl GenerationSettings {
    fn read(reader: &mut Reader<'_>, mode: Mode) -> Self {
        let default_model = reader.text("generations.default_model", parse_word);
        let default_model = match (default_model.as_str(), mode) {
            ("auto", Mode::Test) => "simulated".to_owned(),
            ("auto", _) => "local".to_owned(),
            _ => default_model,
        };
        Self {
            default_model,
            running_per_user_max: read_user_limit(reader, mode, "generations.running_per_user_max"),
            waiting_per_user_max: read_user_limit(reader, mode, "generations.waiting_per_user_max"),
            scenes_per_project_max: reader.integer("generations.scenes_per_project_max", 1..=200),
            simulated_duration: reader
                .duration("models.simulated.duration", Duration::ZERO..=10 * MINUTE),
        }
    }
}

/// A limit on single users: 0 is none, and so is the default in test mode.
pub(super) fn read_user_limit(reader: &mut Reader<'_>, mode: Mode, key: &str) -> Option<u32> {
    let limit = reader.integer(key, 0..=1_000_000);
    let is_off = limit == 0 || (mode == Mode::Test && !reader.is_set(key));
    (!is_off).then_some(limit)
}

impl QueueSettings {
    fn read(reader: &mut Reader<'_>) -> Self {
        let settings = Self {
            render_concurrency: reader.integer("queue.render_concurrency", 0..=256),
            remote_concurrency: reader.integer("queue.remote_concurrency", 1..=10_000),
            export_concurrency: reader.integer("queue.export_concurrency", 1..=256),
            image_concurrency: reader.integer("queue.image_concurrency", 0..=256),
            attempt_timeout: reader.duration("queue.attempt_timeout", MINUTE..=DAY),
            lease: reader.duration("queue.lease", SECOND..=HOUR),
            poll: reader.duration("queue.poll", 10 * MILLISECOND..=MINUTE),
            progress_interval: reader.duration("queue.progress_interval", Duration::ZERO..=MINUTE),
            stop_grace: reader.duration("queue.stop_grace", 10 * MILLISECOND..=10 * MINUTE),
            retention: reader.duration("queue.retention", MINUTE..=3650 * DAY),
            dead_retention: reader.duration("queue.dead_retention", MINUTE..=3650 * DAY),
        };
        if settings.poll >= settings.lease {
            reader.report(
                "queue.poll",
                Mistake::new(
                    "it is not shorter than `queue.lease`",
                    "make the poll shorter or the lease longer",
                ),
            );
        }
        settings
    }
}

impl MediaSettings {
    fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            ffmpeg: reader.text("media.ffmpeg", parse_path),
            ffprobe: reader.text("media.ffprobe", parse_path),
            run_timeout: reader.duration("media.run_timeout", SECOND..=DAY),
            output_max: reader.bytes(
                "media.output_max",
                ByteCount::from_mib(1)..=ByteCount::from_gib(1024),
            ),
            memory_max: reader.bytes(
                "media.memory_max",
                ByteCount::from_mib(512)..=ByteCount::from_gib(1024),
            ),
            threads: reader.integer("media.threads", 0..=256),
        }
    }
}

impl LogSettings {
    fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            filter: reader.text("log.filter", parse_word),
            format: reader.choice(
                "log.format",
                &[
                    ("auto", LogFormat::Auto),
                    ("text", LogFormat::Text),
                    ("json", LogFormat::Json),
                ],
            ),
        }
    }
}

fn parse_address(text: &str) -> Result<SocketAddr, Mistake> {
    let spelled = match text.trim().strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => text.trim().to_owned(),
    };
    spelled.parse().map_err(|_| {
        Mistake::new(
            format!("`{text}` is no address with a port"),
            "write one such as \"127.0.0.1:3000\" or \"[::]:80\"",
        )
    })
}

fn parse_public_url(text: &str) -> Result<Option<String>, Mistake> {
    let text = text.trim().trim_end_matches('/');
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    match rest {
        _ if text.is_empty() => Ok(None),
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) => {
            Ok(Some(text.to_owned()))
        }
        _ => Err(Mistake::new(
            format!("`{text}` is no address of a site"),
            "write one such as \"https://video.example.org\", without a path",
        )),
    }
}

fn parse_origin(text: &str) -> Result<String, Mistake> {
    parse_public_url(text)?.ok_or_else(|| {
        Mistake::new(
            "an origin is empty",
            "write one such as \"https://app.example.org\"",
        )
    })
}

fn parse_proxy(text: &str) -> Result<AddressBlock, Mistake> {
    text.trim().parse().map_err(|_| {
        Mistake::new(
            format!("`{text}` is neither an address nor a network"),
            "write one such as \"10.0.0.1\" or \"10.0.0.0/8\"",
        )
    })
}

fn parse_path(text: &str) -> Result<PathBuf, Mistake> {
    match text.trim() {
        "" => Err(Mistake::new("it is empty", "write a path")),
        path => Ok(path.into()),
    }
}

fn parse_word(text: &str) -> Result<String, Mistake> {
    match text.trim() {
        "" => Err(Mistake::new("it is empty", "leave it out for the default")),
        word => Ok(word.to_owned()),
    }
}

fn parse_credits(text: &str) -> Result<i64, Mistake> {
    let credits = text
        .trim()
        .parse()
        .ok()
        .filter(|credits| (0..=1_000_000_000).contains(credits));
    credits.ok_or_else(|| {
        Mistake::new(
            format!("`{text}` is no number of credits"),
            "write \"auto\" or a whole number from 0 to 1000000000, in quotes",
        )
    })
}
