use std::fmt;
use std::net::IpAddr;

use vita_db::Tx;
use vita_model::{Email, FamilyId, Password, Timestamp};
use vita_store::accounts::{self, Credentials, NewToken, Rehash, TokenHash, User};
use vita_telemetry::metric;

use super::passwords::Verdict;
use super::tokens::{
    ACCESS_TOKEN_LIFE, AccessTokenRefused, Bearer, REFRESH_TOKEN_LIFE, RefreshToken,
};
use super::{Profile, find_credentials};
use crate::app::Inner;
use crate::{App, AppError, Caller, FieldError};

/// Who wants to sign in.
#[derive(Clone, Default)]
pub struct LoginIn {
    /// The address.
    pub email: String,
    /// The password, in the clear.
    pub password: String,
}

/// A login that has begun or goes on, with the tokens that carry it.
#[derive(Clone)]
pub struct SignedIn {
    /// The access token.
    pub token: String,
    /// The refresh token, good for one exchange.
    pub refresh_token: String,
    /// Seconds until the access token expires.
    pub expires_in_secs: u64,
    /// Who signed in.
    pub user: Profile,
}

/// Without the tokens, so that no log can get them.
impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = &self.user;
        f.debug_struct("SignedIn")
            .field("user", user)
            .finish_non_exhaustive()
    }
}

/// A login that is to be written.
pub(super) struct NewLogin {
    pub(super) id: FamilyId,
    token: TokenHash,
    now: Timestamp,
}

impl NewLogin {
    /// A login that begins now, and its first refresh token.
    pub(super) fn generate(inner: &Inner, now: Timestamp) -> (Self, RefreshToken) {
        let refresh_token = RefreshToken::generate(inner.entropy.as_ref());
        let login = Self {
            id: inner.new_id(now),
            token: refresh_token.hash(),
            now,
        };
        (login, refresh_token)
    }

    pub(super) fn first_token(&self) -> NewToken<'_> {
        NewToken {
            login: &self.id,
            hash: &self.token,
            issued_at: self.now,
            expires_at: self.now.plus(REFRESH_TOKEN_LIFE),
        }
    }
}

impl App {
    /// Signs somebody in. `address` is whose failures are counted.
    ///
    /// # Errors
    /// [`AppError::InvalidCredentials`] whatever of address and password was wrong, also for an
    /// account that is disabled; [`AppError::RateLimited`] after too many of those;
    /// [`AppError::Overloaded`] while too many passwords wait to be checked.
    pub async fn login(&self, input: LoginIn, address: IpAddr) -> Result<SignedIn, AppError> {
        let (email, password) = parse_login(&input)?;
        let inner = &self.0;
        inner.accounts.check_limits(&email, address, inner.now())?;
        let found = find_credentials(inner, email.clone()).await?;
        let stored = found.as_ref().map(|found| found.password_hash.clone());
        let verdict = inner
            .accounts
            .passwords
            .verify(password, stored, inner.entropy.as_ref())
            .await?;
        let now = inner.now();
        let (Some(found), Verdict::Right { rehashed }) = (found, verdict) else {
            metric::LOGIN_FAILURES.add(1, []);
            inner.accounts.count_failure(&email, address, now)?;
            return Err(AppError::InvalidCredentials);
        };
        inner.accounts.check_limits(&email, address, now)?;
        self.begin_login(found, rehashed, now).await
    }

    /// Whom an access token names. Asks nobody: neither the database nor the disk.
    ///
    /// # Errors
    /// [`AppError::TokenExpired`] for one that was valid once, [`AppError::Unauthenticated`] for one
    /// that never was.
    pub fn verify_access(&self, token: &str) -> Result<Caller, AppError> {
        match self.0.accounts.tokens.verify(token, self.0.now()) {
            Ok(bearer) => Ok(Caller {
                user: bearer.user,
                role: bearer.role,
                login: Some(bearer.login),
                idempotency: None,
            }),
            Err(AccessTokenRefused::Expired) => Err(AppError::TokenExpired),
            Err(AccessTokenRefused::Invalid) => Err(AppError::Unauthenticated),
        }
    }

    async fn begin_login(
        &self,
        checked: Credentials,
        rehashed: Option<String>,
        now: Timestamp,
    ) -> Result<SignedIn, AppError> {
        let (login, refresh_token) = NewLogin::generate(&self.0, now);
        let id = login.id.clone();
        let user = self
            .0
            .db
            .write(
                (checked, rehashed, login),
                |tx, (checked, rehashed, login)| {
                    Box::pin(add_login(tx, checked, rehashed.as_deref(), login))
                },
            )
            .await?;
        let bearer = bearer_of(&user, &id);
        self.0.signed_in(user, &bearer, refresh_token, now)
    }
}

impl Inner {
    pub(super) fn signed_in(
        &self,
        user: User,
        bearer: &Bearer,
        refresh_token: RefreshToken,
        now: Timestamp,
    ) -> Result<SignedIn, AppError> {
        let signed = self.accounts.tokens.sign(bearer, now);
        Ok(SignedIn {
            token: signed.map_err(AppError::internal)?,
            refresh_token: refresh_token.reveal(),
            expires_in_secs: ACCESS_TOKEN_LIFE.as_secs(),
            user: Profile::from(user),
        })
    }
}

/// An address that is none, or a password that nobody can have, is told as such: it says nothing
/// about who has an account.
fn parse_login(input: &LoginIn) -> Result<(Email, Password), AppError> {
    match (
        Email::parse(&input.email),
        Password::presented(&input.password),
    ) {
        (Ok(email), Ok(password)) => Ok((email, password)),
        (email, password) => {
            let email = email
                .err()
                .map(|error| FieldError::from_text("/email", &error));
            let password = password
                .err()
                .map(|error| FieldError::from_text("/password", &error));
            Err(AppError::Invalid(
                email.into_iter().chain(password).collect(),
            ))
        }
    }
}

/// Begins the login of an account whose password was right, if the account is still there, and
/// answers it as it is now.
async fn add_login(
    tx: &mut Tx,
    checked: &Credentials,
    rehashed: Option<&str>,
    login: &NewLogin,
) -> Result<User, AppError> {
    let found = accounts::lookup_user(tx, &checked.user.id).await?;
    let user = found
        .filter(|user| !user.disabled)
        .ok_or(AppError::InvalidCredentials)?;
    if let Some(to) = rehashed {
        let from = checked.password_hash.as_str();
        accounts::update_password_hash(tx, &user.id, Rehash { from, to }, login.now).await?;
    }
    accounts::add_login(tx, &user.id, login.first_token()).await?;
    Ok(user)
}

pub(super) fn bearer_of(user: &User, login: &FamilyId) -> Bearer {
    Bearer {
        user: user.id.clone(),
        role: user.role,
        login: login.clone(),
    }
}
