-- Workspaces of users apart from those that claims name.

-- Whether the user's own workspace, which a token without the workspace claim opens, begins with 'personal:'.
-- Rules that are there go on calling it as the user: nobody's threads move.
ALTER TABLE auth_rules ADD COLUMN personal_apart BOOLEAN NOT NULL DEFAULT FALSE;
