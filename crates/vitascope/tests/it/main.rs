//! The whole program from outside: real processes, real files, HTTP and WebSockets.

#![expect(clippy::unwrap_used, reason = "a test ends by a panic")]

mod accounts;
mod admin;
mod backup;
mod cancel;
mod command_line;
mod crash;
mod drain;
mod export;
mod isolation;
mod limits;
mod live;
mod load;
mod load_fixture;
mod outside_script;
mod postgres;
mod seed;
mod statements;
mod story;
mod uploads;

use std::path::Path;
use std::time::Duration;

use vita_testkit::ServerConfig;

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_vitascope");

/// Longest time for a small clip while other tests keep the machine busy.
const CLIP_LIMIT: Duration = Duration::from_mins(2);

/// A server whose simulated model takes hardly any time.
fn quick_server() -> ServerConfig {
    server_with_simulated("50ms")
}

/// A server whose simulated model takes this long.
fn server_with_simulated(duration: &str) -> ServerConfig {
    ServerConfig::new(PROGRAM).with("VITASCOPE_MODELS__SIMULATED__DURATION", duration)
}

/// What ffprobe says about a file: duration in seconds, and each stream's kind and size.
#[derive(Debug)]
struct Probed {
    seconds: f64,
    width: u64,
    height: u64,
    codec: String,
}

/// Runs ffprobe over bytes.
fn probe(bytes: &[u8]) -> Probed {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("probed");
    std::fs::write(&path, bytes).unwrap();
    let path = path.to_str().unwrap();
    let args = [
        "-v",
        "error",
        "-of",
        "json",
        "-show_streams",
        "-show_format",
        "-select_streams",
        "v",
        path,
    ];
    let limit = Duration::from_secs(30);
    let probed = vita_testkit::run_to_end(Path::new("ffprobe"), &args, &[], folder.path(), limit);
    let probed = probed.unwrap();
    assert!(probed.status.success(), "{}", probed.stderr);
    let found: serde_json::Value = serde_json::from_str(&probed.stdout).unwrap();
    let stream = &found["streams"][0];
    Probed {
        seconds: found["format"]["duration"]
            .as_str()
            .and_then(|text| text.parse().ok())
            .unwrap_or_default(),
        width: stream["width"].as_u64().unwrap(),
        height: stream["height"].as_u64().unwrap(),
        codec: stream["codec_name"].as_str().unwrap().to_owned(),
    }
}
