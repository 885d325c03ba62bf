//! Everything in which the two engines differ.

pub(crate) mod text_search;

use std::borrow::Cow;

use crate::{Engine, Error, Result};

/// The key of the advisory lock under which migrations run on PostgreSQL: any fixed number, as long as
/// no other program uses it in the same database.
pub(crate) const MIGRATION_LOCK: i64 = 0x7468_7265_6164_6b70;

/// Lets PostgreSQL plan each statement of a transaction anew.
pub(crate) const PLAN_BY_VALUE: &str = "SET LOCAL plan_cache_mode = force_custom_plan";

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

/// A migration file as the engine is to run it: without the lines that are marked as the other one's.
///
/// `-- [sqlite]`, `-- [postgres]` and `-- [both]`, each a line of its own, say for whom the lines below are.
pub(crate) fn migration_for(engine: Engine, sql: &str) -> Result<Cow<'_, str>> {
    let own = own_lines(engine, sql)?;
    Ok(match engine {
        Engine::Sqlite => own,
        Engine::Postgres => Cow::Owned(postgres_ddl(&own).into_owned()),
    })
}

fn own_lines(engine: Engine, sql: &str) -> Result<Cow<'_, str>> {
    const MARK: &str = "-- [";
    if !sql.contains(MARK) {
        return Ok(Cow::Borrowed(sql));
    }
    let (mut out, mut is_own) = (String::with_capacity(sql.len()), true);
    for line in sql.lines() {
        if line.starts_with(MARK) {
            is_own = match line.trim_end() {
                "-- [both]" => true,
                "-- [sqlite]" => engine == Engine::Sqlite,
                "-- [postgres]" => engine == Engine::Postgres,
                other => return Err(Error::internal(format!("a migration marks lines with {other}"))),
            };
        } else if is_own {
            out.push_str(line);
            out.push('\n');
        }
    }
    Ok(Cow::Owned(out))
}

/// A migration file as PostgreSQL is to run it: every `TEXT` column compares by bytes, as on SQLite,
/// whatever the locale of the database.
fn postgres_ddl(sql: &str) -> Cow<'_, str> {
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
    #[test]
    fn marked_lines_are_for_one_engine() {
        let sql = "a;\n-- [sqlite]\nb;\n-- [postgres]\nc TEXT;\n-- [both]\nd;\n";
        assert_eq!(migration_for(Engine::Sqlite, sql).unwrap(), "a;\nb;\nd;\n");
        assert_eq!(migration_for(Engine::Postgres, sql).unwrap(), "a;\nc TEXT COLLATE \"C\";\nd;\n");
        assert!(migration_for(Engine::Sqlite, "-- [oracle]\n").is_err());
    }
}
