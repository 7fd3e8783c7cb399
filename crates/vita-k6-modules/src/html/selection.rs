//! `Selection`: some nodes of a document.

use super::tree::{self, Way, distinct, walk};
use super::{element, reads};
use crate::classes::{Native, held, hold};
use crate::text::text_of;
use ego_tree::NodeId;
use rquickjs::function::{Func, Opt, This};
use rquickjs::{Array, Coerced, Ctx, Exception, FromJs, Function, Object, Result, Value};
use scraper::{Html, Selector};
use std::rc::Rc;

/// Nodes of a document, and the selection that they were made of.
pub(super) struct Picked {
    pub(super) document: Rc<Html>,
    pub(super) nodes: Vec<NodeId>,
    before: Option<Rc<Picked>>,
}

impl Picked {
    pub(super) fn root(document: Rc<Html>) -> Rc<Self> {
        let nodes = vec![document.tree.root().id()];
        Rc::new(Self {
            document,
            nodes,
            before: None,
        })
    }

    pub(super) fn one(&self, id: NodeId) -> Rc<Self> {
        let document = Rc::clone(&self.document);
        Rc::new(Self {
            document,
            nodes: vec![id],
            before: None,
        })
    }

    fn then(self: &Rc<Self>, nodes: impl Iterator<Item = NodeId>) -> Rc<Self> {
        Rc::new(Self {
            document: Rc::clone(&self.document),
            nodes: distinct(nodes),
            before: Some(Rc::clone(self)),
        })
    }
}

impl Drop for Picked {
    /// A chain of selections may be long; dropping it one inside of the other would need as much stack.
    fn drop(&mut self) {
        let mut next = self.before.take();
        while let Some(mut before) = next.and_then(|before| Rc::try_unwrap(before).ok()) {
            next = before.before.take();
        }
    }
}

/// The class of selections, and of elements, which have another prototype.
pub(super) struct Selection(pub(super) Rc<Picked>);

pub(super) fn to_js<'js>(ctx: &Ctx<'js>, picked: Rc<Picked>) -> Result<Value<'js>> {
    Ok(hold(ctx, Selection(picked))?.into_value())
}

/// What a selection or element names.
pub(super) fn picked(this: &Value<'_>) -> Result<Rc<Picked>> {
    match held::<Selection>(this) {
        Some(held) => Ok(Rc::clone(&held.borrow().0.0)),
        None => Err(Exception::throw_type(this.ctx(), "this is not a Selection")),
    }
}

pub(super) type Caller<'js> = This<Value<'js>>;
pub(super) type Arg<'js> = Opt<Value<'js>>;

impl Native for Selection {
    const NAME: &'static str = "Selection";

    fn define(prototype: &Object<'_>) -> Result<()> {
        define_walks(prototype)?;
        define_filters(prototype)?;
        reads::define(prototype)
    }
}

/// How far a step goes.
#[derive(Clone, Copy)]
enum Reach {
    Nearest,
    All,
    Until,
}

fn define_walks<'js>(prototype: &Object<'js>) -> Result<()> {
    for (name, way, reach) in [
        ("children", Way::Children, Reach::All),
        ("contents", Way::Contents, Reach::All),
        ("find", Way::Descendants, Reach::All),
        ("parent", Way::Parents, Reach::Nearest),
        ("parents", Way::Parents, Reach::All),
        ("parentsUntil", Way::Parents, Reach::Until),
        ("next", Way::Next, Reach::Nearest),
        ("nextAll", Way::Next, Reach::All),
        ("nextUntil", Way::Next, Reach::Until),
        ("prev", Way::Previous, Reach::Nearest),
        ("prevAll", Way::Previous, Reach::All),
        ("prevUntil", Way::Previous, Reach::Until),
        ("siblings", Way::Siblings, Reach::All),
    ] {
        let step = move |this: Caller<'js>, first: Arg<'js>, second: Arg<'js>| {
            step(&this, way, reach, first, second)
        };
        prototype.set(name, Func::from(step))?;
    }
    prototype.set("closest", Func::from(closest))?;
    prototype.set("add", Func::from(add))?;
    prototype.set("end", Func::from(end))
}

