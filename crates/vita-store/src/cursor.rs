//! Places in a list. A cursor names the last row that was given, by the values that order the list,
//! so rows that are added meanwhile move nothing.

use std::fmt;
use std::str::FromStr;

use vita_model::Timestamp;

/// Longest cursor that is read, in bytes: a moment, a dot and the longest id.
const CURSOR_BYTES_MAX: usize = 96;

/// The last row of a page in a list that is ordered by a moment or a position, then by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The moment, in microseconds, or the position.
    pub order: i64,
    /// The row's id.
    pub id: String,
}

impl Cursor {
    /// The place of the row `id` in a list ordered by `moment`.
    pub fn at(moment: Timestamp, id: impl AsRef<str>) -> Self {
        Self {
            order: moment.as_micros(),
            id: id.as_ref().to_owned(),
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.order, self.id)
    }
}

/// A cursor that no list of this installation gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cursor is not one that this list gave; begin without one")]
pub struct InvalidCursor;

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        if text.len() > CURSOR_BYTES_MAX {
            return Err(InvalidCursor);
        }
        let (order, id) = text.split_once('.').ok_or(InvalidCursor)?;
        let order = order.parse().map_err(|_| InvalidCursor)?;
        let sane = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if id.is_empty() || !id.bytes().all(sane) {
            return Err(InvalidCursor);
        }
        Ok(Self {
            order,
            id: id.to_owned(),
        })
    }
}

/// The bound of a list that begins with the greatest: what is listed comes before it. Without a
/// cursor it is greater than any row's place.
pub(crate) fn before(after: Option<&Cursor>) -> (i64, &str) {
    after.map_or((i64::MAX, ""), |cursor| (cursor.order, cursor.id.as_str()))
}

/// How many rows a page has, 1 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageSize(i64);

impl PageSize {
    /// The size when none is asked for.
    pub const DEFAULT: Self = Self(20);
    /// The largest page.
    pub const MAX: Self = Self(100);

    /// A size of `rows`, or nothing when it is not 1 to 100.
    pub fn new(rows: i64) -> Option<Self> {
        (1..=Self::MAX.0).contains(&rows).then_some(Self(rows))
    }

    /// Rows on the page.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Rows to ask the database for: one more than the page has, which tells whether another page
    /// follows.
    pub const fn with_lookahead(self) -> i64 {
        self.0 + 1
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; none at the end.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Makes a page of rows that were read with [`PageSize::with_lookahead`].
    pub fn from_rows(mut rows: Vec<T>, size: PageSize, cursor: impl Fn(&T) -> Cursor) -> Self {
        let has_more = rows.len() > size.0 as usize;
        rows.truncate(size.0 as usize);
        let next = rows.last().filter(|_| has_more).map(cursor);
        Self { items: rows, next }
    }

    /// The same page with each row turned into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(turn).collect(),
            next: self.next,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cursors_come_back_and_strangers_do_not() {
        let cursor = Cursor::at(Timestamp::from_micros(-5), "prj_1");
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for bad in [
            "",
            ".",
            "1.",
            ".a",
            "x.a",
            "1.a b",
            "1.\0",
            "99999999999999999999.a",
        ] {
            assert_eq!(bad.parse::<Cursor>(), Err(InvalidCursor), "{bad:?}");
        }
        assert!("1.a".repeat(50).parse::<Cursor>().is_err());
    }

    #[test]
    fn a_page_knows_whether_another_follows() {
        let size = PageSize::new(2).unwrap();
        let cursor = |row: &i64| Cursor {
            order: *row,
            id: "x".to_owned(),
        };
        let page = Page::from_rows(vec![1, 2, 3], size, cursor);
        assert_eq!(page.items, vec![1, 2]);
        assert_eq!(page.next.unwrap().order, 2);
        assert_eq!(Page::from_rows(vec![1, 2], size, cursor).next, None);
        assert!(PageSize::new(0).is_none() && PageSize::new(101).is_none());
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_was_written(order in any::<i64>(), id in "[A-Za-z0-9_-]{1,64}") {
            let cursor = Cursor { order, id };
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }

        /// Any text is a cursor in its one spelling, or none.
        #[test]
        fn any_text_is_read_without_a_panic(
            text in prop_oneof![any::<String>(), "[-+0-9]{0,22}\\.[ -~]{0,70}"],
        ) {
            if let Ok(cursor) = text.parse::<Cursor>() {
                prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
                prop_assert!(text.len() <= CURSOR_BYTES_MAX);
            }
        }
    }
}
