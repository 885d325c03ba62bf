//! Printing for people and for programs.

use std::io::{self, Write};

use serde::Serialize;

use crate::error::{Error, Result};

/// Prints a value as JSON, indented, or calls `text` for people.
///
/// # Errors
/// When standard output cannot be written.
pub(super) fn print<T: Serialize>(json: bool, value: &T, text: impl FnOnce(&T) -> String) -> Result<()> {
    let text = if json { serde_json::to_string_pretty(value).map_err(Error::internal)? } else { text(value) };
    write(&text)
}

/// Prints a text and a line end. Whoever reads no further, as `head` does, has what they wanted.
///
/// # Errors
/// When standard output cannot be written.
pub(super) fn write(text: &str) -> Result<()> {
    match writeln!(io::stdout().lock(), "{text}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => {
            let help = format!("cannot write to standard output: {error}");
            Err(Error::internal(error).with_help(help))
        }
        Ok(()) => Ok(()),
    }
}

/// Rows in columns, each as wide as its widest cell.
pub(super) fn table<const N: usize>(header: [&str; N], rows: &[[String; N]]) -> String {
    let mut widths = header.map(|cell| cell.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: [&str; N]| {
        let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(header)];
    lines.extend(rows.iter().map(|row| line(row.each_ref().map(String::as_str))));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["a".to_owned(), "xyz".to_owned()], ["long".to_owned(), String::new()]];
        assert_eq!(table(["id", "n"], &rows), "id    n\na     xyz\nlong");
    }
}
