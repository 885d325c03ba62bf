//! Days, periods, and what is told of them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Timestamp;
use crate::id::{ProjectId, UserId};

/// The days of the longest period with the one before it.
pub const KEPT_DAYS: i64 = 60;

/// The lengths of the periods, in days.
pub const PERIODS: [i64; 3] = [1, 7, 30];

/// The UTC day of a moment, in days since 1970.
pub fn day_of(at: Timestamp) -> i64 {
    at.millis().div_euclid(24 * 3600 * 1000)
}

/// Something that was written.
pub struct Written<'w> {
    /// Where.
    pub project: &'w ProjectId,
    /// When.
    pub at: Timestamp,
    /// Who wrote the message; `None` is a thread.
    pub author: Option<&'w UserId>,
}

/// What was written on one day.
#[derive(Clone, Copy, Debug)]
pub struct Day {
    /// Days since 1970.
    pub day: i64,
    /// Threads that began.
    pub threads: i64,
    /// Messages.
    pub messages: i64,
}

/// A count, and the one of the period before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Figure {
    /// In the period.
    pub count: i64,
    /// In the period of the same length before it.
    pub before: i64,
}

/// What was written in a period, whatever became of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Period {
    /// Threads that began.
    pub threads: Figure,
    /// Messages of users and assistants.
    pub messages: Figure,
    /// Users who have signed in and wrote a message.
    pub active_users: Figure,
    /// Anonymous visitors who wrote a message.
    pub active_visitors: Figure,
}

/// Who wrote a message in a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Active {
    /// Users who have signed in.
    pub users: Figure,
    /// Anonymous visitors.
    pub visitors: Figure,
}

/// What was written lately, by UTC days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Figures {
    /// Today so far, and yesterday.
    pub today: Period,
    /// The seven days up to today, and the seven before.
    pub week: Period,
    /// The thirty days up to today, and the thirty before.
    pub month: Period,
}

impl Figures {
    /// Sums days up; `active` are those of each period.
    pub fn new(days: &[Day], active: [Active; PERIODS.len()], today: i64) -> Self {
        let [now, week, month] = PERIODS.map(|length| {
            let sum = |of: fn(&Day) -> i64| {
                days.iter().fold(Figure::default(), |figure, day| match (today - day.day) / length {
                    _ if day.day > today => figure,
                    0 => Figure { count: figure.count + of(day), ..figure },
                    1 => Figure { before: figure.before + of(day), ..figure },
                    _ => figure,
                })
            };
            Period { threads: sum(|day| day.threads), messages: sum(|day| day.messages), ..Period::default() }
        });
        let with = |period: Period, active: Active| Period {
            active_users: active.users,
            active_visitors: active.visitors,
            ..period
        };
        let [of_today, of_week, of_month] = active;
        Self { today: with(now, of_today), week: with(week, of_week), month: with(month, of_month) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_utc() {
        assert_eq!(day_of(Timestamp::from_millis(86_399_999)), 0);
        assert_eq!(day_of(Timestamp::from_millis(86_400_000)), 1);
        assert_eq!(day_of(Timestamp::from_millis(-1)), -1);
    }

    #[test]
    fn a_period_is_told_with_the_one_before() {
        let days: Vec<Day> = (0..100).map(|day| Day { day, threads: 1, messages: 10 }).collect();
        let figure = |count: i64| Figure { count, before: count };
        let day = Active { users: Figure { count: 1, before: 2 }, visitors: figure(3) };
        let active = [day, Active::default(), Active::default()];
        let figures = Figures::new(&days, active, 98);
        let period = |days: i64, active: Active| Period {
            threads: figure(days),
            messages: figure(10 * days),
            active_users: active.users,
            active_visitors: active.visitors,
        };
        assert_eq!(figures.today, period(1, active[0]));
        assert_eq!((figures.week, figures.month), (period(7, active[1]), period(30, active[2])));
    }
}
