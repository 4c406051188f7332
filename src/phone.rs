//! Phone numbers: reading them as people type them and telling whether two are the same.
//!
//! The seed says only that special characters are cut; the rest follows `design.md` §3 (row Phone):
//! national forms are read by the rules of the settings' default country, and two numbers are the
//! same when their international digits are. Numbering plans come from libphonenumber's metadata,
//! cut to leading digits and lengths: enough to tell whose number it is, not whether it is in use.
//!
//! `#[inline(never)]` below keeps the wasm a tenth smaller and costs no time.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// Digits in the longest international number (ITU-T E.164).
const MAX_DIGITS: usize = 15;
/// Fewer digits than this are no phone at all.
const MIN_DIGITS: usize = 5;
/// Fewer digits than this are an internal or city number: kept as written, compared exactly.
const MIN_FULL: usize = 7;
/// What may be typed before the prefixes are cut: `810` or `011`, country code, `(0)` and the rest.
const MAX_TYPED: usize = 20;
/// Longer "extensions" are another number.
const MAX_EXTENSION: usize = 7;
/// Numbers returned for one text.
const MAX_NUMBERS: usize = 10;
/// RFC 5321: the longest local part of an e-mail address.
const MAX_LOCAL_PART: usize = 64;

/// National numbers of one kind: a set of first digits, of second digits and of lengths, as bits.
struct Shape {
    first: u16,
    second: u16,
    lengths: u16,
}

/// A numbering plan: everything behind one calling code.
struct Plan {
    code: &'static [u8],
    /// Dialled before the national number inside the country, the longest first.
    trunks: &'static [&'static [u8]],
    /// All national significant numbers.
    shapes: &'static [Shape],
    /// Those that are recognised without trunk prefix, before anything else is tried. Differs from
    /// `shapes` where lengths vary so much that any digits would fit (Germany).
    own: &'static [Shape],
}

/// Bits of the digits named in `digits`; `*` is any.
const fn bits(digits: &str) -> u16 {
    let mut left = digits.as_bytes();
    let mut set = 0;
    while let [digit, rest @ ..] = left {
        set |= if *digit == b'*' { 0x3ff } else { 1 << (*digit - b'0') };
        left = rest;
    }
    set
}

/// Numbers whose first digit is in `first`, second in `second`, of `shortest..=longest` digits.
const fn shape(first: &str, second: &str, shortest: u32, longest: u32) -> Shape {
    Shape { first: bits(first), second: bits(second), lengths: (2 << longest) - (1 << shortest) }
}

/// One row per calling code: countries, code, trunk prefixes, shapes and, where they differ, shapes
/// recognised bare.
macro_rules! plans {
    (@own [$($shape:expr),*] []) => { &[$($shape),*] };
    (@own [$($shape:expr),*] [$($own:expr),+]) => { &[$($own),+] };
    ($($plan:ident [$($iso:literal)*] $code:literal [$($trunk:literal)*]
        [$($shape:expr),*] [$($own:expr),*])*) => {
        $(static $plan: Plan = Plan {
            code: $code,
            trunks: &[$($trunk),*],
            shapes: &[$($shape),*],
            own: plans!(@own [$($shape),*] [$($own),*]),
        };)*
        static PLANS: &[&Plan] = &[$(&$plan),*];
        static COUNTRIES: &[Country] = &[$($(Country { iso: $iso, plan: &$plan }),*),*];
    };
}

