//! Everything that an account holds, and `GET /account`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::batch::Call;
use super::entities::Author;
use super::events::Event;
use super::field::Field;
use super::fields::Group;
use super::flaws::Reader;
use super::identity::Identity;
use super::kind::Kind;
use super::links::Links;
use super::notes::Note;
use super::pipelines::{self, Pipeline};
use super::record::Shelf;
use super::rng::Rng;
use super::switches::Switches;
use super::tags::Tag;
use super::task_types::TaskType;
use super::unsorted::Unsorted;
use super::{fields, task_types, users};

/// Who owns a new account.
pub(crate) const ADMIN_ID: u64 = 504_141;
/// Who edits by hand.
pub(crate) const MANAGER_ID: u64 = 504_142;

/// One thing per kind of entity.
#[derive(Debug, Clone, Default)]
pub(crate) struct PerKind<T> {
    pub(crate) contacts: T,
    pub(crate) leads: T,
    pub(crate) companies: T,
}

impl<T> PerKind<T> {
    /// The one of a kind.
    pub(crate) fn of(&self, kind: Kind) -> &T {
        match kind {
            Kind::Contacts => &self.contacts,
            Kind::Leads => &self.leads,
            Kind::Companies => &self.companies,
        }
    }

    /// The one of a kind, to be changed.
    pub(crate) fn of_mut(&mut self, kind: Kind) -> &mut T {
        match kind {
            Kind::Contacts => &mut self.contacts,
            Kind::Leads => &mut self.leads,
            Kind::Companies => &mut self.companies,
        }
    }
}

/// An account.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    base_url: String,
    pub(crate) identity: Identity,
    pub(crate) created_at: i64,
    pub(crate) switches: Switches,
    pub(crate) rng: Rng,
    /// Who the fixed token belongs to.
    pub(crate) owner: u64,
    /// Who asks now: the user of the request's token, between requests the owner.
    pub(crate) token_user: u64,
    pub(crate) users: BTreeMap<u64, Map<String, Value>>,
    pub(crate) pipelines: Vec<Pipeline>,
    pub(crate) task_types: Vec<TaskType>,
    pub(crate) fields: PerKind<Vec<Field>>,
    pub(crate) groups: PerKind<Vec<Group>>,
    /// Fields that the API created: a reset clears what the account holds, not how it is set up.
    pub(crate) made_fields: PerKind<Vec<Field>>,
    shelves: PerKind<Shelf>,
    tags: PerKind<Vec<Tag>>,
    pub(crate) links: Links,
    pub(crate) tasks: BTreeMap<u64, Map<String, Value>>,
    pub(crate) tasks_of: BTreeMap<(Kind, u64), Vec<u64>>,
    pub(crate) notes: BTreeMap<u64, Note>,
    pub(crate) notes_of: BTreeMap<(Kind, u64), Vec<u64>>,
    pub(crate) unsorted: BTreeMap<String, Unsorted>,
    /// Accepted and declined so far.
    pub(crate) sorted: (u64, u64),
    pub(crate) events: Vec<Event>,
    /// Places in `events` by entity.
    pub(crate) events_of: BTreeMap<(Kind, u64), Vec<usize>>,
    pub(crate) manager_edits: Vec<Value>,
    ids: BTreeMap<&'static str, u64>,
}

impl Account {
    /// A new account with the default users, pipelines and fields.
    pub(crate) fn new(base_url: &str, seed: u64) -> Self {
        Account {
            base_url: base_url.trim_end_matches('/').to_owned(),
            identity: Identity::default(),
            created_at: 1_582_117_331,
            switches: Switches::default(),
            rng: Rng::new(seed),
            owner: ADMIN_ID,
            token_user: ADMIN_ID,
            users: users::defaults(),
            pipelines: pipelines::defaults(),
            task_types: task_types::defaults(),
            fields: fields::defaults(),
            groups: fields::default_groups(),
            made_fields: PerKind::default(),
            shelves: PerKind::default(),
            tags: PerKind::default(),
            links: Links::default(),
            tasks: BTreeMap::new(),
            tasks_of: BTreeMap::new(),
            notes: BTreeMap::new(),
            notes_of: BTreeMap::new(),
            unsorted: BTreeMap::new(),
            sorted: (0, 0),
            events: Vec::new(),
            events_of: BTreeMap::new(),
            manager_edits: Vec::new(),
            ids: BTreeMap::new(),
        }
    }

