//! What happened: a form was submitted, a call was made. No decisions here.

mod call;
mod form;
mod variable;
mod visit;

pub use call::{Call, CallResult, Direction, Phase};
pub use form::{Form, FormField, FormFile, Withheld};
pub use variable::{VARIABLES, ValueType, Variable, VariableInfo};
pub use visit::{Utm, Visit};
