//! Requests: one at a time, in the background, and many at once.

use super::callback::Judge;
use super::params::{ResponseType, read_params};
use super::response::{Response, ResponseData, Unsendable};
use super::{body, url};
use crate::engine::{Completion, VuState};
use crate::logging::Level;
use crate::realm::Realm;
use crate::tagging::RequestTags;
use http::Method;
use http::header::CONTENT_TYPE;
use rquickjs::{Array, Class, Ctx, Exception, Object, Result, Value};
use std::rc::Rc;
use vita_k6_modules::text_of;
use vita_wire::{
    BatchLimits, BodyMode, Client, Outcome, REDIRECTS_MAX_DEFAULT, Request, WireError,
};

/// A request that is ready to be sent.
pub(super) struct Prepared {
    pub(super) request: std::result::Result<Request, Box<Unsendable>>,
    pub(super) meta: Meta,
}

/// What is needed of a request once it was answered.
pub(super) struct Meta {
    tags: RequestTags,
    judge: Judge,
    pub(super) response_type: ResponseType,
    throws: bool,
    body: vita_wire::Body,
    cookies: Vec<vita_wire::RequestCookie>,
}

pub(super) fn method_of<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<Method> {
    let name = text_of(value)?.to_ascii_uppercase();
    Method::from_bytes(name.as_bytes())
        .map_err(|_| Exception::throw_type(ctx, &format!("`{name}` is no HTTP method")))
}

/// Reads what a script asks for.
pub(super) fn prepare<'js>(
    ctx: &Ctx<'js>,
    method: Method,
    address: &Value<'js>,
    body: Option<&Value<'js>>,
    params: Option<&Value<'js>>,
) -> Result<Prepared> {
    let realm = Realm::of(ctx)?;
    let vu = realm.vu();
    let client = client_of(ctx, vu)?;
    let (address, name) = url::read(address)?;
    let (body, content_type) = body::read(ctx, vu, body)?;
    let mut params = read_params(ctx, vu, params)?;
    if params.tags.name.is_none() {
        params.tags.name = name;
    }
    if let Some(kind) = content_type
        && !params.headers.contains_key(CONTENT_TYPE)
        && let Ok(kind) = kind.try_into()
    {
        params.headers.insert(CONTENT_TYPE, kind);
    }
    let meta = Meta {
        tags: params.tags,
        judge: params.judge,
        response_type: params.response_type,
        throws: params.throws,
        body: body.clone(),
        cookies: params.cookies.clone(),
    };
    let request = match client.target(&address) {
        Ok(target) => Ok(Request {
            method,
            target,
            headers: params.headers,
            body,
            compression: params.compression,
            auth: params.auth,
            jar: params.jar,
            cookies: params.cookies,
            redirects_max: params.redirects_max,
            timeout: params.timeout,
            body_mode: match params.response_type {
                ResponseType::None => BodyMode::Discard,
                _ => BodyMode::Keep,
            },
        }),
        Err(error) => Err(Box::new(Unsendable {
            method,
            url: address,
            error,
        })),
    };
    Ok(Prepared { request, meta })
}

pub(super) fn client_of(ctx: &Ctx<'_>, vu: &VuState) -> Result<Client> {
    match &vu.client {
        Some(client) if !vu.in_init() => Ok(client.clone()),
        _ => Err(Exception::throw_message(
            ctx,
            "making http requests in the init context is not supported",
        )),
    }
}

/// A future that is made when it is first polled, on the worker's stack. The future of a request has
/// some kilobytes; made on a script's own stack it would leave its pages touched, and each virtual
/// user would hold them for life.
pub(super) async fn late<F: Future>(make: impl FnOnce() -> F) -> F::Output {
    Box::pin(make()).await
}

