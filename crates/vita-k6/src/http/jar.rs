//! `http.cookieJar()` and `CookieJar`.

use crate::engine::VuState;
use crate::realm::Realm;
use rquickjs::function::{Func, Opt, This};
use rquickjs::{Ctx, Exception, Function, Object, Result, Value};
use std::rc::Rc;
use vita_k6_modules::text_of;
use vita_k6_modules::{Native, held, hold};
use vita_wire::{SetCookie, SharedJar};

struct Jar(SharedJar);

impl Native for Jar {
    const NAME: &'static str = "CookieJar";

    fn define(prototype: &Object<'_>) -> Result<()> {
        prototype.set("cookiesForURL", Func::from(cookies_for_url))?;
        prototype.set("set", Func::from(set))?;
        prototype.set("clear", Func::from(clear))?;
        prototype.set("delete", Func::from(delete))
    }
}

/// The jar that a script's value holds.
pub(super) fn jar_of(value: &Value<'_>) -> Option<SharedJar> {
    held::<Jar>(value).map(|jar| Rc::clone(&jar.borrow().0.0))
}

/// `http.cookieJar()`: the virtual user's own.
pub(super) fn shared(ctx: Ctx<'_>) -> Result<Value<'_>> {
    let jar = Rc::clone(&Realm::of(&ctx)?.vu().jar);
    Ok(hold(&ctx, Jar(jar))?.into_value())
}

/// `new http.CookieJar()`: an empty one.
pub(super) fn constructor<'js>(ctx: &Ctx<'js>) -> Result<Function<'js>> {
    let make = |ctx: Ctx<'js>| {
        Ok::<_, rquickjs::Error>(hold(&ctx, Jar(SharedJar::default()))?.into_value())
    };
    Ok(Function::new(ctx.clone(), make)?
        .with_name("CookieJar")?
        .with_constructor(true))
}

/// Reads an address for a jar.
fn url_of_jar<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<url::Url> {
    let text = text_of(value)?;
    url::Url::parse(&text)
        .map_err(|error| Exception::throw_type(ctx, &format!("invalid URL `{text}`: {error}")))
}

fn this_jar<'js>(ctx: &Ctx<'js>, this: &Value<'js>) -> Result<SharedJar> {
    jar_of(this).ok_or_else(|| Exception::throw_type(ctx, "not a CookieJar"))
}

fn now(vu: &VuState) -> vita_model::Timestamp {
    vu.plan.clock.now()
}

fn cookies_for_url<'js>(
    ctx: Ctx<'js>,
    this: This<Value<'js>>,
    url: Value<'js>,
) -> Result<Object<'js>> {
    let jar = this_jar(&ctx, &this.0)?;
    let url = url_of_jar(&ctx, &url)?;
    let now = now(Realm::of(&ctx)?.vu());
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for (name, value) in jar.borrow().cookies_for(&url, now) {
        match found.iter_mut().find(|(known, _)| known == name) {
            Some((_, values)) => values.push(value.to_owned()),
            None => found.push((name.to_owned(), vec![value.to_owned()])),
        }
    }
    super::params::object_of(
        &ctx,
        found
            .iter()
            .map(|(name, values)| (name.as_str(), values.clone())),
    )
}

fn set<'js>(
    ctx: Ctx<'js>,
    this: This<Value<'js>>,
    url: Value<'js>,
    name: Value<'js>,
    value: Value<'js>,
    options: Opt<Value<'js>>,
) -> Result<bool> {
    let jar = this_jar(&ctx, &this.0)?;
    let url = url_of_jar(&ctx, &url)?;
    let mut cookie = SetCookie {
        name: text_of(&name)?,
        value: text_of(&value)?,
        ..SetCookie::default()
    };
    if let Some(options) = options.0.as_ref().and_then(|options| options.as_object()) {
        for key in options.keys::<String>() {
            let key = key?;
            let value: Value<'js> = options.get(key.as_str())?;
            match key.as_str() {
                "domain" => cookie.domain = text_of(&value)?,
                "path" => cookie.path = text_of(&value)?,
                "expires" => {
                    let text = format!("x=y; expires={}", text_of(&value)?);
                    cookie.expires = SetCookie::parse(&text).and_then(|parsed| parsed.expires);
                }
                "max_age" => cookie.max_age = value.as_number().map(|age| age as i64),
                "secure" => cookie.secure = value.as_bool().unwrap_or(false),
                "http_only" => cookie.http_only = value.as_bool().unwrap_or(false),
                _ => {}
            }
        }
        // A max_age of zero is Go's way to say that none is set.
        cookie.max_age = cookie.max_age.filter(|age| *age != 0);
    }
    let now = now(Realm::of(&ctx)?.vu());
    Ok(jar.borrow_mut().set(&url, cookie, now))
}

fn clear<'js>(ctx: Ctx<'js>, this: This<Value<'js>>, url: Value<'js>) -> Result<()> {
    let jar = this_jar(&ctx, &this.0)?;
    let url = url_of_jar(&ctx, &url)?;
    let now = now(Realm::of(&ctx)?.vu());
    jar.borrow_mut().clear(&url, now);
    Ok(())
}

fn delete<'js>(
    ctx: Ctx<'js>,
    this: This<Value<'js>>,
    url: Value<'js>,
    name: Value<'js>,
) -> Result<()> {
    let jar = this_jar(&ctx, &this.0)?;
    let url = url_of_jar(&ctx, &url)?;
    let name = text_of(&name)?;
    let now = now(Realm::of(&ctx)?.vu());
    jar.borrow_mut().delete(&url, &name, now);
    Ok(())
}
