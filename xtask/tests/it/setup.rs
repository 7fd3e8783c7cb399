//! `scripts/setup.sh` on machines that lack something.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::sync::MutexGuard;

use tempfile::TempDir;

use crate::{printed, script, take_turn};

/// What the script itself is made of.
const TOOLS: &[&str] = &[
    "cut", "dirname", "env", "grep", "sed", "sort", "tr", "uname",
];

/// What a machine has on which nothing is missing for testing.
const COMPLETE: &[&str] = &[
    "ffmpeg",
    "ffprobe",
    "cc",
    "make",
    "cmake",
    "nasm",
    "curl",
    "chromium",
    "initdb",
    "pgbouncer",
    "openssl",
    "python3",
];

/// Notes what it was asked, and "installs" by making stubs.
const APT: &str = r#"#!/bin/sh
echo "apt-get $*" >>"$SETUP_ROOT/apt.log"
[ "$1" = update ] && exit "${APT_UPDATE_STATUS:-0}"
for word in "$@"; do
    case $word in
    ffmpeg) names="ffmpeg ffprobe" ;;
    gcc) names=cc ;;
    make | cmake | nasm | curl | wrk | chromium | chromium-browser | pgbouncer | openssl) names=$word ;;
    postgresql) names=initdb ;;
    python3-venv) names=python3 ;;
    libc6-dev) names= ; : >"$SETUP_ROOT/usr/include/stdio.h" ;;
    *) names= ;;
    esac
    for name in $names; do
        printf '#!/bin/sh\n' >"$SETUP_ROOT/bin/$name"
        /bin/chmod +x "$SETUP_ROOT/bin/$name"
    done
done
"#;

/// A made-up machine.
struct Machine {
    root: TempDir,
    _turn: MutexGuard<'static, ()>,
}

impl Machine {
    /// Debian, root, with Rust and Node, and these commands.
    fn with(commands: &[&str]) -> Self {
        let root = tempfile::tempdir().expect("a folder is made");
        let machine = Self {
            root,
            _turn: take_turn(),
        };
        for folder in ["bin", "etc", "usr/include"] {
            fs::create_dir_all(machine.path(folder)).expect("a folder is made");
        }
        for tool in TOOLS {
            let places = ["/usr/bin", "/bin"].map(|folder| Path::new(folder).join(tool));
            let place = places.iter().find(|place| place.exists());
            let place = place.expect("every machine has the tools of the script");
            symlink(place, machine.path("bin").join(tool)).expect("a link is made");
        }
        machine.add("apt-get", APT);
        machine.add("cargo", "#!/bin/sh\necho 'cargo 9.1.0 (abc 2026-01-01)'\n");
        machine.add("node", "#!/bin/sh\necho v99.1.0\n");
        machine.add("npm", "#!/bin/sh\n");
        machine.add("id", "#!/bin/sh\necho 0\n");
        for command in commands {
            machine.add(command, "#!/bin/sh\n");
        }
        machine.system("ID=debian\n");
        fs::write(machine.path("usr/include/stdio.h"), "").expect("a file is written");
        machine
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.root.path().join(name)
    }

