//! A context in which `require` gives the modules of this crate.

use rquickjs::function::Func;
use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rquickjs::{
    CatchResultExt, Context, Ctx, Exception, FromJs, Module, Object, Promise, Runtime, Value,
};
use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use vita_k6_modules::{
    Host, SharedArrays, install_globals, jslib_source, lookup_module, set_host, text_of,
};
use vita_model::{Entropy, SeededEntropy};

/// What the context's memory is limited to, so that giant scripts end in an exception.
const MEMORY_BYTES_MAX: usize = 256 * 1024 * 1024;

/// A host with files in memory.
pub(crate) struct Bed {
    runtime: Runtime,
    context: Context,
    is_init: Rc<Cell<bool>>,
}

struct BedHost {
    entropy: SeededEntropy,
    files: HashMap<String, Arc<[u8]>>,
    shared: Arc<SharedArrays>,
    is_init: Rc<Cell<bool>>,
}

impl Host for BedHost {
    fn fill_random(&self, bytes: &mut [u8]) {
        self.entropy.fill(bytes);
    }

    fn is_init(&self) -> bool {
        self.is_init.get()
    }

    fn read_file(&self, path: &str) -> Result<Arc<[u8]>, String> {
        let found = self.files.get(path).cloned();
        found.ok_or_else(|| format!("open {path}: no such file or directory"))
    }

    fn shared_arrays(&self) -> Arc<SharedArrays> {
        Arc::clone(&self.shared)
    }
}

impl Bed {
    pub(crate) fn new() -> Self {
        Self::with_files(&[], &Arc::default())
    }

    /// A bed whose scripts see these files, and share arrays with the other beds of `shared`.
    pub(crate) fn with_files(files: &[(&str, &str)], shared: &Arc<SharedArrays>) -> Self {
        let runtime = Runtime::new().unwrap();
        runtime.set_memory_limit(MEMORY_BYTES_MAX);
        runtime.set_loader(Resolve, Load);
        let context = Context::full(&runtime).unwrap();
        let is_init = Rc::new(Cell::new(true));
        let files = files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), Arc::from(text.as_bytes())));
        let host = BedHost {
            entropy: SeededEntropy::new(1),
            files: files.collect(),
            shared: Arc::clone(shared),
            is_init: Rc::clone(&is_init),
        };
        context.with(|ctx| {
            set_host(&ctx, Rc::new(host)).unwrap();
            install_globals(&ctx).unwrap();
            ctx.globals().set("require", Func::from(require)).unwrap();
        });
        Self {
            runtime,
            context,
            is_init,
        }
    }

    /// Limits what scripts may use of the stack.
    pub(crate) fn limit_stack(&self, bytes: usize) {
        self.runtime.set_max_stack_size(bytes);
    }

    /// Whether the native parser gives what `JSON.parse` gives, also under a frozen `Object.prototype`.
    pub(crate) fn same_json(&self, text: &str) -> bool {
        self.context.with(|ctx| {
            ctx.eval::<(), _>("Object.freeze(Object.prototype)").unwrap();
            let native = vita_k6_modules::json::parse(&ctx, text).unwrap();
            let engine = ctx.json_parse(text).unwrap();
            let same = "(a, b) => { const same = (x, y) => Object.is(x, y) || (typeof x === 'object' && x && y
                && Array.isArray(x) === Array.isArray(y) && Object.getPrototypeOf(x) === Object.getPrototypeOf(y)
                && Object.keys(x).join() === Object.keys(y).join() && Object.keys(x).every((k) => same(x[k], y[k]))); return same(a, b) }";
            let same: rquickjs::Function<'_> = ctx.eval(same).unwrap();
            same.call((native, engine)).unwrap()
        })
    }

    /// What the native parser throws.
    pub(crate) fn json_error(&self, text: &str) -> String {
        self.context.with(|ctx| {
            let thrown = vita_k6_modules::json::parse(&ctx, text).map(drop);
            assert!(thrown.is_err(), "{text}");
            text_of(&ctx.catch()).unwrap()
        })
    }

    /// Ends the init context.
    pub(crate) fn end_init(&self) {
        self.is_init.set(false);
    }

    /// Evaluates `script`, an expression or statements that end in one, and gives its value.
    pub(crate) fn eval<T: for<'js> FromJs<'js>>(&self, script: &str) -> T {
        self.try_eval(script)
            .unwrap_or_else(|error| panic!("{error}\n{script}"))
    }

    /// As `eval`, with what the script threw as text.
    pub(crate) fn try_eval<T: for<'js> FromJs<'js>>(&self, script: &str) -> Result<T, String> {
        self.context.with(|ctx| {
            let value = ctx
                .eval::<Value<'_>, _>(script)
                .catch(&ctx)
                .map_err(|e| e.to_string())?;
            T::from_js(&ctx, value).map_err(|error| error.to_string())
        })
    }

    /// Evaluates the body of an async function, runs its jobs, and gives what it resolves to.
    pub(crate) fn eval_async<T: for<'js> FromJs<'js>>(&self, body: &str) -> Result<T, String> {
        self.context.with(|ctx| {
            let script = format!("(async () => {{ {body} }})()");
            let promise: Promise<'_> = ctx.eval(script).catch(&ctx).map_err(|e| e.to_string())?;
            let resolved = match promise.finish::<Value<'_>>() {
                Ok(resolved) => resolved,
                Err(rquickjs::Error::Exception) => return Err(text_of(&ctx.catch()).unwrap()),
                Err(error) => return Err(error.to_string()),
            };
            T::from_js(&ctx, resolved).map_err(|error| error.to_string())
        })
    }

    /// Evaluates an expression and gives it as JSON.
    pub(crate) fn json(&self, expression: &str) -> String {
        self.eval(&format!("JSON.stringify({expression})"))
    }
}

