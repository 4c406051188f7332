//! The project's people, lines and housekeeping.

use serde::{Deserialize, Serialize};

use crate::event::Variable;

/// Language of texts that are written into amoCRM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Russian.
    #[default]
    Ru,
    /// Ukrainian.
    Uk,
    /// English.
    En,
}

/// An employee of Ringostat and the user of amoCRM that he is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Employee {
    /// How Ringostat knows him.
    pub ringostat: RingostatEmployee,
    /// Id of the user in amoCRM.
    pub amocrm_user: u64,
}

/// What Ringostat knows of an employee. Matched by staff id, then SIP login or extension, then number, then name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RingostatEmployee {
    /// Staff id, e.g. `331851`.
    pub staff_id: String,
    /// Full name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Extension, e.g. `101`.
    pub extension: String,
    /// SIP logins.
    pub sip: Vec<String>,
    /// Direct numbers.
    pub numbers: Vec<String>,
}

/// A number connected in the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The number.
    #[serde(default)]
    pub number: String,
    /// How it is connected.
    pub kind: LineKind,
    /// Its SIP login.
    #[serde(default)]
    pub sip: String,
    /// A name for people.
    #[serde(default)]
    pub label: String,
}

/// How a number is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// A SIP number.
    Sip,
    /// A mobile SIM that is an extension of the PBX.
    Fmc,
}

/// An entry of the stop-list (seed: "Стоп-лист номеров").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StopEntry {
    /// By SIP login: the only way for FMC numbers.
    Sip(String),
    /// By number.
    Number(String),
}

/// Leads whose parameter has one of the values go to the pipeline (seed: "Передача сделок в выбранные воронки").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FunnelRule {
    /// Id of the pipeline.
    pub pipeline: u64,
    /// Id of the stage; the pipeline's first one when absent.
    #[serde(default)]
    pub status: Option<u64>,
    /// The parameter that is looked at.
    pub variable: Variable,
    /// Values that match, trimmed and without regard to case.
    pub equals: Vec<String>,
}

/// What is sent after a broken connection is mended (seed: "Хранение данных о звонках").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Backlog {
    /// Days that are sent, today included.
    pub days: u32,
    /// Days that the journal keeps events.
    pub retention_days: u32,
    /// Read calls from Ringostat that its webhooks could not deliver.
    pub fill_gaps: bool,
}

impl Default for Backlog {
    fn default() -> Self {
        Backlog { days: 3, retention_days: 30, fill_gaps: false }
    }
}

/// Who is told of trouble.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Notify {
    /// Address that gets a signed POST.
    pub url: Option<String>,
    /// A task for the senior manager, when amoCRM works.
    pub task_for_senior: bool,
    /// Held events from which somebody is told.
    pub held_more_than: u32,
}

impl Default for Notify {
    fn default() -> Self {
        Notify { url: None, task_for_senior: true, held_more_than: 20 }
    }
}
