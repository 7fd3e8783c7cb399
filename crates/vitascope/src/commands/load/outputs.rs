//! Where every sample goes: `--out`.

use std::time::Duration;

use vita_load::{GoDuration, OutputKind, RemoteWrite};

use super::remote_write::HttpSink;
use super::surroundings::{Refusal, SystemVariables};

/// The file of `--out csv` without a name, as in k6.
const CSV_FILE: &str = "file.csv";

/// Standard output, for `--out json` without a name, as in k6.
const STANDARD_OUTPUT: &str = "/dev/stdout";

/// Where Prometheus takes remote write unless a variable says else.
const REMOTE_URL: &str = "http://localhost:9090/api/v1/write";

/// How often it is sent; k6's default.
const REMOTE_PERIOD: GoDuration = GoDuration(Duration::from_secs(5));

/// What `--out` and `K6_OUT` ask for.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// As they were written, for people.
    pub(super) names: Vec<String>,
    /// Whether the running test is to be shown as a page.
    pub(super) shows_page: bool,
}

impl Wanted {
    pub(super) fn read(flags: &[String], variables: &SystemVariables) -> Self {
        let of_variable = variables.get("K6_OUT").map(|text| text.split(','));
        let names: Vec<String> = if flags.is_empty() {
            of_variable
                .into_iter()
                .flatten()
                .map(str::to_owned)
                .collect()
        } else {
            flags.to_vec()
        };
        let (pages, names) = names.into_iter().partition(|name| name == "web-dashboard");
        let pages: Vec<String> = pages;
        Self {
            names,
            shows_page: !pages.is_empty(),
        }
    }

    /// The outputs; or what is wrong with them.
    pub(super) fn open(&self, variables: &SystemVariables) -> Result<Vec<OutputKind>, Refusal> {
        self.names
            .iter()
            .map(|name| open(name, variables).map_err(Refusal::invalid))
            .collect()
    }
}

fn open(written: &str, variables: &SystemVariables) -> Result<OutputKind, String> {
    let (kind, argument) = written.split_once('=').unwrap_or((written, ""));
    match kind {
        "json" if matches!(argument, "" | "-") => Ok(OutputKind::Json(STANDARD_OUTPUT.into())),
        "json" => Ok(OutputKind::Json(argument.into())),
        "csv" => Ok(OutputKind::Csv(csv_file(argument, variables)?.into())),
        "experimental-prometheus-rw" => remote_write(variables).map(OutputKind::RemoteWrite),
        _ => Err(format!(
            "`--out`: output `{kind}` is not supported: use `json`, `csv` or `experimental-prometheus-rw`"
        )),
    }
}

/// The file of `csv=FILE` or `csv=fileName=FILE,saveInterval=1s`; how often it is saved is settled.
fn csv_file(argument: &str, variables: &SystemVariables) -> Result<String, String> {
    if !argument.contains('=') {
        let of_variable = variables.get("K6_CSV_FILENAME").unwrap_or(CSV_FILE);
        let file = if argument.is_empty() {
            of_variable
        } else {
            argument
        };
        return Ok(file.to_owned());
    }
    let mut file = CSV_FILE;
    for part in argument.split(',') {
        match part.split_once('=') {
            Some(("fileName", name)) => file = name,
            Some(("saveInterval", _)) => {}
            _ => {
                return Err(format!(
                    "`--out`: `{part}` is not understood: write `csv=FILE` or `csv=fileName=FILE`"
                ));
            }
        }
    }
    Ok(file.to_owned())
}

fn remote_write(variables: &SystemVariables) -> Result<RemoteWrite, String> {
    let variable = |name: &str| variables.get(&format!("K6_PROMETHEUS_RW_{name}"));
    let period = match variable("PUSH_INTERVAL") {
        Some(text) => text
            .parse()
            .map_err(|error| format!("`K6_PROMETHEUS_RW_PUSH_INTERVAL`: {error}"))?,
        None => REMOTE_PERIOD,
    };
    let stats = variable("TREND_STATS").unwrap_or("p(99)").split(',');
    let sink = HttpSink::new(
        variable("SERVER_URL").unwrap_or(REMOTE_URL),
        variable("USERNAME").zip(variable("PASSWORD")),
        variables.is_on("K6_PROMETHEUS_RW_INSECURE_SKIP_TLS_VERIFY"),
    )?;
    Ok(RemoteWrite {
        sink: Box::new(sink),
        period: period.0,
        trend_stats: stats.map(|stat| stat.trim().to_owned()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_read_as_k6_reads_them() {
        let variables = SystemVariables::default();
        let opened = |text: &str| open(text, &variables);
        assert!(
            matches!(opened("json=a.json"), Ok(OutputKind::Json(path)) if path.ends_with("a.json"))
        );
        assert!(matches!(opened("csv"), Ok(OutputKind::Csv(path)) if path.ends_with("file.csv")));
        let named = opened("csv=fileName=b.csv,saveInterval=1s");
        assert!(matches!(named, Ok(OutputKind::Csv(path)) if path.ends_with("b.csv")));
        assert!(opened("experimental-prometheus-rw").is_ok());
        let problem = opened("influxdb=http://localhost").err().unwrap();
        assert!(problem.contains("`influxdb` is not supported"), "{problem}");
    }
}
