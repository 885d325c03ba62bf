//! Printing JSON again where moving its text is not enough.

use super::literal::write_escaped;
use super::{Literal, Piece, Raw, Token, Tokens, put};

/// How a value is printed.
#[derive(Clone, Copy, Debug)]
struct Layout {
    /// Spaces for each level; without any, everything stands on one line.
    indent: usize,
    /// Arrays and objects below this many others become "…".
    deepest: usize,
}

const ELLIPSIS: &str = "\"…\"";

/// Prints a value without white space, its strings with the escapes that `JSON.stringify` writes. Numbers
/// stay as they were spelled.
pub(crate) fn compact(value: &str) -> String {
    compact_to(value, usize::MAX)
}

/// The same, indented by two spaces a level, with "…" for what nests deeper than `deepest`. `None` when it
/// would be longer than `longest` bytes: a value of many short lines, far indented, is not made any more
/// readable by it.
pub(crate) fn indented(value: &str, deepest: usize, longest: usize) -> Option<String> {
    Printer::new(Layout { indent: 2, deepest }).print(value, longest)
}

/// The same on one line.
pub(crate) fn compact_to(value: &str, deepest: usize) -> String {
    Printer::new(Layout { indent: 0, deepest }).print(value, usize::MAX).unwrap_or_default()
}

/// Appends a value as it was spelled, with "…" for what nests deeper than `deepest`.
pub(crate) fn write_cut(value: Raw<'_>, deepest: usize, out: &mut Vec<u8>) {
    if is_deeper(value, deepest) {
        put(out, &compact_to(value.spelled(), deepest));
    } else {
        put(out, value.spelled());
    }
}

fn is_deeper(value: Raw<'_>, deepest: usize) -> bool {
    // What is shorter cannot nest that deep.
    if value.spelled().len() <= 2 * deepest {
        return false;
    }
    let mut depth = 0_usize;
    Tokens::of(value.spelled()).any(|token| {
        match token {
            Token::Open(_) => depth += 1,
            Token::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > deepest
    })
}

struct Printer {
    layout: Layout,
    depth: usize,
    /// Whether something stands in the innermost array or object already.
    is_filled: bool,
    /// Whether a member's name was just written.
    is_named: bool,
    out: Vec<u8>,
}

impl Printer {
    fn new(layout: Layout) -> Self {
        Self { layout, depth: 0, is_filled: false, is_named: false, out: Vec::new() }
    }

    fn print(mut self, value: &str, longest: usize) -> Option<String> {
        let mut tokens = Tokens::of(value);
        while let Some(token) = tokens.next() {
            self.token(token, &mut tokens);
            if self.out.len() > longest {
                return None;
            }
        }
        String::from_utf8(self.out).ok()
    }

    fn token(&mut self, token: Token<'_>, tokens: &mut Tokens<'_>) {
        match token {
            Token::Open(_) if self.depth >= self.layout.deepest => {
                self.begin();
                put(&mut self.out, ELLIPSIS);
                tokens.skip_nested();
            }
            Token::Open(bracket) => {
                self.begin();
                self.out.push(bracket);
                self.depth += 1;
                self.is_filled = false;
            }
            Token::Close(bracket) => {
                self.depth = self.depth.saturating_sub(1);
                if self.is_filled {
                    self.break_line();
                }
                self.out.push(bracket);
                self.is_filled = true;
            }
            Token::Name(name) => {
                self.begin();
                write_normal(name, &mut self.out);
                put(&mut self.out, if self.layout.indent == 0 { ":" } else { ": " });
                self.is_named = true;
            }
            Token::Text(text) => {
                self.begin();
                write_normal(text, &mut self.out);
            }
            Token::Scalar(scalar) => {
                self.begin();
                put(&mut self.out, scalar);
            }
        }
    }

    /// What stands before a name or a value.
    fn begin(&mut self) {
        if std::mem::take(&mut self.is_named) || self.depth == 0 {
            return;
        }
        if self.is_filled {
            self.out.push(b',');
        }
        self.break_line();
        self.is_filled = true;
    }

    fn break_line(&mut self) {
        if self.layout.indent > 0 {
            self.out.push(b'\n');
            self.out.resize(self.out.len() + self.layout.indent * self.depth, b' ');
        }
    }
}

/// A literal with no more escapes than it needs.
fn write_normal(literal: Literal<'_>, out: &mut Vec<u8>) {
    out.push(b'"');
    for piece in literal.pieces() {
        match piece {
            Piece::Plain(plain) => put(out, plain),
            Piece::Escaped(c) => write_escaped(c.encode_utf8(&mut [0; 4]), out),
            Piece::Half(unit) => put(out, &format!("\\u{unit:04x}")),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[\\PC\\x00-\\x1f]{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("\\PC{0,6}", inner, 0..5)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    #[test]
    fn strings_are_spelled_as_json_stringify_does_and_numbers_as_they_were() {
        let odd = r#"{ "\u0061": [1.0, 1e400, "\u00e9\ud83d\/\u0000\ud83d\ude00"], "a" : { } }"#;
        assert_eq!(compact(odd), r#"{"a":[1.0,1e400,"é\ud83d/\u0000😀"],"a":{}}"#);
    }

    #[test]
    fn deep_values_are_cut() {
        let cut = |value: &str, deepest: usize| {
            let mut out = Vec::new();
            write_cut(Raw(value), deepest, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(cut(r#"{"a":[[1,"[[["]],"b":[ 1.50 ]}"#, 2), r#"{"a":["…"],"b":[1.50]}"#);
        assert_eq!(cut(r#"{"a":[[1,"[[["]],"b":[ 1.50 ]}"#, 3), r#"{"a":[[1,"[[["]],"b":[ 1.50 ]}"#);
        let deep = format!("{}1{}", "[".repeat(1_000), "]".repeat(1_000));
        assert_eq!(cut(&deep, 60), format!("{}\"…\"{}", "[".repeat(60), "]".repeat(60)));
    }

    #[test]
    fn indenting_has_an_end() {
        let wide = format!("{}{}0{}", "[".repeat(60), "0,".repeat(10_000), "]".repeat(60));
        assert_eq!(indented(&wide, 60, 100_000), None);
    }

    proptest! {
        #[test]
        fn values_are_printed_as_serde_json_does(value in any_json()) {
            let value = json!([value]);
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            prop_assert_eq!(&compact(&pretty), &value.to_string());
            prop_assert_eq!(indented(&value.to_string(), 60, usize::MAX).unwrap(), pretty);
        }

        #[test]
        fn no_text_makes_it_panic(text in "[\\PC\"\\\\{}\\[\\]:,]{0,60}") {
            let _printed = (compact(&text), indented(&text, 2, 50));
        }
    }
}
