//! Time: milliseconds since 1970 UTC, and the one place that asks for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::fmt::temporal::DateTimePrinter;
use jiff::tz::Offset;
use serde::{Serialize, Serializer};

/// A moment, to the millisecond, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

const CANONICAL: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

impl Timestamp {
    /// The moment so many milliseconds after 1970; one beyond the years -9999 to 9999 is brought to
    /// their edge.
    pub fn from_millis(millis: i64) -> Self {
        let edge = if millis < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
        Self(jiff::Timestamp::from_millisecond(millis).unwrap_or(edge))
    }

    /// Milliseconds since 1970.
    pub fn millis(self) -> i64 {
        self.0.as_millisecond()
    }

    /// Whole seconds since 1970, as tokens count.
    pub fn secs(self) -> i64 {
        self.millis().div_euclid(1000)
    }

    /// The moment so many milliseconds later.
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self::from_millis(self.millis().saturating_add(millis))
    }

    /// Reads an ISO 8601 date-time with `Z` or a numeric offset and 0 to 9 fractional digits; finer
    /// than a millisecond is cut off. Only the years 0000 to 9999 can be written back.
    pub fn parse(text: &str) -> Option<Self> {
        if !has_wire_form(text.as_bytes()) {
            return None;
        }
        let exact: jiff::Timestamp = text.parse().ok()?;
        let millis = exact.as_nanosecond().div_euclid(1_000_000);
        let moment = Self::from_millis(i64::try_from(millis).ok()?);
        // An offset can move the first and last hours of that range out of it.
        (0..=9999).contains(&moment.date().year()).then_some(moment)
    }

    /// The UTC calendar month, `2026-09`.
    pub fn month(self) -> String {
        let date = self.date();
        format!("{:04}-{:02}", date.year(), date.month())
    }

    /// The first moment of the next UTC calendar month.
    #[must_use]
    pub fn next_month(self) -> Self {
        let date = self.date();
        let next = if date.month() == 12 { (date.year() + 1, 1) } else { (date.year(), date.month() + 1) };
        let start = jiff::civil::Date::new(next.0, next.1, 1)
            .and_then(|day| Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)));
        start.map_or(self, Self)
    }

    fn date(self) -> jiff::civil::Date {
        Offset::UTC.to_datetime(self.0).date()
    }
}

/// `YYYY-MM-DDTHH:MM:SS[.fraction](Z|±HH:MM)` and nothing else that a lenient parser would take.
fn has_wire_form(text: &[u8]) -> bool {
    let Some((head, tail)) = text.split_at_checked(19) else { return false };
    let head_fits = head.iter().zip(b"0000-00-00T00:00:00").all(|(byte, form)| match form {
        b'0' => byte.is_ascii_digit(),
        _ => byte == form,
    });
    let offset = match tail.split_first() {
        Some((b'.', rest)) => {
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if !(1..=9).contains(&digits) {
                return false;
            }
            &rest[digits..]
        }
        _ => tail,
    };
    let offset_fits = match offset {
        b"Z" => true,
        [b'+' | b'-', hour @ .., b':', m1, m2] => {
            hour.len() == 2 && hour.iter().chain([m1, m2]).all(u8::is_ascii_digit)
        }
        _ => false,
    };
    // A leap second has no place in the count of milliseconds.
    head_fits && offset_fits && &head[17..] != b"60"
}

impl std::fmt::Display for Timestamp {
    /// Exactly `YYYY-MM-DDTHH:MM:SS.mmmZ`: clients compare it with their own printing of it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&CANONICAL.timestamp_to_string(&self.0))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Where the time comes from.
#[derive(Clone, Debug, Default)]
pub struct Clock(Source);

#[derive(Clone, Debug, Default)]
enum Source {
    #[default]
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that a test moves by storing milliseconds in the shared cell.
    pub fn manual(millis: Arc<AtomicI64>) -> Self {
        Self(Source::Manual(millis))
    }

    /// The time.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Timestamp::from_millis(jiff::Timestamp::now().as_millisecond()),
            Source::Manual(millis) => Timestamp::from_millis(millis.load(Ordering::SeqCst)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn printing_is_canonical() {
        let printed = |millis| Timestamp::from_millis(millis).to_string();
        assert_eq!(printed(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(printed(1_790_000_000_007), "2026-09-21T14:13:20.007Z");
    }

    #[test]
    fn offsets_and_fractions_are_read() {
        for text in
            ["2026-09-21T14:13:20.007Z", "2026-09-21T14:13:20.007999999Z", "2026-09-21T16:13:20.007+02:00"]
        {
            assert_eq!(Timestamp::parse(text).unwrap().millis(), 1_790_000_000_007, "{text}");
        }
        assert_eq!(Timestamp::parse("2026-09-21T14:13:20Z").unwrap().millis(), 1_790_000_000_000);
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "2026-09-21",
            "2026-09-21T14:13:20",
            "2026-09-21 14:13:20Z",
            "2026-09-21t14:13:20z",
            "2026-09-21T14:13:20.Z",
            "2026-09-21T14:13:20.0000000000Z",
            "2026-13-21T14:13:20Z",
            "2026-02-30T14:13:20Z",
            "2026-09-21T24:13:20Z",
            "2026-09-21T14:13:60Z",
            "2026-09-21T14:13:20+0200",
            "2026-09-21T14:13:20Z[UTC]",
            "0000-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59-01:00",
            "1790000000007",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn months_end_where_the_next_begins() {
        let december = Timestamp::parse("2026-12-31T23:59:59.999Z").unwrap();
        assert_eq!(december.month(), "2026-12");
        assert_eq!(december.next_month().to_string(), "2027-01-01T00:00:00.000Z");
        assert_eq!(december.plus_millis(1).month(), "2027-01");
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(millis in -62_167_219_200_000_i64..253_402_300_800_000) {
            let moment = Timestamp::from_millis(millis);
            prop_assert_eq!(Timestamp::parse(&moment.to_string()), Some(moment));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "\\PC{0,40}") {
            let _parsed = Timestamp::parse(&text);
        }
    }
}
