//! Licences and banned crates, as `deny.toml` states them. cargo-deny checks more; this runs everywhere, without it.
//!
//! Both are read for this machine's platform, since cargo has only those crates at hand. Bans are read from the tree that is
//! built: the lock file also lists what a feature would bring that nobody asks for.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::Context as _;
use cargo_metadata::Package;
use cargo_metadata::camino::Utf8Path;
use toml::{Table, Value};

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

const POLICY: &str = "deny.toml";
const RULE: &str = "licences";
/// The licences' texts, which lie beside the code.
const TEXTS: &[&str] = &["LICENSE-MIT", "LICENSE-APACHE"];

/// What `deny.toml` allows.
#[derive(Debug, Default)]
struct Policy {
    allowed: Vec<String>,
    /// Licences that single crates may have besides.
    exceptions: BTreeMap<String, Vec<String>>,
    /// Banned crates and why.
    banned: BTreeMap<String, String>,
}

/// Holds the dependencies against the policy.
///
/// # Errors
/// When `deny.toml` is not there or is no TOML, or cargo does not list the crates.
pub(crate) fn check(
    root: &Utf8Path,
    packages: &[Package],
    tree: &Tree,
) -> anyhow::Result<Vec<Finding>> {
    let text = tree.find(POLICY).context("failed to find `deny.toml`")?;
    let policy = read_policy(&text.parse().context("failed to read `deny.toml`")?);
    let licences: Vec<(&str, Option<&str>)> = packages
        .iter()
        .map(|package| (package.name.as_str(), package.license.as_deref()))
        .collect();
    let mut findings = check_licences(&licences, &policy);
    findings.extend(check_bans(&list_built_crates(root)?, &policy));
    for text in TEXTS.iter().filter(|text| !tree.entries.contains(**text)) {
        findings.push(found(
            format!("the text `{text}` is missing"),
            "put it back",
        ));
    }
    Ok(findings)
}

fn found(message: String, mend: &str) -> Finding {
    Finding {
        path: POLICY.to_owned(),
        line: 1,
        rule: RULE,
        message,
        mend: mend.to_owned(),
    }
}

fn read_policy(file: &Table) -> Policy {
    let list = |section: &str, key: &str| -> Vec<Value> {
        let value = file.get(section).and_then(|section| section.get(key));
        value.and_then(Value::as_array).cloned().unwrap_or_default()
    };
    let text = |value: &Value, key: &str| -> String {
        let text = value.get(key).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let texts = |values: &[Value]| -> Vec<String> {
        let texts = values.iter().filter_map(Value::as_str);
        texts.map(ToOwned::to_owned).collect()
    };
    Policy {
        allowed: texts(&list("licenses", "allow")),
        exceptions: list("licenses", "exceptions")
            .iter()
            .map(|row| {
                let allowed = row.get("allow").and_then(Value::as_array);
                (
                    text(row, "crate"),
                    texts(allowed.map_or(&[], Vec::as_slice)),
                )
            })
            .collect(),
        banned: list("bans", "deny")
            .iter()
            .map(|row| (text(row, "crate"), text(row, "reason")))
            .collect(),
    }
}

fn check_licences(packages: &[(&str, Option<&str>)], policy: &Policy) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut used = Vec::new();
    for &(name, licence) in packages {
        let licence = licence.unwrap_or("none");
        if is_satisfied(licence, &policy.allowed) {
            continue;
        }
        if let Some(more) = policy.exceptions.get(name) {
            used.push(name);
            let allowed: Vec<String> = policy.allowed.iter().chain(more).cloned().collect();
            if is_satisfied(licence, &allowed) {
                continue;
            }
        }
        let message = format!("`{name}` has the licence `{licence}`");
        findings.push(found(
            message,
            "choose another crate, or state why it may be used",
        ));
    }
    for name in policy.exceptions.keys() {
        if !used.contains(&name.as_str()) {
            let message = format!("`{name}` needs no exception any more");
            findings.push(found(message, "take it out of `exceptions`"));
        }
    }
    findings
}

/// A line `name v1.2.3` for each crate that is built into the workspace, its tests included.
fn list_built_crates(root: &Utf8Path) -> anyhow::Result<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a tool of the developers, not the product"
    )]
    let output = Command::new("cargo")
        .args(["tree", "--workspace", "--offline", "--locked"])
        .args(["--prefix", "none", "--no-dedupe", "--format", "{p}"])
        .current_dir(root)
        .output()
        .context("failed to run `cargo tree`")?;
    anyhow::ensure!(output.status.success(), "`cargo tree` failed");
    let lines = String::from_utf8(output.stdout).context("failed to read `cargo tree`")?;
    let crates: BTreeSet<&str> = lines.lines().collect();
    Ok(crates.into_iter().collect::<Vec<_>>().join("\n"))
}

