//! Credit accounts and their ledger. Every change of an account is one line of the ledger, written
//! beside it; the UNIQUE constraint over generation and kind makes a second charge or a second
//! refund of the same generation impossible, whatever runs twice.

use serde::Serialize;
use vita_db::{DbError, Row, Sql, Tx, params};
use vita_model::{Credits, GenerationId, LedgerEntryId, LedgerKind, Timestamp, UserId};

use crate::{Cursor, Page, PageSize};

/// What an account has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Balance {
    /// What can still be spent.
    pub balance: Credits,
    /// What waits for generations to end; not part of `balance`.
    pub reserved: Credits,
}

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Its id.
    pub id: LedgerEntryId,
    /// What it records.
    pub kind: LedgerKind,
    /// The change of the balance.
    pub amount: Credits,
    /// The balance after it.
    pub balance_after: Credits,
    /// The generation that it is about.
    pub generation_id: Option<GenerationId>,
    /// When it was written.
    pub created_at: Timestamp,
}

/// A change of an account that is to be written.
#[derive(Clone, Copy, Debug)]
pub struct Posting<'a> {
    /// Whose account.
    pub owner: &'a UserId,
    /// The id of the line of the ledger.
    pub entry: &'a LedgerEntryId,
    /// When.
    pub at: Timestamp,
}

/// Opens the account of a new user with a first grant.
///
/// # Errors
/// [`DbError`].
pub async fn open_account(
    tx: &mut Tx,
    posting: Posting<'_>,
    grant: Credits,
) -> Result<(), DbError> {
    tx.execute(
        "INSERT INTO credit_accounts (owner_id, balance, reserved) VALUES ($1, 0, 0)",
        params![posting.owner],
    )
    .await?;
    add_grant(tx, posting, grant).await
}

/// Gives credits to an account.
///
/// # Errors
/// [`DbError`].
pub async fn add_grant(tx: &mut Tx, posting: Posting<'_>, amount: Credits) -> Result<(), DbError> {
    if add_grant_if_covered(tx, posting, amount).await? {
        Ok(())
    } else {
        Err(DbError::MissingRow)
    }
}

/// Gives credits to an account, or takes some back when the amount is negative. False, and nothing
/// written, when the balance does not reach.
///
/// # Errors
/// [`DbError`].
pub async fn add_grant_if_covered(
    tx: &mut Tx,
    posting: Posting<'_>,
    amount: Credits,
) -> Result<bool, DbError> {
    const ADD: &str = "UPDATE credit_accounts
         SET balance = balance + $2
         WHERE owner_id = $1
           AND balance + $2 >= 0
         RETURNING balance";
    let added = tx
        .query_opt(ADD, params![posting.owner, amount], |row| row.get(0))
        .await?;
    let Some(balance) = added else {
        return Ok(false);
    };
    add_entry(
        tx,
        posting,
        Change {
            kind: LedgerKind::Grant,
            amount,
            balance,
            generation: None,
        },
    )
    .await?;
    Ok(true)
}

/// Sets credits aside for a generation. False, and nothing written, when the balance does not
/// reach.
///
/// # Errors
/// [`DbError`].
pub async fn reserve(
    tx: &mut Tx,
    posting: Posting<'_>,
    generation: &GenerationId,
    cost: Credits,
) -> Result<bool, DbError> {
    const RESERVE: &str = "UPDATE credit_accounts
         SET balance = balance - $2,
             reserved = reserved + $2
         WHERE owner_id = $1
           AND balance >= $2
         RETURNING balance";
    let left = tx
        .query_opt(RESERVE, params![posting.owner, cost], |row| row.get(0))
        .await?;
    let Some(balance) = left else {
        return Ok(false);
    };
    let amount = cost.negated();
    let generation = Some(generation);
    add_entry(
        tx,
        posting,
        Change {
            kind: LedgerKind::Reserve,
            amount,
            balance,
            generation,
        },
    )
    .await?;
    Ok(true)
}

/// Turns the reservation for a generation into the price paid.
///
/// # Errors
/// [`DbError::Constraint`] when it was settled before.
pub async fn settle(
    tx: &mut Tx,
    posting: Posting<'_>,
    generation: &GenerationId,
    cost: Credits,
) -> Result<(), DbError> {
    const SETTLE: &str = "UPDATE credit_accounts
         SET reserved = reserved - $2
         WHERE owner_id = $1
         RETURNING balance";
    let balance = tx
        .query_one(SETTLE, params![posting.owner, cost], |row| row.get(0))
        .await?;
    let generation = Some(generation);
    let amount = Credits(0);
    add_entry(
        tx,
        posting,
        Change {
            kind: LedgerKind::Settle,
            amount,
            balance,
            generation,
        },
    )
    .await
}

