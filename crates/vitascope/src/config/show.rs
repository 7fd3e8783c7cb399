use std::fmt::Write as _;

use toml::Value;

use super::layers::Layers;
use super::problem::Origin;

/// Settings whose values are nobody's business.
const SECRET_KEYS: &[&str] = &["secrets.token_key"];

/// What stands in the place of a secret.
const REDACTED: &str = "\"(redacted)\"";

/// Writes every setting that holds as TOML, with who said so; secrets are redacted, so that the
/// outcome can be shown to whoever helps.
pub(crate) fn show_settings(layers: &Layers) -> String {
    let mut text = String::new();
    let mut section = "";
    // A key outside of all sections must come first, or it would read as part of one.
    let (outside, inside): (Vec<_>, Vec<_>) =
        layers.iter().partition(|(key, _)| !key.contains('.'));
    for (key, setting) in outside.into_iter().chain(inside) {
        let (of, name) = key.rsplit_once('.').unwrap_or(("", key));
        if of != section {
            section = of;
            write_line(&mut text, format_args!("\n[{of}]"));
        }
        let value = show_value(key, &setting.value);
        match &setting.origin {
            Origin::Default => write_line(&mut text, format_args!("{name} = {value}")),
            origin => write_line(&mut text, format_args!("{name} = {value} # {origin}")),
        }
    }
    text
}

fn write_line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("writing into a text does not fail");
}

fn show_value(key: &str, value: &Value) -> String {
    let is_empty = value.as_str().is_some_and(str::is_empty);
    if SECRET_KEYS.contains(&key) && !is_empty {
        return REDACTED.to_owned();
    }
    match value.as_str().and_then(redact_password) {
        Some(redacted) => Value::String(redacted).to_string(),
        None => value.to_string(),
    }
}

/// `scheme://user:password@host` without the password.
fn redact_password(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let (credentials, host) = rest.rsplit_once('@')?;
    let user = credentials.split(':').next().unwrap_or_default();
    Some(format!("{scheme}://{user}:(redacted)@{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_reads_as_the_same_settings_and_holds_no_secret() {
        let mut layers = Layers::of_defaults();
        let origin = Origin::Environment("VITASCOPE_SECRETS__TOKEN_KEY".to_owned());
        layers.lay_text("secrets.token_key", "c2VjcmV0", origin.clone());
        layers.lay_text("server.public_url", "https://me:pass@host", origin);
        let text = show_settings(&layers);
        assert!(
            !text.contains("c2VjcmV0") && !text.contains("pass@"),
            "{text}"
        );
        assert!(
            text.contains("# environment VITASCOPE_SECRETS__TOKEN_KEY"),
            "{text}"
        );
        let table: toml::Table = text.parse().unwrap();
        assert_eq!(table["server"]["listen"].as_str(), Some("127.0.0.1:3000"));
        assert_eq!(table["mode"].as_str(), Some("auto"));
    }
}
