//! The settings of one project: the administrator's document, typed.
//!
//! The document travels as JSON text. Unknown keys are refused by name, missing keys take the
//! default, and every error carries a code and a path (see [`Settings::parse`]).

mod calls;
mod forms;
mod identity;
mod left_out;
mod mapping;
mod matrix;
mod parse;
mod presets;
mod project;
mod task;
mod texts;

use serde::{Deserialize, Serialize};

pub use crate::event::Variable;
pub use calls::{CallKey, Calls, KeyName};
pub use forms::{FormCreates, FormResponsible, Forms, OpenLead};
pub use identity::Identity;
pub use mapping::{Field, Mapping, Policy, Row, Value};
pub use matrix::{
    AnsweredBy, CallKind, ClientState, CloseMissedTask, Matrix, MatrixCreates, MatrixRow, Moment,
    RecordingLink, When,
};
pub use presets::PRESETS;
pub use project::{
    Backlog, Employee, FunnelRule, Language, Line, LineKind, Notify, RingostatEmployee, StopEntry,
};
pub use task::{FormTask, Responsible, TaskTemplate};

/// One project's settings; the annotated document is the contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Version of the document's form; 1.
    pub version: u32,
    /// IANA name of the project's time zone. The host turns it into offsets, the core only looks them up.
    pub time_zone: String,
    /// Language of tasks, notes and created fields.
    pub language: Language,
    /// ISO code of the country whose rules read national phone numbers.
    pub default_country: String,
    /// Decide and journal, write nothing to amoCRM.
    pub dry_run: bool,
    /// What a site form makes.
    pub forms: Forms,
    /// Which value goes to which field of amoCRM.
    pub mapping: Mapping,
    /// How a client is recognised.
    pub identity: Identity,
    /// How messages about calls are read.
    pub calls: Calls,
    /// What a call makes.
    pub matrix: Matrix,
    /// Employees of Ringostat linked to users of amoCRM.
    pub employees: Vec<Employee>,
    /// The project's own numbers.
    pub lines: Vec<Line>,
    /// Lines whose calls make nothing.
    pub stop_list: Vec<StopEntry>,
    /// Ordered rules that choose a pipeline; first match.
    pub funnel: Vec<FunnelRule>,
    /// What is sent after a broken connection is mended.
    pub backlog: Backlog,
    /// Who is told of trouble.
    pub notify: Notify,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            version: 1,
            time_zone: "Europe/Kyiv".into(),
            language: Language::Ru,
            default_country: "UA".into(),
            dry_run: false,
            forms: Forms::default(),
            mapping: Mapping::default(),
            identity: Identity::default(),
            calls: Calls::default(),
            matrix: Matrix::default(),
            employees: Vec::new(),
            lines: Vec::new(),
            stop_list: Vec::new(),
            funnel: Vec::new(),
            backlog: Backlog::default(),
            notify: Notify::default(),
        }
    }
}

/// JSON Schema of the settings document, published as `pkg/settings.schema.json`.
#[cfg(feature = "schema")]
pub fn json_schema() -> serde_json::Value {
    serde_json::to_value(schemars::schema_for!(Settings)).unwrap_or_default()
}
