//! The `params` of requests.

use super::callback::{Judge, judge_of, judge_of_all};
use super::jar::jar_of;
use crate::engine::VuState;
use crate::modules::tags_of;
use crate::realm::Realm;
use crate::tagging::RequestTags;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use rquickjs::{Atom, Ctx, Exception, Object, Result, Value};
use std::rc::Rc;
use std::time::Duration;
use vita_k6_modules::text_of;
use vita_load::GoDuration;
use vita_wire::{AuthScheme, Encoding, RequestCookie, SharedJar};

/// What a script gets of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResponseType {
    Text,
    Binary,
    None,
}

/// What a request is to be like, besides method, address and body.
pub(crate) struct Params {
    pub(crate) headers: HeaderMap,
    pub(crate) cookies: Vec<RequestCookie>,
    pub(crate) jar: Option<SharedJar>,
    pub(crate) tags: RequestTags,
    pub(crate) timeout: Duration,
    pub(crate) auth: Option<AuthScheme>,
    pub(crate) redirects_max: u32,
    pub(crate) compression: Vec<Encoding>,
    pub(crate) response_type: ResponseType,
    pub(crate) judge: Judge,
    pub(crate) throws: bool,
}

/// Reads the `params` of a request.
pub(crate) fn read_params<'js>(
    ctx: &Ctx<'js>,
    vu: &VuState,
    value: Option<&Value<'js>>,
) -> Result<Params> {
    let options = vu.plan.options();
    let mut params = Params {
        headers: HeaderMap::new(),
        cookies: Vec::new(),
        jar: Some(Rc::clone(&vu.jar)),
        tags: RequestTags::default(),
        timeout: vita_wire::REQUEST_TIMEOUT_DEFAULT,
        auth: None,
        redirects_max: options.max_redirects,
        compression: Vec::new(),
        response_type: if options.discard_response_bodies {
            ResponseType::None
        } else {
            ResponseType::Text
        },
        judge: judge_of_all(ctx, &*Realm::of(ctx)?)?,
        throws: options.throws,
    };
    let Some(object) = value.and_then(|value| value.as_object()) else {
        return Ok(params);
    };
    for key in object.keys::<Atom<'js>>() {
        let atom = key?;
        let key = atom.to_string()?;
        let value: Value<'js> = object.get(atom)?;
        if !value.is_undefined() && (!value.is_null() || key == "responseCallback") {
            params.apply(ctx, &key, &value)?;
        }
    }
    Ok(params)
}

impl Params {
    fn apply<'js>(&mut self, ctx: &Ctx<'js>, key: &str, value: &Value<'js>) -> Result<()> {
        match key {
            "headers" => self.read_headers(ctx, value)?,
            "cookies" => self.read_cookies(value)?,
            "jar" => {
                self.jar = Some(jar_of(value).ok_or_else(|| {
                    Exception::throw_type(ctx, "`jar` must be a CookieJar of k6/http")
                })?);
            }
            "tags" => self.read_tags(ctx, value)?,
            "timeout" => self.timeout = read_timeout(ctx, value)?,
            "auth" => {
                let scheme = text_of(value)?;
                self.auth = Some(parse(ctx, scheme.parse::<AuthScheme>())?);
            }
            "redirects" => self.redirects_max = value.as_number().unwrap_or(0.0) as u32,
            "compression" => {
                for name in text_of(value)?.split(',') {
                    self.compression
                        .push(parse(ctx, name.trim().parse::<Encoding>())?);
                }
            }
            "responseType" => {
                self.response_type = match text_of(value)?.as_str() {
                    "text" | "" => ResponseType::Text,
                    "binary" => ResponseType::Binary,
                    "none" => ResponseType::None,
                    other => {
                        return Err(Exception::throw_message(
                            ctx,
                            &format!("`{other}` is no responseType: use text, binary or none"),
                        ));
                    }
                }
            }
            "responseCallback" => self.judge = judge_of(ctx, value)?,
            "throw" => self.throws = value.as_bool().unwrap_or(self.throws),
            _ => {}
        }
        Ok(())
    }

    fn read_headers<'js>(&mut self, ctx: &Ctx<'js>, value: &Value<'js>) -> Result<()> {
        let Some(object) = value.as_object() else {
            return Ok(());
        };
        for key in object.keys::<Atom<'js>>() {
            let atom = key?;
            let key = atom.to_string()?;
            let value = text_of(&object.get::<_, Value<'js>>(atom)?)?;
            let name = HeaderName::from_bytes(key.as_bytes())
                .map_err(|_| Exception::throw_type(ctx, &format!("`{key}` is no header's name")))?;
            let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
                Exception::throw_type(
                    ctx,
                    &format!("header `{key}` has a value that can't be sent"),
                )
            })?;
            self.headers.insert(name, value);
        }
        Ok(())
    }

    fn read_cookies(&mut self, value: &Value<'_>) -> Result<()> {
        let Some(object) = value.as_object() else {
            return Ok(());
        };
        for key in object.keys::<String>() {
            let name = key?;
            let value: Value<'_> = object.get(name.as_str())?;
            let (value, replace) = match value.as_object() {
                Some(cookie) => (
                    text_of(&cookie.get("value")?)?,
                    cookie.get::<_, Option<bool>>("replace")?.unwrap_or(false),
                ),
                None => (text_of(&value)?, false),
            };
            self.cookies.push(RequestCookie {
                name,
                value,
                replace,
            });
        }
        Ok(())
    }

    fn read_tags<'js>(&mut self, ctx: &Ctx<'js>, value: &Value<'js>) -> Result<()> {
        for (key, value) in tags_of(ctx, Some(value))? {
            if key == "name" {
                self.tags.name = Some(value.into());
            } else {
                self.tags.tags.push((key, value));
            }
        }
        Ok(())
    }
}

/// A time in milliseconds, or as a text such as `1m30s`.
fn read_timeout<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<Duration> {
    if let Some(millis) = value.as_number() {
        return Duration::try_from_secs_f64(millis / 1e3)
            .map_err(|_| Exception::throw_range(ctx, "`timeout` is out of range"));
    }
    let text = text_of(value)?;
    match text.parse::<GoDuration>() {
        Ok(duration) => Ok(duration.0),
        Err(error) => Err(Exception::throw_message(
            ctx,
            &format!("`timeout`: {error}"),
        )),
    }
}

fn parse<T, E: std::fmt::Display>(ctx: &Ctx<'_>, parsed: std::result::Result<T, E>) -> Result<T> {
    parsed.map_err(|error| Exception::throw_message(ctx, &error.to_string()))
}

/// An object's own texts by name, for lists of headers.
pub(super) fn object_of<'js, 'a>(
    ctx: &Ctx<'js>,
    pairs: impl Iterator<Item = (&'a str, Vec<String>)>,
) -> Result<Object<'js>> {
    let object = Object::new(ctx.clone())?;
    for (name, values) in pairs {
        object.set(name, values)?;
    }
    Ok(object)
}
