//! How the bytes of an input are fed.

use std::borrow::Cow;

/// Stands for [`FILLER`] in an input: no text has this byte, and limits of kilobytes come into reach of small inputs.
const LONG: u8 = 0xfe;
/// Bytes that it stands for.
const FILLER: usize = 8 * 1024;
/// No longer than that: a little more than the longest limit that is reached.
const LONGEST: usize = 272 * 1024;

/// The input with its long places written out.
pub fn stretched(input: &[u8]) -> Cow<'_, [u8]> {
    if !input.contains(&LONG) {
        return Cow::Borrowed(input);
    }
    let mut out = Vec::new();
    for byte in input {
        match *byte {
            LONG if out.len() < LONGEST => out.resize(out.len() + FILLER, b'a'),
            LONG => {}
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}

/// The bytes in two sizes of chunks by turns, as the knob says.
pub fn chunks(bytes: &[u8], knob: u8) -> impl Iterator<Item = &[u8]> {
    // Long bodies in a byte at a time would take the time of a thousand short ones.
    let unit = if bytes.len() > 8 * 1024 { 1021 } else { 1 };
    let sizes = [unit * (1 + usize::from(knob % 16)), unit * (1 + usize::from(knob / 16))];
    let mut rest = bytes;
    let mut turns = sizes.into_iter().cycle();
    std::iter::from_fn(move || {
        let size = turns.next().filter(|_| !rest.is_empty())?.min(rest.len());
        let (chunk, after) = rest.split_at(size);
        rest = after;
        Some(chunk)
    })
}

/// The next line and what comes after it.
pub fn line(input: &[u8]) -> (Cow<'_, str>, &[u8]) {
    let end = input.iter().position(|byte| *byte == b'\n');
    let (line, rest) = end.map_or((input, &[][..]), |end| (&input[..end], &input[end + 1..]));
    (String::from_utf8_lossy(line), rest)
}
