//! JSON: selecting by a path of GJSON, and values for scripts.

use crate::raw::{Key, Made, Threw};
use rquickjs::{Ctx, Result, Value};
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::result::Result as Outcome;

/// Most bytes of a path; people write some dozens.
const PATH_BYTES_MAX: usize = 4096;
/// Most wildcards in a path: each may try every place of a name.
const PATH_WILDCARDS_MAX: usize = 16;
/// Most brackets in a path, which nest queries and lists of paths.
const PATH_BRACKETS_MAX: usize = 32;

/// The JavaScript value of a JSON text; invalid JSON throws a `SyntaxError`.
///
/// Numbers beyond 2^53 become the nearest double, as everywhere in JavaScript.
pub fn parse<'js>(ctx: &Ctx<'js>, text: &str) -> Result<Value<'js>> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let made = Maker(ctx).deserialize(&mut deserializer);
    match made.and_then(|made| deserializer.end().map(|()| made)) {
        Ok(made) => Ok(made.into_value()),
        Err(_) if ctx.has_exception() => Err(rquickjs::Error::Exception),
        // What serde's stricter reading refuses (deep nesting, lone surrogates, 1e999), and what is
        // wrong, is the engine's to judge, in its own words.
        Err(_) => ctx.json_parse(text),
    }
}

/// Makes a value of what comes next.
#[derive(Clone, Copy)]
struct Maker<'a, 'js>(&'a Ctx<'js>);

/// Makes a property's name of what comes next.
struct KeyMaker<'a, 'js>(&'a Ctx<'js>);

fn threw<E: de::Error>(_: Threw) -> E {
    E::custom("the engine threw")
}

impl<'de, 'a, 'js> DeserializeSeed<'de> for Maker<'a, 'js> {
    type Value = Made<'a, 'js>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Outcome<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, 'a, 'js> Visitor<'de> for Maker<'a, 'js> {
    type Value = Made<'a, 'js>;

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("JSON")
    }

    fn visit_unit<E: de::Error>(self) -> Outcome<Self::Value, E> {
        Ok(Made::null(self.0))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Outcome<Self::Value, E> {
        Ok(Made::bool(self.0, value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Outcome<Self::Value, E> {
        Ok(Made::number(self.0, value as f64))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Outcome<Self::Value, E> {
        Ok(Made::number(self.0, value as f64))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Outcome<Self::Value, E> {
        Ok(Made::number(self.0, value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Outcome<Self::Value, E> {
        Made::text(self.0, value).map_err(threw)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Outcome<Self::Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = from.next_element_seed(self)? {
            elements.push(element);
        }
        Made::array(self.0, elements).map_err(threw)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Outcome<Self::Value, A::Error> {
        let object = Made::object(self.0).map_err(threw)?;
        while let Some(key) = from.next_key_seed(KeyMaker(self.0))? {
            let value = from.next_value_seed(self)?;
            object.define(&key, value).map_err(threw)?;
        }
        Ok(object)
    }
}

impl<'de, 'a, 'js> DeserializeSeed<'de> for KeyMaker<'a, 'js> {
    type Value = Key<'a, 'js>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Outcome<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'a, 'js> Visitor<'_> for KeyMaker<'a, 'js> {
    type Value = Key<'a, 'js>;

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("a name")
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Outcome<Self::Value, E> {
        Key::new(self.0, value).map_err(threw)
    }
}

/// What `path`, in the syntax of GJSON, selects in `json`, as JSON.
///
/// `None` where nothing is there, where `json` is invalid or nests more than 128 levels, and where the
/// path is beyond what people write.
pub fn select(json: &str, path: &str) -> Option<String> {
    let is_admitted = path.len() <= PATH_BYTES_MAX
        && count(path, &['*', '?']) <= PATH_WILDCARDS_MAX
        && count(path, &['(', '[', '{']) <= PATH_BRACKETS_MAX;
    if !is_admitted {
        return None;
    }
    // The selecting library takes its input to be valid.
    serde_json::from_str::<IgnoredAny>(json).ok()?;
    let selected = catch_unwind(AssertUnwindSafe(|| {
        let found = gjson::get(json, path);
        found.exists().then(|| found.json().to_owned())
    }));
    let selected = selected.ok().flatten()?;
    serde_json::from_str::<IgnoredAny>(&selected)
        .is_ok()
        .then_some(selected)
}

fn count(path: &str, wanted: &[char]) -> usize {
    path.chars().filter(|c| wanted.contains(c)).count()
}
