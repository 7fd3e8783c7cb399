//! Random credentials that say nothing by themselves: refresh tokens, tickets and API keys. The
//! database knows their hashes. Each sort has a prefix of its own, so that none passes for another
//! and scanners for leaked secrets know them; none can be an access token, which has dots.

use std::marker::PhantomData;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use vita_model::Entropy;

/// Random bytes of a secret.
const SECRET_BYTES: usize = 32;

/// What every access token begins with: `{"`, as every JWT's header does, in base64.
const ACCESS_TOKEN_START: &str = "ey";

/// Longest credential that is looked at, in bytes. Access tokens, the longest, have about 400.
pub(super) const CREDENTIAL_BYTES_MAX: usize = 2_048;

/// The SHA-256 of a secret. A plain hash is enough, as 256 random bits cannot be guessed.
pub(super) type SecretHash = [u8; 32];

/// A sort of secrets.
pub(super) trait SecretKind {
    /// What its secrets begin with.
    const PREFIX: &'static str;
}

pub(super) enum RefreshKind {}
pub(super) enum TicketKind {}
pub(super) enum KeyKind {}

impl SecretKind for RefreshKind {
    const PREFIX: &'static str = "vsr_";
}

impl SecretKind for TicketKind {
    const PREFIX: &'static str = "vst_";
}

impl SecretKind for KeyKind {
    const PREFIX: &'static str = "vsk_";
}

/// A secret on its way to a client; never printed.
pub(super) struct Secret<K> {
    text: String,
    kind: PhantomData<fn() -> K>,
}

pub(super) type RefreshToken = Secret<RefreshKind>;
pub(super) type TicketSecret = Secret<TicketKind>;
pub(super) type KeySecret = Secret<KeyKind>;

impl<K: SecretKind> Secret<K> {
    pub(super) fn generate(entropy: &dyn Entropy) -> Self {
        let mut random = [0; SECRET_BYTES];
        entropy.fill(&mut random);
        Self::of_bytes(&random)
    }

    /// Reads what a client presents; nothing when it cannot be one of ours.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let random = text.strip_prefix(K::PREFIX)?;
        let mut bytes = [0; SECRET_BYTES];
        let length = URL_SAFE_NO_PAD.decode_slice(random, &mut bytes).ok()?;
        (length == SECRET_BYTES).then(|| Self {
            text: text.to_owned(),
            kind: PhantomData,
        })
    }

    /// What the database knows of it.
    pub(super) fn hash(&self) -> SecretHash {
        hash_text(&self.text)
    }

    pub(super) fn reveal(self) -> String {
        self.text
    }

    fn of_bytes(bytes: &[u8; SECRET_BYTES]) -> Self {
        Self {
            text: format!("{}{}", K::PREFIX, URL_SAFE_NO_PAD.encode(bytes)),
            kind: PhantomData,
        }
    }
}

/// Derives each refresh token's successor.
///
/// Two tabs of a browser share one refresh token and may present it at the same moment, and a client
/// whose answer was lost presents it again. All of them must get the same successor, which must not
/// be kept anywhere: so it is not drawn but computed, as HMAC-SHA-256 of its predecessor, under a key
/// that only this installation has. Whoever holds a token can compute neither the next nor the one
/// before.
pub(super) struct Successors {
    mac: Hmac<Sha256>,
}

impl Successors {
    /// A derivation under a key of its own, made from the installation's secret, so that no message
    /// is ever authenticated under the key that signs access tokens.
    pub(super) fn new(secret: &[u8]) -> Self {
        let keyed = |key: &[u8]| {
            Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length")
        };
        let mut key = keyed(secret);
        key.update(b"vitascope: successors of refresh tokens");
        let key: [u8; 32] = key.finalize().into_bytes().into();
        Self { mac: keyed(&key) }
    }

    pub(super) fn of(&self, predecessor: &RefreshToken) -> RefreshToken {
        let mut mac = self.mac.clone();
        mac.update(predecessor.text.as_bytes());
        let bytes: [u8; SECRET_BYTES] = mac.finalize().into_bytes().into();
        RefreshToken::of_bytes(&bytes)
    }
}

/// Whether a credential can only be an access token.
pub(super) fn looks_like_access_token(credential: &str) -> bool {
    credential.starts_with(ACCESS_TOKEN_START) && credential.matches('.').count() == 2
}

