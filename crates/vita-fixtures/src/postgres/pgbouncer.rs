use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::Cluster;
use super::cluster::{pause, write_private};
use super::installed::{command_in, find_pgbouncer};
use super::port::free_port;
use super::process_folder::ProcessFolder;

/// Longest time until it takes connections.
const START_LIMIT: Duration = Duration::from_secs(30);

/// How many ports are tried, when others are quicker to take them.
const PORTS_MAX: u32 = 5;

/// A running PgBouncer in front of a cluster, which hands its connections out for one transaction
/// each. Dropped, or when the test process ends, it is killed.
#[derive(Debug)]
pub struct PgBouncer {
    port: u16,
    process: Child,
    /// Dropped last: it kills what is left.
    _folder: ProcessFolder,
}

impl PgBouncer {
    /// Starts one with at most `connections` connections to each database of `cluster`.
    ///
    /// # Panics
    /// When it is not installed (ask [`super::has_pgbouncer`] first) or does not start.
    pub fn start(cluster: &Cluster, connections: u32) -> Self {
        let mut said = String::new();
        for _ in 0..PORTS_MAX {
            match Self::start_at(cluster, connections, free_port()) {
                Ok(bouncer) => return bouncer,
                Err(text) => said = text,
            }
        }
        panic!("PgBouncer did not start: {said}");
    }

    /// The address of a database through it.
    pub fn url(&self, cluster: &Cluster, database: &str) -> String {
        cluster.url_at(self.port, database)
    }

    fn start_at(cluster: &Cluster, connections: u32, port: u16) -> Result<Self, String> {
        let program = find_pgbouncer().expect("PgBouncer is installed");
        let folder = ProcessFolder::new();
        let path = folder.path();
        let (settings, users, log) = (path.join("ini"), path.join("users"), path.join("log"));
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={}\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
             auth_type = plain\nauth_file = {}\nlogfile = {}\n\
             pool_mode = transaction\ndefault_pool_size = {connections}\nmax_client_conn = 300\n",
            cluster.port(),
            users.display(),
            log.display(),
        );
        write_private(path, &settings, &text);
        write_private(path, &users, &cluster.pgbouncer_user());
        let mut process = command_in(path, &program)
            .arg("--quiet")
            .arg(&settings)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("PgBouncer's program starts");
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            let has_ended = !matches!(process.try_wait(), Ok(None));
            if has_ended || began.elapsed() > START_LIMIT {
                let _ = process.kill();
                let _ = process.wait();
                return Err(fs::read_to_string(&log).unwrap_or_default());
            }
            pause();
        }
        Ok(Self {
            port,
            process,
            _folder: folder,
        })
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
