//! Completing a known contact (design §4.6).
//!
//! Phones and e-mails are replaced as a whole list, so a list is read right before it is written, read back
//! afterwards, and the contact's history is asked what stood there when our write arrived: a number that a
//! manager added in between is put back, and so again for the write that does so. A change of unknown outcome is
//! never repeated: it is looked for at once, and computed again from a fresh read when a late commit is no longer
//! expected. A list that arrives late would erase what came after it.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::refusal::{blame, take_out};
use super::{Cx, Reply, Step, Unreadable};
use crate::amocrm::directory::Fields;
use crate::amocrm::entity::{Contact, FieldValues, HistoryEvent, Tag, read_page};
use crate::amocrm::http::{Method, Request};
use crate::amocrm::path::{self, EntityKind};
use crate::amocrm::write::{EntityWrite, FieldWrite, ValueWrite, request};
use crate::json;
use crate::rules::draft::{Draft, Leftover, Merge, Why};
use crate::rules::identity::country;
use crate::rules::update::{Changes, compare};
use crate::trace::{Entry, Trace};

/// Refusals after which a contact is left as it is: the note keeps what was submitted.
const MOST_REFUSALS: u32 = 12;
/// Who keeps typing while we write is kept up with so many times.
const MOST_REPAIRS: u32 = 5;

/// A contact on its way to be completed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContactUpdate {
    contact: Contact,
    state: State,
    /// Lists as they were sent.
    sent: Vec<FieldWrite>,
    refusals: u32,
    repairs: u32,
    /// A write whose answer was lost may still arrive.
    doubt: bool,
    /// A repair whose answer was lost: when it has arrived, what it erased is still to be asked.
    unasked: bool,
    told: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// Compare what is known.
    Compare,
    /// Read it again first.
    Fresh,
    /// Read right now: write what is missing.
    Write,
    /// The write is out.
    Sent,
    /// What stood in the lists before our write?
    History { field: usize, lost: Vec<FieldWrite> },
    /// Is everything in the lists now?
    ReadBack { lost: Vec<FieldWrite> },
    /// Put back what was lost.
    Repair { fields: Vec<FieldWrite> },
    /// The repair is out.
    RepairSent { fields: Vec<FieldWrite> },
    /// A write may still arrive: nothing is written before that time.
    Settle { until_ms: i64, then: Box<State> },
    /// Nothing left to do.
    Done,
}

/// How far it is.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// On its way.
    Going,
    /// Done; submitted values that the card keeps out.
    Done(Vec<Leftover>),
    /// The contact is gone: merged or deleted.
    Gone,
}

impl ContactUpdate {
    /// Completes this contact, as just read or found.
    pub fn new(contact: Contact) -> Self {
        let (sent, state) = (Vec::new(), State::Compare);
        ContactUpdate {
            contact,
            state,
            sent,
            refusals: 0,
            repairs: 0,
            doubt: false,
            unasked: false,
            told: false,
        }
    }

    /// The contact as last read.
    pub fn contact(&self) -> &Contact {
        &self.contact
    }

    fn compare(&self, draft: &Draft, cx: &mut Cx) -> Changes {
        compare("contact", draft, (&self.contact).into(), country(cx.settings), cx.trace)
    }

    /// Compares without a word in the trace: what was decided is told once.
    fn recompare(&mut self, draft: &Draft, cx: &mut Cx) -> Changes {
        if self.told {
            let mut silent = Trace::new(false);
            return compare("contact", draft, (&self.contact).into(), country(cx.settings), &mut silent);
        }
        self.told = true;
        self.compare(draft, cx)
    }

