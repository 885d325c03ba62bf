//! Looking at a few places of a JSON value: one pass, the rest skipped unread, however deep it nests.

use std::marker::PhantomData;

use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::string;

/// The members of these names; `None` for JSON that is no object. Of several with one name the last counts,
/// as in JavaScript.
pub fn members<'t, const N: usize>(
    value: &'t RawValue,
    names: [&'static str; N],
) -> Option<[Option<&'t RawValue>; N]> {
    struct Named<const N: usize>([&'static str; N]);

    impl<'de, const N: usize> Visitor<'de> for Named<N> {
        type Value = [Option<&'de RawValue>; N];

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = [None; N];
            while let Some(name) = map.next_key::<&'de RawValue>()? {
                let name = string(name);
                match self.0.iter().position(|wanted| name.as_deref() == Some(*wanted)) {
                    Some(at) => found[at] = Some(map.next_value()?),
                    None => drop(map.next_value::<IgnoredAny>()?),
                }
            }
            Ok(found)
        }
    }

    serde_json::Deserializer::from_str(value.get()).deserialize_map(Named(names)).ok()
}

/// Calls `visit` for every element; false for JSON that is no array.
pub fn elements<'t>(value: &'t RawValue, visit: impl FnMut(&'t RawValue)) -> bool {
    struct Each<'t, F>(F, PhantomData<&'t ()>);

    impl<'de, F: FnMut(&'de RawValue)> Visitor<'de> for Each<'de, F> {
        type Value = ();

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an array")
        }

        fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
            while let Some(element) = seq.next_element()? {
                self.0(element);
            }
            Ok(())
        }
    }

    serde_json::Deserializer::from_str(value.get()).deserialize_seq(Each(visit, PhantomData)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(json: &str) -> Box<RawValue> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_last_member_of_a_name_counts_however_it_is_written() {
        let value = raw(r#"{"a":1,"b":{"a":2},"\ud800":0,"\u0061":3}"#);
        let [a, b, c] = members(&value, ["a", "b", "c"]).unwrap();
        assert_eq!(a.unwrap().get(), "3");
        assert_eq!(b.unwrap().get(), r#"{"a":2}"#);
        assert!(c.is_none());
        for other in ["[]", "null", "1", "\"{}\""] {
            assert!(members(&raw(other), ["a"]).is_none(), "{other}");
        }
    }

    #[test]
    fn elements_come_in_order() {
        let value = raw(r#"[1,[2],{"a":3}]"#);
        let mut seen = Vec::new();
        assert!(elements(&value, |element| seen.push(element.get())));
        assert_eq!(seen, ["1", "[2]", r#"{"a":3}"#]);
        assert!(!elements(&raw("{}"), |_| ()));
    }

    #[test]
    fn no_depth_overflows_the_stack() {
        let deep = raw(&format!("{{\"a\":{}{},\"b\":1}}", "[".repeat(1_000_000), "]".repeat(1_000_000)));
        let [b] = members(&deep, ["b"]).unwrap();
        assert_eq!(b.unwrap().get(), "1");
    }
}
