//! Access tokens: signed JWTs that say who their bearer is, and are believed without asking the
//! database. No other credential can stand for one: they have a signature, the others a prefix and no
//! dots.

use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use vita_model::{FamilyId, Role, Timestamp, UserId};

use super::secrets::CREDENTIAL_BYTES_MAX;

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

/// A valid access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verified {
    pub(super) bearer: Bearer,
    /// When it ends.
    pub(super) ends_at: Timestamp,
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
    /// How long a token is believed.
    life: Duration,
}

impl AccessTokens {
    /// Tokens signed with `secret`, which should have at least 32 bytes (RFC 7518 §3.2).
    pub(super) fn new(secret: &[u8], life: Duration) -> Self {
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
            life,
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
            exp: now.plus(self.life).as_secs(),
        };
        jsonwebtoken::encode(&self.header, &claims, &self.encoding)
    }

    pub(super) fn verify(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<Verified, AccessTokenRefused> {
        if token.len() > CREDENTIAL_BYTES_MAX {
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
        Ok(Verified {
            bearer: Bearer {
                user: claims.sub,
                role: claims.role,
                login: claims.lid,
            },
            ends_at: Timestamp::from_micros(claims.exp.saturating_mul(1_000_000)),
        })
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::{Value, json};

    use super::*;

    const LIFE: Duration = Duration::from_mins(15);

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
        verify_at(token, NOW)
    }

    fn verify_at(token: &str, now: Timestamp) -> Result<Bearer, AccessTokenRefused> {
        let verified = AccessTokens::new(KEY, LIFE).verify(token, now);
        verified.map(|verified| verified.bearer)
    }

    #[test]
    fn a_signed_token_is_believed_for_fifteen_minutes() {
        let tokens = AccessTokens::new(KEY, LIFE);
        let token = tokens.sign(&bearer(), NOW).unwrap();
        assert_eq!(verify_at(&token, NOW), Ok(bearer()));
        let last_second = NOW.plus(Duration::from_secs(899));
        assert_eq!(verify_at(&token, last_second), Ok(bearer()));
        let end = NOW.plus(LIFE);
        assert_eq!(tokens.verify(&token, NOW).unwrap().ends_at, end);
        assert_eq!(verify_at(&token, end), Err(AccessTokenRefused::Expired));
    }

    #[test]
    fn a_token_of_another_key_is_refused_also_when_it_would_be_expired() {
        let token = AccessTokens::new(&[7; 32], LIFE)
            .sign(&bearer(), NOW)
            .unwrap();
        assert_eq!(verify(&token), Err(AccessTokenRefused::Invalid));
        let late = NOW.plus(LIFE);
        assert_eq!(verify_at(&token, late), Err(AccessTokenRefused::Invalid));
    }

    #[test]
    fn no_byte_of_a_token_can_be_changed() {
        let token = AccessTokens::new(KEY, LIFE).sign(&bearer(), NOW).unwrap();
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
    fn no_other_credential_is_an_access_token() {
        let random = "A".repeat(43);
        for prefix in ["vsr_", "vst_", "vsk_"] {
            let refused = verify(&format!("{prefix}{random}"));
            assert_eq!(refused, Err(AccessTokenRefused::Invalid), "{prefix}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_nobody_signed_is_refused_and_never_panics(text in ".{0,300}") {
            proptest::prop_assert_eq!(verify(&text), Err(AccessTokenRefused::Invalid));
        }

        #[test]
        fn whatever_is_claimed_under_another_signature_is_refused(
            subject in "[a-z_0-9]{1,20}",
            ends in 0_i64..=4_000_000_000,
        ) {
            let mut claims = claims();
            claims["sub"] = json!(subject);
            claims["exp"] = json!(ends);
            let header = json!({"alg": "HS256", "typ": ACCESS_TOKEN_TYPE});
            let forged = forge(&header, &claims);
            let (message, _) = forged.rsplit_once('.').unwrap();
            let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode([0; 32]));
            proptest::prop_assert_eq!(verify(&token), Err(AccessTokenRefused::Invalid));
            // And with the right one it is what it says, or has ended.
            let read = AccessTokens::new(KEY, LIFE).verify(&forged, NOW);
            proptest::prop_assert!(read != Err(AccessTokenRefused::Invalid));
        }
    }
}