    /// What is wanted next; `None` when nothing is.
    pub fn step(&mut self, draft: &Draft, cx: &mut Cx) -> Option<Step> {
        let id = self.contact.id;
        if let State::Settle { until_ms, then } = &self.state {
            if cx.now_ms < *until_ms {
                return Some(Step::Wait { until_ms: *until_ms, code: "outcome_unknown" });
            }
            self.state = then.as_ref().clone();
            self.doubt = false;
        }
        if self.state == State::Compare {
            let changes = self.recompare(draft, cx);
            self.state = if changes.is_empty() {
                State::Done
            } else if changes.lists {
                State::Fresh
            } else {
                State::Write
            };
        }
        match &self.state {
            State::Fresh | State::ReadBack { .. } => {
                Some(Step::Send(Request::get(path::one(EntityKind::Contacts, id))))
            }
            State::Write | State::Sent => {
                let changes = self.recompare(draft, cx);
                if changes.is_empty() {
                    // A write whose answer was lost has arrived: what did it erase?
                    self.state = self.after_write();
                    return if self.state == State::Done { None } else { self.step(draft, cx) };
                }
                if self.doubt {
                    self.state = settle(State::Fresh, cx);
                    return self.step(draft, cx);
                }
                self.sent = lists(draft, &changes);
                self.state = State::Sent;
                Some(Step::Send(patch(id, &changes)))
            }
            State::History { field, .. } => {
                let field = self.sent.get(*field).map(|write| write.field_id).unwrap_or_default();
                Some(Step::Send(Request::get(path::field_history(id, field))))
            }
            State::Repair { fields } | State::RepairSent { fields } => {
                let body =
                    EntityWrite { custom_fields_values: fields.iter().collect(), ..EntityWrite::default() };
                let wanted = request(Method::Patch, path::entity(EntityKind::Contacts, id), &body);
                self.state = State::RepairSent { fields: fields.clone() };
                Some(Step::Send(wanted))
            }
            State::Compare | State::Settle { .. } | State::Done => None,
        }
    }

