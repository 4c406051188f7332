//! An account from a document of the same shape as the state.

use serde_json::{Map, Value};

use super::account::{ADMIN_ID, Account};
use super::entities::{self, Author};
use super::field::Field;
use super::flaws::Flaws;
use super::kind::Kind;
use super::pipelines::Pipeline;
use super::problem::Problem;
use super::record::Record;
use super::tags::Tag;
use super::task_types::TaskType;
use super::unsorted::Unsorted;
use super::values::{self, Strictness};
use super::{notes, tasks, unsorted};

const KEYS: [&str; 14] = [
    "account",
    "contacts",
    "leads",
    "companies",
    "tasks",
    "notes",
    "unsorted",
    "fields",
    "pipelines",
    "task_types",
    "users",
    "requests",
    "manager_edits",
    "oauth",
];

struct Seeder {
    account: Account,
    author: Author,
    problems: Vec<Problem>,
}

/// The objects of a list with their JSON pointers.
fn objects<'a>(
    document: &'a Map<String, Value>,
    key: &str,
    path: &str,
    problems: &mut Vec<Problem>,
) -> Vec<(String, &'a Map<String, Value>)> {
    let path = format!("{path}/{key}");
    let items = match document.get(key) {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Array(items)) => items,
        Some(_) => {
            problems.push(Problem::new("invalid_type", path).with("expected", "array"));
            return Vec::new();
        }
    };
    let mut found = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        match item.as_object() {
            Some(item) => found.push((format!("{path}/{index}"), item)),
            None => problems
                .push(Problem::new("invalid_type", format!("{path}/{index}")).with("expected", "object")),
        }
    }
    found
}

