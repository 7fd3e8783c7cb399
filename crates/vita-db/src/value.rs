//! Values on their way into statements and out of rows, over the column types that both databases
//! have: TEXT, BIGINT, DOUBLE PRECISION, BOOLEAN, BLOB (BYTEA).

use std::str::FromStr;

use vita_model::{
    AspectRatio, Credits, Description, DurationSeconds, Email, FailureCode, GenerationStatus, Id,
    ImageFormat, LedgerKind, Name, Progress, Prompt, Resolution, Role, Stage, ThumbnailStatus,
    Timestamp, Title,
};

use crate::DbError;

/// Most characters of a column's value that an error repeats.
const VALUE_CHARS_SHOWN: usize = 40;

/// A borrowed value for a statement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Param<'a> {
    /// NULL.
    Null,
    /// BIGINT.
    Integer(i64),
    /// DOUBLE PRECISION.
    Real(f64),
    /// BOOLEAN.
    Boolean(bool),
    /// TEXT.
    Text(&'a str),
    /// BLOB or BYTEA.
    Bytes(&'a [u8]),
}

/// A value that can be a parameter of a statement.
pub trait ToParam {
    /// The value as a parameter.
    fn to_param(&self) -> Param<'_>;
}

/// The parameters `$1`, `$2` … of a statement, in order.
#[macro_export]
macro_rules! params {
    () => { &[] as &[$crate::Param<'_>] };
    ($($value:expr),+ $(,)?) => { &[$($crate::ToParam::to_param(&$value)),+] };
}

macro_rules! to_param {
    ($($type:ty => |$value:ident| $param:expr;)*) => {$(
        impl ToParam for $type {
            fn to_param(&self) -> Param<'_> {
                let $value = self;
                $param
            }
        }
    )*};
}

to_param! {
    i64 => |v| Param::Integer(*v);
    i32 => |v| Param::Integer(i64::from(*v));
    u32 => |v| Param::Integer(i64::from(*v));
    u8 => |v| Param::Integer(i64::from(*v));
    f64 => |v| Param::Real(*v);
    bool => |v| Param::Boolean(*v);
    str => |v| Param::Text(v);
    String => |v| Param::Text(v);
    [u8] => |v| Param::Bytes(v);
    Vec<u8> => |v| Param::Bytes(v);
    Timestamp => |v| Param::Integer(v.as_micros());
    Credits => |v| Param::Integer(v.0);
    Progress => |v| Param::Integer(i64::from(v.get()));
    DurationSeconds => |v| Param::Integer(i64::from(v.get()));
    Title => |v| Param::Text(v.as_str());
    Description => |v| Param::Text(v.as_str());
    Prompt => |v| Param::Text(v.as_str());
    Name => |v| Param::Text(v.as_str());
    Email => |v| Param::Text(v.as_str());
    Role => |v| Param::Text(v.as_str());
    GenerationStatus => |v| Param::Text(v.as_str());
    Stage => |v| Param::Text(v.as_str());
    FailureCode => |v| Param::Text(v.as_str());
    LedgerKind => |v| Param::Text(v.as_str());
    Resolution => |v| Param::Text(v.as_str());
    AspectRatio => |v| Param::Text(v.as_str());
    ImageFormat => |v| Param::Text(v.as_str());
    ThumbnailStatus => |v| Param::Text(v.as_str());
}

impl<const N: usize> ToParam for [u8; N] {
    fn to_param(&self) -> Param<'_> {
        Param::Bytes(self)
    }
}

impl<K> ToParam for Id<K> {
    fn to_param(&self) -> Param<'_> {
        Param::Text(self.as_str())
    }
}

impl<T: ToParam + ?Sized> ToParam for &T {
    fn to_param(&self) -> Param<'_> {
        T::to_param(self)
    }
}

impl<T: ToParam> ToParam for Option<T> {
    fn to_param(&self) -> Param<'_> {
        self.as_ref().map_or(Param::Null, ToParam::to_param)
    }
}

