//! One hop: a connection from the pool or a new one, the request, and the answer as it comes.

use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http::header::{CONNECTION, HOST, HeaderValue, TRANSFER_ENCODING, UPGRADE};
use http::{HeaderMap, Method, Request, Uri, Version, response};
use hyper::body::{Body as _, Incoming};
use hyper::client::conn::TrySendError;

use crate::body::{Body, OutBody};
use crate::config::Reuse;
use crate::connection::{Http1, Http2, Link};
use crate::dial::{DialTimes, Dialled, Dialler};
use crate::error::WireError;
use crate::pool::Pool;
use crate::response::{ConnectionInfo, Timings};
use crate::stream::Meter;
use crate::target::{Origin, Target};
use crate::tls::Alpn;

/// When the phases of a hop began; read also when the hop was cut off.
pub(crate) struct Marks {
    start: Instant,
    connected: Option<Instant>,
    dial: DialTimes,
    meter: Option<Rc<Meter>>,
    pub(crate) info: Option<Rc<ConnectionInfo>>,
    pub(crate) version: Version,
}

impl Marks {
    pub(crate) fn new() -> Self {
        Self {
            start: Instant::now(),
            connected: None,
            dial: DialTimes::default(),
            meter: None,
            info: None,
            version: Version::HTTP_11,
        }
    }

    /// The phases up to `end`; nothing for a hop that never had a connection, as with k6.
    pub(crate) fn timings(&self, end: Instant) -> Timings {
        let Some(connected) = self.connected else {
            return Timings::default();
        };
        let meter = self.meter.as_deref();
        let first_read = meter.and_then(Meter::first_read);
        let written = meter.and_then(Meter::last_write).unwrap_or(connected);
        let answered = first_read.unwrap_or(end);
        Timings {
            blocked: connected.saturating_duration_since(self.start),
            looking_up: self.dial.looking_up,
            connecting: self.dial.connecting,
            tls_handshaking: self.dial.tls_handshaking,
            sending: written.saturating_duration_since(connected),
            waiting: answered.saturating_duration_since(written),
            receiving: end.saturating_duration_since(answered),
        }
    }

    /// Before another connection is tried: what was measured of the one before is void.
    fn forget_connection(&mut self) {
        self.connected = None;
        self.meter = None;
        self.info = None;
    }

    fn take_over(&mut self, link: &Link) {
        self.connected = Some(Instant::now());
        self.info = Some(Rc::clone(link.info()));
    }
}

/// What makes and keeps connections for a client.
pub(crate) struct Connections {
    pub(crate) dialler: Dialler,
    pub(crate) pool: Rc<Pool>,
}

/// What one hop sends.
pub(crate) struct HopRequest<'a> {
    pub(crate) method: &'a Method,
    pub(crate) target: &'a Rc<Target>,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Body,
}

impl HopRequest<'_> {
    fn build(&self, uri: Uri, body: OutBody) -> Request<OutBody> {
        let mut request = Request::new(body);
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = uri;
        *request.headers_mut() = self.headers.clone();
        request
    }

    fn for_http1(&self, close: bool) -> Request<OutBody> {
        let body = OutBody::new(self.body.clone());
        let mut request = self.build(self.target.path.clone(), body);
        if close {
            let close = HeaderValue::from_static("close");
            request.headers_mut().insert(CONNECTION, close);
        }
        request
    }

    fn for_http2(&self, meter: &Rc<Meter>) -> Request<OutBody> {
        let body = OutBody::new(self.body.clone()).with_meter(Rc::clone(meter));
        let mut request = self.build(self.target.absolute.clone(), body);
        *request.version_mut() = Version::HTTP_2;
        // HTTP/2 knows no such headers (RFC 9113 §8.2.2) and names the host by itself.
        for name in [HOST, CONNECTION, UPGRADE, TRANSFER_ENCODING] {
            request.headers_mut().remove(name);
        }
        request
    }

    /// As Go's client has it: a method that changes nothing may be sent again.
    fn may_be_repeated(&self) -> bool {
        self.method.is_safe()
            || self.headers.contains_key("idempotency-key")
            || self.headers.contains_key("x-idempotency-key")
    }
}

impl Connections {
    /// Sends a request and waits for the head of its answer. A kept connection that the server has
    /// dropped is replaced by a new one, once, where the request may be repeated.
    pub(crate) async fn exchange(
        &self,
        request: &HopRequest<'_>,
        marks: &mut Marks,
    ) -> Result<(response::Parts, BodyStream), WireError> {
        let origin = request.target.origin();
        if let Some(kept) = self.take_usable(origin).await {
            match self.send_over(kept, request, marks).await {
                Ok(answer) => return Ok(answer),
                Err(Failed {
                    error,
                    nothing_came,
                    never_sent,
                }) => {
                    let repeat = never_sent || (nothing_came && request.may_be_repeated());
                    if !repeat {
                        return Err(error);
                    }
                }
            }
        }
        marks.forget_connection();
        // Most requests find a connection, and shall not carry the room for making one with them.
        let link = Box::pin(self.connect(origin, marks)).await?;
        let sent = self.send_over(link, request, marks).await;
        sent.map_err(|failed| failed.error)
    }

    async fn take_usable(&self, origin: &Origin) -> Option<Link> {
        loop {
            match self.pool.take(origin)? {
                Link::Http1(mut link) => {
                    if link.is_usable().await {
                        return Some(Link::Http1(link));
                    }
                }
                shared @ Link::Http2(_) => return Some(shared),
            }
        }
    }

