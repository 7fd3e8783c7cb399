//! `k6/metrics`: metrics of scripts' own.

use crate::logging::Level;
use crate::realm::Realm;
use rquickjs::function::{Func, Opt, This};
use rquickjs::object::Accessor;
use rquickjs::{Atom, Ctx, Exception, Function, Object, Result, Value};
use vita_k6_modules::text_of;
use vita_k6_modules::{Native, held, hold};
use vita_load::{Contains, MetricId, MetricKind};

/// A script's metric.
struct Metric {
    id: MetricId,
    kind: MetricKind,
    name: String,
}

impl Native for Metric {
    const NAME: &'static str = "Metric";

    fn define(prototype: &Object<'_>) -> Result<()> {
        prototype.set("add", Func::from(add))?;
        prototype.prop("name", Accessor::new_get(name).enumerable())
    }
}

pub(super) fn exports<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let exports = Object::new(ctx.clone())?;
    for (name, kind) in [
        ("Counter", MetricKind::Counter),
        ("Gauge", MetricKind::Gauge),
        ("Rate", MetricKind::Rate),
        ("Trend", MetricKind::Trend),
    ] {
        let make = move |ctx: Ctx<'js>, name: Opt<Value<'js>>, is_time: Opt<Value<'js>>| {
            construct(&ctx, kind, name.0, is_time.0)
        };
        let constructor = Function::new(ctx.clone(), make)?.with_name(name)?;
        exports.set(name, constructor.with_constructor(true))?;
    }
    Ok(exports)
}

fn construct<'js>(
    ctx: &Ctx<'js>,
    kind: MetricKind,
    name: Option<Value<'js>>,
    is_time: Option<Value<'js>>,
) -> Result<Value<'js>> {
    let realm = Realm::of(ctx)?;
    if !realm.vu().in_init() {
        return Err(Exception::throw_message(
            ctx,
            "metrics must be declared in the init context",
        ));
    }
    let name = match name {
        Some(name) => text_of(&name)?,
        None => String::new(),
    };
    let is_time = is_time.and_then(|value| value.as_bool()).unwrap_or(false);
    let contains = if is_time {
        Contains::Time
    } else {
        Contains::Default
    };
    let id = realm
        .vu()
        .plan
        .registry
        .register(&name, kind, contains)
        .map_err(|error| Exception::throw_message(ctx, &error.to_string()))?;
    Ok(hold(ctx, Metric { id, kind, name })?.into_value())
}

fn name<'js>(ctx: Ctx<'js>, this: This<Value<'js>>) -> Result<String> {
    with_metric(&ctx, &this.0, |metric| Ok(metric.name.clone()))
}

fn with_metric<'js, T>(
    ctx: &Ctx<'js>,
    value: &Value<'js>,
    then: impl FnOnce(&Metric) -> Result<T>,
) -> Result<T> {
    match held::<Metric>(value) {
        Some(metric) => then(&metric.borrow().0),
        None => Err(Exception::throw_type(ctx, "not a metric")),
    }
}

fn add<'js>(
    ctx: Ctx<'js>,
    this: This<Value<'js>>,
    value: Opt<Value<'js>>,
    tags: Opt<Value<'js>>,
) -> Result<bool> {
    let realm = Realm::of(&ctx)?;
    let vu = realm.vu();
    if vu.in_init() {
        return Err(Exception::throw_message(
            &ctx,
            "metrics can't be added to in the init context",
        ));
    }
    with_metric(&ctx, &this.0, |metric| {
        let number = number_of(metric.kind, value.0.as_ref());
        let Some(number) = number else {
            let text = match &value.0 {
                Some(value) => text_of(value)?,
                None => "no value".to_owned(),
            };
            let message = format!("'{text}' is an invalid value for metric '{}'", metric.name);
            if vu.plan.options().throws {
                return Err(Exception::throw_message(&ctx, &message));
            }
            vu.log(Level::Warning, &message, &[]);
            return Ok(false);
        };
        let tags = tags_of(&ctx, tags.0.as_ref())?;
        vu.tagging.add(metric.id, number, &tags);
        Ok(true)
    })
}

fn number_of(kind: MetricKind, value: Option<&Value<'_>>) -> Option<f64> {
    let value = value?;
    if let Some(flag) = value.as_bool() {
        return Some(f64::from(u8::from(flag)));
    }
    let number = match value.as_number() {
        Some(number) => number,
        None => value.as_string()?.to_string().ok()?.trim().parse().ok()?,
    };
    if kind == MetricKind::Rate {
        return number
            .is_finite()
            .then(|| f64::from(u8::from(number != 0.0)));
    }
    number.is_finite().then_some(number)
}

/// The tags that an object holds: texts, numbers and truth values.
pub(crate) fn tags_of<'js>(
    ctx: &Ctx<'js>,
    value: Option<&Value<'js>>,
) -> Result<Vec<(String, String)>> {
    let Some(object) = value.and_then(|value| value.as_object()) else {
        return Ok(Vec::new());
    };
    let mut tags = Vec::new();
    for key in object.keys::<Atom<'js>>() {
        let atom = key?;
        let key = atom.to_string()?;
        let value: Value<'js> = object.get(atom)?;
        if value.is_undefined() || value.is_null() || value.is_object() {
            return Err(Exception::throw_type(
                ctx,
                &format!("the value of tag `{key}` must be a string, a number or a boolean"),
            ));
        }
        tags.push((key, text_of(&value)?));
    }
    Ok(tags)
}
