use std::marker::PhantomData;

use axum::extract::{FromRequest, FromRequestParts, Request};
use http::request::Parts;
use http::{HeaderMap, HeaderName};
use sha2::{Digest as _, Sha256};
use vita_app::{Caller, Idempotency};

use super::body::read_body;
use super::caller::Creator;
use super::json::WireIn;
use crate::problem::ApiError;
use crate::state::ApiState;

pub(crate) use super::json::NoBody;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Longest key, in bytes.
const IDEMPOTENCY_KEY_BYTES_MAX: usize = 255;

/// A body from anybody.
pub(crate) struct ApiJson<T>(pub(crate) T);

impl<T: WireIn> FromRequest<ApiState> for ApiJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let body = read_body(state, &parts, body).await?;
        T::read(&parts.headers, &body).map(Self)
    }
}

/// A write: who asks for it, and its body. Nothing of the body is read for a stranger.
pub(crate) struct Command<T, Who = Creator> {
    /// Who asks, with the key under which the outcome is kept, if they sent one.
    pub(crate) caller: Caller,
    /// What they ask for.
    pub(crate) body: T,
    who: PhantomData<fn() -> Who>,
}

impl<T, Who> FromRequest<ApiState> for Command<T, Who>
where
    T: WireIn,
    Who: FromRequestParts<ApiState, Rejection = ApiError> + Into<Caller>,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let who = Who::from_request_parts(&mut parts, state).await?;
        let mut caller: Caller = who.into();
        let key = idempotency_key(&parts.headers)?;
        let body = read_body(state, &parts, body).await?;
        caller.idempotency = key.map(|key| Idempotency {
            key,
            fingerprint: fingerprint(&parts, &body),
        });
        Ok(Self {
            caller,
            body: T::read(&parts.headers, &body)?,
            who: PhantomData,
        })
    }
}

pub(super) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(value) = headers.get(&IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    let key = value.as_bytes();
    let is_printable = key.iter().all(|byte| matches!(byte, b' '..=b'~'));
    if key.is_empty() || key.len() > IDEMPOTENCY_KEY_BYTES_MAX || !is_printable {
        return Err(ApiError::invalid_field(
            "Idempotency-Key",
            "MALFORMED",
            "must have 1 to 255 printable ASCII characters",
        ));
    }
    Ok(Some(String::from_utf8_lossy(key).into_owned()))
}

/// What makes two requests the same: method, path and body.
fn fingerprint(parts: &Parts, body: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(parts.method.as_str());
    hash.update([0]);
    hash.update(parts.uri.path());
    hash.update([0]);
    hash.update(body);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, Request};
    use proptest::prelude::*;

    use super::*;

    fn parts(method: &str, path: &str) -> Parts {
        let request = Request::builder().method(method).uri(path);
        request.body(()).unwrap().into_parts().0
    }

    proptest! {
        /// Whatever bytes a header may hold: a key as it was sent, or a refusal that names it.
        #[test]
        fn a_key_is_printable_and_bounded(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let Ok(value) = HeaderValue::from_bytes(&bytes) else {
                return Ok(());
            };
            let headers = HeaderMap::from_iter([(IDEMPOTENCY_KEY, value)]);
            let is_key = (1..=255).contains(&bytes.len())
                && bytes.iter().all(|byte| (0x20..0x7f).contains(byte));
            match idempotency_key(&headers) {
                Ok(key) => {
                    prop_assert!(is_key);
                    prop_assert_eq!(key.unwrap().into_bytes(), bytes);
                }
                Err(error) => {
                    prop_assert!(!is_key);
                    prop_assert_eq!(&error.fields()[0].pointer, "Idempotency-Key");
                }
            }
        }

        /// Two requests are the same when method, path and body are, and not by chance when what
        /// stands at the end of one stands at the beginning of the next.
        #[test]
        fn requests_that_differ_have_other_fingerprints(
            path in "/[a-z]{0,8}",
            body in prop::collection::vec(any::<u8>(), 0..20),
            other in prop::collection::vec(any::<u8>(), 0..20),
        ) {
            let one = fingerprint(&parts("POST", &path), &body);
            prop_assert_eq!(one, fingerprint(&parts("POST", &path), &body));
            prop_assert_ne!(one, fingerprint(&parts("PATCH", &path), &body));
            prop_assert_ne!(one, fingerprint(&parts("POST", &format!("{path}x")), &body));
            prop_assert_eq!(one == fingerprint(&parts("POST", &path), &other), body == other);
        }
    }
}
