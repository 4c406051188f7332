//! One create, exactly once (design §4.3–4.4).
//!
//! amoCRM has no idempotency key. A create whose answer never came is looked up at once and again; it is sent
//! again only after two empty look-ups at least `settle` apart. The look-up walks the newest entities down to
//! the watermark, never to a time and never by search.

use serde::{Deserialize, Serialize};

use super::{Cx, Reply, Step, Unreadable};
use crate::amocrm::answer::FieldError;
use crate::amocrm::directory::NewestIds;
use crate::amocrm::http::Request;
use crate::trace::Entry;

/// Pages that a look-up reads at most: 10,000 entities since the watermark.
const MOST_PAGES: u32 = 40;

/// A create on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Creation {
    state: State,
    /// Newest id before the first attempt.
    floor: Option<u64>,
    /// It was in doubt or refused: what goes wrong with it may not befall others again, nor the other way round.
    #[serde(default)]
    alone: bool,
    /// An earlier attempt may have been refused too, and have made what is left of it.
    #[serde(default)]
    again: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Ready,
    Sent,
    Doubtful { last_request_at: Option<i64> },
    Look { round: u8, page: u32 },
    Settle { until_ms: i64 },
}

/// What the flow must know of the create.
pub trait Target {
    /// Name in the trace: `contact`, `lead`, `unsorted`, `note`, `task`.
    fn step_name(&self) -> &'static str;
    /// The collection whose ids bound the look-up.
    fn collection(&self) -> NewestIds;
    /// The create itself.
    fn request(&self) -> Request;
    /// The look-up's page.
    fn look(&self, page: u32) -> Request;
    /// Reads the create's answer; `None` when it says nothing usable.
    fn made(&self, body: &[u8]) -> Option<Created>;
    /// Searches a page of the look-up.
    ///
    /// # Errors
    /// [`Unreadable`] when the page is none.
    fn find(&self, body: &[u8], floor: u64) -> Result<Found, Unreadable>;
}

/// What a create made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Created {
    /// Id of the entity; of the lead when there are both.
    pub id: u64,
    /// Id of its contact.
    pub contact: Option<u64>,
    /// Id of the incoming lead.
    pub uid: Option<String>,
    /// amoCRM's duplicate control put it into an existing one.
    pub merged: bool,
}

/// What a page of a look-up told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It is there.
    There(Created),
    /// Not on this page, older ones follow.
    Further,
    /// Not there.
    Nowhere,
}

/// How far a create is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// On its way.
    Going,
    /// Done.
    Made(Created),
    /// Refused.
    Refused(Vec<FieldError>),
}

impl Creation {
    /// A create that was never tried.
    pub fn new() -> Self {
        Creation { state: State::Ready, floor: None, alone: false, again: false }
    }

    /// A create that may have been carried out by an earlier attempt.
    pub fn doubtful(last_request_at: Option<i64>) -> Self {
        Creation { state: State::Doubtful { last_request_at }, floor: None, alone: true, again: true }
    }

    /// What is wanted next.
    pub fn step(&mut self, target: &dyn Target, cx: &mut Cx) -> Step {
        if let State::Doubtful { last_request_at } = self.state {
            let quiet = last_request_at.is_some_and(|at| cx.now_ms - at >= cx.settle_ms);
            self.state = State::Look { round: if quiet { 2 } else { 1 }, page: 1 };
        }
        if let State::Settle { until_ms } = self.state {
            if cx.now_ms < until_ms {
                return Step::Wait { until_ms, code: "outcome_unknown" };
            }
            self.state = State::Look { round: 2, page: 1 };
        }
        if self.floor.is_none() {
            self.floor = Some(cx.watermarks.get(&target.collection()).copied().unwrap_or_default());
        }
        match self.state {
            State::Look { page, .. } => Step::Send(target.look(page)),
            _ => {
                self.state = State::Sent;
                Step::Send(target.request())
            }
        }
    }

    /// Takes the answer.
    ///
    /// # Errors
    /// [`Unreadable`]: a page of the look-up is none.
    pub fn receive(
        &mut self,
        target: &dyn Target,
        reply: Reply,
        cx: &mut Cx,
    ) -> Result<Progress, Unreadable> {
        match (&self.state, reply) {
            (State::Sent, Reply::Ok(body)) => match target.made(body) {
                Some(created) => Ok(Progress::Made(created)),
                None => Ok(self.lost(target, cx)),
            },
            (State::Sent, Reply::Refused(errors)) => {
                self.state = if self.again { State::Look { round: 2, page: 1 } } else { State::Ready };
                self.alone = true;
                Ok(Progress::Refused(errors.to_vec()))
            }
            (State::Sent, Reply::Lost) => Ok(self.lost(target, cx)),
            (State::Look { round, page }, Reply::Ok(body)) => {
                let (round, page) = (*round, *page);
                match target.find(body, self.floor.unwrap_or_default())? {
                    Found::There(created) => {
                        let id = created.id;
                        cx.trace.add(|| {
                            Entry::new(target.step_name(), "exactly_once", "found_again").with("id", id)
                        });
                        Ok(Progress::Made(created))
                    }
                    Found::Further if page < MOST_PAGES => {
                        self.state = State::Look { round, page: page + 1 };
                        Ok(Progress::Going)
                    }
                    _ => {
                        cx.trace.add(|| {
                            Entry::new(target.step_name(), "exactly_once", "not_found_again")
                                .with("look", round)
                        });
                        self.state = if round < 2 {
                            State::Settle { until_ms: cx.now_ms + cx.settle_ms }
                        } else {
                            State::Ready
                        };
                        Ok(Progress::Going)
                    }
                }
            }
            (State::Look { .. }, Reply::Refused(_)) => Err(Unreadable),
            _ => Ok(Progress::Going),
        }
    }

    fn lost(&mut self, target: &dyn Target, cx: &mut Cx) -> Progress {
        cx.trace.add(|| Entry::new(target.step_name(), "exactly_once", "outcome_unknown"));
        self.state = State::Look { round: 1, page: 1 };
        self.alone = true;
        Progress::Going
    }

    /// It was turned away together with others: either it is there by now, or it will not come.
    pub fn apart(&mut self, target: &dyn Target, cx: &mut Cx) {
        if self.state == State::Sent {
            cx.trace.add(|| Entry::new(target.step_name(), "exactly_once", "turned_away_with_others"));
            self.state = State::Look { round: 2, page: 1 };
            self.alone = true;
        }
    }

    /// Whether it may leave in one request with others.
    pub fn joins(&self) -> bool {
        self.state == State::Sent && !self.alone
    }

    /// The create surely was not carried out.
    pub fn unsent(&mut self) {
        if self.state == State::Sent {
            self.state = State::Ready;
        }
    }

    /// The process died: a create that was out is in doubt.
    pub fn interrupted(&mut self, target: &dyn Target, cx: &mut Cx) {
        if self.state == State::Sent {
            self.lost(target, cx);
        }
    }
}

impl Default for Creation {
    fn default() -> Self {
        Self::new()
    }
}
