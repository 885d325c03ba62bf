-- The first schema: instance, projects and their keys, workspaces, threads, messages, scores.
--
-- One text for both engines. Ids are TEXT and sort by the time they were made; times are BIGINT
-- milliseconds since 1970 UTC; JSON is TEXT, validated before it gets here. Every table but the
-- instance's own leads its primary key and its indexes with project_id, so that a distributed
-- PostgreSQL can shard by project.

CREATE TABLE instance (
    id                 BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    -- A known text sealed with the instance secret: a node that holds another secret refuses to start.
    secret_check       BYTEA  NOT NULL,
    default_project_id TEXT,
    -- Raised by every write that changes who is let in (projects, keys, signing keys). Nodes poll it
    -- and drop what they remember when it moves.
    directory_version  BIGINT NOT NULL,
    created_at         BIGINT NOT NULL
);

CREATE TABLE organizations (
    id         TEXT   NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE projects (
    id               TEXT    NOT NULL PRIMARY KEY,
    organization_id  TEXT    NOT NULL REFERENCES organizations (id),
    name             TEXT    NOT NULL,
    anonymous_access BOOLEAN NOT NULL,
    -- NULL means unlimited.
    active_user_cap  BIGINT,
    created_at       BIGINT  NOT NULL,
    updated_at       BIGINT  NOT NULL
);

CREATE TABLE signing_keys (
    project_id         TEXT   NOT NULL REFERENCES projects (id),
    id                 TEXT   NOT NULL,
    public_key         BYTEA  NOT NULL,
    -- AES-256-GCM under the instance secret.
    private_key_sealed BYTEA  NOT NULL,
    created_at         BIGINT NOT NULL,
    -- NULL while the key signs; set by a rotation to the time until which it still verifies.
    retires_at         BIGINT,
    PRIMARY KEY (project_id, id)
);

CREATE TABLE api_keys (
    project_id   TEXT   NOT NULL REFERENCES projects (id),
    id           TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    -- SHA-256 of the whole key text, which is stored nowhere.
    hash         BYTEA  NOT NULL,
    suffix       TEXT   NOT NULL,
    expires_at   BIGINT,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (project_id, id)
);
CREATE UNIQUE INDEX api_keys_by_hash ON api_keys (project_id, hash);

CREATE TABLE anonymous_tokens (
    project_id TEXT   NOT NULL REFERENCES projects (id),
    -- SHA-256 of the refresh token.
    hash       BYTEA  NOT NULL,
    user_id    TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, hash)
);
CREATE INDEX anonymous_tokens_by_expiry ON anonymous_tokens (project_id, expires_at);

CREATE TABLE workspaces (
    project_id TEXT   NOT NULL REFERENCES projects (id),
    id         TEXT   NOT NULL,
    created_by TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, id)
);

CREATE TABLE threads (
    project_id      TEXT    NOT NULL REFERENCES projects (id),
    id              TEXT    NOT NULL,
    workspace_id    TEXT    NOT NULL,
    title           TEXT,
    external_id     TEXT,
    metadata        TEXT,
    is_archived     BOOLEAN NOT NULL,
    last_message_at BIGINT  NOT NULL,
    thumbs_up       BIGINT  NOT NULL,
    thumbs_down     BIGINT  NOT NULL,
    created_by      TEXT    NOT NULL,
    updated_by      TEXT    NOT NULL,
    created_at      BIGINT  NOT NULL,
    updated_at      BIGINT  NOT NULL,
    PRIMARY KEY (project_id, id)
);
CREATE INDEX threads_in_order
    ON threads (project_id, workspace_id, is_archived, last_message_at DESC, id DESC);
CREATE INDEX threads_by_external_id
    ON threads (project_id, workspace_id, external_id, created_at, id) WHERE external_id IS NOT NULL;

CREATE TABLE messages (
    project_id  TEXT   NOT NULL,
    thread_id   TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    parent_id   TEXT,
    external_id TEXT,
    -- 0 at a root, the parent's height + 1 below.
    height      BIGINT NOT NULL CHECK (height >= 0),
    format      TEXT   NOT NULL,
    content     TEXT   NOT NULL,
    created_by  TEXT   NOT NULL,
    updated_by  TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    PRIMARY KEY (project_id, thread_id, id),
    FOREIGN KEY (project_id, thread_id) REFERENCES threads (project_id, id)
);
CREATE INDEX messages_in_order
    ON messages (project_id, thread_id, height DESC, created_at DESC, id DESC);
CREATE UNIQUE INDEX messages_by_external_id
    ON messages (project_id, thread_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE scores (
    project_id   TEXT   NOT NULL REFERENCES projects (id),
    id           TEXT   NOT NULL,
    thread_id    TEXT,
    message_id   TEXT,
    run_id       TEXT,
    name         TEXT   NOT NULL,
    data_type    TEXT   NOT NULL,
    value        DOUBLE PRECISION,
    string_value TEXT,
    source       TEXT   NOT NULL,
    author_id    TEXT   NOT NULL,
    comment      TEXT,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    PRIMARY KEY (project_id, id)
);
CREATE UNIQUE INDEX scores_by_message
    ON scores (project_id, message_id, name, author_id) WHERE message_id IS NOT NULL;

-- One row for each end user who wrote a message in a UTC month ('2026-09').
CREATE TABLE active_users (
    project_id TEXT   NOT NULL REFERENCES projects (id),
    month      TEXT   NOT NULL,
    user_id    TEXT   NOT NULL,
    first_at   BIGINT NOT NULL,
    PRIMARY KEY (project_id, month, user_id)
);

-- The number of rows above, kept in the transaction that adds them; the cap is checked against it.
CREATE TABLE active_user_counts (
    project_id TEXT   NOT NULL REFERENCES projects (id),
    month      TEXT   NOT NULL,
    count      BIGINT NOT NULL,
    PRIMARY KEY (project_id, month)
);
