//! The JSON that goes in and out: `XIn` and `XPatch` come, `XOut` goes. Names are camelCase, times
//! RFC 3339, and what is not known in a body is refused by name.

pub(crate) mod account;
pub(crate) mod admin_job;
pub(crate) mod administration;
pub(crate) mod api_key;
pub(crate) mod credit;
pub(crate) mod dashboard;
pub(crate) mod export;
pub(crate) mod generation;
pub(crate) mod image;
pub(crate) mod job;
pub(crate) mod memory;
pub(crate) mod model;
pub(crate) mod notification;
pub(crate) mod page;
pub(crate) mod project;
pub(crate) mod queue;
pub(crate) mod scene;
pub(crate) mod service;
pub(crate) mod template;
pub(crate) mod video;
pub(crate) mod vital;
pub(crate) mod word;

use vita_model::InvalidText;

use crate::problem::{ApiError, FieldProblem};

/// All fields that were refused, as one failure.
fn refused<const N: usize>(fields: [Option<(&str, InvalidText)>; N]) -> ApiError {
    let problem = |(pointer, error): (&str, InvalidText)| {
        FieldProblem::new(pointer, error.code(), error.to_string())
    };
    ApiError::invalid(fields.into_iter().flatten().map(problem).collect())
}

/// A field that was refused, with its place.
fn at<T>(pointer: &str, read: Result<T, InvalidText>) -> Option<(&str, InvalidText)> {
    read.err().map(|error| (pointer, error))
}