    /// The account after a reset: fields that the API created stay, and ids go on, so that what a client
    /// remembers of an entity never speaks of another one.
    pub(crate) fn successor(&self, seed: u64) -> Self {
        let mut account = Account::new(&self.base_url, seed);
        for kind in Kind::ALL {
            account.fields.of_mut(kind).extend(self.made_fields.of(kind).iter().cloned());
        }
        account.made_fields = self.made_fields.clone();
        account.groups = self.groups.clone();
        account.ids = self.ids.clone();
        account
    }

    /// The token's user, at a time.
    pub(crate) fn author(&self, now_ms: i64) -> Author {
        Author { user: self.token_user, now_ms }
    }

    /// Gives the token to the default administrator, else to the first one, else to anybody.
    pub(crate) fn choose_token_user(&mut self) {
        let admin = self.users.iter().find(|(_, user)| users::is_admin(user) && users::is_active(user));
        let chosen = admin.or(self.users.first_key_value()).map(|(id, _)| *id);
        if !self.is_active_user(ADMIN_ID) {
            self.owner = chosen.unwrap_or(ADMIN_ID);
            self.token_user = self.owner;
        }
    }

    /// Whether who asks may change the account itself; the fixed token acts with an administrator's rights.
    pub(crate) fn asked_by_admin(&self) -> bool {
        let user = self.token_user;
        self.switches.admin && (user == self.owner || self.users.get(&user).is_some_and(users::is_admin))
    }

    /// Where the account is found: the host that links point to, unless it has moved.
    pub(crate) fn host(&self) -> &str {
        self.switches.subdomain_moved.as_deref().unwrap_or(self.first_host())
    }

    /// Where the account was found at first.
    pub(crate) fn first_host(&self) -> &str {
        self.base_url.split_once("://").map_or(self.base_url.as_str(), |(_, host)| host)
    }

    /// The host that links point to.
    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Whether nobody is found any more at the host that a request names (the first one when it names none).
    pub(crate) fn has_left(&self, host: Option<&str>) -> bool {
        let first = self.first_host();
        self.switches.subdomain_moved.is_some() && host.is_none_or(|host| host.eq_ignore_ascii_case(first))
    }

    /// A link.
    pub(crate) fn url(&self, route: &str) -> String {
        format!("{}{route}", self.base_url)
    }

    /// `{"self": {"href"}}` of an entity.
    pub(crate) fn self_link(&self, collection: &str, id: impl std::fmt::Display) -> Value {
        json!({"self": {"href": self.url(&format!("/api/v4/{collection}/{id}"))}})
    }

    /// One collection.
    pub(crate) fn shelf(&self, kind: Kind) -> &Shelf {
        self.shelves.of(kind)
    }

    /// One collection, to be changed.
    pub(crate) fn shelf_mut(&mut self, kind: Kind) -> &mut Shelf {
        self.shelves.of_mut(kind)
    }

    /// The tag directory.
    pub(crate) fn tags(&self, kind: Kind) -> &[Tag] {
        self.tags.of(kind)
    }

    /// The tag directory, to be changed.
    pub(crate) fn tags_mut(&mut self, kind: Kind) -> &mut Vec<Tag> {
        self.tags.of_mut(kind)
    }

    /// A pipeline.
    pub(crate) fn pipeline(&self, id: u64) -> Option<&Pipeline> {
        self.pipelines.iter().find(|pipeline| pipeline.id == id)
    }

    /// A pipeline that takes leads.
    pub(crate) fn live_pipeline(&self, id: u64) -> Option<&Pipeline> {
        self.pipeline(id).filter(|pipeline| !pipeline.is_archive)
    }

    /// Where leads go when nothing is said.
    pub(crate) fn main_pipeline(&self) -> Option<&Pipeline> {
        let live = || self.pipelines.iter().filter(|pipeline| !pipeline.is_archive);
        live().find(|pipeline| pipeline.is_main).or_else(|| live().next())
    }

    /// A fresh id of a collection.
    pub(crate) fn next_id(&mut self, collection: &'static str) -> u64 {
        let first = match collection {
            "contacts" => 12_117_000,
            "leads" => 9_774_000,
            "companies" => 14_117_000,
            "tasks" => 8_900,
            "notes" => 42_709_000,
            "tags" => 15_000,
            "fields" => 710_000,
            "enums" => 990_000,
            "groups" => 1_234,
            _ => 1,
        };
        let next = self.ids.entry(collection).or_insert(first);
        let id = *next;
        *next = next.saturating_add(1);
        id
    }

