//! Every route for everybody: what each sort of caller is answered at each route that the router has.
//! A route that is not in the table fails the test with its name.

use std::time::Duration;

use axum::body::Body;
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;
use vita_api::{Audience, Route, routes};

use crate::api::{TestApi, User, with_json};
use crate::routes::{Owned, own_one_of_each, with_id};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Nobody,
    /// A token that was valid an hour ago.
    Expired,
    /// A token of a login that was ended.
    Ended,
    /// A refresh token in the place of an access token.
    Refresh,
    /// A ticket in its place.
    Ticket,
    /// Another creator.
    Stranger,
    Student,
    Admin,
    /// An administrator's key without, and with, the scope for it.
    AdminWriteKey,
    AdminKey,
    Owner,
    /// The owner's key with one scope.
    ReadKey,
    WriteKey,
}

impl Who {
    const ALL: [Self; 13] = [
        Self::Nobody,
        Self::Expired,
        Self::Ended,
        Self::Refresh,
        Self::Ticket,
        Self::Stranger,
        Self::Student,
        Self::Admin,
        Self::AdminWriteKey,
        Self::AdminKey,
        Self::Owner,
        Self::ReadKey,
        Self::WriteKey,
    ];

    const fn is_nobody(self) -> bool {
        matches!(
            self,
            Self::Nobody | Self::Expired | Self::Ended | Self::Refresh | Self::Ticket
        )
    }

    const fn is_admin(self) -> bool {
        matches!(self, Self::Admin | Self::AdminWriteKey | Self::AdminKey)
    }

    /// The scopes of a key.
    const fn scopes(self) -> Option<&'static [&'static str]> {
        match self {
            Self::ReadKey => Some(&["read"]),
            Self::WriteKey => Some(&["write"]),
            Self::AdminWriteKey => Some(&["read", "write"]),
            Self::AdminKey => Some(&["read", "write", "admin"]),
            _ => None,
        }
    }
}

/// What a route asks of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    /// Nothing.
    Nothing,
    /// A credential.
    Account,
    /// A role that may own projects.
    Creator,
    /// A login, not a key.
    Login,
    /// A credential that may read, whatever the method.
    Reader,
    /// The role of an administrator.
    Admin,
}

fn asks(route: &Route) -> Asks {
    match route.audience {
        Audience::Anybody => return Asks::Nothing,
        Audience::Admins => return Asks::Admin,
        Audience::Accounts => {}
    }
    match (route.method, route.path.as_str()) {
        ("DELETE", "/api/me")
        | ("POST", "/api/me/password")
        | (_, "/api/me/logins" | "/api/me/logins/{id}" | "/api/keys" | "/api/keys/{id}") => {
            Asks::Login
        }
        ("POST", "/api/tickets") => Asks::Reader,
        (
            _,
            "/api/me"
            | "/api/dashboard"
            | "/api/credits/ledger"
            | "/api/notifications"
            | "/api/notifications/read"
            | "/api/models"
            | "/api/templates"
            | "/api/jobs"
            | "/api/jobs/{id}"
            | "/api/jobs/{id}/events"
            | "/api/generations/{id}/events"
            | "/api/media/{*key}"
            | "/ws",
        ) => Asks::Account,
        (_, path)
            if [
                "/api/projects",
                "/api/scenes/",
                "/api/generations/",
                "/api/reference-images",
                "/api/upload-reference",
                "/api/video/create",
            ]
            .iter()
            .any(|prefix| path.starts_with(prefix)) =>
        {
            Asks::Creator
        }
        (method, path) => panic!("`{method} {path}` needs a case here: what does it ask for?"),
    }
}

