//! `Element`: one node, with the questions that the DOM answers, each as a method.
//!
//! What an element has no method for, its selection answers.

use super::selection::{Picked, Selection, picked, to_js as selection_to_js};
use super::tree::{self, Way, element, node, walk};
use crate::classes::{Held, Native};
use crate::text::text_of;
use ego_tree::{NodeId, NodeRef};
use rquickjs::function::{Func, This};
use rquickjs::{Array, Class, Ctx, Exception, IntoJs, Object, Result, Value};
use scraper::{ElementRef, Html, Node};
use std::rc::Rc;

/// Names the prototype of elements; they hold a [`Selection`].
struct ElementPrototype;

impl Native for ElementPrototype {
    const NAME: &'static str = "Element";

    fn define(prototype: &Object<'_>) -> Result<()> {
        let selections = Class::<Held<Selection>>::prototype(prototype.ctx())?;
        prototype.set_prototype(selections.as_ref())?;
        define_reads(prototype)?;
        define_attributes(prototype)?;
        define_relatives(prototype)?;
        define_lists(prototype)?;
        define_questions(prototype)
    }
}

pub(super) fn to_js<'js>(ctx: &Ctx<'js>, picked: Rc<Picked>) -> Result<Value<'js>> {
    match Class::<Held<ElementPrototype>>::prototype(ctx)? {
        Some(prototype) => {
            Ok(Class::instance_proto(Held(Selection(picked)), prototype)?.into_value())
        }
        None => selection_to_js(ctx, picked),
    }
}

pub(super) fn list<'js>(ctx: &Ctx<'js>, from: &Picked, ids: &[NodeId]) -> Result<Value<'js>> {
    let all = Array::new(ctx.clone())?;
    for (at, &id) in ids.iter().enumerate() {
        all.set(at, to_js(ctx, from.one(id))?)?;
    }
    Ok(all.into_value())
}

pub(super) fn or_undefined<'js>(
    ctx: &Ctx<'js>,
    from: &Picked,
    id: Option<NodeId>,
) -> Result<Value<'js>> {
    match id {
        Some(id) => to_js(ctx, from.one(id)),
        None => Ok(Value::new_undefined(ctx.clone())),
    }
}

type Read = for<'a> fn(&'a Html, NodeRef<'a, Node>) -> String;
type Relative = for<'a> fn(NodeRef<'a, Node>) -> Option<NodeRef<'a, Node>>;

fn only(this: &Value<'_>) -> Result<(Rc<Picked>, NodeId)> {
    let from = picked(this)?;
    match from.nodes.first() {
        Some(&id) => Ok((from, id)),
        None => Err(Exception::throw_type(this.ctx(), "this is not an Element")),
    }
}

fn define_reads(prototype: &Object<'_>) -> Result<()> {
    let reads: [(&str, Read); 7] = [
        ("nodeName", |_, node| node_name(node)),
        ("tagName", |_, node| node_name(node)),
        ("textContent", |_, node| tree::text(node)),
        ("innerHTML", |document, node| {
            tree::inner_html(document, node.id()).unwrap_or_default()
        }),
        ("toString", |_, node| outer_html(node)),
        ("lang", |_, node| lang(node)),
        ("namespaceURI", |_, node| match node.value() {
            Node::Element(element) => element.name.ns.to_string(),
            _ => String::new(),
        }),
    ];
    for (name, read) in reads {
        let method = move |this: This<Value<'_>>| -> Result<String> {
            let (from, id) = only(&this)?;
            Ok(node(&from.document, id)
                .map(|node| read(&from.document, node))
                .unwrap_or_default())
        };
        prototype.set(name, Func::from(method))?;
    }
    prototype.set("nodeType", Func::from(node_type))?;
    prototype.set("nodeValue", Func::from(node_value))
}

fn node_name(node: NodeRef<'_, Node>) -> String {
    match node.value() {
        Node::Element(element) => element.name().to_owned(),
        Node::Text(_) => "#text".to_owned(),
        Node::Comment(_) => "#comment".to_owned(),
        Node::Document => "#document".to_owned(),
        Node::Doctype(doctype) => doctype.name().to_owned(),
        Node::Fragment | Node::ProcessingInstruction(_) => String::new(),
    }
}

