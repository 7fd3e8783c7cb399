//! Which statuses are expected.

use crate::realm::Realm;
use rquickjs::function::{Opt, Rest};
use rquickjs::{Ctx, Exception, Object, Result, Value};
use std::ops::RangeInclusive;
use std::rc::Rc;
use vita_k6_modules::{Native, held, hold};

/// The statuses that a script expects.
pub(super) struct Expected(Rc<[RangeInclusive<u16>]>);

impl Native for Expected {
    const NAME: &'static str = "ExpectedStatuses";

    fn define(_prototype: &Object<'_>) -> Result<()> {
        Ok(())
    }
}

/// Who judges a response.
#[derive(Clone, Debug)]
pub(crate) enum Judge {
    /// Nobody.
    None,
    /// 200 to 399 are expected.
    Standard,
    /// These are expected.
    Statuses(Rc<[RangeInclusive<u16>]>),
}

impl Judge {
    /// Whether a status is expected.
    pub(crate) fn expects(&self, status: u16) -> Option<bool> {
        match self {
            Self::None => None,
            Self::Standard => Some((200..400).contains(&status)),
            Self::Statuses(ranges) => Some(ranges.iter().any(|range| range.contains(&status))),
        }
    }
}

/// `http.expectedStatuses(200, { min: 300, max: 399 })`
pub(super) fn expected_statuses<'js>(
    ctx: Ctx<'js>,
    ranges: Rest<Value<'js>>,
) -> Result<Value<'js>> {
    if ranges.0.is_empty() {
        return Err(Exception::throw_message(&ctx, "no arguments"));
    }
    let mut all = Vec::new();
    for range in &ranges.0 {
        let bounds = match range.as_object() {
            Some(object) => (object.get("min")?, object.get("max")?),
            None => (range.as_number(), range.as_number()),
        };
        let (Some(min), Some(max)) = bounds else {
            return Err(Exception::throw_type(
                &ctx,
                "expectedStatuses takes statuses and objects with `min` and `max`",
            ));
        };
        all.push(min as u16..=max as u16);
    }
    Ok(hold(&ctx, Expected(all.into()))?.into_value())
}

/// `http.setResponseCallback(callback)`
pub(super) fn set<'js>(ctx: Ctx<'js>, callback: Opt<Value<'js>>) -> Result<()> {
    let callback = callback.0.unwrap_or_else(|| Value::new_null(ctx.clone()));
    judge_of(&ctx, &callback)?;
    Realm::of(&ctx)?.response_callback.replace(Some(callback));
    Ok(())
}

/// The judge that a script's value stands for.
pub(super) fn judge_of<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<Judge> {
    if value.is_null() || value.is_undefined() {
        return Ok(Judge::None);
    }
    match held::<Expected>(value) {
        Some(expected) => Ok(Judge::Statuses(Rc::clone(&expected.borrow().0.0))),
        None => Err(Exception::throw_type(
            ctx,
            "a response callback is null or made by http.expectedStatuses",
        )),
    }
}

/// The judge of requests that name none.
pub(super) fn judge_of_all<'js>(ctx: &Ctx<'js>, realm: &Realm<'js>) -> Result<Judge> {
    match realm.response_callback.borrow().as_ref() {
        Some(callback) => judge_of(ctx, callback),
        None => Ok(Judge::Standard),
    }
}
