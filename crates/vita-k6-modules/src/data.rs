//! `k6/data`: arrays that all virtual users of a process share.

use crate::host::host;
use crate::json;
use crate::raw;
use crate::text::text_of;
use rquickjs::function::{Func, This};
use rquickjs::proxy::ProxyHandler;
use rquickjs::{Array, Ctx, Exception, Function, IntoJs, Object, Proxy, Result, Value};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The elements of one array as JSON, one after the other in one text.
#[derive(Debug, Default)]
pub struct SharedArray {
    text: String,
    /// Where each element ends in `text`.
    ends: Vec<usize>,
}

impl SharedArray {
    /// Adds an element, which must be JSON.
    pub fn push(&mut self, json: &str) {
        self.text.push_str(json);
        self.ends.push(self.text.len());
    }

    /// How many elements it has.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has no elements.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The element at `index`, as JSON.
    pub fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = match index {
            0 => 0,
            _ => self.ends[index - 1],
        };
        self.text.get(start..end)
    }
}

/// The shared arrays of a process by name; each is built by whoever asks first.
#[derive(Debug, Default)]
pub struct SharedArrays(Mutex<HashMap<String, Arc<SharedArray>>>);

impl SharedArrays {
    pub(crate) fn lookup(&self, name: &str) -> Option<Arc<SharedArray>> {
        let arrays = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        arrays.get(name).cloned()
    }

    /// Keeps `array` under `name`, unless there is one already; gives the one that is kept.
    pub(crate) fn keep(&self, name: String, array: SharedArray) -> Arc<SharedArray> {
        let mut arrays = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(arrays.entry(name).or_insert_with(|| Arc::new(array)))
    }
}

pub(crate) fn exports<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let exports = Object::new(ctx.clone())?;
    let constructor = Function::new(ctx.clone(), construct)?.with_name("SharedArray")?;
    // What it makes inherits from arrays.
    let arrays = Array::new(ctx.clone())?.into_object().get_prototype();
    constructor.prop("prototype", arrays)?;
    exports.set("SharedArray", constructor.with_constructor(true))?;
    Ok(exports)
}

/// `new SharedArray(name, make)`.
fn construct<'js>(ctx: Ctx<'js>, name: Value<'js>, make: Value<'js>) -> Result<Value<'js>> {
    let host = host(&ctx)?;
    if !host.is_init() {
        let message = "new SharedArray must be called in the init context";
        return Err(Exception::throw_message(&ctx, message));
    }
    let name = text_of(&name)?;
    if name.is_empty() {
        let message = "empty name provided to SharedArray's constructor";
        return Err(Exception::throw_message(&ctx, message));
    }
    let shared = host.shared_arrays();
    let array = match shared.lookup(&name) {
        Some(array) => array,
        // Scripts run here, so the list of arrays must not be locked.
        None => shared.keep(name, make_elements(&ctx, make)?),
    };
    share(&ctx, array)
}

fn make_elements<'js>(ctx: &Ctx<'js>, make: Value<'js>) -> Result<SharedArray> {
    let Some(make) = make.into_function() else {
        let message = "a function is expected as the second argument of SharedArray's constructor";
        return Err(Exception::throw_message(ctx, message));
    };
    let made: Value<'js> = make.call(())?;
    if made.is_promise() {
        let message = "SharedArray constructor does not support async functions as second argument";
        return Err(Exception::throw_message(ctx, message));
    }
    let Some(elements) = made.into_array() else {
        let message = "only arrays can be made into SharedArray";
        return Err(Exception::throw_message(ctx, message));
    };
    let mut array = SharedArray::default();
    for at in 0..elements.len() {
        let element: Value<'js> = elements.get(at)?;
        match ctx.json_stringify(element)? {
            Some(json) => array.push(&text_of(json.as_value())?),
            None => array.push("null"),
        }
    }
    Ok(array)
}

