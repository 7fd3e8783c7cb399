use std::io::Read as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use vita_load::{OutputKind, RemoteSink, RemoteWrite};

use crate::bed::{Act, Bed};

fn options() -> Value {
    json!({ "iterations": 4, "thresholds": { "http_req_duration{status:200}": ["p(95)<500"],
        "http_reqs": ["count>0"] } })
}

#[test]
fn json_lines_have_their_shapes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.json");
    Bed::new(&options(), Act::Request(100))
        .outputs(vec![OutputKind::Json(path.clone())])
        .run();
    let text = std::fs::read_to_string(path).unwrap();
    let line = |start: &str| {
        text.lines()
            .find(|line| line.starts_with(start))
            .unwrap_or_else(|| panic!("{start} in {text}"))
    };
    assert_eq!(
        line("{\"type\":\"Metric\",\"data\":{\"name\":\"http_reqs\""),
        "{\"type\":\"Metric\",\"data\":{\"name\":\"http_reqs\",\"type\":\"counter\",\"contains\":\"default\",\
         \"thresholds\":[\"count>0\"],\"submetrics\":null},\"metric\":\"http_reqs\"}"
    );
    assert_eq!(
        line("{\"metric\":\"http_reqs\""),
        "{\"metric\":\"http_reqs\",\"type\":\"Point\",\"data\":{\"time\":\"2023-11-14T22:13:20.1Z\",\"value\":1,\
         \"tags\":{\"expected_response\":\"true\",\"group\":\"\",\"method\":\"GET\",\"name\":\"/clips\",\
         \"scenario\":\"default\",\"status\":\"200\",\"url\":\"http://t/clips?a=1,2\"}}}"
    );
    let durations = line("{\"type\":\"Metric\",\"data\":{\"name\":\"http_req_duration\"");
    let header: Value = serde_json::from_str(durations).unwrap();
    let selected = &header["data"]["submetrics"][0];
    assert_eq!(
        selected,
        &json!({ "name": "http_req_duration{status:200}", "suffix": "status:200", "tags": { "status": "200" } })
    );
    let points = text
        .lines()
        .filter(|line| line.starts_with("{\"metric\":\"iterations\""))
        .count();
    assert_eq!(points, 4);
    assert!(
        text.lines()
            .all(|line| serde_json::from_str::<Value>(line).is_ok())
    );
}

#[test]
fn csv_lines_have_their_columns_also_compressed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.csv.gz");
    Bed::new(&options(), Act::Request(100))
        .outputs(vec![OutputKind::Csv(path.clone())])
        .run();
    let mut text = String::new();
    let file = std::fs::File::open(path).unwrap();
    flate2::read::GzDecoder::new(file)
        .read_to_string(&mut text)
        .unwrap();
    let mut lines = text.lines();
    assert_eq!(
        lines.next().unwrap(),
        "metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method,name,\
         proto,scenario,service,status,subproto,tls_version,url,extra_tags,metadata"
    );
    let waiting = lines
        .find(|line| line.starts_with("http_req_waiting"))
        .unwrap();
    assert_eq!(
        waiting,
        "http_req_waiting,1700000000,100.000000,,,,true,,GET,/clips,,default,,200,,,\"http://t/clips?a=1,2\",,"
    );
}

struct Posts(Arc<Mutex<Vec<Vec<u8>>>>);

impl RemoteSink for Posts {
    fn post(&mut self, body: Vec<u8>) -> std::io::Result<()> {
        self.0.lock().unwrap().push(body);
        Ok(())
    }
}

#[test]
fn remote_write_sends_what_is_left_at_the_end() {
    let posts = Arc::new(Mutex::new(Vec::new()));
    let remote = RemoteWrite {
        sink: Box::new(Posts(posts.clone())),
        period: Duration::from_hours(1),
        trend_stats: vec!["p(99)".to_owned()],
    };
    Bed::new(&options(), Act::Request(100))
        .outputs(vec![OutputKind::RemoteWrite(remote)])
        .run();
    let posts = posts.lock().unwrap();
    assert_eq!(posts.len(), 1);
    let message = decompressed(&posts[0]);
    let text = String::from_utf8_lossy(&message);
    for part in [
        "k6_http_reqs_total",
        "k6_http_req_waiting_p99",
        "k6_checks_rate",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

struct Refusing;

impl RemoteSink for Refusing {
    fn post(&mut self, _: Vec<u8>) -> std::io::Result<()> {
        Err(std::io::Error::other("it was full"))
    }
}

#[test]
fn a_remote_write_that_fails_says_why_at_once_and_at_the_end() {
    let remote = RemoteWrite {
        sink: Box::new(Refusing),
        period: Duration::from_hours(1),
        trend_stats: Vec::new(),
    };
    let ran = Bed::new(&options(), Act::Request(100))
        .outputs(vec![OutputKind::RemoteWrite(remote)])
        .run();
    assert_eq!(
        ran.handle.state().take_warnings(),
        [
            "a remote write failed: it was full; further ones are tried, and counted",
            "1 of 1 remote writes failed, the last because: it was full",
        ]
    );
}

/// Reads a block of Snappy with literals and copies of two bytes' offset.
fn decompressed(block: &[u8]) -> Vec<u8> {
    let mut at = block.iter().position(|byte| byte & 0x80 == 0).unwrap() + 1;
    let mut out = Vec::new();
    while at < block.len() {
        let (kind, upper) = (block[at] & 3, usize::from(block[at] >> 2));
        at += 1;
        if kind == 2 {
            let offset = usize::from(block[at]) | usize::from(block[at + 1]) << 8;
            at += 2;
            (0..=upper).for_each(|_| out.push(out[out.len() - offset]));
            continue;
        }
        assert_eq!(kind, 0);
        let extra = upper.saturating_sub(59);
        let len = match extra {
            0 => upper,
            1 => usize::from(block[at]),
            _ => usize::from(block[at]) | usize::from(block[at + 1]) << 8,
        };
        at += extra;
        out.extend(&block[at..=at + len]);
        at += len + 1;
    }
    out
}

#[test]
fn an_output_that_cannot_be_written_is_said_before_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let outputs = vec![OutputKind::Json(folder.path().join("not/there.json"))];
    let problems = Bed::new(&options(), Act::Sleep(1))
        .outputs(outputs)
        .problems();
    assert!(problems[0].contains("not/there.json"), "{problems:?}");
}
