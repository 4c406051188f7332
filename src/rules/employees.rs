//! Whose call it is (seed: "закрепить профили сотрудников в Рингостате с аккаунтами в amoCRM").
//!
//! Matched by staff id, then SIP login or extension, then direct number, then full name: names match worst
//! (reference P5: 26.8 % of 415 thousand calls unmatched by name, P6: an extension beats a name). An employee's own
//! number is never a client (P4).

use serde::{Deserialize, Serialize};

use crate::config::{AnsweredBy, Employee, Line};
use crate::event::{Call, CallResult, Direction, Phase};
use crate::phone::{self, Country};
use crate::trace::{Entry, Trace};

/// By what an employee was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Staff id.
    StaffId,
    /// SIP login.
    Sip,
    /// Extension.
    Extension,
    /// Direct number.
    Number,
    /// Full name.
    Name,
}

impl How {
    fn code(self) -> &'static str {
        match self {
            How::StaffId => "staff_id",
            How::Sip => "sip",
            How::Extension => "extension",
            How::Number => "number",
            How::Name => "name",
        }
    }
}

/// An employee who was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found<'a> {
    /// His place in the settings.
    pub index: usize,
    /// He himself.
    pub employee: &'a Employee,
    /// By what.
    pub how: How,
}

/// Who took part in a call on the project's side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answering<'a> {
    /// A linked employee.
    Linked(Found<'a>),
    /// Nobody who is linked: the senior manager is told the line.
    Unlinked {
        /// The line by the name that people know it by.
        line: String,
    },
    /// Nobody: the call was missed, or the message at pick-up does not tell yet.
    Nobody,
}

impl Answering<'_> {
    /// Who took part, as far as the matrix and amoCRM are concerned.
    pub fn took(&self) -> Took {
        match self {
            Answering::Linked(found) => Took::User(found.employee.amocrm_user),
            Answering::Unlinked { .. } => Took::Unlinked,
            Answering::Nobody => Took::Nobody,
        }
    }

    /// Who took part, for people: what `{answered_by}` in a task's text stands for.
    pub fn name(&self) -> &str {
        match self {
            Answering::Linked(found) => {
                let known = &found.employee.ringostat;
                let names = [known.name.trim(), known.extension.trim(), known.staff_id.trim()];
                names.into_iter().find(|name| !name.is_empty()).unwrap_or_default()
            }
            Answering::Unlinked { line } => line,
            Answering::Nobody => "",
        }
    }
}

/// Who took part on the project's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Took {
    /// A linked employee: the user in amoCRM.
    User(u64),
    /// Nobody who is linked.
    Unlinked,
    /// Nobody, or nobody yet.
    Nobody,
}

impl Took {
    /// The user in amoCRM.
    pub fn user(self) -> Option<u64> {
        match self {
            Took::User(user) => Some(user),
            Took::Unlinked | Took::Nobody => None,
        }
    }

    /// The condition of the matrix. `responsible` is the user whose client it is; nobody's when the client is new.
    pub fn answered_by(self, responsible: Option<u64>) -> Option<AnsweredBy> {
        match self {
            Took::User(user) if Some(user) == responsible => Some(AnsweredBy::Responsible),
            Took::User(_) => Some(AnsweredBy::Other),
            Took::Unlinked => Some(AnsweredBy::Unknown),
            Took::Nobody => None,
        }
    }
}

/// Whether the message says anything of who took part: at pick-up it may not yet.
fn is_told(call: &Call) -> bool {
    let known = [&call.employee_name, &call.employee_extension];
    own_ends(call).chain(extensions(call)).any(|end| !end.trim().is_empty())
        || known.iter().any(|text| !text.trim().is_empty())
        || known_id(&call.employee_id).is_some()
}

