//! What the description says about texts, ids and headers wherever they come in: the handlers'
//! rules, told once for all routes, so that a client can check what it sends.

use utoipa::openapi::path::Parameter;
use utoipa::openapi::schema::{ArrayItems, Object, SchemaType, Type};
use utoipa::openapi::{Components, RefOr, Schema};

/// The form of an id (`vita_model::Id`).
const ID: &str = "^[A-Za-z0-9_-]{1,64}$";

/// The form of a cursor (`vita_store::Cursor`); an empty one begins at the beginning.
const CURSOR: &str = "^(-?[0-9]{1,18}\\.[A-Za-z0-9_-]{1,64})?$";

/// The form of an idempotency key.
const IDEMPOTENCY_KEY: &str = "^[ -~]{1,255}$";

/// The form of `If-Match` (RFC 9110 §13.1.1): anything, or entity tags.
const IF_MATCH: &str = "^(\\*|(W/)?\"[!#-~]*\"( *, *(W/)?\"[!#-~]*\")*)$";

/// A line without control characters, and one that is not blank.
const LINE: &str = "^[^\\x00-\\x1f\\x7f-\\x9f]*$";
const LINE_NOT_BLANK: &str =
    "^[^\\x00-\\x1f\\x7f-\\x9f]*[^\\s\\x00-\\x1f\\x7f-\\x9f][^\\x00-\\x1f\\x7f-\\x9f]*$";

/// Lines without control characters.
const LINES: &str = "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$";

/// The forms of the texts of `vita_model::text`, by the names that they have in bodies.
const TEXTS: &[(&str, &str)] = &[
    ("title", LINE_NOT_BLANK),
    ("name", LINE),
    ("newPassword", LINE),
    ("description", LINES),
    ("prompt", LINES),
];

/// Tells the forms of what comes in by a parameter.
pub(super) fn bound_parameter(parameter: &mut Parameter) {
    let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema else {
        return;
    };
    let pattern = match parameter.name.as_str() {
        "id" | "name" => ID,
        "cursor" => CURSOR,
        "Idempotency-Key" => IDEMPOTENCY_KEY,
        "If-Match" => IF_MATCH,
        _ => return,
    };
    set_pattern(schema, pattern);
}

/// Tells the forms of what comes in by a body: `XIn` and `XPatch`.
pub(super) fn bound_bodies(components: &mut Components) {
    for (name, schema) in &mut components.schemas {
        if (name.ends_with("In") || name.ends_with("Patch"))
            && let RefOr::T(schema) = schema
        {
            bound_properties(schema);
        }
    }
}

fn bound_properties(schema: &mut Schema) {
    let Schema::Object(object) = schema else {
        return;
    };
    for (name, property) in &mut object.properties {
        if let RefOr::T(property) = property {
            bound_property(name, property);
        }
    }
}

fn bound_property(name: &str, property: &mut Schema) {
    match property {
        Schema::Object(object) if is_free_text(object) => {
            let text = TEXTS.iter().find(|(text, _)| *text == name);
            if let Some((_, pattern)) = text {
                set_pattern(object, pattern);
            } else if name == "id" || name.ends_with("Id") {
                set_pattern(object, ID);
            }
        }
        Schema::Array(array) if name == "ids" || name.ends_with("Ids") => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items
                && let RefOr::T(Schema::Object(object)) = items.as_mut()
            {
                set_pattern(object, ID);
            }
        }
        _ => {}
    }
}

fn set_pattern(object: &mut Object, pattern: &str) {
    if object.pattern.is_none() {
        object.pattern = Some(pattern.to_owned());
    }
}

/// Whether it is a text of no form that was told already; it may also be null.
fn is_free_text(object: &Object) -> bool {
    let is_text = match &object.schema_type {
        SchemaType::Type(Type::String) => true,
        SchemaType::Array(types) => types.contains(&Type::String),
        _ => false,
    };
    is_text && object.enum_values.is_none() && object.format.is_none()
}