fn check_bans(built: &str, policy: &Policy) -> Vec<Finding> {
    let names = built.lines().filter_map(|line| line.split(' ').next());
    names
        .filter_map(|name| {
            let reason = policy.banned.get(name)?;
            Some(found(
                format!("`{name}` is banned: {reason}"),
                "find who brings it with `cargo tree --invert`, and turn that feature off",
            ))
        })
        .collect()
}

/// Whether an SPDX expression is satisfied by the allowed licences. `AND` binds closer than `OR`; `/` is the old `OR`.
fn is_satisfied(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Expression {
        words: &words,
        at: 0,
        allowed,
    };
    let is_satisfied = reader.read_or();
    // What is left over means that the expression was not understood.
    is_satisfied && reader.at == words.len()
}

/// A reader of SPDX expressions, by recursive descent.
struct Expression<'e> {
    words: &'e [&'e str],
    at: usize,
    allowed: &'e [String],
}

impl Expression<'_> {
    fn read_or(&mut self) -> bool {
        let mut is_satisfied = self.read_and();
        while self.take("OR") {
            is_satisfied |= self.read_and();
        }
        is_satisfied
    }

    fn read_and(&mut self) -> bool {
        let mut is_satisfied = self.read_one();
        while self.take("AND") {
            is_satisfied &= self.read_one();
        }
        is_satisfied
    }

    fn read_one(&mut self) -> bool {
        if self.take("(") {
            return self.read_or() & self.take(")");
        }
        let Some(word) = self.words.get(self.at) else {
            return false;
        };
        self.at += 1;
        let mut licence = (*word).to_owned();
        if self.take("WITH")
            && let Some(exception) = self.words.get(self.at)
        {
            self.at += 1;
            licence = format!("{licence} WITH {exception}");
        }
        self.allowed.contains(&licence)
    }

    fn take(&mut self, word: &str) -> bool {
        let is_next = self.words.get(self.at) == Some(&word);
        self.at += usize::from(is_next);
        is_next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DENY: &str = r#"
        [licenses]
        allow = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"]
        exceptions = [{ crate = "odd", allow = ["MPL-2.0"] }]
        [bans]
        deny = [{ crate = "ring", reason = "one TLS provider" }]
    "#;

    fn policy() -> Policy {
        read_policy(&DENY.parse().expect("the text is TOML"))
    }

    #[test]
    fn expressions_are_read_as_spdx_means_them() {
        let allowed = policy().allowed;
        let cases = [
            ("MIT", true),
            ("MIT/GPL-3.0", true),
            ("GPL-3.0 OR MIT", true),
            ("GPL-3.0 AND MIT", false),
            ("MIT OR GPL-3.0 AND ISC", true),
            ("(MIT OR ISC) AND Apache-2.0", true),
            ("(MIT OR ISC) AND ISC", false),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("MIT WITH LLVM-exception", false),
            ("", false),
            ("MIT AND", false),
            ("(MIT", false),
            ("MIT)", false),
        ];
        for (expression, expected) in cases {
            assert_eq!(is_satisfied(expression, &allowed), expected, "{expression}");
        }
    }

    #[test]
    fn a_licence_that_is_not_allowed_is_found() {
        let found = check_licences(
            &[
                ("a", Some("MIT")),
                ("b", Some("GPL-3.0")),
                ("c", None),
                ("odd", Some("MPL-2.0")),
            ],
            &policy(),
        );
        let messages: Vec<&str> = found.iter().map(|f| f.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "`b` has the licence `GPL-3.0`",
                "`c` has the licence `none`"
            ]
        );
    }

    #[test]
    fn an_exception_that_is_not_needed_is_found() {
        let found = check_licences(&[("odd", Some("MIT"))], &policy());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "`odd` needs no exception any more");
    }

    #[test]
    fn a_banned_crate_that_is_built_is_found() {
        let found = check_bans("tokio v1.0.0\nring v0.17.0\n", &policy());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "`ring` is banned: one TLS provider");
        assert_eq!(check_bans("rings v0.17.0\n", &policy()), []);
    }
}