/// Sends a request; the script waits for the answer.
pub(super) fn request_now<'js>(ctx: &Ctx<'js>, prepared: Prepared) -> Result<Value<'js>> {
    let realm = Realm::of(ctx)?;
    let vu = realm.vu();
    let Prepared { request, meta } = prepared;
    let outcome = match request {
        Ok(request) => {
            let client = client_of(ctx, vu)?;
            Ok(vu.wait(ctx, late(|| client.send(request)))?)
        }
        Err(unsendable) => Err(unsendable),
    };
    finish(ctx, vu, outcome, meta)
}

/// Sends a request; a promise of the answer.
pub(super) fn request_later<'js>(ctx: &Ctx<'js>, prepared: Prepared) -> Result<Value<'js>> {
    let realm = Realm::of(ctx)?;
    let (promise, id) = realm.promise(ctx)?;
    let client = client_of(ctx, realm.vu())?;
    let Prepared { request, meta } = prepared;
    realm.vu().spawn(Box::pin(async move {
        let outcome = match request {
            Ok(request) => Ok(late(|| client.send(request)).await),
            Err(unsendable) => Err(unsendable),
        };
        let complete: Completion = Box::new(move |ctx| {
            let realm = Realm::of(ctx)?;
            let vu = Rc::clone(realm.vu());
            let response = finish(ctx, &vu, outcome, meta);
            realm.settle(ctx, id, response)
        });
        complete
    }));
    Ok(promise.into_value())
}

/// `http.batch(requests)`: all at once, within the limits of `batch` and `batchPerHost`.
pub(super) fn request_all<'js>(ctx: Ctx<'js>, requests: Value<'js>) -> Result<Value<'js>> {
    let Some(object) = requests.as_object() else {
        return Err(Exception::throw_type(
            &ctx,
            "http.batch takes an array or an object of requests",
        ));
    };
    let mut keys = Vec::new();
    let mut prepared = Vec::new();
    for key in object.keys::<String>() {
        let key = key?;
        let entry: Value<'js> = object.get(key.as_str())?;
        prepared.push(prepare_entry(&ctx, &entry)?);
        keys.push(key);
    }
    let responses = send_all(&ctx, prepared)?;
    if object.is_array() {
        let array = Array::new(ctx.clone())?;
        for (index, response) in responses.into_iter().enumerate() {
            array.set(index, response)?;
        }
        return Ok(array.into_value());
    }
    let answers = Object::new(ctx.clone())?;
    for (key, response) in keys.into_iter().zip(responses) {
        answers.set(key, response)?;
    }
    Ok(answers.into_value())
}

/// An entry of a batch: an address, `[method, url, body, params]`, or an object of these.
fn prepare_entry<'js>(ctx: &Ctx<'js>, entry: &Value<'js>) -> Result<Prepared> {
    if let Some(array) = entry.as_array() {
        let method = method_of(ctx, &array.get(0)?)?;
        let (address, body, params) = (array.get(1)?, array.get(2)?, array.get(3)?);
        return prepare(ctx, method, &address, Some(&body), Some(&params));
    }
    if let Some(object) = entry.as_object()
        && object.contains_key("url")?
        && !object.contains_key("clean_url")?
    {
        let method: Value<'js> = object.get("method")?;
        let method = if method.is_undefined() {
            Method::GET
        } else {
            method_of(ctx, &method)?
        };
        let (address, body, params) = (
            object.get("url")?,
            object.get("body")?,
            object.get("params")?,
        );
        return prepare(ctx, method, &address, Some(&body), Some(&params));
    }
    prepare(ctx, Method::GET, entry, None, None)
}

fn send_all<'js>(ctx: &Ctx<'js>, prepared: Vec<Prepared>) -> Result<Vec<Value<'js>>> {
    let realm = Realm::of(ctx)?;
    let vu = realm.vu();
    let client = client_of(ctx, vu)?;
    let options = vu.plan.options();
    let limits = BatchLimits {
        total: options.batch,
        per_host: options.batch_per_host,
    };
    let mut requests = Vec::new();
    let mut rest = Vec::new();
    for Prepared { request, meta } in prepared {
        match request {
            Ok(request) => {
                requests.push(request);
                rest.push((None, meta));
            }
            Err(unsendable) => rest.push((Some(unsendable), meta)),
        }
    }
    let mut outcomes = vu
        .wait(ctx, late(|| client.send_batch(requests, limits)))?
        .into_iter();
    let mut responses = Vec::new();
    for (unsendable, meta) in rest {
        let sent = match unsendable {
            Some(unsendable) => Err(unsendable),
            None => Ok(outcomes.next().ok_or_else(|| {
                Exception::throw_internal(ctx, "a request of the batch got lost")
            })?),
        };
        responses.push(finish(ctx, vu, sent, meta)?);
    }
    Ok(responses)
}