plans! {
    // The old long-distance form 8-0XX is still written in Ukraine.
    UA ["UA"] b"380" [b"80" b"0"] [shape("3456789", "*", 9, 9), shape("89", "0", 10, 10)] []
    RU ["RU" "KZ"] b"7" [b"8"] [shape("34789", "*", 10, 10)] []
    BY ["BY"] b"375" [b"80" b"8" b"0"] [shape("12", "*", 9, 9), shape("3", "3", 9, 9),
        shape("4", "4", 9, 9), shape("8", "0", 10, 10), shape("9", "0", 10, 10)] []
    UZ ["UZ"] b"998" [b"8" b"0"] [shape("56789", "*", 9, 9), shape("2", "0", 9, 9),
        shape("3", "3", 9, 9)] []
    MD ["MD"] b"373" [b"0"] [shape("23567", "*", 8, 8), shape("89", "0", 8, 8)] []
    GE ["GE"] b"995" [b"0"] [shape("3457", "*", 9, 9), shape("8", "0", 9, 9)] []
    AM ["AM"] b"374" [b"0"] [shape("123489", "*", 8, 8), shape("5", "5", 8, 8), shape("6", "0", 8, 8),
        shape("7", "7", 8, 8)] []
    AZ ["AZ"] b"994" [b"0"] [shape("124579", "*", 9, 9), shape("3", "6", 9, 9), shape("6", "0", 9, 9),
        shape("8", "8", 9, 9)] []
    KG ["KG"] b"996" [b"0"] [shape("2356789", "*", 9, 9), shape("8", "*", 10, 10)] []
    // Tajik numbers may begin with 0: no trunk prefix is dialled, 8 is the old one.
    TJ ["TJ"] b"992" [b"8"] [shape("012345789", "*", 9, 9), shape("6", "6", 9, 9)] []
    TM ["TM"] b"993" [b"8"] [shape("1234567", "*", 8, 8)] []
    PL ["PL"] b"48" [b"0"] [shape("123456789", "*", 9, 9), shape("123456789", "*", 7, 7),
        shape("8", "0", 10, 10)] []
    // German numbers have 5 to 13 digits; without 0 only mobile ones are certain.
    DE ["DE"] b"49" [b"0"] [shape("123456789", "*", 5, 13)] [shape("1", "567", 10, 11)]
    US ["US" "CA"] b"1" [b"1"] [shape("23456789", "*", 10, 10)] []
    LT ["LT"] b"370" [b"0" b"8"] [shape("34679", "*", 8, 8), shape("5", "2", 8, 8), shape("8", "0", 8, 8)] []
    LV ["LV"] b"371" [] [shape("268", "*", 8, 8), shape("7", "8", 8, 8), shape("9", "0", 8, 8)] []
    EE ["EE"] b"372" [] [shape("3456789", "*", 7, 7), shape("4578", "*", 8, 8), shape("8", "*", 10, 10)] []
    RO ["RO"] b"40" [b"0"] [shape("2378", "*", 9, 9), shape("9", "0", 9, 9)] []
    BG ["BG"] b"359" [b"0"] [shape("23456789", "*", 7, 8), shape("89", "*", 9, 9)] []
    CZ ["CZ"] b"420" [] [shape("2345678", "*", 9, 9), shape("9", "*", 9, 12)] []
    SK ["SK"] b"421" [b"0"] [shape("2345689", "*", 9, 9)] []
    HU ["HU"] b"36" [b"06"] [shape("123456789", "*", 8, 8), shape("23567", "*", 9, 9)] []
    TR ["TR"] b"90" [b"0"] [shape("234589", "*", 10, 10)] []
    IL ["IL"] b"972" [b"0"] [shape("23489", "*", 8, 8), shape("57", "*", 9, 9), shape("1", "*", 7, 10)] []
    GB ["GB"] b"44" [b"0"] [shape("1235789", "*", 10, 10), shape("18", "*", 9, 9)] []
    FR ["FR"] b"33" [b"0"] [shape("123456789", "*", 9, 9)] []
    // Italian numbers keep their 0.
    IT ["IT"] b"39" [] [shape("0", "*", 6, 11), shape("3", "*", 9, 10), shape("18", "*", 9, 10)] []
    ES ["ES"] b"34" [] [shape("456789", "*", 9, 9)] []
    PT ["PT"] b"351" [] [shape("236789", "*", 9, 9), shape("1", "6", 9, 9)] []
    AT ["AT"] b"43" [b"0"] [shape("123456789", "*", 5, 13)] [shape("6", "456789", 9, 12)]
    CH ["CH"] b"41" [b"0"] [shape("23456789", "*", 9, 9)] []
    NL ["NL"] b"31" [b"0"] [shape("12345678", "*", 9, 9), shape("89", "0", 7, 10),
        shape("9", "7", 11, 11)]
        [shape("12345678", "*", 9, 9)]
    BE ["BE"] b"32" [b"0"] [shape("123456789", "*", 8, 8), shape("4", "*", 9, 9)] []
    SE ["SE"] b"46" [b"0"] [shape("123456789", "*", 7, 9)] [shape("7", "*", 9, 9)]
    NO ["NO"] b"47" [] [shape("23456789", "*", 8, 8)] []
    FI ["FI"] b"358" [b"0"] [shape("123456789", "*", 5, 10)] [shape("45", "*", 9, 9)]
    DK ["DK"] b"45" [] [shape("23456789", "*", 8, 8)] []
    IE ["IE"] b"353" [b"0"] [shape("1245679", "*", 7, 9), shape("8", "*", 9, 9),
        shape("4", "8", 10, 10)] []
    GR ["GR"] b"30" [] [shape("26789", "*", 10, 10)] []
    CY ["CY"] b"357" [] [shape("25789", "*", 8, 8)] []
    RS ["RS"] b"381" [b"0"] [shape("1236789", "*", 7, 11)] [shape("6", "*", 8, 9)]
    HR ["HR"] b"385" [b"0"] [shape("12345679", "*", 8, 9)] []
    SI ["SI"] b"386" [b"0"] [shape("1234567", "*", 8, 8)] []
    ME ["ME"] b"382" [b"0"] [shape("2345679", "*", 8, 8)] []
    BA ["BA"] b"387" [b"0"] [shape("345689", "*", 8, 8), shape("6", "*", 9, 9)] []
    MK ["MK"] b"389" [b"0"] [shape("234578", "*", 8, 8)] []
    AL ["AL"] b"355" [b"0"] [shape("23458", "*", 8, 8), shape("6", "*", 9, 9)] []
    AE ["AE"] b"971" [b"0"] [shape("234679", "*", 8, 8), shape("5", "*", 9, 9)] []
    SA ["SA"] b"966" [b"0"] [shape("15", "*", 9, 9)] []
    MN ["MN"] b"976" [b"0"] [shape("56789", "*", 8, 8), shape("12", "*", 8, 10)] []
    IN ["IN"] b"91" [b"0"] [shape("123456789", "*", 10, 10)] []
    CN ["CN"] b"86" [b"0"] [shape("1", "3456789", 11, 11), shape("123456789", "*", 9, 11)]
        [shape("1", "3456789", 11, 11)]
}

