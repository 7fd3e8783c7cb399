use serde::Serialize;
use vita_store::Cursor;

/// Where the next page begins, as clients send it back.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct NextCursor(Option<String>);

impl From<Option<Cursor>> for NextCursor {
    fn from(next: Option<Cursor>) -> Self {
        Self(next.map(|cursor| cursor.to_string()))
    }
}
