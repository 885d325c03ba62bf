-- Search by new rules, and what the dashboard counts.

-- By which rules a document was made, and where in its text it begins: a long message has several.
ALTER TABLE search_documents ADD COLUMN rules BIGINT NOT NULL DEFAULT 1;
ALTER TABLE search_documents ADD COLUMN starts_at BIGINT NOT NULL DEFAULT 0;

-- Until when somebody is at work on it, which takes a while for a long message.
ALTER TABLE search_queue ADD COLUMN claimed_until BIGINT NOT NULL DEFAULT 0;
-- Whether it is to be counted as written: 0 no, 1 yes, 2 with everything of its thread.
ALTER TABLE search_queue ADD COLUMN counting BIGINT NOT NULL DEFAULT 0;

-- Everything is indexed again; what was found stays to be found until then.
UPDATE search_queue SET counting = 1 WHERE message_id <> '';
INSERT INTO search_queue (project_id, thread_id, message_id, version, counting)
    SELECT project_id, id, '', 0, 2 FROM threads WHERE TRUE
    ON CONFLICT (project_id, thread_id, message_id) DO UPDATE SET counting = 2;

-- Whether the folded name was made by older rules.
ALTER TABLE users ADD COLUMN needs_folding BOOLEAN NOT NULL DEFAULT TRUE;
CREATE INDEX users_to_fold ON users (project_id, id) WHERE needs_folding;

-- What was written on a UTC day (days since 1970), whatever became of it.
CREATE TABLE daily_counts (
    project_id TEXT   NOT NULL REFERENCES projects (id),
    day        BIGINT NOT NULL,
    threads    BIGINT NOT NULL,
    messages   BIGINT NOT NULL,
    PRIMARY KEY (project_id, day)
);

-- One row for each end user who wrote a message on a UTC day of the last two months.
CREATE TABLE daily_users (
    project_id TEXT   NOT NULL REFERENCES projects (id),
    day        BIGINT NOT NULL,
    user_id    TEXT   NOT NULL,
    PRIMARY KEY (project_id, day, user_id)
);
CREATE INDEX daily_users_by_user ON daily_users (project_id, user_id);
