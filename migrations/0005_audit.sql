-- The audit log by kind of thing, kind of actor and actor, and by a kind of thing with one of the latter:
-- whatever is asked for, the latest entries are found without reading the others.

CREATE INDEX audit_entries_by_resource ON audit_entries (project_id, resource_type, id);
CREATE INDEX audit_entries_by_actor_type ON audit_entries (project_id, actor_type, id);
CREATE INDEX audit_entries_by_actor ON audit_entries (project_id, actor_id, id);
CREATE INDEX audit_entries_by_resource_and_actor_type
    ON audit_entries (project_id, resource_type, actor_type, id);
CREATE INDEX audit_entries_by_resource_and_actor
    ON audit_entries (project_id, resource_type, actor_id, id);
