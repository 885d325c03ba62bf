//! Full-text search, for which SQLite has FTS5 and PostgreSQL `tsvector`.
//!
//! Both index the same words, which the caller has made: neither looks into the text itself. The index is
//! a table of the caller's with one document in each row, under a number that orders them:
//!
//! - SQLite: `fts5(words, …, tokenize = "ascii tokenchars '_'")`, the number being its `rowid`;
//! - PostgreSQL: `(number BIGINT PRIMARY KEY, words TSVECTOR)` with a GIN index on `words`.

use std::fmt::Write as _;

use rusqlite::types::{ToSql as ToSqlite, ToSqlOutput};
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql as ToPostgres, Type, to_sql_checked};

/// A statement on a full-text index, with the words filled in that each engine has for it.
///
/// `$template` is the name of a macro that takes six literals and gives the statement, `$table` the name of
/// the index's table. The literals are
///
/// 1. the column with the document's number,
/// 2. the column that is matched with a query,
/// 3. and 4. what stands between that column and the query, and after it,
/// 5. and 6. what stands before and after a document that is stored.
#[macro_export]
macro_rules! text_search {
    ($template:ident, $table:literal) => {
        $crate::Sql::of_each(
            $template!("rowid", $table, " MATCH ", "", "", ""),
            $template!(
                "number",
                "words",
                " @@ CAST(CAST(",
                " AS TEXT) AS tsquery)",
                "CAST(CAST(",
                " AS TEXT) AS tsvector)"
            ),
        )
    };
}

/// The words of a document in their order, to be bound where a document is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextDocument(
    /// With a space between two words.
    String,
);

/// What a document must hold to be found, to be bound where a query is matched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextQuery(Vec<Phrase>);

/// Words that follow each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrase {
    words: Vec<String>,
    is_prefix: bool,
}

/// What both engines keep of a word as it is: ASCII letters in lower case, digits and underscores, and
/// every character beyond ASCII. Nothing else has a meaning to either, so that nothing can be injected.
fn clean(word: &str) -> impl Iterator<Item = char> {
    let kept = word.chars().filter(|c| !c.is_ascii() || c.is_ascii_alphanumeric() || *c == '_');
    kept.map(|c| c.to_ascii_lowercase())
}

fn clean_words<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> Vec<String> {
    words
        .into_iter()
        .map(|word| clean(word.as_ref()).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect()
}

impl TextDocument {
    /// A document of these words, of which only letters, digits and underscores count.
    pub fn new<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> Self {
        let mut out = String::new();
        for word in words {
            let before = out.len();
            out.extend(clean(word.as_ref()));
            if out.len() > before {
                out.push(' ');
            }
        }
        out.pop();
        Self(out)
    }

    fn for_sqlite(&self) -> &str {
        &self.0
    }

    fn for_postgres(&self) -> String {
        let mut out = String::new();
        for (word, position) in self.0.split_terminator(' ').zip(1..) {
            // Writing to a String cannot fail.
            let _written = write!(out, "'{word}':{position} ");
        }
        out
    }
}

impl Phrase {
    /// These words, one after the other; with `is_prefix` the last one may go on.
    pub fn new<W: AsRef<str>>(words: impl IntoIterator<Item = W>, is_prefix: bool) -> Self {
        Self { words: clean_words(words), is_prefix }
    }

    fn for_sqlite(&self) -> String {
        format!("\"{}\"{}", self.words.join(" "), if self.is_prefix { " *" } else { "" })
    }

    fn for_postgres(&self) -> String {
        let words: Vec<String> = self.words.iter().map(|word| format!("'{word}'")).collect();
        format!("({}{})", words.join(" <-> "), if self.is_prefix { ":*" } else { "" })
    }
}

impl TextQuery {
    /// A query for documents that hold all of these phrases. Phrases without words are left out.
    pub fn new(phrases: impl IntoIterator<Item = Phrase>) -> Self {
        Self(phrases.into_iter().filter(|phrase| !phrase.words.is_empty()).collect())
    }

    /// True when there is nothing to look for. Such a query must not be sent.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn for_sqlite(&self) -> String {
        self.0.iter().map(Phrase::for_sqlite).collect::<Vec<_>>().join(" AND ")
    }

    fn for_postgres(&self) -> String {
        self.0.iter().map(Phrase::for_postgres).collect::<Vec<_>>().join(" & ")
    }
}

macro_rules! bound_as_text {
    ($($type:ty),+) => { $(
        impl ToSqlite for $type {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::from(self.for_sqlite()))
            }
        }

        impl ToPostgres for $type {
            fn to_sql(
                &self,
                ty: &Type,
                out: &mut BytesMut,
            ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
                ToPostgres::to_sql(&self.for_postgres(), ty, out)
            }

            fn accepts(ty: &Type) -> bool {
                <String as ToPostgres>::accepts(ty)
            }

            to_sql_checked!();
        }
    )+ };
}

bound_as_text!(TextDocument, TextQuery);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_engine_gets_its_own_spelling() {
        let document = TextDocument::new(["ab", "é", "x_1"]);
        assert_eq!(document.for_sqlite(), "ab é x_1");
        assert_eq!(document.for_postgres(), "'ab':1 'é':2 'x_1':3 ");
        let query = TextQuery::new([Phrase::new(["a", "b"], false), Phrase::new(["c", "d"], true)]);
        assert_eq!(query.for_sqlite(), "\"a b\" AND \"c d\" *");
        assert_eq!(query.for_postgres(), "('a' <-> 'b') & ('c' <-> 'd':*)");
    }

    #[test]
    fn what_means_something_to_an_engine_is_dropped() {
        let hostile = ["a\"b", "c'd", "e\\f", "g:*", "(h)", "NEAR", "^i", "j\0k", " ", "--", "-l"];
        let query = TextQuery::new([Phrase::new(hostile, true)]);
        assert_eq!(query.for_sqlite(), "\"ab cd ef g h near i jk l\" *");
        assert!(TextQuery::new([Phrase::new(["'", "* "], true), Phrase::default()]).is_empty());
    }
}
