//! The task of a form, and what texts of tasks can name.

use serde::{Deserialize, Serialize};

use crate::amocrm::directory::Directory;
use crate::config::{FormTask, Responsible, Settings};
use crate::event::{Form, Variable};
use crate::rules::responsible::is_usable;
use crate::rules::value;
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
    /// amoCRM refused the user: it goes to the token's.
    pub unassigned: bool,
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

/// The task that the settings ask for. A user who left and a type that is gone are passed over.
pub fn of_form(
    task: &FormTask,
    form: &Form,
    received_at: i64,
    client: &str,
    settings: &Settings,
    directory: &Directory,
    trace: &mut Trace,
) -> Option<TaskPlan> {
    if !task.on {
        return None;
    }
    let text = value::fill(&task.text, |name| match name {
        "form_name" => Some(value::form_title(form).to_owned()),
        "client_number" => Some(client.to_owned()),
        name => Variable::from_name(name).map(|variable| {
            value::of_form(form, &variable).map_or_else(String::new, |text| text.into_owned())
        }),
    });
    let named = match task.responsible {
        Responsible::User(user) => Some(user),
        Responsible::Senior => settings.matrix.senior_user,
        Responsible::Answered | Responsible::CrmResponsible => None,
    };
    let left = named.filter(|user| !is_usable(*user, directory));
    let known =
        directory.task_types.is_empty() || directory.task_types.iter().any(|kind| kind.id == task.kind);
    if let Some(user) = left {
        trace.add(|| {
            Entry::new("task", "responsible", "user_not_usable")
                .at("/forms/creates/task/responsible")
                .with("user", user)
        });
    }
    if !known {
        trace.add(|| {
            Entry::new("task", "task", "task_type_missing")
                .at("/forms/creates/task/type")
                .with("type", task.kind)
        });
    }
    Some(TaskPlan {
        // A form without a name leaves nothing behind the colon.
        text: text.trim().trim_end_matches([':', ' ']).to_owned(),
        kind: if known { task.kind } else { FOLLOW_UP },
        complete_till: received_at + i64::from(task.deadline_minutes) * 60,
        responsible: if left.is_some() { Responsible::CrmResponsible } else { task.responsible },
        senior: settings.matrix.senior_user,
        unassigned: false,
    })
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
