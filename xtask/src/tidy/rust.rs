//! Rust files, parsed once: the paths that they name, the functions with their lengths, and which lines are tests.
//!
//! Names are read from the tokens and not from the syntax tree, so that what stands inside macros counts, too.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Meta};

use crate::tidy::Finding;
use crate::tidy::tree::{TextFile, Tree};

/// A path as written: `std::process::Command`, with every name of a `use` group spelt out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NamedPath {
    pub(crate) segments: Vec<String>,
    pub(crate) line: usize,
}

/// A function and the lines from its `fn` to its closing brace.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) lines: usize,
}

/// Where in a file to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Anywhere,
    /// Not in test code.
    Source,
}

/// A parsed file.
#[derive(Debug)]
pub(crate) struct RustFile {
    pub(crate) path: String,
    /// How many lines it has.
    pub(crate) lines: usize,
    pub(crate) names: Vec<NamedPath>,
    /// Every identifier in it, with its lines.
    idents: BTreeMap<String, Vec<usize>>,
    pub(crate) functions: Vec<Function>,
    /// Where `unsafe` first stands.
    pub(crate) unsafe_line: Option<usize>,
    /// Items under `#[cfg(test)]`.
    test_lines: Vec<RangeInclusive<usize>>,
}

impl RustFile {
    /// The package that the file belongs to: the folder below `crates`, or the first one.
    pub(crate) fn package(&self) -> &str {
        let mut parts = self.path.split('/');
        match parts.next() {
            Some("crates") => parts.next().unwrap_or_default(),
            first => first.unwrap_or_default(),
        }
    }

    /// Whether the whole file is test code.
    pub(crate) fn is_test(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name == "tests.rs" || self.path.contains("/tests/") || self.path.contains("/benches/")
    }

    /// Whether a line belongs to test code.
    pub(crate) fn is_test_line(&self, line: usize) -> bool {
        self.is_test() || self.test_lines.iter().any(|lines| lines.contains(&line))
    }

    /// Whether it has the identifier at all, and outside of test code.
    pub(crate) fn holds_ident(&self, ident: &str, place: Place) -> bool {
        let lines = self.idents.get(ident).map_or(&[][..], Vec::as_slice);
        match place {
            Place::Anywhere => !lines.is_empty(),
            Place::Source => lines.iter().any(|&line| !self.is_test_line(line)),
        }
    }

    /// How many lines are not test code.
    pub(crate) fn source_lines(&self) -> usize {
        (1..=self.lines)
            .filter(|&line| !self.is_test_line(line))
            .count()
    }
}

/// Parses every Rust file of the tree; what can't be parsed is a finding.
pub(crate) fn parse_all(tree: &Tree) -> (Vec<RustFile>, Vec<Finding>) {
    let mut parsed = Vec::new();
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| file.kind() == "rs") {
        match parse(file) {
            Ok(rust) => parsed.push(rust),
            Err(error) => findings.push(Finding {
                path: file.path.clone(),
                line: error.span().start().line,
                rule: "parse",
                message: format!("this is no Rust: {error}"),
                mend: "make it compile".to_owned(),
            }),
        }
    }
    (parsed, findings)
}

fn parse(file: &TextFile) -> syn::Result<RustFile> {
    let syntax = syn::parse_file(&file.text)?;
    let tokens: TokenStream = file.text.parse()?;
    let mut items = Items::default();
    items.visit_file(&syntax);
    let mut words = Words::default();
    words.read(tokens);
    Ok(RustFile {
        path: file.path.clone(),
        lines: file.text.lines().count(),
        names: words.names,
        idents: words.idents,
        functions: items.functions,
        unsafe_line: words.unsafe_line,
        test_lines: items.test_lines,
    })
}

/// Collects functions and test items from the syntax tree.
#[derive(Default)]
struct Items {
    functions: Vec<Function>,
    test_lines: Vec<RangeInclusive<usize>>,
}

impl Items {
    fn add_function(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let line = signature.span().start().line;
        self.functions.push(Function {
            name: signature.ident.to_string(),
            line,
            lines: block.span().end().line + 1 - line,
        });
    }
}

impl<'ast> Visit<'ast> for Items {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if attributes(item).iter().any(is_cfg_test) {
            let span = item.span();
            self.test_lines.push(span.start().line..=span.end().line);
        }
        visit::visit_item(self, item);
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.add_function(&function.sig, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.add_function(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.add_function(&function.sig, block);
        }
        visit::visit_trait_item_fn(self, function);
    }
}

fn attributes(item: &syn::Item) -> &[Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn is_cfg_test(attribute: &Attribute) -> bool {
    match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        _ => false,
    }
}

/// Collects names from the tokens.
#[derive(Default)]
struct Words {
    names: Vec<NamedPath>,
    idents: BTreeMap<String, Vec<usize>>,
    unsafe_line: Option<usize>,
}

