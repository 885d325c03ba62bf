-- Fair use, and visitors counted apart from users who have signed in.

-- JSON; NULL means the defaults, which a newer version may change.
ALTER TABLE projects ADD COLUMN fair_use TEXT;

-- NULL means unlimited. Whoever has a cap has it for both: visitors counted towards it until now.
ALTER TABLE projects ADD COLUMN active_visitor_cap BIGINT;
UPDATE projects SET active_visitor_cap = active_user_cap;

-- The number of rows of visitors in active_users; count is that of all others from now on.
ALTER TABLE active_user_counts ADD COLUMN visitors BIGINT NOT NULL DEFAULT 0;
UPDATE active_user_counts SET visitors =
    (SELECT COUNT(*) FROM active_users a
     WHERE a.project_id = active_user_counts.project_id AND a.month = active_user_counts.month
       AND substr(a.user_id, 1, 10) = 'usr_anon_0');
UPDATE active_user_counts SET count = count - visitors;
