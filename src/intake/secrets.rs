//! What must never enter the product: passwords, tokens, captchas, card data, and what the settings ignore.
//!
//! Names are compared by their words: `userPassword`, `user[password]` and `user-password` are the same, and
//! `passport` is none of them. Of an unmistakable word (`password`, `csrf`, `captcha`) any part of a name will do;
//! an everyday one (`pass`, `card`) needs company that leaves no doubt, so `ski_pass` and `discount_card` stay.

/// Decides by name and by value. Keeps its buffers from name to name.
#[derive(Default)]
pub(super) struct Guard {
    ignored: Vec<String>,
    words: Words,
}

impl Guard {
    pub(super) fn new(ignored: Vec<String>) -> Self {
        let ignored = ignored
            .iter()
            .map(|name| without_brackets(name.trim()).to_lowercase())
            .filter(|name| !name.is_empty())
            .collect();
        let words = Words { joined: String::with_capacity(64), starts: Vec::with_capacity(16), letters: 0 };
        Guard { ignored, words }
    }

    /// Why a field of this name is withheld. A name inside a withheld one (`token[value]`) is withheld too.
    pub(super) fn name(&mut self, name: &str) -> Option<&'static str> {
        if self.is_ignored(name) {
            return Some("ignored");
        }
        if name.is_empty() {
            return None;
        }
        if let Some(reason) = self.words.set(name).reason() {
            return Some(reason);
        }
        // Ancestors. Bounded: names come from strangers.
        let inner = name.bytes().take(512).enumerate().filter(|(_, byte)| matches!(byte, b'[' | b'.'));
        for (end, _) in inner.take(ANCESTORS) {
            let outer = name.get(..end).unwrap_or_default();
            if self.is_ignored(outer) {
                return Some("ignored");
            }
            if let Some(reason) = self.words.set(outer).reason() {
                return Some(reason);
            }
        }
        None
    }

    /// Whether this value of this field is a card number.
    pub(super) fn value(&mut self, name: &str, value: &str) -> bool {
        is_card_number(value) && !self.words.set(name).name_a_number()
    }

    pub(super) fn is_ignored(&self, name: &str) -> bool {
        if self.ignored.is_empty() {
            return false;
        }
        let name = without_brackets(name.trim());
        self.ignored.iter().any(|ignored| {
            ignored.eq_ignore_ascii_case(name) || (!name.is_ascii() && name.to_lowercase() == *ignored)
        })
    }
}

/// How many outer names of one name are looked at.
const ANCESTORS: usize = 16;

fn without_brackets(name: &str) -> &str {
    name.strip_suffix("[]").unwrap_or(name)
}

/// A name taken apart: `userPass[new]` is `userpassnew`, with words that begin at 0, 4 and 8.
#[derive(Default)]
struct Words {
    joined: String,
    starts: Vec<usize>,
    letters: u32,
}

/// A part to look for in names, with the set of its letters: most names lack one and need no search.
#[derive(Clone, Copy)]
struct Part {
    text: &'static str,
    letters: u32,
}

