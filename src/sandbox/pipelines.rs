//! Pipelines and their stages.

use serde_json::{Map, Value, json};

use super::account::Account;
use super::answer::Answer;
use super::batch::Call;

/// A stage.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Status {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) sort: i64,
    pub(crate) color: String,
    pub(crate) is_editable: bool,
    /// 1 is the stage of what is not sorted yet.
    pub(crate) status_type: u64,
}

/// A pipeline.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pipeline {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) sort: i64,
    pub(crate) is_main: bool,
    pub(crate) is_unsorted_on: bool,
    pub(crate) is_archive: bool,
    pub(crate) statuses: Vec<Status>,
}

/// Won and lost, the same in every pipeline.
pub(crate) const CLOSED: [u64; 2] = [142, 143];

impl Pipeline {
    /// With stages numbered from `first_status`, the unsorted one first.
    pub(crate) fn new(id: u64, name: &str, sort: i64, first_status: u64, stages: &[&str]) -> Self {
        let status = |id, name: &str, sort, color: &str, editable, status_type| Status {
            id,
            name: name.to_owned(),
            sort,
            color: color.to_owned(),
            is_editable: editable,
            status_type,
        };
        let mut statuses = vec![status(first_status, "Неразобранное", 10, "#c1c1c1", false, 1)];
        for (number, stage) in (1u64..).zip(stages) {
            let id = first_status.saturating_add(number.saturating_mul(4));
            statuses.push(status(id, stage, 10 + 10 * number as i64, "#99ccff", true, 0));
        }
        statuses.push(status(142, "Успешно реализовано", 10000, "#CCFF66", false, 0));
        statuses.push(status(143, "Закрыто и не реализовано", 11000, "#D5D8DB", false, 0));
        Pipeline {
            id,
            name: name.to_owned(),
            sort,
            is_main: false,
            is_unsorted_on: true,
            is_archive: false,
            statuses,
        }
    }

    /// A stage of this pipeline.
    pub(crate) fn status(&self, id: u64) -> Option<&Status> {
        self.statuses.iter().find(|status| status.id == id)
    }

    /// The stage where new leads begin.
    pub(crate) fn first_stage(&self) -> Option<u64> {
        self.statuses
            .iter()
            .filter(|status| status.status_type == 0 && !CLOSED.contains(&status.id))
            .min_by_key(|status| status.sort)
            .map(|status| status.id)
    }

    /// The stage of what is not sorted yet, when it is on.
    pub(crate) fn unsorted_stage(&self) -> Option<u64> {
        let stage = self.statuses.iter().find(|status| status.status_type == 1)?;
        self.is_unsorted_on.then_some(stage.id)
    }

    fn shown(&self) -> impl Iterator<Item = &Status> {
        self.statuses.iter().filter(|status| status.status_type != 1 || self.is_unsorted_on)
    }

    /// As the API shows it.
    pub(crate) fn to_json(&self, account: &Account) -> Value {
        let statuses: Vec<Value> = self.shown().map(|status| self.status_json(status, account)).collect();
        json!({
            "id": self.id, "name": self.name, "sort": self.sort, "is_main": self.is_main,
            "is_unsorted_on": self.is_unsorted_on, "is_archive": self.is_archive, "account_id": account.identity.id,
            "_links": {"self": {"href": account.url(&format!("/api/v4/leads/pipelines/{}", self.id))}},
            "_embedded": {"statuses": statuses},
        })
    }

    fn status_json(&self, status: &Status, account: &Account) -> Value {
        let url = account.url(&format!("/api/v4/leads/pipelines/{}/statuses/{}", self.id, status.id));
        json!({
            "id": status.id, "name": status.name, "sort": status.sort, "is_editable": status.is_editable,
            "pipeline_id": self.id, "color": status.color, "type": status.status_type, "account_id": account.identity.id,
            "_links": {"self": {"href": url}},
        })
    }

