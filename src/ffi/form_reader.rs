//! Form bytes in, an accepted event out.

use std::rc::Rc;

use wasm_bindgen::prelude::wasm_bindgen;

use super::accepted::Accepted;
use super::answer::Answer;
use super::integration::Project;
use crate::event::Event;
use crate::flow::plan::identity_of;
use crate::intake::{self, Context};
use crate::json;
use crate::problem::Problem;

/// Reads one submitted form, chunk by chunk.
#[wasm_bindgen]
pub struct FormReader {
    project: Rc<Project>,
    reader: Option<intake::FormReader>,
}

impl FormReader {
    pub(super) fn new(project: Rc<Project>, content_type: &str) -> Self {
        let ignored = project.settings.forms.ignored_fields.clone();
        FormReader { project, reader: Some(intake::FormReader::new(content_type, ignored)) }
    }
}

#[wasm_bindgen]
impl FormReader {
    /// Takes a chunk; `false` = stop reading, `finish` tells why.
    pub fn push(&mut self, chunk: &[u8]) -> bool {
        self.reader.as_mut().is_some_and(|reader| reader.push(chunk))
    }

    /// The JSON of `Answer<Accepted>`; the argument is the JSON of a `FormContext`.
    pub fn finish(&mut self, context_json: &str) -> Vec<u8> {
        let Some(reader) = self.reader.take() else {
            return json::to_bytes(&Answer::<()>::Failure { errors: vec![Problem::new("finished", "")] });
        };
        let accepted = json::from_slice::<Context>(context_json.as_bytes())
            .map_err(|error| vec![Problem::new("malformed", "/context").with("detail", error.to_string())])
            .and_then(|context| reader.finish(context))
            .map(|accepted| {
                let event = Event::Form(Box::new(accepted.form));
                let identity = identity_of(&event, &self.project.settings, &self.project.directory);
                Accepted {
                    kind: "form",
                    phase: None,
                    subject: None,
                    call: None,
                    seen: None,
                    dedup_key: accepted.message.key,
                    dedup_window_s: accepted.message.window_s,
                    identifiers: identity.identifiers(),
                    event,
                }
            });
        json::to_bytes(&Answer::from(accepted))
    }
}
