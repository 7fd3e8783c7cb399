//! TLS, with certificates that `openssl` makes for the test.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::http::Method;
use axum::routing::get as on_get;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::Barrier;
use vita_wire::{
    BatchLimits, ClientCertificate, ClientConfig, HostOverrides, Outcome, Request, TlsSettings,
    TlsVersion, TlsVersions,
};

use crate::server::{Server, body_text, client_with, failure, get, on_one_thread};

/// An authority, and what it has signed: the server `right.test`, and a client.
pub(crate) struct Certificates {
    authority: Vec<u8>,
    server: (Vec<u8>, Vec<u8>),
    client: (Vec<u8>, Vec<u8>),
}

/// Made once for all tests.
pub(crate) fn certificates() -> &'static Certificates {
    static MADE: OnceLock<Certificates> = OnceLock::new();
    MADE.get_or_init(make_certificates)
}

fn make_certificates() -> Certificates {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let key = "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30";
    openssl(
        folder,
        &format!("{key} -x509 -subj /CN=authority -keyout ca.key -out ca.pem"),
    );
    let mut signed = ["server", "client"].into_iter().map(|name| {
        openssl(
            folder,
            &format!("{key} -subj /CN={name} -keyout {name}.key -out {name}.csr"),
        );
        std::fs::write(
            folder.join("ext"),
            "subjectAltName=DNS:right.test,DNS:*.right.test",
        )
        .unwrap();
        let sign = "x509 -req -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile ext";
        openssl(folder, &format!("{sign} -in {name}.csr -out {name}.pem"));
        let read = |end: &str| std::fs::read(folder.join(format!("{name}.{end}"))).unwrap();
        (read("pem"), read("key"))
    });
    Certificates {
        server: signed.next().unwrap(),
        client: signed.next().unwrap(),
        authority: std::fs::read(folder.join("ca.pem")).unwrap(),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test's own tool, which ends by itself"
)]
fn openssl(folder: &Path, arguments: &str) {
    let output = std::process::Command::new("openssl")
        .args(arguments.split(' '))
        .current_dir(folder)
        .output()
        .expect("these tests need the program `openssl`");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {arguments}: {said}");
}

impl Certificates {
    fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_slice(&self.authority).unwrap())
            .unwrap();
        roots
    }

    /// A server's settings; with `client_needed` it lets in nobody without a certificate.
    pub(crate) fn server_config(&self, client_needed: bool, protocols: &[&str]) -> ServerConfig {
        let chain = vec![CertificateDer::from_pem_slice(&self.server.0).unwrap()];
        let key = PrivateKeyDer::from_pem_slice(&self.server.1).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .unwrap();
        let builder = if client_needed {
            let roots = Arc::new(self.roots());
            let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        } else {
            builder.with_no_client_auth()
        };
        let mut config = builder.with_single_cert(chain, key).unwrap();
        config.alpn_protocols = protocols
            .iter()
            .map(|name| name.as_bytes().to_vec())
            .collect();
        config
    }

    /// A client's settings that trust the authority and find `*.test` at `server`.
    pub(crate) fn client_config(&self, server: &Server) -> ClientConfig {
        let mut hosts = HostOverrides::default();
        hosts.add("*.test", &server.address.to_string()).unwrap();
        ClientConfig {
            hosts,
            tls: TlsSettings {
                extra_roots_pem: self.authority.clone(),
                ..TlsSettings::default()
            },
            ..ClientConfig::default()
        }
    }
}

async fn server_for(protocols: &[&str]) -> Server {
    let router = Router::new().route("/", on_get(|| async { "secret" }));
    Server::https(router, certificates().server_config(false, protocols)).await
}

fn agreed(outcome: &Outcome) -> (&'static str, String, &'static str) {
    assert_eq!(body_text(outcome), "secret");
    let tls = outcome
        .last
        .connection
        .as_ref()
        .unwrap()
        .tls
        .clone()
        .unwrap();
    (tls.version, tls.cipher_suite, outcome.last.proto())
}

