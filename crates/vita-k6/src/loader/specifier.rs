//! What a module's name in an `import` or `require` means.

use std::path::{Component, Path, PathBuf};
use url::Url;

/// The modules of k6 that this tool doesn't have, with what to do instead.
const UNSUPPORTED: [(&str, &str); 4] = [
    ("k6/browser", "drive a browser with a tool made for it"),
    (
        "k6/experimental/browser",
        "drive a browser with a tool made for it",
    ),
    ("k6/net/grpc", "only HTTP and WebSocket are spoken"),
    ("k6/experimental/redis", "k6 removed it in version 2"),
];

/// A module's place.
pub(crate) enum Located {
    /// Built in, by its name.
    Native(String),
    /// One of this project's own equivalents of jslib, by its address.
    Jslib(String),
    /// A file, by its address.
    File(String),
}

/// The modules that this crate makes itself; vita-k6-modules has the others.
const ACTING: [&str; 10] = [
    "k6",
    "k6/http",
    "k6/metrics",
    "k6/execution",
    "k6/ws",
    "k6/websockets",
    "k6/experimental/websockets",
    "k6/timers",
    "k6/secrets",
    "vitascope/stream",
];

/// Whether a full module name is a built-in module's.
pub(crate) fn is_native(name: &str) -> bool {
    name == "k6"
        || ["k6/", "k6#", "vitascope/"]
            .iter()
            .any(|start| name.starts_with(start))
}

/// Finds the module that the module `base` calls `name`.
///
/// # Errors
/// The message for the script.
pub(crate) fn locate(base: &str, name: &str) -> Result<Located, String> {
    if is_native(name) {
        return locate_native(name);
    }
    if name.starts_with("https://") || name.starts_with("http://") {
        return locate_remote(name);
    }
    if let Some(path) = name.strip_prefix("file://") {
        return Ok(Located::File(file_url(Path::new(path))));
    }
    if Path::new(name).is_absolute() {
        return Ok(Located::File(file_url(Path::new(name))));
    }
    if !name.starts_with("./") && !name.starts_with("../") {
        return Err(format!(
            "cannot find module `{name}`: write `./{name}` for a file beside the script; packages have to be bundled"
        ));
    }
    if base.starts_with("https://") || base.starts_with("http://") {
        let joined = Url::parse(base).and_then(|base| base.join(name));
        return match joined {
            Ok(url) => locate_remote(url.as_str()),
            Err(error) => Err(format!("`{name}` is no address: {error}")),
        };
    }
    let folder = file_path(base);
    let folder = folder.parent().unwrap_or(Path::new("/"));
    Ok(Located::File(file_url(&folder.join(name))))
}

fn locate_native(name: &str) -> Result<Located, String> {
    if let Some((_, instead)) = UNSUPPORTED
        .iter()
        .find(|(module, _)| name == *module || name.starts_with(&format!("{module}/")))
    {
        return Err(format!("module `{name}` is not supported: {instead}"));
    }
    if name.starts_with("k6/x/") {
        return Err(format!(
            "module `{name}` is not supported: extensions of k6 are written in Go"
        ));
    }
    if ACTING.contains(&name) || vita_k6_modules::lookup_module(name).is_some() {
        return Ok(Located::Native(name.to_owned()));
    }
    Err(format!("unknown module: `{name}`"))
}

fn locate_remote(url: &str) -> Result<Located, String> {
    if vita_k6_modules::jslib_source(url).is_some() {
        return Ok(Located::Jslib(url.to_owned()));
    }
    Err(format!(
        "cannot import `{url}`: modules are not loaded from the network; save the file beside the script and import it by its path"
    ))
}

/// The address of a file, without `.` and `..`.
pub(crate) fn file_url(path: &Path) -> String {
    let mut clean = PathBuf::from("/");
    for component in path.components() {
        match component {
            Component::ParentDir => {
                clean.pop();
            }
            Component::Normal(part) => clean.push(part),
            Component::Prefix(_) | Component::RootDir | Component::CurDir => {}
        }
    }
    format!("file://{}", clean.display())
}

/// The path of a file's address.
pub(crate) fn file_path(url: &str) -> PathBuf {
    PathBuf::from(url.strip_prefix("file://").unwrap_or(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_names_resolve_against_the_importing_module() {
        let Ok(Located::File(url)) = locate("file:///a/b/main.js", "../lib/x.js") else {
            panic!("a file");
        };
        assert_eq!(url, "file:///a/lib/x.js");
    }

    #[test]
    fn what_is_unsupported_says_so() {
        for name in [
            "k6/browser",
            "k6/net/grpc",
            "k6/x/sql",
            "k6/nonsense",
            "lodash",
        ] {
            let Err(message) = locate("file:///a/main.js", name) else {
                panic!("`{name}` is found");
            };
            assert!(message.contains(name), "{message}");
        }
    }
}
