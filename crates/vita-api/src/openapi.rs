//! The description of the interface, made from the router itself.

mod bounds;

use axum::Router;
use utoipa::openapi::header::Header;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::request_body::RequestBody;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Required,
    ResponseBuilder,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::problem::{FieldProblem, Problem};
use crate::router::documented;
use crate::state::ApiState;

/// Where the description is served.
const OPENAPI_PATH: &str = "/api/openapi.json";

/// The name of the one way to authenticate.
const BEARER: &str = "bearer";

/// The name of the response that every failure is.
const PROBLEM: &str = "Problem";

/// The name of the response that says when to come back.
const BUSY: &str = "Busy";

/// What the addresses of the routes for administrators begin with.
const OF_ADMINS: [&str; 3] = ["/admin/", "/debug/", "/api/admin/"];

const ABOUT: &str = "From a prompt to a playing clip. Every failure is `application/problem+json` \
     with a stable `code`; `/docs/problems` lists them. Every address below `/api` answers the \
     same below `/api/v1`. Times are RFC 3339 in UTC, ids are opaque, money is whole credits. \
     Lists take `limit` and `cursor` and answer `nextCursor`, null at the end.";

/// The description as it is committed in `docs/api/openapi.json`: JSON, indented, with a line
/// break at its end.
pub fn openapi() -> String {
    let mut text = description()
        .to_pretty_json()
        .expect("the description holds nothing that JSON cannot");
    text.push('\n');
    text
}

/// Who may ask for a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Whoever comes.
    Anybody,
    /// Those with a credential.
    Accounts,
    /// Those with an administrator's; others are told that it is not there.
    Admins,
}

/// One documented route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method, such as `GET`.
    pub method: &'static str,
    /// The pattern, such as `/api/projects/{id}`.
    pub path: String,
    /// Who may ask.
    pub audience: Audience,
    /// Whether it reads a JSON body.
    pub has_body: bool,
    /// Whether it answers a page of a list.
    pub is_list: bool,
}

/// Every documented route, from the router itself, for tests that walk all of them.
pub fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    for (path, mut item) in documented().into_openapi().paths.paths {
        for (method, operation) in operations(&mut item) {
            let parameters = operation.parameters.iter().flatten();
            let body = operation.request_body.as_ref();
            routes.push(Route {
                method,
                path: path.clone(),
                audience: audience(&path, operation),
                has_body: body.is_some_and(is_json),
                is_list: parameters.into_iter().any(|one| is_named(one, "cursor")),
            });
        }
    }
    routes
}

fn audience(path: &str, operation: &Operation) -> Audience {
    if operation.security.is_none() {
        Audience::Anybody
    } else if OF_ADMINS.iter().any(|prefix| path.starts_with(prefix)) {
        Audience::Admins
    } else {
        Audience::Accounts
    }
}

fn is_json(body: &RefOr<RequestBody>) -> bool {
    match body {
        RefOr::T(body) => body.content.contains_key("application/json"),
        RefOr::Ref(_) => true,
    }
}

/// What the description begins with, before the routes.
pub(crate) fn head() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Vitascope")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .build();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "The `token` of a login, or an API key; in the header `Authorization`. A key answers 403 \
             where it lacks the scope: `read` for every `GET`, `write` for every other method, \
             `admin` for what administrators do.",
        ))
        .build();
    let problem = |description: &str| {
        let schema = Ref::from_schema_name("Problem");
        let content = ContentBuilder::new().schema(Some(schema)).build();
        ResponseBuilder::new()
            .description(description)
            .header("X-Request-Id", Header::default())
            .content("application/problem+json", content)
    };
    let seconds = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(1));
    let busy = problem("Refused for now: too much in a short time, or the server is busy")
        .header("Retry-After", Header::new(seconds))
        .build();
    let components = ComponentsBuilder::new()
        .security_scheme(BEARER, SecurityScheme::Http(bearer))
        .response(PROBLEM, problem("Any failure").build())
        .response(BUSY, busy)
        .schema_from::<Problem>()
        .schema_from::<FieldProblem>()
        .build();
    OpenApiBuilder::new()
        .info(info)
        .components(Some(components))
        .build()
}

