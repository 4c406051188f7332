//! Who calls or is called: digits, `+digits`, a SIP login, `"Name" <number>`, or somebody hidden.

use crate::spelling::squeeze;

/// A side of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CallerId {
    /// Digits, with `+` when it came with one.
    Number(String),
    /// A SIP login or an extension.
    Login(String),
    Hidden,
}

/// Fewer digits are an extension or a service.
const MIN_DIGITS: usize = 5;

const HIDDEN: [&str; 16] = [
    "",
    "0",
    "1",
    "anonymous",
    "unknown",
    "private",
    "restricted",
    "hidden",
    "unavailable",
    "withheld",
    "none",
    "null",
    "undefined",
    "asterisk",
    "nonumber",
    "privatenumber",
];

/// Reads a caller id, HTML-escaped or not.
pub(super) fn read(text: &str) -> CallerId {
    let text = unescape(text);
    let text = text.trim();
    let (name, inner) = match text.rsplit_once('<') {
        Some((name, inner)) => (name, inner.split_once('>').map_or(inner, |(inner, _)| inner)),
        None => ("", text),
    };
    let inner = if inner.trim().is_empty() { name } else { inner };
    let inner = inner.trim_matches(|one: char| one == '"' || one == '\'' || one.is_whitespace());
    let inner = ["sip:", "sips:", "tel:"].iter().find_map(|scheme| without(inner, scheme)).unwrap_or(inner);
    // Host and parameters of an address.
    let plain = inner.split(['@', ';', ',']).next().unwrap_or_default().trim();
    if HIDDEN.contains(&squeeze(plain).as_str()) {
        return CallerId::Hidden;
    }
    if plain.chars().any(|one| one.is_alphabetic() || one == '_') {
        return CallerId::Login(plain.to_owned());
    }
    let digits = digits(plain);
    if digits.len() < MIN_DIGITS {
        return CallerId::Login(plain.to_owned());
    }
    let plus = if plain.starts_with('+') { "+" } else { "" };
    CallerId::Number(format!("{plus}{digits}"))
}

impl CallerId {
    pub(super) fn number(&self) -> Option<&str> {
        match self {
            CallerId::Number(number) => Some(number),
            _ => None,
        }
    }

    pub(super) fn login(&self) -> Option<&str> {
        match self {
            CallerId::Login(login) => Some(login),
            _ => None,
        }
    }
}

pub(super) fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Whether two numbers are one, as far as can be told without a country: equal, or one is the other's national form.
pub(super) fn same(one: &str, other: &str) -> bool {
    let (one, other) = (digits(one), digits(other));
    let national = |text: &str| text.trim_start_matches('0').to_owned();
    let (short, long) =
        if one.len() < other.len() { (national(&one), other) } else { (national(&other), one) };
    short.len() >= 9 && long.ends_with(&short) || short.len() >= MIN_DIGITS && short == national(&long)
}

fn without<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let (head, tail) = text.split_at_checked(scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then_some(tail)
}

/// `&quot;` and its kin as the characters they stand for, escaped twice too.
pub(super) fn unescape(text: &str) -> String {
    let once = unescape_once(text);
    if once.len() < text.len() && once.contains('&') { unescape_once(&once) } else { once }
}

fn unescape_once(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let entity = after.split_once(';').and_then(|(name, tail)| Some((character(name)?, tail)));
        match entity {
            Some((character, tail)) => {
                out.push(character);
                rest = tail;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<char> {
    match name {
        "quot" => Some('"'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let code = name.strip_prefix('#').filter(|code| code.len() <= 7)?;
            let code = match code.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => code.parse().ok()?,
            };
            char::from_u32(code).filter(|one| !one.is_control())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (text, expected) in [
            ("380441112233", "380441112233"),
            ("+380441112233", "+380441112233"),
            ("+38 (044) 111-22-33", "+380441112233"),
            ("\"Support PhonerLite\" <380671234567>", "380671234567"),
            ("&quot;Support PhonerLite&quot; &lt;+380671234567&gt;", "+380671234567"),
            ("&amp;quot;A&amp;quot; &amp;lt;380671234567&amp;gt;", "380671234567"),
            ("\"380671234567\" <>", "380671234567"),
            ("<sip:380671234567@pbx.example;transport=udp>", "380671234567"),
            ("tel:+380671234567", "+380671234567"),
            (" 380671234567", "380671234567"),
            ("<380671234567", "380671234567"),
        ] {
            assert_eq!(read(text), CallerId::Number(expected.into()), "{text}");
        }
    }

    #[test]
    fn logins() {
        for (text, expected) in [
            ("utsua_sip", "utsua_sip"),
            ("h2hmoverscom_jena", "h2hmoverscom_jena"),
            ("&quot;itrixcom_Kontakt&quot; &lt;itrixcom_Kontakt&gt;", "itrixcom_Kontakt"),
            ("firm_101@sip.example", "firm_101"),
            ("101", "101"),
        ] {
            assert_eq!(read(text), CallerId::Login(expected.into()), "{text}");
        }
    }

    #[test]
    fn hidden() {
        for text in [
            "",
            "-",
            "-1",
            "anonymous",
            "Anonymous",
            "\"Anonymous\" <anonymous>",
            "unknown",
            "Private",
            "restricted",
            "sip:anonymous@anonymous.invalid",
            "null",
            "<>",
            "0",
            "Private Number",
        ] {
            assert_eq!(read(text), CallerId::Hidden, "{text}");
        }
    }

    #[test]
    fn one_number_in_two_forms() {
        assert!(same("+380671112233", "0671112233"));
        assert!(same("380671112233", "00380671112233"));
        assert!(same("12345", "12345"));
        assert!(!same("", ""));
        assert!(!same("380671112233", "380671112234"));
        assert!(!same("12345", "380671112345"));
    }

    #[test]
    fn entities() {
        assert_eq!(unescape("O&#039;Neil &amp; &#x41; &bogus; &"), "O'Neil & A &bogus; &");
        assert_eq!(unescape("a&#0;b"), "a&#0;b");
    }
}
