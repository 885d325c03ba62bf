//! Time: milliseconds since 1970 UTC, and the one place that asks for it.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::SignedDuration;
use jiff::civil::{DateTime, date};
use jiff::tz::Offset;
use serde::{Serialize, Serializer};

/// A moment, to the millisecond, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

const EPOCH: DateTime = date(1970, 1, 1).at(0, 0, 0, 0);

/// Bytes of a printed moment: `2026-09-21T14:13:20.007Z`.
pub const PRINTED: usize = 24;

impl Timestamp {
    /// The moment so many milliseconds after 1970.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, as tokens count.
    pub fn secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The moment so many milliseconds later.
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Reads an ISO 8601 date-time with `Z` or a numeric offset and 0 to 9 fractional digits; finer
    /// than a millisecond is cut off. Only the years 0000 to 9999 can be written back.
    pub fn parse(text: &str) -> Option<Self> {
        let (civil, offset) = split_wire_form(text)?;
        let civil: DateTime = civil.parse().ok()?;
        let since_epoch = civil.duration_since(EPOCH).checked_sub(SignedDuration::from_mins(offset))?;
        let millis = i64::try_from(since_epoch.as_nanos().div_euclid(1_000_000)).ok()?;
        let moment = Self(millis);
        // An offset can move the first and last hours of those years out of them.
        let year = EPOCH.checked_add(since_epoch).ok()?.year();
        (0..=9999).contains(&year).then_some(moment)
    }

    /// The UTC calendar month, `2026-09`.
    pub fn month(self) -> String {
        let civil = self.civil();
        format!("{:04}-{:02}", civil.year(), civil.month())
    }

    /// The first moment of the next UTC calendar month.
    #[must_use]
    pub fn next_month(self) -> Self {
        let next = self.civil().date().first_of_month().checked_add(jiff::Span::new().months(1));
        let start = next.map(|day| day.at(0, 0, 0, 0).duration_since(EPOCH));
        start.map_or(self, |start| Self(i64::try_from(start.as_millis()).unwrap_or(self.0)))
    }

    /// Prints exactly `YYYY-MM-DDTHH:MM:SS.mmmZ`: clients compare it with their own printing of it.
    pub fn print(self) -> [u8; PRINTED] {
        let civil = self.civil();
        let mut out = *b"0000-00-00T00:00:00.000Z";
        let mut put = |at: usize, digits: usize, value: u32| {
            let mut value = value;
            for place in out[at..at + digits].iter_mut().rev() {
                *place = b'0' + (value % 10) as u8;
                value /= 10;
            }
        };
        let part = |value: i8| u32::from(value.unsigned_abs());
        put(0, 4, u32::from(civil.year().unsigned_abs()));
        put(5, 2, part(civil.month()));
        put(8, 2, part(civil.day()));
        put(11, 2, part(civil.hour()));
        put(14, 2, part(civil.minute()));
        put(17, 2, part(civil.second()));
        put(20, 3, u32::from(civil.millisecond().unsigned_abs()));
        out
    }

    /// One beyond what can be written down is brought to its edge.
    fn civil(self) -> DateTime {
        // The short way for all but the last day of the year 9999, which jiff keeps free for offsets.
        if let Ok(moment) = jiff::Timestamp::from_millisecond(self.0) {
            return Offset::UTC.to_datetime(moment);
        }
        let edge = if self.0 < 0 { DateTime::MIN } else { DateTime::MAX };
        EPOCH.checked_add(SignedDuration::from_millis(self.0)).unwrap_or(edge)
    }
}

/// Takes `YYYY-MM-DDTHH:MM:SS[.fraction](Z|±HH:MM)` apart, and nothing else that a lenient parser would
/// take, into the date-time and its offset in minutes.
fn split_wire_form(text: &str) -> Option<(&str, i64)> {
    let bytes = text.as_bytes();
    let head = bytes.get(..19)?;
    let head_fits = head.iter().zip(b"0000-00-00T00:00:00").all(|(byte, form)| match form {
        b'0' => byte.is_ascii_digit(),
        _ => byte == form,
    });
    // A leap second has no place in the count of milliseconds.
    if !head_fits || &head[17..] == b"60" {
        return None;
    }
    let mut end = 19;
    if bytes.get(end) == Some(&b'.') {
        let digits = bytes[20..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        end = (1..=9).contains(&digits).then_some(20 + digits)?;
    }
    let (civil, offset) = text.split_at_checked(end)?;
    Some((civil, parse_offset(offset.as_bytes())?))
}

fn parse_offset(offset: &[u8]) -> Option<i64> {
    let number = |tens: &u8, ones: &u8| {
        let digits = tens.is_ascii_digit() && ones.is_ascii_digit();
        digits.then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
    };
    match offset {
        b"Z" => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let hours = number(h1, h2).filter(|hours| *hours < 24)?;
            let minutes = number(m1, m2).filter(|minutes| *minutes < 60)?;
            let total = hours * 60 + minutes;
            Some(if *sign == b'-' { -total } else { total })
        }
        _ => None,
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.print().iter().try_for_each(|byte| f.write_char(char::from(*byte)))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let printed = self.print();
        // Digits and punctuation, all of them ASCII.
        serializer.serialize_str(std::str::from_utf8(&printed).unwrap_or_default())
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
        assert_eq!(printed(-62_167_219_200_000), "0000-01-01T00:00:00.000Z");
        assert_eq!(printed(253_402_300_799_999), "9999-12-31T23:59:59.999Z");
        assert_eq!(printed(-1), "1969-12-31T23:59:59.999Z");
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
            "2026-09-21T14:13:20+24:00",
            "2026-09-21T14:13:20+10:60",
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
