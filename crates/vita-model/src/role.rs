use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Runs the installation; also may do whatever a creator may.
    Admin,
    /// Owns projects and videos.
    Creator,
    /// Sees what the creators they are enrolled with publish.
    Student,
}

impl Role {
    /// The word in the database, in tokens and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Creator => "creator",
            Self::Student => "student",
        }
    }

    /// Whether the role owns projects.
    pub const fn may_create(self) -> bool {
        matches!(self, Self::Admin | Self::Creator)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "admin" => Ok(Self::Admin),
            "creator" => Ok(Self::Creator),
            "student" => Ok(Self::Student),
            _ => Err(()),
        }
    }
}
