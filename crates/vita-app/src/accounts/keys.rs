use vita_model::{ApiKeyId, Name, Role, Scope, Scopes, Timestamp, UserId};
use vita_store::api_keys::{self, ApiKey};
use vita_store::{Page, accounts};

use super::secrets::{KeySecret, SecretHash, key_hash};
use crate::{App, AppError, Caller, FieldError, PageIn};

/// Most API keys of one account; more than anybody can tell apart.
const KEYS_MAX: i64 = 100;

/// Fewest characters of a secret that somebody chose for a key.
const CHOSEN_SECRET_CHARS_MIN: usize = 12;

/// Most characters of one.
const CHOSEN_SECRET_CHARS_MAX: usize = 256;

/// An API key that is to be made.
#[derive(Clone, Debug, Default)]
pub struct ApiKeyIn {
    /// What to call it.
    pub name: String,
    /// What it may be used for; to read and to write when it is not said.
    pub scopes: Option<Vec<Scope>>,
    /// When it stops to be worth something, if ever.
    pub expires_at: Option<Timestamp>,
}

/// An API key that was made.
#[derive(Clone)]
pub struct CreatedKey {
    /// The key.
    pub key: ApiKey,
    /// What to send as the credential; told this once.
    pub secret: String,
}

/// An API key with a secret that somebody chose, for automation that brings its own.
#[derive(Clone)]
pub struct ProvisionedKey {
    /// Whose key it is to be.
    pub owner: UserId,
    /// What to call it.
    pub name: Name,
    /// The secret; who can guess it is let in.
    pub secret: String,
    /// What it may be used for.
    pub scopes: Scopes,
}

impl ProvisionedKey {
    /// What the database keeps of the secret.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for one that is too short or too long, has blanks, or reads like a
    /// credential of another sort.
    fn hash(&self) -> Result<SecretHash, AppError> {
        let length = self.secret.len();
        let fits = (CHOSEN_SECRET_CHARS_MIN..=CHOSEN_SECRET_CHARS_MAX).contains(&length);
        key_hash(&self.secret).filter(|_| fits).ok_or_else(|| {
            let detail = format!(
                "must have {CHOSEN_SECRET_CHARS_MIN} to {CHOSEN_SECRET_CHARS_MAX} visible ASCII \
                 characters, and not read like a token or a ticket"
            );
            AppError::invalid("/secret", "MALFORMED", detail)
        })
    }
}

impl App {
    /// Makes an API key for the caller. Its secret is not kept, so it can be told only now.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field that must change; [`AppError::Conflict`] when the
    /// caller has as many as one may have.
    pub async fn add_key(&self, caller: &Caller, input: ApiKeyIn) -> Result<CreatedKey, AppError> {
        let now = self.0.now();
        let key = self.parse_key(caller, &input, now)?;
        let secret = KeySecret::generate(self.0.entropy.as_ref());
        let args = (caller.user.clone(), key.clone(), secret.hash());
        let added = self.0.db.write(args, |tx, (owner, key, hash)| {
            Box::pin(async move {
                accounts::hold_user(tx, owner).await?;
                if api_keys::count_keys(tx, owner).await? >= KEYS_MAX {
                    return Err(AppError::Conflict(format!(
                        "an account has at most {KEYS_MAX} API keys; delete one first"
                    )));
                }
                Ok(api_keys::add_key(tx, owner, key, hash).await?)
            })
        });
        self.or_gone(caller, added.await).await?;
        tracing::info!(user.id = %caller.user, key.id = %key.id, "made an API key");
        Ok(CreatedKey {
            key,
            secret: secret.reveal(),
        })
    }

    /// Makes an API key with a given secret; one that is there already stays as it is, so that it
    /// can be done again. For the command line.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a secret that cannot be one; [`AppError::Conflict`] when it is
    /// another account's.
    pub async fn provision_key(&self, key: ProvisionedKey) -> Result<(), AppError> {
        let hash = key.hash()?;
        if let Some(found) = api_keys::find_bearer(&self.0.db, hash).await? {
            if found.owner == key.owner {
                return Ok(());
            }
            let message = "this secret is another account's; choose another";
            return Err(AppError::Conflict(message.to_owned()));
        }
        self.provision_keys(vec![key]).await
    }

