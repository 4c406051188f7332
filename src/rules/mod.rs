//! Pure decisions, one file per rule of the seed. No HTTP, no clock, no randomness.

pub mod call_record;
pub mod draft;
pub mod employees;
pub mod field_value;
pub mod funnel;
pub mod identity;
pub mod lint;
pub mod mapping;
pub mod matrix;
pub mod note;
pub mod notice;
pub mod pipeline;
pub mod recording;
pub mod responsible;
pub mod stop_list;
pub mod task;
pub mod texts;
pub mod update;
pub mod utm;
pub mod value;
