//! What a form should become: everything is known before amoCRM is asked.

use super::drafting::Drafting;
use super::{Creates, LeadUse, Plan, assign, collect_identity, name_both};
use crate::amocrm::directory::Directory;
use crate::config::{OpenLead, Settings, Value};
use crate::event::Form;
use crate::flow::outcome::Reason;
use crate::flow::ticket::Ticket;
use crate::rules::draft::{Leftover, Origin, Why};
use crate::rules::value::{self, Values};
use crate::rules::{funnel, mapping, pipeline, responsible, task};
use crate::trace::{Entry, Trace};

/// The plan, or why nothing is to be made.
pub fn of_form(
    ticket: &Ticket,
    form: &Form,
    settings: &Settings,
    directory: &Directory,
    trace: &mut Trace,
) -> Result<Plan, Reason> {
    let values = Values::of(&ticket.event);
    for withheld in &form.withheld {
        let path = if withheld.reason == "ignored" { "/forms/ignored_fields" } else { "" };
        trace.add(|| {
            Entry::new("intake", "secrets", "field_withheld")
                .at(path)
                .with("name", withheld.name.as_str())
                .with("reason", withheld.reason.as_str())
        });
    }
    if let Some(name) = settings.forms.honeypot_field.as_deref()
        && form.fields.iter().any(|field| field.name == name && !field.is_blank())
    {
        trace.add(|| Entry::new("intake", "honeypot", "honeypot_filled").at("/forms/honeypot_field"));
        return Err(Reason::new("honeypot_filled").with("field", name));
    }
    let creates = &settings.forms.creates;
    if !(creates.unsorted || creates.contact || creates.lead) {
        trace.add(|| Entry::new("intake", "scenario", "nothing_ticked").at("/forms/creates"));
        return Err(Reason::new("nothing_ticked"));
    }

    let place = if settings.forms.use_funnel_rules {
        funnel::choose(&settings.funnel, directory, |variable| values.get(variable), trace)
    } else {
        pipeline::default_place(directory, "/forms/use_funnel_rules", trace)
    };
    let unsorted = creates.unsorted && place.takes_unsorted;
    if creates.unsorted && !unsorted {
        trace.add(|| Entry::new("lead", "scenario", "unsorted_is_off").at("/forms/creates/unsorted"));
    }
    let make_contact = creates.contact || unsorted;
    let make_lead = creates.lead || creates.unsorted;

    // Rows of an entity that is not made take nothing: what they name is for the note.
    let mut used = vec![false; form.fields.len()];
    let mut unused = used.clone();
    let mapped_contact = mapping::evaluate(
        &settings.mapping.contact,
        Origin::Contact,
        &ticket.event,
        &values,
        if make_contact { &mut used } else { &mut unused },
        trace,
    );
    let mapped_lead = mapping::evaluate(
        &settings.mapping.lead,
        Origin::Lead,
        &ticket.event,
        &values,
        if make_lead { &mut used } else { &mut unused },
        trace,
    );
    let identity = collect_identity(&mapped_contact, form, settings, directory, trace);

    let mut leftovers = Vec::new();
    let mut contact = Drafting { directory, settings, contact: true, leftovers: &mut leftovers, trace }
        .draft(&mapped_contact, &form.visit, &ticket.subject, None);
    if !make_contact {
        leftovers.clear();
    }
    let of_contact = leftovers.len();
    let mut lead = Drafting { directory, settings, contact: false, leftovers: &mut leftovers, trace }.draft(
        &mapped_lead,
        &form.visit,
        &ticket.subject,
        None,
    );
    if !make_lead {
        leftovers.truncate(of_contact);
    }

    let user = responsible::of_form(&settings.forms.responsible, ticket.sequence, directory, trace);
    assign(&mut contact, &mut lead, user);
    let identified = !identity.identifiers().is_empty() || !mapped_contact.is_empty();
    name_both(&mut contact, &mut lead, &identity, value::form_title(form), settings, trace);

    for (field, taken) in form.fields.iter().zip(&used) {
        if *taken || field.is_blank() || settings.forms.honeypot_field.as_deref() == Some(field.name.as_str())
        {
            continue;
        }
        let text = field.text();
        // A losing candidate that says the same is not lost.
        let told = form.fields.iter().zip(&used).any(|(other, taken)| *taken && other.text() == text);
        if told && is_candidate(settings, &field.name) {
            continue;
        }
        trace.add(|| Entry::new("note", "form_mapping", "unmapped").with("name", field.name.as_str()));
        leftovers.push(Leftover { label: field.name.clone(), text, why: Why::Unmapped });
    }

    let client = identity.phones.first().map(|key| key.value()).unwrap_or_default();
    if make_contact && !identified {
        trace.add(|| Entry::new("contact", "identity", "nobody_to_create").at("/forms/creates/contact"));
    }
    let task = task::of_form(form, &values, ticket.received_at, client, settings, directory, trace);
    let reuse = settings.forms.open_lead == OpenLead::Reuse;
    Ok(Plan {
        tasks: task.into_iter().collect(),
        record: None,
        scene: None,
        stand_in: None,
        creates: Creates {
            unsorted,
            contact: make_contact && identified,
            lead: make_lead,
            note: creates.note,
        },
        update_known: make_contact && identified,
        open_lead: match (make_lead, reuse) {
            (false, _) => LeadUse::Ignore,
            (true, true) => LeadUse::Reuse,
            (true, false) => LeadUse::New,
        },
        identity,
        contact,
        lead,
        place,
        leftovers,
    })
}

/// Whether some row names the form field.
fn is_candidate(settings: &Settings, name: &str) -> bool {
    settings.mapping.contact.iter().chain(&settings.mapping.lead).any(|row| match &row.value {
        Value::FormFields(names) => names
            .iter()
            .flat_map(|names| names.split(','))
            .any(|candidate| candidate.trim().to_lowercase() == name.trim().to_lowercase()),
        _ => false,
    })
}
