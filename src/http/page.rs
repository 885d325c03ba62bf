//! Pages of long lists, and the opaque cursors between them.
//!
//! A list asks for one row more than a page has: whether it came says whether there is a next page.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::rules::Broken;

/// The most rows of a page.
pub const ROWS: usize = 50;

/// The most characters of a cursor.
const MAX_CURSOR: usize = 1_024;

/// A place in a list that is ordered by a number, then by an id: rows strictly after it follow.
pub type Place = (i64, String);

/// Prints a place as a cursor.
pub fn print_cursor(number: i64, id: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{number} {id}"))
}

/// The rule for a cursor in a query string.
///
/// # Errors
/// [`Broken`] for anything that [`print_cursor`] does not print.
pub fn cursor(value: &str) -> Result<Place, Broken> {
    let broken = || Broken::new("custom", "must be a next_cursor of this list");
    if value.len() > MAX_CURSOR {
        return Err(broken());
    }
    let bytes = URL_SAFE_NO_PAD.decode(value).map_err(|_| broken())?;
    let text = String::from_utf8(bytes).map_err(|_| broken())?;
    let (number, id) = text.split_once(' ').ok_or_else(broken)?;
    if id.contains('\0') {
        return Err(broken());
    }
    number.parse().map(|number| (number, id.to_owned())).map_err(|_| broken())
}

/// Cuts a list off after a page, and tells the cursor when something was cut off.
pub fn cut<T>(rows: &mut Vec<T>, place: impl Fn(&T) -> (i64, &str)) -> Option<String> {
    if rows.len() <= ROWS {
        return None;
    }
    rows.truncate(ROWS);
    rows.last().map(|last| {
        let (number, id) = place(last);
        print_cursor(number, id)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_page_that_is_not_full_is_the_last() {
        let mut rows: Vec<i64> = (0..50).collect();
        assert_eq!(cut(&mut rows, |row| (*row, "id")), None);
        rows.push(50);
        let next = cut(&mut rows, |row| (*row, "id")).unwrap();
        assert_eq!((rows.len(), cursor(&next).unwrap()), (50, (49, "id".to_owned())));
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in ["", "x", "MTI", "%", &"A".repeat(2_000), &URL_SAFE_NO_PAD.encode("1 a\0b")] {
            assert!(cursor(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_cursor_is_read_back(number: i64, id in "[^\\x00]{0,40}") {
            prop_assert_eq!(cursor(&print_cursor(number, &id)).unwrap(), (number, id));
        }

        #[test]
        fn no_text_makes_the_rule_panic(text in "\\PC{0,60}") {
            let _read = cursor(&text);
        }
    }
}