impl Words {
    fn read(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Ident(ident) => {
                    self.add_ident(ident);
                    if begins_path(&tokens, at) {
                        self.read_path(&tokens, at, &[]);
                    }
                }
                // A group at a path's end was read with the path.
                TokenTree::Group(group) if at >= 2 && is_path_separator(&tokens, at - 2) => {
                    self.read_idents(group.stream());
                }
                TokenTree::Group(group) => self.read(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    fn read_idents(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => self.add_ident(&ident),
                TokenTree::Group(group) => self.read_idents(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    fn add_ident(&mut self, ident: &Ident) {
        let line = ident.span().start().line;
        if ident == "unsafe" {
            self.unsafe_line.get_or_insert(line);
        }
        let lines = self.idents.entry(ident.to_string()).or_default();
        lines.push(line);
    }

    /// Adds the path that begins at `at`; a group at its end adds one path for each of its parts.
    fn read_path(&mut self, tokens: &[TokenTree], at: usize, prefix: &[String]) {
        let mut segments = prefix.to_vec();
        let mut at = at;
        let mut line = tokens[at].span().start().line;
        loop {
            match tokens.get(at) {
                Some(TokenTree::Ident(ident)) => {
                    segments.push(ident.to_string());
                    line = ident.span().start().line;
                }
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    let parts: Vec<TokenTree> = group.stream().into_iter().collect();
                    for start in part_starts(&parts) {
                        self.read_path(&parts, start, &segments);
                    }
                    return;
                }
                _ => break,
            }
            if !is_path_separator(tokens, at + 1) {
                break;
            }
            at += 3;
        }
        self.names.push(NamedPath { segments, line });
    }
}

/// Where the parts of a `use` group begin: at its start and behind each comma.
fn part_starts(parts: &[TokenTree]) -> impl Iterator<Item = usize> + '_ {
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == ',');
    (0..parts.len()).filter(move |&at| {
        let behind_comma = at == 0 || is_comma(&parts[at - 1]);
        behind_comma && matches!(parts[at], TokenTree::Ident(_))
    })
}

/// Whether the identifier at `at` is the first of a path: none stands before it with `::`.
fn begins_path(tokens: &[TokenTree], at: usize) -> bool {
    let follows_separator = at >= 2 && is_path_separator(tokens, at - 2);
    if !follows_separator {
        return true;
    }
    // A path may begin with `::`; then what stands before is no name.
    match at.checked_sub(3).map(|before| &tokens[before]) {
        None => true,
        Some(TokenTree::Ident(ident)) => ident == "use" || ident == "in",
        Some(TokenTree::Punct(punct)) => punct.as_char() != '>',
        Some(_) => false,
    }
}

fn is_path_separator(tokens: &[TokenTree], at: usize) -> bool {
    let is_colon =
        |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == ':');
    is_colon(at) && is_colon(at + 1)
}

/// Parses a text for a test.
#[cfg(test)]
pub(crate) fn parse_text(path: &str, text: &str) -> RustFile {
    parse(&TextFile {
        path: path.to_owned(),
        text: text.to_owned(),
    })
    .expect("the text is Rust")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let file = parse_text("crates/a/src/lib.rs", text);
        let paths = file.names.iter().filter(|name| name.segments.len() > 1);
        paths.map(|name| name.segments.join("::")).collect()
    }

    #[test]
    fn a_use_group_is_spelt_out() {
        assert_eq!(
            names("use std::{fs, process::{Child, Command as Run}};"),
            ["std::fs", "std::process::Child", "std::process::Command"]
        );
    }

    #[test]
    fn paths_in_macros_and_with_a_leading_separator_are_read() {
        assert_eq!(
            names("fn a() { println!(\"{}\", ::axum::b::<u8>()); }"),
            ["axum::b"]
        );
    }

    #[test]
    fn comments_and_strings_name_nothing() {
        assert_eq!(
            names("//! axum::Router\n/// axum::Router\nconst A: &str = \"axum::Router\";"),
            [""; 0]
        );
    }

    #[test]
    fn a_method_path_counts_once() {
        assert_eq!(
            names("fn a() { <u8 as b::C>::d(); e::f(); }"),
            ["b::C", "e::f"]
        );
    }

    #[test]
    fn test_modules_are_told_from_source() {
        let file = parse_text(
            "crates/a/src/lib.rs",
            "fn a() {\n}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n",
        );
        assert_eq!(file.source_lines(), 2);
        assert!(file.is_test_line(5));
        assert_eq!(file.functions.len(), 2);
        assert_eq!(file.functions[0].lines, 2);
    }

    #[test]
    fn the_package_is_the_folder() {
        assert_eq!(
            parse_text("crates/vita-db/src/a.rs", "").package(),
            "vita-db"
        );
        assert_eq!(parse_text("xtask/src/main.rs", "").package(), "xtask");
    }
}
