//! Tasks as the settings describe them.

use serde::{Deserialize, Serialize};

/// Minutes that a task leaves by default: four hours (reference §1.2, "deadline 4 h").
const FOUR_HOURS: u32 = 240;

/// Who gets a task or an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Responsible {
    /// The manager who answered.
    Answered,
    /// Responsible for the lead, else for the contact.
    #[default]
    CrmResponsible,
    /// `matrix.senior_user`.
    Senior,
    /// A fixed user of amoCRM.
    User(u64),
}

/// A task of the matrix. `{name}` in the text stands for a variable of the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct TaskTemplate {
    /// Text; `{client_number}` and other variables are filled in.
    pub text: String,
    /// Type of task in amoCRM; 1 = follow up.
    #[serde(rename = "type")]
    pub kind: u64,
    /// Minutes from the event to the deadline.
    pub deadline_minutes: u32,
    /// Who gets it.
    pub responsible: Responsible,
}

impl Default for TaskTemplate {
    fn default() -> Self {
        TaskTemplate {
            text: "Перезвонить: {client_number}".into(),
            kind: 1,
            deadline_minutes: FOUR_HOURS,
            responsible: Responsible::CrmResponsible,
        }
    }
}

/// The task of the form scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct FormTask {
    /// Whether it is made.
    pub on: bool,
    /// Text; `{form_name}` and other variables are filled in.
    pub text: String,
    /// Type of task in amoCRM; 1 = follow up.
    #[serde(rename = "type")]
    pub kind: u64,
    /// Minutes from the event to the deadline.
    pub deadline_minutes: u32,
    /// Who gets it.
    pub responsible: Responsible,
}

impl Default for FormTask {
    fn default() -> Self {
        FormTask {
            on: false,
            text: "Заявка с сайта: {form_name}".into(),
            kind: 1,
            deadline_minutes: FOUR_HOURS,
            responsible: Responsible::CrmResponsible,
        }
    }
}
