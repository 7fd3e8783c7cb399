//! What a form would send.

use super::tree::{Way, element, node, text, walk};
use ego_tree::NodeId;
use scraper::{ElementRef, Html};

/// A control's value: one text, or several for a list with many choices.
pub(super) enum ControlValue {
    One(String),
    Many(Vec<String>),
}

/// The value of an `input`, `textarea`, `select`, `option` or `button`.
pub(super) fn value_of(document: &Html, id: NodeId) -> Option<ControlValue> {
    let control = element(document, id)?;
    let attribute = || control.attr("value").map(str::to_owned);
    Some(ControlValue::One(match control.value().name() {
        "textarea" => text(*control),
        "option" => option_value(control),
        "select" => return select_value(document, control),
        "input" => match control.attr("type") {
            Some("checkbox" | "radio") => attribute().unwrap_or_else(|| "on".to_owned()),
            _ => attribute().unwrap_or_default(),
        },
        _ => attribute()?,
    }))
}

fn option_value(option: ElementRef<'_>) -> String {
    match option.attr("value") {
        Some(value) => value.to_owned(),
        None => text(*option),
    }
}

fn select_value(document: &Html, select: ElementRef<'_>) -> Option<ControlValue> {
    let options = walk(document, select.id(), Way::Descendants);
    let options = options.into_iter().filter_map(|id| element(document, id));
    let options: Vec<_> = options.filter(|it| it.value().name() == "option").collect();
    let mut chosen = options
        .iter()
        .filter(|option| option.attr("selected").is_some());
    if select.attr("multiple").is_some() {
        return Some(ControlValue::Many(
            chosen.map(|option| option_value(*option)).collect(),
        ));
    }
    let chosen = chosen.next_back().or_else(|| options.first())?;
    Some(ControlValue::One(option_value(*chosen)))
}

/// Names and values of all controls that a form would send, in the document's order.
pub(super) fn successful_controls(document: &Html, from: &[NodeId]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for &start in from {
        let Some(origin) = node(document, start) else {
            continue;
        };
        for node in origin.descendants() {
            let Some(control) = ElementRef::wrap(node) else {
                continue;
            };
            let Some(name) = control.attr("name") else {
                continue;
            };
            if !is_successful(control) {
                continue;
            }
            match value_of(document, control.id()) {
                Some(ControlValue::One(value)) => found.push((name.to_owned(), value)),
                Some(ControlValue::Many(values)) => {
                    found.extend(values.into_iter().map(|value| (name.to_owned(), value)));
                }
                None => {}
            }
        }
    }
    found
}

/// The rules of jQuery's `serializeArray`: named, not disabled, checked, and neither button nor file.
fn is_successful(control: ElementRef<'_>) -> bool {
    let is_control = matches!(control.value().name(), "input" | "select" | "textarea");
    let kind = control
        .attr("type")
        .unwrap_or_default()
        .to_ascii_lowercase();
    is_control
        && control.attr("name").is_some_and(|name| !name.is_empty())
        && control.attr("disabled").is_none()
        && match kind.as_str() {
            "submit" | "button" | "image" | "reset" | "file" => false,
            "checkbox" | "radio" => control.attr("checked").is_some(),
            _ => true,
        }
}