    /// Later ids of a collection come after this one.
    pub(crate) fn reserve_id(&mut self, collection: &'static str, id: u64) {
        self.next_id(collection);
        if let Some(next) = self.ids.get_mut(collection) {
            *next = (*next).saturating_sub(1).max(id.saturating_add(1));
        }
    }

    /// Whether a user exists and is active.
    pub(crate) fn is_active_user(&self, id: u64) -> bool {
        self.users.get(&id).is_some_and(users::is_active)
    }

    /// A user attribute: an active user, else a flaw at its path.
    pub(crate) fn check_user(&self, reader: &mut Reader, key: &str) -> Option<u64> {
        let id = reader.integer(key)?;
        let user = u64::try_from(id).ok().filter(|id| self.is_active_user(*id));
        if user.is_none() {
            reader.flaws.not_supported(reader.path(key));
        }
        user
    }

    /// The same, where 0 is the robot.
    pub(crate) fn check_author(&self, reader: &mut Reader, key: &str) -> Option<u64> {
        if reader.map.get(key).and_then(Value::as_u64) == Some(0) {
            return Some(0);
        }
        self.check_user(reader, key)
    }

    /// One page of a collection; empty is 204.
    pub(crate) fn page<T>(
        &self,
        call: &Call,
        name: &str,
        items: impl Iterator<Item = T>,
        total: Option<usize>,
        show: impl Fn(T) -> Value,
    ) -> Answer {
        let (page, limit) = (call.query.page(), call.query.limit());
        let skipped = page.saturating_sub(1).saturating_mul(limit);
        let mut rest = items.skip(skipped);
        let shown: Vec<Value> = rest.by_ref().take(limit).map(show).collect();
        if shown.is_empty() {
            return Answer::empty();
        }
        let more = rest.next().is_some();
        let mut body = Map::new();
        if let Some(total) = total {
            body.insert("_total_items".to_owned(), total.into());
            body.insert("_page_count".to_owned(), total.div_ceil(limit).into());
        }
        body.insert("_page".to_owned(), page.into());
        body.insert("_links".to_owned(), call.query.links(&self.url(call.route), more));
        body.insert("_embedded".to_owned(), json!({name: shown}));
        Answer::ok(Value::Object(body))
    }
}

/// `GET /account`.
pub(crate) fn get(account: &Account, call: &Call) -> Answer {
    let mut body = Map::new();
    let Identity { id, subdomain, name } = &account.identity;
    let base = json!({
        "id": id, "name": name, "subdomain": subdomain, "created_at": account.created_at,
        "created_by": account.owner, "updated_at": account.created_at, "updated_by": account.owner,
        "current_user_id": account.token_user, "country": "UA", "currency": "UAH", "currency_symbol": "₴",
        "customers_mode": "segments", "is_unsorted_on": true, "is_loss_reason_enabled": true,
        "is_helpbot_enabled": false, "is_technical_account": false, "contact_name_display_order": 1,
        "mobile_feature_version": 0, "_links": {"self": {"href": account.url("/api/v4/account")}},
    });
    if let Value::Object(base) = base {
        body = base;
    }
    let mut put = |name: &str, value: Value| {
        if call.query.with(name) {
            body.insert(name.to_owned(), value);
        }
    };
    put("is_api_filter_enabled", account.switches.filters_enabled.into());
    put("version", 11.into());
    put("uuid", "5f5c7a1e-0000-4000-8000-000000000000".into());
    put("drive_url", "https://drive-b.amocrm.ru".into());
    put("amojo_id", "f3c6340d-0000-4000-8000-000000000000".into());
    let task_types = account.task_types.iter().map(TaskType::to_json).collect();
    let mut embedded = Map::new();
    let mut embed = |name: &str, value: Value| {
        if call.query.with(name) {
            embedded.insert(name.to_owned(), value);
        }
    };
    embed("users_groups", json!([{"id": 0, "name": "Отдел продаж", "uuid": null}]));
    embed("task_types", Value::Array(task_types));
    embed(
        "datetime_settings",
        json!({
            "date_pattern": "d.m.Y H:i", "short_date_pattern": "d.m.Y", "short_time_pattern": "H:i",
            "date_format": "d.m.Y", "time_format": "H:i:s", "timezone": "Europe/Kiev", "timezone_offset": "+02:00",
        }),
    );
    if !embedded.is_empty() {
        body.insert("_embedded".to_owned(), Value::Object(embedded));
    }
    Answer::ok(Value::Object(body))
}
