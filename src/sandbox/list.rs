//! `GET /{entity}`: filters, search, order, pages.

use serde_json::Value;

use super::account::Account;
use super::answer::Answer;
use super::batch::Call;
use super::entities;
use super::kind::Kind;
use super::query::{Query, Range};
use super::record::{Needle, Record};
use super::values::as_text;

/// What the filters of a request ask for.
#[derive(Debug, Default)]
struct Filters {
    ids: Option<Vec<u64>>,
    /// Native ids that must be among the given.
    among: Vec<(&'static str, Vec<u64>)>,
    names: Option<Vec<String>>,
    ranges: Vec<(&'static str, Range)>,
    statuses: Vec<(Option<u64>, Option<u64>)>,
    fields: Vec<(u64, FieldFilter)>,
}

#[derive(Debug, Default)]
struct FieldFilter {
    values: Vec<String>,
    range: Range,
}

impl Filters {
    fn parse(query: &Query) -> Self {
        let mut filters = Filters { ids: query.filter_ids("id"), ..Filters::default() };
        for key in ["created_by", "updated_by", "responsible_user_id", "pipeline_id", "status_id"] {
            if let Some(ids) = query.filter_ids(key) {
                filters.among.push((key, ids));
            }
        }
        if let Some(prices) = query.filter_ids("price") {
            filters.among.push(("price", prices));
        }
        filters.names = query.filter("name").map(|names| names.into_iter().map(str::to_owned).collect());
        for key in ["created_at", "updated_at", "closed_at", "closest_task_at", "price"] {
            let range = query.range(key);
            if !range.is_open() {
                filters.ranges.push((key, range));
            }
        }
        filters.statuses = statuses(query);
        filters.fields = fields(query);
        filters
    }

    fn matches(&self, account: &Account, kind: Kind, record: &Record) -> bool {
        self.ids.as_ref().is_none_or(|ids| ids.contains(&record.id))
            && self.among.iter().all(|(key, ids)| record.id_of(key).is_some_and(|id| ids.contains(&id)))
            && self.names.as_ref().is_none_or(|names| names.iter().any(|name| name == record.text("name")))
            && self.ranges.iter().all(|(key, range)| {
                let number = match *key {
                    "closest_task_at" => super::tasks::closest(account, kind, record.id),
                    key => record.integer(key),
                };
                range.holds(number.map(|number| number as f64))
            })
            && (self.statuses.is_empty()
                || self.statuses.iter().any(|(pipeline, status)| {
                    pipeline.is_none_or(|id| record.id_of("pipeline_id") == Some(id))
                        && status.is_none_or(|id| record.id_of("status_id") == Some(id))
                }))
            && self.fields.iter().all(|(field, filter)| filter.matches(record.values.get(field)))
    }
}

impl FieldFilter {
    fn matches(&self, values: Option<&Vec<Value>>) -> bool {
        let values = values.map(Vec::as_slice).unwrap_or_default();
        let among = self.values.is_empty()
            || values.iter().any(|value| {
                let text = as_text(value);
                let option = value.get("enum_id").and_then(Value::as_u64).map(|id| id.to_string());
                self.values.iter().any(|wanted| *wanted == text || Some(wanted) == option.as_ref())
            });
        among
            && (self.range.is_open()
                || values.iter().any(|value| self.range.holds(as_text(value).parse().ok())))
    }
}

/// `filter[statuses][i][pipeline_id]` and `[status_id]`.
fn statuses(query: &Query) -> Vec<(Option<u64>, Option<u64>)> {
    let mut pairs: Vec<(String, Option<u64>, Option<u64>)> = Vec::new();
    for (keys, value) in query.filters() {
        let [statuses, index, key] = keys else { continue };
        if statuses != "statuses" {
            continue;
        }
        let place = pairs.iter().position(|(known, _, _)| known == index).unwrap_or_else(|| {
            pairs.push((index.clone(), None, None));
            pairs.len().saturating_sub(1)
        });
        let Some((_, pipeline, status)) = pairs.get_mut(place) else { continue };
        match key.as_str() {
            "pipeline_id" => *pipeline = Some(value.parse().unwrap_or(0)),
            "status_id" => *status = Some(value.parse().unwrap_or(0)),
            _ => {}
        }
    }
    pairs.into_iter().map(|(_, pipeline, status)| (pipeline, status)).collect()
}

/// `filter[custom_fields_values][ID][]=v`, `[from]`, `[to]`.
fn fields(query: &Query) -> Vec<(u64, FieldFilter)> {
    let mut fields: Vec<(u64, FieldFilter)> = Vec::new();
    for (keys, value) in query.filters() {
        let (id, edge) = match keys {
            [name, id] if name == "custom_fields_values" => (id, ""),
            [name, id, edge] if name == "custom_fields_values" => (id, edge.as_str()),
            _ => continue,
        };
        let Ok(id) = id.parse::<u64>() else { continue };
        let place = fields.iter().position(|(known, _)| *known == id).unwrap_or_else(|| {
            fields.push((id, FieldFilter::default()));
            fields.len().saturating_sub(1)
        });
        let Some((_, filter)) = fields.get_mut(place) else { continue };
        match edge {
            "from" => filter.range.from = value.parse().ok(),
            "to" => filter.range.to = value.parse().ok(),
            _ => filter.values.push(value.to_owned()),
        }
    }
    fields
}

/// `GET /{entity}`.
pub(crate) fn get(account: &Account, call: &Call, kind: Kind) -> Answer {
    let shelf = account.shelf(kind);
    let filters =
        if account.switches.filters_enabled { Filters::parse(&call.query) } else { Filters::default() };
    let needle =
        call.query.get("query").and_then(|text| Needle::parse(text, account.switches.query_matching));
    let (order, descending) = call.query.order().unwrap_or(("id", false));
    let narrowed = match (&filters.ids, &needle) {
        (Some(ids), _) => {
            let mut ids = ids.clone();
            ids.sort_unstable();
            ids.dedup();
            Some(ids)
        }
        (None, Some(needle)) => needle.digits().and_then(|digits| shelf.candidates(digits)),
        (None, None) => None,
    };
    let found: Box<dyn Iterator<Item = &Record>> = match (narrowed, descending) {
        (Some(mut ids), _) => {
            if descending {
                ids.reverse();
            }
            Box::new(ids.into_iter().filter_map(|id| shelf.get(id)))
        }
        (None, true) => Box::new(shelf.all().rev()),
        (None, false) => Box::new(shelf.all()),
    };
    let found = found.filter(|record| {
        filters.matches(account, kind, record)
            && needle
                .as_ref()
                .is_none_or(|needle| record.index(call.now_ms).is_some_and(|index| needle.matches(index)))
    });
    let links = entities::wants_links(kind, call);
    let show = |record: &Record| entities::show(account, kind, record, links);
    if matches!(order, "created_at" | "updated_at") {
        let mut sorted: Vec<&Record> = found.collect();
        if descending {
            sorted.sort_by_key(|record| std::cmp::Reverse(record.integer(order)));
        } else {
            sorted.sort_by_key(|record| record.integer(order));
        }
        return account.page(call, kind.plural(), sorted.into_iter(), None, show);
    }
    account.page(call, kind.plural(), found, None, show)
}
