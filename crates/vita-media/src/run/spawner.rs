use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::registry::{Registration, Registry};

/// How many spawns may wait for the one thread that spawns.
const SPAWNS_WAITING_MAX: usize = 64;

/// The thread that starts all children.
///
/// The kernel sends the parent-death signal when the *thread* that spawned dies. A thread of the
/// async runtime may end at any time, so one thread that lives as long as the runner does it.
#[derive(Debug)]
pub(super) struct Spawner {
    requests: SyncSender<SpawnRequest>,
}

struct SpawnRequest {
    command: Command,
    runtime: Handle,
    reply: oneshot::Sender<io::Result<Spawned>>,
}

/// A running child and its entry in the registry.
#[derive(Debug)]
pub(super) struct Spawned {
    pub(super) child: Child,
    /// Removes the entry when it is dropped.
    _registration: Option<Registration>,
}

impl Spawner {
    /// Starts the thread. With a `registry_folder`, children are entered there.
    pub(super) fn start(registry_folder: Option<PathBuf>) -> io::Result<Self> {
        let registry = registry_folder.map(Registry::open).transpose()?;
        let (requests, waiting) = sync_channel(SPAWNS_WAITING_MAX);
        thread::Builder::new()
            .name("vita-spawner".to_owned())
            .spawn(move || serve(&waiting, registry))?;
        Ok(Self { requests })
    }

    /// Starts `command`. A child whose caller is gone by then is killed at once.
    pub(super) async fn spawn(&self, command: Command) -> io::Result<Spawned> {
        let (reply, spawned) = oneshot::channel();
        let runtime = Handle::current();
        let request = SpawnRequest {
            command,
            runtime,
            reply,
        };
        self.requests.try_send(request).map_err(|_| {
            io::Error::new(io::ErrorKind::WouldBlock, "too many starting processes")
        })?;
        spawned
            .await
            .unwrap_or_else(|_| Err(io::Error::other("the spawner thread is gone")))
    }
}

fn serve(waiting: &Receiver<SpawnRequest>, mut registry: Option<Registry>) {
    while let Ok(request) = waiting.recv() {
        let spawned = spawn_one(request.command, &request.runtime, registry.as_mut());
        // A refused reply drops the child, which kills it.
        drop(request.reply.send(spawned));
    }
}

fn spawn_one(
    mut command: Command,
    runtime: &Handle,
    registry: Option<&mut Registry>,
) -> io::Result<Spawned> {
    let _entered = runtime.enter();
    let marker = registry.map(|registry| {
        let marker = registry.next_marker();
        command.env(super::registry::MARKER_VARIABLE, &marker);
        (registry, marker)
    });
    let child = command.kill_on_drop(true).spawn()?;
    let registration = match (marker, child.id()) {
        (Some((registry, marker)), Some(pid)) => Some(registry.enter(&marker, pid)?),
        _ => None,
    };
    Ok(Spawned {
        child,
        _registration: registration,
    })
}
