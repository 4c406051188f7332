//! Properties of phone normalisation, judged by libphonenumber.
// Helpers outside `#[test]` functions: clippy.toml excuses only those inside.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
#![cfg(not(target_arch = "wasm32"))]

use proptest::prelude::*;
use proptest::string::string_regex;
use ringostat_amocrm::phone::{Country, parse, parse_all, same};
use rlibphonenumber::interfaces::AsOriginal;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region};
use std::str::FromStr;

/// Not here: plans whose fixed lines include service numbers of three to five digits after the area
/// code (RO, BG, SK, AT, IT, CN) or other long tails (IL 153, RS): ours have only ordinary lengths.
const COUNTRIES: [&str; 46] = [
    "UA", "RU", "KZ", "BY", "UZ", "MD", "GE", "AM", "AZ", "KG", "TJ", "PL", "DE", "US", "TM", "CA", "LT",
    "LV", "EE", "CZ", "HU", "TR", "GB", "FR", "ES", "PT", "CH", "NL", "BE", "SE", "NO", "FI", "DK", "IE",
    "GR", "CY", "HR", "SI", "ME", "BA", "MK", "AL", "AE", "SA", "MN", "IN",
];

/// A number that libphonenumber holds valid, in its country.
#[derive(Clone, Debug)]
struct Valid {
    iso: &'static str,
    number: PhoneNumber,
    /// International digits.
    digits: String,
    /// As the library writes it inside the country.
    national: String,
}

fn country(iso: &str) -> Country {
    Country::from_iso(iso).unwrap()
}

fn region(iso: &str) -> Region {
    Region::from_str(iso).unwrap()
}

/// The library's own pattern of the country's fixed or mobile numbers, as a generator pattern.
fn pattern(iso: &str, mobile: bool) -> String {
    let metadata = PHONE_NUMBER_UTIL.as_original().get_metadata_for_region(region(iso)).unwrap();
    let lines = if mobile { &metadata.mobile } else { &metadata.fixed_line };
    let pattern = lines.national_number_pattern().original_base();
    assert!(!pattern.is_empty());
    pattern.replace("\\d", "[0-9]")
}

fn valid_in(iso: &'static str, mobile: bool) -> BoxedStrategy<Valid> {
    let code = PHONE_NUMBER_UTIL.get_country_code_for_region(region(iso)).unwrap();
    string_regex(&pattern(iso, mobile))
        .unwrap()
        .prop_filter_map("not valid in the library", move |national| {
            let number = PhoneNumber::parse(format!("+{code}{national}"), None).ok()?;
            let digits = number.format_as(PhoneNumberFormat::E164).trim_start_matches('+').to_owned();
            let line = matches!(
                number.get_type(),
                PhoneNumberType::FixedLine | PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile
            );
            // ITU-T E.164 ends at 15 digits; the library lets German numbers have two more.
            if !line || !number.is_valid_for_region(region(iso)) || digits.len() > 15 {
                return None;
            }
            let mut inland = number.format_as(PhoneNumberFormat::National).into_owned();
            // Lacking a format the library writes a short German number bare, "372000". Dialled like
            // that it is a number of the same town; the whole number begins with 0. Fewer than
            // seven bare digits are a short number to us.
            if inland == national && national.len() < 7 && iso == "DE" {
                inland.insert(0, '0');
            }
            Some(Valid { iso, digits, national: inland, number })
        })
        .boxed()
}

fn valid() -> impl Strategy<Value = Valid> {
    (0..COUNTRIES.len(), any::<bool>()).prop_flat_map(|(n, mobile)| valid_in(COUNTRIES[n], mobile))
}

/// The same number with other punctuation.
fn punctuated() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![" ", "-", ".", "\u{a0}", "", " - ", "\u{2011}", "  ", "\u{2013}"])
}

fn respell(text: &str, with: &str) -> String {
    text.chars().map(|c| if c == ' ' || c == '-' { with.to_owned() } else { c.to_string() }).collect()
}

