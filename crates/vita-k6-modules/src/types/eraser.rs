//! The walk over a program that finds what is only types.

use super::Fault;
use super::patch::Patch;
use oxc_ast::ast::{
    BindingPattern, ExportNamedDeclaration, ExportSpecifier, Expression, FormalParameter, Function,
    FunctionBody, ImportDeclaration, ImportDeclarationSpecifier, Program, Statement,
    TSImportEqualsDeclaration,
};
use oxc_ast_visit::Visit;
use oxc_span::{GetSpan, Span};
use std::collections::HashSet;
use std::fmt::Write as _;

/// Words before a member that carry no code.
const MODIFIERS: &[&str] = &[
    "public",
    "private",
    "protected",
    "readonly",
    "override",
    "abstract",
    "declare",
];

pub(super) struct Eraser<'s> {
    pub(super) source: &'s str,
    pub(super) patch: Patch,
    pub(super) fault: Option<Fault>,
    /// Names that are read as values anywhere.
    pub(super) used: HashSet<String>,
    /// Names that are bound to values anywhere.
    pub(super) bound: HashSet<String>,
    /// Names of types that are declared here.
    pub(super) types: HashSet<String>,
    /// Whether each of the classes around has a parent class.
    pub(super) derived: Vec<bool>,
}

/// One name of an import or export clause.
pub(super) struct Listed {
    pub(super) span: Span,
    pub(super) keep: bool,
}

impl<'s> Eraser<'s> {
    pub(super) fn new(source: &'s str) -> Self {
        Self {
            source,
            patch: Patch::default(),
            fault: None,
            used: HashSet::new(),
            bound: HashSet::new(),
            types: HashSet::new(),
            derived: Vec::new(),
        }
    }

    pub(super) fn erase(mut self, program: &Program<'_>) -> Result<String, Fault> {
        self.visit_program(program);
        // Which imports are values is known only after all was read.
        for statement in &program.body {
            match statement {
                Statement::ImportDeclaration(it) => self.erase_import(it),
                Statement::ExportNamedDeclaration(it) => self.erase_export(it),
                Statement::TSImportEqualsDeclaration(it) => self.erase_import_equals(it),
                _ => {}
            }
        }
        match self.fault {
            Some(fault) => Err(fault),
            None => Ok(self.patch.apply(self.source)),
        }
    }

    pub(super) fn refuse(&mut self, span: Span, message: &str) {
        if self.fault.is_none() {
            self.fault = Some(Fault {
                at: span.start as usize,
                message: message.to_owned(),
            });
        }
    }

    pub(super) fn blank(&mut self, span: Span) {
        self.patch.blank(span.start, span.end);
    }

    /// Blanks a whole statement or member, and leaves a `;` so that its neighbours stay apart.
    pub(super) fn remove(&mut self, span: Span) {
        self.patch.replace(span.start, span.end, ";");
    }

