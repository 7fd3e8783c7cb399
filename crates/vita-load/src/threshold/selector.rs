/// `metric{tag:value, tag2:value2}`: a metric, or those of its samples that have some tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selector {
    pub(crate) metric: String,
    /// What stands within the braces, as written but for spaces around it.
    pub(crate) suffix: Option<String>,
    pub(crate) tags: Vec<(String, String)>,
}

impl Selector {
    /// Reads a threshold's key; the error says what is wrong with it.
    pub(crate) fn parse(key: &str) -> Result<Self, String> {
        let Some((metric, rest)) = key.split_once('{') else {
            return Ok(Self {
                metric: key.trim().to_owned(),
                suffix: None,
                tags: Vec::new(),
            });
        };
        let inner = rest
            .trim_end()
            .strip_suffix('}')
            .ok_or_else(|| format!("`{key}` has no closing `}}`"))?
            .trim();
        if inner.is_empty() {
            return Err(format!(
                "`{key}` names no tag: write e.g. `{}{{status:200}}`",
                metric.trim()
            ));
        }
        let tags = split_outside_quotes(inner)
            .into_iter()
            .map(parse_tag)
            .collect();
        Ok(Self {
            metric: metric.trim().to_owned(),
            suffix: Some(inner.to_owned()),
            tags,
        })
    }
}

/// The value is everything after the first colon, so that it may hold some.
fn parse_tag(text: &str) -> (String, String) {
    let (key, value) = text.split_once(':').unwrap_or((text, ""));
    (unquoted(key).to_owned(), unquoted(value).to_owned())
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    ['"', '\'']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(text)
}

fn split_outside_quotes(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut begin, mut quote) = (0, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '"' | '\'') if opens_quote(&text[begin..at]) => quote = Some(c),
            (None, ',') => {
                parts.push(&text[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[begin..]);
    parts
}

/// A quote counts where a key or value begins; elsewhere it is part of it, as in `name:it's`.
fn opens_quote(before: &str) -> bool {
    let before = before.trim_end();
    before.is_empty() || before.ends_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(key: &str, metric: &str, tags: &[(&str, &str)]) {
        let selector = Selector::parse(key).unwrap();
        assert_eq!(selector.metric, metric, "{key}");
        let read: Vec<(&str, &str)> = selector
            .tags
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        assert_eq!(read, tags, "{key}");
    }

    #[test]
    fn keys_select_tags() {
        check("http_reqs", "http_reqs", &[]);
        check("checks{tag:value}", "checks", &[("tag", "value")]);
        check("m{ a: 1 , b:2 }", "m", &[("a", "1"), ("b", "2")]);
        check("m{group: ::auth}", "m", &[("group", "::auth")]);
        check(
            "m{url:http://h:1/p?q=1}",
            "m",
            &[("url", "http://h:1/p?q=1")],
        );
        check(
            "m{name:\"a, b\",c:'d'}",
            "m",
            &[("name", "a, b"), ("c", "d")],
        );
        check("m{name:it's,b:2}", "m", &[("name", "it's"), ("b", "2")]);
        check("m{group:}", "m", &[("group", "")]);
        check("m{name:/v/{id}}", "m", &[("name", "/v/{id}")]);
        assert_eq!(Selector::parse("m{ a:1 }").unwrap().suffix.unwrap(), "a:1");
    }

    #[test]
    fn broken_keys_are_refused() {
        assert!(Selector::parse("m{}").is_err());
        assert!(Selector::parse("m{a:1").is_err());
    }
}