    /// Takes an answer.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn receive(
        &mut self,
        draft: &mut Draft,
        refused: &mut Vec<Leftover>,
        reply: Reply,
        cx: &mut Cx,
    ) -> Result<Progress, Unreadable> {
        match (std::mem::replace(&mut self.state, State::Done), reply) {
            (State::Fresh, Reply::Ok(b"")) => return Ok(Progress::Gone),
            (State::Fresh, Reply::Ok(body)) => {
                self.state = State::Fresh;
                self.contact = json::from_slice(body)?;
                if self.contact.is_deleted {
                    return Ok(Progress::Gone);
                }
                self.state = State::Write;
            }
            (State::Sent, Reply::Ok(_)) => {
                self.state = self.after_write();
            }
            (State::Sent, Reply::Lost) => {
                self.doubt = true;
                cx.trace.add(|| Entry::new("contact", "exactly_once", "computed_again"));
                self.state = State::Fresh;
            }
            (State::Sent, Reply::Refused(errors)) => {
                self.refusals += 1;
                let changes = self.recompare(draft, cx);
                let (gone, _) = take_out(errors, &changes, draft, "contact", refused, cx.trace);
                if errors.iter().all(|error| blame(error).is_none()) || self.refusals >= MOST_REFUSALS {
                    // Nothing to take out: the card stays as it is, the note keeps what was submitted.
                    refused.extend(changes.submitted(draft));
                    cx.trace.add(|| Entry::new("contact", "refusal", "update_refused"));
                    return Ok(Progress::Done(Vec::new()));
                }
                draft.drop_fields(&gone, errors, "contact", refused, cx.trace);
                self.state = State::Write;
            }
            (State::History { field, mut lost }, reply) => {
                if let (Reply::Ok(body), Some(write)) = (reply, self.sent.get(field)) {
                    let erased = self.erased(write, body, cx);
                    if !erased.is_empty() {
                        lost.push(FieldWrite { field_id: write.field_id, values: erased });
                    }
                }
                self.state = if field + 1 < self.sent.len() {
                    State::History { field: field + 1, lost }
                } else {
                    State::ReadBack { lost }
                };
            }
            (State::ReadBack { lost }, Reply::Ok(body)) => {
                if body.is_empty() {
                    return Ok(Progress::Gone);
                }
                self.state = State::ReadBack { lost: lost.clone() };
                self.contact = json::from_slice(body)?;
                let fields = self.missing(&lost, cx);
                self.state = if fields.is_empty() && std::mem::take(&mut self.unasked) {
                    // A repair whose answer was lost has arrived: what did it erase in its turn?
                    self.doubt = false;
                    self.after_write()
                } else if fields.is_empty() {
                    State::Done
                } else if self.repairs >= MOST_REPAIRS {
                    self.tell_lost(&lost, refused, cx);
                    State::Done
                } else if self.doubt {
                    settle(State::ReadBack { lost }, cx)
                } else {
                    cx.trace.add(|| {
                        Entry::new("contact", "exactly_once", "list_repaired").with(
                            "fields",
                            fields.iter().map(|write| Json::from(write.field_id)).collect::<Json>(),
                        )
                    });
                    State::Repair { fields }
                };
            }
            (State::RepairSent { fields }, Reply::Ok(_)) => {
                self.repairs += 1;
                self.unasked = false;
                self.sent = fields;
                self.state = self.after_write();
            }
            (State::RepairSent { fields }, Reply::Lost) => self.repair_in_doubt(fields),
            (State::RepairSent { .. }, Reply::Refused(_)) => self.state = State::Done,
            (state, Reply::Lost | Reply::Refused(_)) => {
                self.state = state;
                return Err(Unreadable);
            }
            (state, _) => self.state = state,
        }
        if self.state == State::Done {
            return Ok(Progress::Done(Vec::new()));
        }
        Ok(Progress::Going)
    }

    /// Somebody edits the card faster than it can be repaired: what was erased is told in the note.
    fn tell_lost(&self, lost: &[FieldWrite], refused: &mut Vec<Leftover>, cx: &mut Cx) {
        for write in lost {
            let field = Fields::by_id(&cx.directory.fields.contacts, write.field_id);
            let label = field.map_or_else(|| write.field_id.to_string(), |field| field.name.clone());
            for text in write.values.iter().filter_map(value_text) {
                cx.trace.add(|| {
                    Entry::new("contact", "exactly_once", "list_not_repaired")
                        .with("field", label.as_str())
                        .with("value", text.as_str())
                });
                refused.push(Leftover { label: label.clone(), text, why: Why::Refused });
            }
        }
    }

    /// Lists are sent whole: what is missing is seen from a fresh read.
    fn repair_in_doubt(&mut self, fields: Vec<FieldWrite>) {
        self.doubt = true;
        self.unasked = true;
        self.sent.clone_from(&fields);
        self.state = State::ReadBack { lost: fields };
    }

    fn after_write(&self) -> State {
        if self.sent.is_empty() { State::Done } else { State::History { field: 0, lost: Vec::new() } }
    }

    /// Submitted values that the card keeps out, by the last comparison.
    pub fn kept(&self, draft: &Draft, cx: &Cx) -> Vec<Leftover> {
        let mut silent = Trace::new(false);
        compare("contact", draft, (&self.contact).into(), country(cx.settings), &mut silent).kept
    }

    /// Values that stood in the list when our write arrived and that it erased: those of the history's own
    /// record of our change.
    fn erased(&self, write: &FieldWrite, body: &[u8], cx: &mut Cx) -> Vec<ValueWrite> {
        let Ok(page) = read_page::<HistoryEvent>(body) else { return Vec::new() };
        let texts = |value: &Json| -> Vec<String> {
            value.as_array().into_iter().flatten().filter_map(history_text).collect()
        };
        let mut sent: Vec<String> = write.values.iter().filter_map(value_text).collect();
        sent.sort_unstable();
        let ours = page.items.iter().find(|event| {
            let mut after = texts(&event.value_after);
            after.sort_unstable();
            after == sent
        });
        let before = ours.and_then(|event| event.value_before.as_array());
        let lost: Vec<ValueWrite> = before
            .into_iter()
            .flatten()
            .filter_map(|value| {
                let text = history_text(value).filter(|text| !sent.contains(text))?;
                let kind = value.get("custom_field_value").and_then(|value| value.get("enum_id")?.as_u64());
                Some(ValueWrite { enum_id: kind, ..ValueWrite::plain(text) })
            })
            .collect();
        if !lost.is_empty() {
            cx.trace.add(|| {
                Entry::new("contact", "exactly_once", "edited_meanwhile")
                    .with("field", write.field_id)
                    .with("values", lost.iter().filter_map(value_text).map(Json::from).collect::<Json>())
            });
        }
        lost
    }

    /// The lists with whatever they lack of what we sent and of what was lost.
    fn missing(&self, lost: &[FieldWrite], cx: &Cx) -> Vec<FieldWrite> {
        let country = country(cx.settings);
        let phone_field =
            Fields::by_code(&cx.directory.fields.contacts, "PHONE").map(|field| field.id).unwrap_or_default();
        let mut fields = Vec::new();
        let ids = self.sent.iter().chain(lost).map(|write| write.field_id);
        let mut done: Vec<u64> = Vec::new();
        for id in ids {
            if done.contains(&id) {
                continue;
            }
            done.push(id);
            let there: &[crate::amocrm::entity::FieldValue] = self
                .contact
                .custom_fields_values
                .iter()
                .find(|field: &&FieldValues| field.field_id == id)
                .map_or(&[], |field| &field.values);
            let same = |left: &str, right: &str| {
                left.trim().to_lowercase() == right.trim().to_lowercase()
                    || (id == phone_field && crate::phone::same(left, right, country))
            };
            let wanted = self.sent.iter().chain(lost).filter(|write| write.field_id == id);
            let mut missing: Vec<ValueWrite> = Vec::new();
            for value in wanted.flat_map(|write| &write.values) {
                let text = value_text(value).unwrap_or_default();
                let known = there.iter().any(|known| same(&known.text(), &text))
                    || missing.iter().any(|known| same(&value_text(known).unwrap_or_default(), &text));
                if !known {
                    missing.push(value.clone());
                }
            }
            if !missing.is_empty() {
                let kept = there.iter().map(|value| ValueWrite {
                    value: Some(value.value.clone()),
                    enum_id: value.enum_id,
                    enum_code: None,
                });
                fields.push(FieldWrite { field_id: id, values: kept.chain(missing).collect() });
            }
        }
        fields
    }

    /// The change surely was not carried out.
    pub fn unsent(&mut self) {
        match &self.state {
            State::Sent => self.state = State::Write,
            State::RepairSent { fields } => self.state = State::Repair { fields: fields.clone() },
            _ => {}
        }
    }

    /// The process died: a change that was out is computed again.
    pub fn interrupted(&mut self) {
        match &self.state {
            State::Sent => {
                self.doubt = true;
                self.state = State::Fresh;
            }
            State::RepairSent { fields } => self.repair_in_doubt(fields.clone()),
            _ => {}
        }
    }
}