    pub(super) fn text(&self, start: u32, end: u32) -> &'s str {
        self.source
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    /// Where a character stands between two places, outside of comments.
    fn find(&self, start: u32, end: u32, wanted: char) -> Option<u32> {
        let text = self.text(start, end);
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if c == wanted {
                return Some(start + (text.len() - rest.len()) as u32);
            }
            let skipped = comment_len(rest).unwrap_or(c.len_utf8());
            rest = &rest[skipped..];
        }
        None
    }

    pub(super) fn blank_char(&mut self, start: u32, end: u32, c: char) {
        if let Some(at) = self.find(start, end, c) {
            self.patch.blank(at, at + 1);
        }
    }

    /// Blanks the words before a member's name that carry no code.
    pub(super) fn blank_modifiers(&mut self, start: u32, end: u32) {
        let text = self.text(start, end);
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            if let Some(len) = comment_len(rest) {
                at += len;
                continue;
            }
            let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
            let len = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            if len == 0 {
                at += rest.chars().next().map_or(1, char::len_utf8);
                continue;
            }
            if MODIFIERS.contains(&&rest[..len]) {
                let from = start + at as u32;
                // A member may begin with `[` or `*`, which would go on with the one before.
                let lead = if at == 0 { ";" } else { "" };
                self.patch.replace(from, from + len as u32, lead);
            }
            at += len;
        }
    }

    /// Blanks the type behind an expression. Where the next line goes on with a bracket, the type
    /// was what ended the statement, so a `;` takes its place.
    pub(super) fn blank_behind(&mut self, expression: Span, whole: Span) {
        let after = &self.source[whole.end as usize..];
        let next = after.trim_start();
        let breaks = after[..after.len() - next.len()].contains('\n');
        if breaks && next.starts_with(['(', '[', '`']) {
            self.patch.replace(expression.end, whole.end, ";");
        } else {
            self.patch.blank(expression.end, whole.end);
        }
    }

    fn erase_import(&mut self, it: &ImportDeclaration<'_>) {
        if it.import_kind.is_type() {
            return self.remove(it.span);
        }
        let Some(specifiers) = &it.specifiers else {
            return;
        };
        let listed = specifiers.iter().map(|specifier| {
            let is_type = match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(named) => named.import_kind.is_type(),
                _ => false,
            };
            let keep = !is_type && self.used.contains(specifier.local().name.as_str());
            Listed {
                span: specifier.span(),
                keep,
            }
        });
        let listed: Vec<Listed> = listed.collect();
        if !listed.is_empty() && listed.iter().all(|name| !name.keep) {
            return self.remove(it.span);
        }
        self.drop_names(&listed, it.source.span.start);
    }

    fn erase_export(&mut self, it: &ExportNamedDeclaration<'_>) {
        if it.export_kind.is_type() {
            return self.remove(it.span);
        }
        let is_type = |specifier: &ExportSpecifier<'_>| {
            let name = specifier.local.name();
            specifier.export_kind.is_type()
                || (self.types.contains(name.as_str()) && !self.bound.contains(name.as_str()))
        };
        let listed = it.specifiers.iter().map(|specifier| Listed {
            span: specifier.span,
            keep: !is_type(specifier),
        });
        let listed: Vec<Listed> = listed.collect();
        self.drop_names(&listed, it.span.end);
    }

    /// Blanks names of a clause, each with the comma behind it.
    pub(super) fn drop_names(&mut self, listed: &[Listed], end: u32) {
        for (at, name) in listed.iter().enumerate() {
            if name.keep {
                continue;
            }
            self.blank(name.span);
            let next = listed.get(at + 1).map_or(end, |next| next.span.start);
            let brace = self.find(name.span.end, next, '}').unwrap_or(next);
            self.blank_char(name.span.end, brace, ',');
            // `import kept, { dropped }` is right, `import { kept } …` needs its braces: both stay.
        }
    }

    fn erase_import_equals(&mut self, it: &TSImportEqualsDeclaration<'_>) {
        if it.import_kind.is_type() || !self.used.contains(it.id.name.as_str()) {
            self.remove(it.span);
        } else {
            self.patch
                .replace(it.span.start, it.span.start + 6, "const");
        }
    }

    /// Gives a constructor's parameter properties their assignments.
    pub(super) fn assign_properties(&mut self, function: &Function<'_>) {
        let mut code = String::new();
        for parameter in &function.params.items {
            if parameter.accessibility.is_none() && !parameter.readonly && !parameter.r#override {
                continue;
            }
            match &parameter.pattern {
                BindingPattern::BindingIdentifier(id) => {
                    // Writing to a string can't fail.
                    let _ = write!(code, " this.{0} = {0};", id.name);
                }
                pattern => self.refuse(pattern.span(), "a parameter property must be a name"),
            }
            self.blank_modifiers_of_parameter(parameter);
        }
        let Some(body) = function.body.as_ref().filter(|_| !code.is_empty()) else {
            return;
        };
        let is_derived = self.derived.last().copied().unwrap_or_default();
        match place_for_properties(body, is_derived) {
            Some(at) => self.patch.insert(at, format!(";{code}")),
            None => self.refuse(
                body.span,
                "parameter properties need `super(…)` as a statement of its own in the constructor",
            ),
        }
    }

    fn blank_modifiers_of_parameter(&mut self, parameter: &FormalParameter<'_>) {
        let (start, end) = (parameter.span.start, parameter.pattern.span().start);
        let words = self.text(start, end);
        let mut at = 0;
        for word in words.split_whitespace() {
            let Some(found) = words[at..].find(word) else {
                break;
            };
            let from = start + (at + found) as u32;
            if MODIFIERS.contains(&word) {
                self.patch.blank(from, from + word.len() as u32);
            }
            at += found + word.len();
        }
    }
}

/// Behind `super(…)`, else behind the directives, else where the body begins.
fn place_for_properties(body: &FunctionBody<'_>, is_derived: bool) -> Option<u32> {
    let is_super = |statement: &&Statement<'_>| match statement {
        Statement::ExpressionStatement(it) => match &it.expression {
            Expression::CallExpression(call) => matches!(call.callee, Expression::Super(_)),
            _ => false,
        },
        _ => false,
    };
    if is_derived {
        return body
            .statements
            .iter()
            .find(is_super)
            .map(|it| it.span().end);
    }
    let directives = body.directives.last().map(|directive| directive.span.end);
    Some(directives.unwrap_or(body.span.start + 1))
}

/// The length of the comment that a text begins with.
fn comment_len(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return Some(text.find("*/").map_or(text.len(), |end| end + 2));
    }
    None
}

impl Eraser<'_> {
    pub(super) fn blank_word(&mut self, start: u32, end: u32, word: &str) {
        if let Some(at) = self.text(start, end).find(word) {
            let from = start + at as u32;
            self.patch.blank(from, from + word.len() as u32);
        }
    }
}
