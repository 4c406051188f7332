//! What happened: a form was submitted, a call was made. No decisions here.

mod call;
mod form;
mod variable;
mod visit;

use serde::{Deserialize, Serialize};

pub use call::{Call, CallResult, Direction, Phase};
pub use form::{Form, FormField, FormFile, Withheld};
pub use variable::{VARIABLES, ValueType, Variable, VariableInfo};
pub use visit::{Utm, Visit, is_placeholder};

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A form was submitted.
    Form(Box<Form>),
    /// A call was made, or is being made.
    Call(Box<Call>),
}

impl Event {
    /// The visit behind it.
    pub fn visit(&self) -> &Visit {
        match self {
            Event::Form(form) => &form.visit,
            Event::Call(call) => &call.visit,
        }
    }

    /// The form, if it is one.
    pub fn form(&self) -> Option<&Form> {
        match self {
            Event::Form(form) => Some(form),
            Event::Call(_) => None,
        }
    }
}
