//! The two tokens of a login.
//!
//! The access token is a signed JWT that says who its bearer is, and is believed without asking the
//! database. The refresh token is random and says nothing; the database knows its hash. Neither can
//! stand for the other: one has a signature, the other a prefix and no dots.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use vita_model::{Entropy, FamilyId, Role, Timestamp, UserId};
use vita_store::accounts::TokenHash;

/// How long an access token is believed. A role that was taken away, or a login that was ended,
/// lives on for as long as this.
pub(super) const ACCESS_TOKEN_LIFE: Duration = Duration::from_mins(15);

/// How long a refresh token can be exchanged.
pub(super) const REFRESH_TOKEN_LIFE: Duration = Duration::from_hours(7 * 24);

/// Longest access token that is looked at, in bytes. Ours have about 400.
const ACCESS_TOKEN_BYTES_MAX: usize = 2_048;

/// What a refresh token begins with, so that scanners for leaked secrets know it.
const REFRESH_TOKEN_PREFIX: &str = "vsr_";

/// Random bytes of a refresh token.
const REFRESH_TOKEN_BYTES: usize = 32;

/// Who issues the tokens, and whom they are for: this program.
const ISSUER: &str = "vitascope";
const AUDIENCE: &str = "vitascope-api";

/// RFC 9068 §2.1: the type of a JWT that is an access token.
const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// Whom a valid access token names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bearer {
    pub(super) user: UserId,
    pub(super) role: Role,
    pub(super) login: FamilyId,
}

/// Why an access token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AccessTokenRefused {
    /// It was valid once.
    Expired,
    /// It was never one of ours.
    Invalid,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    role: Role,
    /// The login.
    lid: FamilyId,
    /// Seconds since the epoch, as in every JWT.
    iat: i64,
    exp: i64,
}

/// Signs and checks access tokens.
pub(super) struct AccessTokens {
    header: Header,
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl AccessTokens {
    /// Tokens signed with `secret`, which should have at least 32 bytes (RFC 7518 §3.2).
    pub(super) fn new(secret: &[u8]) -> Self {
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(ACCESS_TOKEN_TYPE.to_owned());
        // The token's own word for its algorithm counts for nothing: HS256, or it is refused.
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // The library asks the machine for the time; ours is an argument.
        validation.validate_exp = false;
        Self {
            header,
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
            validation,
        }
    }

    pub(super) fn sign(
        &self,
        bearer: &Bearer,
        now: Timestamp,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: bearer.user.clone(),
            role: bearer.role,
            lid: bearer.login.clone(),
            iat: now.as_secs(),
            exp: now.plus(ACCESS_TOKEN_LIFE).as_secs(),
        };
        jsonwebtoken::encode(&self.header, &claims, &self.encoding)
    }

    pub(super) fn verify(&self, token: &str, now: Timestamp) -> Result<Bearer, AccessTokenRefused> {
        if token.len() > ACCESS_TOKEN_BYTES_MAX {
            return Err(AccessTokenRefused::Invalid);
        }
        let decoded = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation)
            .map_err(|_| AccessTokenRefused::Invalid)?;
        if decoded.header.typ.as_deref() != Some(ACCESS_TOKEN_TYPE) {
            return Err(AccessTokenRefused::Invalid);
        }
        let claims = decoded.claims;
        if claims.exp <= now.as_secs() {
            return Err(AccessTokenRefused::Expired);
        }
        Ok(Bearer {
            user: claims.sub,
            role: claims.role,
            login: claims.lid,
        })
    }
}

/// A refresh token on its way to a client; never printed.
pub(super) struct RefreshToken {
    text: String,
}

impl RefreshToken {
    pub(super) fn generate(entropy: &dyn Entropy) -> Self {
        let mut random = [0; REFRESH_TOKEN_BYTES];
        entropy.fill(&mut random);
        let random = URL_SAFE_NO_PAD.encode(random);
        Self {
            text: format!("{REFRESH_TOKEN_PREFIX}{random}"),
        }
    }