fn step<'js>(
    this: &Value<'js>,
    way: Way,
    reach: Reach,
    first: Arg<'js>,
    second: Arg<'js>,
) -> Result<Value<'js>> {
    let from = picked(this)?;
    let (until, filter) = match reach {
        Reach::Until => (Wanted::of(&first)?, Wanted::of(&second)?),
        _ => (Wanted::Anything, Wanted::of(&first)?),
    };
    // Without a selector `find` finds nothing.
    let is_empty = matches!((way, &filter), (Way::Descendants, Wanted::Anything));
    let mut nodes = Vec::new();
    for &node in from.nodes.iter().filter(|_| !is_empty) {
        let mut walked = walk(&from.document, node, way);
        match reach {
            Reach::Nearest => walked.truncate(1),
            Reach::All => {}
            Reach::Until => {
                let stop = |id: &NodeId| until.is_given() && until.admits(&from.document, *id);
                let len = walked.iter().position(stop).unwrap_or(walked.len());
                walked.truncate(len);
            }
        }
        nodes.extend(
            walked
                .into_iter()
                .filter(|id| filter.admits(&from.document, *id)),
        );
    }
    to_js(this.ctx(), from.then(nodes.into_iter()))
}

/// What a script may name nodes by.
enum Wanted<'js> {
    Anything,
    Nothing,
    Matching(Selector),
    Nodes(Vec<NodeId>),
    Judged(Function<'js>),
}

impl<'js> Wanted<'js> {
    fn of(arg: &Arg<'js>) -> Result<Self> {
        let Some(value) = arg
            .0
            .as_ref()
            .filter(|it| !it.is_undefined() && !it.is_null())
        else {
            return Ok(Self::Anything);
        };
        if let Some(function) = value.as_function() {
            return Ok(Self::Judged(function.clone()));
        }
        if held::<Selection>(value).is_some() {
            return Ok(Self::Nodes(picked(value)?.nodes.clone()));
        }
        Ok(tree::selector(&text_of(value)?).map_or(Self::Nothing, Self::Matching))
    }

    fn is_given(&self) -> bool {
        !matches!(self, Self::Anything)
    }

    /// Whether a node is named; functions are asked elsewhere, as they run script.
    fn admits(&self, document: &Html, id: NodeId) -> bool {
        match self {
            Self::Anything | Self::Judged(_) => true,
            Self::Nothing => false,
            Self::Matching(selector) => tree::matches(document, id, selector),
            Self::Nodes(nodes) => nodes.contains(&id),
        }
    }

    /// The nodes of `from` that are named, or those that are not.
    fn sift(&self, ctx: &Ctx<'js>, from: &Rc<Picked>, keep: bool) -> Result<Vec<NodeId>> {
        let mut kept = Vec::new();
        for (index, &id) in from.nodes.iter().enumerate() {
            let named = match self {
                Self::Judged(judge) => {
                    let element = element::to_js(ctx, from.one(id))?;
                    judge
                        .call::<_, Coerced<bool>>((This(element.clone()), index, element))?
                        .0
                }
                _ => self.admits(&from.document, id),
            };
            if named == keep {
                kept.push(id);
            }
        }
        Ok(kept)
    }
}

fn closest<'js>(this: Caller<'js>, wanted: Arg<'js>) -> Result<Value<'js>> {
    let from = picked(&this)?;
    let wanted = Wanted::of(&wanted)?;
    let nearest = from.nodes.iter().filter_map(|&id| {
        let mut line = vec![id];
        line.extend(walk(&from.document, id, Way::Parents));
        line.into_iter()
            .find(|id| wanted.is_given() && wanted.admits(&from.document, *id))
    });
    let nearest: Vec<NodeId> = nearest.collect();
    to_js(this.ctx(), from.then(nearest.into_iter()))
}