impl Bed {
    /// Evaluates a module, which leaves what it found in globals.
    pub(crate) fn run_module(&self, text: &str) -> Result<(), String> {
        self.context.with(|ctx| {
            let promise = Module::evaluate(ctx.clone(), "test", text).catch(&ctx);
            let finished = promise.and_then(|promise| promise.finish::<()>().catch(&ctx));
            finished.map_err(|error| error.to_string())
        })
    }
}

struct Resolve;

impl Resolver for Resolve {
    fn resolve<'js>(
        &mut self,
        _ctx: &Ctx<'js>,
        _base: &str,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> rquickjs::Result<String> {
        Ok(name.to_owned())
    }
}

struct Load;

impl Loader for Load {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> rquickjs::Result<Module<'js, Declared>> {
        if let Some(text) = jslib_source(name) {
            return Module::declare(ctx.clone(), name, text);
        }
        // What acts belongs to another crate: the test gives its stand-ins in a global.
        let (names, call): (Vec<String>, _) = if let Some(module) = lookup_module(name) {
            let names = module.exports().iter();
            (
                names.map(|&name| name.to_owned()).collect(),
                format!("require('{name}')"),
            )
        } else {
            let stubs: Object<'js> = ctx.globals().get("stubs")?;
            let stub: Object<'js> = stubs.get(name)?;
            (
                stub.keys().collect::<rquickjs::Result<_>>()?,
                format!("stubs['{name}']"),
            )
        };
        let exports = names
            .iter()
            .map(|name| format!("export const {name} = m.{name};"));
        let exports: String = exports.collect();
        Module::declare(
            ctx.clone(),
            name,
            format!("const m = {call}; export default m; {exports}"),
        )
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        // A leak of a value shows here, as QuickJS asserts an empty heap when it is freed.
        self.runtime.run_gc();
    }
}

fn require<'js>(ctx: Ctx<'js>, name: String) -> rquickjs::Result<Object<'js>> {
    if !ctx.globals().contains_key("__modules")? {
        ctx.globals().set("__modules", Object::new(ctx.clone())?)?;
    }
    let cache: Object<'js> = ctx.globals().get("__modules")?;
    if let Some(built) = cache.get::<_, Option<Object<'js>>>(name.as_str())? {
        return Ok(built);
    }
    let Some(module) = lookup_module(&name) else {
        return Err(Exception::throw_message(&ctx, &format!("no module {name}")));
    };
    let built = module.build(&ctx)?;
    for export in module.exports() {
        let value: Value<'js> = built.get(*export)?;
        assert!(!value.is_undefined(), "{name} has no {export}");
    }
    cache.set(name.as_str(), built.clone())?;
    Ok(built)
}
