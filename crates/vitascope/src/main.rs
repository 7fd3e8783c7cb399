//! Vitascope: an AI video platform in one program.
//!
//! This crate reads the configuration, puts the parts together and runs the commands. It has no
//! rules of its own: those are in `vita-app`, and everything else is below it.

mod backup;
mod cli;
mod commands;
mod config;
mod installation;
mod machine;
mod memory;
mod runtime;
mod secrets;
mod terminal;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    cli::run()
}