fn outer_html(node: NodeRef<'_, Node>) -> String {
    match ElementRef::wrap(node) {
        Some(element) => element.html(),
        None => tree::text(node),
    }
}

/// The language that the nearest element around names.
fn lang(node: NodeRef<'_, Node>) -> String {
    let line = std::iter::once(node).chain(node.ancestors());
    let named = line
        .filter_map(ElementRef::wrap)
        .find_map(|element| element.attr("lang"));
    named.unwrap_or_default().to_owned()
}

// The numbers of the DOM's node types.
fn node_type(this: This<Value<'_>>) -> Result<u8> {
    let (from, id) = only(&this)?;
    Ok(match node(&from.document, id).map(|node| node.value()) {
        Some(Node::Element(_)) => 1,
        Some(Node::Text(_)) => 3,
        Some(Node::ProcessingInstruction(_)) => 7,
        Some(Node::Comment(_)) => 8,
        Some(Node::Document) => 9,
        Some(Node::Doctype(_)) => 10,
        Some(Node::Fragment) | None => 11,
    })
}

fn node_value(this: This<Value<'_>>) -> Result<Option<String>> {
    let (from, id) = only(&this)?;
    Ok(match node(&from.document, id).map(|node| node.value()) {
        Some(Node::Text(text)) => Some(text.to_string()),
        Some(Node::Comment(comment)) => Some(comment.to_string()),
        _ => None,
    })
}

/// Attributes that have a method of their own, with the attribute's name.
const TEXTS: &[(&str, &str)] = &[
    ("id", "id"),
    ("className", "class"),
    ("href", "href"),
    ("src", "src"),
    ("name", "name"),
    ("type", "type"),
    ("title", "title"),
    ("target", "target"),
    ("rel", "rel"),
    ("alt", "alt"),
    ("placeholder", "placeholder"),
    ("action", "action"),
    ("method", "method"),
    ("enctype", "enctype"),
    ("media", "media"),
    ("content", "content"),
    ("htmlFor", "for"),
    ("dir", "dir"),
];
const FLAGS: &[(&str, &str)] = &[
    ("checked", "checked"),
    ("disabled", "disabled"),
    ("selected", "selected"),
    ("multiple", "multiple"),
    ("required", "required"),
    ("readOnly", "readonly"),
    ("hidden", "hidden"),
    ("autofocus", "autofocus"),
];

fn define_attributes(prototype: &Object<'_>) -> Result<()> {
    for &(name, attribute) in TEXTS {
        let method = move |this: This<Value<'_>>| -> Result<String> {
            Ok(attribute_of(&this, attribute)?.unwrap_or_default())
        };
        prototype.set(name, Func::from(method))?;
    }
    for &(name, attribute) in FLAGS {
        let method = move |this: This<Value<'_>>| -> Result<bool> {
            Ok(attribute_of(&this, attribute)?.is_some())
        };
        prototype.set(name, Func::from(method))?;
    }
    prototype.set("value", Func::from(value))?;
    prototype.set("classList", Func::from(class_list))?;
    prototype.set("getAttribute", Func::from(get_attribute))?;
    prototype.set("getAttributeNode", Func::from(get_attribute_node))?;
    prototype.set("hasAttribute", Func::from(has_attribute))?;
    prototype.set("hasAttributes", Func::from(has_attributes))?;
    prototype.set("attributes", Func::from(attributes))
}

fn attribute_of(this: &Value<'_>, name: &str) -> Result<Option<String>> {
    let (from, id) = only(this)?;
    let found = element(&from.document, id).and_then(|element| element.attr(name));
    Ok(found.map(str::to_owned))
}

