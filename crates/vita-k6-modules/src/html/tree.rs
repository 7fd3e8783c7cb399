//! Walks over a document's nodes.

use ego_tree::{NodeId, NodeRef};
use scraper::{ElementRef, Html, Node, Selector};
use std::collections::HashSet;

/// Most bytes of a selector; people write some hundred.
const SELECTOR_BYTES_MAX: usize = 4096;
/// Most `(` in a selector: each `:has()` or `:not()` multiplies the work.
const SELECTOR_BRACKETS_MAX: usize = 16;

/// Most simple selectors in a row: matching recurses once for each, on the small stack of a virtual user.
const SELECTOR_PARTS_MAX: usize = 64;

/// The selector of that text; `None` for one that is invalid or beyond the limits, which matches
/// nothing.
pub(super) fn selector(text: &str) -> Option<Selector> {
    let is_admitted = text.len() <= SELECTOR_BYTES_MAX
        && text.matches('(').count() <= SELECTOR_BRACKETS_MAX
        && text.split([' ', '>', '+', '~', '\t', '\n']).count() <= SELECTOR_PARTS_MAX
        && text.matches(":has").count() <= 1;
    if is_admitted {
        Selector::parse(text).ok()
    } else {
        None
    }
}

pub(super) fn node(document: &Html, id: NodeId) -> Option<NodeRef<'_, Node>> {
    document.tree.get(id)
}

pub(super) fn element(document: &Html, id: NodeId) -> Option<ElementRef<'_>> {
    node(document, id).and_then(ElementRef::wrap)
}

pub(super) fn matches(document: &Html, id: NodeId, selector: &Selector) -> bool {
    element(document, id).is_some_and(|element| selector.matches(&element))
}

/// The ids, each once, in the order in which they come.
pub(super) fn distinct(ids: impl Iterator<Item = NodeId>) -> Vec<NodeId> {
    let mut seen = HashSet::new();
    ids.filter(|id| seen.insert(*id)).collect()
}

fn elements_only<'a>(nodes: impl Iterator<Item = NodeRef<'a, Node>>) -> Vec<NodeId> {
    nodes
        .filter(|node| node.value().is_element())
        .map(|node| node.id())
        .collect()
}

/// Where a step leads from a node: the nearest first.
#[derive(Clone, Copy)]
pub(super) enum Way {
    Children,
    Contents,
    Descendants,
    Parents,
    Next,
    Previous,
    Siblings,
}

pub(super) fn walk(document: &Html, from: NodeId, way: Way) -> Vec<NodeId> {
    let Some(node) = node(document, from) else {
        return Vec::new();
    };
    match way {
        Way::Children => elements_only(node.children()),
        Way::Contents => node.children().map(|node| node.id()).collect(),
        Way::Descendants => elements_only(node.descendants().skip(1)),
        Way::Parents => elements_only(node.ancestors()),
        Way::Next => elements_only(node.next_siblings()),
        Way::Previous => elements_only(node.prev_siblings()),
        Way::Siblings => {
            let all = node
                .parent()
                .into_iter()
                .flat_map(|parent| parent.children());
            elements_only(all.filter(|other| other.id() != from))
        }
    }
}

/// The text of a node and all within it.
pub(super) fn text(node: NodeRef<'_, Node>) -> String {
    let texts = node.descendants().filter_map(|node| node.value().as_text());
    texts.map(|text| &**text).collect()
}

pub(super) fn inner_html(document: &Html, id: NodeId) -> Option<String> {
    match element(document, id) {
        Some(element) => Some(element.inner_html()),
        None => node(document, id)?
            .value()
            .is_document()
            .then(|| document.html()),
    }
}
