//! Making connections: names, block lists, TCP, TLS, each with its time.

use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;

use crate::error::{ErrorCode, WireError};
use crate::network::Network;
use crate::response::ConnectionInfo;
use crate::stream::{Counted, SharedTraffic, Wire};
use crate::target::Origin;
use crate::tls::{self, Alpn};

/// The most time that connecting over TCP may take; what Go's programs, k6 too, are used to.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// How long the phases of making a connection took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DialTimes {
    pub(crate) looking_up: Duration,
    pub(crate) connecting: Duration,
    pub(crate) tls_handshaking: Duration,
}

/// Who dials.
pub(crate) struct Dialler {
    pub(crate) network: Arc<Network>,
    pub(crate) local_ip: Option<IpAddr>,
    pub(crate) traffic: SharedTraffic,
}

/// A connection that was made.
pub(crate) struct Dialled {
    pub(crate) wire: Wire,
    pub(crate) info: Rc<ConnectionInfo>,
    pub(crate) http2_agreed: bool,
}

impl Dialler {
    /// Connects to `origin`; `times` is filled as far as it came, also on failure.
    pub(crate) async fn dial(
        &self,
        origin: &Origin,
        alpn: Alpn,
        times: &mut DialTimes,
    ) -> Result<Dialled, WireError> {
        let start = Instant::now();
        let remote = self.find_address(origin).await?;
        times.looking_up = start.elapsed();

        let start = Instant::now();
        let connecting = tokio::time::timeout(CONNECT_TIMEOUT, self.connect(remote));
        let tcp = match connecting.await {
            Ok(connected) => connected.map_err(|error| WireError::from_dial(&error))?,
            Err(_) => return Err(WireError::dial_timeout()),
        };
        times.connecting = start.elapsed();
        let counted = Counted::new(tcp, Rc::clone(&self.traffic));
        if !origin.tls {
            return Ok(Dialled {
                wire: Wire::plain(counted),
                info: Rc::new(ConnectionInfo { remote, tls: None }),
                http2_agreed: false,
            });
        }

        let start = Instant::now();
        let config = self.network.tls.config_for(&origin.host, alpn);
        let name = ServerName::try_from(origin.host.to_string()).map_err(|_| {
            WireError::new(
                ErrorCode::TLS,
                format!("tls: `{}` is no name for a certificate", origin.host),
            )
        })?;
        let stream = TlsConnector::from(config)
            .connect(name, counted)
            .await
            .map_err(|error| WireError::from_io(&error))?;
        times.tls_handshaking = start.elapsed();
        let (_, connection) = stream.get_ref();
        let info = ConnectionInfo {
            remote,
            tls: Some(tls::describe(connection)),
        };
        let http2_agreed = connection.alpn_protocol() == Some(b"h2");
        Ok(Dialled {
            wire: Wire::tls(stream),
            info: Rc::new(info),
            http2_agreed,
        })
    }

    async fn find_address(&self, origin: &Origin) -> Result<SocketAddr, WireError> {
        let config = &self.network.config;
        config.blocks.check_host(&origin.host)?;
        let address = if let Some(address) = config.hosts.find(&origin.host, origin.port) {
            address
        } else {
            let ip = match origin.host.parse() {
                Ok(ip) => ip,
                Err(_) => self.network.resolver.resolve(&origin.host).await?,
            };
            SocketAddr::new(ip, origin.port)
        };
        config.blocks.check_address(address.ip())?;
        Ok(address)
    }

    async fn connect(&self, remote: SocketAddr) -> std::io::Result<TcpStream> {
        let socket = if remote.is_ipv4() {
            TcpSocket::new_v4()?
        } else {
            TcpSocket::new_v6()?
        };
        if let Some(local) = self.local_ip {
            socket.bind(SocketAddr::new(local, 0))?;
        }
        let stream = socket.connect(remote).await?;
        // Requests are written whole: waiting for more would only delay them.
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}
