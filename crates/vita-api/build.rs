//! Lets the crate be built again when the web app was: its files are embedded.

use std::path::Path;

fn main() {
    // A path that is not there would make cargo run this script, and build the crate, every time.
    // So as long as the web app is not built, the folder is watched in which it will be.
    let dist = "../../web/dist";
    let watched = if Path::new(dist).join("index.html").exists() {
        dist
    } else {
        "../../web"
    };
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={watched}");
}
