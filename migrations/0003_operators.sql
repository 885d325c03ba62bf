-- Who operates an instance, and what the lists of its dashboard need.

CREATE TABLE operators (
    id               TEXT   NOT NULL PRIMARY KEY,
    -- In lower case.
    email            TEXT   NOT NULL,
    name             TEXT   NOT NULL,
    -- argon2id as a PHC string; NULL for those who only sign in through an issuer.
    password_hash    TEXT,
    -- SHA-256 of the token in a reset link.
    reset_hash       BYTEA,
    reset_expires_at BIGINT,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL,
    last_sign_in_at  BIGINT
);
CREATE UNIQUE INDEX operators_by_email ON operators (email);

-- Which account of a single sign-on issuer an operator is.
CREATE TABLE operator_identities (
    issuer      TEXT   NOT NULL,
    subject     TEXT   NOT NULL,
    operator_id TEXT   NOT NULL REFERENCES operators (id),
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX operator_identities_by_operator ON operator_identities (operator_id);

CREATE TABLE operator_sessions (
    -- SHA-256 of the token in the cookie.
    hash         BYTEA  NOT NULL PRIMARY KEY,
    id           TEXT   NOT NULL,
    operator_id  TEXT   NOT NULL REFERENCES operators (id),
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    user_agent   TEXT,
    address      TEXT
);
CREATE INDEX operator_sessions_by_operator ON operator_sessions (operator_id, last_seen_at);
CREATE INDEX operator_sessions_by_expiry ON operator_sessions (expires_at);

CREATE TABLE members (
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    operator_id     TEXT   NOT NULL REFERENCES operators (id),
    role            TEXT   NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
    created_at      BIGINT NOT NULL,
    PRIMARY KEY (organization_id, operator_id)
);
CREATE INDEX members_by_operator ON members (operator_id);

CREATE TABLE invitations (
    id              TEXT   NOT NULL PRIMARY KEY,
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    -- SHA-256 of the token in the link.
    hash            BYTEA  NOT NULL,
    role            TEXT   NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
    -- When set, only this address can accept it.
    email           TEXT,
    invited_by      TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL
);
CREATE UNIQUE INDEX invitations_by_hash ON invitations (hash);
CREATE INDEX invitations_by_organization ON invitations (organization_id);

-- Who changed what of an organization; what concerns one project is in audit_entries.
CREATE TABLE organization_audit_entries (
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    id              TEXT   NOT NULL,
    action          TEXT   NOT NULL,
    resource_type   TEXT   NOT NULL,
    resource_id     TEXT   NOT NULL,
    actor_type      TEXT   NOT NULL,
    actor_id        TEXT   NOT NULL,
    actor_label     TEXT   NOT NULL,
    before          TEXT,
    after           TEXT,
    created_at      BIGINT NOT NULL,
    PRIMARY KEY (organization_id, id)
);

-- Set while a deletion can be undone: the project answers no client any more.
ALTER TABLE projects ADD COLUMN deleted_at BIGINT;
CREATE INDEX projects_by_organization ON projects (organization_id);

-- Every end user who was ever seen, named or not.
CREATE TABLE user_activity (
    project_id     TEXT   NOT NULL REFERENCES projects (id),
    user_id        TEXT   NOT NULL,
    first_seen_at  BIGINT NOT NULL,
    last_active_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, user_id)
);
CREATE INDEX user_activity_in_order ON user_activity (project_id, last_active_at DESC, user_id DESC);
INSERT INTO user_activity (project_id, user_id, first_seen_at, last_active_at)
    SELECT project_id, created_by, MIN(created_at), MAX(created_at) FROM
        (SELECT project_id, created_by, created_at FROM threads
         UNION ALL SELECT project_id, created_by, created_at FROM messages) seen
    WHERE created_by <> 'usr_deleted' GROUP BY project_id, created_by;

CREATE INDEX workspaces_in_order ON workspaces (project_id, created_at DESC, id DESC);
CREATE INDEX threads_by_last_message ON threads (project_id, last_message_at DESC, id DESC);
