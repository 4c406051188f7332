//! What a site form makes.

use serde::{Deserialize, Serialize};

use super::FormTask;

/// The scenario "form" of the seed, and how forms are taken in.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Forms {
    /// The ticked entities.
    pub creates: FormCreates,
    /// What happens when the client already has an open lead.
    pub open_lead: OpenLead,
    /// Let funnel rules choose the pipeline. The seed sends form leads to the default one.
    pub use_funnel_rules: bool,
    /// Who becomes responsible for what a form creates.
    pub responsible: FormResponsible,
    /// Field names dropped on the way in, besides the built-in list of secrets.
    pub ignored_fields: Vec<String>,
    /// A field that people do not see: a filled one makes the event skipped.
    pub honeypot_field: Option<String>,
    /// Sites whose pages may post forms, e.g. `https://site.example`.
    pub cors_origins: Vec<String>,
}

/// Entities that a form makes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct FormCreates {
    /// An incoming lead ("Неразобранное") in place of a lead.
    pub unsorted: bool,
    /// A contact.
    pub contact: bool,
    /// A lead.
    pub lead: bool,
    /// A note with everything that no row maps.
    pub note: bool,
    /// A task on the lead.
    pub task: FormTask,
}

impl Default for FormCreates {
    fn default() -> Self {
        FormCreates { unsorted: false, contact: true, lead: true, note: true, task: FormTask::default() }
    }
}

/// A known client with an open lead sends a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum OpenLead {
    /// The open lead is used again.
    #[default]
    Reuse,
    /// A new lead each time.
    Create,
}

/// Who becomes responsible for what a form creates.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum FormResponsible {
    /// Whom amoCRM chooses: the owner of the token.
    #[default]
    AccountDefault,
    /// Always the same user.
    User {
        /// Id of the user in amoCRM.
        id: u64,
    },
    /// The next of a list, by the event's number in the journal.
    RoundRobin {
        /// Ids of users in amoCRM, in turn.
        users: Vec<u64>,
    },
}
