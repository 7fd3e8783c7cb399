//! `k6/html`: documents read as with jQuery.
//!
//! A document is parsed once; selections and elements only name its nodes. Names of elements and
//! attributes are in lower case, as HTML reads them.

mod element;
mod forms;
mod reads;
mod selection;
mod tree;

use rquickjs::function::Func;
use rquickjs::{Ctx, Exception, Object, Result, Value};
use scraper::Html;
use selection::Picked;
use std::rc::Rc;

/// Most bytes of a document. Its tree takes some ten times as much memory.
pub const DOCUMENT_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Most elements inside of each other. Browsers stop at 512; parsing and matching grow with the
/// square of it.
pub const DOCUMENT_DEPTH_MAX: usize = 1024;

/// Elements without content, or whose end tag is often left out because a sibling ends them.
const UNCOUNTED: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr", "p", "li", "dt", "dd", "option", "optgroup", "tr", "td", "th", "thead", "tbody",
    "tfoot", "colgroup", "rp", "rt",
];

pub(crate) fn exports<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let exports = Object::new(ctx.clone())?;
    exports.set("parseHTML", Func::from(parse_html))?;
    Ok(exports)
}

fn parse_html<'js>(ctx: Ctx<'js>, text: Value<'js>) -> Result<Value<'js>> {
    parse(&ctx, &crate::text::text_of(&text)?)
}

/// The selection that holds the document's root, as `parseHTML(text)` gives it.
pub fn parse<'js>(ctx: &Ctx<'js>, text: &str) -> Result<Value<'js>> {
    if text.len() > DOCUMENT_BYTES_MAX {
        let message = format!("the document is larger than {DOCUMENT_BYTES_MAX} bytes");
        return Err(Exception::throw_message(ctx, &message));
    }
    if deepest(text) > DOCUMENT_DEPTH_MAX {
        let message = format!("the document nests more than {DOCUMENT_DEPTH_MAX} elements");
        return Err(Exception::throw_message(ctx, &message));
    }
    selection::to_js(ctx, Picked::root(Rc::new(Html::parse_document(text))))
}

/// The most elements that are open at once, judged by tags alone, before anything is parsed.
fn deepest(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for tag in text.split('<').skip(1) {
        let (is_end, tag) = match tag.strip_prefix('/') {
            Some(tag) => (true, tag),
            None => (false, tag),
        };
        let name_len = tag
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(tag.len());
        let name = tag[..name_len].to_ascii_lowercase();
        if name.is_empty() || UNCOUNTED.contains(&name.as_str()) {
            continue;
        }
        if is_end {
            depth = depth.saturating_sub(1);
        } else if !tag
            .split('>')
            .next()
            .is_some_and(|inner| inner.ends_with('/'))
        {
            depth += 1;
            deepest = deepest.max(depth);
        }
    }
    deepest
}
