//! The value that a variable has in an event.

use crate::event::{Call, Event, Form, Phase, Variable, Visit};

/// The variables of an event.
#[derive(Debug, Clone)]
pub struct Values<'a> {
    event: &'a Event,
    /// What a call tells in numbers, written out once.
    numbers: Vec<(Variable, String)>,
}

impl<'a> Values<'a> {
    /// Those of this event.
    pub fn of(event: &'a Event) -> Self {
        let numbers = match event {
            Event::Form(_) => Vec::new(),
            Event::Call(call) => numbers(call),
        };
        Values { event, numbers }
    }

    /// The text of a variable, or `None` when the event does not carry it.
    pub fn get(&self, variable: &Variable) -> Option<&str> {
        let text = match self.event {
            Event::Form(form) => of_form(form, variable),
            Event::Call(call) => of_call(call, variable),
        };
        let number =
            || self.numbers.iter().find(|(known, _)| known == variable).map(|(_, text)| text.as_str());
        text.or_else(number).filter(|text| !text.trim().is_empty())
    }
}

fn of_form<'a>(form: &'a Form, variable: &Variable) -> Option<&'a str> {
    match variable {
        Variable::PageTitle => Some(&form.visit.title),
        Variable::FormId => Some(&form.form_id),
        Variable::FormName => Some(&form.form_name),
        _ => of_visit(&form.visit, variable),
    }
}

fn of_call<'a>(call: &'a Call, variable: &Variable) -> Option<&'a str> {
    Some(match variable {
        Variable::CallId => &call.call_id,
        Variable::CallType => &call.call_type,
        Variable::CallStatus => &call.status,
        Variable::ClientNumber => &call.client_number,
        Variable::LineNumber => &call.line_number,
        Variable::LineAlias => &call.line_alias,
        Variable::ConnectedWith => &call.connected_with,
        Variable::PoolName => &call.pool_name,
        Variable::SchemeName => &call.scheme_name,
        Variable::EmployeeId => &call.employee_id,
        Variable::EmployeeExtension => &call.employee_extension,
        Variable::EmployeeName => &call.employee_name,
        Variable::Department => &call.department,
        Variable::AdditionalNumber => &call.additional_number,
        Variable::Recording => &call.recording,
        Variable::RecordingWav => &call.recording_wav,
        Variable::CallCard => &call.call_card,
        _ => return of_visit(&call.visit, variable),
    })
}

/// Numbers, seconds and flags that the call tells.
fn numbers(call: &Call) -> Vec<(Variable, String)> {
    let flag = |flag: bool| u32::from(flag);
    let began = u32::try_from(call.started_at).ok().filter(|began| *began > 0);
    [
        (Variable::CallTime, began),
        (Variable::Duration, call.duration),
        (Variable::WaitTime, call.wait_time),
        (Variable::TalkTime, call.talk_time),
        (Variable::CallCounter, call.call_counter),
        (Variable::ProperFlag, call.proper_flag.map(flag)),
        (Variable::RepeatedFlag, call.repeated_flag.map(flag)),
        (Variable::CategoryMark, call.category_mark),
        (Variable::CategoryNumber, call.category_number),
        (Variable::EmployeeMark, call.employee_mark),
        (Variable::HasRecording, (call.phase == Phase::Completed).then(|| flag(call.has_recording))),
    ]
    .into_iter()
    .filter_map(|(variable, number)| Some((variable, number?.to_string())))
    .collect()
}

fn of_visit<'a>(visit: &'a Visit, variable: &Variable) -> Option<&'a str> {
    Some(match variable {
        Variable::UtmSource => &visit.utm.source,
        Variable::UtmMedium => &visit.utm.medium,
        Variable::UtmCampaign => &visit.utm.campaign,
        Variable::UtmContent => &visit.utm.content,
        Variable::UtmTerm => &visit.utm.term,
        Variable::ClientId => &visit.client_id,
        Variable::Landing => &visit.landing,
        Variable::Referrer => &visit.referrer,
        Variable::RemoteIp => &visit.remote_ip,
        Variable::Tracked(name) => visit.tracked(name)?,
        _ => return None,
    })
}

/// The name people know the form by: its name, else its id, else the page's title.
pub fn form_title(form: &Form) -> &str {
    [&form.form_name, &form.form_id, &form.visit.title]
        .into_iter()
        .map(|text| text.trim())
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// Fills `{variable}` into a text; names that are not known stay as they are.
pub fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        match after.split_once('}') {
            Some((name, tail)) => {
                match value(name.trim()) {
                    Some(value) => text.push_str(&value),
                    None => {
                        text.push('{');
                        text.push_str(name);
                        text.push('}');
                    }
                }
                rest = tail;
            }
            None => {
                text.push('{');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_names_are_filled_and_others_stay() {
        let value = |name: &str| (name == "form_name").then(|| "Звонок".to_owned());
        assert_eq!(fill("Заявка: {form_name}", value), "Заявка: Звонок");
        assert_eq!(fill("{ form_name } {x} {", value), "Звонок {x} {");
    }

    #[test]
    fn a_form_is_known_by_name_then_id_then_page() {
        let mut form = Form { form_id: "f1".into(), ..Form::default() };
        form.visit.title = "Контакты".into();
        assert_eq!(form_title(&form), "f1");
        form.form_id.clear();
        assert_eq!(form_title(&form), "Контакты");
    }
}