#[test]
fn both_sides_agree_on_what_they_know() {
    on_one_thread(async {
        for (protocols, spoken) in [
            (&["h2", "http/1.1"][..], "HTTP/2.0"),
            (&["http/1.1"], "HTTP/1.1"),
            (&[], "HTTP/1.1"),
        ] {
            let server = server_for(protocols).await;
            let client = client_with(certificates().client_config(&server));
            let outcome = get(&client, "https://right.test/").await;
            let (version, suite, proto) = agreed(&outcome);
            assert_eq!((version, proto), ("tls1.3", spoken));
            assert!(
                suite.starts_with("TLS_") && !suite.contains("TLS13"),
                "{suite}"
            );
            let timings = outcome.last.timings;
            assert!(timings.tls_handshaking > std::time::Duration::ZERO);
            assert!(timings.blocked >= timings.tls_handshaking + timings.connecting);
            // The handshake's bytes count as traffic, too.
            assert!(client.traffic().received > 500);
            get(&client, "https://right.test/").await;
            assert_eq!(server.accepted(), 1);
        }
    });
}

#[test]
fn versions_and_suites_are_kept_to() {
    on_one_thread(async {
        let server = server_for(&[]).await;
        let mut config = certificates().client_config(&server);
        config.tls.versions = TlsVersions {
            min: TlsVersion::V1_0,
            max: TlsVersion::V1_2,
        };
        config.tls.cipher_suites = vec!["TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384".to_owned()];
        let outcome = get(&client_with(config), "https://right.test/").await;
        let suite = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384".to_owned();
        assert_eq!(agreed(&outcome), ("tls1.2", suite, "HTTP/1.1"));
    });
}

#[test]
fn a_strangers_certificate_is_refused_unless_told_otherwise() {
    on_one_thread(async {
        let server = server_for(&[]).await;
        let mut config = certificates().client_config(&server);
        config.tls.extra_roots_pem = Vec::new();
        let outcome = get(&client_with(config.clone()), "https://right.test/").await;
        assert_eq!(failure(&outcome), (1310, "x509: unknown authority"));
        config.tls.insecure_skip_verify = true;
        assert_eq!(
            body_text(&get(&client_with(config), "https://wrong.test/").await),
            "secret"
        );
    });
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    on_one_thread(async {
        let server = server_for(&[]).await;
        let client = client_with(certificates().client_config(&server));
        let outcome = get(&client, "https://wrong.test/").await;
        assert_eq!(
            failure(&outcome),
            (1311, "x509: certificate doesn't match hostname")
        );
    });
}

#[test]
fn a_client_certificate_is_shown_where_it_belongs() {
    on_one_thread(async {
        let made = certificates();
        let router = Router::new().route("/", on_get(|| async { "secret" }));
        let server = Server::https(router, made.server_config(true, &[])).await;
        let mut config = made.client_config(&server);
        config.tls.client_certificates = vec![ClientCertificate {
            domains: vec!["known.right.test".parse().unwrap()],
            certificate_pem: made.client.0.clone(),
            key_pem: made.client.1.clone(),
        }];
        let client = client_with(config);
        assert_eq!(
            body_text(&get(&client, "https://known.right.test/").await),
            "secret"
        );
        let refused = get(&client, "https://other.right.test/").await;
        assert_eq!(failure(&refused).0, 1300);
    });
}

#[test]
fn a_server_without_tls_is_told_as_such() {
    on_one_thread(async {
        let server = Server::raw(|mut stream, _| async move {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            crate::server::read_head(&mut stream).await;
        })
        .await;
        let client = client_with(certificates().client_config(&server));
        let outcome = get(&client, "https://right.test/").await;
        assert_eq!(
            failure(&outcome),
            (1301, "tls: the server does not answer in TLS")
        );
    });
}

#[test]
fn requests_that_run_together_wait_for_the_connection_they_may_share() {
    on_one_thread(async {
        let together = Arc::new(Barrier::new(4));
        let meet = move || {
            let together = Arc::clone(&together);
            async move {
                together.wait().await;
                "met"
            }
        };
        let router = Router::new().route("/", on_get(meet));
        let made = certificates();
        for (protocols, connections) in [(&["h2"][..], 1), (&["http/1.1"], 4)] {
            let server = Server::https(router.clone(), made.server_config(false, protocols)).await;
            let client = client_with(made.client_config(&server));
            let target = client.target("https://right.test/").unwrap();
            let requests = vec![Request::new(Method::GET, target); 4];
            let outcomes = client.send_batch(requests, BatchLimits::default()).await;
            assert!(outcomes.iter().all(|outcome| body_text(outcome) == "met"));
            assert_eq!(server.accepted(), connections, "{protocols:?}");
        }
    });
}
