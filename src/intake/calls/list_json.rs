//! The rows of a `calls/list` document in JSON, as its bytes arrive: an array of objects, bare or inside an object.

use crate::problem::Problem;

use super::{ROW_BYTES, Raw};

/// Finds the rows; whether one is good is seen when it is whole.
#[derive(Debug, Default)]
pub(super) struct Parser {
    state: State,
    row: Vec<u8>,
    too_long: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Start,
    /// In the object around the array.
    Outside(Text),
    /// Between rows.
    Array,
    /// In an object or array, so deep.
    Nested(usize, Text),
    Word(Text),
    Scalar,
    End,
    Broken,
}

/// Whether in a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Text {
    #[default]
    Out,
    In,
    Escape,
}

impl Text {
    fn next(self, byte: u8) -> Text {
        match (self, byte) {
            (Text::Out, b'"') | (Text::Escape, _) => Text::In,
            (Text::In, b'\\') => Text::Escape,
            (Text::In, b'"') => Text::Out,
            (text, _) => text,
        }
    }
}

impl Parser {
    pub(super) fn push(&mut self, chunk: &[u8], rows: &mut impl FnMut(Raw<'_>)) {
        for byte in chunk {
            self.byte(*byte, rows);
        }
    }

    fn byte(&mut self, byte: u8, rows: &mut impl FnMut(Raw<'_>)) {
        let quiet = |text: Text| text == Text::Out;
        self.state = match self.state {
            State::Start => match byte {
                b'[' => State::Array,
                b'{' => State::Outside(Text::Out),
                byte if byte.is_ascii_whitespace() => State::Start,
                _ => State::Broken,
            },
            State::Outside(text) if quiet(text) && byte == b'[' => State::Array,
            State::Outside(text) => State::Outside(text.next(byte)),
            State::Array => match byte {
                b']' => State::End,
                b',' => State::Array,
                byte if byte.is_ascii_whitespace() => State::Array,
                byte => {
                    self.keep(byte);
                    match byte {
                        b'{' | b'[' => State::Nested(1, Text::Out),
                        b'"' => State::Word(Text::In),
                        _ => State::Scalar,
                    }
                }
            },
            State::Nested(depth, text) => {
                self.keep(byte);
                let depth = match byte {
                    b'{' | b'[' if quiet(text) => depth.saturating_add(1),
                    b'}' | b']' if quiet(text) => depth.saturating_sub(1),
                    _ => depth,
                };
                if depth == 0 { self.end(rows) } else { State::Nested(depth, text.next(byte)) }
            }
            State::Word(text) => {
                self.keep(byte);
                let text = text.next(byte);
                if text == Text::Out { self.end(rows) } else { State::Word(text) }
            }
            State::Scalar => match byte {
                b',' => self.end(rows),
                b']' => {
                    self.end(rows);
                    State::End
                }
                byte if byte.is_ascii_whitespace() => self.end(rows),
                byte => {
                    self.keep(byte);
                    State::Scalar
                }
            },
            state @ (State::End | State::Broken) => state,
        };
    }

    fn keep(&mut self, byte: u8) {
        if self.row.len() < ROW_BYTES {
            self.row.push(byte);
        } else {
            self.too_long = true;
        }
    }

    fn end(&mut self, rows: &mut impl FnMut(Raw<'_>)) -> State {
        rows(if self.too_long { Raw::Rejected("row_too_long") } else { Raw::Json(&self.row) });
        self.row.clear();
        self.too_long = false;
        State::Array
    }

    pub(super) fn finish(mut self, rows: &mut impl FnMut(Raw<'_>)) -> Option<Problem> {
        let detail = match self.state {
            State::End => return None,
            State::Start => "empty",
            State::Broken | State::Outside(_) => "not_a_list",
            State::Array => "truncated",
            State::Scalar => {
                self.end(rows);
                "truncated"
            }
            State::Nested(..) | State::Word(_) => {
                rows(Raw::Rejected(if self.too_long { "row_too_long" } else { "truncated" }));
                "truncated"
            }
        };
        Some(Problem::new("malformed", "").with("detail", detail))
    }
}
