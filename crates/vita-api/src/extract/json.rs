use http::{HeaderMap, header};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_path_to_error::{Path, Segment};

use crate::problem::{ApiError, ErrorCode, FieldProblem};

/// Turns a body into what a handler takes.
pub(crate) trait WireIn: Sized {
    /// Reads the body.
    fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, ApiError>;
}

/// JSON. An empty body counts as `null`, which what may be left out accepts.
impl<T: DeserializeOwned> WireIn for T {
    fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, ApiError> {
        if body.is_empty() {
            return serde_json::from_value(serde_json::Value::Null)
                .map_err(|_| malformed("the body is empty; send a JSON object"));
        }
        check_content_type(headers)?;
        parse(body)
    }
}

/// Nothing: whatever the body says, it is not read.
pub(crate) struct NoBody;

impl WireIn for NoBody {
    fn read(_headers: &HeaderMap, _body: &[u8]) -> Result<Self, ApiError> {
        Ok(Self)
    }
}

fn check_content_type(headers: &HeaderMap) -> Result<(), ApiError> {
    let given = headers.get(header::CONTENT_TYPE);
    let given = given
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = given
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let is_json = essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"));
    if is_json {
        Ok(())
    } else {
        let detail = "send the body as `Content-Type: application/json`";
        Err(ApiError::new(ErrorCode::UnsupportedMediaType, detail))
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let text = std::str::from_utf8(body).map_err(|_| malformed("the body is not UTF-8"))?;
    let is_object = matches!(
        text.trim_ascii_start().bytes().next(),
        None | Some(b'{' | b'n')
    );
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = serde_path_to_error::deserialize(&mut reader);
    match (read, reader.end()) {
        // A struct would be read from an array, too, whose order nobody has promised.
        (Ok(value), Ok(())) if is_object => Ok(value),
        (read, _) => Err(refuse(text, read.err())),
    }
}

fn malformed(detail: impl Into<String>) -> ApiError {
    ApiError::new(ErrorCode::MalformedJson, detail)
}

/// What is not JSON is a 400, wherever the reader stopped before; JSON that says the wrong thing is
/// a 422 with its place.
fn refuse(text: &str, error: Option<serde_path_to_error::Error<serde_json::Error>>) -> ApiError {
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        return malformed(without_place(&error.to_string()));
    }
    match error {
        Some(error) if text.trim_ascii_start().starts_with('{') => {
            let path = error.path().clone();
            explain(&path, &error.into_inner())
        }
        _ => ApiError::invalid_field("", "WRONG_TYPE", "the body must be a JSON object"),
    }
}

fn explain(path: &Path, error: &serde_json::Error) -> ApiError {
    let text = error.to_string();
    let text = without_place(&text);
    let mut pointer = pointer(path);
    let code = if let Some(field) = named_field(text, "unknown field `") {
        push_missing(&mut pointer, field);
        "UNKNOWN_FIELD"
    } else if let Some(field) = named_field(text, "missing field `") {
        push_missing(&mut pointer, field);
        "REQUIRED"
    } else if let Some(field) = named_field(text, "duplicate field `") {
        push_missing(&mut pointer, field);
        "DUPLICATE"
    } else {
        "WRONG_TYPE"
    };
    ApiError::invalid(vec![FieldProblem::new(pointer, code, text)])
}

/// Without the line and column that `serde_json` appends: the pointer says it better.
fn without_place(text: &str) -> &str {
    text.rsplit_once(" at line ").map_or(text, |(text, _)| text)
}

fn named_field<'a>(text: &'a str, before: &str) -> Option<&'a str> {
    text.strip_prefix(before)?.split('`').next()
}

/// Names the field itself, where the path leads only to the object that it is in.
fn push_missing(pointer: &mut String, field: &str) {
    let last = format!("/{}", escaped(field));
    if !pointer.ends_with(&last) {
        pointer.push_str(&last);
    }
}

/// The path as a JSON Pointer (RFC 6901).
fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => {
                pointer.push('/');
                pointer.push_str(&index.to_string());
            }
            Segment::Map { key } => {
                pointer.push('/');
                pointer.push_str(&escaped(key));
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "only its form is read")]
    struct Outer {
        scene_ids: Vec<String>,
        inner: Option<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its form is read")]
    struct Inner {
        size: u8,
    }

    fn check(body: &str, expected: &str) {
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, json)]);
        let error = Outer::read(&headers, body.as_bytes()).unwrap_err();
        let found = match error.fields() {
            [] => error.code().as_str().to_owned(),
            [field] => format!("{} {}", field.pointer, field.code),
            fields => panic!("{fields:?}"),
        };
        assert_eq!(found, expected, "{body}: {}", error.detail());
        assert!(!error.detail().contains("line 1"), "{}", error.detail());
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        check(r#"{"sceneIds":[]} x"#, "MALFORMED_JSON");
        check("", "MALFORMED_JSON");
        check("{", "MALFORMED_JSON");
        check(&"[".repeat(100_000), "MALFORMED_JSON");
        check("[]", " WRONG_TYPE");
        check(r#"[["a"],null]"#, " WRONG_TYPE");
        check(
            r#"{"sceneIds":["\u0000"],"inner":{"size":1}}}"#,
            "MALFORMED_JSON",
        );
        check("{}", "/sceneIds REQUIRED");
        check(r#"{"sceneIds":["a",1]}"#, "/sceneIds/1 WRONG_TYPE");
        check(r#"{"sceneIds":[],"a/b~":1}"#, "/a~1b~0 UNKNOWN_FIELD");
        check(
            r#"{"sceneIds":[],"inner":{"size":256}}"#,
            "/inner/size WRONG_TYPE",
        );
        check(
            r#"{"sceneIds":[],"inner":{"size":1,"x":2}}"#,
            "/inner/x UNKNOWN_FIELD",
        );
        check(r#"{"sceneIds":[],"sceneIds":[]}"#, "/sceneIds DUPLICATE");
    }

    #[test]
    fn only_json_is_read_and_what_may_be_left_out_may_be_left_out() {
        let none = HeaderMap::new();
        assert!(Option::<Inner>::read(&none, b"").unwrap().is_none());
        let error = Option::<Inner>::read(&none, b"{}").unwrap_err();
        assert_eq!(error.code(), ErrorCode::UnsupportedMediaType);
        assert!(NoBody::read(&none, b"{").is_ok());
    }
}
