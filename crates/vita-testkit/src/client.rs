use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{LiveSocket, wait_until};

/// Longest time for one answer; a server that hangs fails the test and does not stop it.
const ANSWER_LIMIT: Duration = Duration::from_mins(1);

/// The password of the accounts that tests make.
pub const PASSWORD: &str = "a password for tests";

/// Speaks to a server, for one account once it is signed in.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base_url: String,
    /// The access token.
    pub token: Option<String>,
    email: String,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text; what is no UTF-8 is replaced.
    pub text: String,
    /// The body.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {} {}", self.status, self.text))
    }

    /// The body as JSON of an answer that must have this status; null when it is empty.
    ///
    /// # Panics
    /// When it has another.
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        if self.text.is_empty() {
            return Value::Null;
        }
        self.json()
    }

    /// The stable code of a failure that must have this status.
    ///
    /// # Panics
    /// When it has another, or is no problem document.
    pub fn expect_problem(&self, status: u16) -> String {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text
        );
        let problem = self.expect(status);
        problem["code"]
            .as_str()
            .expect("a problem has a code")
            .to_owned()
    }

    /// A header as text, empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }

    /// How many statements the request took, as `Server-Timing` says.
    ///
    /// # Panics
    /// When it does not say.
    pub fn statement_count(&self) -> u64 {
        let timing = self.header("server-timing");
        let count = timing
            .split("desc=\"")
            .nth(1)
            .and_then(|rest| rest.split(' ').next());
        count
            .and_then(|count| count.parse().ok())
            .unwrap_or_else(|| panic!("no count of statements in `{timing}`"))
    }
}

impl Client {
    /// Somebody who is not signed in.
    ///
    /// # Panics
    /// When the system gives no client.
    pub fn new(base_url: &str) -> Self {
        let http = reqwest::Client::builder()
            .timeout(ANSWER_LIMIT)
            .no_proxy()
            .build()
            .expect("the client's settings are constants");
        Self {
            http,
            base_url: base_url.to_owned(),
            token: None,
            email: String::new(),
        }
    }

    /// The address of the server.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The same account at a server that was started again.
    pub fn moved_to(&self, base_url: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            ..self.clone()
        }
    }

    /// Makes an account and signs in to it.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn register(&mut self, email: &str) {
        let body = json!({ "email": email, "password": PASSWORD });
        let made = self.post("/api/auth/register", &body).await.expect(201);
        email.clone_into(&mut self.email);
        self.token = made["token"].as_str().map(str::to_owned);
    }

    /// Signs in again, for a new access token.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn login(&mut self) {
        let email = self.email.clone();
        self.login_as(&email, PASSWORD).await;
    }

    /// Signs in to an account that is there.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn login_as(&mut self, email: &str, password: &str) {
        let body = json!({ "email": email, "password": password });
        email.clone_into(&mut self.email);
        let made = self.post("/api/auth/login", &body).await.expect(200);
        self.token = made["token"].as_str().map(str::to_owned);
    }

    /// A request with the credential, to be changed and given to [`Self::send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self
            .http
            .request(method, format!("{}{path}", self.base_url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn try_send(&self, request: RequestBuilder) -> reqwest::Result<Answer> {
        let answer = request.send().await?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let bytes = answer.bytes().await?.to_vec();
        Ok(Answer {
            status,
            headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        })
    }

    /// Sends a request.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let answer = self.try_send(request).await;
        answer.unwrap_or_else(|error| panic!("no answer: {error:?}"))
    }

    /// GET.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// POST with a JSON body.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// DELETE.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Every page of a list.
    ///
    /// # Panics
    /// When a page is refused.
    pub async fn list_all(&self, path: &str, name: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self.get(&format!("{path}{cursor}")).await.expect(200);
            items.extend(page[name].as_array().cloned().unwrap_or_default());
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return items,
            }
        }
    }

    /// Makes a project; answers its id.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn create_project(&self, title: &str) -> String {
        let made = self.post("/api/projects", &json!({ "title": title })).await;
        id_of(&made.expect(201), "id")
    }

    /// Makes a scene; answers its id.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn create_scene(&self, project: &str, prompt: &str) -> String {
        let path = format!("/api/projects/{project}/scenes");
        let made = self.post(&path, &json!({ "prompt": prompt })).await;
        id_of(&made.expect(201), "id")
    }

    /// Asks for a clip; answers the generation's id.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn generate(&self, project: &str, body: &Value) -> String {
        let path = format!("/api/projects/{project}/generate");
        let accepted = self.post(&path, body).await.expect(202);
        id_of(&accepted, "generationId")
    }

    /// Asks for the smallest clip of the local model.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn generate_local(&self, project: &str, scene: &str) -> String {
        self.generate(project, &small_clip(scene, "local")).await
    }

    /// Asks for a clip of the simulated model.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn generate_simulated(&self, project: &str, scene: &str) -> String {
        self.generate(project, &small_clip(scene, "simulated"))
            .await
    }

    /// The status of a generation.
    ///
    /// # Panics
    /// When there is none.
    pub async fn status(&self, generation: &str) -> Value {
        let path = format!("/api/generations/{generation}/status");
        self.get(&path).await.expect(200)
    }

    /// Waits until a generation has ended; answers its last status.
    ///
    /// # Panics
    /// When it has not within `limit`.
    pub async fn wait_for_end(&self, generation: &str, limit: Duration) -> Value {
        wait_until("a generation to end", limit, || async {
            let status = self.status(generation).await;
            let word = status["status"].as_str().unwrap_or_default();
            matches!(word, "completed" | "failed" | "cancelled").then_some(status)
        })
        .await
    }

    /// Waits until a generation has this status or has ended.
    ///
    /// # Panics
    /// When it ended with another, or has not got it within `limit`.
    pub async fn wait_for_status(&self, generation: &str, wanted: &str, limit: Duration) -> Value {
        wait_until(wanted, limit, || async {
            let status = self.status(generation).await;
            let word = status["status"].as_str().unwrap_or_default();
            let is_final = matches!(word, "completed" | "failed" | "cancelled");
            assert!(word == wanted || !is_final, "{status}");
            (word == wanted).then_some(status)
        })
        .await
    }

    /// Waits until a job has ended; answers it.
    ///
    /// # Panics
    /// When it has not within `limit`.
    pub async fn wait_for_job(&self, job: &str, limit: Duration) -> Value {
        wait_until("a job to end", limit, || async {
            let job = self.get(&format!("/api/jobs/{job}")).await.expect(200);
            let word = job["status"].as_str().unwrap_or_default();
            (!matches!(word, "queued" | "running")).then_some(job)
        })
        .await
    }

    /// Opens a live connection.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn connect_live(&self) -> LiveSocket {
        let token = self.token.as_deref().expect("sign in first");
        LiveSocket::connect(&self.base_url, token).await
    }
}

/// What asks for the smallest clip of a model.
fn small_clip(scene: &str, model: &str) -> Value {
    json!({ "sceneId": scene, "model": model, "resolution": "360p", "duration": 1 })
}

fn id_of(made: &Value, name: &str) -> String {
    let id = made[name].as_str();
    id.unwrap_or_else(|| panic!("`{name}` is a text: {made}"))
        .to_owned()
}

/// One GET without the async runtime.
pub(crate) fn get_plain(address: &str, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(ANSWER_LIMIT))?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
