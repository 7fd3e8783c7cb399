//! The methods of a response.

use super::FORMS;
use super::response::Response;
use crate::errors::quietly;
use crate::loader::native_object;
use crate::realm::Realm;
use rquickjs::function::{Opt, This};
use rquickjs::{Class, Ctx, Exception, Function, Result, Value};
use vita_k6_modules::{html, json, text_of};

fn with_response<'js, T>(
    ctx: &Ctx<'js>,
    value: &Value<'js>,
    then: impl FnOnce(&Response<'js>) -> Result<T>,
) -> Result<T> {
    let found = value
        .as_object()
        .and_then(Class::<Response<'js>>::from_object);
    match found {
        Some(response) => then(&response.borrow()),
        None => Err(Exception::throw_type(ctx, "not a response of k6/http")),
    }
}

/// `response.json(selector)`
pub(super) fn read_json<'js>(
    ctx: Ctx<'js>,
    this: This<Value<'js>>,
    selector: Opt<Value<'js>>,
) -> Result<Value<'js>> {
    let undefined = Value::new_undefined(ctx.clone());
    with_response(&ctx, &this.0, |response| {
        if let Some(selector) = selector.0.filter(|selector| !selector.is_undefined()) {
            let text = response.text(&ctx, "JSON")?;
            let found = json::select(&text, &text_of(&selector)?);
            return Ok(found
                .and_then(|found| quietly(&ctx, json::parse(&ctx, &found)))
                .unwrap_or(undefined));
        }
        if let Some(value) = &*response.json.borrow() {
            return Ok(value.clone());
        }
        let value = json::parse(&ctx, &response.text(&ctx, "JSON")?)?;
        response.json.replace(Some(value.clone()));
        Ok(value)
    })
}

/// `response.html(selector)`
pub(super) fn read_html<'js>(
    ctx: Ctx<'js>,
    this: This<Value<'js>>,
    selector: Opt<Value<'js>>,
) -> Result<Value<'js>> {
    let document = with_response(&ctx, &this.0, |response| {
        let document = html::parse(&ctx, &response.text(&ctx, "HTML")?)?;
        if let Some(object) = document.as_object() {
            object.set("url", response.data.url())?;
        }
        Ok(document)
    })?;
    let Some(selector) = selector.0.filter(|selector| !selector.is_undefined()) else {
        return Ok(document);
    };
    let find: Function<'js> = match document.as_object() {
        Some(object) => object.get("find")?,
        None => return Ok(document),
    };
    find.call((This(document), selector))
}

/// `response.submitForm(…)` and `response.clickLink(…)`
pub(super) fn forms_call<'js>(
    ctx: &Ctx<'js>,
    name: &str,
    response: Value<'js>,
    options: Option<Value<'js>>,
) -> Result<Value<'js>> {
    let realm = Realm::of(ctx)?;
    let forms = realm.exports(FORMS.name(), || {
        Ok(FORMS
            .build(ctx, native_object(ctx, "k6/http")?)?
            .into_value())
    })?;
    let Some(forms) = forms.as_object() else {
        return Err(Exception::throw_internal(ctx, "the forms are no object"));
    };
    let call: Function<'js> = forms.get(name)?;
    call.call((response, options))
}
