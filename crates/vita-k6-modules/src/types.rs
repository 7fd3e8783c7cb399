//! TypeScript to JavaScript, by blanking what is only types.
//!
//! The erased text has every remaining token in its line and column, so that messages need no source
//! map. What needs code (enums, parameter properties) gets it in the line where it stands.
//!
//! The parser recurses without a limit of its own. It therefore runs on a thread whose stack is
//! larger than what the longest admitted source can make it use.

mod enums;
mod eraser;
mod patch;
mod visit;

use eraser::Eraser;
use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_span::SourceType;

/// Most bytes of a TypeScript source. Each byte may cost the parser a level of recursion.
const SOURCE_BYTES_MAX: usize = 512 * 1024;
/// Most brackets open at once. People stay below twenty.
const BRACKET_DEPTH_MAX: usize = 1000;
/// Most opening brackets in all, wherever they are: those cost the most stack.
const BRACKETS_MAX: usize = 60_000;
/// Address space for the parser's stack; only what is used becomes memory. A bracket takes less than
/// 8 KiB and any other byte less than 1 KiB, so the longest source fits.
const PARSER_STACK_BYTES: usize = 1024 * 1024 * 1024;

/// Why a TypeScript source can't be run.
#[derive(Debug, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct TypeErasureError {
    /// The name of the source, as it was given.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// What is wrong, and what to do where that is known.
    pub message: String,
}

/// What is wrong at which byte.
struct Fault {
    at: usize,
    message: String,
}

/// Makes JavaScript of the TypeScript in `source`, each line and column where it was.
///
/// Imports that are used by types only are dropped, as a bundler does.
///
/// # Errors
/// When the source can't be parsed, is too large, or needs code that erasing can't make.
pub fn erase_types(source: &str, filename: &str) -> Result<String, TypeErasureError> {
    let erased = check_size(source).and_then(|()| erase_on_large_stack(source));
    erased.map_err(|fault| {
        let before = source.get(..fault.at).unwrap_or(source);
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        TypeErasureError {
            file: filename.to_owned(),
            line: before.matches('\n').count() as u32 + 1,
            column: before[line_start..].chars().count() as u32 + 1,
            message: fault.message,
        }
    })
}

fn check_size(source: &str) -> Result<(), Fault> {
    let fault = |at, message| Err(Fault { at, message });
    if source.len() > SOURCE_BYTES_MAX {
        let message = format!(
            "TypeScript of more than {SOURCE_BYTES_MAX} bytes is not supported: compile it to JavaScript first"
        );
        return fault(0, message);
    }
    let (mut depth, mut brackets) = (0_usize, 0_usize);
    for (at, byte) in source.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' | b'<' => brackets += 1,
            _ => {}
        }
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > BRACKET_DEPTH_MAX {
            return fault(
                at,
                format!("brackets are nested deeper than {BRACKET_DEPTH_MAX}"),
            );
        }
        if brackets > BRACKETS_MAX {
            return fault(
                at,
                format!("the source has more than {BRACKETS_MAX} brackets"),
            );
        }
    }
    Ok(())
}

fn erase_on_large_stack(source: &str) -> Result<String, Fault> {
    let failed = |message: String| Fault { at: 0, message };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("typescript".to_owned())
            .stack_size(PARSER_STACK_BYTES)
            .spawn_scoped(scope, || erase(source))
            .map_err(|error| failed(format!("no thread for the TypeScript parser: {error}")))?;
        thread
            .join()
            .unwrap_or_else(|_| Err(failed("the TypeScript parser gave up".to_owned())))
    })
}

fn erase(source: &str) -> Result<String, Fault> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, source, SourceType::ts().with_module(true)).parse();
    if let Some(error) = parsed.diagnostics.errors().next() {
        let at = error
            .labels
            .first()
            .map_or(0, |label| label.offset() as usize);
        return Err(Fault {
            at,
            message: error.message.to_string(),
        });
    }
    if parsed.panicked {
        return Err(Fault {
            at: 0,
            message: "the source can't be parsed".to_owned(),
        });
    }
    Eraser::new(source).erase(&parsed.program)
}
