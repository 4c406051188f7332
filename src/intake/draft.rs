//! A form in the making: what the readers collect, and how it becomes a [`Form`].

use crate::event::{Form, FormField, Utm, Visit};
use crate::problem::{Problem, push_pointer};

use super::Context;
use super::fields::{Fields, Full};
use super::json;
use super::page_url::{self, fill_utm};
use super::secrets::Guard;

/// What the capture script adds to the fields.
#[derive(Default)]
pub(super) struct Envelope {
    pub hid: String,
    pub vid: String,
    pub r_cl: String,
    pub r_cu: String,
    pub dt: String,
    pub form_id: String,
    pub form_name: String,
    /// `r_ad`: of the session.
    pub session: Vec<FormField>,
    /// `r_pd`: of the page view.
    pub pageview: Vec<FormField>,
    /// A reserved name came in a flat form: it was sent by a script that knows Ringostat's.
    pub beside_fields: bool,
}

/// Everything read so far.
#[derive(Default)]
pub(super) struct Draft {
    pub guard: Guard,
    pub fields: Fields,
    pub envelope: Envelope,
}

impl Envelope {
    /// Sets a reserved name of a flat form. The first that says something counts.
    pub(super) fn set_text(&mut self, name: &str, value: String) {
        self.beside_fields = true;
        let slot = match name {
            "r_cl" => &mut self.r_cl,
            "r_cu" => &mut self.r_cu,
            "hid" => &mut self.hid,
            _ => return,
        };
        if slot.trim().is_empty() {
            *slot = value;
        }
    }

    /// Sets `r_pd` or `r_ad` of a flat form.
    pub(super) fn set_tracked(&mut self, name: &str, fields: Vec<FormField>) {
        self.beside_fields = true;
        let slot = if name == "r_pd" { &mut self.pageview } else { &mut self.session };
        if slot.is_empty() {
            *slot = fields;
        }
    }
}

impl Draft {
    pub(super) fn new(guard: Guard) -> Self {
        Draft { guard, ..Draft::default() }
    }

    /// Whether a field of this name is taken in; else it is noted as withheld.
    pub(super) fn admits(&mut self, name: &str) -> Result<bool, Full> {
        match self.guard.name(name) {
            Some(reason) => self.fields.withhold(name, reason).map(|()| false),
            None => Ok(true),
        }
    }

    /// Adds one value of a flat form.
    pub(super) fn add(&mut self, name: &str, value: String) -> Result<(), Full> {
        if !reserved(name) {
            return self.fields.append(&mut self.guard, name, value);
        }
        match name {
            "r_pd" | "r_ad" => {
                let read = json::tracked(&value, &mut self.guard, &mut self.fields);
                self.envelope.set_tracked(name, read);
            }
            _ => self.envelope.set_text(name, value),
        }
        Ok(())
    }

    /// A problem at a field of a flat form.
    pub(super) fn at(&self, code: &'static str, name: &str) -> Problem {
        let mut path = String::new();
        push_pointer(&mut path, name);
        Problem::new(code, path)
    }

    /// Takes out of a flat form what belongs to its envelope, now that all of it is known.
    ///
    /// `vid`, `dt`, `formId` and `formName` alone are fields like any other; beside a reserved name they are not.
    pub(super) fn settle(&mut self) {
        let envelope = &mut self.envelope;
        if !envelope.beside_fields {
            return;
        }
        let slots = [
            ("vid", &mut envelope.vid),
            ("dt", &mut envelope.dt),
            ("formId", &mut envelope.form_id),
            ("formName", &mut envelope.form_name),
        ];
        for (name, slot) in slots {
            if let Some(text) = self.fields.take(name) {
                *slot = text;
            }
        }
    }

    /// The form, or why it is none.
    pub(super) fn finish(mut self, context: Context) -> Result<Form, Problem> {
        if self.fields.files.is_empty() && self.fields.list.iter().all(FormField::is_blank) {
            let nothing = self.fields.list.is_empty() && self.fields.withheld.is_empty();
            return Err(Problem::new("not_a_form", "")
                .with("detail", if nothing { "no_fields" } else { "empty_form" }));
        }
        let envelope = self.envelope;
        let landing = if envelope.r_cu.trim().is_empty() {
            context.referrer.unwrap_or_default()
        } else {
            envelope.r_cu
        };
        let page = page_url::read(&landing, &mut self.guard, &mut self.fields);
        let mut utm = page.utm;
        fill_utm(&mut utm, hidden_utm(&self.fields));

        let mut tracked: Vec<(String, String)> = Vec::new();
        for mut field in envelope.session.into_iter().chain(envelope.pageview) {
            let value = match field.values.len() {
                1 => field.values.pop().unwrap_or_default(),
                _ => field.text(),
            };
            if field.name == "ringostatOldData" || value.trim().is_empty() {
                continue;
            }
            match tracked.iter_mut().find(|(name, _)| *name == field.name) {
                Some((_, known)) => *known = value,
                None => tracked.push((field.name, value)),
            }
        }
        for (name, value) in page.click_ids {
            if !tracked.iter().any(|(known, _)| known == name) {
                tracked.push((name.to_owned(), value));
            }
        }

        let or_field =
            |text: String, name: &str| if text.trim().is_empty() { self.fields.text(name) } else { text };
        let form_id = or_field(envelope.form_id, "form_id");
        let form_name = or_field(envelope.form_name, "form_name");
        let visit = Visit {
            client_id: if envelope.r_cl.trim().is_empty() {
                hidden_client_id(&self.fields)
            } else {
                envelope.r_cl
            },
            hit_id: if envelope.hid.trim().is_empty() { String::new() } else { envelope.hid },
            pageview_id: envelope.vid,
            landing: page.address,
            title: envelope.dt,
            referrer: String::new(),
            remote_ip: context.remote_ip.unwrap_or_default(),
            utm,
            tracked,
        };
        let Fields { list: fields, withheld, files, .. } = self.fields;
        Ok(Form { form_id, form_name, fields, withheld, files, visit })
    }
}

/// Names that are never fields of a flat form.
pub(super) fn reserved(name: &str) -> bool {
    matches!(name, "r_cl" | "r_cu" | "r_pd" | "r_ad" | "hid")
}

/// The client id (seed: "clientid") that the site itself put into a hidden field. Others call numbers of their own so,
/// and whoever has the same one is the same client: it counts only where it looks like one of Google Analytics.
fn hidden_client_id(fields: &Fields) -> String {
    let of = |name: &str| fields.text(name).trim().to_owned();
    [of("clientid"), of("client_id")].into_iter().find(|text| is_client_id(text)).unwrap_or_default()
}

/// A random number, a point, and the unix second of the first visit.
fn is_client_id(text: &str) -> bool {
    let number = |part: &str| part.len() >= 5 && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('.').is_some_and(|(random, second)| number(random) && number(second))
}

/// Marks that the site itself put into hidden fields.
fn hidden_utm(fields: &Fields) -> Utm {
    let mut utm = Utm::default();
    for field in &fields.list {
        let Some(mark) = field.name.strip_prefix("utm_") else { continue };
        let slot = match mark {
            "source" => &mut utm.source,
            "medium" => &mut utm.medium,
            "campaign" => &mut utm.campaign,
            "content" => &mut utm.content,
            "term" => &mut utm.term,
            _ => continue,
        };
        *slot = field.text();
    }
    utm
}
