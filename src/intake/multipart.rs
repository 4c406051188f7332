//! `multipart/form-data`, read as it streams in: chunks may end anywhere, files are skipped and only named.
//!
//! Line ends are CRLF, a lone LF is understood. Memory is bounded by the text limit and the limit on headers.

use percent_encoding::percent_decode_str;

use crate::event::FormFile;
use crate::problem::Problem;

use super::draft::Draft;
use super::limits;
use super::media_type::parameter;

/// White space that may follow a boundary on its line.
const PADDING: usize = 256;
/// Larger chunks are taken in slices, so that the buffer stays small.
const SLICE: usize = 16 * 1024;

pub(super) struct Parser {
    /// `--boundary`
    dashes: Vec<u8>,
    /// Bytes that cannot be judged yet.
    buffer: Vec<u8>,
    state: State,
    /// Bytes of text so far.
    text: usize,
}

enum State {
    Preamble,
    Headers,
    Part(Part),
    End,
}

struct Part {
    name: String,
    content: Content,
}

enum Content {
    Text(Vec<u8>),
    File {
        name: String,
        size: u64,
    },
    /// Of a withheld field.
    Withheld,
}

impl Parser {
    /// A parser for the boundary of this Content-Type.
    pub(super) fn new(content_type: &str) -> Result<Self, Problem> {
        let boundary = parameter(content_type, "boundary").unwrap_or_default();
        let fits = !boundary.is_empty()
            && boundary.len() <= limits::BOUNDARY
            && !boundary.ends_with(' ')
            && boundary.chars().all(|character| !character.is_control());
        if !fits {
            return Err(malformed("bad_boundary"));
        }
        let dashes = [b"--", boundary.as_bytes()].concat();
        // As if the body began after a line end: the first boundary looks like the others.
        Ok(Parser { dashes, buffer: vec![b'\n'], state: State::Preamble, text: 0 })
    }

    pub(super) fn push(&mut self, chunk: &[u8], draft: &mut Draft) -> Result<(), Problem> {
        for slice in chunk.chunks(SLICE) {
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.extend_from_slice(slice);
            let used = self.read(&buffer, draft)?;
            buffer.drain(..used.min(buffer.len()));
            self.buffer = buffer;
        }
        Ok(())
    }

    /// After the last chunk. `empty`: there was none.
    pub(super) fn finish(&self, empty: bool) -> Result<(), Problem> {
        match self.state {
            State::End => Ok(()),
            State::Preamble if !empty => Err(malformed("bad_boundary")),
            _ => Err(malformed("truncated_multipart")),
        }
    }

    /// Reads what can be judged; returns how much that was.
    fn read(&mut self, bytes: &[u8], draft: &mut Draft) -> Result<usize, Problem> {
        let mut used = 0;
        loop {
            let rest = bytes.get(used..).unwrap_or_default();
            match self.state {
                State::End => return Ok(bytes.len()),
                State::Headers => match headers_end(rest) {
                    Some(end) if end <= limits::PART_HEADERS => {
                        let part = self.part(rest.get(..end).unwrap_or_default(), draft)?;
                        self.state = State::Part(part);
                        used += end;
                    }
                    None if rest.len() < limits::PART_HEADERS => return Ok(used),
                    _ => return Err(malformed("part_headers").with("limit", limits::PART_HEADERS)),
                },
                State::Preamble | State::Part(_) => {
                    let (end, boundary) = find_boundary(rest, &self.dashes);
                    self.feed(rest.get(..end).unwrap_or_default())?;
                    match boundary {
                        None => return Ok(used + end),
                        Some(Boundary { after, last }) => {
                            let next = if last { State::End } else { State::Headers };
                            if let State::Part(part) = std::mem::replace(&mut self.state, next) {
                                part.finish(draft)?;
                            }
                            used += after;
                        }
                    }
                }
            }
        }
    }

    fn feed(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        let State::Part(part) = &mut self.state else { return Ok(()) };
        if let Content::File { size, .. } = &mut part.content {
            *size += bytes.len() as u64;
            return Ok(());
        }
        self.text += bytes.len();
        if self.text > limits::TEXT_BYTES {
            return Err(limits::text_too_large());
        }
        if let Content::Text(text) = &mut part.content {
            text.extend_from_slice(bytes);
        }
        Ok(())
    }

