-- Replies that are being written, messages in two formats, and titles made by rule.

-- The message's latest lease.
ALTER TABLE messages ADD COLUMN lease_id TEXT;

-- Who writes, or wrote, a reply. A message has at most one that is running: its latest.
CREATE TABLE run_leases (
    project_id TEXT    NOT NULL,
    thread_id  TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    message_id TEXT    NOT NULL,
    user_id    TEXT    NOT NULL,
    -- Whether the user also created the message.
    is_authors BOOLEAN NOT NULL,
    opened_at  BIGINT  NOT NULL,
    beat_at    BIGINT  NOT NULL,
    -- NULL while it is running.
    ended_at   BIGINT,
    end_reason TEXT,
    -- Whether the message had, or has, a later one.
    is_former  BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (project_id, thread_id, id)
)
-- [sqlite]
WITHOUT ROWID
-- [both]
;
-- A message names its latest lease, and hardly any message has had another.
CREATE INDEX run_leases_by_former ON run_leases (project_id, thread_id, message_id) WHERE is_former;
-- Erasing a user looks for what they hold on the messages of others.
CREATE INDEX run_leases_by_other_user ON run_leases (project_id, user_id) WHERE NOT is_authors;

-- The aui/v0 copy of a message whose own content has another format.
CREATE TABLE message_copies (
    project_id TEXT   NOT NULL,
    thread_id  TEXT   NOT NULL,
    message_id TEXT   NOT NULL,
    content    TEXT   NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, thread_id, message_id)
);

-- Made by rule: a model's title may take its place once, a person's is never replaced.
ALTER TABLE threads ADD COLUMN title_is_local BOOLEAN NOT NULL DEFAULT FALSE;
