//! A later message of the call tells what its record lacks: the recording, more often than not.
//!
//! The record is read before it is written, and nobody but us writes it: an answer that never came is followed by
//! another reading.

use serde::{Deserialize, Serialize};

use super::made::Record;
use super::{Cx, Reply, Step, Unreadable};
use crate::amocrm::entity::Note;
use crate::amocrm::http::{Method, Request};
use crate::amocrm::path;
use crate::amocrm::write::{NoteChange, request};
use crate::json;
use crate::rules::call_record::CallRecord;
use crate::trace::Entry;

/// A call record on its way to be completed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordUpdate {
    /// Where it stands and what it should say.
    pub record: Record,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Read,
    Write,
    Done,
}

impl RecordUpdate {
    /// Completes a record that was made; `None` when it says all of it already.
    pub fn new(made: &Record, wanted: &CallRecord) -> Option<Self> {
        (made.says != *wanted).then(|| RecordUpdate {
            record: Record { says: wanted.clone(), ..made.clone() },
            state: State::Read,
        })
    }

    /// What is wanted next; `None` when nothing is.
    pub fn step(&self) -> Option<Step> {
        let path = path::note(self.record.on, self.record.id);
        match self.state {
            State::Read => Some(Step::Send(Request::get(path))),
            State::Write => {
                let CallRecord { note_type, params } = &self.record.says;
                let change = NoteChange { note_type: note_type.as_str(), params };
                Some(Step::Send(request(Method::Patch, path, &change)))
            }
            State::Done => None,
        }
    }

    /// Takes an answer.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn receive(&mut self, reply: Reply, cx: &mut Cx) -> Result<(), Unreadable> {
        let (next, told) = match (self.state, reply) {
            (State::Read, Reply::Lost) => return Err(Unreadable),
            (State::Read, Reply::Ok(b"") | Reply::Refused(_)) => (State::Done, "record_is_gone"),
            (State::Read, Reply::Ok(body)) => {
                let there = json::from_slice::<Note>(body)?.params;
                let wanted = serde_json::to_value(&self.record.says.params).unwrap_or_default();
                if there == wanted { (State::Done, "already_there") } else { (State::Write, "") }
            }
            (State::Write, Reply::Ok(_)) => (State::Done, "record_completed"),
            (State::Write, Reply::Refused(_)) => (State::Done, "update_refused"),
            (State::Write, Reply::Lost) => (State::Read, "outcome_unknown"),
            (State::Done, _) => return Ok(()),
        };
        self.state = next;
        if !told.is_empty() {
            let id = self.record.id;
            cx.trace.add(|| Entry::new("call_record", "messages", told).with("id", id));
        }
        Ok(())
    }

    /// A dry run.
    pub fn pretend(&mut self) {
        self.state = State::Done;
    }

    /// The process died.
    pub fn interrupted(&mut self) {
        if self.state == State::Write {
            self.state = State::Read;
        }
    }
}
