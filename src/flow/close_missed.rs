//! The client has been talked to: tasks of his earlier missed calls are done (reference P9, P16: never by a call that
//! was before the missed one).
//!
//! A task is read before it is completed: who did so by hand keeps his result. To complete it twice changes nothing,
//! so an answer that never came is followed by another reading.

use serde::{Deserialize, Serialize};

use super::{Cx, Reply, Step, Unreadable};
use crate::amocrm::entity::Task;
use crate::amocrm::http::{Method, Request};
use crate::amocrm::path;
use crate::amocrm::write::{TaskDone, request};
use crate::json;
use crate::rules::texts::{Text, text};
use crate::trace::Entry;

/// Completes tasks, one after another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CloseMissed {
    tasks: Vec<u64>,
    writing: bool,
    /// Tasks that need no more looking after.
    pub closed: Vec<u64>,
    /// Whether one of them was completed by us.
    pub completed_any: bool,
}

impl CloseMissed {
    /// Completes these.
    pub fn new(tasks: Vec<u64>) -> Self {
        CloseMissed { tasks, writing: false, closed: Vec::new(), completed_any: false }
    }

    /// What is wanted next; `None` at the end.
    pub fn step(&self, cx: &Cx) -> Option<Step> {
        let task = *self.tasks.first()?;
        Some(Step::Send(if self.writing {
            let done = TaskDone::with(text(cx.settings.language, Text::Reached));
            request(Method::Patch, path::task(task), &done)
        } else {
            Request::get(path::task(task))
        }))
    }

    /// Takes an answer.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn receive(&mut self, reply: Reply, cx: &mut Cx) -> Result<(), Unreadable> {
        match (self.writing, reply) {
            (false, Reply::Lost) => return Err(Unreadable),
            (false, Reply::Ok(b"") | Reply::Refused(_)) => self.next("missed_task_is_gone", cx),
            (false, Reply::Ok(body)) => {
                if json::from_slice::<Task>(body)?.is_completed {
                    self.next("missed_task_was_completed", cx);
                } else {
                    self.writing = true;
                }
            }
            (true, Reply::Ok(_)) => {
                self.completed_any = true;
                self.next("missed_task_completed", cx);
            }
            (true, Reply::Refused(_)) => self.next("refused", cx),
            (true, Reply::Lost) => self.writing = false,
        }
        Ok(())
    }

    /// A dry run.
    pub fn pretend(&mut self, cx: &mut Cx) {
        self.next("missed_task_completed", cx);
        self.closed.clear();
    }

    /// The process died.
    pub fn interrupted(&mut self) {
        self.writing = false;
    }

    fn next(&mut self, code: &'static str, cx: &mut Cx) {
        self.writing = false;
        if let Some(task) = self.tasks.first().copied() {
            self.tasks.remove(0);
            self.closed.push(task);
            cx.trace.add(|| {
                Entry::new("task", "missed_call", code).at("/matrix/close_missed_task").with("task", task)
            });
        }
    }
}
