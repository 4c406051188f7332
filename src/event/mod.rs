//! What happened: a form was submitted, a call was made. No decisions here.

mod form;
mod visit;

pub use form::{Form, FormField, FormFile, Withheld};
pub use visit::{Utm, Visit};
