-- Pictures that people uploaded for models to begin from. `received` is false from the reservation of a
-- place for it until its file is stored; what stays so is cleared away.
CREATE TABLE reference_images (
    id               TEXT    NOT NULL PRIMARY KEY,
    owner_id         TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    format           TEXT    NOT NULL,
    size_bytes       BIGINT  NOT NULL,
    width            BIGINT  NOT NULL,
    height           BIGINT  NOT NULL,
    received         BOOLEAN NOT NULL,
    thumbnail_status TEXT    NOT NULL,
    thumbnail_job_id TEXT,
    failure          TEXT,
    created_at       BIGINT  NOT NULL,
    used_at          BIGINT
);

CREATE INDEX reference_images_by_owner ON reference_images (owner_id, created_at, id);
CREATE INDEX reference_images_unreceived ON reference_images (created_at) WHERE NOT received;

-- Which images a generation begins from, in order. An image may be gone when the generation has ended,
-- so its id refers to nothing that must be there.
CREATE TABLE generation_references (
    generation_id TEXT   NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
    position      BIGINT NOT NULL,
    image_id      TEXT   NOT NULL,
    PRIMARY KEY (generation_id, position)
);

CREATE INDEX generation_references_by_image ON generation_references (image_id);
