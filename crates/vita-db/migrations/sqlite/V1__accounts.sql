CREATE TABLE users (
    id            TEXT    NOT NULL PRIMARY KEY,
    email         TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL,
    role          TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,
    disabled      BOOLEAN NOT NULL,
    created_at    BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL
);

-- One sign-in: the family of the refresh tokens that descend from it.
CREATE TABLE logins (
    id           TEXT   NOT NULL PRIMARY KEY,
    user_id      TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    revoked_at   BIGINT
);

CREATE INDEX logins_by_user ON logins (user_id, created_at);
CREATE INDEX logins_by_expiry ON logins (expires_at);

-- Only the SHA-256 of a token is kept, so that a copy of the database signs nobody in.
CREATE TABLE refresh_tokens (
    token_hash BLOB   NOT NULL PRIMARY KEY,
    login_id   TEXT   NOT NULL REFERENCES logins (id) ON DELETE CASCADE,
    issued_at  BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);

CREATE INDEX refresh_tokens_by_login ON refresh_tokens (login_id);

-- `balance` can be spent; `reserved` waits for generations to end. The ledger's amounts add up to
-- `balance`.
CREATE TABLE credit_accounts (
    owner_id TEXT   NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    balance  BIGINT NOT NULL CHECK (balance >= 0),
    reserved BIGINT NOT NULL CHECK (reserved >= 0)
);

CREATE TABLE ledger (
    id            TEXT   NOT NULL PRIMARY KEY,
    owner_id      TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind          TEXT   NOT NULL,
    amount        BIGINT NOT NULL,
    balance_after BIGINT NOT NULL,
    generation_id TEXT,
    created_at    BIGINT NOT NULL,
    UNIQUE (generation_id, kind)
);

CREATE INDEX ledger_by_owner ON ledger (owner_id, created_at, id);

-- The outcome of a write, kept with it, so that the same request again gets the same answer.
CREATE TABLE idempotency_keys (
    owner_id    TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    key         TEXT   NOT NULL,
    fingerprint BLOB   NOT NULL,
    outcome     TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (owner_id, key)
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
