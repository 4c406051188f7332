//! amoCRM refuses something: what it names is taken out and told, the rest is sent again.

use super::{EventFlow, LeadStage, Stage};
use crate::amocrm::answer::FieldError;
use crate::flow::Cx;
use crate::flow::outcome::{End, Reason};
use crate::flow::plan::Plan;
use crate::flow::refusal::{Part, Side, blame};
use crate::rules::draft::{DraftField, Leftover, Merge, Origin, Why};
use crate::rules::texts::{Text, text};
use crate::trace::{Entry, Trace};

/// Refusals after which an event has failed.
const MOST_REFUSALS: u32 = 12;

impl EventFlow {
    /// Takes out what amoCRM names; when it names nothing, one last try with name, phone, e-mail and note.
    pub(super) fn lead_refused(&mut self, errors: &[FieldError], cx: &mut Cx) {
        self.refusals += 1;
        let Some(plan) = &mut self.plan else { return };
        let Stage::Lead(stage) = &self.stage else { return };
        let outer_is_contact = matches!(stage, LeadStage::Contact(_));
        let mut contact_fields = Vec::new();
        let mut lead_fields = Vec::new();
        let mut taken_out = false;
        for error in errors {
            let Some((side, part)) = blame(error) else { continue };
            let contact = side == Side::Contact || (side == Side::Outer && outer_is_contact);
            match part {
                Part::Field(position) => {
                    // The body lists the draft's fields in their order.
                    let (fields, list) = if contact {
                        (&plan.contact.fields, &mut contact_fields)
                    } else {
                        (&plan.lead.fields, &mut lead_fields)
                    };
                    list.extend((position < fields.len()).then_some(position));
                }
                Part::Native(name) if name == "pipeline_id" || name == "status_id" => {
                    taken_out |= plan.place.pipeline.is_some() || plan.place.status.is_some();
                    plan.place.pipeline = None;
                    plan.place.status = None;
                    cx.trace.add(|| {
                        Entry::new("lead", "refusal", "pipeline_refused").with("code", error.code.as_str())
                    });
                }
                Part::Native(name) => {
                    let (draft, step) =
                        if contact { (&mut plan.contact, "contact") } else { (&mut plan.lead, "lead") };
                    taken_out |= draft.drop_native(&name, &error.code, step, &mut plan.leftovers, cx.trace);
                }
            }
        }
        let fields_refused = !contact_fields.is_empty() || !lead_fields.is_empty();
        self.stale_directory |= fields_refused;
        taken_out |= fields_refused;
        plan.contact.drop_fields(&contact_fields, errors, "contact", &mut plan.leftovers, cx.trace);
        plan.lead.drop_fields(&lead_fields, errors, "lead", &mut plan.leftovers, cx.trace);
        if taken_out && self.refusals < MOST_REFUSALS {
            return;
        }
        if self.given_up < 2 {
            // First all but our own fields: the marker is what a lost answer is looked up by.
            give_up(plan, self.given_up == 0, cx.trace);
            self.given_up += 1;
            return;
        }
        let words: Vec<String> = errors
            .iter()
            .map(|error| format!("{} {} {}", error.code, error.path, error.detail).trim().to_owned())
            .collect();
        self.over(End::Failed(Reason::new("refused").with("errors", words)));
    }

    /// Whether the task is worth another try. One that is not stands in the note.
    pub(super) fn task_refused(&mut self, errors: &[FieldError], cx: &mut Cx) -> bool {
        self.refusals += 1;
        let Stage::Task { index, .. } = self.stage else { return false };
        let Some(plan) = &mut self.plan else { return false };
        let Some(task) = plan.tasks.get_mut(index) else { return false };
        let fields: Vec<String> = natives(errors).collect();
        let gave_in = fields.iter().filter(|field| task.give_in(field)).count() > 0;
        cx.trace.add(|| {
            Entry::new("task", "refusal", if gave_in { "field_refused" } else { "refused" })
                .at(task.path.clone())
                .with("fields", fields)
        });
        if gave_in && self.refusals < MOST_REFUSALS {
            return true;
        }
        let label = text(cx.settings.language, Text::Task).to_owned();
        plan.leftovers.push(Leftover { label, text: task.text.clone(), why: Why::Refused });
        false
    }

    /// Whether the record is worth another try: once, without what the call is not a record without. Then it stands
    /// in the note.
    pub(super) fn record_refused(&mut self, errors: &[FieldError], cx: &mut Cx) -> bool {
        let Some(plan) = &mut self.plan else { return false };
        let Some(record) = &mut plan.record else { return false };
        let params = &mut record.params;
        let bare = params.link.is_none()
            && params.call_result.is_none()
            && params.call_status.is_none()
            && params.call_responsible.is_none();
        let words = errors.iter().map(|error| format!("{} {}", error.code, error.path));
        let detail: Vec<String> = words.collect();
        cx.trace.add(|| {
            Entry::new("call_record", "refusal", if bare { "refused" } else { "field_refused" })
                .with("errors", detail)
        });
        let said = [params.call_result.take(), params.link.take()];
        params.call_status = None;
        params.call_responsible = None;
        let label = text(cx.settings.language, Text::CallNote).to_owned();
        let said: Vec<String> = said.into_iter().flatten().collect();
        if !said.is_empty() {
            plan.leftovers.push(Leftover { label, text: said.join(", "), why: Why::Refused });
        } else if bare {
            plan.leftovers.push(Leftover { label, text: params.uniq.clone(), why: Why::Refused });
        }
        !bare
    }

    /// The note is where nothing gets lost: without it the event is not delivered.
    pub(super) fn note_refused(&mut self, errors: &[FieldError], cx: &mut Cx) {
        let detail = errors.first().map(|error| format!("{} {}", error.code, error.path)).unwrap_or_default();
        cx.trace.add(|| Entry::new("note", "refusal", "refused").with("detail", detail.as_str()));
        self.over(End::Failed(Reason::new("note_refused").with("detail", detail)));
    }
}

/// Native fields that are to blame.
fn natives(errors: &[FieldError]) -> impl Iterator<Item = String> {
    errors.iter().filter_map(|error| match blame(error)? {
        (_, Part::Native(name)) => Some(name),
        (_, Part::Field(_)) => None,
    })
}

/// Gives up everything but name, phone and e-mail; the note keeps the values.
fn give_up(plan: &mut Plan, keep_ours: bool, trace: &mut Trace) {
    trace.add(|| Entry::new("lead", "refusal", "bare_attempt").with("own_fields", keep_ours));
    let Plan { contact, lead, leftovers, place, .. } = plan;
    for draft in [contact, lead] {
        let (kept, gone) = std::mem::take(&mut draft.fields).into_iter().partition(|field| {
            let ours = field.origin == Origin::Locked && !matches!(field.merge, Merge::Utm);
            matches!(field.merge, Merge::Phones | Merge::Emails) || (ours && keep_ours)
        });
        draft.fields = kept;
        let gone: Vec<DraftField> = gone;
        let told = gone.into_iter().filter(|field| field.origin != Origin::Locked);
        leftovers.extend(told.map(|field| Leftover {
            label: field.label,
            text: field.text,
            why: Why::Refused,
        }));
        draft.tags.clear();
        draft.price = None;
        draft.responsible = None;
    }
    place.pipeline = None;
    place.status = None;
}
