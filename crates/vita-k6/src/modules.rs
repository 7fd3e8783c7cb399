//! The built-in modules that need a virtual user or the network.

mod execution;
mod k6;
mod metrics;

use crate::logging::Level;
use crate::raw::Bytecode;
use crate::realm::Realm;
use rquickjs::{Ctx, Exception, Object, Result};
use std::sync::OnceLock;

pub(crate) use metrics::tags_of;

/// Makes the object of a module's exports.
pub(crate) fn build<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Object<'js>> {
    match name {
        "k6" => k6::exports(ctx),
        "k6/http" => crate::http::exports(ctx),
        "k6/metrics" => metrics::exports(ctx),
        "k6/execution" => execution::exports(ctx),
        "vitascope/stream" => crate::http::stream::exports(ctx),
        "k6/ws" => crate::socket::blocking_exports(ctx),
        "k6/websockets" => crate::socket::event_exports(ctx),
        "k6/experimental/websockets" => {
            warn_of_old_name(ctx, name, "k6/websockets")?;
            crate::socket::event_exports(ctx)
        }
        "k6/timers" => crate::timers::exports(ctx),
        "k6/secrets" => crate::secrets::exports(ctx),
        _ => Err(Exception::throw_message(
            ctx,
            &format!("unknown module: `{name}`"),
        )),
    }
}

/// Says once in a test that a module has a newer name.
fn warn_of_old_name(ctx: &Ctx<'_>, old: &str, new: &str) -> Result<()> {
    let realm = Realm::of(ctx)?;
    let vu = realm.vu();
    // The init code for the options is run before there are options.
    if vu.plan.options.get().is_none() {
        let message = format!("the module {old} is deprecated: import {new} instead");
        vu.log(Level::Warning, &message, &[]);
    }
    Ok(())
}

/// The part of a built-in module that is written in JavaScript: a module whose default export is a
/// function, which takes the native part and gives the exports. Compiled once in a process.
pub(crate) struct Scripted {
    name: &'static str,
    source: &'static str,
    code: OnceLock<Bytecode>,
}

impl Scripted {
    pub(crate) const fn new(name: &'static str, source: &'static str) -> Self {
        Self {
            name,
            source,
            code: OnceLock::new(),
        }
    }

    /// The name under which its exports are kept.
    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    /// Runs it with its native part.
    pub(crate) fn build<'js>(&self, ctx: &Ctx<'js>, native: Object<'js>) -> Result<Object<'js>> {
        let module = if let Some(code) = self.code.get() {
            crate::raw::load(ctx, code)?
        } else {
            let module = rquickjs::Module::declare(ctx.clone(), self.name, self.source)?;
            let code = crate::raw::compile(&module)?;
            let _ = self.code.set(code);
            module
        };
        let (module, promise) = module.eval()?;
        promise.finish::<()>()?;
        let make: rquickjs::Function<'js> = module.get("default")?;
        make.call((native,))
    }
}
