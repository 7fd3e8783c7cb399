use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use vita_media::clip::clip_plan;
use vita_media::run::{Runner, RunnerConfig, frame_feed};
use vita_media::{MediaError, MediaErrorKind, probe};
use vita_model::FrameSize;

use super::{is_alive, runner, wait_until};

const SIZE: FrameSize = FrameSize {
    width: 64,
    height: 64,
};

pub(super) fn runner_with_registry(folder: &Path) -> Runner {
    Runner::new(RunnerConfig {
        registry_folder: Some(folder.to_owned()),
        ..RunnerConfig::default()
    })
    .unwrap()
}

/// The process id in the registry's only entry.
pub(super) fn registered_pid(folder: &Path) -> Option<i32> {
    let entry = std::fs::read_dir(folder).ok()?.next()?.ok()?;
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(entry.path()).ok()?).ok()?;
    i32::try_from(json["pid"].as_i64()?).ok()
}

#[tokio::test]
async fn a_missing_tool_is_named_with_the_mend() {
    let runner = Runner::new(RunnerConfig {
        ffprobe: "/nowhere/ffprobe".into(),
        ..RunnerConfig::default()
    })
    .unwrap();
    let error = super::probe_clip(&runner, Path::new("x.mp4"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), MediaErrorKind::ToolMissing);
    assert!(error.to_string().contains("install ffmpeg"), "{error}");
}

