CREATE TABLE notifications (
    id         TEXT   NOT NULL PRIMARY KEY,
    owner_id   TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind       TEXT   NOT NULL,
    title      TEXT   NOT NULL,
    body       TEXT   NOT NULL,
    link       TEXT,
    read_at    BIGINT,
    created_at BIGINT NOT NULL
);

CREATE INDEX notifications_by_owner ON notifications (owner_id, created_at, id);
CREATE INDEX notifications_unread ON notifications (owner_id) WHERE read_at IS NULL;
CREATE INDEX notifications_by_age ON notifications (created_at);
