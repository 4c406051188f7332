//! `calls/list` as it streams in: rows are the same in whatever chunks, and are told by their number.

use ringostat_amocrm::intake::calls::{CallListReader, Clock, Format, KeyTable, Row};
use ringostat_amocrm::json;
use ringostat_amocrm::problem::Problem;

use super::{calls, chunks, problems};

/// What a row is refused with.
const REJECTED: [&str; 8] = [
    "row_too_long",
    "malformed",
    "not_an_object",
    "too_few_columns",
    "too_many_columns",
    "invalid_utf8",
    "not_a_call",
    "truncated",
];

type Read = (Vec<Row>, Option<Problem>);

/// The push parser of JSON.
pub fn call_list_json(data: &[u8]) {
    let [knob, chunk, body @ ..] = data else { return };
    let body = chunks::stretched(body);
    let (clock, chunk) = (calls::clock(*knob), *chunk);
    let read = checked(Format::Json, &body, chunk, &clock);
    if matches!(first(&body), Some(b'[' | b'{')) {
        assert_eq!(checked(Format::Guess, &body, chunk, &clock), read);
    }
    if read.1.is_none() {
        let more = [&body, &b" \n"[..]].concat();
        assert_eq!(checked(Format::Json, &more, chunk, &clock), read, "white space makes a difference");
    }
}

/// The push parser of CSV.
pub fn call_list_csv(data: &[u8]) {
    let [knob, chunk, body @ ..] = data else { return };
    let body = chunks::stretched(body);
    let (clock, chunk) = (calls::clock(*knob), *chunk);
    let read = checked(Format::Csv, &body, chunk, &clock);
    if !matches!(first(&body), None | Some(b'[' | b'{')) {
        assert_eq!(checked(Format::Guess, &body, chunk, &clock), read);
    }
    if read.1.is_none() {
        let more = [&body, &b"\n\n"[..]].concat();
        assert_eq!(checked(Format::Csv, &more, chunk, &clock), read, "line ends make a difference");
    }
}

/// The first byte past white space and a byte order mark.
fn first(body: &[u8]) -> Option<u8> {
    body.iter().find(|byte| !byte.is_ascii_whitespace() && !b"\xef\xbb\xbf".contains(byte)).copied()
}

fn checked(format: Format, body: &[u8], chunk: u8, clock: &Clock) -> Read {
    let whole = read(format, std::iter::once(body), clock);
    assert_eq!(read(format, chunks::chunks(body, chunk), clock), whole, "chunks make a difference");
    for (position, row) in whole.0.iter().enumerate() {
        let number = match row {
            Row::Call { row, read } => {
                calls::read(read);
                *row
            }
            Row::Rejected { row, code } => {
                assert!(REJECTED.contains(&&**code), "{code}");
                *row
            }
        };
        assert_eq!(number, position as u64 + 1);
    }
    assert_eq!(json::from_slice::<Vec<Row>>(&json::to_bytes(&whole.0)).unwrap(), whole.0);
    if let Some(problem) = &whole.1 {
        problems::told(std::slice::from_ref(problem), &["malformed"]);
    }
    whole
}

fn read<'a>(format: Format, chunks: impl Iterator<Item = &'a [u8]>, clock: &Clock) -> Read {
    let mut reader = CallListReader::new(format, KeyTable::default(), clock.clone());
    let mut rows: Vec<Row> = chunks.flat_map(|chunk| reader.push(chunk)).collect();
    let (last, problem) = reader.finish();
    rows.extend(last);
    (rows, problem)
}