/// What a column of a row holds, over the types that both databases have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// NULL.
    Null,
    /// BIGINT, and on SQLite BOOLEAN, too.
    Integer(i64),
    /// DOUBLE PRECISION.
    Real(f64),
    /// BOOLEAN, on PostgreSQL.
    Boolean(bool),
    /// TEXT.
    Text(&'a str),
    /// BLOB or BYTEA.
    Bytes(&'a [u8]),
}

impl<'a> Value<'a> {
    const fn as_i64(self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(value),
            _ => None,
        }
    }

    const fn as_f64(self) -> Option<f64> {
        match self {
            Self::Real(value) => Some(value),
            _ => None,
        }
    }

    const fn as_bool(self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(value),
            Self::Integer(value) => Some(value != 0),
            _ => None,
        }
    }

    const fn as_str(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    const fn as_bytes(self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

/// One row of an answer.
pub struct Row<'a>(Source<'a>);

enum Source<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl<'a> Row<'a> {
    pub(crate) const fn from_sqlite(row: &'a rusqlite::Row<'a>) -> Self {
        Self(Source::Sqlite(row))
    }

    pub(crate) const fn from_postgres(row: &'a tokio_postgres::Row) -> Self {
        Self(Source::Postgres(row))
    }

    /// The value of the column at `column`, from 0.
    ///
    /// # Errors
    /// [`DbError::InconsistentColumn`] when it holds something else.
    pub fn get<T: FromColumn>(&self, column: usize) -> Result<T, DbError> {
        let value = self.raw(column)?;
        T::from_column(value).ok_or_else(|| inconsistent(column, value, T::EXPECTED))
    }

    /// The word in the column at `column` as one of an enumeration's.
    ///
    /// # Errors
    /// [`DbError::InconsistentColumn`] when the word is unknown.
    pub fn get_word<T: FromStr>(&self, column: usize) -> Result<T, DbError> {
        let value = self.raw(column)?;
        let word = value.as_str().and_then(|word| word.parse().ok());
        word.ok_or_else(|| inconsistent(column, value, "known word"))
    }

    /// As [`Row::get_word`], for a column that may be NULL.
    ///
    /// # Errors
    /// [`DbError::InconsistentColumn`] when the word is unknown.
    pub fn get_word_opt<T: FromStr>(&self, column: usize) -> Result<Option<T>, DbError> {
        if self.raw(column)? == Value::Null {
            return Ok(None);
        }
        self.get_word(column).map(Some)
    }

    fn raw(&self, column: usize) -> Result<Value<'_>, DbError> {
        match self.0 {
            Source::Sqlite(row) => crate::sqlite::read_value(row, column),
            Source::Postgres(row) => crate::postgres::read_value(row, column),
        }
    }
}

fn inconsistent(column: usize, value: Value<'_>, expected: &'static str) -> DbError {
    let value = match value {
        Value::Null => "NULL".to_owned(),
        Value::Integer(value) => value.to_string(),
        Value::Real(value) => value.to_string(),
        Value::Boolean(value) => value.to_string(),
        Value::Text(text) => text.chars().take(VALUE_CHARS_SHOWN).collect(),
        Value::Bytes(bytes) => format!("{} bytes", bytes.len()),
    };
    DbError::InconsistentColumn {
        column,
        value,
        expected,
    }
}

/// A value that a column can hold.
pub trait FromColumn: Sized {
    /// What the column should hold, for the error.
    const EXPECTED: &'static str;

    /// The value, if the column holds one of this kind.
    fn from_column(value: Value<'_>) -> Option<Self>;
}

macro_rules! from_column {
    ($($type:ty, $expected:literal => |$value:ident| $read:expr;)*) => {$(
        impl FromColumn for $type {
            const EXPECTED: &'static str = $expected;

            fn from_column($value: Value<'_>) -> Option<Self> {
                $read
            }
        }
    )*};
}

from_column! {
    i64, "whole number" => |v| v.as_i64();
    u32, "whole number from 0" => |v| v.as_i64()?.try_into().ok();
    f64, "number" => |v| v.as_f64();
    bool, "truth value" => |v| v.as_bool();
    String, "text" => |v| v.as_str().map(str::to_owned);
    Vec<u8>, "bytes" => |v| v.as_bytes().map(<[u8]>::to_vec);
    Timestamp, "moment" => |v| v.as_i64().map(Timestamp::from_micros);
    Credits, "amount of credits" => |v| v.as_i64().map(Credits);
    Progress, "percentage" => |v| v.as_i64()?.try_into().ok().map(Progress::new);
    DurationSeconds, "clip's length" => |v| DurationSeconds::new(v.as_i64()?);
    Title, "title" => |v| v.as_str().map(|v| Title::from_trusted(v.to_owned()));
    Description, "description" => |v| v.as_str().map(|v| Description::from_trusted(v.to_owned()));
    Prompt, "prompt" => |v| v.as_str().map(|v| Prompt::from_trusted(v.to_owned()));
    Name, "name" => |v| v.as_str().map(|v| Name::from_trusted(v.to_owned()));
    Email, "address" => |v| v.as_str().map(|v| Email::from_trusted(v.to_owned()));
}

impl<K> FromColumn for Id<K> {
    const EXPECTED: &'static str = "id";

    fn from_column(value: Value<'_>) -> Option<Self> {
        value.as_str().map(Self::from_trusted)
    }
}

impl<T: FromColumn> FromColumn for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_column(value).map(Some),
        }
    }
}