fn add<'js>(this: Caller<'js>, wanted: Arg<'js>) -> Result<Value<'js>> {
    let from = picked(&this)?;
    let more = match Wanted::of(&wanted)? {
        Wanted::Nodes(nodes) => nodes,
        Wanted::Matching(selector) => from
            .document
            .select(&selector)
            .map(|element| element.id())
            .collect(),
        _ => Vec::new(),
    };
    let all: Vec<NodeId> = from.nodes.iter().copied().chain(more).collect();
    to_js(this.ctx(), from.then(all.into_iter()))
}

fn end(this: Caller<'_>) -> Result<Value<'_>> {
    let from = picked(&this)?;
    let before = from
        .before
        .clone()
        .unwrap_or_else(|| from.then(std::iter::empty()));
    to_js(this.ctx(), before)
}

fn define_filters<'js>(prototype: &Object<'js>) -> Result<()> {
    prototype.set("filter", Func::from(filter))?;
    prototype.set("not", Func::from(not))?;
    prototype.set("has", Func::from(has))?;
    prototype.set("is", Func::from(is))?;
    prototype.set("eq", Func::from(eq))?;
    prototype.set("first", Func::from(|this: Caller<'js>| at(&this, 0)))?;
    prototype.set("last", Func::from(|this: Caller<'js>| at(&this, -1)))?;
    prototype.set("single", Func::from(single))?;
    prototype.set("slice", Func::from(slice))?;
    prototype.set("each", Func::from(each))?;
    prototype.set("map", Func::from(map))?;
    prototype.set("get", Func::from(get))?;
    prototype.set("toArray", Func::from(to_array))?;
    prototype.set("index", Func::from(index))?;
    prototype.set(
        "size",
        Func::from(|this: Caller<'js>| Ok::<_, rquickjs::Error>(picked(&this)?.nodes.len())),
    )
}

fn filter<'js>(this: Caller<'js>, wanted: Arg<'js>) -> Result<Value<'js>> {
    let from = picked(&this)?;
    let kept = Wanted::of(&wanted)?.sift(this.ctx(), &from, true)?;
    to_js(this.ctx(), from.then(kept.into_iter()))
}

fn not<'js>(this: Caller<'js>, wanted: Arg<'js>) -> Result<Value<'js>> {
    let from = picked(&this)?;
    let kept = match Wanted::of(&wanted)? {
        Wanted::Anything => from.nodes.clone(),
        wanted => wanted.sift(this.ctx(), &from, false)?,
    };
    to_js(this.ctx(), from.then(kept.into_iter()))
}

fn has<'js>(this: Caller<'js>, wanted: Arg<'js>) -> Result<Value<'js>> {
    let from = picked(&this)?;
    let wanted = Wanted::of(&wanted)?;
    let holds = |id: &&NodeId| {
        let within = walk(&from.document, **id, Way::Descendants);
        wanted.is_given()
            && within
                .into_iter()
                .any(|id| wanted.admits(&from.document, id))
    };
    let kept: Vec<NodeId> = from.nodes.iter().filter(holds).copied().collect();
    to_js(this.ctx(), from.then(kept.into_iter()))
}

fn is<'js>(this: Caller<'js>, wanted: Arg<'js>) -> Result<bool> {
    let from = picked(&this)?;
    let wanted = Wanted::of(&wanted)?;
    Ok(wanted.is_given() && !wanted.sift(this.ctx(), &from, true)?.is_empty())
}

fn at<'js>(this: &Value<'js>, index: i64) -> Result<Value<'js>> {
    let from = picked(this)?;
    let place = place_in(index, from.nodes.len());
    let node = place.and_then(|place| from.nodes.get(place).copied());
    to_js(this.ctx(), from.then(node.into_iter()))
}

/// A place counted from the start, or from the end when negative.
fn place_in(index: i64, len: usize) -> Option<usize> {
    if index >= 0 {
        usize::try_from(index).ok()
    } else {
        len.checked_sub(index.unsigned_abs() as usize)
    }
}

fn number(arg: &Arg<'_>) -> Result<Option<i64>> {
    match &arg.0 {
        Some(value) if !value.is_undefined() => Ok(Some(
            Coerced::<f64>::from_js(value.ctx(), value.clone())?.0 as i64,
        )),
        _ => Ok(None),
    }
}

fn eq<'js>(this: Caller<'js>, index: Arg<'js>) -> Result<Value<'js>> {
    at(&this, number(&index)?.unwrap_or_default())
}

/// The first node that a selector finds within.
fn single<'js>(this: Caller<'js>, wanted: Arg<'js>) -> Result<Value<'js>> {
    let found = step(&this, Way::Descendants, Reach::All, wanted, Opt(None))?;
    at(&found, 0)
}

fn slice<'js>(this: Caller<'js>, start: Arg<'js>, end: Arg<'js>) -> Result<Value<'js>> {
    let from = picked(&this)?;
    let len = from.nodes.len();
    let place = |index: Option<i64>, otherwise| {
        index.map_or(otherwise, |index| {
            place_in(index, len).unwrap_or(0).min(len)
        })
    };
    let (start, end) = (place(number(&start)?, 0), place(number(&end)?, len));
    let part = from
        .nodes
        .get(start..end.max(start))
        .unwrap_or_default()
        .to_vec();
    to_js(this.ctx(), from.then(part.into_iter()))
}

