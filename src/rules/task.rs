//! The task of a form.

use serde::{Deserialize, Serialize};

use crate::config::{FormTask, Responsible, Settings};
use crate::event::{Form, Variable};
use crate::rules::value;

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
}

impl TaskPlan {
    /// The user's id; `None` leaves it to amoCRM. Nobody answers a form: it goes to whom the lead belongs.
    pub fn user(&self, crm_responsible: Option<u64>) -> Option<u64> {
        match self.responsible {
            Responsible::Answered | Responsible::CrmResponsible => crm_responsible,
            Responsible::Senior => self.senior.or(crm_responsible),
            Responsible::User(user) => Some(user),
        }
    }
}

/// The task that the settings ask for.
pub fn of_form(
    task: &FormTask,
    form: &Form,
    received_at: i64,
    client: &str,
    settings: &Settings,
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
    Some(TaskPlan {
        text: text.trim().to_owned(),
        kind: task.kind,
        complete_till: received_at + i64::from(task.deadline_minutes) * 60,
        responsible: task.responsible,
        senior: settings.matrix.senior_user,
    })
}
