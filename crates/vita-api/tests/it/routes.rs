//! Walks every route that the router has, so that a new one cannot be forgotten.

use axum::body::Body;
use http::StatusCode;
use serde_json::{Value, json};
use vita_api::{Audience, Route, routes};

use crate::api::{Answer, PASSWORD, TestApi, User};
use crate::generations::generate;
use crate::images::upload;

/// What somebody owns, one of each kind.
pub(crate) struct Owned {
    project: String,
    scene: String,
    generation: String,
    job: String,
    key: String,
    login: String,
    user: String,
    image: String,
}

pub(crate) async fn own_one_of_each(api: &TestApi, user: &User) -> Owned {
    let generation = generate(api, user).await;
    let path = format!("GET /api/generations/{generation}");
    let found = api.ask(user, &path, Value::Null).await.json();
    let text = |name: &str| found[name].as_str().unwrap().to_owned();
    let project = text("projectId");
    let export = format!("POST /api/projects/{project}/export");
    let logins = api
        .ask(user, "GET /api/me/logins", Value::Null)
        .await
        .json();
    let me = api.ask(user, "GET /api/me", Value::Null).await.json();
    Owned {
        key: api
            .make(user, "POST /api/keys", json!({"name": "a script"}))
            .await,
        login: logins["logins"][0]["id"].as_str().unwrap().to_owned(),
        user: me["id"].as_str().unwrap().to_owned(),
        job: api
            .make(user, &export, json!({"format": "storyboard"}))
            .await,
        image: upload(api, user).await,
        scene: text("sceneId"),
        project,
        generation,
    }
}

impl Owned {
    /// The route's address with ids of these things in it.
    pub(crate) fn address(&self, route: &Route) -> String {
        let id = match route.path.as_str() {
            path if path.starts_with("/api/projects/{id}") => &self.project,
            path if path.starts_with("/api/scenes/{id}") => &self.scene,
            path if path.starts_with("/api/generations/{id}") => &self.generation,
            path if path.starts_with("/api/jobs/{id}") => &self.job,
            "/api/keys/{id}" => &self.key,
            "/api/me/logins/{id}" => &self.login,
            "/api/admin/users/{id}" => &self.user,
            path if path.starts_with("/api/reference-images/{id}") => &self.image,
            path if path.starts_with("/admin/jobs/{id}") => &self.job,
            path if path.starts_with("/admin/queue/{name}") => {
                return path.replace("{name}", "render");
            }
            "/api/media/{*key}" => {
                return format!("/api/media/generations/{}/clip.mp4", self.generation);
            }
            path => panic!("`{path}` needs a case here: whose is what it names?"),
        };
        route.path.replace("{id}", id)
    }

    /// The same for a route that names nothing.
    pub(crate) fn address_of_any(&self, route: &Route) -> String {
        if with_id(route) {
            self.address(route)
        } else {
            route.path.clone()
        }
    }

    /// A body with which the owner would succeed.
    pub(crate) fn body(&self, route: &Route) -> Value {
        if !route.has_body {
            return Value::Null;
        }
        match (route.method, route.path.as_str()) {
            ("PATCH", "/api/projects/{id}") => json!({"title": "Mine now"}),
            ("POST", "/api/projects/{id}/scenes" | "/api/video/create") => {
                json!({"prompt": "Dawn"})
            }
            ("POST", "/api/projects/{id}/scenes/order") => json!({"sceneIds": [self.scene]}),
            ("POST", "/api/projects/{id}/generate") => json!({"sceneId": self.scene}),
            ("POST", "/api/projects/{id}/export") => json!({"format": "storyboard"}),
            ("PATCH", "/api/scenes/{id}") => json!({"prompt": "Mine now"}),
            ("POST", "/admin/jobs/{id}/priority") => json!({"priority": 1}),
            ("POST", "/api/scenes/{id}/select") => json!({"generationId": self.generation}),
            ("POST", "/api/keys") => json!({"name": "a script"}),
            ("POST", "/api/me/password") => {
                json!({"currentPassword": PASSWORD, "newPassword": PASSWORD})
            }
            ("DELETE", "/api/me") => json!({"password": PASSWORD}),
            ("PATCH", "/api/me") => json!({"name": "Ann"}),
            ("POST", "/api/projects") => json!({"title": "Another"}),
            ("POST", "/api/notifications/read") => json!({}),
            ("PATCH", "/api/admin/users/{id}") => {
                json!({"role": "creator", "disabled": false, "credits": 1})
            }
            (method, path) => panic!("`{method} {path}` needs a case here: what does it take?"),
        }
    }
}

pub(crate) fn with_id(route: &Route) -> bool {
    route.path.contains('{')
}

/// Somebody of each sort.
struct People {
    creator: User,
    admin: User,
}

