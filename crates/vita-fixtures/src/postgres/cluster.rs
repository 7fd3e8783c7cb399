use std::fs::{self, File};
use std::io::Read as _;
use std::net::Ipv4Addr;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::certificate::ServerCertificate;
use super::installed::{Installed, command_in};
use super::port::free_port;
use super::process_folder::ProcessFolder;

/// Longest time that a server may take to start, on a machine that is busy with other tests; or, when
/// it was killed, to go through its log.
const START_LIMIT: Duration = Duration::from_mins(1);

/// How often a server is asked whether it is ready.
const START_PAUSE: Duration = Duration::from_millis(5);

/// How many ports are tried, when others are quicker to take them.
const PORTS_MAX: u32 = 5;

/// Who may do everything in a cluster.
const ADMIN: &str = "admin";

/// Who owns the databases and may do nothing else, as the product should.
const OWNER: &str = "vitascope";

/// Settings of every cluster: room for the connections of many tests at once, little memory.
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=300",
    "shared_buffers=32MB",
    "jit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    // An exchange that costs both sides milliseconds of arithmetic is not what tests wait for.
    "password_encryption=md5",
];

/// Whether what was committed survives the end of the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// No: as fast as it can be.
    #[default]
    None,
    /// Yes, as in production.
    Full,
}

/// How a client reaches a cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transport {
    /// By TCP.
    #[default]
    Plain,
    /// By TLS only, with a certificate of [`Cluster::authority`].
    Tls,
}

/// What differs between the clusters that tests need.
#[derive(Clone, Debug, Default)]
pub struct ClusterRecipe {
    /// Whether what was committed survives the end of the server.
    pub durability: Durability,
    /// How a client reaches it.
    pub transport: Transport,
    /// More settings, such as `max_connections=20`; they win over the fixture's own.
    pub settings: Vec<String>,
}

/// A running PostgreSQL. Dropped, or when the test process ends, it is killed and its folder removed.
#[derive(Debug)]
pub struct Cluster {
    installed: &'static Installed,
    recipe: ClusterRecipe,
    password: String,
    port: u16,
    certificate: Option<ServerCertificate>,
    server: Option<Child>,
    /// Dropped last: it kills what is left.
    folder: ProcessFolder,
}

impl Cluster {
    /// Makes and starts a cluster.
    ///
    /// # Panics
    /// When PostgreSQL is not installed (ask [`super::has_postgres`] first) or does not start.
    pub fn start(recipe: ClusterRecipe) -> Self {
        let installed = Installed::find().expect("PostgreSQL is installed");
        let folder = ProcessFolder::new();
        let certificate = match recipe.transport {
            Transport::Plain => None,
            Transport::Tls => Some(ServerCertificate::make(folder.path())),
        };
        let mut cluster = Self {
            installed,
            recipe,
            password: new_password(),
            port: 0,
            certificate,
            server: None,
            folder,
        };
        cluster.init();
        cluster.start_at_free_port();
        let make_owner = format!("CREATE ROLE {OWNER} LOGIN PASSWORD '{}'", cluster.password);
        cluster.run_sql("postgres", &make_owner);
        cluster
    }

    /// The address of a database for its owner, such as `postgres://…@127.0.0.1:12345/name`.
    pub fn url(&self, database: &str) -> String {
        self.url_at(self.port, database)
    }

    pub(super) fn url_at(&self, port: u16, database: &str) -> String {
        format!(
            "postgres://{OWNER}:{}@127.0.0.1:{port}/{database}",
            self.password
        )
    }

    /// The port it listens on, also after a restart.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The file with the certificate of the authority that vouches for the server, with
    /// [`Transport::Tls`].
    pub fn authority(&self) -> Option<&Path> {
        self.certificate
            .as_ref()
            .map(|files| files.authority.as_path())
    }

    /// A line for PgBouncer's list of users.
    pub(super) fn pgbouncer_user(&self) -> String {
        format!("\"{OWNER}\" \"{}\"\n", self.password)
    }

