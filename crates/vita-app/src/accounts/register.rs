use vita_db::Tx;
use vita_model::{Credits, Email, LedgerEntryId, Name, Password, Role};
use vita_store::accounts::{self, User};
use vita_store::credits::{self, Posting};

use super::sign_in::{Device, NewLogin, bearer_of};
use super::{Profile, SignedIn, find_credentials};
use crate::{App, AppError, FieldError, audit};

/// The constraint that keeps an address to one account.
const ONE_ACCOUNT_AN_ADDRESS: &str = "users_email_key";

/// Who wants an account.
#[derive(Clone, Default)]
pub struct RegisterIn {
    /// The address to sign in with.
    pub email: String,
    /// The password, in the clear.
    pub password: String,
    /// A name to be called; may be empty.
    pub name: String,
    /// Where from.
    pub device: Device,
}

/// An account that is to be written.
struct NewAccount {
    user: User,
    password_hash: String,
    grant: Credits,
    grant_entry: LedgerEntryId,
}

impl App {
    /// Makes an account for a creator, with its first credits, and signs it in.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] when only administrators make accounts, [`AppError::Invalid`] with
    /// every field that must change, [`AppError::Conflict`] when the address has an account.
    pub async fn register(&self, input: RegisterIn) -> Result<SignedIn, AppError> {
        if !self.0.accounts.registration_open {
            return Err(AppError::Forbidden);
        }
        let applicant = Applicant::parse(&input)?;
        let account = self.prepare_account(applicant, Role::Creator).await?;
        let user = account.user.clone();
        let now = user.created_at;
        let (login, refresh_token) = NewLogin::generate(&self.0, &input.device, now);
        let bearer = bearer_of(&user, &login.id);
        self.0
            .db
            .write((account, login), |tx, (account, login)| {
                Box::pin(async move {
                    add_account(tx, account).await?;
                    login.add(tx, &account.user).await
                })
            })
            .await?;
        tracing::info!(user.id = %user.id, "registered an account");
        self.0.signed_in(user, &bearer, refresh_token, now)
    }

    /// Makes an administrator's account; for the command line.
    ///
    /// # Errors
    /// As [`App::register`], but that it does not matter who may register.
    pub async fn create_admin(&self, email: &str, password: &str) -> Result<Profile, AppError> {
        let applicant = Applicant::parse(&RegisterIn {
            email: email.to_owned(),
            password: password.to_owned(),
            ..RegisterIn::default()
        })?;
        let account = self.prepare_account(applicant, Role::Admin).await?;
        let profile = Profile::from(account.user.clone());
        let act = audit::act(&self.0, None, "admin.create", account.user.created_at)
            .on(account.user.id.as_str());
        self.0
            .db
            .write((account, act), |tx, (account, act)| {
                Box::pin(async move {
                    add_account(tx, account).await?;
                    Ok::<_, AppError>(act.write(tx).await?)
                })
            })
            .await?;
        tracing::info!(user.id = %profile.id, "made an administrator");
        Ok(profile)
    }

    async fn prepare_account(
        &self,
        applicant: Applicant,
        role: Role,
    ) -> Result<NewAccount, AppError> {
        let inner = &self.0;
        // The constraint decides; asking first saves the hash for an address that is taken.
        if find_credentials(inner, applicant.email.clone())
            .await?
            .is_some()
        {
            return Err(address_taken());
        }
        let password_hash = inner
            .accounts
            .passwords
            .hash(applicant.password, inner.entropy.as_ref())
            .await?;
        let now = inner.now();
        Ok(NewAccount {
            user: User {
                id: inner.new_id(now),
                email: applicant.email,
                name: applicant.name,
                role,
                disabled: false,
                created_at: now,
            },
            password_hash,
            grant: inner.config.initial_credits,
            grant_entry: inner.new_id(now),
        })
    }
}

/// Who asked for an account, with fields that an account can have.
struct Applicant {
    email: Email,
    password: Password,
    name: Name,
}

impl Applicant {
    fn parse(input: &RegisterIn) -> Result<Self, AppError> {
        let email = Email::parse(&input.email);
        let password = Password::parse_new(&input.password);
        let name = Name::parse(&input.name);
        match (email, password, name) {
            (Ok(email), Ok(password), Ok(name)) => Ok(Self {
                email,
                password,
                name,
            }),
            (email, password, name) => {
                let refused = [
                    email.err().map(|error| ("/email", error)),
                    password.err().map(|error| ("/password", error)),
                    name.err().map(|error| ("/name", error)),
                ];
                let refused = refused.into_iter().flatten();
                let fields = refused.map(|(field, error)| FieldError::from_text(field, &error));
                Err(AppError::Invalid(fields.collect()))
            }
        }
    }
}

async fn add_account(tx: &mut Tx, account: &NewAccount) -> Result<(), AppError> {
    let user = &account.user;
    accounts::add_user(tx, user, &account.password_hash)
        .await
        .map_err(|error| match error {
            error if error.violates(ONE_ACCOUNT_AN_ADDRESS) => address_taken(),
            error => AppError::from(error),
        })?;
    let posting = Posting {
        owner: &user.id,
        entry: &account.grant_entry,
        at: user.created_at,
    };
    credits::open_account(tx, posting, account.grant).await?;
    Ok(())
}

fn address_taken() -> AppError {
    AppError::Conflict(
        "an account with this e-mail address exists; sign in, or use another address".to_owned(),
    )
}