/// `NotSupportedChoice` -> `not_supported_choice`.
fn snake(code: &str) -> String {
    let mut snake = String::with_capacity(code.len() + 4);
    for (index, c) in code.chars().enumerate() {
        if c.is_ascii_uppercase() && index > 0 {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

/// Builds the account, or tells everything that is wrong.
pub(crate) fn build(document: &Value, account: Account, now_ms: i64) -> Result<Account, Vec<Problem>> {
    let Some(document) = document.as_object() else {
        return Err(vec![Problem::new("invalid_type", "").with("expected", "object")]);
    };
    let mut seeder = Seeder { account, author: Author { user: ADMIN_ID, now_ms }, problems: Vec::new() };
    for key in document.keys().filter(|key| !KEYS.contains(&key.as_str())) {
        seeder.problems.push(Problem::new("unknown_key", format!("/{key}")).with("name", key.as_str()));
    }
    if let Some(identity) = document.get("account").filter(|identity| !identity.is_null()) {
        match seeder.account.identity.changed(identity, "/account") {
            Ok(identity) => seeder.account.identity = identity,
            Err(problems) => seeder.problems.extend(problems),
        }
    }
    seeder.directory(document);
    for kind in Kind::ALL {
        seeder.entities(document, kind);
    }
    for kind in Kind::ALL {
        seeder.links(document, kind);
    }
    seeder.tasks(document);
    seeder.notes(document);
    seeder.unsorted(document);
    if seeder.problems.is_empty() { Ok(seeder.account) } else { Err(seeder.problems) }
}

impl Seeder {
    /// The id of an item, or a fresh one; ids that come later in the list are already reserved.
    fn ids(&mut self, items: &[(String, &Map<String, Value>)], collection: &'static str) -> Vec<u64> {
        let mut seen = std::collections::BTreeSet::new();
        let given: Vec<Option<u64>> = items
            .iter()
            .map(|(path, item)| {
                let id = match item.get("id") {
                    None | Some(Value::Null) => return None,
                    Some(id) => id.as_u64().filter(|id| *id > 0 && *id < u64::from(u32::MAX)),
                };
                match id {
                    Some(id) if !seen.insert(id) => {
                        self.problems.push(Problem::new("duplicate_id", format!("{path}/id")).with("id", id));
                    }
                    Some(id) => self.account.reserve_id(collection, id),
                    None => self
                        .problems
                        .push(Problem::new("invalid_type", format!("{path}/id")).with("expected", "id")),
                }
                id
            })
            .collect();
        given.into_iter().map(|id| id.unwrap_or_else(|| self.account.next_id(collection))).collect()
    }

    fn directory(&mut self, document: &Map<String, Value>) {
        if let Some(Value::Object(fields)) = document.get("fields") {
            for kind in Kind::ALL.into_iter().filter(|kind| fields.contains_key(kind.plural())) {
                let items = objects(fields, kind.plural(), "/fields", &mut self.problems);
                let ids = self.ids(&items, "fields");
                let account = &mut self.account;
                let fields = ids
                    .into_iter()
                    .zip(&items)
                    .map(|(id, (_, item))| Field::from_json(item, id, || account.next_id("enums")))
                    .collect();
                *account.fields.of_mut(kind) = fields;
            }
        } else if document.get("fields").is_some_and(|fields| !fields.is_null()) {
            self.problems.push(Problem::new("invalid_type", "/fields").with("expected", "object"));
        }
        if document.contains_key("pipelines") {
            let mut pipelines = Vec::new();
            for (path, item) in objects(document, "pipelines", "", &mut self.problems) {
                match Pipeline::from_json(item) {
                    Some(pipeline) => pipelines.push(pipeline),
                    None => self.problems.push(Problem::new("invalid_pipeline", path)),
                }
            }
            self.account.pipelines = pipelines;
        }
        if document.contains_key("task_types") {
            let mut task_types = Vec::new();
            for (path, item) in objects(document, "task_types", "", &mut self.problems) {
                match TaskType::from_json(item) {
                    Some(task_type) => task_types.push(task_type),
                    None => self.problems.push(Problem::new("missing", format!("{path}/id"))),
                }
            }
            self.account.task_types = task_types;
        }
        if document.contains_key("users") {
            self.account.users.clear();
            for (path, item) in objects(document, "users", "", &mut self.problems) {
                match item.get("id").and_then(Value::as_u64) {
                    Some(id) => {
                        self.account.users.insert(id, item.clone());
                    }
                    None => self.problems.push(Problem::new("missing", format!("{path}/id"))),
                }
            }
            self.account.choose_token_user();
            self.author.user = self.account.token_user;
        }
    }

    fn entities(&mut self, document: &Map<String, Value>, kind: Kind) {
        let items = objects(document, kind.plural(), "", &mut self.problems);
        let ids = self.ids(&items, kind.plural());
        for (id, (path, item)) in ids.into_iter().zip(items) {
            let mut record = Record::new(id);
            record.attributes = entities::blank(kind, self.author.user, self.author.now());
            let text = |key: &str| item.get(key).and_then(Value::as_str).unwrap_or_default();
            let full_name = format!("{} {}", text("first_name"), text("last_name")).trim().to_owned();
            record.set("name", if kind == Kind::Leads { format!("Сделка #{id}") } else { full_name });
            const SHOWN: [&str; 7] = [
                "id",
                "account_id",
                "closest_task_at",
                "custom_fields_values",
                "_embedded",
                "_links",
                "request_id",
            ];
            for (key, value) in item.iter().filter(|(key, _)| !SHOWN.contains(&key.as_str())) {
                record.attributes.insert(key.clone(), value.clone());
            }
            if kind == Kind::Leads {
                self.stage(&mut record);
            }
            let strict = Strictness { unknown_code: true, long_text: false };
            let mut flaws = Flaws::default();
            let read = values::read(self.account.fields.of(kind), item, "", None, strict, &mut flaws);
            for flaw in flaws.0 {
                let at = format!("{path}/{}", flaw.path.replace('.', "/"));
                self.problems.push(Problem::new(&snake(flaw.code), at));
            }
            record.values = read.into_iter().filter(|(_, values)| !values.is_empty()).collect();
            if let Some(Value::Object(embedded)) = item.get("_embedded") {
                let path = format!("{path}/_embedded");
                for (path, tag) in objects(embedded, "tags", &path, &mut self.problems) {
                    let name = tag.get("name").and_then(Value::as_str);
                    match self.tag(kind, tag.get("id").and_then(Value::as_u64), name) {
                        Some(tag) => record.tags.push(tag),
                        None => self.problems.push(Problem::new("missing", format!("{path}/name"))),
                    }
                }
            }
            self.account.shelf_mut(kind).put(record);
            entities::reindex_at(&mut self.account, kind, id, i64::MIN, self.author.now_ms);
        }
    }

    fn stage(&mut self, record: &mut Record) {
        let status = record.id_of("status_id");
        let pipeline = match record.id_of("pipeline_id") {
            Some(id) => self.account.pipeline(id),
            None => self
                .account
                .pipelines
                .iter()
                .find(|pipeline| {
                    status.is_some_and(|id| !matches!(id, 142 | 143) && pipeline.status(id).is_some())
                })
                .or(self.account.main_pipeline()),
        };
        let Some(pipeline) = pipeline else { return };
        record.set("pipeline_id", pipeline.id);
        if status.is_none() {
            record.set("status_id", pipeline.first_stage());
        }
    }

    fn tag(&mut self, kind: Kind, id: Option<u64>, name: Option<&str>) -> Option<u64> {
        let known = self.account.tags(kind).iter().find(|tag| match name {
            Some(name) => tag.name == name,
            None => Some(tag.id) == id,
        });
        if let Some(tag) = known {
            return Some(tag.id);
        }
        let name = name?.to_owned();
        let id = match id {
            Some(id) => {
                self.account.reserve_id("tags", id);
                id
            }
            None => self.account.next_id("tags"),
        };
        self.account.tags_mut(kind).push(Tag { id, name });
        Some(id)
    }

    fn links(&mut self, document: &Map<String, Value>, kind: Kind) {
        // Ids were given to items in order: the same order finds them again.
        let items = objects(document, kind.plural(), "", &mut Vec::new());
        let mut fresh: Vec<u64> = {
            let given: Vec<u64> =
                items.iter().filter_map(|(_, item)| item.get("id").and_then(Value::as_u64)).collect();
            self.account
                .shelf(kind)
                .all()
                .map(|record| record.id)
                .filter(|id| !given.contains(id))
                .rev()
                .collect()
        };
        for (path, item) in items {
            let Some(own) = item.get("id").and_then(Value::as_u64).or_else(|| fresh.pop()) else { continue };
            let Some(Value::Object(embedded)) = item.get("_embedded") else { continue };
            let path = format!("{path}/_embedded");
            for other in Kind::ALL.into_iter().filter(|other| *other != kind) {
                for (path, link) in objects(embedded, other.plural(), &path, &mut self.problems) {
                    let id = link.get("id").and_then(Value::as_u64);
                    match id.filter(|id| self.account.shelf(other).get(*id).is_some()) {
                        Some(id) => {
                            let is_main = link.get("is_main").and_then(Value::as_bool);
                            self.account.links.link((kind, own), (other, id), is_main);
                        }
                        None => self.problems.push(Problem::new("unknown_entity", format!("{path}/id"))),
                    }
                }
            }
        }
    }

    fn tasks(&mut self, document: &Map<String, Value>) {
        let items = objects(document, "tasks", "", &mut self.problems);
        let ids = self.ids(&items, "tasks");
        for (id, (_, item)) in ids.into_iter().zip(items) {
            let mut task = tasks::blank(self.author);
            let shown = ["id", "account_id", "_links", "request_id"];
            task.extend(
                item.iter()
                    .filter(|(key, _)| !shown.contains(&key.as_str()))
                    .map(|(k, v)| (k.clone(), v.clone())),
            );
            tasks::put(&mut self.account, id, task);
        }
    }

    fn notes(&mut self, document: &Map<String, Value>) {
        let items = objects(document, "notes", "", &mut self.problems);
        let ids = self.ids(&items, "notes");
        for (id, (path, item)) in ids.into_iter().zip(items) {
            let Some((kind, entity_id)) = notes::seed_entity(&self.account, item) else {
                self.problems.push(Problem::new("unknown_entity", format!("{path}/entity_id")));
                continue;
            };
            let shown = ["id", "account_id", "_links", "request_id", "entity_type"];
            let given = item.iter().filter(|(key, _)| !shown.contains(&key.as_str()));
            let given = given.map(|(key, value)| (key.clone(), value.clone())).collect();
            notes::put(&mut self.account, id, kind, entity_id, given, self.author);
        }
    }

    fn unsorted(&mut self, document: &Map<String, Value>) {
        for (path, item) in objects(document, "unsorted", "", &mut self.problems) {
            let text = |key: &str| item.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            let main = self.account.main_pipeline().map(|pipeline| pipeline.id);
            let mut incoming = Unsorted {
                source_uid: text("source_uid"),
                source_name: text("source_name"),
                category: text("category"),
                pipeline_id: item.get("pipeline_id").and_then(Value::as_u64).or(main).unwrap_or_default(),
                created_at: item.get("created_at").and_then(Value::as_i64).unwrap_or(self.author.now()),
                metadata: item.get("metadata").and_then(Value::as_object).cloned().unwrap_or_default(),
                ..Unsorted::default()
            };
            if incoming.category.is_empty() {
                incoming.category = "forms".to_owned();
            }
            if let Some(Value::Object(embedded)) = item.get("_embedded") {
                let path = format!("{path}/_embedded");
                for kind in Kind::ALL {
                    for (path, link) in objects(embedded, kind.plural(), &path, &mut self.problems) {
                        let id = link.get("id").and_then(Value::as_u64);
                        match id.filter(|id| self.account.shelf(kind).get(*id).is_some()) {
                            Some(id) => match kind {
                                Kind::Contacts => incoming.contacts.push(id),
                                Kind::Leads => incoming.leads.push(id),
                                Kind::Companies => incoming.companies.push(id),
                            },
                            None => self.problems.push(Problem::new("unknown_entity", format!("{path}/id"))),
                        }
                    }
                }
            }
            let uid = item.get("uid").and_then(Value::as_str).map(str::to_owned);
            unsorted::put(&mut self.account, uid, incoming, false);
        }
    }
}
