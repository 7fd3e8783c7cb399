//! What the machine has of PostgreSQL, and as whom it runs.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::say_skipped;

/// Where Debian and Ubuntu keep the server's programs, in a folder for each version.
const DEBIAN_FOLDER: &str = "/usr/lib/postgresql";

/// Who runs the server when the tests run as root, as which it refuses to: the first that there is.
const USERS: &[&str] = &["postgres", "nobody"];

/// The programs of one installation.
#[derive(Debug)]
pub(super) struct Installed {
    folder: PathBuf,
    /// The major version, such as 15.
    pub(super) version: u32,
}

impl Installed {
    /// The newest installation that is found on the PATH, or else where Debian keeps them.
    pub(super) fn find() -> Option<&'static Self> {
        static FOUND: OnceLock<Option<Installed>> = OnceLock::new();
        let found = FOUND.get_or_init(|| {
            let on_path = folders_of_path().into_iter().filter_map(Self::in_folder);
            on_path.max_by_key(|found| found.version).or_else(|| {
                let versions = fs::read_dir(DEBIAN_FOLDER).into_iter().flatten().flatten();
                versions
                    .filter_map(|version| Self::in_folder(version.path().join("bin")))
                    .max_by_key(|found| found.version)
            })
        });
        found.as_ref()
    }

    fn in_folder(folder: PathBuf) -> Option<Self> {
        let is_whole = ["initdb", "postgres", "psql"]
            .iter()
            .all(|program| folder.join(program).is_file());
        if !is_whole {
            return None;
        }
        let said = command(&folder.join("postgres")).arg("--version").output();
        let said = String::from_utf8(said.ok()?.stdout).ok()?;
        // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
        let version = said.split_whitespace().nth(2)?;
        let major = version
            .split(|letter: char| !letter.is_ascii_digit())
            .next();
        Some(Self {
            folder,
            version: major?.parse().ok()?,
        })
    }

    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// True when PostgreSQL is installed; otherwise prints that the test is skipped.
pub fn has_postgres() -> bool {
    let is_found = Installed::find().is_some();
    if !is_found {
        say_skipped("PostgreSQL is not installed");
    }
    is_found
}

/// True when PgBouncer is installed; otherwise prints that the test is skipped.
pub fn has_pgbouncer() -> bool {
    let is_found = find_pgbouncer().is_some();
    if !is_found {
        say_skipped("PgBouncer is not installed");
    }
    is_found
}

pub(super) fn find_pgbouncer() -> Option<PathBuf> {
    let mut folders = folders_of_path();
    // Not on everybody's PATH.
    folders.push(PathBuf::from("/usr/sbin"));
    let programs = folders.into_iter().map(|folder| folder.join("pgbouncer"));
    programs.into_iter().find(|program| program.is_file())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the programs are where the user's PATH says, as for a shell"
)]
fn folders_of_path() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).collect()
}

/// A user of the system.
#[derive(Clone, Copy, Debug)]
pub(super) struct User {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl User {
    /// Who runs a server, when it is not whoever runs the tests.
    pub(super) fn instead_of_root() -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            return None;
        }
        let users = fs::read_to_string("/etc/passwd").expect("the system lists its users");
        let found = USERS.iter().find_map(|name| {
            let line = users
                .lines()
                .find(|line| line.split(':').next() == Some(name))?;
            let mut numbers = line.split(':').skip(2);
            Some(Self {
                uid: numbers.next()?.parse().ok()?,
                gid: numbers.next()?.parse().ok()?,
            })
        });
        Some(found.expect("root finds a user that may run a server"))
    }
}

/// A command that works in `folder`, as whoever owns it, away from the terminal's signals.
pub(super) fn command_in(folder: &Path, program: &Path) -> Command {
    let mut command = command(program);
    command
        .current_dir(folder)
        .env("HOME", folder)
        .stdin(Stdio::null())
        .process_group(0);
    if let Some(user) = User::instead_of_root() {
        command.uid(user.uid).gid(user.gid);
    }
    command
}

#[expect(
    clippy::disallowed_methods,
    reason = "the product never starts a database; its tests do"
)]
pub(super) fn command(program: &Path) -> Command {
    Command::new(program)
}
