//! Sizes that a reader can hold: a file is one idea, a function fits a screen, `unsafe` has one place in a crate.

use std::collections::BTreeMap;

use crate::tidy::Finding;
use crate::tidy::generated;
use crate::tidy::rust::RustFile;
use crate::tidy::tree::Tree;

/// Most lines of a file without its tests.
const SOURCE_LINES_MAX: usize = 500;
/// Most lines of a file with its tests, and of a file that is all tests.
const FILE_LINES_MAX: usize = 800;
/// Most lines of a function, from its `fn` to its closing brace.
const FUNCTION_LINES_MAX: usize = 70;

/// Something that is allowed to be too long, for now. It may not grow, and goes when it is no longer needed.
pub(crate) struct Exception {
    pub(crate) path: &'static str,
    /// The function, or none for the file.
    pub(crate) function: Option<&'static str>,
    pub(crate) lines_max: usize,
}

/// This list only shrinks.
pub(crate) const EXCEPTIONS: &[Exception] = &[];

const TABLE: &str = "xtask/src/tidy/size.rs";

/// A length over its limit.
struct TooLong {
    path: String,
    line: usize,
    function: Option<String>,
    lines: usize,
    lines_max: usize,
}

/// Measures every file and function.
pub(crate) fn check(files: &[RustFile], tree: &Tree, exceptions: &[Exception]) -> Vec<Finding> {
    let mut long: Vec<TooLong> = files.iter().flat_map(long_parts).collect();
    long.extend(long_scripts(tree));

    let mut used = vec![false; exceptions.len()];
    let mut findings = Vec::new();
    for part in long {
        let exception = exceptions
            .iter()
            .position(|e| e.path == part.path && e.function == part.function.as_deref());
        if let Some(at) = exception {
            used[at] = true;
            if part.lines <= exceptions[at].lines_max {
                continue;
            }
        }
        findings.push(describe(part));
    }
    for (exception, _) in exceptions.iter().zip(used).filter(|(_, used)| !used) {
        let what = exception.function.unwrap_or("the file");
        findings.push(Finding {
            path: TABLE.to_owned(),
            line: 1,
            rule: "size",
            message: format!(
                "`{what}` in `{}` needs no exception any more",
                exception.path
            ),
            mend: "take it out of the table".to_owned(),
        });
    }
    findings.extend(scattered_unsafe(files));
    findings
}

fn describe(part: TooLong) -> Finding {
    let what = part.function.as_ref().map_or_else(
        || "the file".to_owned(),
        |name| format!("function `{name}`"),
    );
    Finding {
        path: part.path,
        line: part.line,
        rule: "size",
        message: format!(
            "{what} has {} lines, at most {}",
            part.lines, part.lines_max
        ),
        mend: "split it where a name for the part comes easily".to_owned(),
    }
}

fn long_parts(file: &RustFile) -> Vec<TooLong> {
    let part = |line, function, lines, lines_max| TooLong {
        path: file.path.clone(),
        line,
        function,
        lines,
        lines_max,
    };
    let mut long = Vec::new();
    if file.source_lines() > SOURCE_LINES_MAX {
        long.push(part(1, None, file.source_lines(), SOURCE_LINES_MAX));
    } else if file.lines > FILE_LINES_MAX {
        long.push(part(1, None, file.lines, FILE_LINES_MAX));
    }
    for function in &file.functions {
        if function.lines > FUNCTION_LINES_MAX {
            let name = Some(function.name.clone());
            long.push(part(
                function.line,
                name,
                function.lines,
                FUNCTION_LINES_MAX,
            ));
        }
    }
    long
}

fn long_scripts(tree: &Tree) -> Vec<TooLong> {
    let generated = generated::list(tree);
    let scripts = tree
        .files
        .iter()
        .filter(|file| matches!(file.kind(), "ts" | "tsx" | "mjs" | "css" | "sh"))
        .filter(|file| !generated.contains(&file.path.as_str()));
    scripts
        .filter_map(|file| {
            let name = file.path.rsplit('/').next().unwrap_or_default();
            let is_test = name.contains(".test.") || name.contains(".spec.");
            let lines_max = if is_test {
                FILE_LINES_MAX
            } else {
                SOURCE_LINES_MAX
            };
            let lines = file.text.lines().count();
            (lines > lines_max).then(|| TooLong {
                path: file.path.clone(),
                line: 1,
                function: None,
                lines,
                lines_max,
            })
        })
        .collect()
}

