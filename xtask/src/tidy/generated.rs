//! The list of generated files, which is `.gitattributes`: what is marked there is there, and says how it is made. That a
//! file is up to date is held by its own test.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

const LIST: &str = ".gitattributes";
const MARK: &str = "linguist-generated=true";

/// The generated files, relative to the workspace.
pub(crate) fn list(tree: &Tree) -> Vec<&str> {
    marked(tree).map(|(_, path)| path).collect()
}

fn marked(tree: &Tree) -> impl Iterator<Item = (usize, &str)> {
    let text = tree.find(LIST).unwrap_or_default();
    text.lines().enumerate().filter_map(|(at, line)| {
        let (path, mark) = line.split_once(' ')?;
        (mark == MARK).then(|| (at + 1, path.trim_start_matches('/')))
    })
}

/// Looks for marked files that are not there.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let missing = marked(tree).filter(|(_, path)| !tree.entries.contains(*path));
    missing
        .map(|(line, path)| Finding {
            path: LIST.to_owned(),
            line,
            rule: "generated",
            message: format!("`{path}` is not there"),
            mend: "run `make gen`, or take it out of the list".to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_file_that_is_not_there_is_found() {
        let tree = Tree::of(&[
            (
                LIST,
                "* text=auto\n/a.json linguist-generated=true\n/b.json linguist-generated=true\n",
            ),
            ("a.json", "{}"),
        ]);
        assert_eq!(list(&tree), ["a.json", "b.json"]);
        let found = check(&tree);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].line, found[0].message.as_str()),
            (3, "`b.json` is not there")
        );
    }
}