const fn parts<const N: usize>(texts: [&'static str; N]) -> [Part; N] {
    let mut parts = [Part { text: "", letters: 0 }; N];
    let mut rest: &mut [Part] = &mut parts;
    let mut left: &[&'static str] = &texts;
    while let ([part, next_part @ ..], [text, next_text @ ..]) = (rest, left) {
        *part = Part { text, letters: letters(text.as_bytes()) };
        rest = next_part;
        left = next_text;
    }
    parts
}

const fn letters(mut text: &[u8]) -> u32 {
    let mut set = 0;
    while let [byte, rest @ ..] = text {
        set |= letter(*byte);
        text = rest;
    }
    set
}

/// One bit for each of a to z, one for everything else.
const fn letter(byte: u8) -> u32 {
    match byte {
        b'a'..=b'z' => 1 << (byte - b'a'),
        _ => 1 << 26,
    }
}

impl Words {
    fn set(&mut self, name: &str) -> &Self {
        self.joined.clear();
        self.starts.clear();
        self.letters = 0;
        let mut inside = false;
        let mut was_upper = false;
        for character in name.chars() {
            if !character.is_alphanumeric() {
                inside = false;
                continue;
            }
            let upper = character.is_uppercase();
            if !inside || (upper && !was_upper) {
                self.starts.push(self.joined.len());
            }
            if character.is_ascii() {
                let character = character.to_ascii_lowercase();
                self.letters |= letter(character as u8);
                self.joined.push(character);
            } else {
                self.letters |= letter(u8::MAX);
                self.joined.extend(character.to_lowercase());
            }
            inside = true;
            was_upper = upper;
        }
        self
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        let ends = self.starts.iter().skip(1).copied().chain([self.joined.len()]);
        self.starts.iter().zip(ends).filter_map(|(start, end)| self.joined.get(*start..end))
    }

    /// What is left of the name from each word on.
    fn tails(&self) -> impl Iterator<Item = &str> {
        self.starts.iter().filter_map(|start| self.joined.get(*start..))
    }

    fn has(&self, parts: &[Part]) -> bool {
        let name = self.joined.as_bytes();
        parts.iter().any(|part| {
            part.letters & !self.letters == 0
                && name.windows(part.text.len()).any(|window| window == part.text.as_bytes())
        })
    }

    /// Whether the name has the letters of any part.
    fn may_have(&self, parts: &[Part]) -> bool {
        parts.iter().any(|part| part.letters & !self.letters == 0)
    }

    fn reason(&self) -> Option<&'static str> {
        if self.joined.len() < 3 {
            None
        } else if self.is_captcha() {
            Some("captcha")
        } else if self.is_password() {
            Some("password")
        } else if self.is_token() {
            Some("token")
        } else if self.is_card() {
            Some("card")
        } else {
            None
        }
    }

    fn is_captcha(&self) -> bool {
        const PARTS: [Part; 5] = parts(["captcha", "kaptcha", "capcha", "turnstile", "капч"]);
        self.has(&PARTS) || self.joined == "smarttoken"
    }

    fn is_password(&self) -> bool {
        const PARTS: [Part; 9] = parts([
            "password",
            "passwd",
            "passwort",
            "kennwort",
            "passphrase",
            "passcode",
            "contrase",
            "motdepasse",
            "парол",
        ]);
        let name = without_digits(&self.joined);
        if self.has(&PARTS) || name.ends_with("pwd") {
            return true;
        }
        const WORDS: [Part; 8] = parts(["pass", "psw", "pwd", "haslo", "hasło", "senha", "heslo", "parola"]);
        if !self.may_have(&WORDS) {
            return false;
        }
        let mut pass = false;
        let mut only_pass = true;
        for word in self.words() {
            match without_digits(word) {
                "pwd" | "psw" | "passw" | "haslo" | "hasło" | "senha" | "heslo" | "parola" => return true,
                "pass" => pass = true,
                "" | "user" | "usr" | "login" | "account" | "admin" | "client" | "customer" | "email"
                | "confirm" | "confirmation" | "repeat" | "retype" | "again" | "re" | "new" | "old"
                | "current" | "my" | "your" | "wp" | "reg" | "register" | "form" | "field" | "input"
                | "data" => {}
                _ => only_pass = false,
            }
        }
        (pass && only_pass)
            || matches!(
                name,
                "userpass"
                    | "loginpass"
                    | "passconfirm"
                    | "confirmpass"
                    | "newpass"
                    | "oldpass"
                    | "repass"
                    | "passrepeat"
                    | "repeatpass"
                    | "mypass"
            )
    }

    fn is_token(&self) -> bool {
        const PARTS: [Part; 6] = parts(["csrf", "xsrf", "sessid", "sessionid", "apikey", "privatekey"]);
        let name = without_digits(&self.joined);
        self.has(&PARTS)
            || ["token", "nonce", "secret"].iter().any(|end| name.ends_with(end))
            || matches!(name, "formkey" | "accesskey" | "authkey" | "authcode" | "authorization")
            || self.words().any(|word| {
                matches!(word, "nonce" | "secret" | "secretkey" | "jwt" | "otp" | "totp" | "bearer")
            })
    }

    fn is_card(&self) -> bool {
        const STARTS: [Part; 24] = parts([
            "creditcard",
            "debitcard",
            "bankcard",
            "cardnum",
            "cardpan",
            "cardholder",
            "cardexpi",
            "cardexpm",
            "cardexpy",
            "cardexpd",
            "cardcv",
            "cardcsc",
            "cardsecur",
            "cardmonth",
            "cardyear",
            "ccnum",
            "ccexp",
            "cccsc",
            "cccv",
            "ccmonth",
            "ccyear",
            "номеркарт",
            "nomerkart",
            "pannumber",
        ]);
        const WORDS: [Part; 6] = parts(["pan", "expmonth", "expyear", "cvv", "card", "ccno"]);
        if !self.may_have(&WORDS) && !self.may_have(&STARTS) {
            return false;
        }
        let card = matches!(self.joined.as_str(), "pan" | "expmonth" | "expyear")
            || self.words().any(|word| matches!(without_digits(word), "cvv" | "cvc"))
            || self.tails().any(|tail| {
                STARTS.iter().any(|start| tail.starts_with(start.text))
                    || matches!(tail, "cardno" | "cardexp" | "ccno")
            });
        // Cards that pay for nothing.
        card && !self.words().any(|word| {
            [
                "discount",
                "loyal",
                "bonus",
                "club",
                "gift",
                "member",
                "promo",
                "business",
                "sim",
                "student",
                "скид",
                "дискон",
                "бонус",
                "клуб",
                "лоял",
            ]
            .iter()
            .any(|other| word.starts_with(other))
        })
    }

    /// Whether long numbers are what such a field is for: phones, devices, ids of visits and clicks.
    fn name_a_number(&self) -> bool {
        const PARTS: [Part; 6] = parts(["phone", "mobil", "телефон", "imei", "clientid", "roistat"]);
        self.has(&PARTS)
            || self.joined.ends_with("clid")
            || self.joined == "ymuid"
            || self.words().any(|word| ["tel", "тел", "моб"].iter().any(|start| word.starts_with(start)))
    }
}

fn without_digits(word: &str) -> &str {
    if !word.as_bytes().last().is_some_and(u8::is_ascii_digit) {
        return word;
    }
    word.trim_end_matches(|character: char| character.is_ascii_digit())
}

/// 13 to 19 digits that pass Luhn's check, together or in a card's groups. First digits are those of payment systems:
/// a time in milliseconds or a `00380…` is something else, and so is `+` with up to 15 digits.
fn is_card_number(value: &str) -> bool {
    if value.len() < 13 {
        return false;
    }
    let value = value.trim();
    let (digits, plus) = match value.strip_prefix('+') {
        Some(rest) => (rest, true),
        None => (value, false),
    };
    if digits.len() < 13
        || digits.len() > 24
        || !matches!(digits.as_bytes().first(), Some(b'2'..=b'6' | b'8' | b'9'))
    {
        return false;
    }
    let mut count = 0;
    let mut sum = 0;
    let mut others = 0;
    for byte in digits.bytes().rev() {
        match byte {
            b'0'..=b'9' => {
                let digit = u32::from(byte - b'0');
                sum += match (count % 2, digit) {
                    (0, digit) => digit,
                    (_, digit) if digit > 4 => digit * 2 - 9,
                    (_, digit) => digit * 2,
                };
                count += 1;
            }
            b' ' | b'-' => others += 1,
            _ => return false,
        }
    }
    let least = if plus { 16 } else { 13 };
    if count < least
        || count > 19
        || sum % 10 != 0
        || (digits.starts_with('8') && !digits.starts_with("8600"))
    {
        return false;
    }
    others == 0 || in_card_groups(digits)
}

/// `4-4-4-4` and its longer and shorter kin, `4-6-5`, `4-6-4`.
fn in_card_groups(digits: &str) -> bool {
    let mut sizes = digits.split([' ', '-']).map(str::len);
    if sizes.next() != Some(4) {
        return false;
    }
    match sizes.next() {
        Some(6) => matches!(sizes.next(), Some(4 | 5)) && sizes.next().is_none(),
        Some(4) => {
            let mut last = 4;
            sizes.all(|size| {
                let fits = last == 4 && (1..=4).contains(&size);
                last = size;
                fits
            })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(name: &str) -> Option<&'static str> {
        Guard::new(vec![" Promo ".into(), "services[]".into(), "Комментарий".into(), "  ".into()]).name(name)
    }

    #[test]
    fn names_of_secrets() {
        let cases = [
            (
                "password",
                "password Password passwd pwd pwd2 user_pass pass pass_confirm pass1 userPass password2 user[password] \
                 account.password contraseña contrasena пароль wp-user-pass user_password_confirmation haslo",
            ),
            (
                "token",
                "csrf csrf_token csrfmiddlewaretoken _token authenticity_token __RequestVerificationToken xsrf \
                 XSRF-TOKEN nonce _wpnonce woocommerce-process-checkout-nonce access_token accessToken api_key apiKey \
                 secret client_secret sessid bitrix_sessid token[value] form.token PHPSESSID",
            ),
            (
                "captcha",
                "g-recaptcha-response h-captcha-response cf-turnstile-response smart-token captcha captcha_word \
                 captchaCode reCAPTCHA",
            ),
            (
                "card",
                "cardnumber card_number card-number cardNumber card_num cc-number ccnumber pan cvv cvc cvv2 cc-csc \
                 card_expiry cc-exp cc-exp-month card[number] payment.card.number номер_карты creditCard cardholder",
            ),
            ("ignored", "promo PROMO services services[] services[1] services.a комментарий КОММЕНТАРИЙ"),
        ];
        for (expected, names) in cases {
            for name in names.split_whitespace() {
                assert_eq!(reason(name), Some(expected), "{name}");
            }
        }
    }

    #[test]
    fn names_of_everything_else() {
        let names = "name phone email passport passport_name passenger compass bypass boarding_pass ski_pass \
             discount_card discount_card_number loyalty_card_number gift-card-number card postcard_number \
             discard_number company expand panel japan secretary tokens_sold announcement iban expert carpet card_notes \
             card_experience client_id message имя телефон сообщение services2 vid dt form_id on a _";
        for name in names.split_whitespace().chain([""]) {
            assert_eq!(reason(name), None, "{name}");
        }
    }

    #[test]
    fn long_names_are_cheap() {
        let name = "a[".repeat(100_000) + "password";
        assert_eq!(reason(&name), Some("password"));
    }

    #[test]
    fn card_numbers() {
        for value in [
            "4111111111111111",
            " 4111 1111 1111 1111 ",
            "4111-1111-1111-1111",
            "5555555555554444",
            "378282246310005",
            "3782 822463 10005",
            "30569309025904",
            "4222222222222",
            "6759649826438453",
            "2200000000000004",
            "+4111111111111111",
        ] {
            assert!(is_card_number(value), "{value}");
        }
        for value in [
            "",
            "4111111111111112",
            "+38 (067) 111-22-33",
            "+378282246310005",
            "00380671112233",
            "1791545397221",
            "411111111111",
            "41111111111111111111",
            "4111 1111 1111 1111 thanks",
            "41 11 11 11 11 11 11 11",
            "4111  1111 1111 1111",
            "1169999034.1555555510",
        ] {
            assert!(!is_card_number(value), "{value}");
        }
    }

    #[test]
    fn long_numbers_may_be_something_else() {
        let mut guard = Guard::default();
        for name in
            ["phone", "userPhone", "tel", "telephone", "телефон", "mobile", "yclid", "imei", "_ym_uid"]
        {
            assert!(!guard.value(name, "4111111111111111"), "{name}");
        }
        for name in ["order", "hotel", "message", ""] {
            assert!(guard.value(name, "4111111111111111"), "{name}");
        }
    }
}
