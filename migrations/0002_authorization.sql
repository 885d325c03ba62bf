-- Who is let in by other issuers, from which origins, and who changed what.

-- A JSON array of origins; empty allows every origin.
ALTER TABLE projects ADD COLUMN allowed_origins TEXT NOT NULL DEFAULT '[]';

CREATE TABLE auth_rules (
    project_id         TEXT   NOT NULL REFERENCES projects (id),
    id                 TEXT   NOT NULL,
    name               TEXT   NOT NULL,
    -- The id of the preset that it was made from, or 'custom'.
    provider           TEXT   NOT NULL,
    issuer             TEXT,
    audience           TEXT,
    audience_claim     TEXT   NOT NULL,
    -- At most one of the two; neither means discovery at the issuer.
    jwks_url           TEXT,
    -- AES-256-GCM under the instance secret.
    secret_sealed      BYTEA,
    user_claim         TEXT   NOT NULL,
    user_prefix        TEXT,
    -- NULL means the user id.
    workspace          TEXT,
    workspace_fallback TEXT   NOT NULL,
    name_claim         TEXT,
    -- A JSON array of texts such as 'sts != pending'.
    conditions         TEXT   NOT NULL,
    -- Key sets fetched before are not used any more.
    keys_not_before    BIGINT NOT NULL,
    created_at         BIGINT NOT NULL,
    updated_at         BIGINT NOT NULL,
    PRIMARY KEY (project_id, id)
);

-- End users whose provider told a name.
CREATE TABLE users (
    project_id   TEXT   NOT NULL REFERENCES projects (id),
    id           TEXT   NOT NULL,
    display_name TEXT   NOT NULL,
    updated_at   BIGINT NOT NULL,
    PRIMARY KEY (project_id, id)
);

-- The client libraries that requests named, and when each was last seen.
CREATE TABLE sdks (
    project_id   TEXT   NOT NULL REFERENCES projects (id),
    name         TEXT   NOT NULL,
    version      TEXT   NOT NULL,
    last_seen_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, name, version)
);

CREATE TABLE audit_entries (
    project_id    TEXT   NOT NULL REFERENCES projects (id),
    id            TEXT   NOT NULL,
    action        TEXT   NOT NULL,
    resource_type TEXT   NOT NULL,
    resource_id   TEXT   NOT NULL,
    actor_type    TEXT   NOT NULL,
    actor_id      TEXT   NOT NULL,
    actor_label   TEXT   NOT NULL,
    -- JSON objects; secrets are left out.
    before        TEXT,
    after         TEXT,
    created_at    BIGINT NOT NULL,
    PRIMARY KEY (project_id, id)
);

-- Erasing a user looks for what they wrote and own.
CREATE INDEX threads_by_creator ON threads (project_id, created_by);
CREATE INDEX messages_by_creator ON messages (project_id, created_by);
CREATE INDEX scores_by_author ON scores (project_id, author_id);
CREATE INDEX anonymous_tokens_by_user ON anonymous_tokens (project_id, user_id);
CREATE INDEX threads_by_other_updater ON threads (project_id, updated_by) WHERE updated_by <> created_by;
CREATE INDEX messages_by_other_updater ON messages (project_id, updated_by) WHERE updated_by <> created_by;
