//! Bytes to a [`Call`](crate::event::Call): one message of Webhooks 2.0, or the rows of a `calls/list` document.
//!
//! A call without number, with a hidden one, between employees or still in progress is no error: it becomes a call,
//! and a rule says why nothing is made of it. Texts are taken as they come (`(none)` of a mark stays `(none)`);
//! `-1`, `null` and blank values are nothing, whatever they stand beside.

mod caller_id;
mod canonical_id;
mod fields;
mod json_fields;
mod keys;
mod list_csv;
mod list_json;
mod row;
mod seen;
mod status;
mod time;
mod webhook;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::problem::Problem;

pub use canonical_id::{CallParts, START_TOLERANCE_S};
pub use keys::{Key, KeyName, KeyTable};
pub use row::{ReadCall, subject_of};
pub use seen::{Seen, SeenEmployee, SeenLine};
pub use time::Clock;
pub use webhook::read_webhook;

use fields::Fields;
use row::Source;

/// A row of a list, in bytes.
pub const ROW_BYTES: usize = 64 * 1024;

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// An array of objects.
    Json,
    /// `;` and a line of names.
    Csv,
    /// By the first byte.
    #[default]
    Guess,
}

/// A row as read. Rows count from 1; the line of names and blank lines are none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Row {
    /// A call.
    Call {
        /// Which row.
        row: u64,
        /// The call.
        read: Box<ReadCall>,
    },
    /// No call could be read.
    Rejected {
        /// Which row.
        row: u64,
        /// `row_too_long`, `malformed`, `not_an_object`, `too_few_columns`, `too_many_columns`, `invalid_utf8`,
        /// `not_a_call` or `truncated`.
        code: Cow<'static, str>,
    },
}

/// A row as found.
enum Raw<'a> {
    Json(&'a [u8]),
    Cells(&'a [String], &'a [String]),
    Rejected(&'static str),
}

/// Reads a `calls/list` document chunk by chunk. Memory is bounded by one row, which is at most [`ROW_BYTES`].
#[derive(Debug)]
pub struct CallListReader {
    parser: Parser,
    keys: KeyTable,
    clock: Clock,
    rows: u64,
}

#[derive(Debug)]
enum Parser {
    /// Before the first byte that tells something.
    Start(Format),
    Json(list_json::Parser),
    Csv(list_csv::Parser),
}

impl CallListReader {
    /// A reader that has read nothing.
    pub fn new(format: Format, keys: KeyTable, clock: Clock) -> Self {
        CallListReader { parser: Parser::Start(format), keys, clock, rows: 0 }
    }

    /// Takes the next bytes; gives the rows that end in them.
    pub fn push(&mut self, chunk: &[u8]) -> Vec<Row> {
        let mut chunk = chunk;
        if let Parser::Start(format) = self.parser {
            let Some(first) = chunk.iter().position(|byte| !is_before_all(*byte)) else { return Vec::new() };
            chunk = chunk.get(first..).unwrap_or_default();
            let json = match format {
                Format::Json => true,
                Format::Csv => false,
                Format::Guess => matches!(chunk.first(), Some(b'[' | b'{')),
            };
            self.parser =
                if json { Parser::Json(Default::default()) } else { Parser::Csv(Default::default()) };
        }
        let CallListReader { parser, keys, clock, rows } = self;
        let mut out = Vec::new();
        let mut emit = |raw: Raw<'_>| out.push(to_row(raw, rows, keys, clock));
        match parser {
            Parser::Start(_) => {}
            Parser::Json(parser) => parser.push(chunk, &mut emit),
            Parser::Csv(parser) => parser.push(chunk, keys, &mut emit),
        }
        out
    }

    /// The last row, and what is wrong with the document as a whole: `malformed` with `detail` `empty`,
    /// `not_a_list`, `truncated`, `unknown_header`, `header_too_long` or `invalid_utf8`. Rows that were given before hold.
    pub fn finish(self) -> (Vec<Row>, Option<Problem>) {
        let CallListReader { parser, keys, clock, mut rows } = self;
        let mut out = Vec::new();
        let mut emit = |raw: Raw<'_>| out.push(to_row(raw, &mut rows, &keys, &clock));
        let problem = match parser {
            Parser::Start(_) => Some(Problem::new("malformed", "").with("detail", "empty")),
            Parser::Json(parser) => parser.finish(&mut emit),
            Parser::Csv(parser) => parser.finish(&keys, &mut emit),
        };
        (out, problem)
    }
}

/// White space and the bytes of a byte order mark.
fn is_before_all(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b"\xef\xbb\xbf".contains(&byte)
}

fn to_row(raw: Raw<'_>, rows: &mut u64, keys: &KeyTable, clock: &Clock) -> Row {
    *rows += 1;
    let row = *rows;
    match read_row(raw, keys, clock) {
        Ok(read) => Row::Call { row, read: Box::new(read) },
        Err(code) => Row::Rejected { row, code: Cow::Borrowed(code) },
    }
}

fn read_row(raw: Raw<'_>, keys: &KeyTable, clock: &Clock) -> Result<ReadCall, &'static str> {
    let mut fields = Fields::new(keys);
    match raw {
        Raw::Rejected(code) => return Err(code),
        Raw::Json(bytes) => {
            let text = std::str::from_utf8(bytes).map_err(|_| "invalid_utf8")?;
            if !text.starts_with('{') {
                return Err("not_an_object");
            }
            for (name, value) in json_fields::read(text).map_err(|_| "malformed")? {
                fields.add(&name, &value);
            }
        }
        Raw::Cells(names, cells) => {
            for (name, value) in names.iter().zip(cells) {
                fields.add(name, value);
            }
        }
    }
    row::read(fields, clock, Source::List).map_err(|_| "not_a_call")
}

#[cfg(test)]
mod tests;
