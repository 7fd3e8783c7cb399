//! Free ports to listen on.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

/// Below the ports that systems give to outgoing connections, so that nobody takes a server's port
/// while it is down between two starts.
const FIRST: u16 = 12_000;

/// How many ports are tried.
const COUNT: u16 = 18_000;

/// A port that nobody listens on. Somebody may take it before it is used: then ask for another.
pub(super) fn free_port() -> u16 {
    static ASKED: AtomicU16 = AtomicU16::new(0);
    // Test processes that run side by side begin at places far from each other.
    let own = (std::process::id() % u32::from(COUNT)) as u16;
    let begin = own
        .wrapping_mul(31)
        .wrapping_add(ASKED.fetch_add(1, Ordering::Relaxed));
    (0..COUNT)
        .map(|step| FIRST + begin.wrapping_add(step) % COUNT)
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .expect("one of many ports is free")
}