fn each<'js>(this: Caller<'js>, call: Function<'js>) -> Result<Value<'js>> {
    let from = picked(&this)?;
    for (index, &id) in from.nodes.iter().enumerate() {
        let element = element::to_js(this.ctx(), from.one(id))?;
        call.call::<_, Value<'js>>((This(element.clone()), index, element))?;
    }
    Ok(this.0)
}

fn map<'js>(this: Caller<'js>, call: Function<'js>) -> Result<Array<'js>> {
    let from = picked(&this)?;
    let made = Array::new(this.ctx().clone())?;
    for (index, &id) in from.nodes.iter().enumerate() {
        let one = to_js(this.ctx(), from.one(id))?;
        let value: Value<'js> = call.call((This(one.clone()), index, one))?;
        made.set(index, value)?;
    }
    Ok(made)
}

fn get<'js>(this: Caller<'js>, index: Arg<'js>) -> Result<Value<'js>> {
    let from = picked(&this)?;
    let Some(index) = number(&index)? else {
        return element::list(this.ctx(), &from, &from.nodes);
    };
    let place = place_in(index, from.nodes.len());
    let id = place.and_then(|place| from.nodes.get(place));
    element::or_undefined(this.ctx(), &from, id.copied())
}

fn to_array(this: Caller<'_>) -> Result<Array<'_>> {
    let from = picked(&this)?;
    let all = Array::new(this.ctx().clone())?;
    for (index, &id) in from.nodes.iter().enumerate() {
        all.set(index, to_js(this.ctx(), from.one(id))?)?;
    }
    Ok(all)
}

fn index<'js>(this: Caller<'js>, wanted: Arg<'js>) -> Result<i64> {
    let from = picked(&this)?;
    let Some(&first) = from.nodes.first() else {
        return Ok(-1);
    };
    let place = match Wanted::of(&wanted)? {
        Wanted::Anything => Some(walk(&from.document, first, Way::Previous).len()),
        Wanted::Nodes(nodes) => from.nodes.iter().position(|id| nodes.first() == Some(id)),
        Wanted::Matching(selector) => from
            .document
            .select(&selector)
            .position(|element| element.id() == first),
        Wanted::Nothing | Wanted::Judged(_) => None,
    };
    Ok(place.map_or(-1, |place| place as i64))
}
