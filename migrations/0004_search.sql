-- Full-text search in titles and messages, and what the search for users needs.

-- The display name in lower case and without diacritics, as the program folds it. What is only put into
-- lower case here is folded when the user comes back.
ALTER TABLE users ADD COLUMN folded_name TEXT NOT NULL DEFAULT '';
UPDATE users SET folded_name = LOWER(display_name);

-- Whoever has a name was seen; what API keys do in nobody's name was done by no user.
INSERT INTO user_activity (project_id, user_id, first_seen_at, last_active_at)
    SELECT project_id, id, updated_at, updated_at FROM users WHERE TRUE
    ON CONFLICT (project_id, user_id) DO NOTHING;
DELETE FROM user_activity WHERE user_id = '__SYSTEM__';

CREATE INDEX threads_archived ON threads (project_id, last_message_at DESC, id DESC) WHERE is_archived;

-- The documents that can be found: one for each message, and one for each title, whose message_id is ''.
-- Their number grows with the time of what is in them, so that the newest are found first. The two tables
-- have it alone as their key, as FTS5 knows no other; the words begin with the project instead.
-- [sqlite]
CREATE TABLE search_documents (
    number     INTEGER NOT NULL PRIMARY KEY,
    project_id TEXT    NOT NULL,
    thread_id  TEXT    NOT NULL,
    message_id TEXT    NOT NULL
);
-- Each word begins with four characters for its project, which the prefixes of two and three go on from.
CREATE VIRTUAL TABLE search_words USING fts5(
    words, content = '', contentless_delete = 1, tokenize = "ascii tokenchars '_'", prefix = '6 7'
);
-- [postgres]
CREATE TABLE search_documents (
    number     BIGINT NOT NULL PRIMARY KEY,
    project_id TEXT   NOT NULL,
    thread_id  TEXT   NOT NULL,
    message_id TEXT   NOT NULL
);
CREATE TABLE search_words (
    number BIGINT   NOT NULL PRIMARY KEY,
    words  TSVECTOR NOT NULL
);
CREATE INDEX search_words_by_word ON search_words USING GIN (words) WITH (gin_pending_list_limit = 1024);
-- How common a word is decides how it is looked for.
ALTER TABLE search_words ALTER COLUMN words SET STATISTICS 300;
-- [both]
CREATE INDEX search_documents_by_message ON search_documents (project_id, thread_id, message_id);

-- What is to be indexed: a message, or with message_id '' a title and whatever of its thread is not
-- indexed. The version tells whether it changed while it was read.
CREATE TABLE search_queue (
    project_id TEXT   NOT NULL,
    thread_id  TEXT   NOT NULL,
    message_id TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    PRIMARY KEY (project_id, thread_id, message_id)
);
INSERT INTO search_queue (project_id, thread_id, message_id, version)
    SELECT project_id, id, '', 0 FROM threads;