    /// Back from what [`Pipeline::to_json`] shows; 142 and 143 are added when absent.
    pub(crate) fn from_json(map: &Map<String, Value>) -> Option<Self> {
        let flag = |key: &str, default| map.get(key).and_then(Value::as_bool).unwrap_or(default);
        let text = |map: &Map<String, Value>, key: &str| {
            map.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let id = map.get("id").and_then(Value::as_u64)?;
        let mut pipeline = Pipeline::new(id, &text(map, "name"), 1, 0, &[]);
        let closed = pipeline.statuses.split_off(1);
        pipeline.statuses.clear();
        pipeline.sort = map.get("sort").and_then(Value::as_i64).unwrap_or(1);
        pipeline.is_main = flag("is_main", false);
        pipeline.is_unsorted_on = flag("is_unsorted_on", true);
        pipeline.is_archive = flag("is_archive", false);
        let statuses =
            map.get("_embedded").and_then(|embedded| embedded.get("statuses")).and_then(Value::as_array);
        for (index, status) in statuses.map(Vec::as_slice).unwrap_or_default().iter().enumerate() {
            let status = status.as_object()?;
            pipeline.statuses.push(Status {
                id: status.get("id").and_then(Value::as_u64)?,
                name: text(status, "name"),
                sort: status.get("sort").and_then(Value::as_i64).unwrap_or(10 * (index as i64 + 1)),
                color: text(status, "color"),
                is_editable: status.get("is_editable").and_then(Value::as_bool).unwrap_or(true),
                status_type: status.get("type").and_then(Value::as_u64).unwrap_or(0),
            });
        }
        for status in closed {
            if pipeline.status(status.id).is_none() {
                pipeline.statuses.push(status);
            }
        }
        Some(pipeline)
    }
}

/// The pipelines of a new account.
pub(crate) fn defaults() -> Vec<Pipeline> {
    let mut main = Pipeline::new(
        6_950_551,
        "Воронка",
        1,
        58_141_803,
        &["Первичный контакт", "Переговоры", "Принимают решение", "Согласование договора"],
    );
    main.is_main = true;
    let second = Pipeline::new(6_950_552, "Новая", 2, 58_141_903, &["Новая заявка", "В работе"]);
    let mut old = Pipeline::new(6_950_553, "Старая", 3, 58_142_003, &["Заявка"]);
    old.is_archive = true;
    vec![main, second, old]
}

/// `GET /leads/pipelines`.
pub(crate) fn list(account: &Account, call: &Call) -> Answer {
    let pipelines: Vec<Value> = account.pipelines.iter().map(|pipeline| pipeline.to_json(account)).collect();
    Answer::ok(json!({
        "_total_items": pipelines.len(), "_links": {"self": {"href": account.url(call.route)}},
        "_embedded": {"pipelines": pipelines},
    }))
}

/// `GET /leads/pipelines/{id}`.
pub(crate) fn one(account: &Account, id: u64) -> Answer {
    match account.pipeline(id) {
        Some(pipeline) => Answer::ok(pipeline.to_json(account)),
        None => Answer::not_found(),
    }
}

/// `GET /leads/pipelines/{id}/statuses`.
pub(crate) fn statuses(account: &Account, call: &Call, id: u64) -> Answer {
    let Some(pipeline) = account.pipeline(id) else { return Answer::not_found() };
    let statuses: Vec<Value> = pipeline.shown().map(|status| pipeline.status_json(status, account)).collect();
    Answer::ok(json!({
        "_total_items": statuses.len(), "_links": {"self": {"href": account.url(call.route)}},
        "_embedded": {"statuses": statuses},
    }))
}

/// `GET /leads/pipelines/{id}/statuses/{status}`.
pub(crate) fn status(account: &Account, id: u64, status: u64) -> Answer {
    let found = account.pipeline(id).and_then(|pipeline| Some((pipeline, pipeline.status(status)?)));
    match found {
        Some((pipeline, status)) => Answer::ok(pipeline.status_json(status, account)),
        None => Answer::not_found(),
    }
}