    /// Makes API keys with given secrets, in one transaction; those whose secrets are there already
    /// stay as they are. For the command line.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a secret that cannot be one.
    pub async fn provision_keys(&self, keys: Vec<ProvisionedKey>) -> Result<(), AppError> {
        let now = self.0.now();
        let mut rows = Vec::with_capacity(keys.len());
        for key in keys {
            let hash = key.hash()?;
            let row = ApiKey {
                id: self.0.new_id(now),
                name: key.name,
                scopes: key.scopes,
                created_at: now,
                expires_at: None,
                last_used_at: None,
            };
            rows.push((key.owner, row, hash));
        }
        self.0
            .db
            .write(rows, |tx, rows| {
                Box::pin(async move {
                    for (owner, row, hash) in rows {
                        api_keys::add_missing_key(tx, owner, row, hash).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// The caller's API keys, latest made first.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn list_keys(
        &self,
        caller: &Caller,
        page: &PageIn,
    ) -> Result<Page<ApiKey>, AppError> {
        let place = page.parse()?;
        self.query(caller, place, |tx, query| {
            Box::pin(async move {
                let (size, after) = &query.args;
                Ok(api_keys::list_keys(tx, query.owner(), *size, after.as_ref()).await?)
            })
        })
        .await
    }

    /// Deletes one of the caller's API keys. It is worth nothing from then on: in this process at
    /// once, in others within seconds.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn delete_key(&self, caller: &Caller, id: &ApiKeyId) -> Result<(), AppError> {
        let args = (caller.user.clone(), id.clone());
        let deleted = self.0.db.write(args, |tx, (owner, id)| {
            Box::pin(async move { Ok::<_, AppError>(api_keys::delete_key(tx, owner, id).await?) })
        });
        let deleted = deleted.await?;
        self.0.accounts.keys.forget_all();
        if deleted {
            Ok(())
        } else {
            Err(AppError::NotFound("API key"))
        }
    }

    fn parse_key(
        &self,
        caller: &Caller,
        input: &ApiKeyIn,
        now: Timestamp,
    ) -> Result<ApiKey, AppError> {
        let name = Name::parse(&input.name)
            .map_err(|error| FieldError::from_text("/name", &error))
            .and_then(|name| {
                let is_empty = name.as_str().is_empty();
                let empty = || FieldError::new("/name", "EMPTY", "must not be empty");
                if is_empty { Err(empty()) } else { Ok(name) }
            });
        let scopes = parse_scopes(caller, input.scopes.as_deref());
        let expires_at = match input.expires_at {
            Some(moment) if moment <= now => {
                let detail = "must be in the future; leave it out for a key that does not expire";
                Err(FieldError::new("/expiresAt", "OUT_OF_RANGE", detail))
            }
            moment => Ok(moment),
        };
        match (name, scopes, expires_at) {
            (Ok(name), Ok(scopes), Ok(expires_at)) => Ok(ApiKey {
                id: self.0.new_id(now),
                name,
                scopes,
                created_at: now,
                expires_at,
                last_used_at: None,
            }),
            (name, scopes, expires_at) => {
                let refused = [name.err(), scopes.err(), expires_at.err()];
                Err(AppError::Invalid(refused.into_iter().flatten().collect()))
            }
        }
    }
}

fn parse_scopes(caller: &Caller, asked: Option<&[Scope]>) -> Result<Scopes, FieldError> {
    let Some(asked) = asked else {
        return Ok(Scopes::NONE.with(Scope::Read).with(Scope::Write));
    };
    let scopes: Scopes = asked.iter().copied().collect();
    if scopes == Scopes::NONE {
        let detail = "must name at least one of `read`, `write` and `admin`";
        return Err(FieldError::new("/scopes", "EMPTY", detail));
    }
    if scopes.has(Scope::Admin) && caller.role != Role::Admin {
        let detail = "only an administrator's key can have the scope `admin`";
        return Err(FieldError::new("/scopes", "NOT_ALLOWED", detail));
    }
    Ok(scopes)
}