/// The code of the refusal; none where the route does what it is for.
fn refusal(route: &Route, who: Who) -> Option<&'static str> {
    let asks = asks(route);
    if asks == Asks::Nothing {
        return None;
    }
    if who.is_nobody() {
        let was_valid = matches!(who, Who::Expired | Who::Ended);
        return Some(if was_valid {
            "TOKEN_EXPIRED"
        } else {
            "UNAUTHENTICATED"
        });
    }
    if asks == Asks::Admin {
        return match who {
            Who::Admin | Who::AdminKey => None,
            Who::AdminWriteKey => Some("ADMIN_SCOPE_MISSING"),
            _ => Some("NOT_FOUND"),
        };
    }
    if let Some(scopes) = who.scopes() {
        let (scope, missing) = if route.method == "GET" || asks == Asks::Reader {
            ("read", "READ_SCOPE_MISSING")
        } else {
            ("write", "WRITE_SCOPE_MISSING")
        };
        if asks == Asks::Login {
            return Some("LOGIN_REQUIRED");
        }
        if !scopes.contains(&scope) {
            return Some(missing);
        }
    }
    if asks == Asks::Creator && who == Who::Student {
        return Some("FORBIDDEN");
    }
    let is_others = with_id(route) && !matches!(who, Who::Owner | Who::ReadKey | Who::WriteKey);
    is_others.then_some("NOT_FOUND")
}

/// Everybody who is not the owner; they change nothing of the owner's.
struct Others {
    stranger: User,
    student: User,
    admin: User,
    /// The administrator's keys, with and without the scope for it.
    admin_key: User,
    admin_write_key: User,
    /// Somebody whose login was ended.
    ended: User,
}

impl Others {
    async fn sign_up(api: &TestApi) -> Self {
        let admin = api.sign_up_admin().await;
        let ended = api.sign_up().await;
        api.ask(&ended, "POST /api/auth/logout", Value::Null).await;
        let key = async |who: Who| api.add_key(&admin, who.scopes().unwrap()).await;
        Self {
            stranger: api.sign_up().await,
            student: api.sign_up_student().await,
            admin_key: key(Who::AdminKey).await,
            admin_write_key: key(Who::AdminWriteKey).await,
            admin,
            ended,
        }
    }
}

/// The credential of one of them, made anew, as some routes end it.
async fn credential(api: &TestApi, who: Who, owner: &User, others: &Others) -> Option<String> {
    let token = |user: &User| Some(user.token.clone());
    match who {
        Who::Nobody => None,
        Who::Ended => token(&others.ended),
        Who::Refresh => Some(owner.refresh_token.clone()),
        Who::Ticket => Some(api.add_ticket(owner).await),
        Who::Stranger => token(&others.stranger),
        Who::Student => token(&others.student),
        Who::Admin => token(&others.admin),
        Who::Owner | Who::Expired => token(owner),
        Who::ReadKey | Who::WriteKey => token(&api.add_key(owner, who.scopes().unwrap()).await),
        Who::AdminWriteKey => token(&others.admin_write_key),
        Who::AdminKey => token(&others.admin_key),
    }
}

fn request(route: &Route, owned: &Owned, credential: Option<&str>) -> Request<Body> {
    let path = owned.address_of_any(route);
    let request = crate::api::request(route.method.parse().unwrap(), &path);
    let request = match credential {
        Some(credential) => request.header("authorization", format!("Bearer {credential}")),
        None => request,
    };
    match owned.body(route) {
        Value::Null => request.body(Body::empty()).unwrap(),
        body => with_json(request, &body),
    }
}

/// The status, and the code of a failure. The body of a success is not read: streams do not end.
async fn answer(api: &TestApi, request: Request<Body>) -> (StatusCode, Option<String>) {
    let response = api.router().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    if parts.status.is_success() {
        return (parts.status, None);
    }
    let body = body.collect().await.unwrap().to_bytes();
    let problem: Value = serde_json::from_slice(&body).unwrap();
    (parts.status, problem["code"].as_str().map(str::to_owned))
}

/// Whether somebody who may do it was answered by the route itself. What it then says depends on the
/// state of things: there is no clip yet, no upgrade was asked for, a generation has ended.
fn is_done(route: &Route, who: Who, status: StatusCode) -> bool {
    match route.path.as_str() {
        "/api/media/{*key}" => status == StatusCode::NOT_FOUND,
        "/ws" => status == StatusCode::BAD_REQUEST,
        // No workers run here, so there is no queue; the tests of administration have one.
        path if path.starts_with("/admin/queue/") => status == StatusCode::NOT_FOUND,
        // An empty picture is none.
        "/api/upload-reference" => status == StatusCode::UNPROCESSABLE_ENTITY,
        // An administrator whose own body would take their role, and has a colleague.
        "/api/admin/users/{id}" if who.is_admin() => status == StatusCode::OK,
        _ => status.is_success() || status == StatusCode::CONFLICT,
    }
}

