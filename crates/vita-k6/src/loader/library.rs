//! The files and the compiled modules that all virtual users share.

use super::outline::Outline;
use super::specifier::{Located, file_path, locate};
use crate::raw::{self, Bytecode};
use rquickjs::module::Declared;
use rquickjs::{Ctx, Exception, Module, Result};
use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use vita_k6_modules::{erase_types, jslib_source, lookup_module};

/// Largest script; larger ones are data, for which `open` is made.
pub(crate) const SCRIPT_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// Largest file for `open`, which is held in memory once for all virtual users.
pub(crate) const OPEN_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;

/// A module as it was read.
pub(crate) struct Unit {
    pub(crate) kind: UnitKind,
    pub(crate) uses_meta: bool,
    /// The names that it imports, by the module's name as written.
    imports: HashMap<String, Vec<String>>,
}

pub(crate) enum UnitKind {
    Module(EsModule),
    CommonJs(Arc<str>),
    Json(Arc<str>),
}

/// A module of today's form, compiled by whoever loads it first.
pub(crate) struct EsModule {
    text: String,
    code: OnceLock<Bytecode>,
}

impl EsModule {
    /// Declares the module in a runtime.
    pub(crate) fn declare<'js>(&self, ctx: &Ctx<'js>, name: &str) -> Result<Module<'js, Declared>> {
        if let Some(code) = self.code.get() {
            return raw::load(ctx, code);
        }
        let module = Module::declare(ctx.clone(), name, self.text.as_str())?;
        // Another worker may have been faster; then both have compiled the same.
        let _ = self.code.set(raw::compile(&module)?);
        Ok(module)
    }
}

/// Files and modules, each read once in a process.
pub(crate) struct Library {
    main: String,
    files: Mutex<HashMap<PathBuf, Arc<[u8]>>>,
    /// Files that are read while they are sent.
    opened: Mutex<HashMap<PathBuf, (Arc<File>, u64)>>,
    units: Mutex<HashMap<String, Arc<Unit>>>,
}

impl Library {
    /// A library whose main script is `text`, which stands at `main`.
    pub(crate) fn new(main: &Path, text: Vec<u8>) -> Self {
        let mut files = HashMap::new();
        let main = super::specifier::file_url(main);
        files.insert(file_path(&main), Arc::from(text));
        Self {
            main,
            files: Mutex::new(files),
            opened: Mutex::default(),
            units: Mutex::new(HashMap::new()),
        }
    }

    /// The main script's full name.
    pub(crate) fn main(&self) -> &str {
        &self.main
    }

    /// The path that the module `caller` means by `path` when it opens a file: seen from the main
    /// script, as with k6, or from the module itself where there is nothing else.
    pub(crate) fn data_path(&self, caller: Option<&str>, path: &str) -> PathBuf {
        let path = path.strip_prefix("file://").unwrap_or(path);
        let seen_from = |module: &str| {
            let module = file_path(module);
            let folder = module.parent().unwrap_or(Path::new("/"));
            file_path(&super::specifier::file_url(&folder.join(path)))
        };
        let from_main = seen_from(&self.main);
        match caller {
            Some(caller) if caller.starts_with("file://") && !from_main.exists() => {
                seen_from(caller)
            }
            _ => from_main,
        }
    }

