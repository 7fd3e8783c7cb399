use serde::{Deserialize, Serialize};
use serde_json::json;
use vita_db::Tx;
use vita_model::{Credits, Email, FamilyId, Name, Role, Timestamp, UserId};
use vita_store::accounts::{self, ListedUser, User};
use vita_store::credits::{self, Posting};
use vita_store::{Page, logins};

use super::Profile;
use crate::command::Command;
use crate::{App, AppError, Caller, PageIn, audit};

/// Most credits that are given or taken at once.
const CREDITS_MAX: i64 = 1_000_000_000;

/// Most characters of the beginning of an address that is looked for.
const PREFIX_CHARS_MAX: usize = Email::CHARS_MAX;

/// An account as an administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagedUser {
    /// Its id.
    pub id: UserId,
    /// What it signs in with.
    pub email: Email,
    /// What it is called; may be empty.
    pub name: Name,
    /// What it may do.
    pub role: Role,
    /// Whether it is kept out.
    pub disabled: bool,
    /// What it can still spend.
    pub balance: Credits,
    /// What waits for its generations to end.
    pub reserved: Credits,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What an administrator changes in an account. What is not named stays.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    /// What it may do from now on. Its logins end.
    pub role: Option<Role>,
    /// Whether it is kept out. Its logins end, and its API keys are worth nothing until it is let in
    /// again; what waits or runs goes on, as it is paid for.
    pub disabled: Option<bool>,
    /// Credits to add, or to take back when negative.
    pub credits: Option<Credits>,
}

/// What came of a change.
#[derive(Serialize, Deserialize)]
struct Changed {
    user: ManagedUser,
    ended: Vec<FamilyId>,
}

impl App {
    /// The accounts whose addresses begin with `prefix`, latest made first. Who may see them is the
    /// interface's to say.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a beginning that no address has.
    pub async fn list_users(
        &self,
        caller: &Caller,
        prefix: &str,
        page: &PageIn,
    ) -> Result<Page<ManagedUser>, AppError> {
        let (size, after) = page.parse()?;
        let prefix = prefix.trim().to_lowercase();
        if prefix.chars().count() > PREFIX_CHARS_MAX || prefix.contains(char::is_control) {
            let detail = format!("must have at most {PREFIX_CHARS_MAX} visible characters");
            return Err(AppError::invalid("email", "MALFORMED", detail));
        }
        let found = self.query(caller, (prefix, size, after), |tx, query| {
            Box::pin(async move {
                let (prefix, size, after) = &query.args;
                Ok(accounts::list_users(tx, prefix, *size, after.as_ref()).await?)
            })
        });
        Ok(found.await?.map(ManagedUser::from))
    }

    /// Changes what an account may do, and what it has; answers how it is now.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Invalid`] for an amount that is none;
    /// [`AppError::Conflict`] when no administrator would be left who can sign in, or when more
    /// credits are taken than there are.
    pub async fn update_user(
        &self,
        caller: &Caller,
        id: &UserId,
        change: UserChange,
    ) -> Result<ManagedUser, AppError> {
        if let Some(Credits(amount)) = change.credits
            && !(-CREDITS_MAX..=CREDITS_MAX).contains(&amount)
        {
            let detail = format!("must be -{CREDITS_MAX} to {CREDITS_MAX}");
            return Err(AppError::invalid("/credits", "OUT_OF_RANGE", detail));
        }
        let changed = self.command(caller, (id.clone(), change), |tx, command| {
            Box::pin(async move {
                let (id, change) = &command.args;
                update(tx, command, id, change).await
            })
        });
        let Changed { user, ended } = changed.await?;
        let now = self.0.now();
        let ended = ended.into_iter().map(|login| (login, now));
        self.0.accounts.ended.add(ended);
        self.0.accounts.keys.forget_all();
        Ok(user)
    }

    /// All administrators, the earliest made first; for the command line.
    ///
    /// # Errors
    /// [`AppError`] of the database.
    pub async fn list_admins(&self) -> Result<Vec<(Profile, bool)>, AppError> {
        let found = self.0.db.read((), |tx, ()| {
            Box::pin(async move { Ok::<_, AppError>(accounts::list_admins(tx).await?) })
        });
        let found = found.await?.into_iter();
        Ok(found
            .map(|user| {
                let disabled = user.disabled;
                (Profile::from(user), disabled)
            })
            .collect())
    }
}

async fn update<A>(
    tx: &mut Tx,
    command: &Command<A>,
    id: &UserId,
    change: &UserChange,
) -> Result<Changed, AppError> {
    let now = command.now;
    let found = accounts::lookup_user(tx, id).await?;
    let before = found.ok_or(AppError::NotFound("account"))?;
    let after = User {
        role: change.role.unwrap_or(before.role),
        disabled: change.disabled.unwrap_or(before.disabled),
        ..before.clone()
    };
    let mut ended = Vec::new();
    if (after.role, after.disabled) != (before.role, before.disabled) {
        if after.role != Role::Admin || after.disabled {
            refuse_without_admin(tx, &before, now).await?;
        }
        accounts::update_rights(tx, &after, now).await?;
        // A token says what its bearer may do; so those that say otherwise are worth nothing.
        ended = logins::revoke_other_logins(tx, id, None, now).await?;
    }
    if let Some(amount) = change.credits.filter(|amount| *amount != Credits(0)) {
        let posting = Posting {
            owner: id,
            entry: &command.new_id(),
            at: now,
        };
        if !credits::add_grant_if_covered(tx, posting, amount).await? {
            let message = "the account has fewer credits than that to take back";
            return Err(AppError::Conflict(message.to_owned()));
        }
    }
    let detail = json!({
        "role": change.role,
        "disabled": change.disabled,
        "credits": change.credits.map(|credits| credits.0),
    });
    let act = audit::act(&command.app, Some(command.owner()), "user.update", now);
    act.on(id.as_str()).with(&detail).write(tx).await?;
    let user = accounts::lookup_listed(tx, id).await?;
    let user = user.ok_or(AppError::NotFound("account"))?;
    Ok(Changed {
        user: user.into(),
        ended,
    })
}

/// Refuses to lose the last administrator who can sign in: nobody could make another but by the
/// command line.
pub(super) async fn refuse_without_admin(
    tx: &mut Tx,
    leaving: &User,
    now: Timestamp,
) -> Result<(), AppError> {
    if leaving.role != Role::Admin || leaving.disabled {
        return Ok(());
    }
    let admins = accounts::lock_admins(tx, now).await?;
    if admins.iter().any(|admin| *admin != leaving.id) {
        return Ok(());
    }
    let message = "this is the last administrator who can sign in; make another one first";
    Err(AppError::Conflict(message.to_owned()))
}

impl From<ListedUser> for ManagedUser {
    fn from(listed: ListedUser) -> Self {
        let ListedUser {
            user,
            balance,
            reserved,
        } = listed;
        Self {
            id: user.id,
            email: user.email,
            name: user.name,
            role: user.role,
            disabled: user.disabled,
            balance,
            reserved,
            created_at: user.created_at,
        }
    }
}