impl People {
    async fn sign_up(api: &TestApi) -> Self {
        Self {
            creator: api.sign_up().await,
            admin: api.sign_up_admin().await,
        }
    }

    /// Somebody who may ask for the route.
    fn allowed(&self, route: &Route) -> &User {
        if route.audience == Audience::Admins {
            &self.admin
        } else {
            &self.creator
        }
    }
}

#[tokio::test]
async fn a_route_for_administrators_is_not_there_for_others() {
    let api = TestApi::new();
    let people = People::sign_up(&api).await;
    let owned = own_one_of_each(&api, &people.creator).await;
    let mut walked = 0;
    for route in routes()
        .iter()
        .filter(|route| route.audience == Audience::Admins)
    {
        let path = owned.address_of_any(route);
        // Neither a body that is right nor one that is wrong tells them more.
        for body in [owned.body(route), json!({"no such field": 1})] {
            let call = format!("{} {path}", route.method);
            let answer = api.ask(&people.creator, &call, body).await;
            assert_eq!(answer.problem(), "NOT_FOUND", "{call}");
            let nothing = api.ask(&people.creator, "GET /admin/nothing", Value::Null);
            assert_eq!(answer.json()["detail"], nothing.await.json()["detail"]);
        }
        walked += 1;
    }
    assert!(walked >= 1, "{walked}");
}

#[tokio::test]
async fn what_belongs_to_somebody_else_is_not_found() {
    let api = TestApi::new();
    let (owner, stranger) = (api.sign_up().await, api.sign_up().await);
    let owned = own_one_of_each(&api, &owner).await;
    let mut walked = 0;
    for route in routes().iter().filter(|route| with_id(route)) {
        let call = format!("{} {}", route.method, owned.address(route));
        let answer = api.ask(&stranger, &call, owned.body(route)).await;
        assert_eq!(answer.problem(), "NOT_FOUND", "{call}");
        walked += 1;
    }
    assert!(walked >= 15, "{walked}");
    // Nothing of it was changed either.
    for path in ["projects", "scenes", "generations"] {
        let id = match path {
            "projects" => &owned.project,
            "scenes" => &owned.scene,
            _ => &owned.generation,
        };
        let found = api
            .ask(&owner, &format!("GET /api/{path}/{id}"), Value::Null)
            .await;
        assert_eq!(found.status, StatusCode::OK);
        assert!(!found.text().contains("Mine now") && !found.text().contains("cancelled"));
    }
}

#[tokio::test]
async fn ids_in_a_body_are_only_good_for_their_owner() {
    let api = TestApi::new();
    let (owner, stranger) = (api.sign_up().await, api.sign_up().await);
    let owned = own_one_of_each(&api, &owner).await;
    let own = own_one_of_each(&api, &stranger).await;
    let generate = format!("POST /api/projects/{}/generate", own.project);
    let answer = api
        .ask(&stranger, &generate, json!({"sceneId": owned.scene}))
        .await;
    assert_eq!(answer.problem(), "NOT_FOUND");
    let select = format!("POST /api/scenes/{}/select", own.scene);
    let answer = api
        .ask(
            &stranger,
            &select,
            json!({"generationId": owned.generation}),
        )
        .await;
    assert_eq!(answer.problem(), "NOT_FOUND");
    let order = format!("POST /api/projects/{}/scenes/order", own.project);
    let answer = api
        .ask(&stranger, &order, json!({"sceneIds": [owned.scene]}))
        .await;
    assert_eq!(answer.problem(), "CONFLICT");
}

#[tokio::test]
async fn a_protected_route_answers_nothing_without_a_credential() {
    let api = TestApi::new();
    let mut walked = 0;
    for route in routes()
        .iter()
        .filter(|route| route.audience != Audience::Anybody)
    {
        let path = route
            .path
            .replace("{id}", "x")
            .replace("{name}", "render")
            .replace("{*key}", "generations/gen_1/clip.mp4");
        // Whoever is a stranger learns nothing of what is wrong with the rest, either.
        for body in ["", "{", "{}"] {
            let request = crate::api::request(route.method.parse().unwrap(), &path);
            let answer = api.send(request.body(Body::from(body)).unwrap()).await;
            assert_eq!(
                answer.problem(),
                "UNAUTHENTICATED",
                "{} {path}",
                route.method
            );
        }
        walked += 1;
    }
    assert!(walked >= 25, "{walked}");
}

