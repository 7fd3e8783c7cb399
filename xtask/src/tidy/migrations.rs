//! Both databases have the same list of migrations: the same numbers, without a gap, and the same names.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

const FOLDER: &str = "crates/vita-db/migrations";
const DATABASES: &[&str] = &["sqlite", "postgres"];
/// The list that the program applies.
const STEPS: &str = "crates/vita-db/src/migrate.rs";
const RULE: &str = "migrations";

/// Compares the two lists.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let lists: Vec<Vec<&str>> = DATABASES
        .iter()
        .map(|database| files_of(tree, database))
        .collect();
    for (database, files) in DATABASES.iter().zip(&lists) {
        findings.extend(check_numbers(database, files));
        findings.extend(check_steps(tree, database, files));
        for other in lists.iter().flatten() {
            if !files.contains(other) {
                findings.push(Finding {
                    path: format!("{FOLDER}/{database}"),
                    line: 1,
                    rule: RULE,
                    message: format!("`{other}` is missing"),
                    mend: "write it for this database, too".to_owned(),
                });
            }
        }
    }
    findings
}

fn files_of<'t>(tree: &'t Tree, database: &str) -> Vec<&'t str> {
    let folder = format!("{FOLDER}/{database}/");
    let paths = tree.entries.iter();
    paths
        .filter_map(|path| path.strip_prefix(folder.as_str()))
        .collect()
}

fn check_numbers(database: &str, files: &[&str]) -> Vec<Finding> {
    let found = |name: &str, message: String, mend: &str| Finding {
        path: format!("{FOLDER}/{database}/{name}"),
        line: 1,
        rule: RULE,
        message,
        mend: mend.to_owned(),
    };
    let mut findings = Vec::new();
    let mut numbered: Vec<(u32, &str)> = Vec::new();
    for name in files {
        match number_of(name) {
            Some(number) => numbered.push((number, name)),
            None => findings.push(found(
                name,
                "its name has another form".to_owned(),
                "call it `V<number>__<what_it_does>.sql`",
            )),
        }
    }
    numbered.sort_unstable();
    for (&(number, name), expected) in numbered.iter().zip(1..) {
        if number != expected {
            let message = format!("it has number {number} where {expected} comes next");
            findings.push(found(name, message, "number them from 1 without a gap"));
            break;
        }
    }
    findings
}

/// Looks for files that the program doesn't apply.
fn check_steps(tree: &Tree, database: &str, files: &[&str]) -> Vec<Finding> {
    let steps = tree.find(STEPS).unwrap_or_default();
    let is_step = |name: &str| {
        let stem = name.strip_suffix(".sql").unwrap_or(name);
        steps.contains(&format!("\"{stem}\""))
    };
    let forgotten = files.iter().filter(|name| !is_step(name));
    forgotten
        .map(|name| Finding {
            path: format!("{FOLDER}/{database}/{name}"),
            line: 1,
            rule: RULE,
            message: "it is never applied".to_owned(),
            mend: format!("add it to the steps in `{STEPS}`"),
        })
        .collect()
}

/// The number in `V12__add_tags.sql`.
fn number_of(name: &str) -> Option<u32> {
    let (number, what) = name
        .strip_prefix('V')?
        .strip_suffix(".sql")?
        .split_once("__")?;
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let is_form = !what.is_empty() && what.chars().all(is_plain) && !number.starts_with('0');
    is_form.then(|| number.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stem_of(name: &str) -> &str {
        let name = name.rsplit('/').next().unwrap_or(name);
        name.strip_suffix(".sql").unwrap_or(name)
    }

    fn messages(names: &[&str]) -> Vec<String> {
        let paths: Vec<String> = names
            .iter()
            .map(|name| format!("{FOLDER}/{name}"))
            .collect();
        let steps: Vec<String> = names
            .iter()
            .map(|name| format!("{:?}", stem_of(name)))
            .collect();
        let steps = steps.join(", ");
        let mut files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "")).collect();
        files.push((STEPS, &steps));
        check(&Tree::of(&files))
            .into_iter()
            .map(|f| f.message)
            .collect()
    }

    #[test]
    fn equal_lists_without_gaps_pass() {
        let names = [
            "sqlite/V1__a.sql",
            "sqlite/V2__b.sql",
            "postgres/V1__a.sql",
            "postgres/V2__b.sql",
        ];
        assert_eq!(messages(&names), [""; 0]);
        assert_eq!(messages(&[]), [""; 0]);
    }

    #[test]
    fn a_migration_for_one_database_only_is_found() {
        assert_eq!(messages(&["sqlite/V1__a.sql"]), ["`V1__a.sql` is missing"]);
        assert_eq!(
            messages(&["sqlite/V1__a.sql", "postgres/V1__b.sql"]).len(),
            2
        );
    }

    #[test]
    fn gaps_doubles_and_odd_names_are_found() {
        let both = |name: &str| [format!("sqlite/{name}"), format!("postgres/{name}")];
        let check_both = |names: &[&str]| {
            let all: Vec<String> = names.iter().flat_map(|name| both(name)).collect();
            messages(&all.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let gap = "it has number 3 where 2 comes next";
        assert_eq!(check_both(&["V1__a.sql", "V3__b.sql"]), [gap, gap]);
        let double = "it has number 1 where 2 comes next";
        assert_eq!(check_both(&["V1__a.sql", "V1__b.sql"]), [double, double]);
        for odd in [
            "V01__a.sql",
            "v1__a.sql",
            "V1_a.sql",
            "V1__A.sql",
            "V1__.sql",
            "V1__a.SQL",
        ] {
            let form = "its name has another form";
            assert_eq!(check_both(&[odd]), [form, form], "{odd}");
        }
    }

    #[test]
    fn a_file_that_is_no_step_is_found() {
        let tree = Tree::of(&[
            ("crates/vita-db/migrations/sqlite/V1__a.sql", ""),
            ("crates/vita-db/migrations/postgres/V1__a.sql", ""),
            (STEPS, "steps![\"V1__b\"]"),
        ]);
        let found = check(&tree);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].message, "it is never applied");
    }

    #[test]
    fn ten_comes_after_nine() {
        let names: Vec<String> = (1..=11)
            .flat_map(|n| {
                [
                    format!("sqlite/V{n}__a.sql"),
                    format!("postgres/V{n}__a.sql"),
                ]
            })
            .collect();
        assert_eq!(
            messages(&names.iter().map(String::as_str).collect::<Vec<_>>()),
            [""; 0]
        );
    }
}
