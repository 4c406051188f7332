//! `application/x-www-form-urlencoded`, UTF-8.

use percent_encoding::percent_decode;

use crate::problem::Problem;

use super::draft::Draft;

/// Reads a whole body.
pub(super) fn read(body: &[u8], draft: &mut Draft) -> Result<(), Problem> {
    for pair in body.trim_ascii().split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let name = decode(halves.next().unwrap_or_default())
            .ok_or_else(|| Problem::new("malformed", "").with("detail", "invalid_utf8"))?;
        if !draft.admits(&name)? {
            continue;
        }
        let Some(value) = decode(halves.next().unwrap_or_default()) else {
            return Err(draft.at("malformed", &name).with("detail", "invalid_utf8"));
        };
        draft.add(&name, value)?;
    }
    Ok(())
}

fn decode(text: &[u8]) -> Option<String> {
    let bytes = if text.contains(&b'+') {
        let spaced: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
        percent_decode(&spaced).collect()
    } else {
        percent_decode(text).collect()
    };
    String::from_utf8(bytes).ok()
}
