use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vita_app::{Profile, SignedIn};
use vita_model::{Email, Name, Role, UserId};

use super::word::UserRole;

/// An account that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterIn {
    /// The address to sign in with.
    #[schema(format = Email, max_length = 254, example = "ann@example.com")]
    email: String,
    /// At least 8 characters.
    #[schema(format = Password, min_length = 8, max_length = 256)]
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
    #[schema(format = Email, example = "ann@example.com")]
    email: String,
    /// The password.
    #[schema(format = Password)]
    password: String,
}

/// A login that is to go on.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RefreshIn {
    /// The refresh token; each works once.
    pub(crate) refresh_token: String,
}

/// A login that is to end: that of the refresh token, else that of the access token.
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
    /// For `POST /api/auth/refresh`; works once.
    refresh_token: String,
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

impl From<RegisterIn> for vita_app::RegisterIn {
    fn from(new: RegisterIn) -> Self {
        Self {
            email: new.email,
            password: new.password,
            name: new.name.unwrap_or_default(),
        }
    }
}

impl From<LoginIn> for vita_app::LoginIn {
    fn from(login: LoginIn) -> Self {
        Self {
            email: login.email,
            password: login.password,
        }
    }
}

impl From<UserPatch> for vita_app::ProfilePatch {
    fn from(patch: UserPatch) -> Self {
        Self { name: patch.name }
    }
}

impl From<SignedIn> for LoginOut {
    fn from(login: SignedIn) -> Self {
        Self {
            token: login.token,
            refresh_token: login.refresh_token,
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