#[tokio::test]
async fn an_id_that_cannot_be_one_is_not_found() {
    let api = TestApi::new();
    let people = People::sign_up(&api).await;
    let owned = own_one_of_each(&api, &people.creator).await;
    let long = "x".repeat(65);
    for route in routes().iter().filter(|route| with_id(route)) {
        let user = people.allowed(route);
        for id in ["%00", "a%2Fb", "..%2f..", "%ff%fe", "%20", "ä", &long] {
            let path = route.path.replace("{id}", id).replace("{name}", id);
            let path = path.replace("{*key}", id);
            let Ok(uri) = path.parse::<http::Uri>() else {
                continue;
            };
            let call = format!("{} {uri}", route.method);
            let answer = api.ask(user, &call, owned.body(route)).await;
            assert_eq!(answer.problem(), "NOT_FOUND", "{call}");
        }
    }
}

#[tokio::test]
async fn no_body_makes_a_route_fail_in_a_way_of_its_own() {
    let api = TestApi::new();
    let people = People::sign_up(&api).await;
    let owned = own_one_of_each(&api, &people.creator).await;
    for route in routes().iter().filter(|route| route.has_body) {
        let user = people.allowed(route);
        let path = owned.address_of_any(route);
        let deep = "[".repeat(200_000);
        for (body, allowed) in [
            ("{", &["MALFORMED_JSON"][..]),
            ("{\"a\":1}}", &["MALFORMED_JSON", "VALIDATION_FAILED"]),
            (deep.as_str(), &["MALFORMED_JSON", "VALIDATION_FAILED"]),
            ("[]", &["VALIDATION_FAILED"]),
            ("\"text\"", &["VALIDATION_FAILED"]),
            ("17", &["VALIDATION_FAILED"]),
            ("{\"no such field\":1}", &["VALIDATION_FAILED"]),
            ("{\"\\u0000\":1}", &["VALIDATION_FAILED"]),
            ("\u{feff}{}", &["MALFORMED_JSON"]),
        ] {
            let answer = send(&api, user, route, &path, body.as_bytes().to_vec()).await;
            assert!(
                allowed.contains(&answer.problem().as_str()),
                "{path} {body:.40}: {answer:?}"
            );
        }
        let broken = send(&api, user, route, &path, b"{\"a\":\"\xff\xfe\"}".to_vec()).await;
        let code = broken.problem();
        assert!(
            ["MALFORMED_JSON", "VALIDATION_FAILED"].contains(&code.as_str()),
            "{code}"
        );

        let large = send(&api, user, route, &path, vec![b' '; 20 * 1024 * 1024]).await;
        assert_eq!(large.problem(), "PAYLOAD_TOO_LARGE", "{path}");
        let typed = user
            .request(route.method, &path)
            .header("content-type", "text/plain");
        let typed = api.send(typed.body(Body::from("{}")).unwrap()).await;
        assert_eq!(typed.problem(), "UNSUPPORTED_MEDIA_TYPE", "{path}");
    }
}

async fn send(api: &TestApi, user: &User, route: &Route, path: &str, body: Vec<u8>) -> Answer {
    let request = user
        .request(route.method, path)
        .header("content-type", "application/json");
    api.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn every_text_field_is_bounded_and_takes_no_control_characters() {
    let api = TestApi::new();
    let people = People::sign_up(&api).await;
    let owned = own_one_of_each(&api, &people.creator).await;
    for route in routes()
        .iter()
        .filter(|route| route.has_body && with_id(route))
    {
        let user = people.allowed(route);
        let path = owned.address(route);
        for (field, value) in owned.body(route).as_object().unwrap() {
            for wrong in [
                json!("a\u{0}b"),
                json!("x".repeat(100_000)),
                json!({}),
                json!(-1e300),
            ] {
                let mut body = owned.body(route);
                body[field] = wrong;
                let call = format!("{} {path}", route.method);
                let answer = api.ask(user, &call, body).await;
                let (pointer, _) = answer.refused_field();
                assert_eq!(pointer, format!("/{field}"), "{call} {value}");
            }
        }
    }
}

#[tokio::test]
async fn a_list_refuses_places_and_sizes_that_are_none() {
    let api = TestApi::new();
    let people = People::sign_up(&api).await;
    let owned = own_one_of_each(&api, &people.creator).await;
    let mut walked = 0;
    for route in routes().iter().filter(|route| route.is_list) {
        let user = people.allowed(route);
        let path = owned.address_of_any(route);
        for query in [
            "limit=0",
            "limit=101",
            "limit=x",
            "limit=99999999999999999999",
            "limit=-1",
        ] {
            let answer = api
                .ask(user, &format!("GET {path}?{query}"), Value::Null)
                .await;
            assert_eq!(answer.refused_field().0, "limit", "{path} {query}");
        }
        for cursor in ["x", "%00", "1.a%20b", "9".repeat(200).as_str(), "%ff"] {
            let call = format!("GET {path}?cursor={cursor}");
            let answer = api.ask(user, &call, Value::Null).await;
            assert_eq!(answer.refused_field().0, "cursor", "{call}");
        }
        walked += 1;
    }
    assert!(walked >= 5, "{walked}");
}
