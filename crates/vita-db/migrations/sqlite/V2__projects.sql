-- `scene_count` and `completed_cost` are the project's part of the read model.
CREATE TABLE projects (
    id             TEXT   NOT NULL PRIMARY KEY,
    owner_id       TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title          TEXT   NOT NULL,
    description    TEXT   NOT NULL,
    version        BIGINT NOT NULL,
    scene_count    BIGINT NOT NULL,
    completed_cost BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL
);

CREATE INDEX projects_by_owner ON projects (owner_id, updated_at, id);

-- `latest_*` and `completed_cost` are the scene's part of the read model: what lists show of its
-- latest generation, written in the transaction that changes the generation.
CREATE TABLE scenes (
    id                     TEXT    NOT NULL PRIMARY KEY,
    owner_id               TEXT    NOT NULL,
    project_id             TEXT    NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    position               BIGINT  NOT NULL,
    prompt                 TEXT    NOT NULL,
    duration_seconds       BIGINT  NOT NULL,
    selected_generation_id TEXT,
    version                BIGINT  NOT NULL,
    latest_generation_id   TEXT,
    latest_status          TEXT,
    latest_progress        BIGINT,
    latest_has_clip        BOOLEAN,
    latest_created_at      BIGINT,
    completed_cost         BIGINT  NOT NULL,
    created_at             BIGINT  NOT NULL,
    updated_at             BIGINT  NOT NULL
);

CREATE INDEX scenes_by_project ON scenes (project_id, position, id);

CREATE TABLE generations (
    id                TEXT    NOT NULL PRIMARY KEY,
    owner_id          TEXT    NOT NULL,
    project_id        TEXT    NOT NULL,
    scene_id          TEXT    NOT NULL REFERENCES scenes (id) ON DELETE CASCADE,
    job_id            TEXT    NOT NULL,
    status            TEXT    NOT NULL,
    progress          BIGINT  NOT NULL,
    stage             TEXT,
    prompt            TEXT    NOT NULL,
    model             TEXT    NOT NULL,
    requested_model   TEXT,
    resolution        TEXT    NOT NULL,
    duration_seconds  BIGINT  NOT NULL,
    aspect_ratio      TEXT    NOT NULL,
    seed              BIGINT  NOT NULL,
    cost              BIGINT  NOT NULL,
    has_clip          BOOLEAN NOT NULL,
    failure_code      TEXT,
    failure_message   TEXT,
    failure_retryable BOOLEAN,
    retry_of          TEXT,
    created_at        BIGINT  NOT NULL,
    updated_at        BIGINT  NOT NULL,
    started_at        BIGINT,
    ended_at          BIGINT
);

CREATE INDEX generations_by_scene ON generations (scene_id, created_at, id);
CREATE INDEX generations_by_owner ON generations (owner_id, created_at, id);
CREATE INDEX generations_by_project ON generations (project_id);
-- How many a person has waiting and running is asked at every new one; the index holds only those.
CREATE INDEX generations_open ON generations (owner_id, status) WHERE status IN ('queued', 'processing');

-- Files that nothing needs any more, written in the transaction that gives them up and worked off
-- by a job, so that neither a crash nor a large project leaves any behind.
CREATE TABLE doomed_blobs (
    prefix     TEXT   NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL
);
