use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http::{HeaderMap, HeaderName};
use vita_model::Entropy;

/// The header that carries a request's id both ways.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id that is taken over from a client, in bytes: a UUID has 36, a W3C trace id 55.
const REQUEST_ID_BYTES_MAX: usize = 64;

/// A request's id, as the client sees it and as the log has it.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(Arc<str>);

impl RequestId {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Gives ids: a random part of the process and a number, so that no random bytes are needed for
/// each request.
pub(crate) struct RequestIds {
    process: String,
    next: AtomicU64,
}

impl RequestIds {
    pub(crate) fn new(entropy: &dyn Entropy) -> Self {
        let mut random = [0_u8; 6];
        entropy.fill(&mut random);
        let mut process = String::with_capacity(random.len() * 2);
        for byte in random {
            // Writing to a string cannot fail.
            let _ = write!(process, "{byte:02x}");
        }
        Self {
            process,
            next: AtomicU64::new(1),
        }
    }

    /// The client's own id, if it can stand in a log and a header as it is, else a new one.
    pub(crate) fn of(&self, headers: &HeaderMap) -> RequestId {
        let given = headers
            .get(&REQUEST_ID)
            .and_then(|value| value.to_str().ok());
        if let Some(given) = given.filter(|given| is_sane(given)) {
            return RequestId(Arc::from(given));
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        RequestId(Arc::from(format!("{}-{number}", self.process)))
    }
}

fn is_sane(id: &str) -> bool {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    !id.is_empty() && id.len() <= REQUEST_ID_BYTES_MAX && id.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use vita_model::SeededEntropy;

    use super::*;

    #[test]
    fn a_sane_id_is_taken_over_and_no_other() {
        let ids = RequestIds::new(&SeededEntropy::new(1));
        let of = |id: &str| {
            let headers = HeaderMap::from_iter([(
                REQUEST_ID,
                HeaderValue::from_bytes(id.as_bytes()).unwrap(),
            )]);
            ids.of(&headers).as_str().to_owned()
        };
        assert_eq!(of("trace-1.a_B:2"), "trace-1.a_B:2");
        for bad in ["", "a b", "<script>", "ä"] {
            assert_ne!(of(bad), bad);
        }
        assert_ne!(of(""), of(""));
    }
}
