use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Money of the installation, in whole credits. Negative only as a change, never as a balance.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Credits(pub i64);

impl Credits {
    /// The other direction of the same amount.
    pub const fn negated(self) -> Self {
        Self(-self.0)
    }
}

impl fmt::Display for Credits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a line of the ledger records. The amounts of an account's lines always add up to its balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LedgerKind {
    /// Credits given to the account: a positive amount.
    Grant,
    /// Credits set aside for a generation: the negative of its cost.
    Reserve,
    /// The reservation became the price paid. The amount is what was reserved too much, mostly 0.
    Settle,
    /// The reservation came back: a positive amount.
    Refund,
}

impl LedgerKind {
    /// The word in the database and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::Reserve => "reserve",
            Self::Settle => "settle",
            Self::Refund => "refund",
        }
    }
}

impl FromStr for LedgerKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "grant" => Ok(Self::Grant),
            "reserve" => Ok(Self::Reserve),
            "settle" => Ok(Self::Settle),
            "refund" => Ok(Self::Refund),
            _ => Err(()),
        }
    }
}
