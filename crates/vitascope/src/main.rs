//! The binary: configuration, choice of back ends, roles and commands.
fn main() {}
