//! What scripts get of an answer.
//!
//! Most scripts look at two or three of its fields, and making all of them costs more than the rest
//! of a request. So a response is an object of its own class, which makes a field when it is read;
//! to a script its fields are own properties, in k6's order.

use super::fields::{cookies_of, headers_of, ocsp_of, request_of, timings_of};
use super::methods::{forms_call, read_html, read_json};
use super::params::ResponseType;
use crate::raw;
use crate::realm::Realm;
use bytes::Bytes;
use http::Method;
use rquickjs::class::{
    ClassKind, JsCell, JsClass, PropertyDescriptor, PropertyName, Readable, Trace, Tracer,
};
use rquickjs::function::{Constructor, Func, Opt, This};
use rquickjs::{Atom, Class, Ctx, Exception, Function, IntoJs, Null, Object, Result, Value};
use std::cell::RefCell;
use vita_k6_modules::{array_buffer, text_of};
use vita_wire::{
    Body, ConnectionInfo, ErrorCode, Hop, Outcome, RequestCookie, Timings, TlsInfo, WireError,
};

/// The fields in k6's order.
const FIELDS: [&str; 16] = [
    "remote_ip",
    "remote_port",
    "url",
    "status",
    "status_text",
    "proto",
    "headers",
    "cookies",
    "body",
    "timings",
    "tls_version",
    "tls_cipher_suite",
    "ocsp",
    "error",
    "error_code",
    "request",
];

/// Where `status` and `body` stand, which nearly all reads ask for.
const STATUS: usize = 3;
const BODY: usize = 8;

/// The names of the fields in a runtime.
pub(crate) struct Names<'js>(Vec<Atom<'js>>);

/// A request's answer, or why there is none.
pub(crate) struct ResponseData {
    last: Last,
    pub(super) answer: Option<vita_wire::Response>,
    response_type: ResponseType,
    pub(super) sent_body: Body,
    pub(super) sent_cookies: Vec<RequestCookie>,
}

/// The last exchange of a request.
enum Last {
    Hop(Box<Hop>),
    /// The address can't be requested.
    Unsent(Box<Unsendable>),
}

/// A request whose address can't be requested.
pub(super) struct Unsendable {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) error: WireError,
}

impl ResponseData {
    pub(super) fn new(
        outcome: Outcome,
        sent_body: Body,
        sent_cookies: Vec<RequestCookie>,
        response_type: ResponseType,
    ) -> Self {
        Self {
            last: Last::Hop(Box::new(outcome.last)),
            answer: outcome.response,
            response_type,
            sent_body,
            sent_cookies,
        }
    }

    /// An answer to a request that could not be sent.
    pub(super) fn unsent(unsendable: Box<Unsendable>) -> Self {
        Self {
            last: Last::Unsent(unsendable),
            answer: None,
            response_type: ResponseType::Text,
            sent_body: Body::Empty,
            sent_cookies: Vec::new(),
        }
    }

    fn hop(&self) -> Option<&Hop> {
        match &self.last {
            Last::Hop(hop) => Some(hop),
            Last::Unsent(_) => None,
        }
    }

    fn connection(&self) -> Option<&ConnectionInfo> {
        self.hop()?.connection.as_deref()
    }

    fn tls(&self) -> Option<&TlsInfo> {
        self.connection()?.tls.as_ref()
    }

    pub(super) fn url(&self) -> &str {
        match &self.last {
            Last::Hop(hop) => hop.target.as_str(),
            Last::Unsent(unsendable) => &unsendable.url,
        }
    }

    pub(super) fn method(&self) -> &str {
        match &self.last {
            Last::Hop(hop) => hop.method.as_str(),
            Last::Unsent(unsendable) => unsendable.method.as_str(),
        }
    }

    fn status(&self) -> u16 {
        self.hop().map_or(0, |hop| hop.status)
    }

    fn proto(&self) -> &'static str {
        self.hop()
            .filter(|hop| hop.status > 0)
            .map_or("", Hop::proto)
    }

    fn error(&self) -> String {
        match &self.last {
            Last::Hop(hop) => hop
                .error
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
            Last::Unsent(unsendable) => unsendable.error.to_string(),
        }
    }

    fn error_code(&self) -> u16 {
        let code = match &self.last {
            Last::Hop(hop) => hop.error_code(),
            Last::Unsent(unsendable) => Some(unsendable.error.code),
        };
        code.map_or(0, ErrorCode::number)
    }

    fn body(&self) -> Option<&Bytes> {
        self.answer.as_ref()?.body.as_ref()
    }
}