/// Notes that the routes of a group ask for a credential.
pub(crate) fn protected(mut group: OpenApiRouter<ApiState>) -> OpenApiRouter<ApiState> {
    let scopes: [&str; 0] = [];
    for item in group.get_openapi_mut().paths.paths.values_mut() {
        for (_, operation) in operations(item) {
            operation.security = Some(vec![SecurityRequirement::new(BEARER, scopes)]);
        }
    }
    group
}

/// The pages that show the description and let people try it.
pub(crate) fn docs_ui() -> Router<ApiState> {
    let config = Config::default()
        .persist_authorization(false)
        // The default asks a service elsewhere about the description.
        .validator_url("none");
    SwaggerUi::new("/docs")
        .url(OPENAPI_PATH, description())
        .config(config)
        .into()
}

fn description() -> OpenApi {
    let mut description = documented().into_openapi();
    for (path, item) in &mut description.paths.paths {
        for (method, operation) in operations(item) {
            add_common_parameters(method, operation);
            complete_responses(method, path, operation);
            for parameter in operation.parameters.iter_mut().flatten() {
                if let RefOr::T(parameter) = parameter {
                    bounds::bound_parameter(parameter);
                }
            }
        }
    }
    if let Some(components) = &mut description.components {
        bounds::bound_bodies(components);
    }
    // The router takes the rest of an address with a star, which the standard does not know.
    let paths = std::mem::take(&mut description.paths.paths).into_iter();
    description.paths.paths = paths
        .map(|(path, item)| (path.replace("{*", "{"), item))
        .collect();
    description
}

/// Writes whose first answer cannot be given again: it holds a secret that is not kept, or the account
/// is gone, or nothing happens the second time.
const NOT_REPEATED: [&str; 8] = [
    "create_key",
    "delete_key",
    "create_ticket",
    "change_password",
    "delete_me",
    "delete_login",
    "delete_other_logins",
    "update_me",
];

/// Every other write by a signed-in user can be repeated safely.
fn add_common_parameters(method: &str, operation: &mut Operation) {
    let id = operation.operation_id.as_deref().unwrap_or_default();
    if operation.security.is_some() && method != "GET" && !NOT_REPEATED.contains(&id) {
        let key = header_parameter(
            "Idempotency-Key",
            "1 to 255 printable ASCII characters. For 24 hours the same key and request give the \
             first answer again.",
        );
        operation
            .parameters
            .get_or_insert_default()
            .push(key.into());
    }
}

/// Adds the failures that come from what all routes have: a credential, an id in the address, a body,
/// a version, the limits of the installation.
fn complete_responses(method: &str, path: &str, operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            describe(status).clone_into(&mut response.description);
        }
    }
    let mut statuses = vec!["default", "500"];
    if operation.security.is_some() {
        statuses.push("401");
    }
    if method != "GET" {
        statuses.extend(["409", "507"]);
    }
    if path.contains('{') {
        statuses.push("404");
    }
    if operation.request_body.is_some() {
        statuses.extend(["400", "408", "413", "415", "422"]);
    }
    let parameters = operation.parameters.as_deref().unwrap_or_default();
    let has = |name| parameters.iter().any(|one| is_named(one, name));
    if has("cursor") || has("Idempotency-Key") {
        statuses.push("422");
    }
    if has("If-Match") {
        statuses.push("412");
    }
    let problems = statuses.into_iter().map(|status| (status, PROBLEM));
    let refused_for_now = ["429", "503"].map(|status| (status, BUSY));
    for (status, name) in problems.chain(refused_for_now) {
        operation
            .responses
            .responses
            .entry(status.to_owned())
            .or_insert(RefOr::Ref(Ref::from_response_name(name)));
    }
}

/// What a status says where a route says no more; the standard asks for words.
fn describe(status: &str) -> &'static str {
    match status {
        "200" => "Here it is",
        "201" => "It is there now",
        "202" => "Accepted",
        "204" => "Done",
        "206" => "A part of it",
        "304" => "Not changed since",
        _ => "See the status",
    }
}

fn is_named(parameter: &RefOr<Parameter>, name: &str) -> bool {
    matches!(parameter, RefOr::T(parameter) if parameter.name == name)
}

fn header_parameter(name: &str, description: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    [
        ("GET", item.get.as_mut()),
        ("POST", item.post.as_mut()),
        ("PUT", item.put.as_mut()),
        ("PATCH", item.patch.as_mut()),
        ("DELETE", item.delete.as_mut()),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation?)))
}
