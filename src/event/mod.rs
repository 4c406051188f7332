//! What happened: a form was submitted, a call was made. No decisions here.

mod form;
mod variable;
mod visit;

pub use form::{Form, FormField, FormFile, Withheld};
pub use variable::{VARIABLES, ValueType, Variable, VariableInfo};
pub use visit::{Utm, Visit};
