use axum::response::{Html, IntoResponse, Response};
use http::header;

const PAGE: &str = "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width\">
<title>Vitascope</title>
<h1>Vitascope runs, without its web app</h1>
<p>This program was built without the web app. <code>make run</code> builds both; by hand:
<pre>npm --prefix web ci
npm --prefix web run build
cargo build</pre>
<p>The HTTP interface is complete: <a href=\"/docs/\">its documentation</a>.
</html>
";

/// Says how to build the web app, where it would be.
pub(super) fn page() -> Response {
    ([(header::CACHE_CONTROL, "no-cache")], Html(PAGE)).into_response()
}
