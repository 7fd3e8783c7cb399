//! What a virtual user asks for.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;
use std::str::FromStr;
use std::time::Duration;

use http::{HeaderMap, Method};

use crate::body::Body;
use crate::cookies::CookieJar;
use crate::encoding::Encoding;
use crate::error::ConfigError;
use crate::target::Target;

/// k6's default time for a request, redirects and body included.
pub const REQUEST_TIMEOUT_DEFAULT: Duration = Duration::from_mins(1);

/// k6's default number of redirects that are followed.
pub const REDIRECTS_MAX_DEFAULT: u32 = 10;

/// A jar that a script and the requests of its virtual user share.
pub type SharedJar = Rc<RefCell<CookieJar>>;

/// What becomes of an answer's body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BodyMode {
    /// It is kept and decoded.
    #[default]
    Keep,
    /// It is read, counted and thrown away.
    Discard,
}

/// How a user proves who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthScheme {
    /// RFC 7617.
    Basic,
    /// RFC 7616, with MD5 and SHA-256, `qop=auth`.
    Digest,
}

impl FromStr for AuthScheme {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "basic" => Ok(Self::Basic),
            "digest" => Ok(Self::Digest),
            "ntlm" => Err(ConfigError::Malformed {
                value: text.to_owned(),
                expected: "a supported authentication: NTLM is not, use `basic` or `digest`",
            }),
            _ => Err(ConfigError::Malformed {
                value: text.to_owned(),
                expected: "`basic` or `digest`",
            }),
        }
    }
}

/// A cookie for one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestCookie {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
    /// It takes the place of the jar's cookies of that name, rather than joining them.
    pub replace: bool,
}

/// A request. Cheap to clone: the target, the body and the headers' values are shared.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Where to.
    pub target: Rc<Target>,
    /// Headers; `Host`, `Content-Length` and `Cookie` are added.
    pub headers: HeaderMap,
    /// The body.
    pub body: Body,
    /// Encodings that are applied to the body, in order.
    pub compression: Vec<Encoding>,
    /// How the target's credentials are used; basic when nothing is said.
    pub auth: Option<AuthScheme>,
    /// The jar that is read and written.
    pub jar: Option<SharedJar>,
    /// Cookies besides the jar's.
    pub cookies: Vec<RequestCookie>,
    /// Redirects that are followed at most.
    pub redirects_max: u32,
    /// The most time that everything may take together, redirects and body included.
    pub timeout: Duration,
    /// What becomes of the answer's body.
    pub body_mode: BodyMode,
}

impl Request {
    /// A request with nothing but its method and target.
    pub fn new(method: Method, target: Rc<Target>) -> Self {
        Self {
            method,
            target,
            headers: HeaderMap::new(),
            body: Body::Empty,
            compression: Vec::new(),
            auth: None,
            jar: None,
            cookies: Vec::new(),
            redirects_max: REDIRECTS_MAX_DEFAULT,
            timeout: REQUEST_TIMEOUT_DEFAULT,
            body_mode: BodyMode::Keep,
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Headers and bodies may hold secrets, so that they are not printed.
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("target", &self.target.as_str())
            .finish_non_exhaustive()
    }
}
