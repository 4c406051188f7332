//! Phone numbers: what was read is read again from its own spelling, and sameness goes both ways.

use ringostat_amocrm::phone::{Country, Phone, parse, parse_all, same};

use super::chunks;

/// The first byte is the default country, then come two texts, a line each.
pub fn phone(data: &[u8]) {
    let Some((&country, rest)) = data.split_first() else { return };
    let home = Country::all()[usize::from(country) % Country::all().len()];
    let (one, rest) = chunks::line(rest);
    let other = String::from_utf8_lossy(rest);
    let (ones, others) = (numbers(&one, home), numbers(&other, home));

    assert_eq!(same(&one, &other, home), same(&other, &one, home), "one way only");
    assert_eq!(same(&one, &other, home), ones.iter().any(|phone| others.contains(phone)));
    assert_eq!(same(&one, &one, home), !ones.is_empty());
    let each: Vec<String> = ones.iter().map(Phone::e164).collect();
    let listed = numbers(&each.join("\n"), home);
    assert_eq!(listed, ones, "read one by one and as a list");
}

fn numbers(text: &str, home: Country) -> Vec<Phone> {
    let phones = parse_all(text, home);
    assert!(phones.len() <= 10);
    assert_eq!(phones.first(), parse(text, home).as_ref());
    for (at, phone) in phones.iter().enumerate() {
        assert!((5..=15).contains(&phone.digits().len()), "{phone:?}");
        assert!(phone.digits().bytes().all(|digit| digit.is_ascii_digit()));
        assert!(!phone.national().is_empty() && phone.digits().ends_with(phone.national()), "{phone:?}");
        assert!(phone.extension().is_none_or(|digits| digits.len() <= 7), "{phone:?}");
        assert!(!phones[..at].contains(phone), "{phone:?} twice");

        let again = parse_all(&phone.e164(), home);
        assert_eq!(again, std::slice::from_ref(phone), "another number when read again in {home:?}");
        assert_eq!((again[0].e164(), again[0].national()), (phone.e164(), phone.national()));
        assert!(same(&phone.e164(), text, home));
        if let Some(extension) = phone.extension() {
            let with = format!("{} доб. {extension}", phone.e164());
            let again = parse_all(&with, home);
            assert_eq!((again.len(), again[0].extension()), (1, Some(extension)), "{with}");
        }
    }
    phones
}