    fn add(&self, command: &str, text: &str) {
        let path = self.path("bin").join(command);
        fs::write(&path, text).expect("a stub is written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))
            .expect("a stub is made a command");
    }

    fn remove(&self, command: &str) {
        fs::remove_file(self.path("bin").join(command)).expect("the stub was there");
    }

    fn system(&self, os_release: &str) {
        fs::write(self.path("etc/os-release"), os_release).expect("a file is written");
    }

    /// Runs the script: whether it succeeded, what it printed, and what apt was asked.
    fn set_up(&self, purpose: &str, more: &[(&str, &str)]) -> (bool, String, String) {
        let output = script("setup.sh")
            .arg(purpose)
            .env_clear()
            .env("PATH", self.path("bin"))
            .env("SETUP_ROOT", self.root.path())
            .envs(more.iter().copied())
            .output()
            .expect("bash is there");
        let asked = fs::read_to_string(self.path("apt.log")).unwrap_or_default();
        (output.status.success(), printed(&output), asked)
    }
}

#[test]
fn a_complete_machine_gets_one_line_and_no_apt() {
    let machine = Machine::with(COMPLETE);
    let (succeeded, said, asked) = machine.set_up("test", &[]);
    assert!(succeeded, "{said}");
    assert_eq!(said, "setup: everything for `test` is here\n");
    assert_eq!(asked, "");
}

#[test]
fn what_is_missing_is_installed_once() {
    let machine = Machine::with(&["make", "curl"]);
    fs::remove_file(machine.path("usr/include/stdio.h")).expect("the file was there");
    let (succeeded, said, asked) = machine.set_up("bench", &[]);
    assert!(succeeded, "{said}");
    assert_eq!(
        asked,
        "apt-get update -qq\n\
         apt-get install -y -qq --no-install-recommends ffmpeg gcc cmake nasm libc6-dev chromium \
         postgresql pgbouncer openssl python3-venv wrk\n"
    );
    let (succeeded, said, asked_again) = machine.set_up("bench", &[]);
    assert!(succeeded, "{said}");
    assert_eq!(asked_again, asked);
}

#[test]
fn running_needs_no_browser() {
    let machine = Machine::with(&["ffmpeg", "ffprobe", "cc", "make", "cmake", "nasm"]);
    assert_eq!(
        machine.set_up("run", &[]),
        (
            true,
            "setup: everything for `run` is here\n".to_owned(),
            String::new()
        )
    );
}

#[test]
fn who_is_not_root_asks_sudo_and_never_waits_for_a_password() {
    let machine = Machine::with(COMPLETE);
    machine.remove("ffprobe");
    machine.add("id", "#!/bin/sh\necho 1000\n");
    machine.add(
        "sudo",
        "#!/bin/sh\n[ \"$1\" = -n ] && shift\necho sudo >>\"$SETUP_ROOT/apt.log\"\nexec \"$@\"\n",
    );
    let (succeeded, said, asked) = machine.set_up("run", &[]);
    assert!(succeeded, "{said}");
    assert_eq!(
        asked,
        "sudo\napt-get update -qq\n\
         sudo\napt-get install -y -qq --no-install-recommends ffmpeg\n"
    );
}

#[test]
fn without_sudo_it_says_what_root_has_to_run() {
    let machine = Machine::with(COMPLETE);
    machine.remove("ffmpeg");
    machine.add("id", "#!/bin/sh\necho 1000\n");
    let (succeeded, said, asked) = machine.set_up("run", &[]);
    assert!(!succeeded);
    assert!(
        said.contains("as root run `apt-get install ffmpeg`"),
        "{said}"
    );
    assert_eq!(asked, "");
}

#[test]
fn another_system_is_told_what_is_needed() {
    let machine = Machine::with(&["make", "curl"]);
    machine.system("ID=fedora\n");
    let (succeeded, said, asked) = machine.set_up("test", &[]);
    assert!(!succeeded);
    assert!(
        said.contains("this needs: ffmpeg gcc cmake nasm chromium"),
        "{said}"
    );
    assert!(said.contains("your system's package manager"), "{said}");
    assert_eq!(asked, "");
}

#[test]
fn ubuntu_names_its_browser_differently() {
    let machine = Machine::with(COMPLETE);
    machine.remove("chromium");
    machine.system("ID=ubuntu\nID_LIKE=debian\n");
    let (succeeded, said, asked) = machine.set_up("test", &[]);
    assert!(succeeded, "{said}");
    assert!(asked.ends_with(" chromium-browser\n"), "{asked}");
}

#[test]
fn old_package_lists_are_tried_when_new_ones_cannot_be_had() {
    let machine = Machine::with(COMPLETE);
    machine.remove("ffmpeg");
    let (succeeded, said, _) = machine.set_up("run", &[("APT_UPDATE_STATUS", "100")]);
    assert!(succeeded, "{said}");
    assert!(
        said.contains("trying with the lists that are here"),
        "{said}"
    );
}

#[test]
fn a_package_that_apt_does_not_bring_is_told() {
    let machine = Machine::with(COMPLETE);
    machine.remove("ffmpeg");
    machine.add("apt-get", "#!/bin/sh\n");
    let (succeeded, said, _) = machine.set_up("run", &[]);
    assert!(!succeeded);
    assert!(
        said.contains("still missing after the installation: ffmpeg"),
        "{said}"
    );
}

#[test]
fn an_old_or_missing_toolchain_is_told_before_anything_is_installed() {
    let cases = [
        (
            "cargo",
            Some("echo cargo 1.80.0"),
            "here is 1.80.0: run `rustup update stable`",
        ),
        ("cargo", None, "or newer is missing: see https://rustup.rs"),
        ("node", Some("echo v18.20.1"), "here is 18.20.1"),
        ("npm", None, "or newer with npm is missing"),
    ];
    for (command, text, expected) in cases {
        let machine = Machine::with(&[]);
        machine.remove(command);
        if let Some(text) = text {
            machine.add(command, &format!("#!/bin/sh\n{text}\n"));
        }
        let (succeeded, said, asked) = machine.set_up("run", &[]);
        assert!(!succeeded, "{command}");
        assert!(said.contains(expected), "{command}: {said}");
        assert_eq!(asked, "", "{command}");
    }
}

#[test]
fn an_unknown_purpose_is_told() {
    let (succeeded, said, _) = Machine::with(COMPLETE).set_up("fly", &[]);
    assert!(!succeeded);
    assert!(
        said.contains("unknown purpose `fly`: run, test or bench"),
        "{said}"
    );
}
