use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use vita_app::{Device, Profile, SignedIn};
use vita_model::{Email, FamilyId, Name, Role, Timestamp, UserId};
use vita_store::Page;
use vita_store::logins::Login;

use super::page::NextCursor;
use super::word::UserRole;

/// An account that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterIn {
    /// The address to sign in with.
    #[schema(format = Email, max_length = 254, example = "ann@example.com")]
    email: String,
    /// At least 8 characters.
    #[schema(
        format = Password,
        min_length = 8,
        max_length = 256,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*$"
    )]
    password: String,
    /// What to be called.
    #[schema(max_length = 100)]
    name: Option<String>,
}

/// Who signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginIn {
    /// The address.
    #[schema(format = Email, max_length = 254, example = "ann@example.com")]
    email: String,
    /// The password.
    #[schema(format = Password, max_length = 256)]
    password: String,
}

/// Where the refresh token of a login goes.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LoginQuery {
    /// For browsers: the refresh token comes in a cookie that no script can read (`HttpOnly`,
    /// `SameSite=Strict`), and not in the body.
    #[param(value_type = Option<bool>)]
    cookie: Option<String>,
}

impl LoginQuery {
    pub(crate) fn wants_cookie(&self) -> bool {
        matches!(self.cookie.as_deref(), Some("true" | "1"))
    }
}

/// A login that is to go on: that of the refresh token, else that of the cookie.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RefreshIn {
    /// The refresh token. For 30 seconds it gets the same successor again.
    pub(crate) refresh_token: Option<String>,
}

/// A login that is to end: that of the refresh token, else that of the cookie, else that of the
/// access token.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LogoutIn {
    /// The refresh token, for a client whose access token has expired.
    pub(crate) refresh_token: Option<String>,
}

/// A login.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoginOut {
    /// For `Authorization: Bearer`.
    token: String,
    /// For `POST /api/auth/refresh`; not there when it is in a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    /// Seconds until `token` expires.
    expires_in: u64,
    user: UserOut,
}

/// An account as its owner sees it.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserOut {
    #[schema(value_type = String)]
    id: UserId,
    #[schema(value_type = String)]
    email: Email,
    /// May be empty.
    #[schema(value_type = String)]
    name: Name,
    #[schema(value_type = UserRole)]
    role: Role,
}

/// What an account may change of itself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserPatch {
    /// What to be called.
    #[schema(max_length = 100)]
    name: Option<String>,
}

/// Another password for somebody who knows the present one.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PasswordChangeIn {
    /// The present one. A wrong one counts as a failed login.
    #[schema(format = Password)]
    current_password: String,
    /// At least 8 characters.
    #[schema(format = Password, min_length = 8, max_length = 256)]
    new_password: String,
}

/// The account's own word that it wants to be deleted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountDeletionIn {
    /// The password. A wrong one counts as a failed login.
    #[schema(format = Password)]
    pub(crate) password: String,
}

/// A login that has not ended.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoginListedOut {
    #[schema(value_type = String)]
    id: FamilyId,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When its tokens were last exchanged.
    #[schema(value_type = String, format = DateTime)]
    last_used_at: Timestamp,
    /// The client's name for itself when it signed in.
    #[schema(required)]
    user_agent: Option<String>,
    /// The address that it signed in from.
    #[schema(required)]
    address: Option<String>,
    /// Whether it is the one that asks.
    current: bool,
}

/// A page of logins, latest begun first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoginsOut {
    logins: Vec<LoginListedOut>,
    #[schema(value_type = Option<String>, required)]
    next_cursor: NextCursor,
}

impl LoginsOut {
    /// The page, with `current` marked.
    pub(crate) fn new(page: Page<Login>, current: Option<&FamilyId>) -> Self {
        let listed = page.items.into_iter().map(|login| LoginListedOut {
            current: current == Some(&login.id),
            id: login.id,
            created_at: login.created_at,
            last_used_at: login.last_used_at,
            user_agent: login.user_agent,
            address: login.address,
        });
        Self {
            logins: listed.collect(),
            next_cursor: page.next.into(),
        }
    }
}

impl From<PasswordChangeIn> for vita_app::PasswordChange {
    fn from(change: PasswordChangeIn) -> Self {
        Self {
            current: change.current_password,
            new: change.new_password,
        }
    }
}

impl RegisterIn {
    pub(crate) fn at(self, device: Device) -> vita_app::RegisterIn {
        vita_app::RegisterIn {
            email: self.email,
            password: self.password,
            name: self.name.unwrap_or_default(),
            device,
        }
    }
}

impl LoginIn {
    pub(crate) fn at(self, device: Device) -> vita_app::LoginIn {
        vita_app::LoginIn {
            email: self.email,
            password: self.password,
            device,
        }
    }
}

impl From<UserPatch> for vita_app::ProfilePatch {
    fn from(patch: UserPatch) -> Self {
        Self { name: patch.name }
    }
}

impl LoginOut {
    /// The same where the refresh token goes another way.
    pub(crate) fn without_refresh_token(login: SignedIn) -> Self {
        Self {
            refresh_token: None,
            ..Self::from(login)
        }
    }
}

impl From<SignedIn> for LoginOut {
    fn from(login: SignedIn) -> Self {
        Self {
            token: login.token,
            refresh_token: Some(login.refresh_token),
            expires_in: login.expires_in_secs,
            user: login.user.into(),
        }
    }
}

impl From<Profile> for UserOut {
    fn from(profile: Profile) -> Self {
        Self {
            id: profile.id,
            email: profile.email,
            name: profile.name,
            role: profile.role,
        }
    }
}