/// A country whose rules read national numbers: the settings' `default_country`.
#[derive(Clone, Copy)]
pub struct Country {
    iso: &'static str,
    plan: &'static Plan,
}

impl Country {
    /// The country by its ISO 3166-1 alpha-2 code, in any case.
    pub fn from_iso(iso: &str) -> Option<Country> {
        COUNTRIES.iter().find(|country| country.iso.eq_ignore_ascii_case(iso)).copied()
    }

    /// The ISO 3166-1 alpha-2 code.
    pub fn iso(self) -> &'static str {
        self.iso
    }

    /// Every supported country, for validating settings.
    pub fn all() -> &'static [Country] {
        COUNTRIES
    }
}

/// The demo's country, first in the list of plans.
impl Default for Country {
    fn default() -> Self {
        Country { iso: "UA", plan: &UA }
    }
}

impl PartialEq for Country {
    fn eq(&self, other: &Country) -> bool {
        self.iso == other.iso
    }
}

impl Eq for Country {}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Country").field(&self.iso).finish()
    }
}

/// At most `N` ASCII digits, in place.
#[derive(Clone, Copy)]
struct Digits<const N: usize> {
    bytes: [u8; N],
    len: u8,
}

impl<const N: usize> Digits<N> {
    const EMPTY: Self = Digits { bytes: [0; N], len: 0 };

    fn push(&mut self, digit: u8) -> bool {
        match self.bytes.get_mut(usize::from(self.len)) {
            Some(place) => {
                *place = digit;
                self.len += 1;
                true
            }
            None => false,
        }
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }

    fn text(&self, from: u8) -> &str {
        self.bytes()
            .get(usize::from(from)..)
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }
}

/// A normalised phone number.
///
/// Two are equal when their digits are: the extension is a way to reach somebody behind the number,
/// not another number.
#[derive(Clone)]
pub struct Phone {
    digits: Digits<MAX_DIGITS>,
    /// Where the national number begins.
    national: u8,
    international: bool,
    extension: Digits<MAX_EXTENSION>,
}

impl Phone {
    /// The international digits without plus, `380671112233`; as typed when the country is unknown.
    pub fn digits(&self) -> &str {
        self.digits.text(0)
    }

    /// The national significant digits, `671112233`: what amoCRM's digit-substring search finds in
    /// any spelling. When the country is unknown, the last 10 digits (amoCRM's own depth).
    pub fn national(&self) -> &str {
        self.digits.text(self.national)
    }

    /// The digits after "доб.", "ext." and the like.
    pub fn extension(&self) -> Option<&str> {
        Some(self.extension.text(0)).filter(|digits| !digits.is_empty())
    }

    /// `+380671112233`; plain digits when the number is not known to be international.
    pub fn e164(&self) -> String {
        let mut text = String::with_capacity(1 + MAX_DIGITS);
        if self.international {
            text.push('+');
        }
        text.push_str(self.digits());
        text
    }

    #[inline(never)]
    fn new(code: &[u8], national: &[u8], international: bool) -> Option<Phone> {
        let mut digits = Digits::EMPTY;
        code.iter().chain(national).all(|digit| digits.push(*digit)).then_some(Phone {
            digits,
            national: u8::try_from(code.len()).unwrap_or_default(),
            international,
            extension: Digits::EMPTY,
        })
    }

    fn plain(typed: &[u8]) -> Option<Phone> {
        let (head, tail) = typed.split_at_checked(typed.len().saturating_sub(10))?;
        Phone::new(head, tail, false)
    }
}

impl PartialEq for Phone {
    fn eq(&self, other: &Phone) -> bool {
        self.digits.bytes() == other.digits.bytes()
    }
}

impl Eq for Phone {}

impl Hash for Phone {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.digits.bytes().hash(state);
    }
}

impl PartialOrd for Phone {
    fn partial_cmp(&self, other: &Phone) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Phone {
    fn cmp(&self, other: &Phone) -> Ordering {
        self.digits.bytes().cmp(other.digits.bytes())
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({}", self.e164())?;
        if let Some(extension) = self.extension() {
            write!(f, " ext {extension}")?;
        }
        f.write_str(")")
    }
}

/// Every number in the text, in order, without repetitions; at most ten.
///
/// Numbers are told apart by `,` `;` `/` `|`, line ends, a new `+` and words between them.
pub fn parse_all(text: &str, default: Country) -> Vec<Phone> {
    let mut found: Vec<Phone> = Vec::new();
    Scanner::new(text, default, &mut |phone| {
        if !found.contains(&phone) {
            found.push(phone);
        }
        found.len() < MAX_NUMBERS
    })
    .run();
    found
}

/// The first number in the text.
pub fn parse(text: &str, default: Country) -> Option<Phone> {
    let mut found = None;
    Scanner::new(text, default, &mut |phone| {
        found = Some(phone);
        false
    })
    .run();
    found
}

/// Whether some number of `a` is some number of `b`, whatever their extensions.
pub fn same(a: &str, b: &str, default: Country) -> bool {
    let a = parse_all(a, default);
    !a.is_empty() && parse_all(b, default).iter().any(|phone| a.contains(phone))
}

fn has(set: u16, digit: u8) -> bool {
    set >> (digit.wrapping_sub(b'0') & 15) & 1 == 1
}

#[inline(never)]
fn fits(shapes: &[Shape], national: &[u8]) -> bool {
    let &[first, second, ..] = national else { return false };
    national.len() <= MAX_DIGITS
        && shapes.iter().any(|shape| {
            shape.lengths >> national.len() & 1 == 1 && has(shape.first, first) && has(shape.second, second)
        })
}

impl Plan {
    /// The national number after this plan's calling code. A trunk prefix left in, `+380 (0) 67` or
    /// `+7 8 916`, is cut: Ringostat's form capture repairs the same two.
    fn national<'d>(&self, rest: &'d [u8]) -> Option<&'d [u8]> {
        if fits(self.shapes, rest) { Some(rest) } else { self.after_trunk(rest) }
    }

