//! What is sent after a broken connection is mended (seed: "отправит все накопленные данные за последние 3 дня, 2
//! предыдущих и сегодняшний").

use crate::intake::calls::Clock;

const DAY: i64 = 86_400;

/// When the first of so many days began by the project's clocks, today being the last; unix seconds. What came before
/// is not sent by itself.
pub fn since(days: u32, clock: &Clock) -> i64 {
    let today = clock.to_local(clock.now).div_euclid(DAY);
    let first = today.saturating_sub(i64::from(days.saturating_sub(1)));
    clock.to_unix(first.saturating_mul(DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kyiv in 2026: +2, summer +3 from 29 March 01:00 to 25 October 01:00 UTC.
    fn kyiv(now: &str) -> Clock {
        let transitions = vec![(0, 7200), (1_774_746_000, 10_800), (1_792_890_000, 7200)];
        Clock { transitions, now: unix(now) }
    }

    fn unix(text: &str) -> i64 {
        chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp()
    }

    #[test]
    fn three_days_are_today_and_the_two_before() {
        assert_eq!(since(3, &kyiv("2026-11-23T09:00:00+02:00")), unix("2026-11-21T00:00:00+02:00"));
        assert_eq!(since(1, &kyiv("2026-11-23T09:00:00+02:00")), unix("2026-11-23T00:00:00+02:00"));
    }

    #[test]
    fn a_day_ends_at_the_projects_midnight() {
        assert_eq!(since(3, &kyiv("2026-11-23T00:00:00+02:00")), unix("2026-11-21T00:00:00+02:00"));
        assert_eq!(since(3, &kyiv("2026-11-22T23:59:59+02:00")), unix("2026-11-20T00:00:00+02:00"));
        assert_eq!(since(3, &kyiv("2026-11-22T22:30:00+00:00")), unix("2026-11-21T00:00:00+02:00"));
    }

    #[test]
    fn summer_time_begins_and_ends_within_the_window() {
        assert_eq!(since(3, &kyiv("2026-03-30T10:00:00+03:00")), unix("2026-03-28T00:00:00+02:00"));
        assert_eq!(since(3, &kyiv("2026-10-26T10:00:00+02:00")), unix("2026-10-24T00:00:00+03:00"));
    }

    #[test]
    fn without_a_table_of_clocks_days_are_those_of_utc() {
        let clock = Clock { transitions: Vec::new(), now: unix("2026-11-23T01:00:00Z") };
        assert_eq!(since(2, &clock), unix("2026-11-22T00:00:00Z"));
        assert_eq!(since(0, &clock), unix("2026-11-23T00:00:00Z"));
    }
}