/// The object that a script has of a response.
pub(crate) struct Response<'js> {
    pub(super) data: ResponseData,
    /// Those that were made or set, by where they stand.
    fields: RefCell<Vec<(usize, Value<'js>)>>,
    /// What the script itself has set.
    extra: RefCell<Vec<(String, Value<'js>)>>,
    pub(super) json: RefCell<Option<Value<'js>>>,
}

impl<'js> Response<'js> {
    pub(super) fn new(data: ResponseData) -> Self {
        Self {
            data,
            fields: RefCell::default(),
            extra: RefCell::default(),
            json: RefCell::default(),
        }
    }

    /// A field's value, made at first use.
    fn field(&self, ctx: &Ctx<'js>, index: usize) -> Result<Value<'js>> {
        if let Some(value) = self.known_field(index) {
            return Ok(value);
        }
        if index == STATUS {
            return i32::from(self.data.status()).into_js(ctx);
        }
        let value = self.make_field(ctx, index)?;
        self.set_field(index, value.clone());
        Ok(value)
    }

    fn known_field(&self, index: usize) -> Option<Value<'js>> {
        let fields = self.fields.borrow();
        let (_, value) = fields.iter().find(|(known, _)| *known == index)?;
        Some(value.clone())
    }

    fn set_field(&self, index: usize, value: Value<'js>) {
        let mut fields = self.fields.borrow_mut();
        match fields.iter_mut().find(|(known, _)| *known == index) {
            Some((_, old)) => *old = value,
            None => fields.push((index, value)),
        }
    }

    fn make_field(&self, ctx: &Ctx<'js>, index: usize) -> Result<Value<'js>> {
        let data = &self.data;
        let answer = data.answer.as_ref();
        let remote = data.connection().map(|connection| connection.remote);
        match FIELDS[index] {
            "remote_ip" => remote
                .map_or_else(String::new, |at| at.ip().to_string())
                .into_js(ctx),
            "remote_port" => remote.map_or(0, |at| at.port()).into_js(ctx),
            "url" => data.url().into_js(ctx),
            "status" => data.status().into_js(ctx),
            "status_text" => answer
                .map_or_else(String::new, vita_wire::Response::status_text)
                .into_js(ctx),
            "proto" => data.proto().into_js(ctx),
            "headers" => match answer {
                Some(answer) => headers_of(ctx, &answer.headers),
                None => Object::new(ctx.clone()).map(Object::into_value),
            },
            "cookies" => match answer {
                Some(answer) => cookies_of(ctx, &answer.headers),
                None => Object::new(ctx.clone()).map(Object::into_value),
            },
            "body" => self.make_body(ctx),
            "timings" => timings_of(
                ctx,
                &data.hop().map_or_else(Timings::default, |hop| hop.timings),
            ),
            "tls_version" => data.tls().map_or("", |tls| tls.version).into_js(ctx),
            "tls_cipher_suite" => data
                .tls()
                .map_or("", |tls| tls.cipher_suite.as_str())
                .into_js(ctx),
            "ocsp" => ocsp_of(ctx),
            "error" => data.error().into_js(ctx),
            "error_code" => data.error_code().into_js(ctx),
            _ => request_of(ctx, data),
        }
    }

    fn make_body(&self, ctx: &Ctx<'js>) -> Result<Value<'js>> {
        match (self.data.body(), self.data.response_type) {
            (None, _) | (_, ResponseType::None) => Null.into_js(ctx),
            (Some(bytes), ResponseType::Binary) => array_buffer(ctx, bytes),
            (Some(bytes), ResponseType::Text) => match std::str::from_utf8(bytes) {
                Ok(text) => text.into_js(ctx),
                Err(_) => String::from_utf8_lossy(bytes).into_owned().into_js(ctx),
            },
        }
    }

    /// The body as text, for what reads it.
    pub(super) fn text(&self, ctx: &Ctx<'js>, purpose: &str) -> Result<std::borrow::Cow<'_, str>> {
        if self.data.response_type == ResponseType::None
            && let Some(replaced) = self.known_field(BODY)
            && !replaced.is_object()
        {
            return Ok(text_of(&replaced)?.into());
        }
        match self.data.body() {
            Some(bytes) => Ok(String::from_utf8_lossy(bytes)),
            None => Err(Exception::throw_message(
                ctx,
                &format!(
                    "the body is null so we can't transform it to {purpose} - this likely was because of a request error getting the response"
                ),
            )),
        }
    }
}

impl<'js> Trace<'js> for Response<'js> {
    fn trace<'a>(&self, tracer: Tracer<'a, 'js>) {
        for (_, value) in &*self.fields.borrow() {
            tracer.mark(value);
        }
        for (_, value) in &*self.extra.borrow() {
            tracer.mark(value);
        }
        if let Some(value) = &*self.json.borrow() {
            tracer.mark(value);
        }
    }
}

impl<'js> JsClass<'js> for Response<'js> {
    const NAME: &'static str = "Response";
    const KIND: ClassKind = ClassKind::Exotic;
    type Mutable = Readable;

    fn prototype(ctx: &Ctx<'js>) -> Result<Option<Object<'js>>> {
        let prototype = Object::new(ctx.clone())?;
        prototype.set("json", Func::from(read_json))?;
        prototype.set("html", Func::from(read_html))?;
        for name in ["submitForm", "clickLink"] {
            let call = move |ctx: Ctx<'js>, this: This<Value<'js>>, options: Opt<Value<'js>>| {
                forms_call(&ctx, name, this.0, options.0)
            };
            prototype.set(name, Function::new(ctx.clone(), call)?)?;
        }
        Ok(Some(prototype))
    }

    fn constructor(_ctx: &Ctx<'js>) -> Result<Option<Constructor<'js>>> {
        Ok(None)
    }

    fn exotic_get_property(
        this: &JsCell<'js, Self>,
        ctx: &Ctx<'js>,
        atom: Atom<'js>,
        _receiver: Value<'js>,
    ) -> Result<Value<'js>> {
        let this = this.borrow();
        if let Some(index) = field_index(ctx, &atom)? {
            return this.field(ctx, index);
        }
        if !this.extra.borrow().is_empty() {
            let name = atom.to_string()?;
            if let Some((_, value)) = this.extra.borrow().iter().find(|(known, _)| *known == name) {
                return Ok(value.clone());
            }
        }
        match Class::<Self>::prototype(ctx)? {
            Some(prototype) => prototype.get(atom),
            None => Ok(Value::new_undefined(ctx.clone())),
        }
    }

    fn exotic_set_property(
        this: &JsCell<'js, Self>,
        ctx: &Ctx<'js>,
        atom: Atom<'js>,
        _receiver: Value<'js>,
        value: Value<'js>,
    ) -> Result<bool> {
        raw::keep_lent(&value);
        let this = this.borrow();
        if let Some(index) = field_index(ctx, &atom)? {
            this.set_field(index, value);
            return Ok(true);
        }
        let name = atom.to_string()?;
        let mut extra = this.extra.borrow_mut();
        match extra.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => extra.push((name, value)),
        }
        Ok(true)
    }

    fn exotic_has_property(
        this: &JsCell<'js, Self>,
        ctx: &Ctx<'js>,
        atom: Atom<'js>,
    ) -> Result<bool> {
        if field_index(ctx, &atom)?.is_some() {
            return Ok(true);
        }
        let name = atom.to_string()?;
        let known = this
            .borrow()
            .extra
            .borrow()
            .iter()
            .any(|(known, _)| *known == name);
        match Class::<Self>::prototype(ctx)? {
            Some(prototype) if !known => prototype.contains_key(atom),
            _ => Ok(known),
        }
    }

    fn exotic_delete_property(
        this: &JsCell<'js, Self>,
        ctx: &Ctx<'js>,
        atom: Atom<'js>,
    ) -> Result<bool> {
        let this = this.borrow();
        if let Some(index) = field_index(ctx, &atom)? {
            this.set_field(index, Value::new_undefined(ctx.clone()));
            return Ok(true);
        }
        let name = atom.to_string()?;
        this.extra.borrow_mut().retain(|(known, _)| *known != name);
        Ok(true)
    }

    fn exotic_get_own_property(
        this: &JsCell<'js, Self>,
        ctx: &Ctx<'js>,
        atom: Atom<'js>,
    ) -> Result<Option<PropertyDescriptor<'js>>> {
        let this = this.borrow();
        if let Some(index) = field_index(ctx, &atom)? {
            let value = this.field(ctx, index)?;
            return Ok(Some(PropertyDescriptor::new_value(value, true, true, true)));
        }
        let name = atom.to_string()?;
        let extra = this.extra.borrow();
        let found = extra.iter().find(|(known, _)| *known == name);
        Ok(found.map(|(_, value)| PropertyDescriptor::new_value(value.clone(), true, true, true)))
    }

    fn exotic_get_own_property_names(
        this: &JsCell<'js, Self>,
        ctx: &Ctx<'js>,
    ) -> Result<Vec<PropertyName<'js>>> {
        let this = this.borrow();
        let extra = this.extra.borrow();
        let names = FIELDS
            .into_iter()
            .chain(extra.iter().map(|(name, _)| name.as_str()));
        names
            .map(|name| {
                Ok(PropertyName {
                    atom: Atom::from_str(ctx.clone(), name)?,
                    is_enumerable: true,
                })
            })
            .collect()
    }
}

/// Whether an object is a response.
pub(crate) fn is_response(object: &Object<'_>) -> bool {
    Class::<Response<'_>>::from_object(object).is_some()
}

fn field_index<'js>(ctx: &Ctx<'js>, atom: &Atom<'js>) -> Result<Option<usize>> {
    let realm = Realm::of(ctx)?;
    let names = if let Some(names) = realm.response_names.get() {
        names
    } else {
        let names = FIELDS
            .into_iter()
            .map(|name| Atom::from_str(ctx.clone(), name))
            .collect::<Result<Vec<_>>>()?;
        realm.response_names.get_or_init(|| Names(names))
    };
    Ok(names.0.iter().position(|name| name == atom))
}
