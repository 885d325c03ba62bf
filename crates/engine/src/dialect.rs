//! Everything in which the two engines differ.

use std::borrow::Cow;

/// The key of the advisory lock under which migrations run on PostgreSQL: any fixed number, as long as
/// no other program uses it in the same database.
pub(crate) const MIGRATION_LOCK: i64 = 0x7468_7265_6164_6b70;

/// Turns `?1` placeholders into PostgreSQL's `$1`. Question marks in quoted text stay.
pub(crate) fn postgres_placeholders(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut quoted = false;
    for c in sql.chars() {
        match c {
            '\'' => quoted = !quoted,
            '?' if !quoted => {
                out.push('$');
                continue;
            }
            _ => {}
        }
        out.push(c);
    }
    out
}

/// A migration file as PostgreSQL is to run it: every `TEXT` column compares by bytes, as on SQLite,
/// whatever the locale of the database.
pub(crate) fn postgres_ddl(sql: &str) -> Cow<'_, str> {
    if !sql.contains("TEXT") {
        return Cow::Borrowed(sql);
    }
    let lines = sql.lines().map(|line| {
        let (code, comment) = line.find("--").map_or((line, ""), |at| line.split_at(at));
        format!("{}{comment}\n", collate_text(code))
    });
    Cow::Owned(lines.collect())
}

fn collate_text(code: &str) -> String {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = rest.find("TEXT") {
        let (before, after) = (&rest[..at], &rest[at + 4..]);
        out.push_str(before);
        out.push_str("TEXT");
        if !is_word(before.chars().last()) && !is_word(after.chars().next()) {
            out.push_str(" COLLATE \"C\"");
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_become_dollars_outside_of_quotes() {
        let sql = "SELECT '?1', a FROM t WHERE b = ?1 AND c = ?12";
        assert_eq!(postgres_placeholders(sql), "SELECT '?1', a FROM t WHERE b = $1 AND c = $12");
    }

    #[test]
    fn text_columns_compare_by_bytes() {
        let sql = "CREATE TABLE t (id TEXT NOT NULL, n BIGINT, -- TEXT\n CONTEXT TEXT)";
        let expected = "CREATE TABLE t (id TEXT COLLATE \"C\" NOT NULL, n BIGINT, -- TEXT\n CONTEXT TEXT COLLATE \"C\")\n";
        assert_eq!(postgres_ddl(sql), expected);
    }
}
