//! What is to be done at each kind of node.

use super::enums;
use super::eraser::{Eraser, Listed};
use oxc_ast::ast::{
    AccessorProperty, BindingIdentifier, CatchParameter, Class, ClassElement, Declaration,
    Decorator, ExportAllDeclaration, ExportDeclaration, ExportDefaultDeclaration,
    ExportDefaultDeclarationKind, ExportFromDeclaration, ExportNamedDeclaration, FormalParameter,
    Function, IdentifierReference, ImportDeclaration, MethodDefinition, MethodDefinitionKind,
    MethodDefinitionType, PropertyDefinition, PropertyDefinitionType, Statement, TSAsExpression,
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
        Declaration::TSInterfaceDeclaration(_)
        | Declaration::TSTypeAliasDeclaration(_)
        | Declaration::TSExternalModuleDeclaration(_)
        | Declaration::TSGlobalDeclaration(_) => true,
        Declaration::VariableDeclaration(it) => it.declare,
        Declaration::FunctionDeclaration(it) => it.body.is_none(),
        Declaration::ClassDeclaration(it) => it.declare,
        Declaration::TSEnumDeclaration(it) => it.declare,
        Declaration::TSNamespaceDeclaration(it) => it.declare || holds_types_only(&it.body),
        Declaration::TSImportEqualsDeclaration(_) => false,
    }
}
