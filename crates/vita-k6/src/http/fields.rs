//! The parts of a response as JavaScript values.

use super::params::object_of;
use super::response::ResponseData;
use http::HeaderMap;
use rquickjs::{Array, Ctx, Object, Result, Value};
use vita_wire::{Body, SetCookie, Timings};

/// A header's name in the case that Go gives it.
fn canonical(name: &str) -> String {
    let mut at_start = true;
    name.chars()
        .map(|c| {
            let c = if at_start { c.to_ascii_uppercase() } else { c };
            at_start = c == '-';
            c
        })
        .collect()
}

pub(crate) fn headers_of<'js>(ctx: &Ctx<'js>, headers: &HeaderMap) -> Result<Value<'js>> {
    let object = Object::new(ctx.clone())?;
    for name in headers.keys() {
        let values: Vec<_> = headers
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        object.set(canonical(name.as_str()), values.join(", "))?;
    }
    Ok(object.into_value())
}

pub(super) fn cookies_of<'js>(ctx: &Ctx<'js>, headers: &HeaderMap) -> Result<Value<'js>> {
    let object = Object::new(ctx.clone())?;
    let cookies = headers
        .get_all(http::header::SET_COOKIE)
        .iter()
        .filter_map(|value| SetCookie::parse(&String::from_utf8_lossy(value.as_bytes())));
    for cookie in cookies {
        let one = Object::new(ctx.clone())?;
        one.set("name", cookie.name.as_str())?;
        one.set("value", cookie.value)?;
        one.set("domain", cookie.domain)?;
        one.set("path", cookie.path)?;
        one.set("http_only", cookie.http_only)?;
        one.set("secure", cookie.secure)?;
        one.set("max_age", cookie.max_age.unwrap_or(0) as f64)?;
        let expires = cookie.expires.map_or(0.0, |at| at.as_micros() as f64 / 1e3);
        one.set("expires", expires)?;
        let same: Option<Array<'js>> = object.get(cookie.name.as_str())?;
        match same {
            Some(same) => same.set(same.len(), one)?,
            None => object.set(cookie.name.as_str(), vec![one])?,
        }
    }
    Ok(object.into_value())
}

pub(super) fn timings_of<'js>(ctx: &Ctx<'js>, timings: &Timings) -> Result<Value<'js>> {
    let object = Object::new(ctx.clone())?;
    for (name, time) in [
        ("duration", timings.duration()),
        ("blocked", timings.blocked),
        ("looking_up", timings.looking_up),
        ("connecting", timings.connecting),
        ("tls_handshaking", timings.tls_handshaking),
        ("sending", timings.sending),
        ("waiting", timings.waiting),
        ("receiving", timings.receiving),
    ] {
        object.set(name, time.as_nanos() as f64 / 1e6)?;
    }
    Ok(object.into_value())
}

/// Nothing is asked of OCSP, which those who give out certificates have given up.
pub(super) fn ocsp_of<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    let object = Object::new(ctx.clone())?;
    for name in ["produced_at", "this_update", "next_update", "revoked_at"] {
        object.set(name, 0)?;
    }
    object.set("revocation_reason", "")?;
    object.set("status", "")?;
    Ok(object.into_value())
}

pub(super) fn request_of<'js>(ctx: &Ctx<'js>, data: &ResponseData) -> Result<Value<'js>> {
    let object = Object::new(ctx.clone())?;
    object.set("method", data.method())?;
    object.set("url", data.url())?;
    let none = HeaderMap::new();
    let sent = data
        .answer
        .as_ref()
        .map_or(&none, |answer| &answer.sent_headers);
    let names: Vec<String> = sent.keys().map(|name| canonical(name.as_str())).collect();
    let pairs = sent.keys().zip(&names).map(|(key, name)| {
        let values = sent.get_all(key).iter();
        let values = values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        (name.as_str(), values.collect::<Vec<_>>())
    });
    object.set("headers", object_of(ctx, pairs)?)?;
    let body = match &data.sent_body {
        Body::Bytes(bytes) => String::from_utf8_lossy(bytes),
        _ => "".into(),
    };
    object.set("body", body.into_owned())?;
    let cookies = Object::new(ctx.clone())?;
    for cookie in &data.sent_cookies {
        let one = Object::new(ctx.clone())?;
        one.set("name", cookie.name.as_str())?;
        one.set("value", cookie.value.as_str())?;
        one.set("replace", cookie.replace)?;
        cookies.set(cookie.name.as_str(), vec![one])?;
    }
    object.set("cookies", cookies)?;
    Ok(object.into_value())
}
