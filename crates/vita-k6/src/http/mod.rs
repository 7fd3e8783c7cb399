//! `k6/http`.

mod body;
mod callback;
mod debug;
mod fields;
mod jar;
mod methods;
mod params;
pub(crate) mod response;
mod send;
mod sse;
pub(crate) mod stream;
mod url;

use crate::modules::Scripted;
use crate::realm::Realm;
pub(crate) use fields::headers_of;
use rquickjs::function::{Func, Opt};
use rquickjs::{Ctx, Function, Object, Result, Value};
use send::{prepare, request_all, request_later, request_now};

pub(crate) use params::{Params, read_params};

/// `submitForm` and `clickLink`.
pub(crate) static FORMS: Scripted = Scripted::new("vita:forms", include_str!("forms.js"));

/// Constants under which scripts know what OCSP and TLS have to say.
const CONSTANTS: [(&str, &str); 18] = [
    ("TLS_1_0", "tls1.0"),
    ("TLS_1_1", "tls1.1"),
    ("TLS_1_2", "tls1.2"),
    ("TLS_1_3", "tls1.3"),
    ("OCSP_STATUS_GOOD", "good"),
    ("OCSP_STATUS_REVOKED", "revoked"),
    ("OCSP_STATUS_SERVER_FAILED", "server_failed"),
    ("OCSP_STATUS_UNKNOWN", "unknown"),
    ("OCSP_REASON_UNSPECIFIED", "unspecified"),
    ("OCSP_REASON_KEY_COMPROMISE", "key_compromise"),
    ("OCSP_REASON_CA_COMPROMISE", "ca_compromise"),
    ("OCSP_REASON_AFFILIATION_CHANGED", "affiliation_changed"),
    ("OCSP_REASON_SUPERSEDED", "superseded"),
    (
        "OCSP_REASON_CESSATION_OF_OPERATION",
        "cessation_of_operation",
    ),
    ("OCSP_REASON_CERTIFICATE_HOLD", "certificate_hold"),
    ("OCSP_REASON_REMOVE_FROM_CRL", "remove_from_crl"),
    ("OCSP_REASON_PRIVILEGE_WITHDRAWN", "privilege_withdrawn"),
    ("OCSP_REASON_AA_COMPROMISE", "aa_compromise"),
];

/// The object of the module's exports.
pub(crate) fn exports<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let exports = Object::new(ctx.clone())?;
    for (name, method) in [("get", http::Method::GET), ("head", http::Method::HEAD)] {
        let run = move |ctx: Ctx<'js>, url: Value<'js>, params: Opt<Value<'js>>| {
            let prepared = prepare(&ctx, method.clone(), &url, None, params.0.as_ref())?;
            request_now(&ctx, prepared)
        };
        exports.set(name, Function::new(ctx.clone(), run)?)?;
    }
    for (name, method) in [
        ("post", http::Method::POST),
        ("put", http::Method::PUT),
        ("patch", http::Method::PATCH),
        ("del", http::Method::DELETE),
        ("options", http::Method::OPTIONS),
    ] {
        let run = move |ctx: Ctx<'js>,
                        url: Value<'js>,
                        body: Opt<Value<'js>>,
                        params: Opt<Value<'js>>| {
            let prepared = prepare(
                &ctx,
                method.clone(),
                &url,
                body.0.as_ref(),
                params.0.as_ref(),
            )?;
            request_now(&ctx, prepared)
        };
        exports.set(name, Function::new(ctx.clone(), run)?)?;
    }
    exports.set("request", Func::from(request))?;
    exports.set("asyncRequest", Func::from(async_request))?;
    exports.set("batch", Func::from(request_all))?;
    exports.set("url", Func::from(url::template))?;
    exports.set("file", Func::from(body::file))?;
    exports.set("cookieJar", Func::from(jar::shared))?;
    exports.set("CookieJar", jar::constructor(ctx)?)?;
    exports.set("expectedStatuses", Func::from(callback::expected_statuses))?;
    exports.set("setResponseCallback", Func::from(callback::set))?;
    for (name, value) in CONSTANTS {
        exports.set(name, value)?;
    }
    Ok(exports)
}

fn request<'js>(
    ctx: Ctx<'js>,
    method: Value<'js>,
    url: Value<'js>,
    body: Opt<Value<'js>>,
    params: Opt<Value<'js>>,
) -> Result<Value<'js>> {
    let method = send::method_of(&ctx, &method)?;
    let prepared = prepare(&ctx, method, &url, body.0.as_ref(), params.0.as_ref())?;
    request_now(&ctx, prepared)
}

fn async_request<'js>(
    ctx: Ctx<'js>,
    method: Value<'js>,
    url: Value<'js>,
    body: Opt<Value<'js>>,
    params: Opt<Value<'js>>,
) -> Result<Value<'js>> {
    let prepared = send::method_of(&ctx, &method)
        .and_then(|method| prepare(&ctx, method, &url, body.0.as_ref(), params.0.as_ref()));
    match prepared {
        Ok(prepared) => request_later(&ctx, prepared),
        Err(error) => {
            let realm = Realm::of(&ctx)?;
            let (promise, id) = realm.promise(&ctx)?;
            realm.settle(&ctx, id, Err(error))?;
            Ok(promise.into_value())
        }
    }
}