/// Who took part in the call. An incoming call that was missed was taken by nobody, whatever employee it names:
/// that is whom it rang.
pub fn answering<'a>(
    call: &Call,
    employees: &'a [Employee],
    lines: &[Line],
    country: Country,
    trace: &mut Trace,
) -> Answering<'a> {
    let missed = call.phase == Phase::Completed && call.result == CallResult::Missed;
    if missed && call.direction != Direction::Outgoing {
        return Answering::Nobody;
    }
    if call.phase == Phase::PickUp && !is_told(call) {
        trace.add(|| Entry::new("call", "employees", "not_told_yet").at("/employees"));
        return Answering::Nobody;
    }
    match find(call, employees, country, trace) {
        Some(found) => Answering::Linked(found),
        None => {
            let line = line_name(call, lines, country);
            trace.add(|| {
                Entry::new("call", "employees", "line_tied_to_nobody")
                    .at("/employees")
                    .with("line", line.as_str())
            });
            Answering::Unlinked { line }
        }
    }
}

/// The employee of the call, and by what he was recognised.
pub fn find<'a>(
    call: &Call,
    employees: &'a [Employee],
    country: Country,
    trace: &mut Trace,
) -> Option<Found<'a>> {
    let first = |how: How, is: &dyn Fn(&Employee) -> bool| {
        let (index, employee) = employees.iter().enumerate().find(|(_, employee)| is(employee))?;
        Some(Found { index, employee, how })
    };
    let staff_id = known_id(&call.employee_id);
    let found = staff_id
        .and_then(|id| first(How::StaffId, &|employee| employee.ringostat.staff_id.trim() == id))
        .or_else(|| {
            let logins: Vec<String> = own_ends(call).filter_map(login).collect();
            first(How::Sip, &|employee| {
                employee.ringostat.sip.iter().filter_map(|sip| login(sip)).any(|sip| logins.contains(&sip))
            })
        })
        .or_else(|| {
            first(How::Extension, &|employee| {
                let own = employee.ringostat.extension.trim();
                !own.is_empty() && extensions(call).any(|extension| extension.trim() == own)
            })
        })
        .or_else(|| {
            let ends: Vec<&str> = direct_ends(call).collect();
            first(How::Number, &|employee| {
                let mut numbers = employee.ringostat.numbers.iter();
                numbers.any(|number| ends.iter().any(|end| phone::same(end, number, country)))
            })
        })
        .or_else(|| by_name(&call.employee_name, employees, trace));
    if let Some(found) = &found {
        trace.add(|| {
            Entry::new("call", "employees", "employee_found")
                .at(format!("/employees/{}", found.index))
                .with("how", found.how.code())
                .with("user", found.employee.amocrm_user)
        });
    }
    found
}

/// The place of the employee to whom the number or SIP login belongs.
pub fn owner_of(number: &str, employees: &[Employee], country: Country) -> Option<usize> {
    let login = login(number);
    employees.iter().position(|employee| {
        let known = &employee.ringostat;
        known.numbers.iter().any(|own| phone::same(own, number, country))
            || login.is_some() && known.sip.iter().any(|sip| self::login(sip) == login)
            || !known.extension.trim().is_empty() && known.extension.trim() == number.trim()
    })
}

/// Whether the number is an employee's own: such a one is never searched or created as a client.
pub fn is_employee_number(number: &str, employees: &[Employee], country: Country) -> bool {
    owner_of(number, employees, country).is_some()
}

/// What took part in the call, as the senior manager's task names it: the line with its label from the settings,
/// and the employee's name when Ringostat knows one who is not linked.
pub fn line_name(call: &Call, lines: &[Line], country: Country) -> String {
    let end = own_ends(call).chain([call.line_number.as_str()]).find(|end| !end.trim().is_empty());
    let end = end.unwrap_or_default().trim();
    let line = lines.iter().find(|line| {
        (!end.is_empty() && login(&line.sip).is_some() && login(&line.sip) == login(end))
            || (is_number(end) && phone::same(&line.number, end, country))
    });
    let label = line.map_or("", |line| line.label.trim());
    let mut name = end.to_owned();
    for part in [label, call.employee_name.trim()].into_iter().filter(|part| !part.is_empty()) {
        if !name.is_empty() {
            name.push_str(", ");
        }
        name.push_str(part);
    }
    name
}