    /// Reads what a client presents; nothing when it cannot be one of ours.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let random = text.strip_prefix(REFRESH_TOKEN_PREFIX)?;
        let mut bytes = [0; REFRESH_TOKEN_BYTES];
        let length = URL_SAFE_NO_PAD.decode_slice(random, &mut bytes).ok()?;
        (length == REFRESH_TOKEN_BYTES).then(|| Self {
            text: text.to_owned(),
        })
    }

    /// What the database knows of it. A plain hash is enough, as 256 random bits cannot be guessed.
    pub(super) fn hash(&self) -> TokenHash {
        Sha256::digest(self.text.as_bytes()).into()
    }

    pub(super) fn reveal(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use vita_model::SeededEntropy;

    use super::*;

    const KEY: &[u8; 32] = b"a key of thirty-two bytes, fixed";
    const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

    fn bearer() -> Bearer {
        Bearer {
            user: UserId::from_trusted("usr_1"),
            role: Role::Creator,
            login: FamilyId::from_trusted("lgn_1"),
        }
    }

    fn encode_part(part: &Value) -> String {
        URL_SAFE_NO_PAD.encode(part.to_string())
    }

    fn claims() -> Value {
        json!({
            "iss": ISSUER, "aud": AUDIENCE, "sub": "usr_1", "role": "creator", "lid": "lgn_1",
            "iat": NOW.as_secs(), "exp": NOW.as_secs() + 60,
        })
    }

    /// A token with a good signature over whatever it says.
    fn forge(header: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", encode_part(header), encode_part(claims));
        let key = EncodingKey::from_secret(KEY);
        let signature =
            jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
        format!("{message}.{signature}")
    }

    fn verify(token: &str) -> Result<Bearer, AccessTokenRefused> {
        AccessTokens::new(KEY).verify(token, NOW)
    }

    #[test]
    fn a_signed_token_is_believed_for_fifteen_minutes() {
        let tokens = AccessTokens::new(KEY);
        let token = tokens.sign(&bearer(), NOW).unwrap();
        assert_eq!(tokens.verify(&token, NOW), Ok(bearer()));
        let last_second = NOW.plus(Duration::from_secs(899));
        assert_eq!(tokens.verify(&token, last_second), Ok(bearer()));
        let end = NOW.plus(ACCESS_TOKEN_LIFE);
        assert_eq!(tokens.verify(&token, end), Err(AccessTokenRefused::Expired));
    }

    #[test]
    fn a_token_of_another_key_is_refused_also_when_it_would_be_expired() {
        let token = AccessTokens::new(&[7; 32]).sign(&bearer(), NOW).unwrap();
        assert_eq!(verify(&token), Err(AccessTokenRefused::Invalid));
        let late = NOW.plus(ACCESS_TOKEN_LIFE);
        let refused = AccessTokens::new(KEY).verify(&token, late);
        assert_eq!(refused, Err(AccessTokenRefused::Invalid));
    }

    #[test]
    fn no_byte_of_a_token_can_be_changed() {
        let token = AccessTokens::new(KEY).sign(&bearer(), NOW).unwrap();
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'Q' } else { b'A' };
            let tampered = String::from_utf8(bytes).unwrap();
            assert_eq!(
                verify(&tampered),
                Err(AccessTokenRefused::Invalid),
                "byte {at}"
            );
        }
        for cut in 0..token.len() {
            assert_eq!(
                verify(&token[..cut]),
                Err(AccessTokenRefused::Invalid),
                "cut at {cut}"
            );
        }
    }

    #[test]
    fn algorithm_type_issuer_and_audience_are_pinned() {
        let header = json!({"alg": "HS256", "typ": ACCESS_TOKEN_TYPE});
        assert!(verify(&forge(&header, &claims())).is_ok());

        let unsigned = json!({"alg": "none", "typ": ACCESS_TOKEN_TYPE});
        let message = format!("{}.{}", encode_part(&unsigned), encode_part(&claims()));
        for signature in ["", "AAAA"] {
            let token = format!("{message}.{signature}");
            assert_eq!(verify(&token), Err(AccessTokenRefused::Invalid));
        }
        for algorithm in ["none", "NONE", "HS384", "HS512", "RS256", "ES256", "EdDSA"] {
            let header = json!({"alg": algorithm, "typ": ACCESS_TOKEN_TYPE});
            let token = forge(&header, &claims());
            assert_eq!(
                verify(&token),
                Err(AccessTokenRefused::Invalid),
                "{algorithm}"
            );
        }
        for header in [
            json!({"alg": "HS256", "typ": "JWT"}),
            json!({"alg": "HS256"}),
        ] {
            let token = forge(&header, &claims());
            assert_eq!(verify(&token), Err(AccessTokenRefused::Invalid), "{header}");
        }
        for claim in ["iss", "aud", "sub", "role", "lid", "exp"] {
            let mut missing = claims();
            missing.as_object_mut().unwrap().remove(claim);
            let refused = verify(&forge(&header, &missing));
            assert_eq!(refused, Err(AccessTokenRefused::Invalid), "without {claim}");
            let mut other = claims();
            other[claim] = json!({"not": "it"});
            let refused = verify(&forge(&header, &other));
            assert_eq!(refused, Err(AccessTokenRefused::Invalid), "another {claim}");
        }
        for (claim, value) in [
            ("iss", "else"),
            ("aud", "else"),
            ("sub", "a b"),
            ("role", "root"),
        ] {
            let mut other = claims();
            other[claim] = json!(value);
            let refused = verify(&forge(&header, &other));
            assert_eq!(refused, Err(AccessTokenRefused::Invalid), "{claim} {value}");
        }
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let long = "a".repeat(1_000_000);
        let dots = ".".repeat(2_000);
        for text in [
            "", ".", "..", "a.b.c", "vsr_abc", "\0", "é.é.é", &long, &dots,
        ] {
            assert_eq!(verify(text), Err(AccessTokenRefused::Invalid));
        }
    }

    #[test]
    fn refresh_tokens_are_long_prefixed_and_different() {
        let entropy = SeededEntropy::new(1);
        let first = RefreshToken::generate(&entropy);
        let second = RefreshToken::generate(&entropy);
        assert_ne!(first.hash(), second.hash());
        let text = first.text.clone();
        assert_eq!(text.len(), 4 + 43);
        assert!(text.starts_with("vsr_"));
        assert_eq!(RefreshToken::parse(&text).unwrap().hash(), first.hash());
    }

    #[test]
    fn an_access_token_is_no_refresh_token_and_the_other_way_round() {
        let access = AccessTokens::new(KEY).sign(&bearer(), NOW).unwrap();
        assert!(RefreshToken::parse(&access).is_none());
        let refresh = RefreshToken::generate(&SeededEntropy::new(1)).reveal();
        assert_eq!(verify(&refresh), Err(AccessTokenRefused::Invalid));
        let long = format!("vsr_{}", "A".repeat(1_000_000));
        for text in [
            "",
            "vsr_",
            "vsr_AAAA",
            "vsr_é",
            "VSR_AAAA",
            &refresh[4..],
            &long,
        ] {
            assert!(RefreshToken::parse(text).is_none());
        }
    }
}
