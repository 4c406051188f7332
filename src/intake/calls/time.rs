//! When a call began: the many ways in which Ringostat writes it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// 2010-01-01: no call that Ringostat tracked is older.
const EARLIEST: i64 = 1_262_304_000;
const DAY: i64 = 86_400;
/// No two time zones are further apart.
const ZONES_APART: i64 = 26 * 3600;

/// Now, and what the project's clocks showed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Clock {
    /// `[[unix seconds, offset in seconds], …]`, ascending: from then on clocks are so far ahead of UTC. The first
    /// offset holds before it too; UTC when there is none.
    pub transitions: Vec<(i64, i32)>,
    /// Unix seconds; 0 when it is not known.
    pub now: i64,
}

impl Clock {
    /// Unix seconds of a local time, itself counted as if it were UTC.
    ///
    /// An hour that came twice is the first one, an hour that was left out is counted on from before the gap (as
    /// `Temporal` of JavaScript decides with `compatible`). The call's id or timestamp settles it when they are there.
    pub fn to_unix(&self, local: i64) -> i64 {
        let offset = |position: usize| self.transitions.get(position).map(|(_, offset)| i64::from(*offset));
        let mut skipped = None;
        for (position, (from, after)) in self.transitions.iter().enumerate() {
            let after = local.saturating_sub(i64::from(*after));
            let until = self.transitions.get(position + 1).map_or(i64::MAX, |(until, _)| *until);
            if after < until && (after >= *from || position == 0) {
                return after;
            }
            let before = position.checked_sub(1).and_then(offset).map(|before| local.saturating_sub(before));
            if let Some(before) = before.filter(|before| *before >= *from && after < *from) {
                skipped = Some(before);
                break;
            }
        }
        skipped.unwrap_or_else(|| local.saturating_sub(offset(0).unwrap_or(0)))
    }

    /// What clocks showed then, counted as if it were UTC.
    pub fn to_local(&self, unix: i64) -> i64 {
        let since = self.transitions.iter().rev().find(|(from, _)| *from <= unix);
        let (_, offset) = since.or(self.transitions.first()).copied().unwrap_or_default();
        unix.saturating_add(i64::from(offset))
    }

    /// Whether a call can have begun then.
    fn plausible(&self, unix: i64) -> bool {
        unix >= EARLIEST && (self.now <= 0 || unix <= self.now.saturating_add(DAY))
    }
}

/// What tells the time, the best witness first.
#[derive(Debug, Default)]
pub(super) struct Witnesses<'a> {
    /// The second in the call's id.
    pub id: Option<i64>,
    /// Unix time of unknown precision.
    pub timestamp: &'a str,
    /// A date in whatever format.
    pub date: &'a str,
}

/// The begin in unix seconds. The second inside the id counts first, unless it cannot be a time at all or is further
/// from what the message says otherwise than time zones can explain.
pub(super) fn begin(witnesses: &Witnesses<'_>, clock: &Clock) -> Option<i64> {
    let told = [witnesses.timestamp, witnesses.date].into_iter().find_map(|text| read(text, clock));
    let id = witnesses.id.filter(|unix| clock.plausible(*unix));
    match (id, told) {
        (Some(id), Some(told)) if id.abs_diff(told) > ZONES_APART as u64 => Some(told),
        (Some(id), _) => Some(id),
        (None, told) => told,
    }
}

/// Unix seconds of a text, by the project's clocks when it names no zone.
pub(super) fn read(text: &str, clock: &Clock) -> Option<i64> {
    let text = text.trim();
    unix(text).or_else(|| date(text, clock))
}

/// Seconds, milli-, micro- or nanoseconds by their size.
fn unix(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let value: i64 = whole.parse().ok()?;
    let seconds = match value {
        100_000_000..100_000_000_000 => value,
        100_000_000_000..100_000_000_000_000 => value / 1000,
        100_000_000_000_000..100_000_000_000_000_000 => value / 1_000_000,
        100_000_000_000_000_000.. => value / 1_000_000_000,
        _ => return None,
    };
    Some(seconds)
}

