use serde_json::Value;
use vita_api::CodeSpec;

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/api/openapi.json");

#[test]
fn the_committed_description_is_what_the_router_says() {
    let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
    assert!(
        committed == vita_api::openapi(),
        "`docs/api/openapi.json` is stale: run `make gen`, and look at what changed for clients"
    );
}

#[test]
fn every_operation_is_named_tagged_and_says_how_it_fails() {
    let description: Value = serde_json::from_str(&vita_api::openapi()).unwrap();
    let mut names = std::collections::HashSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name.to_owned()), "{name} comes twice");
            assert!(operation["tags"][0].is_string(), "{method} {path}");
            assert!(operation["summary"].is_string(), "{method} {path}");
            let failure = &operation["responses"]["default"]["$ref"];
            assert_eq!(failure, "#/components/responses/Problem", "{method} {path}");
        }
    }
    assert_eq!(names.len(), vita_api::routes().len());
}

#[test]
fn every_reference_of_the_description_leads_somewhere() {
    let description: Value = serde_json::from_str(&vita_api::openapi()).unwrap();
    check_references(&description, &description);
}

fn check_references(whole: &Value, part: &Value) {
    match part {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref") {
                let pointer = reference.strip_prefix('#').unwrap();
                assert!(whole.pointer(pointer).is_some(), "{reference}");
            }
            fields
                .values()
                .for_each(|field| check_references(whole, field));
        }
        Value::Array(items) => items.iter().for_each(|item| check_references(whole, item)),
        _ => {}
    }
}

#[test]
fn the_page_about_the_interface_has_every_code() {
    const PAGE: &str = include_str!("../../../../docs/api/README.md");
    for code in vita_api::ErrorCode::ALL {
        let CodeSpec {
            word,
            status,
            title,
            mend,
        } = code.spec();
        let row = format!("| `{word}` | {} | {title}. | {mend} |", status.as_u16());
        assert!(
            PAGE.contains(&row),
            "`docs/api/README.md` needs the row\n{row}"
        );
    }
}
