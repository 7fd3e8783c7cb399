//! What must be known of a script's text before it is compiled.
//!
//! The parser recurses without a limit of its own, and a virtual user's stack is small. It therefore
//! runs on a thread with a stack that the longest admitted text can't use up; of longer texts no more
//! is known than a glance tells.

use oxc_allocator::Allocator;
use oxc_ast::ast::{ImportDeclarationSpecifier, Statement};
use oxc_parser::Parser;
use oxc_span::SourceType;
use std::collections::HashMap;

/// Most bytes of a text that is parsed.
const PARSED_BYTES_MAX: usize = 512 * 1024;

/// Most opening brackets of a text that is parsed: those cost the most stack.
const BRACKETS_MAX: usize = 60_000;

/// Address space for the parser's stack; only what is used becomes memory. A bracket takes less than
/// 8 KiB and any other byte less than 1 KiB, so the longest text fits.
const PARSER_STACK_BYTES: usize = 1024 * 1024 * 1024;

/// What must be known of a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outline {
    /// Whether it is a module of today's form.
    pub(super) is_module: bool,
    /// Whether it asks for `import.meta`.
    pub(super) uses_meta: bool,
    /// The names that it imports, by the module's name as written.
    pub(super) imports: HashMap<String, Vec<String>>,
}

impl Outline {
    pub(super) fn of(text: &str) -> Self {
        if !text.contains("import") && !text.contains("export") {
            return Self::default();
        }
        let brackets = text.bytes().filter(|byte| b"([{<".contains(byte)).count();
        if text.len() > PARSED_BYTES_MAX || brackets > BRACKETS_MAX {
            return Self::glance(text);
        }
        let parsed = std::thread::scope(|scope| {
            let parser = std::thread::Builder::new()
                .name("outline".to_owned())
                .stack_size(PARSER_STACK_BYTES)
                .spawn_scoped(scope, || Self::parse(text));
            parser.ok().and_then(|parser| parser.join().ok())
        });
        parsed.unwrap_or_else(|| Self::glance(text))
    }

    /// Statements of modules begin a line in whatever a person or a bundler writes.
    fn glance(text: &str) -> Self {
        let is_module = text.lines().any(|line| {
            let line = line.trim_start();
            line.starts_with("import ") || line.starts_with("import{") || line.starts_with("export")
        });
        Self {
            is_module,
            uses_meta: text.contains("import.meta"),
            imports: HashMap::new(),
        }
    }

    fn parse(text: &str) -> Self {
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, text, SourceType::unambiguous()).parse();
        let record = &parsed.module_record;
        let mut imports: HashMap<String, Vec<String>> = HashMap::new();
        for statement in &parsed.program.body {
            collect_imports(statement, &mut imports);
        }
        Self {
            // A text that can't be parsed is compiled as a module, whose errors tell the place.
            is_module: record.has_module_syntax || !parsed.diagnostics.is_empty(),
            uses_meta: !record.import_metas.is_empty(),
            imports,
        }
    }
}

fn collect_imports(statement: &Statement<'_>, imports: &mut HashMap<String, Vec<String>>) {
    match statement {
        Statement::ImportDeclaration(import) => {
            let names = imports.entry(import.source.value.to_string()).or_default();
            for specifier in import.specifiers.iter().flatten() {
                if let ImportDeclarationSpecifier::ImportSpecifier(specifier) = specifier {
                    names.push(specifier.imported.name().to_string());
                }
            }
        }
        Statement::ExportFromDeclaration(export) => {
            let names = imports.entry(export.source.value.to_string()).or_default();
            let exported = export.specifiers.iter();
            names.extend(exported.map(|one| one.local.name().to_string()));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_found_and_strings_are_not_taken_for_them() {
        let outline = Outline::of(
            "import http, { get as g } from 'k6/http'; // import x\nconst s = `export`;",
        );
        assert!(outline.is_module && !outline.uses_meta);
        assert_eq!(outline.imports["k6/http"], ["get"]);
        assert!(!Outline::of("const s = 'import x';\nexports.a = `export`;").is_module);
    }

    #[test]
    fn deep_nesting_does_not_use_up_the_stack() {
        let deep = |count: usize| {
            format!(
                "import 'k6';\nconst x = {}1{};",
                "(".repeat(count),
                ")".repeat(count)
            )
        };
        assert!(Outline::of(&deep(50_000)).is_module);
        assert!(Outline::of(&deep(100_000)).is_module);
        assert!(
            Outline::of(&format!(
                "import 'k6';\nconst x = {}1;",
                "!".repeat(400_000)
            ))
            .is_module
        );
    }
}
