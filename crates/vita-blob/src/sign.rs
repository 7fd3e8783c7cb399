//! Addresses that work for a while without a login.
//!
//! The expiry is rounded up to whole buckets, so that within a bucket one file always has the same
//! address: answers that hold it stay equal and can be cached, and so can the file itself.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use vita_model::Timestamp;

use crate::BlobKey;

/// Addresses expire at the end of the bucket after the present one, so they are valid for one to
/// two buckets. Too short: a paused film cannot go on; too long: a shared address lives on.
pub const SIGNATURE_BUCKET: Duration = Duration::from_hours(1);

/// Sets these signatures apart from whatever else is signed with the same secret.
const CONTEXT: &[u8] = b"vitascope blob address 1\0";

/// Longest `exp` that is read: more digits than seconds will have in this universe.
const EXPIRY_CHARS_MAX: usize = 18;

/// Gives and checks signed addresses.
#[derive(Clone)]
pub struct UrlSigner {
    mac: Hmac<Sha256>,
}

/// A signed address does not open the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSignature {
    /// It was valid once.
    #[error("the address has expired")]
    Expired,
    /// It was not given by this installation, or for another file.
    #[error("the signature does not fit the address")]
    Forged,
}

impl UrlSigner {
    /// A signer with a secret of the installation, best of 32 random bytes.
    pub fn new(secret: &[u8]) -> Self {
        let mac = Hmac::new_from_slice(secret).expect("HMAC takes keys of every length");
        Self { mac }
    }

    /// The query, `exp=…&sig=…`, that opens the file for one to two [`SIGNATURE_BUCKET`]s.
    pub fn sign(&self, key: &BlobKey, now: Timestamp) -> String {
        let bucket = SIGNATURE_BUCKET.as_secs().cast_signed();
        let exp = (now.as_secs().div_euclid(bucket) + 2) * bucket;
        let exp = exp.to_string();
        let signature = self.mac(key, &exp).finalize().into_bytes();
        format!("exp={exp}&sig={}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// Checks the two parts of the query of an address. The signature is compared in constant
    /// time.
    ///
    /// # Errors
    /// [`InvalidSignature`]; what is not even written as a signature counts as forged.
    pub fn verify(
        &self,
        key: &BlobKey,
        exp: &str,
        sig: &str,
        now: Timestamp,
    ) -> Result<(), InvalidSignature> {
        if exp.len() > EXPIRY_CHARS_MAX {
            return Err(InvalidSignature::Forged);
        }
        let signature = URL_SAFE_NO_PAD
            .decode(sig)
            .map_err(|_| InvalidSignature::Forged)?;
        self.mac(key, exp)
            .verify_slice(&signature)
            .map_err(|_| InvalidSignature::Forged)?;
        let exp: i64 = exp.parse().map_err(|_| InvalidSignature::Forged)?;
        if now.as_secs() >= exp {
            return Err(InvalidSignature::Expired);
        }
        Ok(())
    }

    fn mac(&self, key: &BlobKey, exp: &str) -> Hmac<Sha256> {
        self.mac
            .clone()
            .chain_update(CONTEXT)
            .chain_update(key.to_string())
            .chain_update([0])
            .chain_update(exp)
    }
}

impl fmt::Debug for UrlSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UrlSigner(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use vita_model::GenerationId;

    use super::*;

    fn clip(id: &str) -> BlobKey {
        BlobKey::generation_clip(&GenerationId::from_trusted(id))
    }

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_micros(secs * 1_000_000)
    }

    fn parts(query: &str) -> (&str, &str) {
        let (exp, sig) = query.split_once('&').unwrap();
        (
            exp.strip_prefix("exp=").unwrap(),
            sig.strip_prefix("sig=").unwrap(),
        )
    }

    const NOW: i64 = 1_795_000_000;

    #[test]
    fn an_address_opens_its_file_until_it_expires() {
        let signer = UrlSigner::new(b"secret");
        let query = signer.sign(&clip("gen_1"), at(NOW));
        let (exp, sig) = parts(&query);
        let check = |secs| signer.verify(&clip("gen_1"), exp, sig, at(secs));
        let end: i64 = exp.parse().unwrap();
        assert!((3_600..=7_200).contains(&(end - NOW)));
        assert_eq!(check(NOW), Ok(()));
        assert_eq!(check(end - 1), Ok(()));
        assert_eq!(check(end), Err(InvalidSignature::Expired));
    }

    #[test]
    fn an_address_opens_nothing_else() {
        let signer = UrlSigner::new(b"secret");
        let query = signer.sign(&clip("gen_1"), at(NOW));
        let (exp, sig) = parts(&query);
        let forged = Err(InvalidSignature::Forged);
        assert_eq!(signer.verify(&clip("gen_2"), exp, sig, at(NOW)), forged);
        let poster = BlobKey::generation_poster(&GenerationId::from_trusted("gen_1"));
        assert_eq!(signer.verify(&poster, exp, sig, at(NOW)), forged);
        let later = (exp.parse::<i64>().unwrap() + 3_600).to_string();
        assert_eq!(signer.verify(&clip("gen_1"), &later, sig, at(NOW)), forged);
        let padded = format!("0{exp}");
        assert_eq!(signer.verify(&clip("gen_1"), &padded, sig, at(NOW)), forged);
        let other = UrlSigner::new(b"another secret");
        assert_eq!(other.verify(&clip("gen_1"), exp, sig, at(NOW)), forged);
    }

    #[test]
    fn within_a_bucket_the_address_stays_the_same() {
        let signer = UrlSigner::new(b"secret");
        let start = NOW - NOW % 3_600;
        let first = signer.sign(&clip("gen_1"), at(start));
        assert_eq!(first, signer.sign(&clip("gen_1"), at(start + 3_599)));
        assert_ne!(first, signer.sign(&clip("gen_1"), at(start + 3_600)));
    }

    proptest! {
        #[test]
        fn no_text_passes_for_a_signature(exp in "\\PC{0,24}", sig in "[A-Za-z0-9_=-]{0,60}") {
            let signer = UrlSigner::new(b"secret");
            let found = signer.verify(&clip("gen_1"), &exp, &sig, at(NOW));
            prop_assert_eq!(found, Err(InvalidSignature::Forged));
        }

        #[test]
        fn one_changed_character_forges(place in 0_usize..43, to in "[A-Za-z0-9_-]") {
            let signer = UrlSigner::new(b"secret");
            let query = signer.sign(&clip("gen_1"), at(NOW));
            let (exp, sig) = parts(&query);
            let mut tampered = sig.to_owned();
            tampered.replace_range(place..=place, &to);
            prop_assume!(tampered != sig);
            let found = signer.verify(&clip("gen_1"), exp, &tampered, at(NOW));
            prop_assert_eq!(found, Err(InvalidSignature::Forged));
        }
    }
}