/// A SIP login without its wrapping: `SIP/Firm_Ivan@host` is `firm_ivan`.
pub(crate) fn login(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let text = text.strip_prefix("sip:").or_else(|| text.strip_prefix("sip/")).unwrap_or(&text);
    let text = text.split('@').next().unwrap_or_default();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Whether the text is a number and not a login: a login may carry digits that look like one.
pub(crate) fn is_number(text: &str) -> bool {
    text.contains(|c: char| c.is_numeric()) && !text.contains(char::is_alphabetic)
}

/// Ids that say something: `-1` and `0` stand for nobody (reference §2.1).
fn known_id(id: &str) -> Option<&str> {
    Some(id.trim()).filter(|id| !id.is_empty() && *id != "-1" && *id != "0")
}

/// What the employee may have used: what answered, of an outgoing call what called, else the line's alias.
fn own_ends(call: &Call) -> impl Iterator<Item = &str> {
    let alias = if call.direction == Direction::Outgoing { call.line_alias.as_str() } else { "" };
    [call.connected_with.as_str(), alias].into_iter()
}

/// Numbers that may be the employee's own. The shown number of an outgoing call is his when he calls from a SIM.
fn direct_ends(call: &Call) -> impl Iterator<Item = &str> {
    let shown = if call.direction == Direction::Outgoing { call.line_number.as_str() } else { "" };
    own_ends(call).chain([shown]).filter(|end| is_number(end))
}

/// Extensions. The dialled one tells who answered only when nothing else does: calls are forwarded.
fn extensions(call: &Call) -> impl Iterator<Item = &str> {
    let silent = call.direction != Direction::Outgoing && call.connected_with.trim().is_empty();
    let dialled = if silent { call.additional_number.as_str() } else { "" };
    own_ends(call).chain([call.employee_extension.as_str(), dialled])
}

/// The only employee of that name: the same words in any order, else all words of the shorter name, two at least.
fn by_name<'a>(name: &str, employees: &'a [Employee], trace: &mut Trace) -> Option<Found<'a>> {
    let wanted = words(name);
    if wanted.is_empty() {
        return None;
    }
    let named: Vec<(usize, &Employee, Vec<String>)> = employees
        .iter()
        .enumerate()
        .map(|(index, employee)| (index, employee, words(&employee.ringostat.name)))
        .filter(|(_, _, words)| !words.is_empty())
        .collect();
    for whole in [true, false] {
        let mut same = named.iter().filter(|(_, _, words)| match whole {
            true => *words == wanted,
            false => covers(words, &wanted),
        });
        match (same.next(), same.next()) {
            (Some((index, employee, _)), None) => {
                return Some(Found { index: *index, employee, how: How::Name });
            }
            (Some(first), Some(second)) => {
                trace.add(|| {
                    Entry::new("call", "employees", "name_ambiguous")
                        .at("/employees")
                        .with("name", name)
                        .with("employees", vec![first.0, second.0])
                });
                return None;
            }
            _ => {}
        }
    }
    None
}

/// Whether one name has all words of the other.
fn covers(left: &[String], right: &[String]) -> bool {
    let (short, long) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    short.len() >= 2 && short.iter().all(|word| long.contains(word))
}

