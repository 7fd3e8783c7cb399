//! Credits.

use vita_store::Page;
use vita_store::credits::{self, Balance, LedgerEntry};

use crate::{App, AppError, Caller, PageIn};

impl App {
    /// What the caller has.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn find_balance(&self, caller: &Caller) -> Result<Balance, AppError> {
        self.query(caller, (), |tx, query| {
            Box::pin(async move { Ok(credits::find_balance(tx, query.owner()).await?) })
        })
        .await
    }

    /// The caller's ledger, latest first.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn list_ledger(
        &self,
        caller: &Caller,
        page: &PageIn,
    ) -> Result<Page<LedgerEntry>, AppError> {
        let place = page.parse()?;
        self.query(caller, place, |tx, query| {
            Box::pin(async move {
                let (size, after) = &query.args;
                Ok(credits::list_entries(tx, query.owner(), *size, after.as_ref()).await?)
            })
        })
        .await
    }
}
