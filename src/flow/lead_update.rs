//! Completing the open lead of a known client. A change of unknown outcome is looked for at once, and computed again
//! from a fresh read when a late commit is no longer expected.

use serde::{Deserialize, Serialize};

use super::refusal::take_out;
use super::{Cx, Reply, Step, Unreadable};
use crate::amocrm::entity::Lead;
use crate::amocrm::http::{Method, Request};
use crate::amocrm::path::{self, EntityKind};
use crate::amocrm::write::{EntityWrite, request};
use crate::json;
use crate::rules::draft::{Draft, Leftover};
use crate::rules::identity::country;
use crate::rules::update::{Changes, compare};
use crate::trace::{Entry, Trace};

/// Refusals after which a lead is left as it is: the note keeps what was submitted.
const MOST_REFUSALS: u32 = 12;

/// A lead on its way to be completed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeadUpdate {
    lead: Lead,
    state: State,
    refusals: u32,
    /// A change whose answer was lost may still arrive.
    doubt: bool,
    told: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Write,
    Sent,
    Fresh,
    Settle(i64),
    Done,
}

impl LeadUpdate {
    /// Completes this lead, as just read.
    pub fn new(lead: Lead) -> Self {
        LeadUpdate { lead, state: State::Write, refusals: 0, doubt: false, told: false }
    }

    /// The lead as last read.
    pub fn lead(&self) -> &Lead {
        &self.lead
    }

    fn compare(&self, draft: &Draft, cx: &Cx, trace: &mut Trace) -> Changes {
        compare("lead", draft, (&self.lead).into(), country(cx.settings), trace)
    }

    /// What is wanted next; `None` when nothing is.
    pub fn step(&mut self, draft: &Draft, cx: &mut Cx) -> Option<Step> {
        if let State::Settle(until_ms) = self.state {
            if cx.now_ms < until_ms {
                return Some(Step::Wait { until_ms, code: "outcome_unknown" });
            }
            self.doubt = false;
            self.state = State::Fresh;
        }
        match self.state {
            State::Write | State::Sent => {
                let changes = if self.told {
                    self.compare(draft, cx, &mut Trace::new(false))
                } else {
                    self.told = true;
                    compare("lead", draft, (&self.lead).into(), country(cx.settings), cx.trace)
                };
                if changes.is_empty() {
                    self.state = State::Done;
                    return None;
                }
                if self.doubt {
                    let until_ms = cx.now_ms + cx.settle_ms;
                    self.state = State::Settle(until_ms);
                    return Some(Step::Wait { until_ms, code: "outcome_unknown" });
                }
                self.state = State::Sent;
                let body = EntityWrite {
                    name: changes.name.as_deref(),
                    price: changes.price,
                    responsible_user_id: changes.responsible,
                    custom_fields_values: changes.fields.iter().map(|(_, write)| write).collect(),
                    tags_to_add: &changes.tags,
                    ..EntityWrite::default()
                };
                Some(Step::Send(request(Method::Patch, path::entity(EntityKind::Leads, self.lead.id), &body)))
            }
            State::Fresh => Some(Step::Send(Request::get(path::one(EntityKind::Leads, self.lead.id)))),
            State::Settle(_) | State::Done => None,
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
    ) -> Result<(), Unreadable> {
        match (self.state, reply) {
            (State::Sent, Reply::Ok(_)) => self.state = State::Done,
            (State::Sent, Reply::Lost) => {
                cx.trace.add(|| Entry::new("lead", "exactly_once", "computed_again"));
                self.doubt = true;
                self.state = State::Fresh;
            }
            (State::Sent, Reply::Refused(errors)) => {
                self.refusals += 1;
                let changes = self.compare(draft, cx, &mut Trace::new(false));
                let (gone, natives) = take_out(errors, &changes, draft, "lead", refused, cx.trace);
                let known = natives || !gone.is_empty();
                draft.drop_fields(&gone, errors, "lead", refused, cx.trace);
                if known && self.refusals < MOST_REFUSALS {
                    self.state = State::Write;
                } else {
                    cx.trace.add(|| Entry::new("lead", "refusal", "update_refused"));
                    refused.extend(self.compare(draft, cx, &mut Trace::new(false)).submitted(draft));
                    self.state = State::Done;
                }
            }
            (State::Fresh, Reply::Ok(b"") | Reply::Refused(_)) => self.state = State::Done,
            (State::Fresh, Reply::Ok(body)) => {
                self.lead = json::from_slice(body)?;
                self.state = State::Write;
            }
            (State::Fresh, Reply::Lost) => return Err(Unreadable),
            (State::Write | State::Settle(_) | State::Done, _) => {}
        }
        Ok(())
    }

    /// Submitted values that the lead keeps out.
    pub fn kept(&self, draft: &Draft, cx: &Cx) -> Vec<Leftover> {
        self.compare(draft, cx, &mut Trace::new(false)).kept
    }

    /// The change surely was not carried out.
    pub fn unsent(&mut self) {
        if self.state == State::Sent {
            self.state = State::Write;
        }
    }

    /// The process died: a change that was out is computed again.
    pub fn interrupted(&mut self) {
        if self.state == State::Sent {
            self.doubt = true;
            self.state = State::Fresh;
        }
    }
}
