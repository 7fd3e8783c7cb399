//! The TLS settings of a run, made once and shared.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, WantsClientCert};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    CipherSuite, ClientConfig, ConfigBuilder, DigitallySignedStruct, ProtocolVersion,
    RootCertStore, SignatureScheme, SupportedProtocolVersion,
};

use crate::address::HostPattern;
use crate::config::{ClientCertificate, TlsSettings, TlsVersion, TlsVersions};
use crate::error::ConfigError;
use crate::response::TlsInfo;

/// What a connection wants to speak over TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alpn {
    /// HTTP/2 or, failing that, HTTP/1.1.
    Http,
    /// HTTP/1.1 alone, as a WebSocket's handshake needs it.
    Http1,
}

/// One configuration for each thing that may be spoken.
#[derive(Clone)]
struct ByAlpn {
    http: Arc<ClientConfig>,
    http1: Arc<ClientConfig>,
}

impl ByAlpn {
    fn new(config: &ClientConfig) -> Self {
        let with = |protocols: &[&str]| {
            let mut config = config.clone();
            config.alpn_protocols = protocols
                .iter()
                .map(|name| name.as_bytes().to_vec())
                .collect();
            Arc::new(config)
        };
        Self {
            http: with(&["h2", "http/1.1"]),
            http1: with(&["http/1.1"]),
        }
    }
}

/// The configurations of a run.
pub(crate) struct TlsConfigs {
    anywhere: ByAlpn,
    by_domain: Vec<(Vec<HostPattern>, ByAlpn)>,
}

impl TlsConfigs {
    pub(crate) fn new(settings: &TlsSettings) -> Result<Self, ConfigError> {
        let provider = Arc::new(provider(&settings.cipher_suites)?);
        let versions = versions(settings.versions)?;
        let builder = builder(settings, &provider, &versions)?;
        let mut anywhere = ByAlpn::new(&without_resumption(builder.clone().with_no_client_auth()));
        let mut by_domain = Vec::new();
        for certificate in &settings.client_certificates {
            let config = ByAlpn::new(&with_certificate(builder.clone(), certificate)?);
            if certificate.domains.is_empty() {
                anywhere = config;
            } else {
                by_domain.push((certificate.domains.clone(), config));
            }
        }
        Ok(Self {
            anywhere,
            by_domain,
        })
    }

    pub(crate) fn config_for(&self, host: &str, alpn: Alpn) -> Arc<ClientConfig> {
        let chosen = self
            .by_domain
            .iter()
            .find(|(domains, _)| domains.iter().any(|domain| domain.matches(host)))
            .map_or(&self.anywhere, |(_, config)| config);
        Arc::clone(match alpn {
            Alpn::Http => &chosen.http,
            Alpn::Http1 => &chosen.http1,
        })
    }
}

/// What was agreed on.
pub(crate) fn describe(connection: &rustls::ClientConnection) -> TlsInfo {
    TlsInfo {
        version: match connection.protocol_version() {
            Some(ProtocolVersion::TLSv1_2) => "tls1.2",
            _ => "tls1.3",
        },
        cipher_suite: connection
            .negotiated_cipher_suite()
            .map(|suite| registered_name(suite.suite()))
            .unwrap_or_default(),
    }
}

/// IANA's name of a suite; rustls marks those of TLS 1.3 with their version.
fn registered_name(suite: CipherSuite) -> String {
    suite
        .as_str()
        .unwrap_or("unknown")
        .replacen("TLS13_", "TLS_", 1)
}

fn provider(wanted: &[String]) -> Result<CryptoProvider, ConfigError> {
    let mut provider = aws_lc_rs::default_provider();
    if wanted.is_empty() {
        return Ok(provider);
    }
    let offered: Vec<String> = provider
        .cipher_suites
        .iter()
        .map(|suite| registered_name(suite.suite()))
        .collect();
    if let Some(unknown) = wanted.iter().find(|name| !offered.contains(name)) {
        return Err(ConfigError::CipherSuite(
            unknown.clone(),
            offered.join(", "),
        ));
    }
    provider
        .cipher_suites
        .retain(|suite| wanted.contains(&registered_name(suite.suite())));
    Ok(provider)
}

fn versions(range: TlsVersions) -> Result<Vec<&'static SupportedProtocolVersion>, ConfigError> {
    let spoken = [
        (TlsVersion::V1_3, &rustls::version::TLS13),
        (TlsVersion::V1_2, &rustls::version::TLS12),
    ];
    let chosen: Vec<_> = spoken
        .into_iter()
        .filter(|(version, _)| (range.min..=range.max).contains(version))
        .map(|(_, version)| version)
        .collect();
    if chosen.is_empty() {
        return Err(ConfigError::TlsVersion);
    }
    Ok(chosen)
}

