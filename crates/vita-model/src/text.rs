use std::fmt;

use serde::{Deserialize, Serialize};

/// A text from outside was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    /// Nothing but white space where something is needed.
    #[error("must not be empty")]
    Empty,
    /// More characters than the limit.
    #[error("must have at most {max} characters; this has {found}")]
    TooLong {
        /// The limit, in characters.
        max: usize,
        /// What was found, in characters.
        found: usize,
    },
    /// Fewer characters than needed.
    #[error("must have at least {min} characters")]
    TooShort {
        /// The least, in characters.
        min: usize,
    },
    /// A character that text cannot hold: NUL or another control character.
    #[error("must not contain control characters")]
    ControlCharacter,
    /// Not of the form that the field has.
    #[error("{0}")]
    Malformed(&'static str),
}

impl InvalidText {
    /// A stable word for the `code` of a field's error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "EMPTY",
            Self::TooLong { .. } => "TOO_LONG",
            Self::TooShort { .. } => "TOO_SHORT",
            Self::ControlCharacter => "CONTROL_CHARACTER",
            Self::Malformed(_) => "MALFORMED",
        }
    }
}

/// Refuses control characters; `multiline` lets line breaks and tabs through. PostgreSQL cannot
/// store NUL in text at all, and the others only serve to deceive a reader.
fn check(text: &str, max: usize, multiline: bool) -> Result<(), InvalidText> {
    let allowed = |c: char| !c.is_control() || (multiline && matches!(c, '\n' | '\r' | '\t'));
    if !text.chars().all(allowed) {
        return Err(InvalidText::ControlCharacter);
    }
    let found = text.chars().count();
    if found > max {
        return Err(InvalidText::TooLong { max, found });
    }
    Ok(())
}

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, max: $max:expr, multiline: $multiline:expr, required: $required:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Most characters.
            pub const CHARS_MAX: usize = $max;

            /// Reads a text from outside; white space at its ends is dropped.
            ///
            /// # Errors
            /// [`InvalidText`] that says what to change.
            pub fn parse(text: &str) -> Result<Self, InvalidText> {
                let text = text.trim();
                check(text, Self::CHARS_MAX, $multiline)?;
                if $required && text.is_empty() {
                    return Err(InvalidText::Empty);
                }
                Ok(Self(text.to_owned()))
            }

            /// Wraps a text that this installation wrote itself.
            pub fn from_trusted(text: String) -> Self {
                Self(text)
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

text_type!(
    /// A project's title, on one line.
    Title, max: 200, multiline: false, required: true
);
text_type!(
    /// A project's description; may be empty.
    Description, max: 5_000, multiline: true, required: false
);
text_type!(
    /// What a scene shows; may be empty until a clip is asked for.
    Prompt, max: 2_000, multiline: true, required: false
);
text_type!(
    /// A person's name; may be empty.
    Name, max: 100, multiline: false, required: false
);

/// An address that people sign in with, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Most characters (RFC 5321 §4.5.3.1.3, less the angle brackets).
    pub const CHARS_MAX: usize = 254;

    /// Reads an address. Only the outline is checked (one `@`, something on both sides, no white
    /// space): whether it receives mail can only be found out by sending some.
    ///
    /// # Errors
    /// [`InvalidText`] that says what to change.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        let text = text.trim();
        check(text, Self::CHARS_MAX, false)?;
        let (local, domain) = text.split_once('@').unwrap_or_default();
        let plain = !text.contains(char::is_whitespace) && !domain.contains('@');
        if local.is_empty() || domain.is_empty() || !plain {
            return Err(InvalidText::Malformed(
                "must be an e-mail address such as name@example.com",
            ));
        }
        Ok(Self(text.to_lowercase()))
    }

    /// Wraps an address that this installation wrote itself.
    pub fn from_trusted(text: String) -> Self {
        Self(text)
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A password in the clear, on its way to be hashed; never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Fewest characters of a new password (NIST SP 800-63B §3.1.1.2 asks for at least 8).
    pub const CHARS_MIN: usize = 8;
    /// Most characters: room for any phrase, and a bound on what is hashed.
    pub const CHARS_MAX: usize = 256;

    /// Reads a password that somebody wants to have.
    ///
    /// # Errors
    /// [`InvalidText`] when it is too short, too long or holds control characters.
    pub fn parse_new(text: &str) -> Result<Self, InvalidText> {
        check(text, Self::CHARS_MAX, false)?;
        if text.chars().count() < Self::CHARS_MIN {
            return Err(InvalidText::TooShort {
                min: Self::CHARS_MIN,
            });
        }
        Ok(Self(text.to_owned()))
    }

    /// A password that somebody presents. One that no account can have is told like a wrong one,
    /// so only its length is bounded.
    ///
    /// # Errors
    /// [`InvalidText::TooLong`].
    pub fn presented(text: &str) -> Result<Self, InvalidText> {
        let found = text.chars().count();
        if found > Self::CHARS_MAX {
            return Err(InvalidText::TooLong {
                max: Self::CHARS_MAX,
                found,
            });
        }
        Ok(Self(text.to_owned()))
    }

    /// The password in the clear.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_trimmed_and_bounded() {
        assert_eq!(Title::parse("  Alps ").unwrap().as_str(), "Alps");
        assert_eq!(Title::parse(" \n "), Err(InvalidText::Empty));
        assert_eq!(Title::parse("a\0b"), Err(InvalidText::ControlCharacter));
        assert!(Title::parse(&"é".repeat(200)).is_ok());
        assert!(matches!(
            Title::parse(&"é".repeat(201)),
            Err(InvalidText::TooLong {
                max: 200,
                found: 201
            })
        ));
    }

    #[test]
    fn addresses_need_two_sides_and_fold_case() {
        assert_eq!(
            Email::parse("Ann@Example.com").unwrap().as_str(),
            "ann@example.com"
        );
        for bad in ["", "a", "@b", "a@", "a@b@c", "a b@c"] {
            assert!(Email::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_password_never_prints_itself() {
        let password = Password::parse_new("correct horse").unwrap();
        assert!(!format!("{password:?}").contains("horse"));
    }
}