/// The hash of what may be the secret of an API key. Keys that were provisioned have secrets that
/// somebody chose, so nothing is asked of it but that it is none of the other credentials.
pub(super) fn key_hash(credential: &str) -> Option<SecretHash> {
    let is_visible = credential.bytes().all(|byte| byte.is_ascii_graphic());
    let is_other = looks_like_access_token(credential)
        || credential.starts_with(RefreshKind::PREFIX)
        || credential.starts_with(TicketKind::PREFIX);
    let fits = (1..=CREDENTIAL_BYTES_MAX).contains(&credential.len());
    (fits && is_visible && !is_other).then(|| hash_text(credential))
}

fn hash_text(text: &str) -> SecretHash {
    Sha256::digest(text.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use vita_model::SeededEntropy;

    use super::*;

    #[test]
    fn secrets_are_long_prefixed_and_different() {
        let entropy = SeededEntropy::new(1);
        let first = RefreshToken::generate(&entropy);
        let second = RefreshToken::generate(&entropy);
        assert_ne!(first.hash(), second.hash());
        assert_eq!(first.text.len(), 4 + 43);
        assert!(first.text.starts_with("vsr_"));
        assert_eq!(
            RefreshToken::parse(&first.text).unwrap().hash(),
            first.hash()
        );
    }

    #[test]
    fn no_secret_is_read_as_one_of_another_sort() {
        let entropy = SeededEntropy::new(1);
        let refresh = RefreshToken::generate(&entropy).reveal();
        let ticket = TicketSecret::generate(&entropy).reveal();
        let key = KeySecret::generate(&entropy).reveal();
        let access = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c3JfMSJ9.c2lnbmF0dXJl";
        for (text, is_refresh, is_ticket, is_key) in [
            (refresh.as_str(), true, false, false),
            (&ticket, false, true, false),
            (&key, false, false, true),
            (access, false, false, false),
        ] {
            assert_eq!(RefreshToken::parse(text).is_some(), is_refresh, "{text}");
            assert_eq!(TicketSecret::parse(text).is_some(), is_ticket, "{text}");
            assert_eq!(KeySecret::parse(text).is_some(), is_key, "{text}");
            assert_eq!(key_hash(text).is_some(), is_key, "{text}");
            assert_eq!(looks_like_access_token(text), text == access, "{text}");
        }
        assert!(key_hash("test-token-for-soak").is_some());
    }

    #[test]
    fn a_successor_follows_from_its_predecessor_and_the_secret() {
        let first = RefreshToken::generate(&SeededEntropy::new(1));
        let here = Successors::new(&[7; 32]);
        let again = Successors::new(&[7; 32]);
        assert_eq!(here.of(&first).text, again.of(&first).text);
        let elsewhere = Successors::new(&[8; 32]);
        assert_ne!(here.of(&first).text, elsewhere.of(&first).text);
        let mut seen = std::collections::HashSet::new();
        let mut token = first;
        for _ in 0..1_000 {
            token = here.of(&token);
            assert!(RefreshToken::parse(&token.text).is_some());
            assert!(
                seen.insert(token.text.clone()),
                "the chain returns to itself"
            );
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics_and_takes_only_what_was_written(text in ".{0,80}") {
            for is_one in [
                RefreshToken::parse(&text).is_some(),
                TicketSecret::parse(&text).is_some(),
                KeySecret::parse(&text).is_some(),
            ] {
                prop_assert!(!is_one || text.len() == 47);
            }
            if key_hash(&text).is_some() {
                prop_assert!(text.is_ascii() && !text.contains(' '));
            }
        }

        #[test]
        fn what_is_written_is_read_as_itself_and_as_nothing_else(seed: u64, at in 0_usize..47) {
            let entropy = SeededEntropy::new(seed);
            let ticket = TicketSecret::generate(&entropy);
            let (text, hash) = (ticket.text.clone(), ticket.hash());
            prop_assert_eq!(TicketSecret::parse(&text).map(|read| read.hash()), Some(hash));
            prop_assert!(RefreshToken::parse(&text).is_none() && key_hash(&text).is_none());
            // Whatever is changed of it, it is another or none.
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            let read = TicketSecret::parse(&changed).map(|read| read.hash());
            prop_assert!(read != Some(hash));
            prop_assert!(TicketSecret::parse(&text[..at]).is_none());
        }

        #[test]
        fn a_credential_is_an_access_token_or_a_key_and_never_both(text in "[!-~]{1,60}") {
            prop_assert!(!(looks_like_access_token(&text) && key_hash(&text).is_some()));
        }
    }
}