/// `2019-06-02T09:13:43+0300`, `2026-08-08 11:11:11`, `08.08.2026 11:11`, …
fn date(text: &str, clock: &Clock) -> Option<i64> {
    let mut scan = Scan(text);
    let (first, separator) = (scan.number()?, scan.one_of("-/.")?);
    let second = scan.number()?;
    scan.one_of(separator.encode_utf8(&mut [0; 4]))?;
    let third = scan.number()?;
    let (year, month, day) = match (first, second, third) {
        (1000.., _, _) => (first, second, third),
        // American, when it can be nothing else.
        (..=12, 13.., 1000..) if separator == '/' => (third, first, second),
        (_, _, 1000..) => (third, second, first),
        _ => return None,
    };
    let day = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let (mut hour, mut minute, mut seconds) = (0, 0, 0);
    scan.spaces();
    if scan.one_of("Tt,").is_some() || !scan.0.is_empty() {
        scan.spaces();
        hour = scan.number()?;
        scan.one_of(":")?;
        minute = scan.number()?;
        if scan.one_of(":").is_some() {
            seconds = scan.number()?;
            if scan.one_of(".,").is_some() {
                scan.digits()?;
            }
        }
    }
    // A leap second is the one before.
    let local = day.and_hms_opt(hour, minute, seconds.min(59))?.and_utc().timestamp();
    match scan.zone()? {
        Some(offset) => Some(local - offset),
        None => Some(clock.to_unix(local)),
    }
}

struct Scan<'a>(&'a str);

