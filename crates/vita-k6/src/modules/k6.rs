//! `k6`: `check`, `group`, `sleep`, `fail`, `randomSeed`.

use super::tags_of;
use crate::realm::Realm;
use crate::tagging::{Check, GROUP_SEPARATOR};
use rquickjs::function::{Func, Opt};
use rquickjs::{Atom, Ctx, Exception, Function, Object, Result, Value};
use std::rc::Rc;
use std::time::{Duration, Instant};
use vita_k6_modules::text_of;
use vita_load::builtin;

/// Checks that a virtual user remembers by their names; it forgets all when there are more.
const CHECKS_MAX: usize = 256;

pub(super) fn exports<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let exports = Object::new(ctx.clone())?;
    exports.set("check", Func::from(check))?;
    exports.set("group", Func::from(group))?;
    exports.set("sleep", Func::from(sleep))?;
    exports.set("fail", Func::from(fail))?;
    exports.set("randomSeed", Func::from(random_seed))?;
    Ok(exports)
}

fn sleep<'js>(ctx: Ctx<'js>, seconds: Opt<Value<'js>>) -> Result<()> {
    let seconds = match seconds.0 {
        Some(value) if value.is_number() => value.as_number().unwrap_or(0.0),
        Some(value) => text_of(&value)?.trim().parse().unwrap_or(0.0),
        None => 0.0,
    };
    let Ok(time) = Duration::try_from_secs_f64(seconds) else {
        return Ok(());
    };
    let realm = Realm::of(&ctx)?;
    realm.vu().wait(&ctx, tokio::time::sleep(time))
}

fn fail<'js>(ctx: Ctx<'js>, message: Opt<Value<'js>>) -> Result<()> {
    let message = match message.0 {
        Some(message) => text_of(&message)?,
        None => String::new(),
    };
    Err(Exception::throw_message(&ctx, &message))
}

fn random_seed<'js>(ctx: Ctx<'js>, seed: Opt<Value<'js>>) -> Result<()> {
    let seed = seed.0.and_then(|seed| seed.as_number()).unwrap_or(0.0);
    Realm::of(&ctx)?.vu().seed(seed as i64 as u64);
    Ok(())
}

fn group<'js>(ctx: Ctx<'js>, name: Value<'js>, body: Value<'js>) -> Result<Value<'js>> {
    let realm = Realm::of(&ctx)?;
    let vu = realm.vu();
    if vu.in_init() {
        return Err(Exception::throw_message(
            &ctx,
            "using group() in the init context is not supported",
        ));
    }
    let name = text_of(&name)?;
    if name.contains(GROUP_SEPARATOR) {
        return Err(Exception::throw_message(
            &ctx,
            &format!("group and check names may not contain '{GROUP_SEPARATOR}'"),
        ));
    }
    let Some(body) = body.as_function() else {
        return Err(Exception::throw_type(
            &ctx,
            "group() requires a callback as a second argument",
        ));
    };
    if is_async(&ctx, body)? {
        return Err(Exception::throw_type(
            &ctx,
            "group() does not support async functions as arguments: call them with `await` beside groups",
        ));
    }
    let outer = vu.tagging.enter_group(&name);
    let begun = Instant::now();
    let result = body.call::<_, Value<'js>>(());
    vu.tagging.add(
        builtin::GROUP_DURATION,
        begun.elapsed().as_secs_f64() * 1e3,
        &[],
    );
    vu.tagging.leave_to(outer);
    result
}

fn check<'js>(
    ctx: Ctx<'js>,
    subject: Value<'js>,
    checks: Value<'js>,
    tags: Opt<Value<'js>>,
) -> Result<bool> {
    let realm = Realm::of(&ctx)?;
    let vu = realm.vu();
    if vu.in_init() {
        return Err(Exception::throw_message(
            &ctx,
            "using check() in the init context is not supported",
        ));
    }
    let Some(checks) = checks.as_object() else {
        return Err(Exception::throw_type(
            &ctx,
            "check() needs an object of checks by name as its second argument",
        ));
    };
    let tags = tags_of(&ctx, tags.0.as_ref())?;
    let mut all_passed = true;
    for name in checks.keys::<Atom<'js>>() {
        let name = name?;
        let check = find_check(&ctx, &realm, &name)?;
        let outcome = judge(&ctx, checks, (name, &check), &subject);
        let passed = matches!(outcome, Ok(true));
        vu.tagging.add_check(&check, passed, &tags);
        all_passed &= outcome?;
    }
    Ok(all_passed)
}

/// The check of a name, which is read once.
fn find_check<'js>(ctx: &Ctx<'js>, realm: &Realm<'js>, name: &Atom<'js>) -> Result<Rc<Check>> {
    if let Some(check) = realm.checks.borrow().get(name) {
        return Ok(Rc::clone(check));
    }
    let text = name.to_string()?;
    if text.contains(GROUP_SEPARATOR) {
        return Err(Exception::throw_message(
            ctx,
            &format!("group and check names may not contain '{GROUP_SEPARATOR}'"),
        ));
    }
    let check = Rc::new(Check::new(text));
    let mut checks = realm.checks.borrow_mut();
    if checks.len() >= CHECKS_MAX {
        checks.clear();
    }
    checks.insert(name.clone(), Rc::clone(&check));
    Ok(check)
}

/// Whether one check passes.
fn judge<'js>(
    ctx: &Ctx<'js>,
    checks: &Object<'js>,
    (name, check): (Atom<'js>, &Check),
    subject: &Value<'js>,
) -> Result<bool> {
    let mut value: Value<'js> = checks.get(name)?;
    if let Some(function) = value.as_function() {
        if is_async(ctx, function)? {
            let name = check.name();
            return Err(Exception::throw_type(
                ctx,
                &format!("check `{name}` is an async function: await its value before the check"),
            ));
        }
        value = function.call((subject.clone(),))?;
    }
    if value.as_promise().is_some() {
        let name = check.name();
        return Err(Exception::throw_type(
            ctx,
            &format!("check `{name}` gave a promise: await its value before the check"),
        ));
    }
    Ok(is_truthy(&value))
}

/// Whether JavaScript takes the value for true.
fn is_truthy(value: &Value<'_>) -> bool {
    if let Some(flag) = value.as_bool() {
        return flag;
    }
    if let Some(number) = value.as_number() {
        return number != 0.0 && !number.is_nan();
    }
    if let Some(text) = value.as_string() {
        return text.to_string().map_or(true, |text| !text.is_empty());
    }
    !value.is_undefined() && !value.is_null()
}

/// Whether a function was written as `async`; those return before their work is done.
fn is_async<'js>(ctx: &Ctx<'js>, function: &Function<'js>) -> Result<bool> {
    let realm = Realm::of(ctx)?;
    let prototype = if let Some(prototype) = realm.async_prototype.get() {
        prototype
    } else {
        let prototype: Object<'js> = ctx.eval("Object.getPrototypeOf(async () => {})")?;
        realm.async_prototype.get_or_init(|| prototype)
    };
    Ok(function.get_prototype().as_ref() == Some(prototype))
}
