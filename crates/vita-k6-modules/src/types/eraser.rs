//! The walk over a program that finds what is only types.

use super::patch::Patch;
use super::{Fault, enums};
use oxc_ast::ast::{
    AccessorProperty, BindingIdentifier, BindingPattern, CatchParameter, Class, ClassElement,
    Declaration, Decorator, ExportAllDeclaration, ExportDeclaration, ExportDefaultDeclaration,
    ExportDefaultDeclarationKind, ExportFromDeclaration, ExportNamedDeclaration, ExportSpecifier,
    Expression, FormalParameter, Function, FunctionBody, IdentifierReference, ImportDeclaration,
    ImportDeclarationSpecifier, MethodDefinition, MethodDefinitionKind, MethodDefinitionType,
    Program, PropertyDefinition, PropertyDefinitionType, Statement, TSAsExpression,
    TSEnumDeclaration, TSExportAssignment, TSExternalModuleDeclaration, TSGlobalDeclaration,
    TSImportEqualsDeclaration, TSIndexSignature, TSInterfaceDeclaration, TSNamespaceDeclaration,
    TSNamespaceDeclarationBody, TSNamespaceExportDeclaration, TSNonNullExpression,
    TSSatisfiesExpression, TSThisParameter, TSTypeAliasDeclaration, TSTypeAnnotation,
    TSTypeAssertion, TSTypeParameterDeclaration, TSTypeParameterInstantiation, VariableDeclaration,
    VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};
use oxc_syntax::scope::ScopeFlags;
use std::collections::HashSet;

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
    source: &'s str,
    patch: Patch,
    fault: Option<Fault>,
    /// Names that are read as values anywhere.
    used: HashSet<String>,
    /// Names that are bound to values anywhere.
    bound: HashSet<String>,
    /// Names of types that are declared here.
    types: HashSet<String>,
    /// Whether each of the classes around has a parent class.
    derived: Vec<bool>,
}

/// One name of an import or export clause.
struct Listed {
    span: Span,
    keep: bool,
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

    fn refuse(&mut self, span: Span, message: &str) {
        if self.fault.is_none() {
            self.fault = Some(Fault {
                at: span.start as usize,
                message: message.to_owned(),
            });
        }
    }

    fn blank(&mut self, span: Span) {
        self.patch.blank(span.start, span.end);
    }

    /// Blanks a whole statement or member, and leaves a `;` so that its neighbours stay apart.
    fn remove(&mut self, span: Span) {
        self.patch.replace(span.start, span.end, ";");
    }

    fn text(&self, start: u32, end: u32) -> &'s str {
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

    fn blank_char(&mut self, start: u32, end: u32, c: char) {
        if let Some(at) = self.find(start, end, c) {
            self.patch.blank(at, at + 1);
        }
    }

