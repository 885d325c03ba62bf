-- The threads in which messages lost an ancestor and those below them have yet to take their new heights.
CREATE TABLE unsettled_threads (
    project_id TEXT   NOT NULL,
    thread_id  TEXT   NOT NULL,
    -- The last message, in the order of heights from 0 up, up to which all have theirs.
    height     BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    message_id TEXT   NOT NULL,
    PRIMARY KEY (project_id, thread_id)
);
