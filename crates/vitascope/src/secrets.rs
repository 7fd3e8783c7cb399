//! The secrets of an installation: given by the configuration, or made once and kept in the data
//! folder, readable for the owner only.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use vita_model::{Entropy, Id, JobId, Timestamp};

use crate::config::SecretSettings;

/// The folder of secrets within the data folder.
pub(crate) const FOLDER: &str = "secrets";

/// The file of the token secret within it.
const TOKEN_KEY_FILE: &str = "token-key";

/// Bytes of a secret that is made here: as many as SHA-256 has.
const KEY_BYTES: usize = 32;

/// The largest file that is read as a secret.
const FILE_BYTES_MAX: u64 = 4096;

/// A secret that can't be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretError {
    /// A file can't be read or written.
    #[error("`{key}`: failed to {operation} `{}`; make it accessible to this user", path.display())]
    File {
        key: &'static str,
        operation: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// What was given is no secret.
    #[error(
        "`{key}` is no secret of at least {KEY_BYTES} bytes as base64; make one with `openssl rand -base64 32`"
    )]
    Malformed { key: &'static str },
}

/// What signs access tokens and media addresses.
#[derive(Clone)]
pub(crate) struct Secrets {
    pub(crate) token_key: Vec<u8>,
}

impl Secrets {
    /// Takes the secrets from the settings, or else from the data folder, where they are made when
    /// missing. Several processes that do so at once get the same ones.
    pub(crate) fn open(
        settings: &SecretSettings,
        data_dir: &Path,
        entropy: &dyn Entropy,
    ) -> Result<Self, SecretError> {
        let token_key = if let Some(text) = &settings.token_key {
            decode("secrets.token_key", text)?
        } else if let Some(path) = &settings.token_key_file {
            read_key("secrets.token_key_file", path)?
        } else {
            read_or_make_key(data_dir, entropy)?
        };
        Ok(Self { token_key })
    }
}

fn read_or_make_key(data_dir: &Path, entropy: &dyn Entropy) -> Result<Vec<u8>, SecretError> {
    let folder = data_dir.join(FOLDER);
    let path = folder.join(TOKEN_KEY_FILE);
    if !path.exists() {
        make_key(&folder, &path, entropy).map_err(|source| SecretError::File {
            key: "data.dir",
            operation: "write",
            path: path.clone(),
            source,
        })?;
    }
    read_key("data.dir", &path)
}

/// Makes the file whole or not at all, and leaves the one that another process was first with.
fn make_key(folder: &Path, path: &Path, entropy: &dyn Entropy) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let mut key = [0; KEY_BYTES];
    entropy.fill(&mut key);
    // A name of its own, so that two processes don't write one file.
    let unique: JobId = Id::generate(Timestamp::default(), entropy);
    let draft = folder.join(format!("{TOKEN_KEY_FILE}.{unique}.part"));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)?;
    let written = writeln!(file, "{}", STANDARD.encode(key)).and_then(|()| file.sync_all());
    // A link, unlike a renaming, does not replace what is there.
    let linked = written.and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => fs::File::open(folder)?.sync_all(),
    }
}

fn read_key(key: &'static str, path: &Path) -> Result<Vec<u8>, SecretError> {
    let failed = |operation| {
        move |source| SecretError::File {
            key,
            operation,
            path: path.to_owned(),
            source,
        }
    };
    let file = fs::File::open(path).map_err(failed("read"))?;
    let mut text = String::new();
    file.take(FILE_BYTES_MAX)
        .read_to_string(&mut text)
        .map_err(failed("read"))?;
    // Only what was made here is ours to change; a given file may be shared on purpose.
    if key == "data.dir" {
        fs::set_permissions(path, Permissions::from_mode(0o600)).map_err(failed("protect"))?;
    }
    decode(key, &text)
}

fn decode(key: &'static str, text: &str) -> Result<Vec<u8>, SecretError> {
    let bytes = STANDARD.decode(text.trim()).unwrap_or_default();
    if bytes.len() < KEY_BYTES {
        return Err(SecretError::Malformed { key });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::thread;

    use vita_model::SystemEntropy;

    use super::*;

    const NONE_GIVEN: SecretSettings = SecretSettings {
        token_key: None,
        token_key_file: None,
    };

    #[test]
    fn processes_that_start_together_get_the_same_secret_and_leave_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let barrier = Barrier::new(8);
        let keys: Vec<Vec<u8>> = thread::scope(|scope| {
            let open = || {
                barrier.wait();
                let secrets = Secrets::open(&NONE_GIVEN, folder.path(), &SystemEntropy);
                secrets.unwrap().token_key
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert!(
            keys.iter()
                .all(|key| *key == keys[0] && key.len() == KEY_BYTES)
        );
        let files = fs::read_dir(folder.path().join(FOLDER)).unwrap();
        assert_eq!(files.count(), 1);
        let path = folder.path().join(FOLDER).join(TOKEN_KEY_FILE);
        let mode = fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_given_secret_must_be_long_enough_and_is_not_repeated_in_the_error() {
        let folder = tempfile::tempdir().unwrap();
        let given = |text: &str| SecretSettings {
            token_key: Some(text.to_owned()),
            token_key_file: None,
        };
        let open = |settings: &SecretSettings| {
            Secrets::open(settings, folder.path(), &SystemEntropy).map(|secrets| secrets.token_key)
        };
        let error = open(&given("c2hvcnQ=")).unwrap_err().to_string();
        assert!(error.contains("secrets.token_key") && !error.contains("c2hvcnQ="));
        assert_eq!(open(&given(&STANDARD.encode([7; 32]))).unwrap(), [7; 32]);
        assert!(!folder.path().join(FOLDER).exists());
    }
}
