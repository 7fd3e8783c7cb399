//! From a request to its answer: cookies, credentials, and the hops in between.

use std::fmt::Write as _;
use std::rc::Rc;
use std::time::Instant;

use http::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, COOKIE, HOST, HeaderValue, SET_COOKIE,
    TRANSFER_ENCODING, USER_AGENT, WWW_AUTHENTICATE,
};
use http::{HeaderMap, StatusCode, response};

use crate::auth::{self, Asked, Challenge};
use crate::body::Body;
use crate::cookies::SetCookie;
use crate::encoding;
use crate::error::WireError;
use crate::exchange::{BodyStream, Connections, HopRequest, Marks};
use crate::network::Network;
use crate::redirect;
use crate::request::{AuthScheme, Request, RequestCookie, SharedJar};
use crate::response::{Hop, Outcome};
use crate::streaming::Streaming;
use crate::target::Target;

/// Bytes of a redirect's or a challenge's body that are read so that its connection can be used
/// again; with more it is cheaper to connect anew.
const DRAIN_BYTES_MAX: usize = 64 * 1024;

/// A request on its way.
pub(crate) struct Follower<'a> {
    connections: &'a Connections,
    request: Request,
    deadline: Instant,
    marks: Marks,
    earlier: Vec<Hop>,
    redirects: u32,
    challenge_answered: bool,
}

/// An answer that leads nowhere further.
struct Arrived {
    parts: response::Parts,
    body: BodyStream,
    sent_headers: HeaderMap,
    redirect_limit_reached: bool,
}

impl<'a> Follower<'a> {
    pub(crate) fn new(connections: &'a Connections, request: Request) -> Self {
        let now = Instant::now();
        Self {
            // A time beyond all times is as good as none.
            deadline: now.checked_add(request.timeout).unwrap_or(now + FAR_FUTURE),
            connections,
            request,
            marks: Marks::new(),
            earlier: Vec::new(),
            redirects: 0,
            challenge_answered: false,
        }
    }

    pub(crate) async fn run(mut self) -> Result<Streaming, Box<Outcome>> {
        let deadline = self.deadline;
        let arrived = match tokio::time::timeout_at(deadline.into(), self.follow()).await {
            Ok(arrived) => arrived,
            Err(_) => Err(WireError::request_timeout()),
        };
        match arrived {
            Ok(arrived) => Ok(Streaming::new(
                arrived.parts,
                arrived.body,
                crate::streaming::Arrival {
                    method: self.request.method,
                    target: self.request.target,
                    marks: self.marks,
                    earlier: self.earlier,
                    sent_headers: arrived.sent_headers,
                    redirect_limit_reached: arrived.redirect_limit_reached,
                    deadline,
                    limits: self.connections.dialler.network.config.limits,
                },
            )),
            Err(error) => {
                let last = self.hop(None, Some(error));
                Err(Box::new(Outcome {
                    earlier: self.earlier,
                    last,
                    response: None,
                }))
            }
        }
    }

    async fn follow(&mut self) -> Result<Arrived, WireError> {
        self.prepare_body()?;
        self.prepare_headers();
        loop {
            let headers = self.headers_of_hop();
            let hop = HopRequest {
                method: &self.request.method,
                target: &self.request.target,
                headers: &headers,
                body: &self.request.body,
            };
            let (parts, body) = self.connections.exchange(&hop, &mut self.marks).await?;
            store_cookies(
                self.network(),
                self.request.jar.as_ref(),
                &self.request.target,
                &parts,
            );

            if let Some(answer) = self.answer_to_challenge(&parts) {
                Box::pin(self.leave_hop(body, &parts)).await?;
                self.challenge_answered = true;
                self.request.headers.insert(AUTHORIZATION, answer);
                continue;
            }
            let Request { method, target, .. } = &self.request;
            let next = redirect::next(parts.status, &parts.headers, method, target);
            let limited = self.redirects >= self.request.redirects_max;
            match next {
                Some(next) if !limited => {
                    let next = next?;
                    Box::pin(self.leave_hop(body, &parts)).await?;
                    self.redirects += 1;
                    self.turn_to(next);
                }
                next => {
                    return Ok(Arrived {
                        redirect_limit_reached: next.is_some(),
                        parts,
                        body,
                        sent_headers: headers,
                    });
                }
            }
        }
    }

    fn network(&self) -> &Network {
        &self.connections.dialler.network
    }

    fn prepare_body(&mut self) -> Result<(), WireError> {
        let encodings = std::mem::take(&mut self.request.compression);
        if encodings.is_empty() {
            return Ok(());
        }
        match &self.request.body {
            Body::Empty => {}
            Body::Bytes(data) => {
                let packed = encoding::compress(&encodings, data.clone())?;
                self.request.body = Body::Bytes(packed);
                let names: Vec<_> = encodings.iter().map(|encoding| encoding.name()).collect();
                if let Ok(value) = HeaderValue::try_from(names.join(", ")) {
                    self.request.headers.insert(CONTENT_ENCODING, value);
                }
            }
            Body::Segments(_) => {
                return Err(WireError::generic(
                    "a generated body or a file can't be compressed; send it as it is",
                ));
            }
        }
        Ok(())
    }

