use vita_model::{ApiKeyId, FamilyId, Role, Scope, Scopes, UserId};
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
    /// The API key that the credential is; none for all others.
    pub key: Option<KeyGrant>,
    /// The key under which the outcome of this write is kept, if the client sent one.
    pub idempotency: Option<Idempotency>,
}

/// Which API key somebody came with, and what it may be used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyGrant {
    /// Its id.
    pub id: ApiKeyId,
    /// What it may be used for.
    pub scopes: Scopes,
}

impl Caller {
    /// Somebody for whom this program itself acts, as the command line does.
    pub fn acting_for(user: UserId, role: Role) -> Self {
        Self {
            user,
            role,
            login: None,
            key: None,
            idempotency: None,
        }
    }

    /// Whether the credential may be used for this; only keys are limited.
    pub fn has_scope(&self, scope: Scope) -> bool {
        self.key.as_ref().is_none_or(|key| key.scopes.has(scope))
    }
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
