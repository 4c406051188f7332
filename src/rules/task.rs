//! Tasks of forms and calls, and what their texts can name.

use serde::{Deserialize, Serialize};

use crate::amocrm::directory::Directory;
use crate::config::{Responsible, Settings, TaskTemplate};
use crate::event::{Form, Variable};
use crate::rules::responsible::is_usable;
use crate::rules::value::{self, Values};
use crate::trace::{Entry, Trace};

/// A task before it is known on what it hangs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskPlan {
    /// Text.
    pub text: String,
    /// Type.
    pub kind: u64,
    /// Deadline, unix seconds.
    pub complete_till: i64,
    /// Who gets it.
    pub responsible: Responsible,
    /// The senior manager, when the settings name one.
    pub senior: Option<u64>,
    /// amoCRM refused the user, or nobody is named: it goes to the token's.
    pub unassigned: bool,
    /// It is made as done: the trace of a talk.
    pub completed: bool,
    /// JSON Pointer of the place in the settings that asks for it.
    pub path: String,
}

/// amoCRM's type of task that every account has.
const FOLLOW_UP: u64 = 1;

impl TaskPlan {
    /// Takes out what amoCRM refused; whether there is something left to try.
    pub fn give_in(&mut self, field: &str) -> bool {
        match field {
            "responsible_user_id" if !self.unassigned => {
                self.unassigned = true;
                true
            }
            "task_type_id" if self.kind != FOLLOW_UP => {
                self.kind = FOLLOW_UP;
                true
            }
            _ => false,
        }
    }

    /// The user's id; `None` leaves it to amoCRM. Nobody answers a form: it goes to whom the lead belongs.
    pub fn user(&self, crm_responsible: Option<u64>) -> Option<u64> {
        if self.unassigned {
            return None;
        }
        match self.responsible {
            Responsible::Answered | Responsible::CrmResponsible => crm_responsible,
            Responsible::Senior => self.senior.or(crm_responsible),
            Responsible::User(user) => Some(user),
        }
    }
}

/// What stands in a call's task for who took part: an employee's name, or the line that nobody is tied to.
pub const ANSWERED_BY: &str = "answered_by";

/// The `{name}`s in a text, as [`value::fill`] reads them.
pub fn placeholders(text: &str) -> Vec<String> {
    let names = std::cell::RefCell::new(Vec::new());
    value::fill(text, |name| {
        names.borrow_mut().push(name.to_owned());
        None
    });
    names.into_inner()
}

/// What a template names, checked against the account. A type that is gone gives way to the follow-up.
fn usable_kind(kind: u64, directory: &Directory, path: &str, trace: &mut Trace) -> u64 {
    if directory.task_types.is_empty() || directory.task_types.iter().any(|known| known.id == kind) {
        return kind;
    }
    trace.add(|| {
        Entry::new("task", "task", "task_type_missing").at(format!("{path}/type")).with("type", kind)
    });
    FOLLOW_UP
}

/// What has no value leaves nothing behind the colon.
fn tidy(text: &str) -> String {
    text.trim().trim_end_matches([':', ' ']).to_owned()
}

/// The task of a form that the settings ask for. A user who left is passed over.
pub fn of_form(
    form: &Form,
    values: &Values,
    received_at: i64,
    client: &str,
    settings: &Settings,
    directory: &Directory,
    trace: &mut Trace,
) -> Option<TaskPlan> {
    let task = &settings.forms.creates.task;
    if !task.on {
        return None;
    }
    let path = "/forms/creates/task";
    let text = value::fill(&task.text, |name| match name {
        "form_name" => Some(value::form_title(form).to_owned()),
        name => variable(name, client, values),
    });
    let named = match task.responsible {
        Responsible::User(user) => Some(user),
        Responsible::Senior => settings.matrix.senior_user,
        Responsible::Answered | Responsible::CrmResponsible => None,
    };
    let left = named.filter(|user| !is_usable(*user, directory));
    if let Some(user) = left {
        trace.add(|| {
            Entry::new("task", "responsible", "user_not_usable")
                .at(format!("{path}/responsible"))
                .with("user", user)
        });
    }
    Some(TaskPlan {
        text: tidy(&text),
        kind: usable_kind(task.kind, directory, path, trace),
        complete_till: received_at + i64::from(task.deadline_minutes) * 60,
        responsible: if left.is_some() { Responsible::CrmResponsible } else { task.responsible },
        senior: settings.matrix.senior_user,
        unassigned: false,
        completed: false,
        path: path.to_owned(),
    })
}

/// A task of a call's scenario before it is known whose it is.
#[derive(Debug, Clone, Copy)]
pub struct CallTask<'a> {
    /// The cell.
    pub template: &'a TaskTemplate,
    /// JSON Pointer of the cell.
    pub path: &'a str,
    /// Whether it is made as done.
    pub completed: bool,
    /// The client's number.
    pub client: &'a str,
    /// Who took part on the project's side.
    pub answered_by: &'a str,
    /// Unix seconds when the message came.
    pub received_at: i64,
}

/// The task of a cell of the matrix, for that user; `None` leaves it to amoCRM.
pub fn of_call(
    task: &CallTask,
    values: &Values,
    user: Option<u64>,
    directory: &Directory,
    trace: &mut Trace,
) -> TaskPlan {
    let text = value::fill(&task.template.text, |name| match name {
        ANSWERED_BY => Some(task.answered_by.to_owned()),
        name => variable(name, task.client, values),
    });
    let till = if task.completed { 0 } else { i64::from(task.template.deadline_minutes) * 60 };
    TaskPlan {
        text: tidy(&text),
        kind: usable_kind(task.template.kind, directory, task.path, trace),
        complete_till: task.received_at + till,
        responsible: user.map_or(Responsible::CrmResponsible, Responsible::User),
        senior: None,
        unassigned: user.is_none(),
        completed: task.completed,
        path: task.path.to_owned(),
    }
}

/// The client's number as it was read, else the variable of that name.
fn variable(name: &str, client: &str, values: &Values) -> Option<String> {
    if name == Variable::ClientNumber.name() {
        return Some(client.to_owned());
    }
    Variable::from_name(name).map(|variable| values.get(&variable).unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_read_as_they_are_filled() {
        assert_eq!(placeholders("{ a }: {b}{c {d"), ["a", "b", "c {d"][..2]);
        assert!(placeholders("no {").is_empty());
    }
}