    /// The bytes of a file, read at its first use.
    ///
    /// # Errors
    /// The message for the script.
    pub(crate) fn read(
        &self,
        path: &Path,
        bytes_max: u64,
    ) -> std::result::Result<Arc<[u8]>, String> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = files.get(path) {
            return Ok(Arc::clone(bytes));
        }
        let bytes: Arc<[u8]> = read_file(path, bytes_max)?.into();
        files.insert(path.to_owned(), Arc::clone(&bytes));
        Ok(bytes)
    }

    /// An open file with its size; one descriptor serves all virtual users.
    ///
    /// # Errors
    /// The message for the script.
    pub(crate) fn open(&self, path: &Path) -> std::result::Result<(Arc<File>, u64), String> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((file, size)) = opened.get(path) {
            return Ok((Arc::clone(file), *size));
        }
        let describe = |error: std::io::Error| format!("cannot open `{}`: {error}", path.display());
        let kind = std::fs::metadata(path).map_err(describe)?;
        if !kind.is_file() {
            return Err(format!(
                "cannot open `{}`: it is no regular file",
                path.display()
            ));
        }
        let file = Arc::new(File::open(path).map_err(describe)?);
        opened.insert(path.to_owned(), (Arc::clone(&file), kind.len()));
        Ok((file, kind.len()))
    }

    /// The opened file whose bytes start at this address, so that sending it needs no copy.
    pub(crate) fn file_at(&self, address: usize, len: usize) -> Option<Arc<[u8]>> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files
            .values()
            .find(|file| file.as_ptr() as usize == address && file.len() == len)
            .map(Arc::clone)
    }

    /// The module of that full name, read at its first use.
    pub(crate) fn unit(&self, ctx: &Ctx<'_>, name: &str) -> Result<Arc<Unit>> {
        if let Some(unit) = self.lock_units().get(name) {
            return Ok(Arc::clone(unit));
        }
        let unit = Arc::new(self.read_unit(ctx, name)?);
        self.lock_units().insert(name.to_owned(), Arc::clone(&unit));
        Ok(unit)
    }

    /// The names that the module `base` imports from the built-in `module`, which lacks them.
    pub(crate) fn missing_names(
        &self,
        ctx: &Ctx<'_>,
        base: &str,
        written: &str,
        module: &str,
    ) -> Result<Vec<String>> {
        let Some(unit) = self.lock_units().get(base).map(Arc::clone) else {
            return Ok(Vec::new());
        };
        let Some(names) = unit.imports.get(written) else {
            return Ok(Vec::new());
        };
        if let Some(native) = lookup_module(module) {
            let known = |name: &&String| {
                name.as_str() == "default" || native.exports().contains(&name.as_str())
            };
            return Ok(names.iter().filter(|name| !known(name)).cloned().collect());
        }
        let object = super::native_object(ctx, module)?;
        let mut missing = Vec::new();
        for name in names {
            if name != "default" && !object.contains_key(name.as_str())? {
                missing.push(name.clone());
            }
        }
        Ok(missing)
    }

    fn lock_units(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Unit>>> {
        self.units.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read_unit(&self, ctx: &Ctx<'_>, name: &str) -> Result<Unit> {
        let text = match jslib_source(name) {
            Some(source) => source.to_owned(),
            None => self
                .read_text(name)
                .map_err(|message| Exception::throw_message(ctx, &message))?,
        };
        if Path::new(name).extension().is_some_and(|end| end == "json") {
            return Ok(Unit::plain(UnitKind::Json(text.into())));
        }
        let outline = Outline::of(&text);
        if !outline.is_module {
            return Ok(Unit::plain(UnitKind::CommonJs(text.into())));
        }
        let code = OnceLock::new();
        Ok(Unit {
            kind: UnitKind::Module(EsModule { text, code }),
            uses_meta: outline.uses_meta,
            imports: outline.imports,
        })
    }

    fn read_text(&self, name: &str) -> std::result::Result<String, String> {
        let path = file_path(name);
        let bytes = self.read(&path, SCRIPT_BYTES_MAX)?;
        let text = std::str::from_utf8(&bytes)
            .map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if path
            .extension()
            .is_some_and(|end| end == "ts" || end == "mts" || end == "cts")
        {
            return erase_types(text, name).map_err(|error| error.to_string());
        }
        Ok(text.to_owned())
    }
}

/// Reads a file of limited size. Devices and pipes, which may never end, are refused.
fn read_file(path: &Path, bytes_max: u64) -> std::result::Result<Vec<u8>, String> {
    let describe = |error: std::io::Error| format!("cannot read `{}`: {error}", path.display());
    let refuse = |problem: String| Err(format!("cannot read `{}`: {problem}", path.display()));
    let is_file = std::fs::metadata(path).map_err(describe)?.is_file();
    if !is_file {
        return refuse("it is no regular file".to_owned());
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(describe)?;
    file.take(bytes_max.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(describe)?;
    if bytes.len() as u64 > bytes_max {
        return refuse(format!(
            "it is longer than {bytes_max} bytes, the most that is read into memory"
        ));
    }
    Ok(bytes)
}

impl Unit {
    fn plain(kind: UnitKind) -> Self {
        Self {
            kind,
            uses_meta: false,
            imports: HashMap::new(),
        }
    }
}

/// The full name of the module that `base` calls `name`.
pub(crate) fn full_name(ctx: &Ctx<'_>, base: &str, name: &str) -> Result<String> {
    match locate(base, name) {
        Ok(Located::Native(name) | Located::Jslib(name) | Located::File(name)) => Ok(name),
        Err(message) => Err(Exception::throw_message(ctx, &message)),
    }
}