/// Finds crates that have `unsafe` in more than one module; those below it are parts of it.
fn scattered_unsafe(files: &[RustFile]) -> Vec<Finding> {
    let mut places: BTreeMap<&str, Vec<(&RustFile, usize)>> = BTreeMap::new();
    for file in files {
        if let Some(line) = file.unsafe_line {
            places.entry(file.package()).or_default().push((file, line));
        }
    }
    let scattered = places
        .into_iter()
        .filter(|(_, places)| !is_one_module(places));
    scattered
        .flat_map(|(package, places)| {
            places.into_iter().map(move |(file, line)| Finding {
                path: file.path.clone(),
                line,
                rule: "size",
                message: format!("`{package}` has `unsafe` in several modules"),
                mend: "keep it in one module with a safe face".to_owned(),
            })
        })
        .collect()
}

fn is_one_module(places: &[(&RustFile, usize)]) -> bool {
    let top = places.iter().map(|(file, _)| file.path.as_str());
    let top = top.min_by_key(|path| path.len()).unwrap_or_default();
    let below = top.trim_end_matches("mod.rs").trim_end_matches(".rs");
    places.iter().all(|(file, _)| {
        file.path == top
            || file
                .path
                .starts_with(&format!("{}/", below.trim_end_matches('/')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::rust::parse_text;

    const PATH: &str = "crates/a/src/a.rs";

    fn messages(text: &str, exceptions: &[Exception]) -> Vec<String> {
        let found = check(&[parse_text(PATH, text)], &Tree::default(), exceptions);
        found.into_iter().map(|finding| finding.message).collect()
    }

    fn function_of(lines: usize) -> String {
        format!("fn long() {{\n{}}}\n", "    run();\n".repeat(lines - 2))
    }

    fn exception(lines_max: usize) -> [Exception; 1] {
        [Exception {
            path: PATH,
            function: Some("long"),
            lines_max,
        }]
    }

    #[test]
    fn a_function_has_at_most_seventy_lines() {
        assert_eq!(messages(&function_of(70), &[]), [""; 0]);
        assert_eq!(
            messages(&function_of(71), &[]),
            ["function `long` has 71 lines, at most 70"]
        );
    }

    #[test]
    fn a_file_has_at_most_five_hundred_lines_without_its_tests() {
        let source = "const A: u8 = 1;\n".repeat(500);
        let tests = "#[cfg(test)]\nmod tests {\n".to_owned() + &"\n".repeat(200) + "}\n";
        assert_eq!(messages(&(source.clone() + &tests), &[]), [""; 0]);
        assert_eq!(
            messages(&(source + "const B: u8 = 1;\n"), &[]),
            ["the file has 501 lines, at most 500"]
        );
    }

    #[test]
    fn tests_count_towards_eight_hundred_lines() {
        let tests = "#[cfg(test)]\nmod tests {\n".to_owned() + &"\n".repeat(798) + "}\n";
        assert_eq!(
            messages(&tests, &[]),
            ["the file has 801 lines, at most 800"]
        );
    }

    #[test]
    fn an_exception_may_not_grow_and_goes_when_it_is_not_needed() {
        assert_eq!(messages(&function_of(80), &exception(80)), [""; 0]);
        assert_eq!(
            messages(&function_of(81), &exception(80)),
            ["function `long` has 81 lines, at most 70"]
        );
        assert_eq!(
            messages(&function_of(70), &exception(80)),
            ["`long` in `crates/a/src/a.rs` needs no exception any more"]
        );
    }

    #[test]
    fn a_long_script_is_found_unless_it_is_generated() {
        let text = "run();\n".repeat(501);
        let attributes = "/web/src/made.ts linguist-generated=true\n";
        let tree = Tree::of(&[
            ("web/src/a.ts", &text),
            ("web/src/made.ts", &text),
            ("web/src/a.test.ts", &text),
            (".gitattributes", attributes),
        ]);
        let found = check(&[], &tree, &[]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "web/src/a.ts");
    }

    #[test]
    fn unsafe_in_two_files_of_a_crate_is_found() {
        let text = "fn a() { unsafe { b() } }";
        let file = |path| parse_text(path, text);
        let one = [file("crates/a/src/a.rs"), file("crates/b/src/a.rs")];
        assert_eq!(scattered_unsafe(&one), []);
        let two = [file("crates/a/src/a.rs"), file("crates/a/src/b.rs")];
        assert_eq!(scattered_unsafe(&two).len(), 2);
    }
}
