use crate::bed::Bed;
use vita_k6_modules::json::select;
use vita_model::{Entropy, SeededEntropy};

/// The example of GJSON's own documentation.
const PEOPLE: &str = r#"{"name": {"first": "Tom", "last": "Anderson"}, "age": 37, "big": 12345678901234567890,
    "children": ["Sara", "Alex", "Jack"], "fav.movie": "Deer Hunter", "none": null,
    "friends": [{"first": "Dale", "age": 44, "nets": ["ig", "fb"]}, {"first": "Roger", "age": 68, "nets": ["fb"]},
                {"first": "Jane", "age": 47, "nets": ["ig"]}]}"#;

#[test]
fn paths_select_as_gjson_documents() {
    for (path, selected) in [
        ("name.last", Some(r#""Anderson""#)),
        ("age", Some("37")),
        ("children.#", Some("3")),
        ("children.1", Some(r#""Alex""#)),
        ("child*.2", Some(r#""Jack""#)),
        ("c?ildren.0", Some(r#""Sara""#)),
        (r"fav\.movie", Some(r#""Deer Hunter""#)),
        ("friends.#.first", Some(r#"["Dale","Roger","Jane"]"#)),
        ("friends.1.nets.0", Some(r#""fb""#)),
        (r#"friends.#(first=="Jane").age"#, Some("47")),
        ("friends.#(age>45)#.first", Some(r#"["Roger","Jane"]"#)),
        ("none", Some("null")),
        ("nope", None),
        ("children.9", None),
        ("", None),
    ] {
        assert_eq!(select(PEOPLE, path).as_deref(), selected, "{path}");
    }
}

#[test]
fn invalid_and_deep_texts_select_nothing() {
    for json in [
        "",
        "{",
        "{\"a\":1",
        "nope",
        "\u{0}",
        &("[".repeat(1000) + &"]".repeat(1000)),
    ] {
        assert_eq!(select(json, "a"), None, "{json}");
    }
    assert_eq!(select("{\"a\":1}", &"a".repeat(5000)), None);
    assert_eq!(select("{\"a\":1}", &"*".repeat(100)), None);
}

#[test]
fn no_path_makes_it_panic_or_give_invalid_json() {
    let entropy = SeededEntropy::new(7);
    let parts = [
        ".",
        "|",
        "#",
        "#(",
        ")",
        ")#",
        "*",
        "?",
        "\\",
        "\"",
        "[",
        "]",
        "{",
        "}",
        ":",
        "@this",
        "@reverse",
        "@flatten",
        "@pretty",
        "@ugly",
        "@keys",
        "@values",
        "@valid",
        "name",
        "friends",
        "age",
        "first",
        "0",
        "1",
        "==",
        "!=",
        "<",
        ">",
        "%",
        "!%",
        "~true",
        "é",
        " ",
        ",",
        "!",
        "-1",
        "99999999999999999999",
    ];
    let mut bytes = [0_u8; 12];
    for _ in 0..20_000 {
        entropy.fill(&mut bytes);
        let len = usize::from(bytes[0] % 11) + 1;
        let path: String = bytes[1..=len]
            .iter()
            .map(|&b| parts[usize::from(b) % parts.len()])
            .collect();
        if let Some(selected) = select(PEOPLE, &path) {
            assert!(
                serde_json::from_str::<serde_json::Value>(&selected).is_ok(),
                "{path}: {selected}"
            );
        }
    }
}

#[test]
fn large_numbers_become_doubles() {
    let bed = Bed::with_files(&[], &std::sync::Arc::default());
    bed.eval::<()>(
        "var a = new (require('k6/data').SharedArray)('n', () => [1, 2 ** 60, 1.5e300])",
    );
    assert_eq!(bed.json("a.slice()"), "[1,1152921504606847000,1.5e+300]");
}

#[test]
fn values_are_those_of_the_engine() {
    let bed = Bed::new();
    for text in [
        "null",
        " true ",
        "-0",
        "0.1",
        "1e21",
        "123456789012345678901234567890",
        "9007199254740993",
        "2.2250738585072011e-308",
        "1e400",
        r#""\ud800""#,
        r#""\u00e9\n€😀""#,
        "[]",
        "{}",
        r#"{"b":1,"2":2,"1":[{"x":null}],"b":3}"#,
        r#"{"__proto__":{"x":1},"constructor":2,"toString":3,"":4}"#,
        "[1,-2.5e-3,[[[]]],\"\\u0000\"]",
        &("[".repeat(130) + &"]".repeat(130)),
        "2147483648",
        "-2147483649",
        "18446744073709551616",
    ] {
        assert!(bed.same_json(text), "{text}");
    }
    for text in [
        "",
        "{",
        "[1,]",
        "{'a':1}",
        "nul",
        "01",
        "1 2",
        "\u{feff}1",
        "[1",
        "{\"a\"}",
        "NaN",
    ] {
        assert!(bed.json_error(text).contains("SyntaxError"), "{text}");
    }
}
