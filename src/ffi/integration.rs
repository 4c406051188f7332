//! One project: settings and account, parsed once and kept.

use std::rc::Rc;

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use super::answer::{Answer, argument, failure, strict_argument};
use super::form_reader::FormReader;
use super::journey::{self, Journey};
use crate::amocrm::directory::Directory;
use crate::config::Settings;
use crate::delivery::{Courier, Errand, Options};
use crate::event::Event;
use crate::flow::event::EventFlow;
use crate::flow::lookup::{Lookup, LookupQuery};
use crate::flow::survey::Survey;
use crate::flow::tell_senior::{NoticeTicket, TellSenior};
use crate::flow::ticket::Ticket;
use crate::intake;
use crate::json;
use crate::problem::Problem;

/// What journeys and readers share.
pub struct Project {
    pub settings: Settings,
    pub directory: Directory,
    pub options: Options,
}

/// One project's rules, ready to be applied.
#[wasm_bindgen]
pub struct Integration(pub(super) Rc<Project>);

#[wasm_bindgen]
impl Integration {
    /// Throws a `Failure` when the settings or the directory cannot be read.
    #[wasm_bindgen(constructor)]
    pub fn new(
        settings_json: &str,
        directory_json: Option<String>,
        options_json: Option<String>,
    ) -> Result<Integration, JsValue> {
        let settings = Settings::parse(settings_json).map_err(failure)?;
        let directory =
            directory_json.map(|text| argument::<Directory>(&text)).transpose()?.unwrap_or_default();
        let options =
            options_json.map(|text| strict_argument::<Options>(&text)).transpose()?.unwrap_or_default();
        Ok(Integration(Rc::new(Project { settings, directory, options })))
    }

    /// Reads one submitted form.
    pub fn form_reader(&self, content_type: &str) -> FormReader {
        FormReader::new(self.0.clone(), content_type)
    }

    /// Sets an event out; the argument is the JSON of a `Ticket`. Throws a `Failure`.
    pub fn deliver(&self, ticket_json: &str) -> Result<Journey, JsValue> {
        let ticket: Ticket = argument(ticket_json)?;
        Ok(self.set_out(Errand::Event(Box::new(EventFlow::new(ticket)))))
    }

    /// What amoCRM would be asked first for this form: the JSON of an `Action`, or of a `Failure`. Nothing is kept.
    pub fn first_request(&self, content_type: &str, body: &[u8], now_ms: f64) -> Vec<u8> {
        let project = &self.0;
        let ignored = project.settings.forms.ignored_fields.clone();
        match intake::read_form(content_type, body, ignored, intake::Context::default()) {
            Ok(accepted) => {
                let ticket =
                    Ticket::fresh(accepted.message.key, Event::Form(Box::new(accepted.form)), now_ms as i64);
                let errand = Errand::Event(Box::new(EventFlow::new(ticket)));
                json::to_bytes(&Courier::new(errand, &project.options).next(journey::now(project, now_ms)))
            }
            Err(errors) => json::to_bytes(&Answer::<()>::Failure { errors }),
        }
    }

    /// Goes on from a snapshot. Throws a `Failure` with code `snapshot_version` when another release made it:
    /// begin again with `ticket.again`.
    pub fn resume(&self, snapshot: &[u8]) -> Result<Journey, JsValue> {
        Journey::resume(self.0.clone(), snapshot)
            .ok_or_else(|| failure(vec![Problem::new("snapshot_version", "")]))
    }

    /// What amoCRM knows of `{"phone","email","client_id"}`. Throws a `Failure`.
    pub fn lookup(&self, query_json: &str) -> Result<Journey, JsValue> {
        let query: LookupQuery = strict_argument(query_json)?;
        Ok(self.set_out(Errand::Lookup(Lookup::new(query))))
    }

    /// Reads the account and creates missing fields; the earlier directory lets renamed fields be found again.
    /// Throws a `Failure`.
    pub fn survey(&self, previous_directory_json: Option<String>) -> Result<Journey, JsValue> {
        let previous = previous_directory_json.map(|text| argument::<Directory>(&text)).transpose()?;
        Ok(self.set_out(Errand::Survey(Box::new(Survey::new(previous.as_ref())))))
    }

    /// Tells the senior manager by a task, where the settings name one and want it; the argument is the JSON of a
    /// `NoticeTicket`. Throws a `Failure`.
    pub fn tell_senior(&self, ticket_json: &str) -> Result<Journey, JsValue> {
        let ticket: NoticeTicket = argument(ticket_json)?;
        Ok(self.set_out(Errand::Notice(Box::new(TellSenior::new(ticket)))))
    }

    fn set_out(&self, errand: Errand) -> Journey {
        Journey::new(self.0.clone(), Courier::new(errand, &self.0.options))
    }
}
