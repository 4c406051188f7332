//! Lines whose calls make nothing (seed: "Стоп-лист номеров": "чтобы не создавались сущности в amoCRM по звонкам
//! с/на определенные номера, подключенные в проекте").
//!
//! An entry is a SIP login or a number, compared with the project's own side of the call. A login stops every line
//! that shares it (seed, "Важно!" 2: FMC numbers with one SIP are stopped together); a number stops a call of which
//! only the login is known when that login belongs to no other line.

use crate::config::{Line, StopEntry};
use crate::event::Call;
use crate::phone::{self, Country};
use crate::rules::employees::{is_number, login};
use crate::trace::{Entry, Trace};

/// The place of the entry that stops the call.
pub fn find(
    call: &Call,
    stop_list: &[StopEntry],
    lines: &[Line],
    country: Country,
    trace: &mut Trace,
) -> Option<usize> {
    if stop_list.is_empty() {
        return None;
    }
    let side = Side::of(call, lines, country);
    let stops = |entry: &StopEntry| match entry {
        StopEntry::Sip(sip) => login(sip).is_some_and(|sip| side.logins.contains(&sip)),
        StopEntry::Number(number) => side.numbers.iter().any(|own| phone::same(own, number, country)),
    };
    let index = stop_list.iter().position(stops)?;
    trace.add(|| {
        let (by, value) = match stop_list.get(index) {
            Some(StopEntry::Sip(sip)) => ("sip", sip.as_str()),
            Some(StopEntry::Number(number)) => ("number", number.as_str()),
            None => ("", ""),
        };
        Entry::new("call", "stop_list", "line_stopped").at(path(index)).with("by", by).with("value", value)
    });
    Some(index)
}

/// JSON Pointer of an entry.
pub fn path(index: usize) -> String {
    format!("/stop_list/{index}")
}

/// Lines with that login.
pub fn sharing<'a>(sip: &str, lines: &'a [Line]) -> impl Iterator<Item = &'a Line> {
    let sip = login(sip);
    lines.iter().filter(move |line| sip.is_some() && login(&line.sip) == sip)
}

/// The project's own side: the dialled or shown line, its alias and what answered.
struct Side<'a> {
    numbers: Vec<&'a str>,
    logins: Vec<String>,
}

impl<'a> Side<'a> {
    fn of(call: &'a Call, lines: &'a [Line], country: Country) -> Self {
        // By reference P4 calls are connected with the client at times.
        let connected = call.connected_with.as_str();
        let clients = phone::same(connected, &call.client_number, country);
        let connected = if clients { "" } else { connected };
        let ends = [call.line_number.as_str(), call.line_alias.as_str(), connected];
        let ends = ends.into_iter().map(str::trim).filter(|end| !end.is_empty());
        let (mut numbers, names): (Vec<&str>, Vec<&str>) = ends.partition(|end| is_number(end));
        let mut logins: Vec<String> = names.into_iter().filter_map(login).collect();
        // Digits can be a login as well.
        logins.extend(numbers.iter().filter_map(|number| login(number)));
        for line in lines {
            if numbers.iter().any(|number| phone::same(number, &line.number, country)) {
                logins.extend(login(&line.sip));
            }
        }
        for line in lines {
            let own = login(&line.sip);
            if own.is_some_and(|own| logins.contains(&own)) && sharing(&line.sip, lines).count() == 1 {
                numbers.push(&line.number);
            }
        }
        Side { numbers, logins }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::LineKind;
    use crate::event::Direction;

    fn line(number: &str, kind: LineKind, sip: &str) -> Line {
        Line { number: number.into(), kind, sip: sip.into(), label: String::new() }
    }

    fn lines() -> Vec<Line> {
        vec![
            line("380441112233", LineKind::Sip, "firm_main"),
            line("380501112233", LineKind::Fmc, "firm_mob"),
            line("380501112244", LineKind::Fmc, "firm_mob"),
            line("380501112255", LineKind::Fmc, "firm_own"),
        ]
    }

    fn sip(text: &str) -> StopEntry {
        StopEntry::Sip(text.into())
    }

    fn number(text: &str) -> StopEntry {
        StopEntry::Number(text.into())
    }

    fn stopped(call: &Call, entries: &[StopEntry]) -> Option<usize> {
        find(call, entries, &lines(), Country::default(), &mut Trace::new(false))
    }

    fn dialled(line_number: &str) -> Call {
        Call { line_number: line_number.into(), client_number: "380671112233".into(), ..Call::default() }
    }

    #[test]
    fn a_number_stops_the_dialled_and_the_shown_line_in_any_spelling() {
        let entries = [number("380440000000"), number("044 111-22-33")];
        let mut trace = Trace::new(true);
        let call = dialled("380441112233");
        assert_eq!(find(&call, &entries, &[], Country::default(), &mut trace), Some(1));
        assert_eq!(trace.entries()[0].path, "/stop_list/1");
        let outgoing = Call { direction: Direction::Outgoing, ..call };
        assert_eq!(stopped(&outgoing, &entries), Some(1));
        assert_eq!(stopped(&dialled("380441112244"), &entries), None);
        assert_eq!(stopped(&dialled(""), &entries), None);
    }

    #[test]
    fn a_login_stops_alias_connection_and_the_lines_that_have_it() {
        let entries = [sip("Firm_Main")];
        for call in [
            Call { line_alias: "firm_main".into(), ..dialled("") },
            Call { connected_with: "SIP/firm_main".into(), ..dialled("") },
            dialled("0441112233"),
        ] {
            assert_eq!(stopped(&call, &entries), Some(0), "{call:?}");
        }
        assert_eq!(stopped(&Call { connected_with: "firm_ivan".into(), ..dialled("") }, &entries), None);
    }

    #[test]
    fn fmc_numbers_that_share_a_login_are_stopped_together() {
        for number in ["380501112233", "380501112244"] {
            assert_eq!(stopped(&dialled(number), &[sip("firm_mob")]), Some(0), "{number}");
        }
        assert_eq!(stopped(&dialled("380501112255"), &[sip("firm_mob")]), None);
    }

    #[test]
    fn a_number_stops_its_login_only_when_no_other_line_has_it() {
        let by_login = |login: &str| Call { connected_with: login.into(), ..dialled("") };
        assert_eq!(stopped(&by_login("firm_own"), &[number("380501112255")]), Some(0));
        assert_eq!(stopped(&by_login("firm_mob"), &[number("380501112233")]), None);
        assert_eq!(stopped(&dialled("380501112233"), &[number("380501112233")]), Some(0));
        assert_eq!(stopped(&dialled("380501112244"), &[number("380501112233")]), None);
    }

    #[test]
    fn the_clients_number_is_not_the_projects_side() {
        let client = number("380671112233");
        let call = Call { connected_with: "380671112233".into(), ..dialled("380441112233") };
        assert_eq!(stopped(&call, &[client]), None);
        let forwarded = Call { connected_with: "380501112233".into(), ..dialled("380441112233") };
        assert_eq!(stopped(&forwarded, &[number("380501112233")]), Some(0));
        // A SIM that calls and shows another line.
        let outgoing = Call { direction: Direction::Outgoing, ..forwarded };
        assert_eq!(stopped(&outgoing, &[number("380501112233")]), Some(0));
    }

    #[test]
    fn digits_inside_a_login_are_no_number() {
        let call = Call { connected_with: "firm_380501112266".into(), ..dialled("") };
        assert_eq!(stopped(&call, &[number("380501112266")]), None);
    }
}