    fn prepare_headers(&mut self) {
        let user_agent = &self.connections.dialler.network.user_agent;
        let Request {
            headers,
            target,
            auth,
            ..
        } = &mut self.request;
        // The length is settled by the body that is sent.
        headers.remove(CONTENT_LENGTH);
        headers.remove(TRANSFER_ENCODING);
        if let Some(user_agent) = user_agent
            && !headers.contains_key(USER_AGENT)
        {
            headers.insert(USER_AGENT, user_agent.clone());
        }
        if *auth != Some(AuthScheme::Digest)
            && !headers.contains_key(AUTHORIZATION)
            && let Some(credentials) = target.credentials()
            && let Some(value) = auth::basic(credentials)
        {
            headers.insert(AUTHORIZATION, value);
        }
    }

    fn headers_of_hop(&self) -> HeaderMap {
        let Request {
            headers,
            target,
            jar,
            cookies,
            ..
        } = &self.request;
        let mut headers = headers.clone();
        if !headers.contains_key(HOST) {
            headers.insert(HOST, target.host_header.clone());
        }
        if let Some(value) = cookie_header(self.network(), target, jar.as_ref(), cookies, &headers)
        {
            headers.insert(COOKIE, value);
        }
        headers
    }

    fn answer_to_challenge(&self, parts: &response::Parts) -> Option<HeaderValue> {
        if self.request.auth != Some(AuthScheme::Digest)
            || parts.status != StatusCode::UNAUTHORIZED
            || self.challenge_answered
        {
            return None;
        }
        let credentials = self.request.target.credentials()?;
        let challenge = parts
            .headers
            .get_all(WWW_AUTHENTICATE)
            .iter()
            .find_map(|header| Challenge::parse(header.to_str().ok()?))?;
        let mut nonce = [0; 16];
        self.network().entropy.fill(&mut nonce);
        challenge.answer(
            credentials,
            &Asked {
                method: self.request.method.as_str(),
                uri: &self.request.target.path.to_string(),
                cnonce: &auth::to_hex(&nonce),
            },
        )
    }

    /// Ends a hop that leads to another, so that its connection can be used for it.
    async fn leave_hop(
        &mut self,
        mut body: BodyStream,
        parts: &response::Parts,
    ) -> Result<(), WireError> {
        let mut drained = 0;
        while drained <= DRAIN_BYTES_MAX {
            match body.next().await {
                Some(piece) => drained += piece?.len(),
                None => break,
            }
        }
        let hop = self.hop(Some(parts.status), None);
        self.earlier.push(hop);
        self.marks = Marks::new();
        Ok(())
    }

    fn turn_to(&mut self, next: redirect::Next) {
        let request = &mut self.request;
        redirect::carry_headers(&mut request.headers, &request.target, &next);
        // Cookies that a script gave to one host are nobody else's.
        if next.target.origin().host != request.target.origin().host {
            request.cookies.clear();
        }
        if !next.keeps_body {
            request.body = Body::Empty;
        }
        request.method = next.method;
        request.target = Rc::new(next.target);
    }

    fn hop(&self, status: Option<StatusCode>, error: Option<WireError>) -> Hop {
        Hop {
            method: self.request.method.clone(),
            target: Rc::clone(&self.request.target),
            status: status.map_or(0, |status| status.as_u16()),
            version: self.marks.version,
            timings: self.marks.timings(Instant::now()),
            connection: self.marks.info.clone(),
            error,
        }
    }
}

/// A time that no run lasts (136 years).
const FAR_FUTURE: std::time::Duration = std::time::Duration::from_secs(u32::MAX as u64);

/// The jar's cookies and the request's own, after those of the script's own header.
pub(crate) fn cookie_header(
    network: &Network,
    target: &Target,
    jar: Option<&SharedJar>,
    own: &[RequestCookie],
    headers: &HeaderMap,
) -> Option<HeaderValue> {
    let jar = jar.map(|jar| jar.borrow()).filter(|jar| !jar.is_empty());
    if jar.is_none() && own.is_empty() {
        return None;
    }
    let mut text = headers
        .get(COOKIE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let mut add = |name: &str, value: &str| {
        let separator = if text.is_empty() { "" } else { "; " };
        let _ = write!(text, "{separator}{name}={value}");
    };
    if let Some(jar) = &jar {
        for (name, value) in jar.cookies_for(target.url(), network.clock.now()) {
            if !own
                .iter()
                .any(|cookie| cookie.replace && cookie.name == name)
            {
                add(name, value);
            }
        }
    }
    for cookie in own {
        add(&cookie.name, &cookie.value);
    }
    if text.is_empty() {
        None
    } else {
        HeaderValue::try_from(text).ok()
    }
}

/// Puts what an answer sets into the jar; what isn't a cookie is passed over.
pub(crate) fn store_cookies(
    network: &Network,
    jar: Option<&SharedJar>,
    target: &Target,
    parts: &response::Parts,
) {
    let Some(jar) = jar else { return };
    if !parts.headers.contains_key(SET_COOKIE) {
        return;
    }
    let now = network.clock.now();
    for header in parts.headers.get_all(SET_COOKIE) {
        let text = String::from_utf8_lossy(header.as_bytes());
        if let Some(cookie) = SetCookie::parse(&text) {
            jar.borrow_mut().set(target.url(), cookie, now);
        }
    }
}