fn value(this: This<Value<'_>>) -> Result<Value<'_>> {
    use super::forms::{ControlValue, value_of};
    let (from, id) = only(&this)?;
    match value_of(&from.document, id) {
        Some(ControlValue::One(value)) => value.into_js(this.ctx()),
        Some(ControlValue::Many(values)) => values.into_js(this.ctx()),
        None => "".into_js(this.ctx()),
    }
}

fn class_list(this: This<Value<'_>>) -> Result<Vec<String>> {
    let names = attribute_of(&this, "class")?.unwrap_or_default();
    Ok(names.split_ascii_whitespace().map(str::to_owned).collect())
}

fn get_attribute<'js>(this: This<Value<'js>>, name: Value<'js>) -> Result<Value<'js>> {
    match attribute_of(&this, &text_of(&name)?)? {
        Some(value) => value.into_js(this.ctx()),
        None => Ok(Value::new_undefined(this.ctx().clone())),
    }
}

fn get_attribute_node<'js>(this: This<Value<'js>>, name: Value<'js>) -> Result<Value<'js>> {
    let name = text_of(&name)?;
    match attribute_of(&this, &name)? {
        Some(value) => attribute_object(this.ctx(), &name, &value),
        None => Ok(Value::new_undefined(this.ctx().clone())),
    }
}

fn attribute_object<'js>(ctx: &Ctx<'js>, name: &str, value: &str) -> Result<Value<'js>> {
    let attribute = Object::new(ctx.clone())?;
    attribute.set("name", name)?;
    attribute.set("value", value)?;
    Ok(attribute.into_value())
}

fn has_attribute<'js>(this: This<Value<'js>>, name: Value<'js>) -> Result<bool> {
    Ok(attribute_of(&this, &text_of(&name)?)?.is_some())
}

fn has_attributes(this: This<Value<'_>>) -> Result<bool> {
    let (from, id) = only(&this)?;
    Ok(element(&from.document, id).is_some_and(|it| it.value().attrs().next().is_some()))
}

/// All attributes by their names.
fn attributes(this: This<Value<'_>>) -> Result<Object<'_>> {
    let (from, id) = only(&this)?;
    let all = Object::new(this.ctx().clone())?;
    for (name, value) in element(&from.document, id)
        .iter()
        .flat_map(|it| it.value().attrs())
    {
        all.set(name, attribute_object(this.ctx(), name, value)?)?;
    }
    Ok(all)
}

fn define_relatives<'js>(prototype: &Object<'js>) -> Result<()> {
    let relatives: [(&str, Relative); 11] = [
        ("parentNode", |node| node.parent()),
        ("parentElement", |node| {
            node.parent().filter(|it| it.value().is_element())
        }),
        ("firstChild", |node| node.first_child()),
        ("lastChild", |node| node.last_child()),
        ("nextSibling", |node| node.next_sibling()),
        ("previousSibling", |node| node.prev_sibling()),
        ("firstElementChild", |node| {
            node.children().find(|it| it.value().is_element())
        }),
        ("lastElementChild", |node| {
            node.children().filter(|it| it.value().is_element()).last()
        }),
        ("nextElementSibling", |node| {
            node.next_siblings().find(|it| it.value().is_element())
        }),
        ("previousElementSibling", |node| {
            node.prev_siblings().find(|it| it.value().is_element())
        }),
        ("ownerDocument", |node| Some(node.tree().root())),
    ];
    for (name, relative) in relatives {
        let method = move |this: This<Value<'js>>| {
            let (from, id) = only(&this)?;
            let found = node(&from.document, id)
                .and_then(relative)
                .map(|node| node.id());
            or_undefined(this.ctx(), &from, found)
        };
        prototype.set(name, Func::from(method))?;
    }
    Ok(())
}

fn define_lists<'js>(prototype: &Object<'js>) -> Result<()> {
    for (name, way) in [("children", Way::Children), ("childNodes", Way::Contents)] {
        let method = move |this: This<Value<'js>>| {
            let (from, id) = only(&this)?;
            list(this.ctx(), &from, &walk(&from.document, id, way))
        };
        prototype.set(name, Func::from(method))?;
    }
    prototype.set("childElementCount", Func::from(child_element_count))?;
    prototype.set("hasChildNodes", Func::from(has_child_nodes))?;
    prototype.set("querySelector", Func::from(query_selector))?;
    prototype.set("querySelectorAll", Func::from(query_selector_all))?;
    prototype.set("getElementsByClassName", Func::from(by_class_name))?;
    prototype.set("getElementsByTagName", Func::from(by_tag_name))
}

