//! Enums as the objects that they are at run time.

use oxc_ast::ast::{Expression, IdentifierReference, TSEnumDeclaration};
use oxc_ast_visit::Visit;
use oxc_span::GetSpan;
use std::collections::HashSet;
use std::fmt::Write as _;

/// The code of an enum, in one line: an object with its members, and with their names by number.
pub(super) fn lower(source: &str, declaration: &TSEnumDeclaration<'_>) -> String {
    let name = declaration.id.name.as_str();
    let mut body = String::new();
    let mut known = HashSet::new();
    let mut last: Option<String> = None;
    for member in &declaration.body.members {
        let key = member.id.static_name();
        let quoted = serde_json::Value::from(key.as_str()).to_string();
        let place = format!("{name}[{quoted}]");
        // Writing to a string can't fail.
        let _ = match (&member.initializer, &last) {
            (Some(value), _) => {
                let code = initializer(source, name, &known, value);
                if is_text(value) {
                    write!(body, "{place} = {code}; ")
                } else {
                    write!(body, "{name}[{place} = {code}] = {quoted}; ")
                }
            }
            (None, Some(last)) => write!(body, "{name}[{place} = {last} + 1] = {quoted}; "),
            (None, None) => write!(body, "{name}[{place} = 0] = {quoted}; "),
        };
        known.insert(key.to_string());
        last = Some(place);
    }
    let body = body.replace(['\n', '\r'], " ");
    format!("var {name}; (function ({name}) {{ {body}}})({name} || ({name} = {{}}));")
}

fn is_text(value: &Expression<'_>) -> bool {
    matches!(
        value,
        Expression::StringLiteral(_) | Expression::TemplateLiteral(_)
    )
}

/// The text of an initializer, in which members that came before are read from the object.
fn initializer(
    source: &str,
    name: &str,
    known: &HashSet<String>,
    value: &Expression<'_>,
) -> String {
    let mut members = Members {
        known,
        found: Vec::new(),
    };
    members.visit_expression(value);
    let span = value.span();
    let mut code = String::new();
    let mut done = span.start;
    for at in members.found {
        code.push_str(&source[done as usize..at as usize]);
        code.push_str(name);
        code.push('.');
        done = at;
    }
    code.push_str(&source[done as usize..span.end as usize]);
    code
}

struct Members<'k> {
    known: &'k HashSet<String>,
    found: Vec<u32>,
}

impl<'a> Visit<'a> for Members<'_> {
    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        if self.known.contains(it.name.as_str()) {
            self.found.push(it.span.start);
        }
    }
}
