//! Bytes of calls in, accepted events out: one message, or the rows of a list.

use std::borrow::Cow;
use std::rc::Rc;

use serde::Serialize;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use super::accepted::{Accepted, Parts};
use super::answer::{Answer, argument, failure};
use super::integration::{Integration, Project};
use crate::config::Settings;
use crate::event::{Call, Event, Phase};
use crate::intake::calls::{self, CallParts, Clock, Format, KeyTable, ReadCall, Row, Seen, read_webhook};
use crate::json;
use crate::phone::{self, Country};
use crate::problem::Problem;
use crate::rules::identity::{self, country};
use crate::trace::Trace;

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ListRow {
    Call { row: u64, accepted: Box<Accepted> },
    Rejected { row: u64, code: Cow<'static, str> },
}

#[derive(Serialize)]
struct ListEnd {
    rows: Vec<ListRow>,
    problem: Option<Problem>,
}

#[wasm_bindgen]
impl Integration {
    /// Reads one message of Webhooks 2.0: the JSON of `Answer<Accepted>`. The clock is the JSON of a `Clock`.
    pub fn read_call(&self, content_type: &str, query: &str, body: &[u8], clock_json: &str) -> Vec<u8> {
        let project = &self.0;
        let accepted = json::from_slice::<Clock>(clock_json.as_bytes())
            .map_err(|error| vec![Problem::new("malformed", "/clock").with("detail", error.to_string())])
            .and_then(|clock| read_webhook(content_type, query, body, &keys(project), &clock))
            .map(|read| accept(read, &project.settings));
        json::to_bytes(&Answer::from(accepted))
    }

    /// Reads a `calls/list` document. Throws a `Failure`.
    pub fn call_list_reader(
        &self,
        #[wasm_bindgen(unchecked_param_type = "\"json\" | \"csv\" | \"guess\"")] format: &str,
        clock_json: &str,
    ) -> Result<CallListReader, JsValue> {
        let format = match format {
            "json" => Format::Json,
            "csv" => Format::Csv,
            "guess" => Format::Guess,
            _ => return Err(failure(vec![Problem::new("unknown_value", "/format")])),
        };
        let clock: Clock = argument(clock_json)?;
        let reader = calls::CallListReader::new(format, keys(&self.0), clock);
        Ok(CallListReader { project: self.0.clone(), reader: Some(reader) })
    }
}

/// What this project's messages call their parameters.
fn keys(project: &Project) -> KeyTable {
    KeyTable::of(&project.settings)
}

/// Reads the rows of a `calls/list` document, chunk by chunk.
#[wasm_bindgen]
pub struct CallListReader {
    project: Rc<Project>,
    reader: Option<calls::CallListReader>,
}

#[wasm_bindgen]
impl CallListReader {
    /// Takes a chunk; the JSON of the `ListRow[]` that end in it.
    pub fn push(&mut self, chunk: &[u8]) -> Vec<u8> {
        let rows = self.reader.as_mut().map(|reader| reader.push(chunk)).unwrap_or_default();
        json::to_bytes(&list(rows, &self.project.settings))
    }

    /// The JSON of `{rows, problem}`: the last rows, and what is wrong with the document as a whole. Rows that were
    /// given before hold.
    pub fn finish(&mut self) -> Vec<u8> {
        let (rows, problem) = match self.reader.take() {
            Some(reader) => reader.finish(),
            None => (Vec::new(), Some(Problem::new("finished", ""))),
        };
        json::to_bytes(&ListEnd { rows: list(rows, &self.project.settings), problem })
    }
}

fn list(rows: Vec<Row>, settings: &Settings) -> Vec<ListRow> {
    let to_list = |row| match row {
        Row::Call { row, read } => ListRow::Call { row, accepted: Box::new(accept(*read, settings)) },
        Row::Rejected { row, code } => ListRow::Rejected { row, code },
    };
    rows.into_iter().map(to_list).collect()
}

fn accept(read: ReadCall, settings: &Settings) -> Accepted {
    let ReadCall { call, message, subject, parts, named } = read;
    let country = country(settings);
    Accepted {
        kind: "call",
        phase: match call.phase {
            Phase::InProgress => None,
            Phase::PickUp => Some("pick_up"),
            Phase::Completed => Some("completed"),
        },
        subject: Some(subject),
        call: Some(meeting(&call, parts, named, country)),
        seen: Some(Seen::of(&call)),
        dedup_key: message.key,
        dedup_window_s: message.window_s,
        identifiers: identity::of_call(&call, settings, &mut Trace::new(false)).identifiers(),
        event: Event::Call(Box::new(call)),
    }
}

/// One message may have a number in national form and the next one in full.
fn meeting(call: &Call, parts: CallParts, named: bool, country: Country) -> Parts {
    let whole = |number: &str, short: String| match phone::parse(number, country) {
        Some(phone) => phone.digits().to_owned(),
        None => short,
    };
    Parts {
        client: whole(&call.client_number, parts.client),
        line: whole(&call.line_number, parts.line),
        start: parts.start,
        named,
    }
}