/// The ways people write the number where `iso` is the default country.
fn spellings(valid: &Valid, with: &str) -> Vec<String> {
    let international = valid.number.format_as(PhoneNumberFormat::International);
    let mut texts = vec![
        valid.national.clone(),
        respell(&valid.national, with),
        respell(&international, with),
        format!("+{}", valid.digits),
        format!("00{}", valid.digits),
        respell(&international, with).replacen('+', "00 ", 1),
    ];
    // Bare international digits may also be a whole national number (481219123: Warsaw's short
    // 12 191 23, or Radom's 48 121 91 23). Nobody can tell; the library too reads the national one.
    let inland = PhoneNumber::parse(&valid.digits, Some(region(valid.iso)));
    if inland.is_ok_and(|read| read == valid.number) {
        texts.push(valid.digits.clone());
        texts.push(respell(international.trim_start_matches('+'), with));
    }
    texts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_libphonenumber(valid in valid(), with in punctuated()) {
        let home = country(valid.iso);
        let texts = spellings(&valid, with);
        for text in &texts {
            let phones = parse_all(text, home);
            let digits: Vec<&str> = phones.iter().map(|phone| phone.digits()).collect();
            prop_assert_eq!(digits, [valid.digits.as_str()], "{} {:?}", valid.iso, text);
            prop_assert_eq!(phones[0].national(), valid.number.get_national_significant_number());
            prop_assert!(same(text, &texts[0], home));
        }
    }

    #[test]
    fn international_spellings_do_not_depend_on_the_default_country(valid in valid(), n in 0..COUNTRIES.len()) {
        let home = country(COUNTRIES[n]);
        let international = valid.number.format_as(PhoneNumberFormat::International).into_owned();
        for text in [format!("+{}", valid.digits), international] {
            let phone = parse(&text, home).unwrap();
            prop_assert_eq!(phone.digits(), valid.digits.as_str());
        }
    }

    #[test]
    fn different_numbers_are_never_the_same(a in valid(), b in valid(), change in 0..15usize) {
        let home = country(a.iso);
        prop_assume!(a.digits != b.digits);
        let other = format!("+{}", b.digits);
        for text in spellings(&a, " ") {
            prop_assert!(!same(&text, &other, home), "{} {}", text, other);
        }
        // A neighbour: one digit away.
        let mut near = a.digits.clone().into_bytes();
        let place = near.len() - 1 - change % 4;
        near[place] = b'0' + (near[place] - b'0' + 1) % 10;
        let near = format!("+{}", String::from_utf8(near).unwrap());
        for text in spellings(&a, " ") {
            prop_assert!(!same(&text, &near, home), "{} {}", text, near);
        }
    }

    #[test]
    fn different_national_numbers_are_never_the_same(
        (a, b) in (0..COUNTRIES.len(), any::<bool>(), any::<bool>())
            .prop_flat_map(|(n, a, b)| (valid_in(COUNTRIES[n], a), valid_in(COUNTRIES[n], b)))
    ) {
        prop_assume!(a.digits != b.digits);
        for a_text in spellings(&a, " ") {
            for b_text in spellings(&b, "-") {
                prop_assert!(!same(&a_text, &b_text, country(a.iso)), "{} {}", a_text, b_text);
            }
        }
    }

    #[test]
    fn reading_again_changes_nothing(
        text in prop_oneof![
            valid().prop_map(|valid| valid.national),
            valid().prop_map(|valid| valid.digits),
            "[+]{0,2}[0-9 ()/,.-]{0,24}",
            "(\\+|00|810|8|0|80|)[0-9]{1,20}",
            "[+0-9０-９٠-٩a-zа-я .,;/|&#x@%-]{0,40}",
        ],
        n in 0..Country::all().len(),
    ) {
        let home = Country::all()[n];
        for phone in parse_all(&text, home) {
            let again = parse_all(&phone.e164(), home);
            prop_assert_eq!(&again, &vec![phone.clone()], "{:?} in {:?}", text, home);
            prop_assert_eq!(again[0].e164(), phone.e164());
            prop_assert_eq!(again[0].national(), phone.national());
        }
    }

    #[test]
    fn any_text_is_read_within_bounds(
        text in prop_oneof![
            any::<String>(),
            "[+0-9٠-٩a-zа-я .,;/|&#x@%()\\n-]{0,300}",
        ],
        n in 0..Country::all().len(),
    ) {
        let home = Country::all()[n];
        let phones = parse_all(&text, home);
        prop_assert!(phones.len() <= 10);
        prop_assert_eq!(phones.first().cloned(), parse(&text, home));
        for (at, phone) in phones.iter().enumerate() {
            prop_assert!((5..=15).contains(&phone.digits().len()));
            prop_assert!(phone.digits().bytes().all(|digit| digit.is_ascii_digit()));
            prop_assert!(!phone.national().is_empty() && phone.digits().ends_with(phone.national()));
            prop_assert!(!phones[..at].contains(phone));
        }
        prop_assert_eq!(same(&text, &text, home), !phones.is_empty());
    }
}