/// The words of a name, sorted: lower case, no apostrophes of any kind, `ё` as `е`.
fn words(name: &str) -> Vec<String> {
    let plain: String = name
        .to_lowercase()
        .chars()
        .filter(|c| !matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | '′' | '＇' | '"' | '\u{301}' | '*'))
        .map(|c| if c == 'ё' { 'е' } else { c })
        .collect();
    let mut words: Vec<String> = plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.sort_unstable();
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{LineKind, RingostatEmployee};

    fn employees() -> Vec<Employee> {
        let employee =
            |staff_id: &str, name: &str, extension: &str, sip: &str, number: &str, user| Employee {
                ringostat: RingostatEmployee {
                    staff_id: staff_id.into(),
                    name: name.into(),
                    extension: extension.into(),
                    sip: vec![sip.into()],
                    numbers: vec![number.into()],
                    ..RingostatEmployee::default()
                },
                amocrm_user: user,
            };
        vec![
            employee("331851", "Иван Иванов", "101", "firm_ivan", "380671110001", 1),
            employee("331852", "Дем’яненко Мар'яна Ігорівна", "102", "firm_mary", "380671110002", 2),
        ]
    }

    fn found(call: Call) -> Option<(usize, How)> {
        let employees = employees();
        find(&call, &employees, Country::default(), &mut Trace::new(false))
            .map(|found| (found.index, found.how))
    }

    fn incoming(connected_with: &str) -> Call {
        Call { connected_with: connected_with.into(), result: CallResult::Answered, ..Call::default() }
    }

    #[test]
    fn the_staff_id_comes_first() {
        let call = Call {
            employee_id: "331852".into(),
            employee_name: "Иван Иванов".into(),
            ..incoming("firm_ivan")
        };
        assert_eq!(found(call), Some((1, How::StaffId)));
        let nobody = Call { employee_id: "-1".into(), ..incoming("firm_ivan") };
        assert_eq!(found(nobody), Some((0, How::Sip)));
    }

    #[test]
    fn then_the_login_or_the_extension() {
        for text in ["firm_ivan", " FIRM_Ivan ", "sip:firm_ivan@sip.example", "SIP/firm_ivan"] {
            assert_eq!(found(incoming(text)), Some((0, How::Sip)), "{text}");
        }
        assert_eq!(found(incoming("102")), Some((1, How::Extension)));
        assert_eq!(
            found(Call { employee_extension: "102".into(), ..incoming("firm_stranger") }),
            Some((1, How::Extension))
        );
        let outgoing = || Call { direction: Direction::Outgoing, ..Call::default() };
        for call in [
            Call { connected_with: "firm_mary".into(), line_alias: "firm_main".into(), ..outgoing() },
            Call { line_alias: "firm_mary".into(), ..outgoing() },
        ] {
            assert_eq!(found(call), Some((1, How::Sip)));
        }
    }

    #[test]
    fn a_dialled_extension_says_who_answered_only_when_nothing_else_does() {
        let dialled = |connected: &str| Call { additional_number: "101".into(), ..incoming(connected) };
        assert_eq!(found(dialled("")), Some((0, How::Extension)));
        assert_eq!(found(dialled("firm_mary")), Some((1, How::Sip)));
        assert_eq!(found(dialled("firm_stranger")), None);
    }

    #[test]
    fn then_the_direct_number_in_any_spelling() {
        for text in ["380671110002", "+38 (067) 111-00-02", "0671110002"] {
            assert_eq!(found(incoming(text)), Some((1, How::Number)), "{text}");
        }
        let shown =
            Call { direction: Direction::Outgoing, line_number: "380671110001".into(), ..Call::default() };
        assert_eq!(found(shown), Some((0, How::Number)));
        let dialled_line = Call { line_number: "380671110001".into(), ..incoming("") };
        assert_eq!(found(dialled_line), None);
    }

    #[test]
    fn names_match_through_apostrophes_case_order_and_a_missing_patronymic() {
        let named = |name: &str| found(Call { employee_name: name.into(), ..incoming("") });
        for name in ["Мар`яна Дем'яненко", "ДЕМʼЯНЕНКО МАРʼЯНА ІГОРІВНА", "дем´яненко мар’яна"]
        {
            assert_eq!(named(name), Some((1, How::Name)), "{name}");
        }
        assert_eq!(named("Иванов Иван Петрович"), Some((0, How::Name)));
        for name in ["Иван", "Иван Петров", "", "-"] {
            assert_eq!(named(name), None, "{name}");
        }
    }

    #[test]
    fn a_name_that_two_have_tells_nobody_but_a_whole_one_tells_more_than_a_part() {
        let mut list = employees();
        list[1].ringostat.name = "Иван Иванов Петрович".into();
        let call = |name: &str| Call { employee_name: name.into(), ..incoming("") };
        let mut trace = Trace::new(true);
        let found = |name: &str, trace: &mut Trace| {
            find(&call(name), &list, Country::default(), trace).map(|found| found.index)
        };
        assert_eq!(found("Иванов Иван", &mut trace), Some(0));
        assert_eq!(found("Петрович Иван Иванов", &mut trace), Some(1));
        list[1].ringostat.name = "Иванов Иван".into();
        assert_eq!(find(&call("Иван Иванов"), &list, Country::default(), &mut trace), None);
        assert!(trace.entries().iter().any(|entry| entry.code == "name_ambiguous"));
    }

    #[test]
    fn an_employees_own_number_is_never_a_client() {
        let is = |number| is_employee_number(number, &employees(), Country::default());
        for own in ["0671110001", "+380671110002", "firm_mary", "101"] {
            assert!(is(own), "{own}");
        }
        for other in ["380671110003", "", "firm_main", "38"] {
            assert!(!is(other), "{other}");
        }
        assert_eq!(owner_of("380671110002", &employees(), Country::default()), Some(1));
    }

    #[test]
    fn a_line_tied_to_nobody_is_named() {
        let employees = employees();
        let lines = [Line {
            number: "380441112233".into(),
            kind: LineKind::Sip,
            sip: "firm_main".into(),
            label: "Сайт".into(),
        }];
        let mut trace = Trace::new(true);
        let mut line = |call: &Call| match answering(call, &employees, &lines, Country::default(), &mut trace)
        {
            Answering::Unlinked { line } => line,
            other => panic!("{other:?}"),
        };
        assert_eq!(line(&incoming("firm_main")), "firm_main, Сайт");
        assert_eq!(line(&incoming("+380441112233")), "+380441112233, Сайт");
        assert_eq!(line(&Call { employee_name: "Олег".into(), ..incoming("firm_x") }), "firm_x, Олег");
        assert_eq!(line(&Call { line_number: "380441112299".into(), ..incoming("") }), "380441112299");
        assert_eq!(line(&incoming("")), "");
        assert!(trace.entries().iter().any(|entry| entry.code == "line_tied_to_nobody"));
    }

    #[test]
    fn a_missed_call_was_taken_by_nobody_but_an_unanswered_one_was_made_by_somebody() {
        let employees = employees();
        let of = |direction| {
            let call = Call {
                direction,
                result: CallResult::Missed,
                employee_id: "331851".into(),
                ..Call::default()
            };
            answering(&call, &employees, &[], Country::default(), &mut Trace::new(false)).took().user()
        };
        assert_eq!(of(Direction::Incoming), None);
        assert_eq!(of(Direction::Callback), None);
        assert_eq!(of(Direction::Outgoing), Some(1));
    }

    #[test]
    fn the_condition_of_the_matrix_follows() {
        let employees = employees();
        let call = incoming("firm_ivan");
        let who = answering(&call, &employees, &[], Country::default(), &mut Trace::new(false));
        assert_eq!((who.took().user(), who.name()), (Some(1), "Иван Иванов"));
        assert_eq!(who.took().answered_by(Some(1)), Some(AnsweredBy::Responsible));
        assert_eq!(who.took().answered_by(Some(2)), Some(AnsweredBy::Other));
        assert_eq!(who.took().answered_by(None), Some(AnsweredBy::Other));
        let unlinked = Answering::Unlinked { line: String::new() };
        assert_eq!(unlinked.took().answered_by(Some(1)), Some(AnsweredBy::Unknown));
        assert_eq!(Answering::Nobody.took().answered_by(Some(1)), None);
    }
}
