use vita_model::{FamilyId, Role, UserId};
use vita_store::{Cursor, PageSize};

use crate::AppError;

/// Who asks, taken from a verified credential and from nothing else.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Whose credential it is.
    pub user: UserId,
    /// What they may do.
    pub role: Role,
    /// The login that the credential belongs to; none for credentials that are no login's.
    pub login: Option<FamilyId>,
    /// The key under which the outcome of this write is kept, if the client sent one.
    pub idempotency: Option<Idempotency>,
}

/// A client's promise that two requests with this key are the same request.
#[derive(Clone, Debug)]
pub struct Idempotency {
    /// The key, 1 to 255 printable ASCII characters.
    pub key: String,
    /// SHA-256 of what is asked for: method, path and body.
    pub fingerprint: [u8; 32],
}

/// Which page of a list is wanted, as it was asked for.
#[derive(Clone, Debug, Default)]
pub struct PageIn {
    /// How many rows, 1 to 100; 20 when it is not said.
    pub limit: Option<i64>,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

impl PageIn {
    /// Checks what was asked for.
    pub(crate) fn parse(&self) -> Result<(PageSize, Option<Cursor>), AppError> {
        let size = match self.limit {
            None => PageSize::DEFAULT,
            Some(limit) => PageSize::new(limit)
                .ok_or_else(|| AppError::invalid("limit", "OUT_OF_RANGE", "must be 1 to 100"))?,
        };
        let cursor = match self.cursor.as_deref() {
            None | Some("") => None,
            Some(text) => Some(text.parse().map_err(|error: vita_store::InvalidCursor| {
                AppError::invalid("cursor", "BAD_CURSOR", error.to_string())
            })?),
        };
        Ok((size, cursor))
    }
}
