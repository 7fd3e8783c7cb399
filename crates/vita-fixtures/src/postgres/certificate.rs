//! A server's certificate from an authority of its own.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::installed::command_in;

/// The files of a server that speaks TLS.
#[derive(Debug)]
pub(super) struct ServerCertificate {
    /// The authority's certificate, which a client must know.
    pub(super) authority: PathBuf,
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

impl ServerCertificate {
    /// Makes one for `localhost` and 127.0.0.1 in `folder`.
    pub(super) fn make(folder: &Path) -> Self {
        let new_key = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2";
        let authority = "-keyout ca.key -out ca.pem -subj /CN=vitascope-tests \
            -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign";
        let server = "-CA ca.pem -CAkey ca.key -keyout server.key -out server.pem -subj /CN=localhost \
            -addext basicConstraints=critical,CA:FALSE \
            -addext subjectAltName=DNS:localhost,IP:127.0.0.1";
        for rest in [authority, server] {
            let made = command_in(folder, Path::new("openssl"))
                .args(new_key.split_whitespace().chain(rest.split_whitespace()))
                .stdout(Stdio::null())
                .output()
                .expect("openssl is installed");
            let said = String::from_utf8_lossy(&made.stderr);
            assert!(made.status.success(), "openssl made no certificate: {said}");
        }
        Self {
            authority: folder.join("ca.pem"),
            certificate: folder.join("server.pem"),
            key: folder.join("server.key"),
        }
    }
}
