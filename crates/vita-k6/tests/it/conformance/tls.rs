//! A listener that speaks TLS, with a certificate that nobody has reason to trust.

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

pub(crate) struct TlsListener {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
}

impl TlsListener {
    pub(crate) async fn bind() -> Self {
        Self {
            tcp: TcpListener::bind("127.0.0.1:0").await.expect("a port"),
            acceptor: TlsAcceptor::from(Arc::new(self_signed())),
        }
    }
}

impl axum::serve::Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = self.tcp.accept().await.expect("a connection");
            // A client that does not trust the certificate ends the handshake.
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test's own tool, which ends by itself"
)]
fn self_signed() -> ServerConfig {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
                     -subj /CN=self.test -keyout key.pem -out certificate.pem";
    let output = std::process::Command::new("openssl")
        .args(arguments.split_whitespace())
        .current_dir(folder.path())
        .output()
        .expect("these tests need the program `openssl`");
    assert!(output.status.success(), "{output:?}");
    let read = |name: &str| std::fs::read(folder.path().join(name)).expect("a file of openssl");
    let certificate = CertificateDer::from_pem_slice(&read("certificate.pem")).expect("PEM");
    let key = PrivateKeyDer::from_pem_slice(&read("key.pem")).expect("PEM");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("a certificate");
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}
