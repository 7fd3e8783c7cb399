//! Documents name files that exist. What counts as a path: text in backticks that begins with an entry of the workspace's
//! top folder and has a `/`, or a document's name such as `ARCHITECTURE.md`; and every link to a file.

use crate::tidy::Finding;
use crate::tidy::tree::{TextFile, Tree};

/// Folders that are built, not kept: documents may name what is in them.
const BUILT: &[&str] = &["web/dist", "web/node_modules", "target", "data"];

/// Checks the documents at the top and below `docs`.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let documents = tree.files.iter().filter(|file| {
        let is_ours = !file.path.contains('/') || file.path.starts_with("docs/");
        file.kind() == "md" && is_ours
    });
    documents
        .flat_map(|document| check_document(document, tree))
        .collect()
}

fn check_document(document: &TextFile, tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut is_fenced = false;
    for (at, line) in document.text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
        } else if !is_fenced {
            let named = code_spans(line).filter_map(|span| named_path(span, tree));
            let linked = links(line).filter_map(|link| linked_path(&document.path, link));
            for path in named.chain(linked) {
                if !exists(&path, tree) {
                    findings.push(Finding {
                        path: document.path.clone(),
                        line: at + 1,
                        rule: "paths",
                        message: format!("it names `{path}`, which is not there"),
                        mend: "name what is there, or take it out".to_owned(),
                    });
                }
            }
        }
    }
    findings
}

/// What stands between backticks.
fn code_spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Where the links of a line lead to.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
}

/// The path that a span of code names, if it names one.
fn named_path(span: &str, tree: &Tree) -> Option<String> {
    if span.contains(char::is_whitespace) {
        return None;
    }
    // `a/b.rs:12` and `a/b.rs::item` name places in a file.
    let path = span.split([':', '#']).next().unwrap_or(span);
    let path = literal_part(path)
        .trim_start_matches("./")
        .trim_end_matches('/');
    let is_document = |name: &str| {
        let stem = name.strip_suffix(".md");
        stem.is_some_and(|stem| {
            !stem.is_empty() && stem.chars().all(|c| c.is_ascii_uppercase() || c == '_')
        })
    };
    let is_path = match path.split_once('/') {
        Some((top, _)) => tree.entries.contains(top),
        None => is_document(path),
    };
    is_path.then(|| path.to_owned())
}

/// The folders in front of a placeholder: `crates/<name>/src` is known as far as `crates`.
fn literal_part(path: &str) -> &str {
    match path.find(['<', '*', '{', '$', '…']) {
        None => path,
        Some(at) => path[..at].rfind('/').map_or("", |end| &path[..end]),
    }
}

/// The file that a link leads to, relative to the workspace.
fn linked_path(document: &str, link: &str) -> Option<String> {
    let target = link.split(['#', ' ']).next().unwrap_or(link);
    if target.is_empty() || target.contains(':') {
        return None;
    }
    let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

fn exists(path: &str, tree: &Tree) -> bool {
    let is_built = BUILT.iter().any(|folder| {
        let rest = path.strip_prefix(folder);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    is_built || tree.entries.contains(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(document: &str, text: &str) -> Vec<String> {
        let tree = Tree::of(&[
            (document, text),
            ("crates/vita-db/src/lib.rs", ""),
            ("docs/glossary.md", ""),
            ("web/package.json", ""),
        ]);
        check(&tree).into_iter().map(|f| f.message).collect()
    }

    #[test]
    fn what_is_there_may_be_named() {
        let text = "`crates/vita-db/src/lib.rs:12` `crates/vita-db/` `crates/vita-db/src/lib.rs::Db` `web/dist/index.html`";
        assert_eq!(messages("ARCHITECTURE.md", text), [""; 0]);
    }

    #[test]
    fn what_is_not_there_is_found() {
        let text = "see\n`crates/vita-gone/src/lib.rs` and `HOUSE.md`";
        assert_eq!(
            messages("docs/adr/0001-a.md", text),
            [
                "it names `crates/vita-gone/src/lib.rs`, which is not there",
                "it names `HOUSE.md`, which is not there"
            ]
        );
    }

    #[test]
    fn what_is_no_path_is_left_alone() {
        let text = "`application/json` `GET /api/projects` `a/b` `vitascope.toml` `README`";
        assert_eq!(messages("README.md", text), [""; 0]);
    }

    #[test]
    fn placeholders_are_known_as_far_as_they_are_literal() {
        assert_eq!(
            messages("README.md", "`crates/<name>/src` `crates/vita-db/src/*.rs`"),
            [""; 0]
        );
        assert_eq!(
            messages("README.md", "`crates/gone/V<n>.sql`"),
            ["it names `crates/gone`, which is not there"]
        );
    }

    #[test]
    fn links_are_followed_from_the_document() {
        assert_eq!(
            messages(
                "docs/howto/a.md",
                "[words](../glossary.md#lease) [web](https://example.org) [up](#top)"
            ),
            [""; 0]
        );
        assert_eq!(
            messages("docs/howto/a.md", "[words](glossary.md)"),
            ["it names `docs/howto/glossary.md`, which is not there"]
        );
    }

    #[test]
    fn fenced_code_is_left_alone() {
        assert_eq!(
            messages("README.md", "```\n`crates/gone/a.rs`\n```\n"),
            [""; 0]
        );
    }
}
