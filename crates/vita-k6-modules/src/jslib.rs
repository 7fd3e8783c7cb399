//! This project's own equivalents of the libraries at `jslib.k6.io`, and of one that stands elsewhere.
//!
//! They have the names and the behaviour that scripts rely on, and no code of the originals. A script
//! gets them under the address of any version, so that a machine without a way out can run it.

/// A library: its name in the address, and the text of its module.
struct Library {
    name: &'static str,
    text: &'static str,
}

const LIBRARIES: &[Library] = &[
    Library {
        name: "k6-utils",
        text: include_str!("../js/jslib/k6-utils.js"),
    },
    Library {
        name: "k6-summary",
        text: include_str!("../js/jslib/k6-summary.js"),
    },
    Library {
        name: "k6-reporter",
        text: include_str!("../js/jslib/k6-reporter.js"),
    },
    Library {
        name: "formdata",
        text: include_str!("../js/jslib/formdata.js"),
    },
    Library {
        name: "httpx",
        text: include_str!("../js/jslib/httpx.js"),
    },
    Library {
        name: "url",
        text: include_str!("../js/jslib/url.js"),
    },
    Library {
        name: "papaparse",
        text: include_str!("../js/jslib/papaparse.js"),
    },
    Library {
        name: "k6chaijs",
        text: include_str!("../js/jslib/k6chaijs.js"),
    },
];

/// Where scripts import `k6-reporter` from, as its documentation says.
const REPORTER_HOME: &str = "://raw.githubusercontent.com/benc-uk/k6-reporter/";

/// The module that stands for an address such as
/// `https://jslib.k6.io/k6-utils/1.4.0/index.js`, whatever its version.
///
/// Its imports are `k6`, `k6/http`, `k6/execution` and modules of this crate.
pub fn jslib_source(url: &str) -> Option<&'static str> {
    let name = if url.contains(REPORTER_HOME) {
        "k6-reporter"
    } else {
        let (_, path) = url.split_once("://jslib.k6.io/")?;
        path.split('/').next()?
    };
    let library = LIBRARIES.iter().find(|library| library.name == name)?;
    Some(library.text)
}

/// The names of all libraries, as they stand in addresses.
pub fn jslib_names() -> impl Iterator<Item = &'static str> {
    LIBRARIES.iter().map(|library| library.name)
}
