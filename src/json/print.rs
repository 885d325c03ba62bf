//! Printing lists of objects straight from the rows they are read from.

use crate::clock::{PRINTED, Timestamp};

/// `{"<name>":[…]}`, printed object by object; what is printed can be taken away before the end.
pub struct List {
    json: Vec<u8>,
    is_empty: bool,
}

impl List {
    /// An empty list. `room` is the bytes that most lists fit in, so that the buffer does not grow step
    /// by step.
    pub fn new(name: &'static str, room: usize) -> Self {
        let mut json = Vec::with_capacity(room);
        json.extend_from_slice(b"{\"");
        json.extend_from_slice(name.as_bytes());
        json.extend_from_slice(b"\":[");
        Self { json, is_empty: true }
    }

    /// Adds an object.
    pub fn push(&mut self, print: impl FnOnce(&mut Object<'_>)) {
        if !self.is_empty {
            self.json.push(b',');
        }
        self.is_empty = false;
        Object::print(&mut self.json, print);
    }

    /// Adds an object, unless printing it fails: then the list is as it was.
    ///
    /// # Errors
    /// Those of `print`.
    pub fn try_push<E>(&mut self, print: impl FnOnce(&mut Object<'_>) -> Result<(), E>) -> Result<(), E> {
        let (length, is_empty) = (self.json.len(), self.is_empty);
        let mut outcome = Ok(());
        self.push(|object| outcome = print(object));
        if outcome.is_err() {
            self.json.truncate(length);
            self.is_empty = is_empty;
        }
        outcome
    }

    /// Bytes that wait to be taken.
    pub fn waiting(&self) -> usize {
        self.json.len()
    }

    /// Takes what is printed so far.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.json)
    }

    /// Ends the list and takes what was not taken yet.
    pub fn finish(mut self) -> Vec<u8> {
        self.json.extend_from_slice(b"]}");
        self.json
    }

    /// As [`Self::finish`], with one more text, or `null`, beside the list.
    pub fn finish_with(mut self, name: &'static str, text: Option<&str>) -> Vec<u8> {
        self.json.push(b']');
        let mut rest = Object { out: &mut self.json, is_empty: false };
        rest.text(name, text);
        self.json.push(b'}');
        self.json
    }
}

/// Prints one object.
pub fn object(print: impl FnOnce(&mut Object<'_>)) -> Vec<u8> {
    let mut json = Vec::new();
    Object::print(&mut json, print);
    json
}

/// An object that is being printed. Names are ours and need no escapes.
pub struct Object<'o> {
    out: &'o mut Vec<u8>,
    is_empty: bool,
}

impl<'o> Object<'o> {
    fn print(out: &'o mut Vec<u8>, print: impl FnOnce(&mut Self)) {
        out.push(b'{');
        let mut object = Self { out, is_empty: true };
        print(&mut object);
        object.out.push(b'}');
    }

    /// Inlined, as names are constants whose copying then costs a few instructions.
    #[inline(always)]
    fn name(&mut self, name: &'static str) {
        if !self.is_empty {
            self.out.push(b',');
        }
        self.is_empty = false;
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
    }

    /// A string, or `null`.
    #[inline]
    pub fn text(&mut self, name: &'static str, text: Option<&str>) {
        self.name(name);
        match text {
            Some(text) if is_plain(text) => {
                self.out.push(b'"');
                self.out.extend_from_slice(text.as_bytes());
                self.out.push(b'"');
            }
            // Writing to a vector cannot fail.
            text => drop(serde_json::to_writer(&mut *self.out, &text)),
        }
    }

    /// A moment.
    #[inline]
    pub fn time(&mut self, name: &'static str, time: Timestamp) {
        self.printed_time(name, &time.print());
    }

    /// A moment that is printed already.
    #[inline]
    pub fn printed_time(&mut self, name: &'static str, time: &[u8; PRINTED]) {
        self.name(name);
        self.out.push(b'"');
        self.out.extend_from_slice(time);
        self.out.push(b'"');
    }

