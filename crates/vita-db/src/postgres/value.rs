use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::{DbError, Param, Value};

/// What PostgreSQL expects before the text of a JSONB value: the version of its form.
const JSONB_VERSION: u8 = 1;

impl Param<'_> {
    /// The type under which the value is sent when the server is not asked first.
    pub(super) const fn type_(&self) -> Type {
        match self {
            // The server finds out.
            Self::Null => Type::UNKNOWN,
            Self::Integer(_) => Type::INT8,
            Self::Real(_) => Type::FLOAT8,
            Self::Boolean(_) => Type::BOOL,
            Self::Text(_) => Type::TEXT,
            Self::Bytes(_) => Type::BYTEA,
        }
    }
}

impl ToSql for Param<'_> {
    /// Writes the value in the form of the type that the server wants.
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match *self {
            Self::Null => return Ok(IsNull::Yes),
            Self::Integer(value) => match *ty {
                Type::INT8 => out.extend_from_slice(&value.to_be_bytes()),
                Type::INT4 => out.extend_from_slice(&i32::try_from(value)?.to_be_bytes()),
                Type::INT2 => out.extend_from_slice(&i16::try_from(value)?.to_be_bytes()),
                _ => return Err(unfit("a whole number", ty)),
            },
            Self::Real(value) if *ty == Type::FLOAT8 => {
                out.extend_from_slice(&value.to_be_bytes());
            }
            Self::Real(_) => return Err(unfit("a number", ty)),
            Self::Boolean(value) if *ty == Type::BOOL => out.extend_from_slice(&[u8::from(value)]),
            Self::Boolean(_) => return Err(unfit("a truth value", ty)),
            Self::Text(text) if is_text(ty) => write_text(text, out),
            Self::Text(text) if *ty == Type::JSONB => {
                out.extend_from_slice(&[JSONB_VERSION]);
                out.extend_from_slice(text.as_bytes());
            }
            Self::Text(_) => return Err(unfit("a text", ty)),
            Self::Bytes(bytes) if *ty == Type::BYTEA => out.extend_from_slice(bytes),
            Self::Bytes(_) => return Err(unfit("bytes", ty)),
        }
        Ok(IsNull::No)
    }

    /// Whether a type fits depends on the value, which [`Param::to_sql`] sees.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// PostgreSQL's texts hold no NUL, which SQLite's do; it is no reason to lose the rest, such as what a
/// program said before it died.
fn write_text(text: &str, out: &mut BytesMut) {
    if text.contains('\0') {
        out.extend_from_slice(text.replace('\0', "\u{fffd}").as_bytes());
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

fn is_text(ty: &Type) -> bool {
    matches!(
        *ty,
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::JSON | Type::UNKNOWN
    )
}

fn unfit(what: &str, ty: &Type) -> Box<dyn Error + Sync + Send> {
    format!("the statement takes a `{ty}` where it is given {what}").into()
}

impl<'a> FromSql<'a> for Value<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(match *ty {
            Type::INT8 => Self::Integer(i64::from_be_bytes(raw.try_into()?)),
            Type::INT4 => Self::Integer(i32::from_be_bytes(raw.try_into()?).into()),
            Type::INT2 => Self::Integer(i16::from_be_bytes(raw.try_into()?).into()),
            Type::BOOL => Self::Boolean(bool::from_sql(ty, raw)?),
            Type::FLOAT8 => Self::Real(f64::from_be_bytes(raw.try_into()?)),
            Type::FLOAT4 => Self::Real(f32::from_be_bytes(raw.try_into()?).into()),
            Type::BYTEA => Self::Bytes(raw),
            _ if is_text(ty) => Self::Text(std::str::from_utf8(raw)?),
            _ => {
                return Err(format!(
                    "it has the type `{ty}`, which is not one of both databases; write a CAST"
                )
                .into());
            }
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self::Null)
    }

    /// The message about a type that does not fit is [`Value::from_sql`]'s.
    fn accepts(_: &Type) -> bool {
        true
    }
}

pub(crate) fn read_value(row: &tokio_postgres::Row, column: usize) -> Result<Value<'_>, DbError> {
    row.try_get(column)
        .map_err(|error| DbError::Driver(super::error::chain(&error)))
}
