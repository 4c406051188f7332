//! Parameters of one message by meaning, wherever they came from.

use crate::intake::secrets::Guard;

use super::caller_id::same;
use super::keys::{Key, KeyTable};

/// Additional parameters that are kept of one message.
const TRACKED: usize = 100;
/// Values that are kept under known names.
const KNOWN: usize = 400;

/// What a message says.
pub(super) struct Fields<'t> {
    table: &'t KeyTable,
    pub guard: Guard,
    known: Vec<(Key, u8, String)>,
    /// Under names that nobody knows: a tracked entity arrives under its own.
    pub tracked: Vec<(String, String)>,
}

impl<'t> Fields<'t> {
    pub(super) fn new(table: &'t KeyTable) -> Self {
        Fields { table, guard: Guard::new(Vec::new()), known: Vec::new(), tracked: Vec::new() }
    }

    /// Whether the number is one of the project's lines.
    pub(super) fn is_line(&self, number: &str) -> bool {
        self.table.lines.iter().any(|line| same(line, number))
    }

    /// Takes a value. Blank ones, `null` as text and templates that nobody filled say nothing, so they hide nothing.
    pub(super) fn add(&mut self, path: &str, value: &str) {
        let value = value.trim();
        if value.is_empty() || is_nothing(value) {
            return;
        }
        let path = path.trim();
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        match self.table.find(path) {
            Some((Key::Ignored, _)) => {}
            Some((Key::Tracked, _)) => self.add_tracked_json(value),
            Some((key, rank)) => {
                if self.known.len() < KNOWN {
                    self.known.push((key, rank, value.to_owned()));
                }
            }
            None if !rest.is_empty() && matches!(self.table.find(first), Some((Key::Tracked, _))) => {
                self.track(rest, value);
            }
            None => self.track(path, value),
        }
    }

    fn add_tracked_json(&mut self, value: &str) {
        if value.starts_with('{')
            && let Ok(inner) = super::json_fields::read(value)
        {
            for (name, value) in inner {
                self.track(&name, &value);
            }
        }
    }

    /// Secrets stay outside, as in forms.
    pub(super) fn track(&mut self, name: &str, value: &str) {
        let known = self.tracked.iter().any(|(known, _)| known == name);
        if name.is_empty() || known || self.tracked.len() >= TRACKED || is_nothing(value) {
            return;
        }
        if self.guard.name(name).is_none() && !self.guard.value(name, value) {
            self.tracked.push((name.to_owned(), value.to_owned()));
        }
    }

    /// Everything said under a meaning, the best name first.
    pub(super) fn all(&self, key: Key) -> impl Iterator<Item = &str> {
        let mut found: Vec<(u8, &str)> = self
            .known
            .iter()
            .filter(|(known, _, _)| *known == key)
            .map(|(_, rank, value)| (*rank, value.as_str()))
            .collect();
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, value)| value)
    }

    /// The best of it, empty when nothing is said.
    pub(super) fn get(&self, key: Key) -> &str {
        let best = self.known.iter().filter(|(known, _, _)| *known == key).min_by_key(|(_, rank, _)| *rank);
        best.map_or("", |(_, _, value)| value)
    }

    /// The best of it, `-1` being nothing.
    pub(super) fn text(&self, key: Key) -> String {
        let value = self.get(key);
        if value == "-1" { String::new() } else { value.to_owned() }
    }

    /// The same of a name that people wrote: HTML escapes undone.
    pub(super) fn name(&self, key: Key) -> String {
        super::caller_id::unescape(&self.text(key))
    }

    /// A whole number; negative ones are nothing.
    pub(super) fn number(&self, key: Key) -> Option<u32> {
        let value = self.get(key);
        whole(value).and_then(|value| u32::try_from(value).ok())
    }

    /// Seconds, else from milliseconds, begun ones counting.
    pub(super) fn seconds(&self, seconds: Key, milliseconds: Key) -> Option<u32> {
        let clock = || {
            let mut total: u64 = 0;
            let mut parts = 0;
            for part in self.get(seconds).split(':') {
                total = total.checked_mul(60)?.checked_add(whole(part)?)?;
                parts += 1;
            }
            (parts == 2 || parts == 3).then_some(total).and_then(|total| u32::try_from(total).ok())
        };
        self.number(seconds).or_else(clock).or_else(|| {
            let milliseconds = whole(self.get(milliseconds))?;
            u32::try_from(milliseconds.div_ceil(1000)).ok()
        })
    }

    pub(super) fn flag(&self, key: Key) -> Option<bool> {
        match self.get(key).to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => Some(true),
            "0" | "false" | "no" | "off" => Some(false),
            _ => None,
        }
    }
}

/// Digits, with a fraction that is cut.
fn whole(text: &str) -> Option<u64> {
    let text = text.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    whole.parse().ok()
}

fn is_nothing(value: &str) -> bool {
    ["null", "undefined"].iter().any(|nothing| value.eq_ignore_ascii_case(nothing))
        || (value.starts_with("{{") && value.ends_with("}}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_values_hide_nothing() {
        let table = KeyTable::default();
        let mut fields = Fields::new(&table);
        for (name, value) in
            [("call_type", ""), ("direction", " "), ("type", "out"), ("status", "null"), ("dst", "{{dst}}")]
        {
            fields.add(name, value);
        }
        assert_eq!(fields.get(Key::CallType), "out");
        assert_eq!(fields.get(Key::Status), "");
        assert_eq!(fields.get(Key::Callee), "");
    }

    #[test]
    fn numbers_and_flags() {
        let table = KeyTable::default();
        for (value, expected) in [
            ("36", Some(36)),
            ("36.0", Some(36)),
            ("-1", None),
            ("00:01:36", Some(96)),
            ("1:05", Some(65)),
            ("x", None),
            ("99999999999", None),
            ("", None),
        ] {
            let mut fields = Fields::new(&table);
            fields.add("billsec", value);
            assert_eq!(fields.seconds(Key::TalkTime, Key::TalkTimeMs), expected, "{value}");
        }
        for (value, expected) in [("36000", 36), ("1", 1), ("36001", 37), ("0", 0)] {
            let mut fields = Fields::new(&table);
            fields.add("duration_ms", value);
            assert_eq!(fields.seconds(Key::Duration, Key::DurationMs), Some(expected));
        }
        let mut fields = Fields::new(&table);
        fields.add("has_recording", "1");
        fields.add("proper_flag", "false");
        assert_eq!((fields.flag(Key::HasRecording), fields.flag(Key::ProperFlag)), (Some(true), Some(false)));
        assert_eq!(fields.flag(Key::RepeatedFlag), None);
    }

    #[test]
    fn tracked_entities() {
        let table = KeyTable::default();
        let mut fields = Fields::new(&table);
        fields.add("r_ad", r#"{"roistat_visit":"123","n":5,"password":"p"}"#);
        fields.add("r_pd.other", "x");
        fields.add("r7k12_si", "y");
        fields.add("password", "p");
        fields.add("key", "secret");
        let tracked: Vec<_> =
            fields.tracked.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(tracked, [("roistat_visit", "123"), ("n", "5"), ("other", "x"), ("r7k12_si", "y")]);
    }
}
