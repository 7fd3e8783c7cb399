use crate::bed::Bed;
use std::sync::Arc;

const TABLE: &str = "name,age\nada,36\n\"bob \"\"b\"\"\",\"1\n2\"\neve,9\n";

fn bed() -> Bed {
    let bed = Bed::with_files(
        &[("t.csv", TABLE), ("s.csv", "a;b\n1;2\n")],
        &Arc::default(),
    );
    bed.eval::<()>("var fs = require('k6/experimental/fs'), csv = require('k6/experimental/csv')");
    bed
}

fn parsed(options: &str) -> String {
    bed()
        .eval_async(&format!(
            "return JSON.stringify(await csv.parse(await fs.open('t.csv'), {options}))"
        ))
        .unwrap()
}

#[test]
fn rows_are_lists_or_objects() {
    assert_eq!(
        parsed("{}"),
        r#"[["name","age"],["ada","36"],["bob \"b\"","1\n2"],["eve","9"]]"#
    );
    assert_eq!(
        parsed("{ skipFirstLine: true, toLine: 1 }"),
        r#"[["ada","36"]]"#
    );
    assert_eq!(parsed("{ fromLine: 3 }"), r#"[["eve","9"]]"#);
    assert_eq!(
        parsed("{ asObjects: true, fromLine: 2 }"),
        r#"[{"age":"1\n2","name":"bob \"b\""},{"age":"9","name":"eve"}]"#
    );
}

#[test]
fn a_parser_gives_row_after_row() {
    let rows: String = bed()
        .eval_async(
            "const parser = new csv.Parser(await fs.open('s.csv'), { delimiter: ';' });
             const rows = [];
             for (;;) { const { done, value } = await parser.next(); if (done) break; rows.push(value); }
             return JSON.stringify(rows)",
        )
        .unwrap();
    assert_eq!(rows, r#"[["a","b"],["1","2"]]"#);
}

#[test]
fn wrong_options_are_refused() {
    for (options, message) in [
        ("{ delimiter: ';;' }", "one ASCII letter"),
        ("{ fromLine: -1 }", "must not be negative"),
        ("{ fromLine: 5, toLine: 2 }", "comes before"),
    ] {
        let script = format!("return await csv.parse(await fs.open('t.csv'), {options})");
        let error = bed().eval_async::<bool>(&script).unwrap_err();
        assert!(error.contains(message), "{options}: {error}");
    }
    assert!(
        bed()
            .eval_async::<bool>("return await csv.parse({})")
            .is_err()
    );
}
