-- What its owner recognises a login by.
ALTER TABLE logins ADD COLUMN user_agent TEXT;
ALTER TABLE logins ADD COLUMN address TEXT;

CREATE INDEX users_by_age ON users (created_at, id);
-- Whether somebody is the last administrator is asked before each change of one.
CREATE INDEX users_admins ON users (id) WHERE role = 'admin';

-- Credentials for programs. Only the SHA-256 of a secret is kept. `scopes`: words with blanks between.
CREATE TABLE api_keys (
    id           TEXT   NOT NULL PRIMARY KEY,
    owner_id     TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         TEXT   NOT NULL,
    secret_hash  BYTEA  NOT NULL UNIQUE,
    scopes       TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT,
    last_used_at BIGINT
);

CREATE INDEX api_keys_by_owner ON api_keys (owner_id, created_at, id);

-- Single-use credentials for addresses, which browsers' sockets need. A ticket stands for the login or
-- the key that it was asked for with, and goes with it; `valid_until` is when a login's token ends.
CREATE TABLE tickets (
    ticket_hash BYTEA  NOT NULL PRIMARY KEY,
    owner_id    TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    login_id    TEXT   REFERENCES logins (id) ON DELETE CASCADE,
    key_id      TEXT   REFERENCES api_keys (id) ON DELETE CASCADE,
    valid_until BIGINT,
    expires_at  BIGINT NOT NULL
);

CREATE INDEX tickets_by_owner ON tickets (owner_id, expires_at);
CREATE INDEX tickets_by_login ON tickets (login_id) WHERE login_id IS NOT NULL;
CREATE INDEX tickets_by_key ON tickets (key_id) WHERE key_id IS NOT NULL;
CREATE INDEX tickets_by_expiry ON tickets (expires_at);

-- Logins that ended while an access token of theirs may still be about: what every process keeps in
-- memory. They outlive the logins themselves, which go with a deleted account.
CREATE TABLE ended_logins (
    login_id TEXT   NOT NULL PRIMARY KEY,
    ended_at BIGINT NOT NULL
);

CREATE INDEX ended_logins_by_age ON ended_logins (ended_at);

-- What administrators did. `actor_id` is NULL for the command line; the ids outlive the accounts.
CREATE TABLE audit_log (
    id         TEXT   NOT NULL PRIMARY KEY,
    actor_id   TEXT,
    action     TEXT   NOT NULL,
    subject_id TEXT,
    detail     TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX audit_log_by_age ON audit_log (created_at, id);
