//! The list of modules.

use rquickjs::object::{Accessor, Property};
use rquickjs::{Ctx, Object, Result, Value};

/// A built-in module.
pub struct NativeModule {
    name: &'static str,
    exports: &'static [&'static str],
    build: for<'js> fn(&Ctx<'js>) -> Result<Object<'js>>,
}

impl NativeModule {
    /// What a script imports it by.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The names of its exports, beside the default one.
    pub fn exports(&self) -> &'static [&'static str] {
        self.exports
    }

    /// Makes the object that holds all exports; once in a context, when the module is first
    /// imported or required.
    pub fn build<'js>(&self, ctx: &Ctx<'js>) -> Result<Object<'js>> {
        (self.build)(ctx)
    }
}

const MODULES: &[NativeModule] = &[
    NativeModule {
        name: "k6/crypto",
        exports: crate::crypto::EXPORTS,
        build: crate::crypto::exports,
    },
    NativeModule {
        name: "k6/crypto/x509",
        exports: crate::crypto::x509::EXPORTS,
        build: crate::crypto::x509::exports,
    },
    NativeModule {
        name: "k6/data",
        exports: &["SharedArray"],
        build: crate::data::exports,
    },
    NativeModule {
        name: "k6/encoding",
        exports: &["b64encode", "b64decode"],
        build: crate::encoding::exports,
    },
    NativeModule {
        name: "k6/experimental/csv",
        exports: &["parse", "Parser"],
        build: crate::csv_rows::exports,
    },
    NativeModule {
        name: "k6/experimental/fs",
        exports: &["open", "SeekMode"],
        build: crate::files::exports,
    },
    NativeModule {
        name: "k6/experimental/streams",
        exports: crate::streams::EXPORTS,
        build: crate::streams::exports,
    },
    NativeModule {
        name: "k6/html",
        exports: &["parseHTML"],
        build: crate::html::exports,
    },
    NativeModule {
        name: "vitascope/url",
        exports: &["parse", "change", "decodeForm", "encodeForm"],
        build: crate::address::exports,
    },
];

/// The module of that name, such as `k6/crypto`.
pub fn lookup_module(name: &str) -> Option<&'static NativeModule> {
    MODULES.iter().find(|module| module.name == name)
}

/// The names of all modules of this crate.
pub fn module_names() -> impl Iterator<Item = &'static str> {
    MODULES.iter().map(|module| module.name)
}

/// Adds `crypto`, `TextEncoder` and `TextDecoder` to the context's globals.
///
/// Each is made when a script first reads it, as most scripts never do.
pub fn install_globals(ctx: &Ctx<'_>) -> Result<()> {
    add_lazy(ctx, "TextEncoder", crate::text_coding::encoder)?;
    add_lazy(ctx, "TextDecoder", crate::text_coding::decoder)?;
    add_lazy(ctx, "crypto", crate::webcrypto::global)
}

fn add_lazy<'js>(
    ctx: &Ctx<'js>,
    name: &'static str,
    make: for<'a> fn(&Ctx<'a>) -> Result<Value<'a>>,
) -> Result<()> {
    let get = move |ctx: Ctx<'js>| -> Result<Value<'js>> {
        let made = make(&ctx)?;
        settle(&ctx, name, made.clone())?;
        Ok(made)
    };
    let set = move |ctx: Ctx<'js>, value: Value<'js>| settle(&ctx, name, value);
    ctx.globals()
        .prop(name, Accessor::new(get, set).configurable())
}

fn settle<'js>(ctx: &Ctx<'js>, name: &str, value: Value<'js>) -> Result<()> {
    ctx.globals()
        .prop(name, Property::from(value).writable().configurable())
}
