//! The value that a variable has in an event.

use std::borrow::Cow;

use crate::event::{Form, Variable};

/// The text of a variable, or `None` when the event does not carry it.
pub fn of_form<'a>(form: &'a Form, variable: &Variable) -> Option<Cow<'a, str>> {
    let visit = &form.visit;
    let text: &str = match variable {
        Variable::UtmSource => &visit.utm.source,
        Variable::UtmMedium => &visit.utm.medium,
        Variable::UtmCampaign => &visit.utm.campaign,
        Variable::UtmContent => &visit.utm.content,
        Variable::UtmTerm => &visit.utm.term,
        Variable::ClientId => &visit.client_id,
        Variable::Landing => &visit.landing,
        Variable::Referrer => &visit.referrer,
        Variable::RemoteIp => &visit.remote_ip,
        Variable::PageTitle => &visit.title,
        Variable::FormId => &form.form_id,
        Variable::FormName => &form.form_name,
        Variable::Tracked(name) => visit.tracked(name).unwrap_or_default(),
        _ => "",
    };
    (!text.trim().is_empty()).then_some(Cow::Borrowed(text))
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