    /// A value that is JSON already.
    #[inline]
    pub fn json(&mut self, name: &'static str, json: &str) {
        self.name(name);
        self.out.extend_from_slice(json.as_bytes());
    }

    /// A value that `print` prints as JSON.
    ///
    /// # Errors
    /// Those of `print`; what the object is then is no JSON.
    pub fn json_by<E>(
        &mut self,
        name: &'static str,
        print: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.name(name);
        print(self.out)
    }

    /// A value that `print` prints as JSON, whatever happens.
    pub fn json_with(&mut self, name: &'static str, print: impl FnOnce(&mut Vec<u8>)) {
        self.name(name);
        print(self.out);
    }

    /// An object.
    pub fn object(&mut self, name: &'static str, print: impl FnOnce(&mut Object<'_>)) {
        self.name(name);
        Object::print(self.out, print);
    }

    /// `true` or `false`.
    #[inline]
    pub fn boolean(&mut self, name: &'static str, value: bool) {
        self.json(name, if value { "true" } else { "false" });
    }

    /// An integer.
    #[inline]
    pub fn integer(&mut self, name: &'static str, value: i64) {
        self.json(name, itoa::Buffer::new().format(value));
    }
}

/// Whether a string is its own JSON form. Looks at every byte without a way out in between, which the
/// processor does many bytes at a time.
fn is_plain(text: &str) -> bool {
    let is_odd = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    !text.bytes().fold(false, |odd, byte| odd | is_odd(byte))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn an_empty_list_is_a_list() {
        assert_eq!(List::new("threads", 0).finish(), br#"{"threads":[]}"#);
        let with = |text| List::new("threads", 0).finish_with("next_cursor", text);
        assert_eq!(with(None), br#"{"threads":[],"next_cursor":null}"#);
        assert_eq!(with(Some("a\"")), br#"{"threads":[],"next_cursor":"a\""}"#);
    }

    #[test]
    fn what_fails_leaves_no_trace() {
        let mut list = List::new("rows", 0);
        let fail = |list: &mut List| {
            list.try_push(|object| {
                object.integer("a", 1);
                object.json_by("b", |out| {
                    out.push(b'[');
                    Err("halfway")
                })
            })
        };
        assert_eq!(fail(&mut list), Err("halfway"));
        list.push(|object| object.integer("c", 2));
        assert_eq!(fail(&mut list), Err("halfway"));
        list.try_push(|object| object.json_by("d", |out| out.write_all(b"[3]"))).unwrap();
        assert_eq!(list.finish(), br#"{"rows":[{"c":2},{"d":[3]}]}"#);
    }

    #[test]
    fn objects_nest() {
        let json = object(|outer| {
            outer.object("a", |inner| inner.integer("b", 1));
            outer.text("c", None);
            outer.object("d", |_| {});
        });
        assert_eq!(json, br#"{"a":{"b":1},"c":null,"d":{}}"#);
    }

    proptest! {
        #[test]
        fn what_is_printed_is_what_serde_reads(
            rows in prop::collection::vec((any::<Option<String>>(), any::<i64>(), any::<bool>()), 0..4),
            millis in 0_i64..253_402_300_800_000,
        ) {
            let time = Timestamp::from_millis(millis);
            let mut list = List::new("rows", 16);
            let mut json = Vec::new();
            for (text, number, flag) in &rows {
                list.push(|object| {
                    object.text("text", text.as_deref());
                    object.integer("number", *number);
                    object.boolean("flag", *flag);
                    object.time("time", time);
                    object.json("json", "[1]");
                });
                json.extend(list.take());
            }
            json.extend(list.finish());
            let printed: serde_json::Value = serde_json::from_slice(&json).unwrap();
            let rows: Vec<_> = rows
                .iter()
                .map(|(text, number, flag)| {
                    json!({"text": text, "number": number, "flag": flag, "time": time, "json": [1]})
                })
                .collect();
            prop_assert_eq!(printed, json!({"rows": rows}));
        }
    }
}
