//! Bodies of forms: pure functions over values.

use std::fmt::Write as _;

use bytes::Bytes;

use crate::body::Segment;
use crate::error::{ConfigError, WireError};

/// Bytes of a boundary at most (RFC 2046 §5.1.1).
const BOUNDARY_BYTES_MAX: usize = 70;

/// `application/x-www-form-urlencoded`, sorted by key as Go's clients and k6 write it; values of one
/// key keep their order.
pub fn urlencode(fields: &[(String, String)]) -> String {
    let mut sorted: Vec<&(String, String)> = fields.iter().collect();
    sorted.sort_by(|one, other| one.0.cmp(&other.0));
    let mut text = String::new();
    for (key, value) in sorted {
        if !text.is_empty() {
            text.push('&');
        }
        escape(key, &mut text);
        text.push('=');
        escape(value, &mut text);
    }
    text
}

fn escape(plain: &str, text: &mut String) {
    for byte in plain.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                text.push(byte as char);
            }
            b' ' => text.push('+'),
            _ => {
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
}

/// A part of a `multipart/form-data` body.
#[derive(Clone, Debug)]
pub struct FormPart {
    /// The field's name.
    pub name: String,
    /// The file's name and type; nothing for a plain value.
    pub file: Option<FormFile>,
    /// The value, or what is in the file.
    pub content: Segment,
}

/// What a part that is a file says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormFile {
    /// Its name.
    pub name: String,
    /// Its type; `application/octet-stream` when empty.
    pub content_type: String,
}

/// Text that separates parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boundary(String);

impl Boundary {
    /// A boundary of 1 to 70 letters, digits or one of `'()+_,-./:=?` (RFC 2046 §5.1.1).
    pub fn new(text: impl Into<String>) -> Result<Self, ConfigError> {
        let text = text.into();
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=?".contains(&byte);
        if text.is_empty() || text.len() > BOUNDARY_BYTES_MAX || !text.bytes().all(allowed) {
            return Err(ConfigError::Malformed {
                value: text,
                expected: "a boundary of 1 to 70 letters, digits or '()+_,-./:=?",
            });
        }
        Ok(Self(text))
    }

    /// The request's `Content-Type`.
    pub fn content_type(&self) -> String {
        let plain = self
            .0
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        let quote = if plain { "" } else { "\"" };
        format!("multipart/form-data; boundary={quote}{}{quote}", self.0)
    }
}

/// `multipart/form-data` (RFC 7578). What is in the parts is shared, not copied, so that many users
/// may send one large file.
///
/// # Errors
///
/// A file's type that would break out of its header.
pub fn multipart(boundary: &Boundary, parts: &[FormPart]) -> Result<Vec<Segment>, WireError> {
    let mut segments = Vec::with_capacity(parts.len() * 2 + 1);
    let mut start = "--";
    for part in parts {
        let mut head = format!(
            "{start}{}\r\nContent-Disposition: form-data; name=\"{}\"",
            boundary.0,
            escape_quoted(&part.name)
        );
        start = "\r\n--";
        if let Some(file) = &part.file {
            if file.content_type.bytes().any(|byte| byte < b' ') {
                return Err(WireError::generic(format!(
                    "`{}` is no content type for a file",
                    file.content_type.escape_debug()
                )));
            }
            let content_type = match file.content_type.as_str() {
                "" => "application/octet-stream",
                given => given,
            };
            let _ = write!(
                head,
                "; filename=\"{}\"\r\nContent-Type: {content_type}",
                escape_quoted(&file.name)
            );
        }
        head.push_str("\r\n\r\n");
        segments.push(Segment::Bytes(Bytes::from(head)));
        segments.push(part.content.clone());
    }
    let end = format!("{start}{}--\r\n", boundary.0);
    segments.push(Segment::Bytes(Bytes::from(end)));
    Ok(segments)
}

/// As browsers escape names (WHATWG HTML, "multipart/form-data").
fn escape_quoted(text: &str) -> String {
    text.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        fields
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn fields_are_sorted_escaped_and_repeated() {
        let fields = pairs(&[("b", "2"), ("a x", "ä&="), ("b", "1"), ("~-_.", "*")]);
        assert_eq!(urlencode(&fields), "a+x=%C3%A4%26%3D&b=2&b=1&~-_.=%2A");
        assert_eq!(urlencode(&[]), "");
    }

    fn text_of(segments: &[Segment]) -> String {
        let bytes: Vec<u8> = segments
            .iter()
            .flat_map(|segment| match segment {
                Segment::Bytes(data) => data.to_vec(),
                other => panic!("{other:?} is not in memory"),
            })
            .collect();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn parts_are_separated_and_names_cannot_break_out() {
        let boundary = Boundary::new("xyz").unwrap();
        let parts = [
            FormPart {
                name: "a\"\r\nX: y".to_owned(),
                file: None,
                content: Segment::Bytes(Bytes::from_static(b"1")),
            },
            FormPart {
                name: "f".to_owned(),
                file: Some(FormFile {
                    name: "n.txt".to_owned(),
                    content_type: String::new(),
                }),
                content: Segment::Bytes(Bytes::from_static(b"data")),
            },
        ];
        let text = text_of(&multipart(&boundary, &parts).unwrap());
        let expected = "--xyz\r\nContent-Disposition: form-data; name=\"a%22%0D%0AX: y\"\r\n\r\n1\r\n\
             --xyz\r\nContent-Disposition: form-data; name=\"f\"; filename=\"n.txt\"\r\n\
             Content-Type: application/octet-stream\r\n\r\ndata\r\n--xyz--\r\n";
        assert_eq!(text, expected);
        assert_eq!(text_of(&multipart(&boundary, &[]).unwrap()), "--xyz--\r\n");
    }

    #[test]
    fn types_and_boundaries_that_would_break_the_head_are_refused() {
        let file = FormFile {
            name: String::new(),
            content_type: "a\r\nb".to_owned(),
        };
        let content = Segment::Bytes(Bytes::new());
        let part = FormPart {
            name: String::new(),
            file: Some(file),
            content,
        };
        assert!(multipart(&Boundary::new("x").unwrap(), &[part]).is_err());
        for text in ["", "a b", "a\r\n", &"x".repeat(71)] {
            assert!(Boundary::new(text).is_err(), "{text:?}");
        }
        let quoted = Boundary::new("a:b").unwrap();
        assert_eq!(
            quoted.content_type(),
            "multipart/form-data; boundary=\"a:b\""
        );
    }
}