    /// Makes an empty database.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn create_database(&self, name: &str) {
        self.run_sql("postgres", &format!("CREATE DATABASE {name} OWNER {OWNER}"));
    }

    /// Makes a copy of a database that nobody is connected to.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn copy_database(&self, template: &str, name: &str) {
        // Copying files is five times faster than copying through the log, where nothing is synced.
        let strategy = if self.installed.version >= 15 {
            "STRATEGY file_copy"
        } else {
            ""
        };
        self.run_sql(
            "postgres",
            &format!("CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER} {strategy}"),
        );
    }

    /// Removes a database, whoever is connected to it.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn drop_database(&self, name: &str) {
        self.run_sql(
            "postgres",
            &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        );
    }

    /// Runs statements as the cluster's administrator; the answer has a line for each row and a `|`
    /// between columns.
    ///
    /// # Panics
    /// When one of them fails.
    pub fn run_sql(&self, database: &str, sql: &str) -> String {
        let answer = command_in(self.folder.path(), &self.installed.program("psql"))
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql])
            .env("PGHOST", Ipv4Addr::LOCALHOST.to_string())
            .env("PGPORT", self.port.to_string())
            .env("PGUSER", ADMIN)
            .env("PGPASSWORD", &self.password)
            .env("PGDATABASE", database)
            .output()
            .expect("psql starts");
        let said = String::from_utf8_lossy(&answer.stderr);
        assert!(answer.status.success(), "`{sql}` failed: {said}");
        String::from_utf8(answer.stdout)
            .expect("databases are UTF-8")
            .trim_end()
            .to_owned()
    }

    /// Stops it at once, without writing what is in memory only; the log has what was committed.
    ///
    /// # Panics
    /// When it does not run.
    pub fn stop_immediately(&mut self) {
        kill_process(self.server_pid(), Signal::QUIT).expect("the server takes signals");
        self.reap();
    }

    /// Kills all of its processes, as a crash would.
    ///
    /// # Panics
    /// When it does not run.
    pub fn kill9(&mut self) {
        // First, so that it starts no new ones.
        kill_process(self.server_pid(), Signal::KILL).expect("the server takes signals");
        self.reap();
        let began = Instant::now();
        while self.folder.signal(Signal::KILL) > 0 {
            assert!(began.elapsed() < START_LIMIT, "killed processes stay");
            pause();
        }
    }

    /// Freezes all of its processes: connections stay open, and nothing answers.
    pub fn freeze(&self) {
        self.folder.signal(Signal::STOP);
    }

    /// Goes on after [`Self::freeze`].
    pub fn thaw(&self) {
        self.folder.signal(Signal::CONT);
    }

    /// Starts it again at the same port, and waits until it takes connections.
    ///
    /// # Panics
    /// When it runs, or does not get ready.
    pub fn restart(&mut self) {
        assert!(self.server.is_none(), "stop the server first");
        if let Err(said) = self.start_server() {
            panic!("PostgreSQL did not start again: {said}");
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn init(&self) {
        let folder = self.folder.path();
        let password_file = folder.join("password");
        write_private(folder, &password_file, &self.password);
        // Whether a build has ICU, its initdb says.
        let by_icu = ["--locale-provider=icu", "--icu-locale=en-US"];
        let is_made = (self.installed.version >= 15 && self.run_initdb(&password_file, &by_icu))
            || self.run_initdb(&password_file, &[]);
        assert!(is_made, "initdb made no cluster in `{}`", folder.display());
        let transport = match self.recipe.transport {
            Transport::Plain => "host",
            Transport::Tls => "hostssl",
        };
        let rule = format!("{transport} all all 127.0.0.1/32 password\n");
        write_private(folder, &self.data().join("pg_hba.conf"), &rule);
    }

    fn run_initdb(&self, password_file: &Path, more: &[&str]) -> bool {
        let made = command_in(self.folder.path(), &self.installed.program("initdb"))
            .args([
                "--no-sync",
                "--encoding=UTF8",
                "--locale=C",
                "--auth=password",
            ])
            .args(more)
            .args(["--username", ADMIN, "--pwfile"])
            .arg(password_file)
            .arg("--pgdata")
            .arg(self.data())
            .output();
        made.expect("initdb starts").status.success()
    }

    fn start_at_free_port(&mut self) {
        let mut said = String::new();
        for _ in 0..PORTS_MAX {
            self.port = free_port();
            match self.start_server() {
                Ok(()) => return,
                Err(text) => said = text,
            }
        }
        panic!("PostgreSQL did not start: {said}");
    }

    /// Starts the server and waits until it is ready; else answers what it wrote to its log.
    fn start_server(&mut self) -> Result<(), String> {
        let log_path = self.folder.path().join("log");
        let log = File::options().create(true).append(true).open(&log_path);
        let log = log.expect("the folder is writable");
        let began_at = log.metadata().map_or(0, |about| about.len());
        let mut command = command_in(self.folder.path(), &self.installed.program("postgres"));
        command.arg("-D").arg(self.data());
        for setting in self.settings() {
            command.args(["-c", &setting]);
        }
        let errors = log.try_clone().expect("a file can be shared");
        let mut server = command
            .stdout(Stdio::from(log))
            .stderr(Stdio::from(errors))
            .spawn()
            .expect("the server's program starts");
        let began = Instant::now();
        while !is_ready(&self.data(), server.id()) {
            let has_ended = !matches!(server.try_wait(), Ok(None));
            if has_ended || began.elapsed() > START_LIMIT {
                let _ = server.kill();
                let _ = server.wait();
                let text = fs::read_to_string(&log_path).unwrap_or_default();
                let from = usize::try_from(began_at).unwrap_or_default();
                return Err(text.get(from..).unwrap_or_default().to_owned());
            }
            pause();
        }
        self.server = Some(server);
        Ok(())
    }

    fn settings(&self) -> Vec<String> {
        let mut settings: Vec<String> = SETTINGS.iter().map(|&text| text.to_owned()).collect();
        settings.push(format!("port={}", self.port));
        // In the title of each process, by which they are found.
        settings.push(format!("cluster_name={}", self.folder.name()));
        match self.recipe.durability {
            Durability::None => {
                let slow = [
                    "fsync",
                    "synchronous_commit",
                    "full_page_writes",
                    "autovacuum",
                ];
                settings.extend(slow.map(|name| format!("{name}=off")));
            }
            Durability::Full if self.installed.version >= 14 => {
                // After a crash one call for the file system, not one for each of a thousand files.
                settings.push("recovery_init_sync_method=syncfs".to_owned());
            }
            Durability::Full => {}
        }
        if let Some(files) = &self.certificate {
            settings.push("ssl=on".to_owned());
            settings.push(format!("ssl_cert_file={}", files.certificate.display()));
            settings.push(format!("ssl_key_file={}", files.key.display()));
        }
        settings.extend(self.recipe.settings.iter().cloned());
        settings
    }

    fn server_pid(&self) -> Pid {
        let server = self.server.as_ref().expect("the server runs");
        Pid::from_child(server)
    }

    fn reap(&mut self) {
        let mut server = self.server.take().expect("the server runs");
        server.wait().expect("a child can be waited for");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            // Killed hard: nothing of it is needed, and a frozen one heeds nothing else.
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

/// Whether the server with this process id has written that it takes connections, as `pg_ctl` asks.
fn is_ready(data: &Path, server_id: u32) -> bool {
    let text = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    let mut lines = text.lines();
    let is_own = lines.next() == Some(&server_id.to_string());
    is_own && lines.nth(6).is_some_and(|state| state.trim() == "ready")
}

/// Writes a file that only the owner of `folder` may read.
pub(super) fn write_private(folder: &Path, path: &Path, text: &str) {
    fs::write(path, text).expect("the folder is writable");
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("the file is ours");
    let owner = fs::metadata(folder).expect("the folder is there");
    chown(path, Some(owner.uid()), Some(owner.gid())).expect("the file is ours");
}

/// A password that nobody can guess: others on the machine can reach the port.
fn new_password() -> String {
    let mut bytes = [0; 16];
    let read = File::open("/dev/urandom").and_then(|mut source| source.read_exact(&mut bytes));
    read.expect("the system has randomness");
    format!("{:032x}", u128::from_ne_bytes(bytes))
}

/// A little time, in a wait that has a limit.
#[expect(
    clippy::disallowed_methods,
    reason = "a server tells nobody that it is ready or gone; the limits have names"
)]
pub(super) fn pause() {
    std::thread::sleep(START_PAUSE);
}
