//! Scripts as a user would write them, run by the engine against a server in the test.

mod bench;
mod checks;
mod conformance;
mod hostile;
mod lifecycle;
mod loading;
mod outcome;
mod requests;
mod samples;
mod sockets;
mod streams;
