//! The page of a running test, for browsers on this machine: the report, with figures that follow.

use std::cell::{Cell, RefCell};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use vita_load::RunHandle;

/// Where the page is unless somebody says else; k6's port.
pub(super) const ADDRESS_DEFAULT: &str = "127.0.0.1:5665";

/// The path of the figures, beside the page.
const FIGURES: &str = "report.json";

/// The longest head of a request. Browsers send less than one KiB to a fresh origin.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// How long a browser may take for a request and its answer.
const EXCHANGE_TIME_MAX: Duration = Duration::from_secs(10);

/// Browsers that are answered at a time. One page asks once a second.
const CONNECTIONS_MAX: usize = 16;

/// How long ago a page that is still open has asked at most; it asks once a second.
const OPEN_WITHIN: Duration = Duration::from_secs(3);

/// How long an open page may take to ask for the last figures.
const LAST_LOOK_TIME_MAX: Duration = Duration::from_secs(2);

/// What browsers have seen.
#[derive(Default)]
struct Seen {
    asked: Cell<Option<Instant>>,
    /// Cancelled when the figures of the ended run were asked for.
    end: CancellationToken,
}

/// A page that is served until this is dropped.
pub(super) struct Page {
    seen: Rc<Seen>,
    pub(super) url: String,
    pub(super) is_of_this_machine: bool,
    task: JoinHandle<()>,
}

impl Page {
    /// Lets a page that is open have the figures of the run that has ended.
    pub(super) async fn finish(self) {
        let asked = self.seen.asked.get();
        if asked.is_some_and(|asked| asked.elapsed() < OPEN_WITHIN) {
            let told = self.seen.end.cancelled();
            let _ = tokio::time::timeout(LAST_LOOK_TIME_MAX, told).await;
        }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What the page shows.
#[derive(Clone)]
struct Shown {
    handle: RunHandle,
    warnings: Rc<RefCell<Vec<String>>>,
    address: SocketAddr,
    seen: Rc<Seen>,
}

/// Begins to serve the page. Needs a `LocalSet` around it.
pub(super) async fn serve(
    address: &str,
    handle: RunHandle,
    warnings: Rc<RefCell<Vec<String>>>,
) -> Result<Page, String> {
    let failed = |error: io::Error| format!("`--web`: failed to listen on `{address}`: {error}");
    let listener = TcpListener::bind(full_address(address))
        .await
        .map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let seen = Rc::new(Seen::default());
    let shown = Shown {
        handle,
        warnings,
        address,
        seen: Rc::clone(&seen),
    };
    Ok(Page {
        seen,
        url: format!("http://{address}/"),
        is_of_this_machine: address.ip().is_loopback(),
        task: tokio::task::spawn_local(accept(listener, shown)),
    })
}

/// A port alone, or with a colon before it, is one of this machine only.
fn full_address(text: &str) -> String {
    let port = text.strip_prefix(':').unwrap_or(text);
    if port.parse::<u16>().is_ok() {
        format!("127.0.0.1:{port}")
    } else {
        text.to_owned()
    }
}

async fn accept(listener: TcpListener, shown: Shown) {
    let seats = Arc::new(tokio::sync::Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(seat) = Arc::clone(&seats).acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((stream, _)) => {
                let shown = shown.clone();
                tokio::task::spawn_local(async move {
                    // A browser that goes away is no failure of the test.
                    drop(tokio::time::timeout(EXCHANGE_TIME_MAX, answer(stream, &shown)).await);
                    drop(seat);
                });
            }
            // Out of descriptors: virtual users give some back.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

async fn answer(mut stream: TcpStream, shown: &Shown) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        if head.len() >= HEAD_BYTES_MAX || stream.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    // Whoever asks from now on is told of the end.
    let is_over = shown.handle.is_over();
    let (status, kind, body) = shown.respond(&head);
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await?;
    shown.seen.asked.set(Some(Instant::now()));
    if is_over {
        shown.seen.end.cancel();
    }
    Ok(())
}

impl Shown {
    /// The status, the body's type and the body.
    fn respond(&self, head: &str) -> (&'static str, &'static str, String) {
        let plain = |status: &'static str, text: &str| (status, "text/plain", text.to_owned());
        let mut lines = head.lines();
        let mut request = lines.next().unwrap_or_default().split(' ');
        let (method, path) = (request.next(), request.next());
        if !is_own_host(&lines.collect::<Vec<_>>(), self.address.ip()) {
            return plain("403 Forbidden", "this page is only for its own address\n");
        }
        if method != Some("GET") {
            return plain("405 Method Not Allowed", "only GET\n");
        }
        let path = path
            .unwrap_or_default()
            .split('?')
            .next()
            .unwrap_or_default();
        let report = || self.handle.report(self.warnings.borrow().clone());
        let made = match path {
            "/" => report()
                .to_live_html(FIGURES)
                .map(|page| ("text/html", page)),
            "/report.json" => {
                serde_json::to_string(&report()).map(|json| ("application/json", json))
            }
            _ => return plain("404 Not Found", "there is nothing here\n"),
        };
        match made {
            Ok((kind, body)) => ("200 OK", kind, body),
            Err(error) => plain("500 Internal Server Error", &format!("{error}\n")),
        }
    }
}

/// Whether a page on this machine was asked for under a name of this machine: other sites must not
/// read it through a name of their own that leads here.
fn is_own_host(headers: &[&str], listens_on: IpAddr) -> bool {
    if !listens_on.is_loopback() {
        return true;
    }
    let host = headers.iter().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("host").then(|| value.trim())
    });
    let Some(host) = host else {
        return false;
    };
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let name = name.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = |address: IpAddr| address.is_loopback();
    name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_reach_a_loopback_page() {
        let loopback = IpAddr::from([127, 0, 0, 1]);
        assert!(is_own_host(&["Host: localhost:5665"], loopback));
        assert!(is_own_host(&["host: 127.0.0.1:5665"], loopback));
        assert!(is_own_host(&["Host: [::1]:5665"], loopback));
        assert!(!is_own_host(&["Host: evil.example:5665"], loopback));
        assert!(!is_own_host(&[], loopback));
        assert!(is_own_host(
            &["Host: box.example"],
            IpAddr::from([0, 0, 0, 0])
        ));
    }

    #[test]
    fn a_port_alone_is_of_this_machine() {
        assert_eq!(full_address("8080"), "127.0.0.1:8080");
        assert_eq!(full_address(":0"), "127.0.0.1:0");
        assert_eq!(full_address("0.0.0.0:80"), "0.0.0.0:80");
    }
}
