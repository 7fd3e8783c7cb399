//! `k6/execution`: what a script may know of its run.

use super::Scripted;
use crate::engine::{Stage, VuState};
use crate::realm::Realm;
use rquickjs::function::Func;
use rquickjs::{Ctx, Exception, IntoJs, Object, Result, Value};

static SCRIPTED: Scripted = Scripted::new("vita:execution", include_str!("execution.js"));

pub(super) fn exports<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let native = Object::new(ctx.clone())?;
    native.set("read", Func::from(read))?;
    native.set("tag", Func::from(tag))?;
    native.set("tags", Func::from(tags))?;
    native.set("setTag", Func::from(set_tag))?;
    native.set("removeTag", Func::from(remove_tag))?;
    native.set("abort", Func::from(abort))?;
    native.set("fail", Func::from(fail))?;
    native.set("options", Func::from(options))?;
    SCRIPTED.build(ctx, native)
}

fn read(ctx: Ctx<'_>, section: String, field: String) -> Result<Value<'_>> {
    let realm = Realm::of(&ctx)?;
    let vu = realm.vu();
    match section.as_str() {
        "vu" => read_vu(&ctx, vu, &field),
        "scenario" => read_scenario(&ctx, vu, &field),
        _ => read_instance(&ctx, vu, &field),
    }
}

fn read_vu<'js>(ctx: &Ctx<'js>, vu: &VuState, field: &str) -> Result<Value<'js>> {
    let call = vu.call();
    match field {
        "idInInstance" => vu.identity.in_instance.into_js(ctx),
        "idInTest" => vu.identity.in_test.into_js(ctx),
        "iterationInInstance" => call.map_or(0, |call| call.iteration_in_vu).into_js(ctx),
        _ => match call {
            Some(call) => call.iteration_in_vu_and_scenario.into_js(ctx),
            None => Err(outside(ctx)),
        },
    }
}

fn read_scenario<'js>(ctx: &Ctx<'js>, vu: &VuState, field: &str) -> Result<Value<'js>> {
    let Some(call) = vu.call().filter(|_| vu.stage() == Stage::Iteration) else {
        return Err(outside(ctx));
    };
    let scenario = &call.scenario;
    match field {
        "name" => scenario.name.as_str().into_js(ctx),
        "executor" => scenario.executor.as_str().into_js(ctx),
        "startTime" => {
            let millis = scenario.started_at().map_or(0, |at| at.as_micros() / 1_000);
            (millis as f64).into_js(ctx)
        }
        "progress" => scenario.progress().into_js(ctx),
        "iterationInInstance" => call.iteration_in_scenario.into_js(ctx),
        _ => call.iteration_in_test.into_js(ctx),
    }
}

fn read_instance<'js>(ctx: &Ctx<'js>, vu: &VuState, field: &str) -> Result<Value<'js>> {
    let Some(run) = &vu.run else {
        return 0.into_js(ctx);
    };
    match field {
        "iterationsInterrupted" => run.iterations_interrupted().into_js(ctx),
        "iterationsCompleted" => run.iterations_completed().into_js(ctx),
        "vusActive" => run.vus_active().into_js(ctx),
        "vusInitialized" => run.vus_initialized().into_js(ctx),
        _ => (run.elapsed().as_secs_f64() * 1e3).into_js(ctx),
    }
}

fn outside(ctx: &Ctx<'_>) -> rquickjs::Error {
    Exception::throw_message(
        ctx,
        "getting scenario information outside of the VU context is not supported",
    )
}

fn tag(ctx: Ctx<'_>, kind: String, key: String) -> Result<Value<'_>> {
    let realm = Realm::of(&ctx)?;
    let tagging = &realm.vu().tagging;
    let value = if kind == "tags" {
        tagging.tag(&key)
    } else {
        tagging.metadata(&key)
    };
    match value {
        Some(value) => value.into_js(&ctx),
        None => Ok(Value::new_undefined(ctx.clone())),
    }
}

fn tags(ctx: Ctx<'_>, kind: String) -> Result<Object<'_>> {
    let realm = Realm::of(&ctx)?;
    let tagging = &realm.vu().tagging;
    let all = if kind == "tags" {
        tagging.all()
    } else {
        tagging.all_metadata()
    };
    let object = Object::new(ctx.clone())?;
    for (key, value) in all {
        object.set(key, value)?;
    }
    Ok(object)
}

fn set_tag(ctx: Ctx<'_>, kind: String, key: String, value: String) -> Result<()> {
    let realm = Realm::of(&ctx)?;
    let tagging = &realm.vu().tagging;
    if kind == "tags" {
        tagging.set_tag(&key, Some(value));
    } else {
        tagging.set_metadata(&key, Some(value));
    }
    Ok(())
}

fn remove_tag(ctx: Ctx<'_>, kind: String, key: String) -> Result<()> {
    let realm = Realm::of(&ctx)?;
    let tagging = &realm.vu().tagging;
    if kind == "tags" {
        tagging.set_tag(&key, None);
    } else {
        tagging.set_metadata(&key, None);
    }
    Ok(())
}

fn abort(ctx: Ctx<'_>, message: String) -> Result<()> {
    let realm = Realm::of(&ctx)?;
    let text = if message.is_empty() {
        "test aborted".to_owned()
    } else {
        format!("test aborted: {message}")
    };
    realm.vu().abort_test(text);
    Err(realm.vu().unwind(&ctx))
}

fn fail(ctx: Ctx<'_>, message: String) -> Result<()> {
    if let Some(run) = &Realm::of(&ctx)?.vu().run {
        run.fail(message);
    }
    Ok(())
}

fn options(ctx: Ctx<'_>) -> Result<String> {
    let realm = Realm::of(&ctx)?;
    if realm.vu().in_init() {
        return Err(Exception::throw_message(
            &ctx,
            "getting test options in the init context is not supported",
        ));
    }
    Ok(realm.vu().plan.options().consolidated.to_string())
}
