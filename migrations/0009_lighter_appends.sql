-- Less to write for each message.

-- Erasing a user takes their own threads with all that is in them, so what is to be found by its author is
-- what stands in the threads of others.
ALTER TABLE messages ADD COLUMN is_guests BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE messages SET is_guests = TRUE
    WHERE created_by <> (SELECT t.created_by FROM threads t
                         WHERE t.project_id = messages.project_id AND t.id = messages.thread_id);
DROP INDEX messages_by_creator;
CREATE INDEX messages_by_guest ON messages (project_id, created_by) WHERE is_guests;

-- [sqlite]
-- One tree instead of two: there is hardly more in the queue than its key.
CREATE TABLE lighter_search_queue (
    project_id TEXT   NOT NULL,
    thread_id  TEXT   NOT NULL,
    message_id TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    PRIMARY KEY (project_id, thread_id, message_id)
) WITHOUT ROWID;
INSERT INTO lighter_search_queue (project_id, thread_id, message_id, version)
    SELECT project_id, thread_id, message_id, version FROM search_queue;
DROP TABLE search_queue;
ALTER TABLE lighter_search_queue RENAME TO search_queue;
-- Words are merged half as often; a search looks into a few more pieces.
INSERT INTO search_words (search_words, rank) VALUES ('automerge', 8);
-- [both]