impl<'a> Scan<'a> {
    fn digits(&mut self) -> Option<&'a str> {
        let end = self.0.find(|one: char| !one.is_ascii_digit()).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at_checked(end)?;
        self.0 = rest;
        Some(digits).filter(|digits| !digits.is_empty())
    }

    fn number(&mut self) -> Option<u32> {
        self.digits()?.parse().ok()
    }

    fn one_of(&mut self, any: &str) -> Option<char> {
        let one = self.0.chars().next().filter(|one| any.contains(*one))?;
        self.0 = self.0.get(one.len_utf8()..)?;
        Some(one)
    }

    fn spaces(&mut self) -> bool {
        let before = self.0.len();
        self.0 = self.0.trim_start();
        self.0.len() < before
    }

    /// Seconds ahead of UTC, nothing when no zone is told; fails on anything else. `+` that a form turned into a
    /// space is read as `+`.
    fn zone(&mut self) -> Option<Option<i64>> {
        let spaced = self.spaces();
        if self.0.is_empty() {
            return Some(None);
        }
        if ["z", "utc", "gmt"].iter().any(|zone| self.0.eq_ignore_ascii_case(zone)) {
            return Some(Some(0));
        }
        let sign = match self.one_of("+-\u{2212}") {
            Some('+') => 1,
            Some(_) => -1,
            None if spaced => 1,
            None => return None,
        };
        let digits = self.digits()?;
        let (hours, minutes) = match digits.len() {
            1 | 2 if self.one_of(":").is_some() => (digits, self.digits()?),
            1 | 2 => (digits, "0"),
            4 => digits.split_at_checked(2)?,
            _ => return None,
        };
        let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
        if !self.0.is_empty() || hours > 15 || minutes > 59 {
            return None;
        }
        Some(Some(sign * (hours * 3600 + minutes * 60)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kyiv in 2026: forward on 29 March 01:00 UTC, back on 25 October 01:00 UTC.
    fn kyiv() -> Clock {
        let transitions = vec![
            (1_761_440_400, 7200),
            (1_774_746_000, 10_800),
            (1_792_890_000, 7200),
            (1_806_195_600, 10_800),
        ];
        Clock { transitions, now: 1_795_000_000 }
    }

    #[test]
    fn zones_are_read_with_and_without_colon() {
        for text in [
            "2019-06-02T09:13:43+0300",
            "2019-06-02T09:13:43+03:00",
            "2019-06-02T09:13:43 0300",
            "2019-06-02T09:13:43+03",
            "2019-06-02 06:13:43Z",
            "2019-06-02T06:13:43.501605Z",
            "2019-06-02 06:13:43 UTC",
            "2019-06-02T01:13:43-05:00",
            "02.06.2019 09:13:43 +0300",
            "1559456023",
            "1559456023.77",
            "1559456023501",
            "1559456023501605",
            "1559456023501605123",
        ] {
            assert_eq!(read(text, &kyiv()), Some(1_559_456_023), "{text}");
        }
    }

    #[test]
    fn times_without_zone_are_the_projects() {
        for (text, unix) in [
            ("2026-08-08 11:11:11", 1_786_176_671),
            ("2026-08-08T11:11:11", 1_786_176_671),
            ("08.08.2026 11:11:11", 1_786_176_671),
            ("08/08/2026 11:11:11", 1_786_176_671),
            ("8/13/2026 11:11", 1_786_608_660),
            ("2026-12-01 00:00", 1_796_076_000),
            ("2026-12-01", 1_796_076_000),
        ] {
            assert_eq!(read(text, &kyiv()), Some(unix), "{text}");
        }
        let utc = Clock::default();
        assert_eq!(read("2024-10-08 22:47:25", &utc), Some(1_728_427_645));
    }

    #[test]
    fn gaps_and_overlaps() {
        let clock = kyiv();
        // 03:30 on 29 March was left out: counted on from +2.
        assert_eq!(read("2026-03-29 03:30:00", &clock), read("2026-03-29T03:30:00+0200", &clock));
        assert_eq!(read("2026-03-29 02:59:59", &clock), read("2026-03-29T02:59:59+0200", &clock));
        assert_eq!(read("2026-03-29 04:00:00", &clock), read("2026-03-29T04:00:00+0300", &clock));
        // 03:30 on 25 October came twice: the first one.
        assert_eq!(read("2026-10-25 03:30:00", &clock), read("2026-10-25T03:30:00+0300", &clock));
        assert_eq!(read("2026-10-25 04:00:00", &clock), read("2026-10-25T04:00:00+0200", &clock));
        // Before and after all that is known.
        assert_eq!(read("2001-01-01 02:00:00", &clock), read("2001-01-01T00:00:00Z", &clock));
        assert_eq!(read("2035-01-01 03:00:00", &clock), read("2035-01-01T00:00:00Z", &clock));
    }

    #[test]
    fn other_texts_are_no_time() {
        for text in [
            "",
            "-",
            "0",
            "36",
            "2026-13-01",
            "2026-02-30 10:00",
            "10:00",
            "2026-08-08 25:00",
            "yesterday",
            "2026-08-08 11:11:11 am",
            "2026-08-08 11:11:11+99:00",
            "99999999999999999999",
            "1.",
            ".5",
            "12.06.19",
            "2026-08/08",
        ] {
            assert_eq!(read(text, &kyiv()), None, "{text}");
        }
    }

    #[test]
    fn the_id_is_the_best_witness() {
        let clock = Clock { transitions: vec![(0, 0)], now: 1_795_000_000 };
        let at = |id, timestamp, date| begin(&Witnesses { id, timestamp, date }, &clock);
        // A payload as seen: local time without zone beside microseconds of UTC.
        assert_eq!(at(Some(1_728_427_645), "1728427645501605", "2024-10-08 17:47:25"), Some(1_728_427_645));
        assert_eq!(at(Some(1_728_427_645), "", "2024-10-08 17:47:25"), Some(1_728_427_645));
        assert_eq!(at(None, "1728427645501605", "2024-10-08 17:47:25"), Some(1_728_427_645));
        // An id of 2075, and one of another week.
        assert_eq!(at(Some(3_333_333_333), "", "2026-08-08 11:11:11"), Some(1_786_187_471));
        assert_eq!(at(Some(1_728_000_000), "", "2026-08-08 11:11:11"), Some(1_786_187_471));
        assert_eq!(at(Some(3_333_333_333), "", ""), None);
    }
}