    #[inline(never)]
    fn after_trunk<'d>(&self, digits: &'d [u8]) -> Option<&'d [u8]> {
        let mut rests = self.trunks.iter().filter_map(|trunk| digits.strip_prefix(*trunk));
        rests.find(|rest| fits(self.shapes, rest))
    }

    /// The prefixes that begin an international number when dialled from here.
    fn idd(&self) -> &'static [&'static [u8]] {
        match self.trunks {
            [[b'8', ..], ..] => &[b"00", b"810"],
            [b"1"] => &[b"00", b"011"],
            _ => &[b"00"],
        }
    }
}

/// A number of a country we have the plan of, its calling code in front.
fn known(digits: &[u8]) -> Option<Phone> {
    let (plan, rest) = PLANS.iter().find_map(|plan| Some((plan, digits.strip_prefix(plan.code)?)))?;
    Phone::new(plan.code, plan.national(rest)?, true)
}

/// Calling codes that do not exist (ITU-T E.164 list): the plus before them is a slip.
fn unassigned(digits: &[u8]) -> bool {
    match digits {
        [b'0', ..] | [b'8', b'3' | b'9', ..] => true,
        [b'8', b'0', third, ..] => !matches!(third, b'0' | b'8'),
        _ => false,
    }
}

/// How many digits the calling code has, by ITU-T zones.
fn code_len(digits: &[u8]) -> usize {
    match digits {
        [b'1' | b'7', ..] => 1,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        _ => 3,
    }
}

#[inline(never)]
fn international(digits: &[u8]) -> Option<Phone> {
    known(digits).or_else(|| {
        let (code, national) = digits.split_at_checked(code_len(digits))?;
        Phone::new(code, national, true)
    })
}

/// Reads typed digits. The order is the rule: what can be a number of the default country is one;
/// then its own calling code, the international prefix, other countries; the rest stays as typed.
fn resolve(typed: &[u8], plus: bool, home: &Plan) -> Option<Phone> {
    let national = |rest: &[u8]| Phone::new(home.code, rest, true);
    if typed.len() < MIN_DIGITS {
        return None;
    }
    let plus = plus && !unassigned(typed);
    if typed.len() < MIN_FULL {
        // Only a dialled 0 makes six digits a whole number: 030 123 in Germany.
        let local = home.after_trunk(typed).filter(|_| !plus && typed.first() == Some(&b'0'));
        return local.map_or_else(|| Phone::plain(typed), national);
    }
    if plus {
        return international(typed);
    }
    if let Some(rest) = home.after_trunk(typed) {
        return national(rest);
    }
    if fits(home.own, typed) {
        return national(typed);
    }
    if let Some(rest) = typed.strip_prefix(home.code).and_then(|rest| home.national(rest)) {
        return national(rest);
    }
    let abroad = home.idd().iter().find_map(|idd| typed.strip_prefix(*idd));
    if let Some(rest) = abroad.filter(|rest| rest.len() >= MIN_FULL && !unassigned(rest)) {
        return international(rest);
    }
    // Ten digits is the shortest whole international number of the plans above.
    if typed.len() >= 10
        && let Some(phone) = known(typed)
    {
        return Some(phone);
    }
    match typed {
        // No calling code begins with 89: eleven such digits are a Russian mobile dialled with 8.
        [b'8', rest @ ..] if rest.len() == 10 && rest.starts_with(b"9") => Phone::new(RU.code, rest, true),
        _ if fits(home.shapes, typed) => national(typed),
        _ => Phone::plain(typed),
    }
}

/// What a character is to a phone number.
enum Kind {
    Digit(u8),
    Plus,
    /// Written inside numbers, cut.
    Cut,
    Space,
    /// Parts numbers, unless what came before is too short to be one: `030/123456`.
    Soft,
    /// Parts numbers.
    Hard,
    At,
    Hash,
    /// `&` and `%`: something may be escaped.
    Escape,
    Letter,
}

