//! Words that have no place in finished code, and file names that name nothing.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

/// A word, in two halves, so that this file doesn't hold what it looks for.
struct Word {
    halves: (&'static str, &'static str),
    kinds: &'static [&'static str],
    mend: &'static str,
}

impl Word {
    fn text(&self) -> String {
        format!("{}{}", self.halves.0, self.halves.1)
    }
}

const CODE: &[&str] = &["rs", "ts", "tsx", "mjs", "css", "sql", "sh"];
const RUST: &[&str] = &["rs"];
const SCRIPT: &[&str] = &["ts", "tsx", "mjs"];

const FINISH: &str = "do it, or write down elsewhere what is missing";
const EXPECT: &str = "use `expect(lint, reason = \"…\")`, which tells when it is no longer needed";
const RUN_ALL: &str = "every test runs: mend it or delete it";

const WORDS: &[Word] = &[
    Word {
        halves: ("FIX", "ME"),
        kinds: CODE,
        mend: FINISH,
    },
    Word {
        halves: ("TO", "DO"),
        kinds: CODE,
        mend: FINISH,
    },
    Word {
        halves: ("XX", "X"),
        kinds: CODE,
        mend: FINISH,
    },
    Word {
        halves: ("HA", "CK"),
        kinds: CODE,
        mend: FINISH,
    },
    Word {
        halves: ("todo", "!"),
        kinds: RUST,
        mend: FINISH,
    },
    Word {
        halves: ("unimplemented", "!"),
        kinds: RUST,
        mend: FINISH,
    },
    Word {
        halves: ("dbg", "!"),
        kinds: RUST,
        mend: "take it out",
    },
    Word {
        halves: ("#[ign", "ore"),
        kinds: RUST,
        mend: RUN_ALL,
    },
    Word {
        halves: ("#[all", "ow("),
        kinds: RUST,
        mend: EXPECT,
    },
    Word {
        halves: ("#![all", "ow("),
        kinds: RUST,
        mend: EXPECT,
    },
    Word {
        halves: ("@ts-ign", "ore"),
        kinds: SCRIPT,
        mend: "give the value its type",
    },
    Word {
        halves: ("@ts-noch", "eck"),
        kinds: SCRIPT,
        mend: "give the values their types",
    },
    Word {
        halves: ("test.on", "ly("),
        kinds: SCRIPT,
        mend: RUN_ALL,
    },
    Word {
        halves: ("describe.on", "ly("),
        kinds: SCRIPT,
        mend: RUN_ALL,
    },
    Word {
        halves: ("it.on", "ly("),
        kinds: SCRIPT,
        mend: RUN_ALL,
    },
    Word {
        halves: ("describe.sk", "ip("),
        kinds: SCRIPT,
        mend: RUN_ALL,
    },
    Word {
        halves: ("it.sk", "ip("),
        kinds: SCRIPT,
        mend: RUN_ALL,
    },
];

/// File names that tell nothing of what is in the file.
const EMPTY_NAMES: &[&str] = &[
    "util", "utils", "helper", "helpers", "common", "manager", "misc",
];

/// Looks for the words in every file.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        for word in WORDS
            .iter()
            .filter(|word| word.kinds.contains(&file.kind()))
        {
            let text = word.text();
            let lines = file.text.lines().enumerate();
            for (at, _) in lines.filter(|(_, line)| holds_word(line, &text)) {
                findings.push(Finding {
                    path: file.path.clone(),
                    line: at + 1,
                    rule: "words",
                    message: format!("`{text}` has no place here"),
                    mend: word.mend.to_owned(),
                });
            }
        }
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let stem = name.split('.').next().unwrap_or_default();
        if CODE.contains(&file.kind()) && EMPTY_NAMES.contains(&stem) {
            findings.push(Finding {
                path: file.path.clone(),
                line: 1,
                rule: "words",
                message: format!("`{stem}` says nothing of what is in it"),
                mend: "name the thing: backoff, byte_range".to_owned(),
            });
        }
    }
    findings
}

/// Whether the word stands in the line by itself, not as a part of another.
fn holds_word(line: &str, word: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let begins_as_name = is_part(word.chars().next());
    let ends_as_name = is_part(word.chars().next_back());
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let is_inside = begins_as_name && is_part(before) || ends_as_name && is_part(after);
        !is_inside
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_found(path: &str, text: &str) -> Vec<usize> {
        let found = check(&Tree::of(&[(path, text)]));
        found.into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn every_word_is_found_where_it_stands_alone() {
        for word in WORDS {
            let kind = word.kinds[0];
            let text = format!("first\n // {} \n", word.text());
            assert_eq!(
                lines_found(&format!("src/a.{kind}"), &text),
                [2],
                "{}",
                word.text()
            );
        }
    }

    #[test]
    fn a_part_of_another_word_is_not_found() {
        let word = WORDS[1].text();
        assert_eq!(
            lines_found("src/a.rs", &format!("const {word}S: u8 = 1;")),
            [0; 0]
        );
        assert_eq!(lines_found("src/a.rs", &format!("// MASTER{word}")), [0; 0]);
    }

    #[test]
    fn words_of_one_language_are_free_in_another() {
        let word = WORDS[7].text();
        assert_eq!(lines_found("web/src/a.ts", &word), [0; 0]);
    }

    #[test]
    fn empty_file_names_are_found() {
        assert_eq!(lines_found("src/utils.rs", ""), [1]);
        assert_eq!(lines_found("web/src/helpers.test.ts", ""), [1]);
        assert_eq!(lines_found("src/backoff.rs", ""), [0; 0]);
        assert_eq!(lines_found("docs/common.md", ""), [0; 0]);
    }
}
