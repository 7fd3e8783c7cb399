use vita_app::{AppError, FieldError};

use super::{ApiError, ErrorCode, FieldProblem};

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        let detail = error.to_string();
        match error {
            AppError::NotFound(_) => Self::new(ErrorCode::NotFound, detail),
            AppError::Conflict(_) => Self::new(ErrorCode::Conflict, detail),
            AppError::Stale => Self::new(ErrorCode::Stale, detail),
            AppError::Invalid(fields) => Self::invalid(fields.into_iter().map(problem).collect()),
            AppError::UnknownModel(_) => Self::new(ErrorCode::UnknownModel, detail),
            AppError::InsufficientCredits { .. } => {
                Self::new(ErrorCode::InsufficientCredits, detail)
            }
            AppError::IdempotencyMismatch => Self::new(ErrorCode::IdempotencyMismatch, detail),
            AppError::InvalidCredentials => Self::new(ErrorCode::InvalidCredentials, detail),
            AppError::Unauthenticated => Self::new(ErrorCode::Unauthenticated, detail),
            AppError::TokenExpired => Self::new(ErrorCode::TokenExpired, detail),
            AppError::Forbidden => Self::new(ErrorCode::Forbidden, detail),
            AppError::RateLimited { retry_after, .. } => {
                Self::new(ErrorCode::RateLimited, detail).with_retry_after(retry_after)
            }
            AppError::Overloaded { retry_after } => {
                Self::new(ErrorCode::Overloaded, detail).with_retry_after(retry_after)
            }
            AppError::OutcomeUnknown => Self::new(ErrorCode::OutcomeUnknown, detail),
            AppError::StorageFull => Self::new(ErrorCode::StorageFull, detail),
            AppError::Internal(source) => Self::internal(source),
        }
    }
}

fn problem(field: FieldError) -> FieldProblem {
    FieldProblem {
        pointer: field.pointer,
        code: field.code,
        detail: field.detail,
    }
}
