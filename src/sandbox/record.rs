//! A stored contact, lead or company, and the search index over a collection.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// How `query` looks at fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Matching {
    /// Any part of any filled field.
    SubstringAnyField,
    /// Digits only as the end of a phone number.
    DigitsSuffix,
}

/// What the search knows of a record.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Index {
    /// Every filled field, lower case, one a line.
    pub(crate) text: String,
    /// The digits of every filled field that has any.
    pub(crate) digits: Vec<String>,
    /// The digits of phone numbers.
    pub(crate) phones: Vec<String>,
}

/// A contact, a lead or a company.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record {
    pub(crate) id: u64,
    /// Native attributes as read: name, price, created_at…
    pub(crate) attributes: Map<String, Value>,
    /// Custom fields by id.
    pub(crate) values: BTreeMap<u64, Vec<Value>>,
    /// Tag ids.
    pub(crate) tags: Vec<u64>,
    /// What the search knows, and from which millisecond on.
    indexes: Vec<(i64, Index)>,
}

impl Record {
    /// With an id only.
    pub(crate) fn new(id: u64) -> Self {
        Record { id, ..Record::default() }
    }

    /// A native integer.
    pub(crate) fn integer(&self, key: &str) -> Option<i64> {
        self.attributes.get(key).and_then(Value::as_i64)
    }

    /// A native id.
    pub(crate) fn id_of(&self, key: &str) -> Option<u64> {
        self.attributes.get(key).and_then(Value::as_u64)
    }

    /// A native text.
    pub(crate) fn text(&self, key: &str) -> &str {
        self.attributes.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// Sets a native attribute.
    pub(crate) fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.attributes.insert(key.to_owned(), value.into());
    }

    /// Whether the lead is neither won nor lost.
    pub(crate) fn is_open(&self) -> bool {
        !matches!(self.id_of("status_id"), Some(142 | 143))
    }

    /// What the search knows at a time.
    pub(crate) fn index(&self, now_ms: i64) -> Option<&Index> {
        self.indexes.iter().rev().find(|(from, _)| *from <= now_ms).map(|(_, index)| index)
    }

    /// What the search will know.
    pub(crate) fn newest_index(&self) -> Option<&Index> {
        self.indexes.last().map(|(_, index)| index)
    }

    fn set_index(&mut self, from_ms: i64, now_ms: i64, index: Index) {
        let seen = self.indexes.iter().rposition(|(from, _)| *from <= now_ms).unwrap_or(0);
        self.indexes.drain(..seen);
        self.indexes.retain(|(from, _)| *from < from_ms);
        self.indexes.push((from_ms, index));
    }
}

/// Length of the digit groups by which long digit queries are looked up.
const GRAM: usize = 7;

/// One collection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shelf {
    records: BTreeMap<u64, Record>,
    grams: BTreeMap<u32, BTreeSet<u64>>,
}

impl Shelf {
    /// One record.
    pub(crate) fn get(&self, id: u64) -> Option<&Record> {
        self.records.get(&id)
    }

    /// One record, to be changed.
    pub(crate) fn get_mut(&mut self, id: u64) -> Option<&mut Record> {
        self.records.get_mut(&id)
    }

    /// Adds or replaces a record.
    pub(crate) fn put(&mut self, record: Record) {
        self.records.insert(record.id, record);
    }

    /// Takes a record out.
    pub(crate) fn remove(&mut self, id: u64) {
        self.records.remove(&id);
    }

    /// By id.
    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = &Record> {
        self.records.values()
    }

    /// The search learns of a record's new state at `from_ms`.
    pub(crate) fn set_index(&mut self, id: u64, from_ms: i64, now_ms: i64, index: Index) {
        let Some(record) = self.records.get_mut(&id) else { return };
        for digits in &index.digits {
            for gram in grams(digits) {
                self.grams.entry(gram).or_default().insert(id);
            }
        }
        record.set_index(from_ms, now_ms, index);
    }

    /// The records whose digits may hold these: more than match, never fewer.
    /// None when the digits are too few to narrow anything down.
    pub(crate) fn candidates(&self, digits: &str) -> Option<Vec<u64>> {
        let first = grams(digits).next()?;
        Some(self.grams.get(&first).map(|ids| ids.iter().copied().collect()).unwrap_or_default())
    }

    /// The records one of whose phones ends with the last ten digits of a number, by id.
    pub(crate) fn by_phone(&self, phone: &str) -> Vec<u64> {
        let digits = digits_of(phone);
        let wanted = last_ten(&digits);
        if wanted.len() < GRAM {
            return Vec::new();
        }
        let ids = self.candidates(wanted).unwrap_or_default();
        let ends = |record: &&Record| {
            record.newest_index().is_some_and(|index| index.phones.iter().any(|own| last_ten(own) == wanted))
        };
        ids.into_iter().filter_map(|id| self.get(id)).filter(ends).map(|record| record.id).collect()
    }
}

