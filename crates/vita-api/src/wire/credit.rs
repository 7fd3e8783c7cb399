use serde::Serialize;
use utoipa::ToSchema;
use vita_model::{Credits, GenerationId, LedgerEntryId, LedgerKind, Timestamp};
use vita_store::Page;
use vita_store::credits::{Balance, LedgerEntry};

use super::page::NextCursor;
use super::word::LedgerEntryKind;

/// What an account has.
#[derive(Serialize, ToSchema)]
pub(crate) struct BalanceOut {
    /// What can still be spent.
    #[schema(value_type = i64)]
    balance: Credits,
    /// What waits for generations to end; not part of `balance`.
    #[schema(value_type = i64)]
    reserved: Credits,
}

/// A line of the ledger.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LedgerEntryOut {
    #[schema(value_type = String)]
    id: LedgerEntryId,
    #[schema(value_type = LedgerEntryKind)]
    kind: LedgerKind,
    /// The change of the balance.
    #[schema(value_type = i64)]
    amount: Credits,
    #[schema(value_type = i64)]
    balance_after: Credits,
    #[schema(value_type = Option<String>, required)]
    generation_id: Option<GenerationId>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// A page of the ledger, latest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LedgerOut {
    entries: Vec<LedgerEntryOut>,
    #[schema(value_type = Option<String>, required)]
    next_cursor: NextCursor,
}

impl From<Balance> for BalanceOut {
    fn from(balance: Balance) -> Self {
        Self {
            balance: balance.balance,
            reserved: balance.reserved,
        }
    }
}

impl From<LedgerEntry> for LedgerEntryOut {
    fn from(entry: LedgerEntry) -> Self {
        Self {
            id: entry.id,
            kind: entry.kind,
            amount: entry.amount,
            balance_after: entry.balance_after,
            generation_id: entry.generation_id,
            created_at: entry.created_at,
        }
    }
}

impl From<Page<LedgerEntry>> for LedgerOut {
    fn from(page: Page<LedgerEntry>) -> Self {
        Self {
            entries: page.items.into_iter().map(LedgerEntryOut::from).collect(),
            next_cursor: page.next.into(),
        }
    }
}
