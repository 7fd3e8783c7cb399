//! Checks of style and architecture, and code generation.
fn main() {}
