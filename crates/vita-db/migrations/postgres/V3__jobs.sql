-- `run_at`, `priority`: when it is due, and before which others. `started_at`: its first start, by
-- which rates count. `lease_token`: whoever holds it may write, until `lease_until` or longer.
CREATE TABLE jobs (
    id                  TEXT   NOT NULL PRIMARY KEY,
    queue               TEXT   NOT NULL,
    kind                TEXT   NOT NULL,
    owner_id            TEXT,
    concurrency_key     TEXT   NOT NULL,
    state               TEXT   NOT NULL
        CHECK (state IN ('queued', 'running', 'completed', 'failed', 'cancelled', 'dead')),
    priority            BIGINT NOT NULL,
    run_at              BIGINT NOT NULL,
    payload             TEXT   NOT NULL CHECK (length(payload) <= 65536),
    progress            BIGINT NOT NULL,
    stage               TEXT,
    attempts            BIGINT NOT NULL CHECK (attempts >= 0),
    attempts_max        BIGINT NOT NULL,
    lost_leases         BIGINT NOT NULL,
    lease_token         TEXT,
    lease_until         BIGINT,
    cancel_requested_at BIGINT,
    result              TEXT            CHECK (length(result) <= 65536),
    error_code          TEXT,
    error_message       TEXT,
    created_at          BIGINT NOT NULL,
    updated_at          BIGINT NOT NULL,
    started_at          BIGINT,
    ended_at            BIGINT,
    -- A job that runs has a lease, and no other has.
    CHECK ((state = 'running') = (lease_token IS NOT NULL AND lease_until IS NOT NULL)),
    CHECK (attempts <= attempts_max)
);

-- The order in which a queue is worked off: a higher priority first, then the longest due. The
-- columns behind `id` let a claim pass over jobs that must wait without reading their rows; SQLite
-- wants `state` among them for that, although it is the same in all.
CREATE INDEX jobs_ready
    ON jobs (queue, priority DESC, run_at, id, concurrency_key, kind, started_at, state)
    WHERE state = 'queued';
CREATE INDEX jobs_running ON jobs (queue, concurrency_key) WHERE state = 'running';
CREATE INDEX jobs_leased ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_started ON jobs (queue, started_at) WHERE started_at IS NOT NULL;
CREATE INDEX jobs_started_by_key ON jobs (queue, concurrency_key, started_at) WHERE started_at IS NOT NULL;
CREATE INDEX jobs_ended ON jobs (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX jobs_dead ON jobs (ended_at, id) WHERE state = 'dead';
CREATE INDEX jobs_by_owner ON jobs (owner_id, created_at, id) WHERE owner_id IS NOT NULL;

CREATE TABLE job_attempts (
    job_id        TEXT   NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    started_at    BIGINT NOT NULL,
    ended_at      BIGINT,
    outcome       TEXT,
    error_code    TEXT,
    error_message TEXT,
    lease_token   TEXT   NOT NULL PRIMARY KEY
);

CREATE INDEX job_attempts_by_job ON job_attempts (job_id, started_at);

-- Results of a job's finished steps, so that another attempt does not do them again.
CREATE TABLE job_steps (
    job_id      TEXT   NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    name        TEXT   NOT NULL,
    result      TEXT   NOT NULL CHECK (length(result) <= 1048576),
    finished_at BIGINT NOT NULL,
    PRIMARY KEY (job_id, name)
);

-- How long a queue's jobs take, as a moving average, and how many run at once, for the estimate of
-- a wait. Claims that must count across processes take turns on the queue's row.
CREATE TABLE queue_rates (
    queue       TEXT   NOT NULL PRIMARY KEY,
    mean_micros BIGINT NOT NULL,
    concurrency BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);

CREATE TABLE schedules (
    name        TEXT   NOT NULL PRIMARY KEY,
    next_run_at BIGINT NOT NULL,
    last_run_at BIGINT
);