    /// Makes a connection; where it may turn out to be HTTP/2, others wait to share it.
    async fn connect(&self, origin: &Origin, marks: &mut Marks) -> Result<Link, WireError> {
        let config = &self.dialler.network.config;
        let may_share = config.reuse != Reuse::Never && (origin.tls || config.h2c);
        let gate = if may_share {
            self.pool.gate(origin)
        } else {
            None
        };
        let _held = match &gate {
            Some(gate) => {
                let held = gate.lock().await;
                if let Some(shared) = self.take_usable(origin).await {
                    return Ok(shared);
                }
                Some(held)
            }
            None => None,
        };
        let Dialled {
            wire,
            info,
            http2_agreed,
        } = self
            .dialler
            .dial(origin, Alpn::Http, &mut marks.dial)
            .await?;
        if http2_agreed || (config.h2c && !origin.tls) {
            let link = Http2::start(wire, info).await?;
            if may_share {
                self.pool.share(origin, link.clone());
            }
            return Ok(Link::Http2(link));
        }
        if may_share {
            self.pool.note_http1(origin);
        }
        Ok(Link::Http1(Http1::start(wire, info).await?))
    }

    async fn send_over(
        &self,
        link: Link,
        request: &HopRequest<'_>,
        marks: &mut Marks,
    ) -> Result<(response::Parts, BodyStream), Failed> {
        marks.take_over(&link);
        let reuse = self.dialler.network.config.reuse;
        let (answer, meter, link) = match link {
            Link::Http1(mut link) => {
                link.meter.restart();
                let meter = Rc::clone(&link.meter);
                marks.meter = Some(Rc::clone(&meter));
                let answer = link.send(request.for_http1(reuse == Reuse::Never)).await;
                (answer, meter, Some(link))
            }
            Link::Http2(mut link) => {
                let meter = Rc::<Meter>::default();
                marks.meter = Some(Rc::clone(&meter));
                marks.version = Version::HTTP_2;
                let answer = link.send(request.for_http2(&meter), &meter).await;
                (answer, meter, None)
            }
        };
        match answer {
            Ok(answer) => {
                let (parts, incoming) = answer.into_parts();
                marks.version = parts.version;
                let body = BodyStream {
                    incoming,
                    link,
                    pool: (reuse != Reuse::Never).then(|| Rc::clone(&self.pool)),
                    target: Rc::clone(request.target),
                };
                Ok((parts, body))
            }
            Err(error) => Err(Failed::new(error, &meter)),
        }
    }
}

/// Why a request had no answer, and whether it may be sent again.
struct Failed {
    error: WireError,
    nothing_came: bool,
    never_sent: bool,
}

impl Failed {
    fn new(mut error: TrySendError<Request<OutBody>>, meter: &Meter) -> Self {
        Self {
            never_sent: error.take_message().is_some(),
            error: WireError::from_hyper(error.error()),
            nothing_came: meter.first_read().is_none(),
        }
    }
}

/// The body of an answer, as it comes. When it has been read, its connection goes back to the pool;
/// when it is dropped before, its connection is closed.
pub(crate) struct BodyStream {
    incoming: Incoming,
    link: Option<Http1>,
    pool: Option<Rc<Pool>>,
    target: Rc<Target>,
}

impl BodyStream {
    /// The body of an answer over a connection that is not kept.
    pub(crate) fn of_unkept(incoming: Incoming, link: Http1, target: Rc<Target>) -> Self {
        Self {
            incoming,
            link: Some(link),
            pool: None,
            target,
        }
    }

    /// The length that the server announced.
    pub(crate) fn announced_bytes(&self) -> Option<u64> {
        self.incoming.size_hint().exact()
    }

    /// The next piece; nothing at the end.
    pub(crate) async fn next(&mut self) -> Option<Result<Bytes, WireError>> {
        loop {
            let frame = match poll_fn(|cx| self.poll_frame(cx)).await {
                None => {
                    self.finish();
                    return None;
                }
                Some(Ok(frame)) => frame,
                Some(Err(error)) => {
                    self.link = None;
                    return Some(Err(error));
                }
            };
            // Trailers tell nothing that a script could ask for.
            if let Ok(data) = frame.into_data()
                && !data.is_empty()
            {
                return Some(Ok(data));
            }
        }
    }

    fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, WireError>>> {
        if let Poll::Ready(frame) = self.poll_incoming(cx) {
            return Poll::Ready(frame);
        }
        let Some(link) = self.link.as_mut().filter(|link| !link.has_ended()) else {
            return Poll::Pending;
        };
        // Asking the body told the connection that more is wanted: it may have it already.
        let broken = link.drive(cx);
        match (self.poll_incoming(cx), broken) {
            (Poll::Ready(Some(Err(_))), Some(cause)) => {
                Poll::Ready(Some(Err(WireError::from_hyper(&cause))))
            }
            (polled, _) => polled,
        }
    }

    fn poll_incoming(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, WireError>>> {
        let polled = Pin::new(&mut self.incoming).poll_frame(cx);
        polled.map(|frame| frame.map(|frame| frame.map_err(|error| WireError::from_hyper(&error))))
    }

    fn finish(&mut self) {
        if let (Some(link), Some(pool)) = (self.link.take(), &self.pool)
            && !link.has_ended()
        {
            pool.give_back(self.target.origin(), link);
        }
    }
}