fn grams(digits: &str) -> impl Iterator<Item = u32> {
    digits.as_bytes().windows(GRAM).map(|window| {
        window.iter().fold(0u32, |number, byte| {
            number.wrapping_mul(10).wrapping_add(u32::from(byte.wrapping_sub(b'0')))
        })
    })
}

/// ASCII digits only.
pub(crate) fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The last ten digits, or all when there are fewer.
pub(crate) fn last_ten(digits: &str) -> &str {
    digits.len().checked_sub(10).and_then(|start| digits.get(start..)).unwrap_or(digits)
}

/// A search text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Needle {
    text: String,
    digits: Option<String>,
    matching: Matching,
}

impl Needle {
    /// None when nothing is asked.
    pub(crate) fn parse(query: &str, matching: Matching) -> Option<Needle> {
        let text = query.trim().to_lowercase();
        if text.is_empty() {
            return None;
        }
        let phone_like = |c: char| c.is_ascii_digit() || " +-().\u{a0}".contains(c);
        let digits =
            text.chars().all(phone_like).then(|| digits_of(&text)).filter(|digits| !digits.is_empty());
        Some(Needle { text, digits, matching })
    }

    /// The digits to narrow the search down with, when a record without them cannot match.
    pub(crate) fn digits(&self) -> Option<&str> {
        self.digits.as_deref()
    }

    /// Whether a record's index has it.
    pub(crate) fn matches(&self, index: &Index) -> bool {
        match (&self.digits, self.matching) {
            (Some(digits), Matching::DigitsSuffix) => {
                index.phones.iter().any(|own| own.ends_with(digits.as_str()))
            }
            (Some(digits), Matching::SubstringAnyField) => {
                index.text.contains(&self.text)
                    || index.digits.iter().any(|own| own.contains(digits.as_str()))
            }
            (None, _) => index.text.contains(&self.text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(text: &str) -> Index {
        Index { text: text.to_lowercase(), digits: vec![digits_of(text)], phones: vec![digits_of(text)] }
    }

    fn hit(query: &str, matching: Matching, text: &str) -> bool {
        Needle::parse(query, matching).unwrap().matches(&index(text))
    }

    #[test]
    fn substring_sees_through_formatting_and_suffix_only_the_end() {
        let phone = "+38 (050) 123-45-67";
        for query in ["501234567", "+380501234567", "0501234567", "12345", "050) 123"] {
            assert!(hit(query, Matching::SubstringAnyField, phone), "{query}");
        }
        assert!(hit("501234567", Matching::DigitsSuffix, phone));
        assert!(!hit("12345", Matching::DigitsSuffix, phone));
        assert!(!hit("12345678", Matching::SubstringAnyField, phone));
        assert!(hit("ИВАН", Matching::SubstringAnyField, "иван иванов"));
        assert_eq!(Needle::parse("  ", Matching::DigitsSuffix), None);
    }

    #[test]
    fn the_index_shows_the_old_state_until_the_new_one_is_due() {
        let mut shelf = Shelf::default();
        shelf.put(Record::new(1));
        shelf.set_index(1, 100, 0, index("380501234567"));
        let text = |shelf: &Shelf, now| shelf.get(1).unwrap().index(now).map(|index| index.text.clone());
        assert_eq!(text(&shelf, 99), None);
        assert_eq!(text(&shelf, 100).as_deref(), Some("380501234567"));
        shelf.set_index(1, 300, 200, index("b"));
        assert_eq!(text(&shelf, 299).as_deref(), Some("380501234567"));
        assert_eq!(text(&shelf, 300).as_deref(), Some("b"));
        assert_eq!(shelf.candidates("0501234567"), Some(vec![1]));
        assert_eq!(shelf.candidates("050123"), None);
    }

    #[test]
    fn phones_are_found_by_their_last_ten_digits() {
        let mut shelf = Shelf::default();
        for (id, phone) in
            [(1, "+7 999 123-45-67"), (2, "8 (999) 123-45-67"), (3, "1234567"), (4, "9991234560")]
        {
            shelf.put(Record::new(id));
            shelf.set_index(id, 0, 0, index(phone));
        }
        assert_eq!(shelf.by_phone("+79991234567"), [1, 2]);
        assert_eq!(shelf.by_phone("1234567"), [3]);
        assert!(shelf.by_phone("").is_empty() && shelf.by_phone("567").is_empty());
    }
}
