//! Milliseconds since 1970 and their one text form on the wire.

use std::time::{SystemTime, UNIX_EPOCH};

/// Now, in milliseconds.
#[expect(clippy::disallowed_methods, reason = "nothing here is tested by moving the clock")]
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// `YYYY-MM-DDTHH:MM:SS.mmmZ`, without quotes. Two go out with every row, so it is written to be quick.
pub(crate) fn push_timestamp(out: &mut Vec<u8>, ms: i64) {
    let (days, in_day) = (ms.div_euclid(86_400_000), ms.rem_euclid(86_400_000) as u32);
    let (year, month, day) = civil(days as i32);
    let (seconds, millis) = (in_day / 1000, in_day % 1000);
    let mut text = *b"0000-00-00T00:00:00.000Z";
    put_two(&mut text, 0, year / 100);
    put_two(&mut text, 2, year % 100);
    put_two(&mut text, 5, month);
    put_two(&mut text, 8, day);
    put_two(&mut text, 11, seconds / 3600);
    put_two(&mut text, 14, seconds / 60 % 60);
    put_two(&mut text, 17, seconds % 60);
    text[20] = b'0' + (millis / 100) as u8;
    put_two(&mut text, 21, millis % 100);
    out.extend_from_slice(&text);
}

/// `value` is under 100.
fn put_two(text: &mut [u8; 24], at: usize, value: u32) {
    text[at] = b'0' + (value / 10) as u8;
    text[at + 1] = b'0' + (value % 10) as u8;
}

/// Year, month and day of a day number since 1970-01-01 (Howard Hinnant's `civil_from_days`).
fn civil(days: i32) -> (u32, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097).cast_unsigned();
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era.cast_unsigned() * 400 + u32::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_the_canonical_form() {
        let cases = [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_790_000_000_123, "2026-09-21T14:13:20.123Z"),
        ];
        for (ms, text) in cases {
            let mut out = Vec::new();
            push_timestamp(&mut out, ms);
            assert_eq!(out, text.as_bytes());
        }
    }
}
