//! `vitascope/url`: what the library `url` needs of a parser for addresses.

use crate::text::text_of;
use rquickjs::function::{Func, Opt};
use rquickjs::{Array, Ctx, Exception, Object, Result, Value};
use url::{Url, form_urlencoded, quirks};

pub(crate) fn exports<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let exports = Object::new(ctx.clone())?;
    exports.set("parse", Func::from(parse))?;
    exports.set("change", Func::from(change))?;
    exports.set("decodeForm", Func::from(decode_form))?;
    exports.set("encodeForm", Func::from(encode_form))?;
    Ok(exports)
}

fn parse<'js>(ctx: Ctx<'js>, text: Value<'js>, base: Opt<Value<'js>>) -> Result<Object<'js>> {
    let text = text_of(&text)?;
    let base = match base.0.filter(|base| !base.is_undefined()) {
        Some(base) => Some(read(&ctx, &text_of(&base)?, None)?),
        None => None,
    };
    parts(&ctx, &read(&ctx, &text, base.as_ref())?)
}

fn read(ctx: &Ctx<'_>, text: &str, base: Option<&Url>) -> Result<Url> {
    Url::options()
        .base_url(base)
        .parse(text)
        .map_err(|error| Exception::throw_type(ctx, &format!("invalid URL `{text}`: {error}")))
}

/// Changes one part; what the standard's setters ignore is ignored.
fn change<'js>(
    ctx: Ctx<'js>,
    href: Value<'js>,
    part: Value<'js>,
    value: Value<'js>,
) -> Result<Object<'js>> {
    let mut url = read(&ctx, &text_of(&href)?, None)?;
    let value = text_of(&value)?;
    let changed = match text_of(&part)?.as_str() {
        "protocol" => quirks::set_protocol(&mut url, &value),
        "username" => quirks::set_username(&mut url, &value),
        "password" => quirks::set_password(&mut url, &value),
        "host" => quirks::set_host(&mut url, &value),
        "hostname" => quirks::set_hostname(&mut url, &value),
        "port" => quirks::set_port(&mut url, &value),
        "pathname" => {
            quirks::set_pathname(&mut url, &value);
            Ok(())
        }
        "search" => {
            quirks::set_search(&mut url, &value);
            Ok(())
        }
        "hash" => {
            quirks::set_hash(&mut url, &value);
            Ok(())
        }
        other => {
            return Err(Exception::throw_type(
                &ctx,
                &format!("unknown part `{other}`"),
            ));
        }
    };
    // A refused change leaves the address as it was, which is what the standard wants.
    let (Ok(()) | Err(())) = changed;
    parts(&ctx, &url)
}

fn parts<'js>(ctx: &Ctx<'js>, url: &Url) -> Result<Object<'js>> {
    let parts = Object::new(ctx.clone())?;
    parts.set("href", quirks::href(url))?;
    parts.set("origin", quirks::origin(url))?;
    parts.set("protocol", quirks::protocol(url))?;
    parts.set("username", quirks::username(url))?;
    parts.set("password", quirks::password(url))?;
    parts.set("host", quirks::host(url))?;
    parts.set("hostname", quirks::hostname(url))?;
    parts.set("port", quirks::port(url))?;
    parts.set("pathname", quirks::pathname(url))?;
    parts.set("search", quirks::search(url))?;
    parts.set("hash", quirks::hash(url))?;
    Ok(parts)
}

fn decode_form<'js>(ctx: Ctx<'js>, text: Value<'js>) -> Result<Array<'js>> {
    let pairs = Array::new(ctx.clone())?;
    let text = text_of(&text)?;
    for (at, (name, value)) in form_urlencoded::parse(text.as_bytes()).enumerate() {
        pairs.set(at, vec![name.into_owned(), value.into_owned()])?;
    }
    Ok(pairs)
}

fn encode_form<'js>(pairs: Array<'js>) -> Result<String> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for pair in pairs.iter::<Array<'js>>() {
        let pair = pair?;
        let (name, value): (Value<'js>, Value<'js>) = (pair.get(0)?, pair.get(1)?);
        query.append_pair(&text_of(&name)?, &text_of(&value)?);
    }
    Ok(query.finish())
}
