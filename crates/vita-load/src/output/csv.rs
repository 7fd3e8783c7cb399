//! `--out csv`: a line of values for each sample, in k6's columns.

use std::io::{self, Write};

use super::raw::RawSample;
use super::writer::{Names, Output};
use crate::metric::TagSet;
use crate::metric::builtin::is_beyond_k6;

/// The tags that have columns unless options say else.
const TAG_COLUMNS: [&str; 14] = [
    "check",
    "error",
    "error_code",
    "expected_response",
    "group",
    "method",
    "name",
    "proto",
    "scenario",
    "service",
    "status",
    "subproto",
    "tls_version",
    "url",
];

pub(super) struct CsvOutput {
    file: Box<dyn Write + Send>,
    columns: Vec<String>,
    line: String,
}

impl CsvOutput {
    /// Writes the first line. `system_tags` are those kept, or empty for the usual.
    pub(super) fn new(mut file: Box<dyn Write + Send>, system_tags: &[String]) -> io::Result<Self> {
        let usual = || TAG_COLUMNS.map(str::to_owned).to_vec();
        let mut columns = if system_tags.is_empty() {
            usual()
        } else {
            system_tags.to_vec()
        };
        // These are of a sample rather than of a series: k6 has them under metadata.
        columns.retain(|tag| tag != "vu" && tag != "iter");
        columns.sort();
        columns.dedup();
        let names = columns.join(",");
        writeln!(
            file,
            "metric_name,timestamp,metric_value,{names},extra_tags,metadata"
        )?;
        Ok(Self {
            file,
            columns,
            line: String::new(),
        })
    }
}

impl Output for CsvOutput {
    fn take(&mut self, sample: &RawSample, names: &Names<'_>) -> io::Result<()> {
        use std::fmt::Write as _;

        if is_beyond_k6(sample.metric) {
            return Ok(());
        }
        let info = names.hub.registry.info(sample.metric);
        let tags = names.hub.tags.get(sample.tags);
        let secs = names.state.wall_time(sample.time).as_secs();
        self.line.clear();
        // Writing to memory can't fail.
        let _ = write!(self.line, "{},{secs},{:.6}", info.name, sample.value);
        for column in &self.columns {
            self.line.push(',');
            push_field(&mut self.line, tags.get(column).unwrap_or_default());
        }
        let is_extra = |(key, _): &(&str, &str)| !self.columns.iter().any(|column| column == key);
        self.line.push(',');
        push_field(&mut self.line, &joined(tags.iter().filter(is_extra)));
        self.line.push(',');
        let metadata = sample.metadata.as_deref().map(TagSet::iter);
        push_field(&mut self.line, &metadata.map(joined).unwrap_or_default());
        self.line.push('\n');
        self.file.write_all(self.line.as_bytes())
    }

    fn tick(&mut self, _: &Names<'_>) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, _: &Names<'_>) -> io::Result<()> {
        self.file.flush()
    }
}

fn joined<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let pairs: Vec<String> = pairs.map(|(key, value)| format!("{key}={value}")).collect();
    pairs.join("&")
}

/// Quotes a field where RFC 4180 §2 asks for it.
fn push_field(line: &mut String, field: &str) {
    let needs_quotes = field.contains([',', '"', '\n', '\r']) || field.starts_with(' ');
    if !needs_quotes {
        line.push_str(field);
        return;
    }
    line.push('"');
    line.push_str(&field.replace('"', "\"\""));
    line.push('"');
}
