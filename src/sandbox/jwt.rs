//! Tokens that look like amoCRM's: clients read the claims and cannot check the signature.

use serde_json::{Value, json};

use super::rng::Rng;

/// `header.payload.signature`; the signature is noise of the usual length.
pub(crate) fn token(claims: &Value, rng: &mut Rng) -> String {
    let header = json!({"typ": "JWT", "alg": "RS256"}).to_string();
    let signature: Vec<u8> = (0..32).flat_map(|_| rng.next().to_be_bytes()).collect();
    [header.as_bytes(), claims.to_string().as_bytes(), &signature].map(base64url).join(".")
}

/// Without padding, as JWTs have it.
fn base64url(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        // n bytes need n + 1 digits.
        for place in 0..=chunk.len() {
            text.push(match (bits >> (18 - 6 * place) & 63) as u8 {
                n @ 0..=25 => b'A' + n,
                n @ 26..=51 => b'a' + n - 26,
                n @ 52..=61 => b'0' + n - 52,
                62 => b'-',
                _ => b'_',
            } as char);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_remainder_and_both_special_digits() {
        for (bytes, text) in [
            (&b""[..], ""),
            (b"f", "Zg"),
            (b"fo", "Zm8"),
            (b"foo", "Zm9v"),
            (b"foob", "Zm9vYg"),
            (&[0xfb, 0xff, 0xbf], "-_-_"),
        ] {
            assert_eq!(base64url(bytes), text);
        }
    }
}
