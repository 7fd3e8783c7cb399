//! Where modules come from: files, the built-in ones, and this project's own jslib.
//!
//! A [`Library`] is shared by all virtual users: every file is read once and every module compiled
//! once in a process. [`Imports`] is what the engine asks, in each runtime.

mod library;
mod native;
mod outline;
mod require;
mod specifier;

use library::UnitKind;
pub(crate) use library::{Library, OPEN_BYTES_MAX};
pub(crate) use native::native_object;
pub(crate) use require::{load_main, require_from};
use specifier::{Located, locate};

use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rquickjs::{Ctx, Exception, Function, Module, Result};
use std::sync::Arc;

/// Parts a built-in module's name from the names that a script imports and the module lacks.
const MISSING_NAMES: char = '#';

/// Answers a runtime's questions about modules.
pub(crate) struct Imports {
    library: Arc<Library>,
}

impl Imports {
    pub(crate) fn new(library: Arc<Library>) -> Self {
        Self { library }
    }
}

impl Resolver for Imports {
    fn resolve<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        base: &str,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> Result<String> {
        match locate(base, name) {
            Ok(Located::Native(module)) => {
                let missing = self.library.missing_names(ctx, base, name, &module)?;
                if missing.is_empty() {
                    return Ok(module);
                }
                // The engine refuses names that a native module doesn't declare, where k6 gives
                // `undefined`: such an import gets a module of its own that declares them.
                Ok(format!("{module}{MISSING_NAMES}{}", missing.join(",")))
            }
            Ok(Located::Jslib(url) | Located::File(url)) => Ok(url),
            Err(message) => Err(Exception::throw_message(ctx, &message)),
        }
    }
}

impl Loader for Imports {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> Result<Module<'js, Declared>> {
        load_module(ctx, &self.library, name)
    }
}

/// Declares the module of that full name.
pub(crate) fn load_module<'js>(
    ctx: &Ctx<'js>,
    library: &Arc<Library>,
    name: &str,
) -> Result<Module<'js, Declared>> {
    if specifier::is_native(name) {
        return Module::declare_def::<native::Native, _>(ctx.clone(), name);
    }
    let unit = library.unit(ctx, name)?;
    match &unit.kind {
        UnitKind::Module(source) => {
            let module = source.declare(ctx, name)?;
            if unit.uses_meta {
                describe(ctx, &module, name)?;
            }
            Ok(module)
        }
        UnitKind::CommonJs(_) | UnitKind::Json(_) => {
            Module::declare_def::<native::Native, _>(ctx.clone(), name)
        }
    }
}

/// Fills in `import.meta`.
fn describe<'js>(ctx: &Ctx<'js>, module: &Module<'js, Declared>, name: &str) -> Result<()> {
    let meta = module.meta()?;
    meta.set("url", name)?;
    let base = name.to_owned();
    let resolve = Function::new(
        ctx.clone(),
        move |ctx: Ctx<'js>, name: String| match locate(&base, &name) {
            Ok(Located::Native(name) | Located::Jslib(name) | Located::File(name)) => Ok(name),
            Err(message) => Err(Exception::throw_message(&ctx, &message)),
        },
    )?;
    meta.set("resolve", resolve)
}
