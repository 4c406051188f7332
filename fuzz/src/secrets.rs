//! Secrets, told a second time: far fewer than the intake knows, but none of these may ever pass.

/// Words that make a name a secret's wherever they stand in it.
const WORDS: [&str; 9] =
    ["password", "passwd", "passphrase", "captcha", "csrf", "xsrf", "sessid", "apikey", "парол"];

/// Checks names of what was kept.
pub fn none_in<'a>(names: impl IntoIterator<Item = &'a str>) {
    for name in names {
        let letters: String =
            name.chars().filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        assert!(!WORDS.iter().any(|word| letters.contains(word)), "a secret was kept: {name:?}");
    }
}

/// Checks the parameters of an address that was kept: of its query and of a query in its fragment.
pub fn none_in_address(address: &str) {
    let (head, fragment) = address.split_once('#').unwrap_or((address, ""));
    let (path, in_fragment) = fragment.split_once('?').unwrap_or((fragment, ""));
    let query = head.split_once('?').map_or("", |(_, query)| query);
    for part in [query, path, in_fragment] {
        let pairs = part.split('&').filter(|pair| pair.contains('='));
        for pair in pairs {
            let plain = pair.strip_prefix("amp;").unwrap_or(pair);
            let names = form_urlencoded::parse(plain.as_bytes()).map(|(name, _)| name.into_owned());
            none_in(names.collect::<Vec<_>>().iter().map(String::as_str));
        }
    }
}

/// Checks that a value is no card number as shops print it: `4` and fifteen more digits that pass Luhn's check.
pub fn no_card(value: &str) {
    let digits: Vec<u32> = value.trim().chars().filter_map(|one| one.to_digit(10)).collect();
    if value.trim().len() != 16 || digits.len() != 16 || digits[0] != 4 {
        return;
    }
    let sum: u32 = digits
        .iter()
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { *digit })
        .sum();
    assert!(!sum.is_multiple_of(10), "a card number was kept");
}
