//! One JSON object to (name, text) pairs, nested names joined by dots.

use std::borrow::Cow;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess};

use crate::intake::json::{
    Any, Read, drain_array, drain_object, has_surrogates, next_key, without_lone_surrogates,
};
use crate::problem::Problem;

/// Objects and arrays inside each other.
const DEPTH: usize = 8;
/// A name, its outer ones included, in bytes.
const NAME: usize = 300;
/// Values of one object: more are left out.
const VALUES: usize = 1000;

/// Reads an object, or an array that holds one object and nothing else.
pub(super) fn read(text: &str) -> Result<Vec<(String, String)>, Problem> {
    // Numbers are read as text: a binary fraction would change `1791545397.2215926`.
    let quoted = quote_numbers(text);
    let pairs = match parse(&quoted) {
        Err(_) if has_surrogates(&quoted) => parse(&without_lone_surrogates(&quoted)),
        parsed => parsed,
    };
    match pairs {
        // Line and column are told as they are without the quotes.
        Err(_) => Err(syntax(text)),
        Ok(None) => Err(Problem::new("malformed", "").with("detail", "not_an_object")),
        Ok(Some(pairs)) => Ok(pairs),
    }
}

fn syntax(text: &str) -> Problem {
    let problem = Problem::new("malformed", "").with("detail", "invalid_json");
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Err(error) => problem.with("line", error.line()).with("column", error.column()),
        Ok(_) => problem,
    }
}

fn parse(text: &str) -> Result<Option<Vec<(String, String)>>, serde_json::Error> {
    let mut pairs = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let was =
        Any(Flat { pairs: &mut pairs, path: &mut String::new(), depth: 0 }).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok((was == Was::Object).then_some(pairs))
}

fn quote_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let (mut in_string, mut escaped, mut in_number) = (false, false, false);
    for one in text.chars() {
        if in_string {
            if escaped {
                escaped = false;
            } else if one == '\\' {
                escaped = true;
            } else if one == '"' {
                in_string = false;
            }
        } else if in_number {
            if !matches!(one, '0'..='9' | '.' | 'e' | 'E' | '+' | '-') {
                in_number = false;
                out.push('"');
                in_string = one == '"';
            }
        } else if one == '-' || one.is_ascii_digit() {
            in_number = true;
            out.push('"');
        } else if one == '"' {
            in_string = true;
        }
        out.push(one);
    }
    if in_number {
        out.push('"');
    }
    out
}

struct Flat<'a> {
    pairs: &'a mut Vec<(String, String)>,
    path: &'a mut String,
    depth: usize,
}

#[derive(PartialEq, Eq)]
enum Was {
    Object,
    Other,
}

impl<'de> Read<'de> for Flat<'_> {
    type Out = Was;

    fn text(self, text: Cow<'de, str>) -> Was {
        if self.pairs.len() < VALUES && !text.trim().is_empty() {
            self.pairs.push((self.path.clone(), text.into_owned()));
        }
        Was::Other
    }

    fn null(self) -> Was {
        Was::Other
    }

    fn object<A: MapAccess<'de>>(self, mut map: A) -> Result<Was, A::Error> {
        if self.depth >= DEPTH {
            drain_object(map)?;
            return Ok(Was::Object);
        }
        let outer = self.path.len();
        while let Some(key) = next_key(&mut map)? {
            if outer + key.len() > NAME {
                map.next_value::<serde::de::IgnoredAny>()?;
                continue;
            }
            if outer > 0 {
                self.path.push('.');
            }
            self.path.push_str(&key);
            map.next_value_seed(Any(Flat { pairs: self.pairs, path: self.path, depth: self.depth + 1 }))?;
            self.path.truncate(outer);
        }
        Ok(Was::Object)
    }

    fn array<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Was, A::Error> {
        if self.depth >= DEPTH {
            drain_array(seq)?;
            return Ok(Was::Other);
        }
        let (mut count, mut object) = (0_usize, false);
        while let Some(was) =
            seq.next_element_seed(Any(Flat { pairs: self.pairs, path: self.path, depth: self.depth + 1 }))?
        {
            count += 1;
            object = was == Was::Object;
        }
        Ok(if count == 1 && object { Was::Object } else { Was::Other })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        read(text).unwrap()
    }

    #[test]
    fn numbers_keep_their_digits() {
        let text = r#"{"id":3333333333.3333330,"c":1169999034.15555555108,"n":-1,"s":"a\"1\\","t":1728427645501605,"b":true,"x":null}"#;
        let read = pairs(text);
        let read: Vec<_> = read.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            read,
            [
                ("id", "3333333333.3333330"),
                ("c", "1169999034.15555555108"),
                ("n", "-1"),
                ("s", "a\"1\\"),
                ("t", "1728427645501605"),
                ("b", "true")
            ]
        );
    }

    #[test]
    fn nested_names_are_joined() {
        let read = pairs(r#"{"a":{"b":{"c":"1"}},"d":["2",{"e":"3"}],"f":"\ud83d"}"#);
        let read: Vec<_> = read.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(read, [("a.b.c", "1"), ("d", "2"), ("d.e", "3"), ("f", "\u{fffd}")]);
        assert_eq!(pairs(r#"[{"a":"1"}]"#), [("a".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn what_is_no_object_is_told() {
        for (text, detail) in [
            ("1", "not_an_object"),
            ("[]", "not_an_object"),
            (r#"[{"a":1},{"a":2}]"#, "not_an_object"),
            ("{\n\"a\":}", "invalid_json"),
            ("", "invalid_json"),
        ] {
            let problem = read(text).unwrap_err();
            assert_eq!(problem.params["detail"], detail, "{text}");
        }
        assert_eq!(read("{\n\"a\":}").unwrap_err().params["line"], 2);
    }

    #[test]
    fn deep_and_wide_ones_are_cut() {
        let deep = format!("{}1{}", "{\"a\":".repeat(100), "}".repeat(100));
        assert_eq!(pairs(&deep), []);
        let wide = format!("{{\"{}\":{{\"b\":1}},\"c\":2}}", "a".repeat(1000));
        assert_eq!(pairs(&wide), [("c".to_owned(), "2".to_owned())]);
    }
}