/// Gives the reservation for a generation back.
///
/// # Errors
/// [`DbError::Constraint`] when it was given back before.
pub async fn refund(
    tx: &mut Tx,
    posting: Posting<'_>,
    generation: &GenerationId,
    cost: Credits,
) -> Result<(), DbError> {
    const REFUND: &str = "UPDATE credit_accounts
         SET balance = balance + $2,
             reserved = reserved - $2
         WHERE owner_id = $1
         RETURNING balance";
    let balance = tx
        .query_one(REFUND, params![posting.owner, cost], |row| row.get(0))
        .await?;
    let generation = Some(generation);
    add_entry(
        tx,
        posting,
        Change {
            kind: LedgerKind::Refund,
            amount: cost,
            balance,
            generation,
        },
    )
    .await
}

/// A reservation that comes back among others.
#[derive(Clone, Debug, Serialize)]
pub struct Refund {
    /// The id of the line of the ledger.
    pub entry: LedgerEntryId,
    /// For which generation it was made.
    pub generation: GenerationId,
    /// How much it is.
    pub cost: Credits,
}

/// Gives many reservations back in two statements.
///
/// # Errors
/// [`DbError::Constraint`] when one was given back before.
pub async fn refund_all(
    tx: &mut Tx,
    owner: &UserId,
    refunds: &[Refund],
    at: Timestamp,
) -> Result<(), DbError> {
    const ADD_ENTRIES: Sql = Sql::each(
        "INSERT INTO ledger
             (id, owner_id, kind, amount, balance_after, generation_id, created_at)
         SELECT refund.value ->> 'entry',
                $1,
                'refund',
                refund.value ->> 'cost',
                account.balance + SUM(refund.value ->> 'cost') OVER (ORDER BY refund.key),
                refund.value ->> 'generation',
                $3
         FROM json_each($2) AS refund
         JOIN credit_accounts AS account ON account.owner_id = $1",
        "INSERT INTO ledger
             (id, owner_id, kind, amount, balance_after, generation_id, created_at)
         SELECT refund.value ->> 'entry',
                $1,
                'refund',
                CAST(refund.value ->> 'cost' AS BIGINT),
                account.balance + CAST(
                    SUM(CAST(refund.value ->> 'cost' AS BIGINT)) OVER (ORDER BY refund.place)
                    AS BIGINT),
                refund.value ->> 'generation',
                $3
         FROM json_array_elements(CAST($2 AS JSON)) WITH ORDINALITY AS refund (value, place)
         JOIN credit_accounts AS account ON account.owner_id = $1",
    );
    const MOVE: &str = "UPDATE credit_accounts
         SET balance = balance + $2,
             reserved = reserved - $2
         WHERE owner_id = $1";
    let lines = serde_json::to_string(refunds).expect("ids and numbers can be written as JSON");
    let total = Credits(refunds.iter().map(|refund| refund.cost.0).sum());
    tx.execute(ADD_ENTRIES, params![owner, lines, at]).await?;
    tx.execute(MOVE, params![owner, total]).await?;
    Ok(())
}

/// What an account has.
///
/// # Errors
/// [`DbError::MissingRow`] for somebody without an account.
pub async fn find_balance(tx: &mut Tx, owner: &UserId) -> Result<Balance, DbError> {
    const FIND: &str = "SELECT balance, reserved
         FROM credit_accounts
         WHERE owner_id = $1";
    let read = |row: &Row<'_>| {
        Ok(Balance {
            balance: row.get(0)?,
            reserved: row.get(1)?,
        })
    };
    tx.query_one(FIND, params![owner], read).await
}

/// An account's ledger, latest first.
///
/// # Errors
/// [`DbError`].
pub async fn list_entries(
    tx: &mut Tx,
    owner: &UserId,
    size: PageSize,
    after: Option<&Cursor>,
) -> Result<Page<LedgerEntry>, DbError> {
    const LIST: &str = "SELECT id, kind, amount, balance_after, generation_id, created_at
         FROM ledger
         WHERE owner_id = $1
           AND (created_at, id) < ($2, $3)
         ORDER BY created_at DESC, id DESC
         LIMIT $4";
    let (order, id) = crate::cursor::before(after);
    let rows = tx
        .query(
            LIST,
            params![owner, order, id, size.with_lookahead()],
            read_entry,
        )
        .await?;
    Ok(Page::from_rows(rows, size, |entry| {
        Cursor::at(entry.created_at, &entry.id)
    }))
}

struct Change<'a> {
    kind: LedgerKind,
    amount: Credits,
    balance: Credits,
    generation: Option<&'a GenerationId>,
}

async fn add_entry(tx: &mut Tx, posting: Posting<'_>, change: Change<'_>) -> Result<(), DbError> {
    const ADD: &str = "INSERT INTO ledger
             (id, owner_id, kind, amount, balance_after, generation_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let Change {
        kind,
        amount,
        balance,
        generation,
    } = change;
    let Posting { owner, entry, at } = posting;
    tx.execute(
        ADD,
        params![entry, owner, kind, amount, balance, generation, at],
    )
    .await?;
    Ok(())
}

fn read_entry(row: &Row<'_>) -> Result<LedgerEntry, DbError> {
    Ok(LedgerEntry {
        id: row.get(0)?,
        kind: row.get_word(1)?,
        amount: row.get(2)?,
        balance_after: row.get(3)?,
        generation_id: row.get(4)?,
        created_at: row.get(5)?,
    })
}
