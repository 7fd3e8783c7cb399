//! An answer whose body is read as it comes.

use std::rc::Rc;
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use http::header::CONTENT_ENCODING;
use http::{HeaderMap, Method, response};
use hyper::ext::ReasonPhrase;

use crate::config::Limits;
use crate::encoding;
use crate::error::WireError;
use crate::exchange::{BodyStream, Marks};
use crate::request::BodyMode;
use crate::response::{Hop, Outcome, Response};
use crate::target::Target;

/// How an answer came to be.
pub(crate) struct Arrival {
    pub(crate) method: Method,
    pub(crate) target: Rc<Target>,
    pub(crate) marks: Marks,
    pub(crate) earlier: Vec<Hop>,
    pub(crate) sent_headers: HeaderMap,
    pub(crate) redirect_limit_reached: bool,
    pub(crate) deadline: Instant,
    pub(crate) limits: Limits,
}

/// An answer whose body is read as it comes: nothing is decoded, kept or limited.
pub struct Streaming {
    response: Response,
    body: BodyStream,
    arrival: Arrival,
}

impl Streaming {
    pub(crate) fn new(parts: response::Parts, body: BodyStream, mut arrival: Arrival) -> Self {
        let reason = match parts.extensions.get::<ReasonPhrase>() {
            Some(reason) => Bytes::copy_from_slice(reason.as_bytes()),
            None => Bytes::from_static(parts.status.canonical_reason().unwrap_or("").as_bytes()),
        };
        let response = Response {
            status: parts.status,
            reason,
            headers: parts.headers,
            body: None,
            body_bytes: 0,
            sent_headers: std::mem::take(&mut arrival.sent_headers),
            redirect_limit_reached: arrival.redirect_limit_reached,
        };
        Self {
            response,
            body,
            arrival,
        }
    }

    /// The answer's head.
    pub fn head(&self) -> &Response {
        &self.response
    }

    /// The next piece of the body; nothing at its end. Cancel safe: a piece is either returned or
    /// still to come.
    ///
    /// # Errors
    ///
    /// The connection broke, or the request's time is up.
    pub async fn next(&mut self) -> Result<Option<Bytes>, WireError> {
        let deadline = self.arrival.deadline.into();
        match tokio::time::timeout_at(deadline, self.body.next()).await {
            Ok(None) => Ok(None),
            Ok(Some(piece)) => {
                let piece = piece?;
                self.response.body_bytes += piece.len() as u64;
                Ok(Some(piece))
            }
            Err(_) => Err(WireError::request_timeout()),
        }
    }

    /// Ends the exchange where it is, whether or not the body was read; one that was not read to
    /// its end closes the connection.
    pub fn end(self, error: Option<WireError>) -> Outcome {
        let Arrival {
            marks,
            earlier,
            method,
            target,
            ..
        } = self.arrival;
        let last = Hop {
            method,
            target,
            status: self.response.status.as_u16(),
            version: marks.version,
            timings: marks.timings(Instant::now()),
            connection: marks.info,
            error,
        };
        Outcome {
            earlier,
            last,
            response: Some(self.response),
        }
    }

    /// Reads what is left of the body.
    pub(crate) async fn finish(mut self, mode: BodyMode) -> Outcome {
        let read = match mode {
            BodyMode::Discard => self.discard().await,
            BodyMode::Keep => self.collect().await,
        };
        let body = match read {
            Ok(body) => body,
            Err(error) => {
                let mut outcome = self.end(Some(error));
                // Without its body an answer is none, and k6 gives it no status either.
                outcome.last.status = 0;
                outcome.response = None;
                return outcome;
            }
        };
        let decoded_bytes_max = self.arrival.limits.decoded_bytes_max;
        let mut outcome = self.end(None);
        if let Some(response) = &mut outcome.response {
            match decode(&response.headers, body, decoded_bytes_max) {
                Ok(body) => response.body = body,
                Err(error) => outcome.last.error = Some(error),
            }
        }
        outcome
    }

    async fn discard(&mut self) -> Result<Option<Bytes>, WireError> {
        while self.next().await?.is_some() {}
        Ok(None)
    }

    async fn collect(&mut self) -> Result<Option<Bytes>, WireError> {
        let bytes_max = self.arrival.limits.body_bytes_max;
        let too_long = || {
            WireError::generic(format!(
                "the response's body is longer than {bytes_max} bytes, the limit of kept bodies; discard it or read it as it comes"
            ))
        };
        let announced = self.body.announced_bytes();
        if announced.is_some_and(|bytes| bytes > bytes_max) {
            return Err(too_long());
        }
        let Some(first) = self.next().await? else {
            return Ok(Some(Bytes::new()));
        };
        if announced == Some(first.len() as u64) {
            // The most common case: nothing is copied.
            self.next().await?;
            return Ok(Some(first));
        }
        let mut all = BytesMut::from(first);
        while let Some(piece) = self.next().await? {
            if (all.len() + piece.len()) as u64 > bytes_max {
                return Err(too_long());
            }
            all.extend_from_slice(&piece);
        }
        Ok(Some(all.freeze()))
    }
}

fn decode(
    headers: &HeaderMap,
    body: Option<Bytes>,
    bytes_max: u64,
) -> Result<Option<Bytes>, WireError> {
    let Some(body) = body else {
        return Ok(None);
    };
    match headers.get(CONTENT_ENCODING).map(|value| value.to_str()) {
        Some(Ok(name)) => encoding::decode(name, body, bytes_max).map(Some),
        _ => Ok(Some(body)),
    }
}
