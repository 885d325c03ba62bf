-- The thumbs that clients write into messages.

-- What the message says of itself or in its copy: 'up' or 'down'.
ALTER TABLE messages ADD COLUMN thumb TEXT;
CREATE INDEX messages_with_thumb ON messages (project_id, thread_id, id) WHERE thumb IS NOT NULL;

-- Whether the messages that it had before have yet to be looked through for thumbs.
ALTER TABLE threads ADD COLUMN needs_thumbs BOOLEAN NOT NULL DEFAULT TRUE;
CREATE INDEX threads_without_thumbs ON threads (project_id, id) WHERE needs_thumbs;