fn child_element_count(this: This<Value<'_>>) -> Result<usize> {
    let (from, id) = only(&this)?;
    Ok(walk(&from.document, id, Way::Children).len())
}

fn has_child_nodes(this: This<Value<'_>>) -> Result<bool> {
    let (from, id) = only(&this)?;
    Ok(node(&from.document, id).is_some_and(|node| node.has_children()))
}

fn find(from: &Picked, id: NodeId, admits: impl Fn(ElementRef<'_>) -> bool) -> Vec<NodeId> {
    let mut within = walk(&from.document, id, Way::Descendants);
    within.retain(|&id| element(&from.document, id).is_some_and(&admits));
    within
}

fn query(this: &Value<'_>, selector: &Value<'_>) -> Result<(Rc<Picked>, Vec<NodeId>)> {
    let (from, id) = only(this)?;
    let found = match tree::selector(&text_of(selector)?) {
        Some(selector) => find(&from, id, |element| selector.matches(&element)),
        None => Vec::new(),
    };
    Ok((from, found))
}

fn query_selector<'js>(this: This<Value<'js>>, selector: Value<'js>) -> Result<Value<'js>> {
    let (from, found) = query(&this, &selector)?;
    or_undefined(this.ctx(), &from, found.first().copied())
}

fn query_selector_all<'js>(this: This<Value<'js>>, selector: Value<'js>) -> Result<Value<'js>> {
    let (from, found) = query(&this, &selector)?;
    list(this.ctx(), &from, &found)
}

fn by_class_name<'js>(this: This<Value<'js>>, names: Value<'js>) -> Result<Value<'js>> {
    let (from, id) = only(&this)?;
    let names = text_of(&names)?;
    let found = find(&from, id, |element| {
        names
            .split_ascii_whitespace()
            .all(|name| element.value().classes().any(|it| it == name))
    });
    list(this.ctx(), &from, &found)
}

fn by_tag_name<'js>(this: This<Value<'js>>, name: Value<'js>) -> Result<Value<'js>> {
    let (from, id) = only(&this)?;
    let name = text_of(&name)?.to_ascii_lowercase();
    let found = find(&from, id, |element| {
        name == "*" || element.value().name() == name
    });
    list(this.ctx(), &from, &found)
}

fn define_questions(prototype: &Object<'_>) -> Result<()> {
    prototype.set("contains", Func::from(contains))?;
    prototype.set("matches", Func::from(matches))?;
    prototype.set("isSameNode", Func::from(is_same_node))?;
    prototype.set("isEqualNode", Func::from(is_equal_node))?;
    prototype.set("selection", Func::from(selection))
}

fn contains<'js>(this: This<Value<'js>>, other: Value<'js>) -> Result<bool> {
    let (from, id) = only(&this)?;
    let (other, other_id) = only(&other)?;
    let inner = node(&other.document, other_id);
    let is_within = inner.is_some_and(|it| it.id() == id || it.ancestors().any(|it| it.id() == id));
    Ok(Rc::ptr_eq(&from.document, &other.document) && is_within)
}

fn matches<'js>(this: This<Value<'js>>, selector: Value<'js>) -> Result<bool> {
    let (from, id) = only(&this)?;
    let selector = tree::selector(&text_of(&selector)?);
    Ok(selector.is_some_and(|selector| tree::matches(&from.document, id, &selector)))
}

fn is_same_node<'js>(this: This<Value<'js>>, other: Value<'js>) -> Result<bool> {
    let (from, id) = only(&this)?;
    let (other, other_id) = only(&other)?;
    Ok(Rc::ptr_eq(&from.document, &other.document) && id == other_id)
}

fn is_equal_node<'js>(this: This<Value<'js>>, other: Value<'js>) -> Result<bool> {
    let (from, id) = only(&this)?;
    let (other, other_id) = only(&other)?;
    let html = |picked: &Picked, id| node(&picked.document, id).map(outer_html);
    Ok(html(&from, id) == html(&other, other_id))
}

fn selection(this: This<Value<'_>>) -> Result<Value<'_>> {
    let (from, id) = only(&this)?;
    selection_to_js(this.ctx(), from.one(id))
}
