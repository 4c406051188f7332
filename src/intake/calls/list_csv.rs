//! The rows of a `calls/list` document in CSV, as its bytes arrive: `;`, quotes, one line of names first.

use crate::problem::Problem;

use super::keys::{Key, KeyTable};
use super::{ROW_BYTES, Raw};

/// Columns of which a list must have one.
const TELLING: [Key; 8] = [
    Key::CallId,
    Key::CallIdOrRecord,
    Key::Date,
    Key::Timestamp,
    Key::ClientNumber,
    Key::CallerNumber,
    Key::Caller,
    Key::Callee,
];

/// Separators that spreadsheets make of `;`.
const SEPARATORS: [u8; 3] = [b';', b'\t', b','];

/// Finds the rows.
#[derive(Debug, Default)]
pub(super) struct Parser {
    cell: Cell,
    row: Vec<u8>,
    too_long: bool,
    separator: Option<u8>,
    names: Option<Vec<String>>,
    problem: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Cell {
    #[default]
    Begin,
    Plain,
    Quoted,
    /// A quote inside quotes: the end, or the first of two.
    Quote,
}

impl Cell {
    /// The state after a byte. Quotes count at the begin of a cell only, and what goes on after its closing quote was
    /// never quoted: `"Name" <380671112233>` is text.
    fn next(self, byte: u8, separator: Option<u8>) -> Cell {
        let is_separator = match separator {
            Some(separator) => byte == separator,
            None => SEPARATORS.contains(&byte),
        };
        match (self, byte) {
            (Cell::Quoted, b'"') => Cell::Quote,
            (Cell::Quoted, _) | (Cell::Quote | Cell::Begin, b'"') => Cell::Quoted,
            _ if is_separator => Cell::Begin,
            (Cell::Quote, b'\r') => Cell::Quote,
            _ => Cell::Plain,
        }
    }
}

impl Parser {
    pub(super) fn push(&mut self, chunk: &[u8], keys: &KeyTable, rows: &mut impl FnMut(Raw<'_>)) {
        for byte in chunk {
            if self.problem.is_some() {
                return;
            }
            if *byte == b'\n' && self.cell != Cell::Quoted {
                self.end(keys, rows);
                continue;
            }
            self.cell = self.cell.next(*byte, self.separator);
            if self.row.len() < ROW_BYTES {
                self.row.push(*byte);
            } else {
                self.too_long = true;
            }
        }
    }

    fn end(&mut self, keys: &KeyTable, rows: &mut impl FnMut(Raw<'_>)) {
        let row = std::mem::take(&mut self.row);
        let too_long = std::mem::take(&mut self.too_long);
        self.cell = Cell::Begin;
        self.line(row.strip_suffix(b"\r").unwrap_or(&row), too_long, keys, rows);
        self.row = row;
        self.row.clear();
    }

    fn line(&mut self, row: &[u8], too_long: bool, keys: &KeyTable, rows: &mut impl FnMut(Raw<'_>)) {
        if !too_long && row.trim_ascii().is_empty() {
            return;
        }
        let text = std::str::from_utf8(row);
        let Some(names) = &self.names else {
            match text {
                _ if too_long => self.problem = Some("header_too_long"),
                Err(_) => self.problem = Some("invalid_utf8"),
                Ok(text) => self.header(text, keys),
            }
            return;
        };
        let Some(text) = text.ok().filter(|_| !too_long) else {
            return rows(Raw::Rejected(if too_long { "row_too_long" } else { "invalid_utf8" }));
        };
        let cells = cells(text, self.separator);
        let more = cells.get(names.len()..).unwrap_or_default();
        rows(if cells.len() < names.len() {
            Raw::Rejected("too_few_columns")
        } else if more.iter().any(|cell| !cell.trim().is_empty()) {
            Raw::Rejected("too_many_columns")
        } else {
            Raw::Cells(names, &cells)
        });
    }

    fn header(&mut self, text: &str, keys: &KeyTable) {
        // Spreadsheets write it for themselves.
        if let Some([separator]) = text.strip_prefix("sep=").map(str::as_bytes) {
            self.separator = Some(*separator);
            return;
        }
        let used = SEPARATORS.into_iter().find(|separator| text.as_bytes().contains(separator));
        self.separator = self.separator.or(used).or(Some(b';'));
        let names = cells(text, self.separator);
        let telling = |name: &String| keys.find(name.trim()).is_some_and(|(key, _)| TELLING.contains(&key));
        if !names.iter().any(telling) {
            self.problem = Some("unknown_header");
        }
        self.names = Some(names);
    }

    pub(super) fn finish(mut self, keys: &KeyTable, rows: &mut impl FnMut(Raw<'_>)) -> Option<Problem> {
        if self.problem.is_none() {
            if self.cell == Cell::Quoted && self.names.is_some() {
                rows(Raw::Rejected(if self.too_long { "row_too_long" } else { "truncated" }));
                self.problem = Some("truncated");
            } else {
                self.end(keys, rows);
            }
        }
        let empty = self.names.is_none().then_some("empty");
        self.problem.or(empty).map(|detail| Problem::new("malformed", "").with("detail", detail))
    }
}

fn cells(row: &str, separator: Option<u8>) -> Vec<String> {
    let mut cells = Vec::new();
    let (mut state, mut from) = (Cell::Begin, 0);
    for (position, byte) in row.bytes().enumerate() {
        let before = state;
        state = state.next(byte, separator);
        if state == Cell::Begin && before != Cell::Quoted {
            cells.push(cell(row.get(from..position).unwrap_or_default()));
            from = position + 1;
        }
    }
    cells.push(cell(row.get(from..).unwrap_or_default()));
    cells
}

/// A cell without its quotes, when they are around all of it.
fn cell(text: &str) -> String {
    let inner = text.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
    match inner {
        Some(inner) if !inner.replace("\"\"", "").contains('"') => inner.replace("\"\"", "\""),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_and_quotes() {
        for (row, expected) in [
            ("a;b;", &["a", "b", ""][..]),
            ("\"a;b\";c", &["a;b", "c"]),
            ("\"say \"\"hi\"\"\";\"\"", &["say \"hi\"", ""]),
            ("\"Support\" <380>;x", &["\"Support\" <380>", "x"]),
            ("\"\"\"Support\"\" <380>\";x", &["\"Support\" <380>", "x"]),
            ("5\" nail;x", &["5\" nail", "x"]),
            ("", &[""]),
        ] {
            assert_eq!(cells(row, Some(b';')), expected, "{row}");
        }
    }
}