#[inline(never)]
fn kind(c: char) -> Kind {
    let digit = |zero: char| Kind::Digit(b'0' + (c as u32 - zero as u32) as u8);
    match c {
        '0'..='9' => digit('0'),
        '+' | '\u{ff0b}' | '\u{fe62}' => Kind::Plus,
        ' ' | '\t' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Kind::Space,
        ',' | '/' | '\u{ff0c}' | '\u{ff0f}' => Kind::Soft,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{2028}' | '\u{2029}' => Kind::Hard,
        ';' | '|' | '<' | '>' | '"' | ':' | '=' | '№' | '\u{ab}' | '\u{bb}' | '\u{201c}'..='\u{201f}' => {
            Kind::Hard
        }
        '@' => Kind::At,
        '#' | '\u{ff03}' => Kind::Hash,
        '&' | '%' => Kind::Escape,
        '\u{660}'..='\u{669}' => digit('\u{660}'),
        '\u{6f0}'..='\u{6f9}' => digit('\u{6f0}'),
        '\u{ff10}'..='\u{ff19}' => digit('\u{ff10}'),
        'a'..='z' | 'A'..='Z' => Kind::Letter,
        // Punctuation, invisible marks and variation selectors; everything else is a letter to us.
        '\0'..='\u{bf}'
        | '\u{2000}'..='\u{206f}'
        | '\u{2212}'
        | '\u{3001}'..='\u{303f}'
        | '\u{fe00}'..='\u{fe6f}'
        | '\u{feff}'..='\u{ff20}' => Kind::Cut,
        _ => Kind::Letter,
    }
}

/// Lower case of the alphabets extension markers are written in.
fn fold(c: char) -> char {
    match c {
        'А'..='Я' => char::from_u32(c as u32 + 32).unwrap_or(c),
        _ => c.to_ascii_lowercase(),
    }
}

fn begins(word: &str, with: &str) -> bool {
    let mut letters = word.chars().map(fold);
    with.chars().all(|letter| letters.next() == Some(letter))
}

/// Whether a word says that an extension follows.
fn marks_extension(word: &str) -> bool {
    match word {
        "x" | "X" | "х" | "Х" | "p" | "P" => true,
        _ => {
            ["ext", "доб", "дод", "внутр"].iter().any(|marker| begins(word, marker))
                || ["вн", "доп"].iter().any(|marker| begins(word, marker) && word.len() == marker.len())
        }
    }
}

/// One pass over the text, a run of digits at a time.
struct Scanner<'t, 's> {
    text: &'t str,
    home: &'static Plan,
    /// Takes a number; says whether to go on. Not generic: one copy in the wasm.
    sink: &'s mut dyn FnMut(Phone) -> bool,
    typed: Digits<MAX_TYPED>,
    overflow: bool,
    plus: bool,
    /// Where the run began.
    start: usize,
    /// A letter stands right before the run: a login or an order number unless a plan knows it.
    glued: bool,
    /// The last number found, waiting for an extension.
    held: Option<Phone>,
    done: bool,
}

impl<'t, 's> Scanner<'t, 's> {
    fn new(text: &'t str, default: Country, sink: &'s mut dyn FnMut(Phone) -> bool) -> Self {
        Scanner {
            text,
            home: default.plan,
            sink,
            typed: Digits::EMPTY,
            overflow: false,
            plus: false,
            start: 0,
            glued: false,
            held: None,
            done: false,
        }
    }

    fn run(mut self) {
        let mut at = 0;
        let mut after_letter = false;
        let mut after_digit = false;
        while !self.done
            && let Some(c) = self.rest(at).chars().next()
        {
            let next = at + c.len_utf8();
            let (was_letter, was_digit) = (after_letter, after_digit);
            (after_letter, after_digit) = (c == '_', false);
            match kind(c) {
                Kind::Digit(digit) => {
                    if self.typed.len == 0 && !self.overflow {
                        self.release();
                        if !self.plus {
                            self.start = at;
                            self.glued = was_letter;
                        }
                    }
                    self.overflow |= !self.typed.push(digit);
                    after_digit = true;
                    at = next;
                }
                Kind::Plus => {
                    self.begin_international(at);
                    at = next;
                }
                Kind::Cut | Kind::Space => at = next,
                Kind::Soft => {
                    at = next;
                    let pause = self.rest(next).strip_prefix(',').filter(|_| c == ',' && self.is_phone());
                    if pause.is_some() {
                        self.end(next - 1, false);
                        at = self.extension(next + 1, 0);
                    } else if self.parts(next) {
                        self.end(next, false);
                    }
                }
                Kind::Hard => {
                    self.end(at, false);
                    at = next;
                }
                Kind::At => {
                    self.clear();
                    at = self.token_end(next);
                }
                Kind::Hash => {
                    at = next;
                    if self.is_phone() {
                        self.end(at, false);
                        at = self.extension(next, 2);
                    }
                }
                Kind::Escape => at = self.escape(at, next),
                Kind::Letter if was_digit && self.is_phone() && self.in_address(at) => {
                    self.clear();
                    at = self.token_end(at);
                }
                Kind::Letter => {
                    let rest = self.rest(at);
                    let len = rest.find(|c| !matches!(kind(c), Kind::Letter)).unwrap_or(rest.len());
                    let word = rest.get(..len).unwrap_or_default();
                    let marker = marks_extension(word);
                    self.end(at, was_digit && !marker);
                    at += len;
                    if !marker {
                        self.release();
                    } else {
                        at = self.extension(at, if begins(word, "p") { 0 } else { 3 });
                    }
                    after_letter = true;
                }
            }
        }
        self.end(self.text.len(), false);
        self.release();
    }

