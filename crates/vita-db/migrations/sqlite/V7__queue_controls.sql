-- What administrators said about a queue. A row appears with the queue's first worker. A claim reads
-- the row and a pause writes it, so that after a pause has committed nothing is claimed any more.
CREATE TABLE queue_controls (
    queue      TEXT   NOT NULL PRIMARY KEY,
    paused_at  BIGINT,
    updated_at BIGINT NOT NULL
);

-- The ended jobs of a queue, listed and counted by how they ended.
CREATE INDEX jobs_ended_by_queue ON jobs (queue, state, ended_at, id) WHERE ended_at IS NOT NULL;
