//! What a call tells of the project itself: so lines and employees can be offered by name before anybody typed them in.

use serde::{Deserialize, Serialize};

use crate::event::{Call, Direction};

use super::caller_id::{self, CallerId};

/// Lines, pools, schemes and employees by the names that a call gives them. Empty texts are not known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Seen {
    /// The line that was dialled or shown.
    pub line: SeenLine,
    /// Call-tracking pool.
    pub pool: String,
    /// Forwarding scheme.
    pub scheme: String,
    /// Who took part for the project. Of a missed call: whom it rang.
    pub employee: SeenEmployee,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SeenLine {
    /// Its number.
    pub number: String,
    /// Its SIP login, in lower case.
    pub sip: String,
}

/// An employee.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SeenEmployee {
    /// Staff id.
    pub staff_id: String,
    /// Full name.
    pub name: String,
    /// Extension.
    pub extension: String,
    /// SIP login, in lower case.
    pub sip: String,
    /// Direct number.
    pub number: String,
}

impl Seen {
    /// What the call tells.
    pub fn of(call: &Call) -> Self {
        let line = SeenLine {
            number: call.line_number.clone(),
            sip: login(&caller_id::read(&call.line_alias)).unwrap_or_default(),
        };
        let mut employee = SeenEmployee {
            staff_id: call.employee_id.clone(),
            name: call.employee_name.clone(),
            extension: call.employee_extension.clone(),
            ..SeenEmployee::default()
        };
        // Who called out may have left nothing but the line's login.
        let alias = if call.direction == Direction::Outgoing { call.line_alias.as_str() } else { "" };
        for end in [call.connected_with.as_str(), alias].map(caller_id::read) {
            employee.learn(&end, &call.client_number);
        }
        Seen { line, pool: call.pool_name.clone(), scheme: call.scheme_name.clone(), employee }
    }
}

impl SeenEmployee {
    /// Takes his end of the call as what it looks like. Incoming calls are connected with the client at times.
    fn learn(&mut self, end: &CallerId, client: &str) {
        let fill = |field: &mut String, text: String| {
            if field.is_empty() {
                *field = text;
            }
        };
        match end {
            CallerId::Number(number) if !caller_id::same(number, client) => {
                fill(&mut self.number, number.clone());
            }
            CallerId::Login(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                fill(&mut self.extension, text.clone());
            }
            _ => fill(&mut self.sip, login(end).unwrap_or_default()),
        }
    }
}

/// A SIP login; names that people gave to a line are none.
fn login(end: &CallerId) -> Option<String> {
    let login = end.login()?;
    let login = login
        .split_once('/')
        .filter(|(kind, _)| kind.eq_ignore_ascii_case("sip"))
        .map_or(login, |(_, rest)| rest);
    let is = login.bytes().all(|byte| byte.is_ascii_graphic())
        && login.contains(|c: char| c.is_ascii_alphabetic());
    is.then(|| login.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn employee(call: Call) -> SeenEmployee {
        Seen::of(&call).employee
    }

    fn incoming(connected_with: &str) -> Call {
        Call {
            client_number: "380671112233".into(),
            line_number: "380441112233".into(),
            connected_with: connected_with.into(),
            ..Call::default()
        }
    }

    #[test]
    fn what_answered_is_a_login_a_number_or_an_extension() {
        for text in ["firm_ivan", "SIP/Firm_Ivan@host", "sip:firm_ivan@sip.example"] {
            assert_eq!(
                employee(incoming(text)),
                SeenEmployee { sip: "firm_ivan".into(), ..Default::default() }
            );
        }
        let number = SeenEmployee { number: "380671110001".into(), ..Default::default() };
        assert_eq!(employee(incoming("380671110001")), number);
        let extension = SeenEmployee { extension: "101".into(), ..Default::default() };
        assert_eq!(employee(incoming("101")), extension);
        for nobody in ["", "anonymous", "Отдел продаж", "0671112233", "+380671112233"] {
            assert_eq!(employee(incoming(nobody)), SeenEmployee::default(), "{nobody}");
        }
    }

    #[test]
    fn of_an_outgoing_call_it_is_the_end_that_called() {
        let call = |connected_with: &str| Call {
            direction: Direction::Outgoing,
            line_alias: "firm_mary".into(),
            ..incoming(connected_with)
        };
        assert_eq!(employee(call("firm_ivan")).sip, "firm_ivan");
        assert_eq!(employee(call("")).sip, "firm_mary");
        assert_eq!(employee(call("380671112233")).sip, "firm_mary");
    }

    #[test]
    fn names_come_as_they_are() {
        let call = Call {
            line_alias: "Firm_Main".into(),
            pool_name: "Сайт".into(),
            scheme_name: "Рабочее время".into(),
            employee_id: "331851".into(),
            employee_name: "Иван Иванов".into(),
            employee_extension: "101".into(),
            ..incoming("102")
        };
        let seen = Seen::of(&call);
        assert_eq!(seen.line, SeenLine { number: "380441112233".into(), sip: "firm_main".into() });
        assert_eq!((seen.pool.as_str(), seen.scheme.as_str()), ("Сайт", "Рабочее время"));
        assert_eq!(
            seen.employee,
            SeenEmployee {
                staff_id: "331851".into(),
                name: "Иван Иванов".into(),
                extension: "101".into(),
                ..Default::default()
            }
        );
        assert_eq!(Seen::of(&Call { line_alias: "Лінія 1".into(), ..call }).line.sip, "");
    }
}