fn builder(
    settings: &TlsSettings,
    provider: &Arc<CryptoProvider>,
    versions: &[&'static SupportedProtocolVersion],
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, ConfigError> {
    let builder = ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_protocol_versions(versions)
        .map_err(|error| ConfigError::TlsNothingLeft(error.to_string()))?;
    if settings.insecure_skip_verify {
        let verifier = Arc::new(NoVerification(Arc::clone(provider)));
        return Ok(builder
            .dangerous()
            .with_custom_certificate_verifier(verifier));
    }
    let mut roots = RootCertStore::empty();
    // Roots that can't be read are left out: a request that needs one says so.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots.add_parsable_certificates(
        CertificateDer::pem_slice_iter(&settings.extra_roots_pem).filter_map(Result::ok),
    );
    Ok(builder.with_root_certificates(roots))
}

fn with_certificate(
    builder: ConfigBuilder<ClientConfig, WantsClientCert>,
    certificate: &ClientCertificate,
) -> Result<ClientConfig, ConfigError> {
    let failed = |reason: String| {
        let domains: Vec<String> = certificate
            .domains
            .iter()
            .map(ToString::to_string)
            .collect();
        ConfigError::ClientCertificate {
            domains: if domains.is_empty() {
                "all domains".to_owned()
            } else {
                domains.join(", ")
            },
            reason,
        }
    };
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&certificate.certificate_pem)
        .collect::<Result<_, _>>()
        .map_err(|error| failed(format!("its certificate is not PEM: {error}")))?;
    if certificate
        .key_pem
        .windows(9)
        .any(|part| part == b"ENCRYPTED")
    {
        return Err(failed("its key is encrypted; give it decrypted".to_owned()));
    }
    let key = PrivateKeyDer::from_pem_slice(&certificate.key_pem)
        .map_err(|error| failed(format!("its key is not PEM: {error}")))?;
    let config = builder
        .with_client_auth_cert(chain, key)
        .map_err(|error| failed(error.to_string()))?;
    Ok(without_resumption(config))
}

/// Resumed sessions would hide what handshakes cost; Go's client, and so k6, doesn't resume either.
fn without_resumption(mut config: ClientConfig) -> ClientConfig {
    config.resumption = Resumption::disabled();
    config
}

/// Accepts every certificate, as `insecureSkipTLSVerify` asks.
#[derive(Debug)]
struct NoVerification(Arc<CryptoProvider>);

impl ServerCertVerifier for NoVerification {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_cipher_suite_is_refused_with_the_choice() {
        let settings = TlsSettings {
            cipher_suites: vec!["TLS_RSA_WITH_RC4_128_SHA".to_owned()],
            ..TlsSettings::default()
        };
        let Err(error) = TlsConfigs::new(&settings) else {
            panic!("accepted");
        };
        assert!(
            error.to_string().contains("TLS_AES_128_GCM_SHA256"),
            "{error}"
        );
    }

    #[test]
    fn suites_are_known_by_their_registered_names() {
        let settings = TlsSettings {
            cipher_suites: vec![
                "TLS_AES_256_GCM_SHA384".to_owned(),
                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256".to_owned(),
            ],
            ..TlsSettings::default()
        };
        assert!(TlsConfigs::new(&settings).is_ok());
    }

    #[test]
    fn versions_that_are_not_spoken_leave_nothing() {
        let range = |min, max| TlsVersions { min, max };
        assert_eq!(
            versions(range(TlsVersion::V1_0, TlsVersion::V1_3))
                .unwrap()
                .len(),
            2
        );
        assert_eq!(
            versions(range(TlsVersion::V1_3, TlsVersion::V1_3))
                .unwrap()
                .len(),
            1
        );
        assert_eq!(
            versions(range(TlsVersion::V1_0, TlsVersion::V1_1)).unwrap_err(),
            ConfigError::TlsVersion
        );
    }

    #[test]
    fn an_encrypted_key_is_refused_with_the_reason() {
        let settings = TlsSettings {
            client_certificates: vec![ClientCertificate {
                domains: Vec::new(),
                certificate_pem: Vec::new(),
                key_pem: b"-----BEGIN ENCRYPTED PRIVATE KEY-----".to_vec(),
            }],
            ..TlsSettings::default()
        };
        let error = TlsConfigs::new(&settings).err().unwrap().to_string();
        assert!(
            error.contains("all domains") && error.contains("encrypted"),
            "{error}"
        );
    }
}
