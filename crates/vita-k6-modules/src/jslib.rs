//! This project's own equivalents of the libraries at `jslib.k6.io`.

/// A library: its name in the address, its file there, and the text.
struct Library {
    name: &'static str,
    text: &'static str,
}

const LIBRARIES: &[Library] = &[];

/// The module that stands for an address such as
/// `https://jslib.k6.io/k6-utils/1.4.0/index.js`, whatever its version.
pub fn jslib_source(url: &str) -> Option<&'static str> {
    let (_, path) = url.split_once("://jslib.k6.io/")?;
    let name = path.split('/').next()?;
    let library = LIBRARIES.iter().find(|library| library.name == name)?;
    Some(library.text)
}
