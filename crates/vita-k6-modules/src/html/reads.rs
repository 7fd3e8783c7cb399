//! What a selection says of its first node, or of all.

use super::forms::{ControlValue, successful_controls, value_of};
use super::selection::{Arg, Caller, picked};
use super::tree;
use crate::text::{optional_text, text_of};
use rquickjs::function::Func;
use rquickjs::{Array, Ctx, IntoJs, Object, Result, Value};

pub(super) fn define(prototype: &Object<'_>) -> Result<()> {
    prototype.set("text", Func::from(text))?;
    prototype.set("html", Func::from(html))?;
    prototype.set("attr", Func::from(attr))?;
    prototype.set("val", Func::from(val))?;
    prototype.set("data", Func::from(data))?;
    prototype.set("serialize", Func::from(serialize))?;
    prototype.set("serializeArray", Func::from(serialize_array))?;
    prototype.set("serializeObject", Func::from(serialize_object))
}

fn text(this: Caller<'_>) -> Result<String> {
    let from = picked(&this)?;
    let nodes = from
        .nodes
        .iter()
        .filter_map(|&id| tree::node(&from.document, id));
    Ok(nodes.map(tree::text).collect())
}

fn html(this: Caller<'_>) -> Result<Option<String>> {
    let from = picked(&this)?;
    Ok(from
        .nodes
        .first()
        .and_then(|&id| tree::inner_html(&from.document, id)))
}

fn attr<'js>(this: Caller<'js>, name: Value<'js>, otherwise: Arg<'js>) -> Result<Value<'js>> {
    let from = picked(&this)?;
    let name = text_of(&name)?;
    let first = from
        .nodes
        .first()
        .and_then(|&id| tree::element(&from.document, id));
    match first.and_then(|element| element.attr(&name)) {
        Some(value) => value.into_js(this.ctx()),
        None => Ok(otherwise
            .0
            .unwrap_or_else(|| Value::new_undefined(this.ctx().clone()))),
    }
}

fn val(this: Caller<'_>) -> Result<Value<'_>> {
    let from = picked(&this)?;
    match from
        .nodes
        .first()
        .and_then(|&id| value_of(&from.document, id))
    {
        Some(ControlValue::One(value)) => value.into_js(this.ctx()),
        Some(ControlValue::Many(values)) => values.into_js(this.ctx()),
        None => Ok(Value::new_undefined(this.ctx().clone())),
    }
}

fn data<'js>(this: Caller<'js>, key: Arg<'js>) -> Result<Value<'js>> {
    let from = picked(&this)?;
    let ctx = this.ctx();
    let wanted = optional_text(&key)?;
    let all = Object::new(ctx.clone())?;
    let first = from
        .nodes
        .first()
        .and_then(|&id| tree::element(&from.document, id));
    for (name, value) in first.iter().flat_map(|element| element.value().attrs()) {
        let Some(name) = name.strip_prefix("data-") else {
            continue;
        };
        let camel = camel_case(name);
        match &wanted {
            Some(wanted) if *wanted == camel || *wanted == name => return data_value(ctx, value),
            Some(_) => {}
            None => all.set(camel, data_value(ctx, value)?)?,
        }
    }
    match wanted {
        Some(_) => Ok(Value::new_undefined(ctx.clone())),
        None => Ok(all.into_value()),
    }
}

fn camel_case(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    for (at, part) in name.split('-').enumerate() {
        let mut letters = part.chars();
        match letters.next() {
            Some(first) if at > 0 => camel.extend(first.to_uppercase()),
            Some(first) => camel.push(first),
            None => {}
        }
        camel.push_str(letters.as_str());
    }
    camel
}

/// As jQuery reads it: what is JSON by its look becomes its value, the rest stays text.
fn data_value<'js>(ctx: &Ctx<'js>, text: &str) -> Result<Value<'js>> {
    let is_json = match text.as_bytes() {
        [b'{', .., b'}'] | [b'[', .., b']'] => true,
        _ => {
            matches!(text, "true" | "false" | "null")
                || text
                    .parse::<f64>()
                    .is_ok_and(|number| number.to_string() == text)
        }
    };
    if is_json && serde_json::from_str::<serde_json::Value>(text).is_ok() {
        return crate::json::parse(ctx, text);
    }
    text.into_js(ctx)
}

fn serialize(this: Caller<'_>) -> Result<String> {
    let from = picked(&this)?;
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(successful_controls(&from.document, &from.nodes));
    Ok(query.finish())
}

fn serialize_array(this: Caller<'_>) -> Result<Array<'_>> {
    let from = picked(&this)?;
    let list = Array::new(this.ctx().clone())?;
    let controls = successful_controls(&from.document, &from.nodes);
    for (at, (name, value)) in controls.into_iter().enumerate() {
        let control = Object::new(this.ctx().clone())?;
        control.set("name", name)?;
        control.set("value", value)?;
        list.set(at, control)?;
    }
    Ok(list)
}

fn serialize_object(this: Caller<'_>) -> Result<Object<'_>> {
    let from = picked(&this)?;
    let object = Object::new(this.ctx().clone())?;
    for (name, value) in successful_controls(&from.document, &from.nodes) {
        object.set(name, value)?;
    }
    Ok(object)
}
