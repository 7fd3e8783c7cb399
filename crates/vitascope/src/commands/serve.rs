use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use vita_api::{ApiConfig, ApiParts, GateConfig, RateLimitsConfig, Server, ServerConfig};
use vita_jobs::Workers;
use vita_telemetry::{Exporter, Sampler};

use super::demo;
use super::signals::Signals;
use crate::config::{Config, Mode};
use crate::installation::{Installation, cores};
use crate::{machine, memory, runtime, terminal};

/// Requests that are served at once unless it is set: a request waits some ten times as long for the
/// disk as it computes, and a commit serves those together that wait for it.
const IN_FLIGHT_PER_CORE: usize = 32;
const IN_FLIGHT_MIN: usize = 64;

/// The exit code of a program that a second signal ended: 128 and the number of SIGINT.
const ENDED_AT_ONCE: i32 = 130;

/// Serves until a signal, then lets requests and jobs end.
pub(crate) fn serve(config: &Config) -> anyhow::Result<()> {
    let started = Instant::now();
    let _log = runtime::start_log(&config.log)?;
    match vita_telemetry::raise_fd_limit() {
        Ok(files) => tracing::debug!(files, "raised the limit on open files"),
        Err(error) => tracing::warn!(%error, "failed to raise the limit on open files"),
    }
    machine::check_tools(config, &runtime::search_path())?;
    runtime::build()?.block_on(run(config, started))
}

async fn run(config: &Config, started: Instant) -> anyhow::Result<()> {
    let mut signals = Signals::listen()?;
    // The address first: when it is taken, nothing else has been touched.
    let server = bind(config)?;
    let installation = Installation::open(config).await?;
    let exporter = Exporter::install()?;
    let _sampler = Sampler::start(exporter.clone(), config.data_dir.clone())
        .context("failed to start the thread that looks at the process")?;
    tokio::spawn(vita_telemetry::lag::watch());
    let shutdown = CancellationToken::new();
    let app = installation.app.clone();
    app.load_ended_logins()
        .await
        .context("failed to read which logins have ended")?;
    let stop = shutdown.clone();
    tokio::spawn(async move { app.follow_ended_logins(stop).await });
    let router = vita_api::router(api_parts(config, &installation, exporter, &shutdown));
    let has_demo_login =
        config.mode == Mode::Demo && demo::ensure_account(&installation).await?.is_some();
    let workers = installation.start_workers(config).await?;
    let address = server.local_addr();
    let serving = tokio::spawn(server.run(router, shutdown.clone()));
    tracing::info!(
        address = %address,
        mode = config.mode.as_str(),
        duration_ms = started.elapsed().as_millis() as u64,
        "started"
    );
    terminal::answer(format_args!("listening on http://{address}"));
    if has_demo_login {
        terminal::answer(format_args!(
            "demo login {} / {}",
            demo::EMAIL,
            demo::PASSWORD
        ));
    }
    let name = signals.next().await;
    tracing::info!(signal = name, "ending; a second signal ends at once");
    shutdown.cancel();
    end_in_order(serving, workers, config.server.drain_timeout, &mut signals).await;
    Ok(())
}

fn bind(config: &Config) -> anyhow::Result<Server> {
    let server = ServerConfig {
        connections_max: config
            .server
            .connections_max
            .min(vita_api::connections_max_default()),
        header_timeout: config.server.header_timeout,
        drain_timeout: config.server.drain_timeout,
    };
    Server::bind(config.server.listen, server)
        .context("`server.listen`: choose another address or port, or end the program that has it")
}

fn api_parts(
    config: &Config,
    installation: &Installation,
    exporter: Exporter,
    shutdown: &CancellationToken,
) -> ApiParts {
    ApiParts {
        app: installation.app.clone(),
        hub: installation.hub.clone(),
        metrics_text: Arc::new(move || exporter.render()),
        memory_use: Arc::new(memory::read),
        clock: Arc::clone(&installation.clock),
        entropy: Arc::clone(&installation.entropy),
        shutdown: shutdown.clone(),
        config: ApiConfig {
            cors_origins: config.server.cors_origins.clone(),
            public_url: config.server.public_url.clone(),
            trusted_proxies: config.server.trusted_proxies.clone(),
            json_bytes_max: config.server.json_body_max.0 as usize,
            body_timeout: config.server.body_timeout,
            upload_timeout: config.server.upload_timeout,
            live_connections_max: config.server.live_connections_max,
            live_connections_per_user_max: config
                .limits
                .live_connections_per_user_max
                .map(|max| max as usize),
            socket_messages_per_minute: config.limits.socket_messages_per_minute,
            gate: GateConfig {
                in_flight_max: in_flight_max(config),
                waiting_max: config.overload.waiting_max,
                wait_max: config.overload.wait,
            },
            rate_limits: RateLimitsConfig {
                user_requests_per_minute: config.limits.user_requests_per_minute,
                address_requests_per_minute: config.limits.address_requests_per_minute,
                media_requests_per_minute: config.limits.media_requests_per_minute,
                uploads_per_hour: config.limits.uploads_per_hour,
                subjects_max: config.limits.subjects_max,
            },
            metrics_open_everywhere: config.metrics_open_everywhere,
        },
    }
}

/// A core serves one request at a time; the others wait for the disk meanwhile.
fn in_flight_max(config: &Config) -> usize {
    match config.overload.in_flight_max {
        0 => (cores() * IN_FLIGHT_PER_CORE).max(IN_FLIGHT_MIN),
        chosen => chosen,
    }
}

/// Waits for requests and jobs within the limit; jobs that need longer are handed back.
async fn end_in_order(
    serving: JoinHandle<()>,
    workers: Workers,
    limit: Duration,
    signals: &mut Signals,
) {
    let ended = async {
        let (served, _report) = tokio::join!(serving, workers.drain(limit));
        if let Err(error) = served {
            tracing::error!(%error, "the server stopped in an unexpected way");
        }
    };
    tokio::select! {
        () = ended => tracing::info!("ended"),
        name = signals.next() => {
            tracing::warn!(signal = name, "ended at once");
            end_at_once();
        }
    }
}

/// What was begun is taken up by the next start, as after any crash.
#[expect(
    clippy::disallowed_methods,
    reason = "the person asked twice: nothing may be waited for"
)]
fn end_at_once() -> ! {
    std::process::exit(ENDED_AT_ONCE)
}
