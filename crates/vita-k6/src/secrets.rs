//! `k6/secrets`: values that scripts may use and nobody may see in a log.

use crate::realm::Realm;
use rquickjs::function::{Func, Opt};
use rquickjs::{Ctx, Exception, Function, IntoJs, Object, Result, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What stands in a log where a secret was.
const REDACTED: &str = "***SECRET_REDACTED***";

/// Shorter values than this would blot out half of each line.
const REDACTED_BYTES_MIN: usize = 3;

/// Where secrets are: by the source's name, then by key.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    sources: BTreeMap<String, BTreeMap<String, String>>,
    default: Option<String>,
}

impl Secrets {
    /// Adds a source; the first is the default one, unless a later one is added as such.
    pub fn add_source(&mut self, name: &str, values: BTreeMap<String, String>, is_default: bool) {
        if is_default || self.default.is_none() {
            self.default = Some(name.to_owned());
        }
        self.sources.insert(name.to_owned(), values);
    }

    fn find(&self, source: Option<&str>, key: &str) -> std::result::Result<&str, String> {
        let name = source
            .or(self.default.as_deref())
            .ok_or("no secret sources are configured: name one with --secret-source")?;
        let values = self
            .sources
            .get(name)
            .ok_or_else(|| format!("no secret source with name `{name}` is configured"))?;
        values
            .get(key)
            .map(String::as_str)
            .ok_or_else(|| format!("no value for secret `{key}` in source `{name}`"))
    }

    /// The text with every secret in it blotted out.
    pub(crate) fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut text = Cow::Borrowed(text);
        for value in self.sources.values().flat_map(BTreeMap::values) {
            if value.len() >= REDACTED_BYTES_MIN && text.contains(value.as_str()) {
                text = text.replace(value.as_str(), REDACTED).into();
            }
        }
        text
    }
}

/// The object of the module's exports.
pub(crate) fn exports<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let exports = source_object(ctx, None)?;
    exports.set(
        "source",
        Func::from(|ctx: Ctx<'js>, name: String| source_object(&ctx, Some(name))),
    )?;
    Ok(exports)
}

fn source_object<'js>(ctx: &Ctx<'js>, source: Option<String>) -> Result<Object<'js>> {
    let object = Object::new(ctx.clone())?;
    let get = move |ctx: Ctx<'js>, key: Opt<String>| -> Result<Value<'js>> {
        let realm = Realm::of(&ctx)?;
        let (promise, id) = realm.promise(&ctx)?;
        let key = key.0.unwrap_or_default();
        let value = match realm.vu().plan.secrets.find(source.as_deref(), &key) {
            Ok(value) => value.into_js(&ctx),
            Err(message) => Err(Exception::throw_message(&ctx, &message)),
        };
        realm.settle(&ctx, id, value)?;
        Ok(promise.into_value())
    };
    object.set("get", Function::new(ctx.clone(), get)?)?;
    Ok(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_found_and_blotted_out() {
        let mut secrets = Secrets::default();
        let values = BTreeMap::from([("token".to_owned(), "s3cret".to_owned())]);
        secrets.add_source("mine", values, false);
        assert_eq!(secrets.find(None, "token"), Ok("s3cret"));
        assert!(secrets.find(Some("other"), "token").is_err());
        assert!(secrets.find(None, "none").is_err());
        assert_eq!(secrets.redact("a s3cret b"), "a ***SECRET_REDACTED*** b");
    }
}