#[tokio::test]
async fn everybody_is_answered_as_they_should_be_at_every_route() {
    let api = TestApi::new();
    let others = Others::sign_up(&api).await;
    let mut walked = 0;
    for route in routes().iter().filter(|route| asks(route) != Asks::Nothing) {
        let owner = api.sign_up().await;
        let owned = own_one_of_each(&api, &owner).await;
        for who in Who::ALL {
            if who == Who::Expired {
                continue;
            }
            // Those who may do it end what the next one needs.
            let may = refusal(route, who).is_none();
            let is_own = matches!(who, Who::Owner | Who::ReadKey | Who::WriteKey);
            let fresh = if may && is_own && route.method != "GET" {
                Some(api.sign_up().await)
            } else {
                None
            };
            let owner = fresh.as_ref().unwrap_or(&owner);
            let own;
            let owned = match &fresh {
                Some(owner) => {
                    own = own_one_of_each(&api, owner).await;
                    &own
                }
                None => &owned,
            };
            let other;
            let others = if may && route.method != "GET" && route.path.starts_with("/api/me") {
                other = Others::sign_up(&api).await;
                &other
            } else {
                &others
            };
            let credential = credential(&api, who, owner, others).await;
            let (status, code) = answer(&api, request(route, owned, credential.as_deref())).await;
            let what = format!(
                "{} {} as {who:?}: {status} {code:?}",
                route.method, route.path
            );
            match refusal(route, who) {
                Some(expected) => assert_eq!(code.as_deref(), Some(expected), "{what}"),
                None => assert!(is_done(route, who, status), "{what}"),
            }
            walked += 1;
        }
    }
    assert!(walked >= 400, "{walked}");
}

#[tokio::test]
async fn an_expired_token_is_told_as_such_at_every_route() {
    let api = TestApi::new();
    let owner = api.sign_up().await;
    let owned = own_one_of_each(&api, &owner).await;
    api.clock.advance(Duration::from_mins(15));
    for route in routes().iter().filter(|route| asks(route) != Asks::Nothing) {
        let (_, code) = answer(&api, request(route, &owned, Some(&owner.token))).await;
        assert_eq!(code.as_deref(), refusal(route, Who::Expired), "{route:?}");
    }
}

/// Sockets and event streams take the credential from the address as well.
#[tokio::test]
async fn an_address_opens_a_connection_to_the_same_people() {
    let api = TestApi::new();
    let others = Others::sign_up(&api).await;
    let owner = api.sign_up().await;
    let owned = own_one_of_each(&api, &owner).await;
    let mut walked = 0;
    for route in routes() {
        if route.path != "/ws" && !route.path.ends_with("/events") {
            continue;
        }
        let path = owned.address_of_any(&route);
        let get =
            |query: String| crate::api::request(http::Method::GET, &format!("{path}?{query}"));
        for who in Who::ALL {
            let Some(credential) = credential(&api, who, &owner, &others).await else {
                continue;
            };
            let who = if who == Who::Expired { Who::Owner } else { who };
            let request = get(format!("token={credential}"))
                .body(Body::empty())
                .unwrap();
            let (status, code) = answer(&api, request).await;
            match refusal(&route, who) {
                Some(expected) => assert_eq!(code.as_deref(), Some(expected), "{path} {who:?}"),
                None => assert!(is_done(&route, who, status), "{path} {who:?} {status}"),
            }
            // None of them is a ticket, but the ticket, which works once.
            for expected in [who == Who::Ticket, false] {
                let request = get(format!("ticket={credential}"))
                    .body(Body::empty())
                    .unwrap();
                let (status, code) = answer(&api, request).await;
                let is_let_in = code.as_deref() != Some("UNAUTHENTICATED");
                assert_eq!(is_let_in, expected, "{path} {who:?} {status} {code:?}");
            }
            walked += 1;
        }
    }
    assert!(walked >= 30, "{walked}");
}