#[tokio::test]
async fn a_run_that_takes_too_long_is_killed() {
    if !vita_fixtures::has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let runner = Runner::new(RunnerConfig {
        wall_max: Duration::from_millis(200),
        ..RunnerConfig::default()
    })
    .unwrap();
    // It is never fed, so that ffmpeg waits for ever.
    let (frames, feed) = frame_feed();
    let plan = clip_plan(SIZE, 1, &folder.path().join("clip.mp4"));
    let cancel = CancellationToken::new();
    let ended = runner.run_fed(&plan, feed, &cancel, |_| {}).await;
    assert!(
        matches!(ended, Err(MediaError::TimedOut { .. })),
        "{ended:?}"
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    drop(frames);
}

#[tokio::test]
async fn a_renderer_that_stops_half_way_leaves_no_short_clip() {
    if !vita_fixtures::has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (frames, feed) = frame_feed();
    let plan = clip_plan(SIZE, 1, &folder.path().join("clip.mp4"));
    let send = async {
        frames.send(vec![90; 64 * 64 * 3 / 2]).await;
        drop(frames);
    };
    let (runner, cancel) = (runner(), CancellationToken::new());
    let ((), ended) = tokio::join!(send, runner.run_fed(&plan, feed, &cancel, |_| {}));
    assert!(
        matches!(ended, Err(MediaError::RendererStopped)),
        "{ended:?}"
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn an_output_over_the_limit_is_refused() {
    if !vita_fixtures::has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let runner = Runner::new(RunnerConfig {
        output_bytes_max: 1_000,
        ..RunnerConfig::default()
    })
    .unwrap();
    let (frames, feed) = frame_feed();
    let plan = clip_plan(SIZE, 1, &folder.path().join("clip.mp4"));
    let send = async {
        for frame in 0..48_u8 {
            let noise =
                |index: usize| (index as u32).wrapping_mul(2_654_435_761 + u32::from(frame));
            let bytes = (0..64 * 64 * 3 / 2).map(|index| (noise(index) >> 20) as u8);
            frames.send(bytes.collect()).await;
        }
        frames.finish(Ok(())).await;
    };
    let cancel = CancellationToken::new();
    let ((), ended) = tokio::join!(send, runner.run_fed(&plan, feed, &cancel, |_| {}));
    assert!(
        matches!(ended, Err(MediaError::OutputTooLarge { .. })),
        "{ended:?}"
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_full_disk_is_told_apart() {
    if !vita_fixtures::has_ffmpeg() {
        return;
    }
    // Every write to this device fails like one to a full disk.
    let folder = tempfile::tempdir().unwrap();
    let video = folder.path().join("clip.mp4");
    std::os::unix::fs::symlink("/dev/full", folder.path().join("clip.mp4.part")).unwrap();
    let (frames, feed) = frame_feed();
    let plan = clip_plan(SIZE, 1, &video);
    let send = async {
        frames.send(vec![90; 64 * 64 * 3 / 2]).await;
        frames.finish(Ok(())).await;
    };
    let (runner, cancel) = (runner(), CancellationToken::new());
    let ((), ended) = tokio::join!(send, runner.run_fed(&plan, feed, &cancel, |_| {}));
    assert_eq!(ended.unwrap_err().kind(), MediaErrorKind::DiskFull);
    assert!(!video.exists());
}

#[tokio::test]
async fn children_run_at_the_lowest_priority_in_their_own_group() {
    if !vita_fixtures::has_ffmpeg() {
        return;
    }
    let (folder, pids) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let runner = runner_with_registry(pids.path());
    let (frames, feed) = frame_feed();
    let plan = clip_plan(SIZE, 1, &folder.path().join("clip.mp4"));
    let cancel = CancellationToken::new();
    // The child lives as long as the run's future, so that it is looked at beside it.
    let look = async {
        let mut pid = None;
        wait_until("ffmpeg runs", || {
            pid = registered_pid(pids.path());
            pid.is_some()
        })
        .await;
        let pid = pid.unwrap();
        let read = |name: &str| std::fs::read_to_string(format!("/proc/{pid}/{name}")).unwrap();
        let stat = read("stat");
        let fields: Vec<&str> = stat
            .rsplit(')')
            .next()
            .unwrap()
            .split_whitespace()
            .collect();
        // proc(5): the fifth field is the group, the nineteenth the niceness.
        assert_eq!(fields[2], pid.to_string());
        assert_eq!(fields[16], "19");
        let environment = read("environ");
        let known = [
            "PATH=",
            "LC_ALL=",
            "AV_LOG_FORCE_NOCOLOR=",
            "VITASCOPE_CHILD=",
        ];
        let is_known = |variable: &str| known.iter().any(|name| variable.starts_with(name));
        assert!(
            environment.split_terminator('\0').all(is_known),
            "{environment}"
        );
    };
    tokio::select! {
        ended = runner.run_fed(&plan, feed, &cancel, |_| {}) => panic!("{ended:?}"),
        () = look => {}
    }
    drop(frames);
}

/// The part of a server in the next tests: it runs an ffmpeg that waits for frames until somebody
/// kills it. Started by name as another process.
#[tokio::test]
async fn as_a_server_that_is_killed() {
    let Some(folder) =
        std::env::args().find_map(|arg| arg.strip_prefix("--skip=folder:").map(str::to_owned))
    else {
        return;
    };
    let runner = runner_with_registry(&Path::new(&folder).join("pids"));
    let (frames, feed) = frame_feed();
    let plan = clip_plan(SIZE, 1, &Path::new(&folder).join("clip.mp4"));
    let cancel = CancellationToken::new();
    drop(runner.run_fed(&plan, feed, &cancel, |_| {}).await);
    drop(frames);
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test starts itself as the server that is killed"
)]
fn start_server(folder: &Path) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "runner::as_a_server_that_is_killed",
            "--nocapture",
        ])
        .arg(format!("--skip=folder:{}", folder.display()))
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn killing_the_server_kills_its_children() {
    if !vita_fixtures::has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let pids = folder.path().join("pids");
    let mut server = start_server(folder.path());
    let mut ffmpeg = None;
    wait_until("the server started ffmpeg", || {
        ffmpeg = registered_pid(&pids);
        ffmpeg.is_some()
    })
    .await;
    let ffmpeg = ffmpeg.unwrap();
    assert!(is_alive(ffmpeg));
    server.kill().unwrap();
    server.wait().unwrap();
    wait_until("ffmpeg died with its server", || !is_alive(ffmpeg)).await;
    let report = Runner::sweep(&pids).unwrap();
    assert_eq!((report.killed, report.stale), (0, 1));
}

#[tokio::test]
async fn a_sweep_kills_a_child_that_outlived_its_server() {
    // A process with the marker of an entry, as if its server had gone without it.
    let folder = tempfile::tempdir().unwrap();
    #[expect(
        clippy::disallowed_methods,
        reason = "stands for a child that outlived its server"
    )]
    let mut child = Command::new("cat")
        .env("VITASCOPE_CHILD", "1-2-3")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // The kernel lets the parent go on before the environment of the child can be read; a child
    // that answers is past that.
    child.stdin.as_mut().unwrap().write_all(b"!").unwrap();
    let answer = &mut [0];
    child.stdout.as_mut().unwrap().read_exact(answer).unwrap();
    let pid = i32::try_from(child.id()).unwrap();
    let mut stat = String::new();
    let path = format!("/proc/{pid}/stat");
    std::fs::File::open(path)
        .unwrap()
        .read_to_string(&mut stat)
        .unwrap();
    let start: u64 = stat
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .nth(19)
        .unwrap()
        .parse()
        .unwrap();
    let enter = |name: &str, start: u64, marker: &str| {
        let entry = serde_json::json!({"pid": pid, "start_ticks": start, "marker": marker});
        std::fs::write(folder.path().join(name), entry.to_string()).unwrap();
    };
    enter("another-start.json", start + 1, "1-2-3");
    enter("another-marker.json", start, "1-2-4");
    let report = Runner::sweep(folder.path()).unwrap();
    assert_eq!((report.killed, report.stale), (0, 2));
    assert!(is_alive(pid));
    enter("ours.json", start, "1-2-3");
    let report = Runner::sweep(folder.path()).unwrap();
    assert_eq!((report.killed, report.stale), (1, 0));
    child.wait().unwrap();
}

#[tokio::test]
async fn a_cancelled_token_starts_nothing() {
    let cancel = CancellationToken::new();
    cancel.cancel();
    let ended = probe::probe(&runner(), Path::new("x.mp4"), &cancel).await;
    assert!(matches!(ended, Err(MediaError::Cancelled)));
}
