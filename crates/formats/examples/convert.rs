//! Converts messages, for tests that have none of this crate: a message on each line of the input, and on
//! each of the output what it is read as, or `null` when it cannot be read.
//!
//!     cargo run -p formats --example convert -- aui/v0 ai-sdk/v6 < messages
//!
//! With one format the messages come as people are shown them.

use std::io::{BufRead as _, Write as _};

use formats::{Conversion, convert, transcript};

fn main() -> std::io::Result<()> {
    let formats: Vec<String> = std::env::args().skip(1).collect();
    let mut output = std::io::stdout().lock();
    for message in std::io::stdin().lock().lines() {
        let mut line = Vec::new();
        write(&formats, &message?, &mut line);
        line.push(b'\n');
        output.write_all(&line)?;
    }
    Ok(())
}

fn write(formats: &[String], message: &str, out: &mut Vec<u8>) {
    match formats {
        [format] => transcript(format, message, None, out),
        [from, to] => match Conversion::between(from, to) {
            Some(conversion) if convert(conversion, message, out).is_err() => out.extend_from_slice(b"null"),
            Some(_) => {}
            None => out.extend_from_slice(message.as_bytes()),
        },
        _ => out.extend_from_slice(b"null"),
    }
}