fn settle(then: State, cx: &Cx) -> State {
    State::Settle { until_ms: cx.now_ms + cx.settle_ms, then: Box::new(then) }
}

fn value_text(value: &ValueWrite) -> Option<String> {
    match value.value.as_ref()? {
        Json::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn history_text(value: &Json) -> Option<String> {
    value.get("custom_field_value")?.get("text")?.as_str().map(str::to_owned)
}

fn lists(draft: &Draft, changes: &Changes) -> Vec<FieldWrite> {
    changes
        .fields
        .iter()
        .filter(|(index, _)| {
            draft.fields.get(*index).is_some_and(|field| matches!(field.merge, Merge::Phones | Merge::Emails))
        })
        .map(|(_, write)| write.clone())
        .collect()
}

fn patch(id: u64, changes: &Changes) -> Request {
    let tags: &[Tag] = &changes.tags;
    let body = EntityWrite {
        name: changes.name.as_deref(),
        first_name: changes.first_name.as_deref(),
        last_name: changes.last_name.as_deref(),
        responsible_user_id: changes.responsible,
        custom_fields_values: changes.fields.iter().map(|(_, write)| write).collect(),
        tags_to_add: tags,
        ..EntityWrite::default()
    };
    request(Method::Patch, path::entity(EntityKind::Contacts, id), &body)
}
