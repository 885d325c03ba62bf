-- Who made an invitation's link, so that it ends with their right to; unknown for the command line's.
ALTER TABLE invitations ADD COLUMN invited_by_id TEXT;