/// An object that looks like the array, and copies an element out, frozen, when it is read.
///
/// It is a `Proxy` of an empty array, so that `Array.isArray` holds and all methods of
/// `Array.prototype` work.
pub fn share<'js>(ctx: &Ctx<'js>, array: Arc<SharedArray>) -> Result<Value<'js>> {
    let handler = Object::new(ctx.clone())?;
    let shown = Arc::clone(&array);
    let get = move |ctx: Ctx<'js>, target: Object<'js>, key: Value<'js>| match place(&key)? {
        Place::Element(at) => element(&ctx, &shown, at),
        Place::Length => shown.len().into_js(&ctx),
        Place::Other => target.get(key),
    };
    handler.set("get", Function::new(ctx.clone(), get)?)?;
    let shown = Arc::clone(&array);
    let has = move |target: Object<'js>, key: Value<'js>| match place(&key)? {
        Place::Element(at) => Ok(at < shown.len()),
        Place::Length => Ok(true),
        Place::Other => target.contains_key(key),
    };
    handler.set("has", Function::new(ctx.clone(), has)?)?;
    let shown = Arc::clone(&array);
    let own_keys = move |ctx: Ctx<'js>| -> Result<Array<'js>> {
        let keys = Array::new(ctx)?;
        for at in 0..shown.len() {
            keys.set(at, at.to_string())?;
        }
        keys.set(shown.len(), "length")?;
        Ok(keys)
    };
    handler.set("ownKeys", Function::new(ctx.clone(), own_keys)?)?;
    let describe =
        move |ctx: Ctx<'js>, _target: Value<'js>, key: Value<'js>| describe(&ctx, &array, &key);
    handler.set(
        "getOwnPropertyDescriptor",
        Function::new(ctx.clone(), describe)?,
    )?;
    for trap in ["set", "deleteProperty", "defineProperty", "setPrototypeOf"] {
        handler.set(trap, Func::from(refuse_change))?;
    }
    let target = Array::new(ctx.clone())?;
    let handler = ProxyHandler::from_object(handler)?;
    Ok(Proxy::new(ctx.clone(), target, handler)?.into_value())
}

/// What a property key names.
enum Place {
    Element(usize),
    Length,
    Other,
}

fn place(key: &Value<'_>) -> Result<Place> {
    if !key.is_string() {
        return Ok(Place::Other);
    }
    let key = text_of(key)?;
    if key == "length" {
        return Ok(Place::Length);
    }
    let canonical = key == "0" || key.starts_with(|first: char| matches!(first, '1'..='9'));
    match key.parse() {
        Ok(at) if canonical => Ok(Place::Element(at)),
        _ => Ok(Place::Other),
    }
}

fn element<'js>(ctx: &Ctx<'js>, array: &SharedArray, at: usize) -> Result<Value<'js>> {
    match array.get(at) {
        Some(text) => {
            let value = json::parse(ctx, text)?;
            freeze_deeply(&value)?;
            Ok(value)
        }
        None => Ok(Value::new_undefined(ctx.clone())),
    }
}

/// Freezes what came from JSON, with everything in it. What is nested deeply needs no deep stack.
fn freeze_deeply(value: &Value<'_>) -> Result<()> {
    let mut left = vec![value.clone()];
    while let Some(value) = left.pop() {
        let Some(object) = value.into_object() else {
            continue;
        };
        for inner in object.values::<Value<'_>>() {
            let inner = inner?;
            if inner.is_object() {
                left.push(inner);
            }
        }
        raw::freeze(&object)?;
    }
    Ok(())
}

fn describe<'js>(ctx: &Ctx<'js>, array: &SharedArray, key: &Value<'js>) -> Result<Value<'js>> {
    let (value, is_element) = match place(key)? {
        Place::Element(at) if at < array.len() => (element(ctx, array, at)?, true),
        Place::Length => (array.len().into_js(ctx)?, false),
        _ => return Ok(Value::new_undefined(ctx.clone())),
    };
    let descriptor = Object::new(ctx.clone())?;
    descriptor.set("value", value)?;
    // A proxy may only report what its target allows: an array's length is writable and stays.
    descriptor.set("writable", !is_element)?;
    descriptor.set("enumerable", is_element)?;
    descriptor.set("configurable", is_element)?;
    Ok(descriptor.into_value())
}

fn refuse_change(ctx: Ctx<'_>, _this: This<Value<'_>>) -> Result<bool> {
    Err(Exception::throw_type(&ctx, "SharedArray is immutable"))
}
