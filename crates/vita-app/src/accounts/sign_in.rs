use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use vita_db::Tx;
use vita_model::{Email, FamilyId, Password, Timestamp};
use vita_store::accounts::{self, Credentials, Rehash, User};
use vita_store::logins::{self, LoginOrigin, NewToken, TokenHash};
use vita_telemetry::metric;

use super::passwords::Verdict;
use super::secrets::RefreshToken;
use super::tokens::Bearer;
use super::{Profile, find_credentials};
use crate::app::Inner;
use crate::{App, AppError, FieldError};

/// Most characters of a client's name for itself that are kept.
const USER_AGENT_CHARS_MAX: usize = 200;

/// When to try again where somebody else changed the password at the same moment.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Where somebody signs in from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The address; failures are counted for it.
    pub address: IpAddr,
    /// The client's name for itself, as it says.
    pub user_agent: Option<String>,
}

/// Nowhere in particular, as for the command line.
impl Default for Device {
    fn default() -> Self {
        Self {
            address: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            user_agent: None,
        }
    }
}

/// Who wants to sign in.
#[derive(Clone, Default)]
pub struct LoginIn {
    /// The address.
    pub email: String,
    /// The password, in the clear.
    pub password: String,
    /// Where from.
    pub device: Device,
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
    /// Seconds until the refresh token expires.
    pub refresh_expires_in_secs: u64,
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
    expires_at: Timestamp,
    user_agent: Option<String>,
    address: Option<String>,
}

impl NewLogin {
    /// A login that begins now, and its first refresh token.
    pub(super) fn generate(inner: &Inner, device: &Device, now: Timestamp) -> (Self, RefreshToken) {
        let refresh_token = RefreshToken::generate(inner.entropy.as_ref());
        let is_known = !device.address.is_unspecified();
        let login = Self {
            id: inner.new_id(now),
            token: refresh_token.hash(),
            now,
            expires_at: now.plus(inner.accounts.refresh_token_life),
            user_agent: device.user_agent.as_deref().and_then(shown_user_agent),
            address: is_known.then(|| device.address.to_canonical().to_string()),
        };
        (login, refresh_token)
    }

    pub(super) async fn add(&self, tx: &mut Tx, owner: &User) -> Result<(), AppError> {
        let first = NewToken {
            login: &self.id,
            hash: &self.token,
            issued_at: self.now,
            expires_at: self.expires_at,
        };
        let origin = LoginOrigin {
            user_agent: self.user_agent.as_deref(),
            address: self.address.as_deref(),
        };
        Ok(logins::add_login(tx, &owner.id, first, origin).await?)
    }
}

/// What is kept of a client's name for itself: its beginning, without what a text cannot hold.
fn shown_user_agent(text: &str) -> Option<String> {
    let visible = text.chars().filter(|character| !character.is_control());
    let kept: String = visible.take(USER_AGENT_CHARS_MAX).collect();
    let kept = kept.trim();
    (!kept.is_empty()).then(|| kept.to_owned())
}

impl App {
    /// Signs somebody in.
    ///
    /// # Errors
    /// [`AppError::InvalidCredentials`] whatever of address and password was wrong, also for an
    /// account that is disabled; [`AppError::RateLimited`] after too many of those;
    /// [`AppError::Overloaded`] while too many passwords wait to be checked.
    pub async fn login(&self, input: LoginIn) -> Result<SignedIn, AppError> {
        let (email, password) = parse_login(&input)?;
        let address = input.device.address;
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
        self.begin_login(found, rehashed, &input.device, now).await
    }

    async fn begin_login(
        &self,
        checked: Credentials,
        rehashed: Option<String>,
        device: &Device,
        now: Timestamp,
    ) -> Result<SignedIn, AppError> {
        let (login, refresh_token) = NewLogin::generate(&self.0, device, now);
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
            expires_in_secs: self.accounts.access_token_life.as_secs(),
            refresh_expires_in_secs: self.accounts.refresh_token_life.as_secs(),
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
    // A change of the password ends the logins that it finds; it must find this one, or come first.
    accounts::hold_user(tx, &checked.user.id).await?;
    let found = accounts::lookup_credentials(tx, &checked.user.id).await?;
    let found = found
        .filter(|found| !found.user.disabled)
        .ok_or(AppError::InvalidCredentials)?;
    if found.password_hash != checked.password_hash {
        // It was changed, or hashed anew, since it was checked: the next attempt knows which.
        return Err(AppError::Overloaded {
            retry_after: TRY_AGAIN_AFTER,
        });
    }
    let user = found.user;
    if let Some(to) = rehashed {
        let from = checked.password_hash.as_str();
        accounts::update_password_hash(tx, &user.id, Rehash { from, to }, login.now).await?;
    }
    login.add(tx, &user).await?;
    Ok(user)
}

pub(super) fn bearer_of(user: &User, login: &FamilyId) -> Bearer {
    Bearer {
        user: user.id.clone(),
        role: user.role,
        login: login.clone(),
    }
}
