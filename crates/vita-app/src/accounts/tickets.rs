use std::time::Duration;

use vita_db::Tx;
use vita_model::Timestamp;
use vita_store::accounts::{self, User};
use vita_store::tickets::{self, Ticket, TicketHash};
use vita_store::{api_keys, logins};

use super::authenticate::{Proof, Verified};
use super::secrets::{SecretHash, TicketSecret};
use crate::{App, AppError, Caller};

/// How long a ticket waits to be used: from the answer that brought it to the connection that it is
/// for. Too low: slow lines fail; too high: an address that leaked is good for longer.
const TICKET_LIFE: Duration = Duration::from_secs(30);

/// A ticket that was made.
#[derive(Clone)]
pub struct CreatedTicket {
    /// What goes into the address; told this once.
    pub ticket: String,
    /// Seconds until it is worth nothing.
    pub expires_in_secs: u64,
}

impl App {
    /// Makes a ticket that opens one live connection in the name of the caller's credential.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] when the account or its login is gone.
    pub async fn add_ticket(&self, verified: &Verified) -> Result<CreatedTicket, AppError> {
        let Verified { caller, proof } = verified;
        let secret = TicketSecret::generate(self.0.entropy.as_ref());
        let now = self.0.now();
        let ticket = Ticket {
            owner: caller.user.clone(),
            login: caller.login.clone(),
            valid_until: match proof {
                Proof::AccessToken { ends_at } => Some(*ends_at),
                Proof::Key { .. } => None,
            },
            key: caller.key.as_ref().map(|key| key.id.clone()),
            expires_at: now.plus(TICKET_LIFE),
        };
        let added = self
            .0
            .db
            .write((ticket, secret.hash(), now), |tx, (ticket, hash, now)| {
                Box::pin(async move { Ok(tickets::add_ticket(tx, ticket, hash, *now).await?) })
            });
        self.or_gone(caller, added.await).await?;
        Ok(CreatedTicket {
            ticket: secret.reveal(),
            expires_in_secs: TICKET_LIFE.as_secs(),
        })
    }

    /// Whose ticket this is; it is worth nothing afterwards.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] for one that is worth nothing, whatever the reason.
    pub async fn redeem_ticket(&self, text: &str) -> Result<Verified, AppError> {
        let secret = TicketSecret::parse(text).ok_or(AppError::Unauthenticated)?;
        let now = self.0.now();
        let redeemed = self.0.db.write((secret.hash(), now), |tx, (hash, now)| {
            Box::pin(redeem(tx, hash, *now))
        });
        match redeemed.await?.ok_or(AppError::Unauthenticated)? {
            Redeemed::Login { ticket, user } => {
                let verified = Verified {
                    caller: Caller {
                        login: ticket.login,
                        ..Caller::acting_for(user.id, user.role)
                    },
                    proof: Proof::AccessToken {
                        ends_at: ticket.valid_until.unwrap_or(ticket.expires_at),
                    },
                };
                if self.still_stands(&verified).await {
                    Ok(verified)
                } else {
                    Err(AppError::Unauthenticated)
                }
            }
            Redeemed::Key(hash) => self.verify_key(hash).await,
        }
    }
}

/// What a ticket stood for.
enum Redeemed {
    Login { ticket: Ticket, user: User },
    Key(SecretHash),
}

/// Takes the ticket. Nothing for one that is worth nothing; that is no error, because it is taken
/// all the same.
async fn redeem(
    tx: &mut Tx,
    hash: &TicketHash,
    now: Timestamp,
) -> Result<Option<Redeemed>, AppError> {
    let taken = tickets::take_ticket(tx, hash).await?;
    let Some(ticket) = taken.filter(|ticket| ticket.expires_at > now) else {
        return Ok(None);
    };
    if let Some(key) = &ticket.key {
        let hash = api_keys::find_key_hash(tx, &ticket.owner, key).await?;
        let hash = hash.and_then(|hash| SecretHash::try_from(hash).ok());
        return Ok(hash.map(Redeemed::Key));
    }
    let is_open = match &ticket.login {
        Some(login) => logins::is_open(tx, &ticket.owner, login).await?,
        None => false,
    };
    let user = accounts::lookup_user(tx, &ticket.owner).await?;
    let user = user.filter(|user| is_open && !user.disabled);
    Ok(user.map(|user| Redeemed::Login { ticket, user }))
}