type Sent = std::result::Result<Outcome, Box<Unsendable>>;

/// Takes the samples of a request, and makes the script's response of it.
fn finish<'js>(ctx: &Ctx<'js>, vu: &VuState, sent: Sent, meta: Meta) -> Result<Value<'js>> {
    let outcome = match sent {
        Ok(outcome) => outcome,
        Err(unsendable) => return refuse(ctx, vu, unsendable, &meta),
    };
    record(ctx, vu, &outcome, &meta)?;
    if let Some(response) = &outcome.response
        && response.redirect_limit_reached
        && nobody_chose_the_limit(vu, &outcome)
    {
        let message = format!(
            "stopped after {REDIRECTS_MAX_DEFAULT} redirects and returned the last: say with `redirects` of the request or the option `maxRedirects` how many there may be"
        );
        vu.log(Level::Warning, &message, &[]);
    }
    respond(
        ctx,
        ResponseData::new(outcome, meta.body, meta.cookies, meta.response_type),
    )
}

/// Whether as many redirects were followed as are when neither request nor options say how many.
fn nobody_chose_the_limit(vu: &VuState, outcome: &Outcome) -> bool {
    let is_set = |options: &serde_json::Value| !options["maxRedirects"].is_null();
    let hops = u32::try_from(outcome.hops().count()).unwrap_or(u32::MAX);
    hops > REDIRECTS_MAX_DEFAULT && !is_set(&vu.plan.options().consolidated)
}

/// Takes the samples of a request, and tells of its failure.
pub(super) fn record(ctx: &Ctx<'_>, vu: &VuState, outcome: &Outcome, meta: &Meta) -> Result<()> {
    for hop in outcome.hops() {
        let expected = meta
            .judge
            .expects(hop.status)
            .map(|yes| yes && hop.error.is_none());
        vu.tagging.add_hop(hop, &meta.tags, expected);
    }
    super::debug::print(vu, outcome, &meta.body);
    let Some(error) = outcome.error() else {
        return Ok(());
    };
    let last = &outcome.last;
    complain(ctx, vu, &last.method, last.target.as_str(), error, meta)
}

/// The failure in the log or, with `throw`, as an exception.
fn complain(
    ctx: &Ctx<'_>,
    vu: &VuState,
    method: &Method,
    url: &str,
    error: &WireError,
    meta: &Meta,
) -> Result<()> {
    if meta.throws {
        return Err(Exception::throw_message(ctx, &error.to_string()));
    }
    // `Get "http://…": dial: connection refused`
    let method = method.as_str();
    let (first, rest) = method.split_at(1.min(method.len()));
    let text = format!("{first}{} \"{url}\": {error}", rest.to_ascii_lowercase());
    vu.log(Level::Warning, "Request Failed", &[("error", &text)]);
    Ok(())
}

/// What comes of an address that can't be requested: no sample, as nothing was sent.
fn refuse<'js>(
    ctx: &Ctx<'js>,
    vu: &VuState,
    what: Box<Unsendable>,
    meta: &Meta,
) -> Result<Value<'js>> {
    complain(ctx, vu, &what.method, &what.url, &what.error, meta)?;
    respond(ctx, ResponseData::unsent(what))
}

fn respond<'js>(ctx: &Ctx<'js>, data: ResponseData) -> Result<Value<'js>> {
    Ok(Class::instance(ctx.clone(), Response::new(data))?.into_value())
}