    fn part(&mut self, headers: &[u8], draft: &mut Draft) -> Result<Part, Problem> {
        let text = String::from_utf8_lossy(headers);
        let disposition = disposition(&text);
        let name = unescape(parameter(&disposition, "name").unwrap_or_default());
        let file = match parameter(&disposition, "filename*") {
            Some(extended) => Some(from_extended(&extended)),
            None => parameter(&disposition, "filename").map(unescape),
        };
        if file.is_none() && std::str::from_utf8(headers).is_err() {
            return Err(malformed("invalid_utf8"));
        }
        self.text += name.len() + file.as_deref().map_or(0, str::len);
        if self.text > limits::TEXT_BYTES {
            return Err(limits::text_too_large());
        }
        let content = match file {
            _ if !draft.admits(&name)? => Content::Withheld,
            Some(file) => {
                // Some browsers tell the whole path.
                let own = file.rsplit(['/', '\\']).next().unwrap_or_default();
                Content::File { name: own.to_owned(), size: 0 }
            }
            None => Content::Text(Vec::new()),
        };
        Ok(Part { name, content })
    }
}

impl Part {
    fn finish(self, draft: &mut Draft) -> Result<(), Problem> {
        match self.content {
            Content::Withheld => {}
            // No file was chosen.
            Content::File { name, size: 0 } if name.is_empty() => {}
            Content::File { name, size } => {
                draft.fields.file(FormFile { field: self.name, name, size })?;
            }
            Content::Text(bytes) => {
                let value = String::from_utf8(bytes)
                    .map_err(|_| draft.at("malformed", &self.name).with("detail", "invalid_utf8"))?;
                draft.add(&self.name, value)?;
            }
        }
        Ok(())
    }
}

fn malformed(detail: &str) -> Problem {
    Problem::new("malformed", "").with("detail", detail)
}

struct Boundary {
    /// Where the next part's headers begin.
    after: usize,
    last: bool,
}

/// How many bytes belong to the part for sure, and the boundary after them when it is there.
fn find_boundary(bytes: &[u8], dashes: &[u8]) -> (usize, Option<Boundary>) {
    let mut from = 0;
    while let Some(found) = bytes.get(from..).and_then(|rest| rest.iter().position(|byte| *byte == b'\n')) {
        let newline = from + found;
        let line = bytes.get(newline + 1..).unwrap_or_default();
        let end = before_line_end(bytes, newline);
        let Some(tail) = line.strip_prefix(dashes) else {
            if dashes.starts_with(line) {
                return (end, None);
            }
            from = newline + 1;
            continue;
        };
        let after = newline + 1 + dashes.len();
        let padding = tail.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        match tail.get(padding..).unwrap_or_default() {
            [b'-', b'-', ..] if padding == 0 => {
                return (end, Some(Boundary { after: after + 2, last: true }));
            }
            _ if padding > PADDING => {}
            [b'\n', ..] => return (end, Some(Boundary { after: after + padding + 1, last: false })),
            [b'\r', b'\n', ..] => return (end, Some(Boundary { after: after + padding + 2, last: false })),
            [] | [b'\r'] => return (end, None),
            [b'-'] if padding == 0 => return (end, None),
            _ => {}
        }
        from = newline + 1;
    }
    let end = if bytes.last() == Some(&b'\r') { bytes.len() - 1 } else { bytes.len() };
    (end, None)
}

fn before_line_end(bytes: &[u8], newline: usize) -> usize {
    match newline.checked_sub(1) {
        Some(before) if bytes.get(before) == Some(&b'\r') => before,
        _ => newline,
    }
}

/// Where the content begins: after the first empty line.
fn headers_end(bytes: &[u8]) -> Option<usize> {
    let mut start = 0;
    loop {
        let rest = bytes.get(start..)?;
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        if matches!(rest.get(..end), Some([] | [b'\r'])) {
            return Some(start + end + 1);
        }
        start += end + 1;
    }
}

/// The value of Content-Disposition, folded lines joined.
fn disposition(headers: &str) -> String {
    let mut value = String::new();
    let mut inside = false;
    for line in headers.lines() {
        if line.starts_with([' ', '\t']) {
            if inside {
                value.push_str(line);
            }
            continue;
        }
        inside = false;
        if let Some((name, rest)) = line.split_once(':')
            && value.is_empty()
            && name.trim().eq_ignore_ascii_case("content-disposition")
        {
            inside = true;
            value.push_str(rest.trim());
        }
    }
    value
}

/// Browsers escape three characters in names: `"`, CR and LF.
fn unescape(name: String) -> String {
    if !name.contains('%') {
        return name;
    }
    name.replace("%22", "\"")
        .replace("%0D", "\r")
        .replace("%0d", "\r")
        .replace("%0A", "\n")
        .replace("%0a", "\n")
}

/// `UTF-8''na%C3%AFve.txt` (RFC 5987).
fn from_extended(value: &str) -> String {
    let mut parts = value.splitn(3, '\'');
    let (charset, _, text) = (parts.next(), parts.next(), parts.next());
    let Some(text) = text else { return percent_decode_str(value).decode_utf8_lossy().into_owned() };
    if charset.is_some_and(|charset| charset.trim().eq_ignore_ascii_case("iso-8859-1")) {
        return percent_decode_str(text).map(char::from).collect();
    }
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
