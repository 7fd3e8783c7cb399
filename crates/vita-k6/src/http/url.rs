//! Addresses as scripts give them, and `http.url`, which counts many addresses under one name.

use rquickjs::function::{Func, Rest, This};
use rquickjs::object::Accessor;
use rquickjs::{Array, Ctx, Exception, Object, Result, Value};
use std::rc::Rc;
use vita_k6_modules::text_of;
use vita_k6_modules::{Native, held, hold};

/// An address with the name under which its requests are counted.
struct NamedUrl {
    url: String,
    name: String,
}

impl Native for NamedUrl {
    const NAME: &'static str = "URL";

    fn define(prototype: &Object<'_>) -> Result<()> {
        fn url(this: This<Value<'_>>) -> String {
            held::<NamedUrl>(&this.0).map_or_else(String::new, |held| held.borrow().0.url.clone())
        }
        fn name(this: This<Value<'_>>) -> String {
            held::<NamedUrl>(&this.0).map_or_else(String::new, |held| held.borrow().0.name.clone())
        }
        prototype.prop("url", Accessor::new_get(url).enumerable())?;
        prototype.prop("clean_url", Accessor::new_get(url).enumerable())?;
        prototype.prop("name", Accessor::new_get(name).enumerable())?;
        prototype.set("toString", Func::from(url))
    }
}

/// The tag of a template: `` http.url`https://host/items/${id}` ``.
pub(super) fn template<'js>(
    ctx: Ctx<'js>,
    parts: Value<'js>,
    values: Rest<Value<'js>>,
) -> Result<Value<'js>> {
    let Some(parts) = parts.as_array() else {
        return Err(Exception::throw_type(
            &ctx,
            "http.url is a tag for templates: http.url`…`",
        ));
    };
    let (mut url, mut name) = (String::new(), String::new());
    for (index, part) in pieces(parts).enumerate() {
        let part = part?;
        url.push_str(&part);
        name.push_str(&part);
        if let Some(value) = values.0.get(index) {
            url.push_str(&text_of(value)?);
            name.push_str("${}");
        }
    }
    Ok(hold(&ctx, NamedUrl { url, name })?.into_value())
}

fn pieces<'js>(parts: &Array<'js>) -> impl Iterator<Item = Result<String>> {
    parts.iter::<Value<'js>>().map(|part| text_of(&part?))
}

/// An address, and its name when it has one.
pub(super) fn read(value: &Value<'_>) -> Result<(String, Option<Rc<str>>)> {
    if let Some(named) = held::<NamedUrl>(value) {
        let named = named.borrow();
        return Ok((named.0.url.clone(), Some(Rc::from(named.0.name.as_str()))));
    }
    Ok((text_of(value)?, None))
}