    /// Blanks the words before a member's name that carry no code.
    fn blank_modifiers(&mut self, start: u32, end: u32) {
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
    fn blank_behind(&mut self, expression: Span, whole: Span) {
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
    fn drop_names(&mut self, listed: &[Listed], end: u32) {
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
    fn assign_properties(&mut self, function: &Function<'_>) {
        let mut code = String::new();
        for parameter in &function.params.items {
            if parameter.accessibility.is_none() && !parameter.readonly && !parameter.r#override {
                continue;
            }
            match &parameter.pattern {
                BindingPattern::BindingIdentifier(id) => {
                    code.push_str(&format!(" this.{0} = {0};", id.name));
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

fn holds_types_only(body: &TSNamespaceDeclarationBody<'_>) -> bool {
    let TSNamespaceDeclarationBody::TSModuleBlock(block) = body else {
        return false;
    };
    block.body.iter().all(|statement| match statement {
        Statement::TSInterfaceDeclaration(_) | Statement::TSTypeAliasDeclaration(_) => true,
        Statement::ExportDeclaration(it) => is_type(&it.declaration),
        _ => false,
    })
}

/// Whether a declaration leaves nothing behind.
fn is_type(declaration: &Declaration<'_>) -> bool {
    match declaration {
        Declaration::TSInterfaceDeclaration(_) | Declaration::TSTypeAliasDeclaration(_) => true,
        Declaration::VariableDeclaration(it) => it.declare,
        Declaration::FunctionDeclaration(it) => it.body.is_none(),
        Declaration::ClassDeclaration(it) => it.declare,
        Declaration::TSEnumDeclaration(it) => it.declare,
        Declaration::TSNamespaceDeclaration(it) => it.declare || holds_types_only(&it.body),
        Declaration::TSExternalModuleDeclaration(_) | Declaration::TSGlobalDeclaration(_) => true,
        Declaration::TSImportEqualsDeclaration(_) => false,
    }
}

impl<'a> Visit<'a> for Eraser<'_> {
    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        self.used.insert(it.name.to_string());
    }

    fn visit_binding_identifier(&mut self, it: &BindingIdentifier<'a>) {
        self.bound.insert(it.name.to_string());
    }

    fn visit_ts_type_annotation(&mut self, it: &TSTypeAnnotation<'a>) {
        self.blank(it.span);
    }

    fn visit_ts_type_parameter_declaration(&mut self, it: &TSTypeParameterDeclaration<'a>) {
        self.blank(it.span);
    }

    fn visit_ts_type_parameter_instantiation(&mut self, it: &TSTypeParameterInstantiation<'a>) {
        self.blank(it.span);
    }

    fn visit_ts_interface_declaration(&mut self, it: &TSInterfaceDeclaration<'a>) {
        self.types.insert(it.id.name.to_string());
        self.remove(it.span);
    }

    fn visit_ts_type_alias_declaration(&mut self, it: &TSTypeAliasDeclaration<'a>) {
        self.types.insert(it.id.name.to_string());
        self.remove(it.span);
    }

    fn visit_ts_external_module_declaration(&mut self, it: &TSExternalModuleDeclaration<'a>) {
        self.remove(it.span);
    }

    fn visit_ts_global_declaration(&mut self, it: &TSGlobalDeclaration<'a>) {
        self.remove(it.span);
    }

    fn visit_ts_namespace_export_declaration(&mut self, it: &TSNamespaceExportDeclaration<'a>) {
        self.remove(it.span);
    }

    fn visit_ts_namespace_declaration(&mut self, it: &TSNamespaceDeclaration<'a>) {
        if it.declare || holds_types_only(&it.body) {
            self.types.insert(it.id.name.to_string());
            return self.remove(it.span);
        }
        self.refuse(
            it.span,
            "namespaces with values are not supported: use a module of its own",
        );
    }

    fn visit_ts_enum_declaration(&mut self, it: &TSEnumDeclaration<'a>) {
        if it.declare {
            self.types.insert(it.id.name.to_string());
            return self.remove(it.span);
        }
        self.bound.insert(it.id.name.to_string());
        for member in &it.body.members {
            if let Some(value) = &member.initializer {
                self.visit_expression(value);
            }
        }
        self.patch
            .replace(it.span.start, it.span.end, enums::lower(self.source, it));
    }

    fn visit_ts_import_equals_declaration(&mut self, it: &TSImportEqualsDeclaration<'a>) {
        walk::walk_ts_module_reference(self, &it.module_reference);
    }

    fn visit_ts_export_assignment(&mut self, it: &TSExportAssignment<'a>) {
        self.patch
            .replace(it.span.start, it.span.start + 6, "module.exports");
        self.visit_expression(&it.expression);
    }

    fn visit_ts_as_expression(&mut self, it: &TSAsExpression<'a>) {
        self.visit_expression(&it.expression);
        self.blank_behind(it.expression.span(), it.span);
    }

    fn visit_ts_satisfies_expression(&mut self, it: &TSSatisfiesExpression<'a>) {
        self.visit_expression(&it.expression);
        self.blank_behind(it.expression.span(), it.span);
    }

    fn visit_ts_non_null_expression(&mut self, it: &TSNonNullExpression<'a>) {
        self.visit_expression(&it.expression);
        self.patch.blank(it.span.end - 1, it.span.end);
    }

    fn visit_ts_type_assertion(&mut self, it: &TSTypeAssertion<'a>) {
        self.patch.blank(it.span.start, it.expression.span().start);
        self.visit_expression(&it.expression);
    }

    fn visit_ts_this_parameter(&mut self, it: &TSThisParameter<'a>) {
        self.blank(it.span);
        let end = self.source.len() as u32;
        let after = self.text(it.span.end, end).trim_start();
        if after.starts_with(',') {
            self.blank_char(it.span.end, end, ',');
        }
    }

    fn visit_decorator(&mut self, it: &Decorator<'a>) {
        self.refuse(it.span, "decorators are not supported");
    }

    fn visit_import_declaration(&mut self, _it: &ImportDeclaration<'a>) {
        // `erase` comes back to imports when it is known what is used.
    }

    fn visit_export_named_declaration(&mut self, it: &ExportNamedDeclaration<'a>) {
        if it.export_kind.is_type() {
            return;
        }
        for specifier in it.specifiers.iter().filter(|it| !it.export_kind.is_type()) {
            self.used.insert(specifier.local.name().to_string());
        }
    }

    fn visit_export_from_declaration(&mut self, it: &ExportFromDeclaration<'a>) {
        if it.export_kind.is_type() {
            return self.remove(it.span);
        }
        let listed = it.specifiers.iter().map(|specifier| Listed {
            span: specifier.span,
            keep: !specifier.export_kind.is_type(),
        });
        let listed: Vec<Listed> = listed.collect();
        self.drop_names(&listed, it.source.span.start);
    }

    fn visit_export_all_declaration(&mut self, it: &ExportAllDeclaration<'a>) {
        if it.export_kind.is_type() {
            self.remove(it.span);
        }
    }

    fn visit_export_declaration(&mut self, it: &ExportDeclaration<'a>) {
        if is_type(&it.declaration) {
            self.remove(it.span);
        }
        if let Declaration::TSImportEqualsDeclaration(inner) = &it.declaration {
            self.refuse(
                inner.span,
                "`export import` is not supported: export the name by itself",
            );
        }
        self.visit_declaration(&it.declaration);
    }

    fn visit_export_default_declaration(&mut self, it: &ExportDefaultDeclaration<'a>) {
        match &it.declaration {
            ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => self.remove(it.span),
            ExportDefaultDeclarationKind::FunctionDeclaration(inner) if inner.body.is_none() => {
                self.remove(it.span);
            }
            _ => walk::walk_export_default_declaration(self, it),
        }
    }

    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        if it.declare {
            return self.remove(it.span);
        }
        walk::walk_variable_declaration(self, it);
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        if let Some(annotation) = it.type_annotation.as_ref().filter(|_| it.definite) {
            self.blank_char(it.id.span().end, annotation.span.start, '!');
        }
        walk::walk_variable_declarator(self, it);
        // Without a value the type was what ended the declaration.
        if let Some(annotation) = it.type_annotation.as_ref().filter(|_| it.init.is_none()) {
            self.blank_behind(Span::new(it.span.start, annotation.span.start), it.span);
        }
    }

    fn visit_catch_parameter(&mut self, it: &CatchParameter<'a>) {
        walk::walk_catch_parameter(self, it);
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        if it.body.is_none() || it.declare {
            return self.remove(it.span);
        }
        walk::walk_function(self, it, flags);
    }

    fn visit_formal_parameter(&mut self, it: &FormalParameter<'a>) {
        if it.optional {
            let end = it
                .type_annotation
                .as_ref()
                .map_or(it.span.end, |it| it.span.start);
            self.blank_char(it.pattern.span().end, end, '?');
        }
        walk::walk_formal_parameter(self, it);
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        if it.declare {
            return self.remove(it.span);
        }
        let head_end = it
            .id
            .as_ref()
            .map_or(it.body.span.start, |id| id.span.start);
        if it.r#abstract {
            self.blank_word(it.span.start, head_end, "abstract");
        }
        if let (Some(first), Some(last)) = (it.implements.first(), it.implements.last()) {
            let before = self.text(it.span.start, first.span.start);
            if let Some(at) = before.rfind("implements") {
                self.patch.blank(it.span.start + at as u32, last.span.end);
            }
        }
        self.visit_decorators(&it.decorators);
        if let Some(id) = &it.id {
            self.visit_binding_identifier(id);
        }
        if let Some(parameters) = &it.type_parameters {
            self.visit_ts_type_parameter_declaration(parameters);
        }
        if let Some(heritage) = &it.heritage {
            self.visit_expression(&heritage.expression);
            if let Some(arguments) = &heritage.type_arguments {
                self.visit_ts_type_parameter_instantiation(arguments);
            }
        }
        self.derived.push(it.heritage.is_some());
        self.visit_class_body(&it.body);
        self.derived.pop();
    }

    fn visit_class_element(&mut self, it: &ClassElement<'a>) {
        walk::walk_class_element(self, it);
    }

    fn visit_ts_index_signature(&mut self, it: &TSIndexSignature<'a>) {
        self.remove(it.span);
    }

    fn visit_method_definition(&mut self, it: &MethodDefinition<'a>) {
        let is_abstract = it.r#type == MethodDefinitionType::TSAbstractMethodDefinition;
        if is_abstract || it.value.body.is_none() {
            return self.remove(it.span);
        }
        self.blank_modifiers(it.span.start, it.key.span().start);
        if it.optional {
            self.blank_char(it.key.span().end, it.value.span.start, '?');
        }
        if it.kind == MethodDefinitionKind::Constructor {
            self.assign_properties(&it.value);
        }
        walk::walk_method_definition(self, it);
    }

    fn visit_property_definition(&mut self, it: &PropertyDefinition<'a>) {
        let is_abstract = it.r#type == PropertyDefinitionType::TSAbstractPropertyDefinition;
        if is_abstract || it.declare {
            return self.remove(it.span);
        }
        self.blank_modifiers(it.span.start, it.key.span().start);
        let key_end = it.key.span().end;
        if let Some(annotation) = &it.type_annotation {
            self.blank_char(
                key_end,
                annotation.span.start,
                if it.definite { '!' } else { '?' },
            );
            if it.value.is_none() {
                self.patch
                    .replace(annotation.span.start, annotation.span.end, ";");
            }
        } else if it.optional {
            self.blank_char(key_end, it.span.end, '?');
        }
        walk::walk_property_definition(self, it);
    }

    fn visit_accessor_property(&mut self, it: &AccessorProperty<'a>) {
        self.refuse(it.span, "`accessor` members are not supported");
    }
}

impl Eraser<'_> {
    fn blank_word(&mut self, start: u32, end: u32, word: &str) {
        if let Some(at) = self.text(start, end).find(word) {
            let from = start + at as u32;
            self.patch.blank(from, from + word.len() as u32);
        }
    }
}