    fn rest(&self, at: usize) -> &'t str {
        self.text.get(at..).unwrap_or_default()
    }

    fn is_phone(&self) -> bool {
        usize::from(self.typed.len) >= MIN_DIGITS
    }

    fn clear(&mut self) {
        self.typed = Digits::EMPTY;
        self.overflow = false;
        self.plus = false;
        self.glued = false;
    }

    fn begin_international(&mut self, at: usize) {
        self.end(at, false);
        self.plus = true;
        self.start = at;
    }

    /// Whether `,` or `/` ends the number: a comma before a space always does, otherwise what came
    /// before has to be a number by itself.
    fn parts(&self, next: usize) -> bool {
        let typed = self.typed.bytes();
        self.overflow
            || (self.text.get(..next).is_some_and(|text| text.ends_with(','))
                && self.rest(next).starts_with(' '))
            || typed.len() >= 9
            || (typed.len() >= MIN_FULL
                && !self.plus
                && !(typed.starts_with(self.home.code) && self.home.code.len() > 1))
    }

    /// Gives what is held to the caller.
    #[inline(never)]
    fn release(&mut self) {
        if let Some(phone) = self.held.take()
            && !self.done
        {
            self.done = !(self.sink)(phone);
        }
    }

    fn hold(&mut self, phone: Phone) {
        self.release();
        self.held = Some(phone);
    }

    /// Ends the run of digits before `end`.
    #[inline(never)]
    fn end(&mut self, end: usize, glued: bool) {
        if self.is_phone() {
            let found = if self.overflow { None } else { resolve(self.typed.bytes(), self.plus, self.home) };
            match found {
                Some(phone) if phone.international || !(self.glued || glued) => self.hold(phone),
                Some(_) => {}
                None => self.split(end),
            }
        }
        self.clear();
    }

    /// Too many digits for one number: takes whole numbers word by word,
    /// `067 111 22 33 050 111 22 33`.
    fn split(&mut self, end: usize) {
        let mut typed = Digits::<MAX_TYPED>::EMPTY;
        let mut plus = self.plus;
        let text: &'t str = self.text.get(self.start..end).unwrap_or_default();
        let mut words =
            text.split(|c| matches!(kind(c), Kind::Space)).filter(|word| !word.is_empty()).peekable();
        while !self.done
            && let Some(word) = words.next()
        {
            for c in word.chars() {
                if let Kind::Digit(digit) = kind(c)
                    && !typed.push(digit)
                {
                    return;
                }
            }
            let dialled = words.peek().is_none_or(|word| word.starts_with(['0', '(']));
            // Where lengths vary a number is whole only when the next one visibly begins.
            let varies = !std::ptr::eq(self.home.shapes, self.home.own);
            if usize::from(typed.len) >= MIN_FULL
                && (dialled || !varies)
                && let Some(phone) = resolve(typed.bytes(), plus, self.home)
                && phone.international
                && (!plus || known(phone.digits.bytes()).is_some())
            {
                self.hold(phone);
                typed = Digits::EMPTY;
                plus = false;
            }
        }
    }

    /// Reads an extension after its marker, past at most `gap` signs; returns where it ends. Without
    /// digits, or with a whole number, nothing is taken.
    fn extension(&mut self, at: usize, gap: usize) -> usize {
        let Some(phone) = self.held.as_mut() else { return at };
        let mut digits = Digits::EMPTY;
        let mut skipped = 0;
        let mut end = at;
        for c in self.text.get(at..).unwrap_or_default().chars() {
            match kind(c) {
                Kind::Digit(digit) if digits.push(digit) => {}
                Kind::Digit(_) => return at,
                _ if digits.len > 0 => break,
                Kind::Letter | Kind::At | Kind::Plus => return at,
                _ if skipped == gap => return at,
                _ => skipped += 1,
            }
            end += c.len_utf8();
        }
        if digits.len == 0 {
            return at;
        }
        phone.extension = digits;
        self.release();
        end
    }

    /// `&#43;`, `&nbsp;`, `&lt;`, `%2B`, `%20`: forms and caller ids come escaped.
    fn escape(&mut self, at: usize, next: usize) -> usize {
        let rest = self.rest(at);
        let plus = ["&#43;", "&#x2b;", "&#x2B;", "&plus;", "%2B", "%2b"];
        let spaces = ["&nbsp;", "&#160;", "&#32;", "%20", "%C2%A0"];
        let hard = ["&lt;", "&gt;", "&quot;", "&#34;", "&#60;", "&#62;", "%3C", "%3E", "%22"];
        let len =
            |of: &[&str]| of.iter().find(|escape| rest.starts_with(**escape)).map(|escape| escape.len());
        if let Some(len) = len(&plus) {
            self.begin_international(at);
            at + len
        } else if let Some(len) = len(&spaces) {
            at + len
        } else if let Some(len) = len(&hard) {
            self.end(at, false);
            at + len
        } else {
            next
        }
    }

    /// Whether the digits just read are the beginning of an e-mail address.
    fn in_address(&self, at: usize) -> bool {
        let token = self.rest(at).chars().take(MAX_LOCAL_PART);
        let mut ends = token
            .map(kind)
            .skip_while(|kind| !matches!(kind, Kind::At | Kind::Space | Kind::Hard | Kind::Soft));
        matches!(ends.next(), Some(Kind::At))
    }

    #[inline(never)]
    fn token_end(&self, at: usize) -> usize {
        let rest = self.rest(at);
        let len =
            rest.find(|c| matches!(kind(c), Kind::Space | Kind::Hard | Kind::Soft)).unwrap_or(rest.len());
        at + len
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country(iso: &str) -> Country {
        Country::from_iso(iso).unwrap()
    }

    fn digits(text: &str, iso: &str) -> Vec<String> {
        parse_all(text, country(iso)).iter().map(|phone| phone.digits().to_owned()).collect()
    }

    /// Every text reads as exactly these numbers.
    #[track_caller]
    fn reads(iso: &str, texts: &[&str], numbers: &[&str]) {
        for text in texts {
            assert_eq!(digits(text, iso), numbers, "{iso}: {text:?}");
        }
    }

    #[test]
    fn ukrainian_spellings() {
        let spellings = [
            "0671112233",
            "380671112233",
            "+380671112233",
            "067 111 22 33",
            "00380671112233",
            "+38 (067) 111-22-33",
            "38 067 111 22 33",
            "80671112233",
            "8 (067) 111-22-33",
            "8-10-380-67-111-22-33",
            "671112233",
            "+380(0)671112233",
            "3800671112233",
            "+067 111 22 33",
            "+00380671112233",
            "067.111.22.33",
            "067/111-22-33",
            "tel:+380-67-111-22-33",
            "тел. 067 111 22 33",
            "тел067 111 22 33",
            "067 111 22 33 Иван",
        ];
        reads("UA", &spellings, &["380671112233"]);
        for spelling in spellings {
            assert!(same(spelling, "380671112233", country("UA")), "{spelling}");
        }
    }

    #[test]
    fn trunk_prefixes() {
        reads(
            "RU",
            &["8 (916) 123-45-67", "9161234567", "79161234567", "+7 8 916 1234567", "789161234567"],
            &["79161234567"],
        );
        reads("KZ", &["8 771 000 9998", "7710009998", "+7 (771) 000 99 98"], &["77710009998"]);
        reads("RU", &["8 800 555-35-35", "88005553535"], &["78005553535"]);
        reads("BY", &["8 029 491-19-11", "80294911911", "029 491 19 11", "375294911911"], &["375294911911"]);
        reads("UZ", &["91 234 56 78", "8 91 234 56 78", "998912345678"], &["998912345678"]);
        reads(
            "US",
            &["(201) 555-0123", "1-201-555-0123", "+1 201 555 0123", "011 1 201 555 0123"],
            &["12015550123"],
        );
        reads("HU", &["06 20 123 4567", "+36 20 123 4567", "0036201234567"], &["36201234567"]);
        reads("LT", &["8-612-34567", "(0-612) 34567", "+370 612 34567"], &["37061234567"]);
        reads("IT", &["06 1234 5678", "+39 06 1234 5678"], &["390612345678"]);
        reads(
            "DE",
            &["030/123456", "+49 (0)30 123456", "030 123456", "49 30 123456", "0049 30 123456"],
            &["4930123456"],
        );
        reads("DE", &["0151 23456789", "15123456789", "+49 (0)151/23456789"], &["4915123456789"]);
        reads("DE", &["030 123", "+49 30 123"], &["4930123"]);
    }

    #[test]
    fn other_countries() {
        reads(
            "UA",
            &["79161234567", "8-10-7-916-123-45-67", "89161234567", "+7 916 123 45 67"],
            &["79161234567"],
        );
        reads("UA", &["48512345678", "0048512345678"], &["48512345678"]);
        reads("UA", &["4915123456789"], &["4915123456789"]);
        reads("RU", &["380671112233", "810380671112233", "+380 67 111 22 33"], &["380671112233"]);
        reads("DE", &["380671112233"], &["380671112233"]);
        // A calling code without a plan: any plausible length, the code cut for the search.
        let hong_kong = parse("+852 2345 6789", country("UA")).unwrap();
        assert_eq!((hong_kong.e164().as_str(), hong_kong.national()), ("+85223456789", "23456789"));
    }

    #[test]
    fn unknown_and_short() {
        reads("UA", &["", "нет", "1234", "-", "+", "12 34", "++++"], &[]);
        reads("UA", &["12-345", "12345"], &["12345"]);
        reads("UA", &["234-56-78"], &["2345678"]);
        let local = parse("2345678", country("UA")).unwrap();
        assert_eq!((local.e164().as_str(), local.national()), ("2345678", "2345678"));
        let odd = parse("123456789012", country("UA")).unwrap();
        assert_eq!((odd.e164().as_str(), odd.national()), ("123456789012", "3456789012"));
        reads("UA", &["1234567890123456", "+1234567890123456789012345"], &[]);
        assert!(!same("12345", "12346", country("UA")));
        assert!(!same("", "", country("UA")));
    }

    #[test]
    fn any_digits_and_signs() {
        reads("UA", &["０６７１１１２２３３", "＋３８０６７１１１２２３３"], &["380671112233"]);
        reads("UA", &["٠٦٧١١١٢٢٣٣", "۰۶۷۱۱۱۲۲۳۳"], &["380671112233"]);
        reads(
            "UA",
            &[
                "\u{202a}+380\u{a0}67\u{2011}111\u{2013}22\u{2014}33\u{202c}",
                "067*111_22~33",
                "\u{feff}0671112233",
            ],
            &["380671112233"],
        );
        reads(
            "UA",
            &["%2B380671112233", "&#43;380671112233", "067&nbsp;111&nbsp;22&nbsp;33"],
            &["380671112233"],
        );
    }

    #[test]
    fn several_in_one_field() {
        let two = ["380671112233", "380501112233"];
        let texts = [
            "067 111 22 33, 050 111 22 33",
            "0671112233,0501112233",
            "0671112233;0501112233",
            "0671112233/0501112233",
            "0671112233|0501112233",
            "0671112233\n0501112233",
            "0671112233 или 0501112233",
            "0671112233 or 0501112233",
            "0671112233 та 0501112233",
            "+380671112233 +380501112233",
            "+380671112233+380501112233",
            "067 111 22 33 050 111 22 33",
            "380671112233 380501112233",
            "0671112233. 0501112233",
            "0671112233, 0501112233, 067-111-22-33",
            "0671112233 доп 0501112233",
        ];
        reads("UA", &texts, &two);
        reads("DE", &["030 123456 0151 23456789"], &["4930123456", "4915123456789"]);
        reads("UA", &["380441234567/68"], &["380441234567"]);
        let many: Vec<String> = (0..50).map(|n| format!("06711122{n:02}")).collect();
        assert_eq!(parse_all(&many.join(", "), country("UA")).len(), MAX_NUMBERS);
    }

    #[test]
    fn extensions() {
        for marker in [
            " доб. 123",
            " доб.123",
            "доб123",
            ", доб. 123",
            " (доб. 123)",
            " вн. 123",
            " внутр. 123",
            " ВНУТР 123",
            " дод. 123",
            " додатковий 123",
            " ext 123",
            " ext.123",
            " Ext: 123",
            " extension 123",
            "x123",
            " x 123",
            "#123",
            " # 123",
            ",,123",
            ";ext=123",
            "p123",
            " доб № 123",
        ] {
            let text = format!("+38 044 111 22 33{marker}");
            let phones = parse_all(&text, country("UA"));
            assert_eq!(phones.len(), 1, "{text}");
            assert_eq!((phones[0].digits(), phones[0].extension()), ("380441112233", Some("123")), "{text}");
        }
        let with = parse("0441112233 доб. 12; 0501112233", country("UA")).unwrap();
        let without = parse("0441112233", country("UA")).unwrap();
        assert_eq!(with, without);
        assert_eq!(without.extension(), None);
        reads("UA", &["0441112233 доб. 12; 0501112233"], &["380441112233", "380501112233"]);
    }

    #[test]
    fn not_phones() {
        reads(
            "UA",
            &[
                "ivan@mail.ru",
                "0671112233@mail.ru",
                "ivan0671112233@mail.ru",
                "0671112233ivan@mail.ru",
                "ivan.067-111.22.33@x.ua",
                "utsua_sip",
                "order AB12345678",
                "550e8400-e29b-41d4-a716-446655440000",
                "12345678a",
            ],
            &[],
        );
        reads(
            "UA",
            &["ivan@mail.ru 0671112233", "0671112233 ivan@mail.ru", "0671112233, 123@mail.ru"],
            &["380671112233"],
        );
    }

    #[test]
    fn caller_ids() {
        reads(
            "UA",
            &[
                "\"Support PhonerLite\" <380671234567>",
                "&quot;Name&quot; &lt;380671234567&gt;",
                "Name 24/7 <+380671234567>",
            ],
            &["380671234567"],
        );
    }

    #[test]
    fn countries() {
        for iso in "UA RU KZ BY UZ MD GE AM AZ KG TJ TM PL DE US CA LT LV EE RO BG CZ SK HU TR IL GB FR IT ES"
            .split(' ')
        {
            assert_eq!(country(iso).iso(), iso);
        }
        assert_eq!(country("ua"), country("UA"));
        assert_eq!(Country::from_iso("XX"), None);
        // Calling codes are prefix-free, else the first row would hide the others.
        for (n, plan) in PLANS.iter().enumerate() {
            assert_eq!(code_len(plan.code), plan.code.len());
            assert!(PLANS.iter().skip(n + 1).all(|other| !other.code.starts_with(plan.code)));
        }
    }

    #[test]
    fn long_garbage_is_linear() {
        for piece in [
            "1",
            "1 ",
            "+",
            "1a",
            "1234567a",
            "123456789012345a",
            "@",
            "1@",
            "доб",
            "0671112233 ",
            "&#",
            "12345678901234567890 12 ",
            "11111,,",
            "/",
            "1234567#",
        ] {
            let text = piece.repeat(256 * 1024 / piece.len());
            let started = std::time::Instant::now();
            assert!(parse_all(&text, country("UA")).len() <= MAX_NUMBERS);
            assert!(parse_all(&text, country("DE")).len() <= MAX_NUMBERS);
            // A quadratic pass takes minutes.
            assert!(started.elapsed().as_secs() < 10, "{piece}");
        }
    }
}
