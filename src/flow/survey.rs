//! Reading the account: users, pipelines, fields; the fields of our own are created when they are missing.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Cx, Journey, Reply, Step, Unreadable};
use crate::amocrm::directory::{
    Account, CustomField, Directory, NewestIds, OurEntityFields, Pipeline, Status, TaskType, User, seen,
};
use crate::amocrm::entity::embedded;
use crate::amocrm::http::{Method, Request};
use crate::amocrm::path::{self, EntityKind};
use crate::amocrm::write::{FieldCreate, request};
use crate::json;
use crate::problem::Problem;
use crate::rules::texts::{Text, all, text};
use crate::rules::utm;

/// Refusals after which the account goes without our fields.
const MOST_REFUSALS: u8 = 2;
/// The group on the card.
const GROUP: &str = "Ringostat";

/// A survey on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    step: Part,
    page: u32,
    /// Field ids as an earlier survey found or made them.
    known: [OurEntityFields; 2],
    directory: Directory,
    group: Option<String>,
    /// How often these fields were refused: first the group is left out, then the codes.
    refusals: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    Account,
    Users,
    Pipelines,
    Fields(EntityKind),
    Groups(EntityKind),
    CreateGroup(EntityKind),
    CreateFields(EntityKind),
    /// The create's answer was lost: read the fields again, but not before a late commit has happened.
    Settle(EntityKind, i64),
    /// The process died with a create on its way: the same, from whenever the survey goes on.
    Doubtful(EntityKind),
    Newest(NewestIds),
    Done,
}

/// One field of our own.
struct OurField {
    code: String,
    names: Vec<String>,
    api_only: bool,
}

fn our_fields(kind: EntityKind) -> Vec<OurField> {
    let named = |code: &str, of: Text, api_only| OurField {
        code: code.to_owned(),
        names: all(of).iter().map(|&name| name.to_owned()).collect(),
        api_only,
    };
    let mut fields = vec![named("RINGOSTAT_EVENT", Text::MarkerField, true)];
    if kind == EntityKind::Contacts {
        fields.push(named("RINGOSTAT_CLIENT_ID", Text::ClientIdField, false));
    }
    fields.extend(utm::MARKS.iter().map(|(key, code)| OurField {
        code: format!("RINGOSTAT_{code}"),
        names: vec![format!("Ringostat: {key}")],
        api_only: false,
    }));
    fields
}

impl Survey {
    /// A survey; the earlier directory lets fields be found again by id after they were renamed.
    pub fn new(previous: Option<&Directory>) -> Self {
        let known = previous
            .map(|previous| [previous.ours.contacts.clone(), previous.ours.leads.clone()])
            .unwrap_or_default();
        let watermarks = previous.map(|previous| previous.watermarks.clone()).unwrap_or_default();
        Survey {
            step: Part::Account,
            page: 1,
            known,
            directory: Directory { watermarks, ..Directory::default() },
            group: None,
            refusals: 0,
        }
    }

    /// The account as read so far.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    fn fields(&self, kind: EntityKind) -> &Vec<CustomField> {
        if kind == EntityKind::Contacts {
            &self.directory.fields.contacts
        } else {
            &self.directory.fields.leads
        }
    }

    /// Finds our fields among those of the account: by stored id, code, or name in any language.
    fn recognise(&mut self, kind: EntityKind) {
        let known = if kind == EntityKind::Contacts { &self.known[0] } else { &self.known[1] };
        let mut known_ids = vec![known.marker];
        if kind == EntityKind::Contacts {
            known_ids.push(known.client_id);
        }
        known_ids.extend(known.utm);
        let fields = self.fields(kind);
        let mut found = our_fields(kind).into_iter().zip(known_ids).map(|(ours, known)| {
            known
                .and_then(|id| fields.iter().find(|field| field.id == id))
                .or_else(|| fields.iter().find(|field| field.code.eq_ignore_ascii_case(&ours.code)))
                .or_else(|| {
                    fields.iter().find(|field| field.kind == "text" && ours.names.contains(&field.name))
                })
                .map(|field| field.id)
        });
        let mut entity = OurEntityFields { marker: found.next().flatten(), ..OurEntityFields::default() };
        if kind == EntityKind::Contacts {
            entity.client_id = found.next().flatten();
        }
        for (slot, id) in entity.utm.iter_mut().zip(found) {
            *slot = id;
        }
        match kind {
            EntityKind::Contacts => self.directory.ours.contacts = entity,
            _ => self.directory.ours.leads = entity,
        }
    }

    fn missing(&self, kind: EntityKind) -> Vec<OurField> {
        let ours = if kind == EntityKind::Contacts {
            &self.directory.ours.contacts
        } else {
            &self.directory.ours.leads
        };
        let mut found = vec![ours.marker];
        if kind == EntityKind::Contacts {
            found.push(ours.client_id);
        }
        found.extend(ours.utm);
        our_fields(kind)
            .into_iter()
            .zip(found)
            .filter(|(_, id)| id.is_none())
            .map(|(field, _)| field)
            .collect()
    }

    fn after_fields(&mut self, kind: EntityKind) -> Part {
        self.refusals = 0;
        match kind {
            EntityKind::Contacts => Part::Fields(EntityKind::Leads),
            _ => Part::Newest(NewestIds::Contacts),
        }
    }

    fn warn(&mut self, code: &'static str, kind: EntityKind) {
        self.directory.warnings.push(Problem::new(code, format!("/fields/{}", kind.as_str())));
    }

    fn read_fields(&mut self, kind: EntityKind, body: &[u8]) -> Result<(), Unreadable> {
        let (items, more) = page(body, "custom_fields")?;
        let fields: Vec<CustomField> = items.iter().map(json::from_value).collect::<Result<_, _>>()?;
        let list = match kind {
            EntityKind::Contacts => &mut self.directory.fields.contacts,
            _ => &mut self.directory.fields.leads,
        };
        if self.page == 1 {
            list.clear();
        }
        list.extend(fields);
        if more {
            self.page += 1;
            return Ok(());
        }
        self.page = 1;
        self.recognise(kind);
        let refused = self.directory.warnings.iter().any(|warning| warning.path.ends_with(kind.as_str()));
        let given_up = self.refusals > MOST_REFUSALS && !self.missing(kind).is_empty();
        if given_up {
            self.warn("fields_not_created", kind);
        }
        self.step = if self.missing(kind).is_empty() || refused || given_up {
            self.after_fields(kind)
        } else if self.refusals == 0 {
            Part::Groups(kind)
        } else {
            Part::CreateFields(kind)
        };
        Ok(())
    }
}

/// Items of a page and whether another follows.
fn page(body: &[u8], key: &str) -> Result<(Vec<Value>, bool), Unreadable> {
    if body.is_empty() {
        return Ok((Vec::new(), false));
    }
    match embedded(body, key)? {
        (Some(Value::Array(items)), more) => Ok((items, more)),
        _ => Err(Unreadable),
    }
}

fn read_user(user: &Value) -> Option<User> {
    let rights = user.get("rights");
    let right = |name: &str| rights.and_then(|rights| rights.get(name)).and_then(Value::as_bool);
    let text = |name: &str| user.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    Some(User {
        id: user.get("id")?.as_u64()?,
        name: text("name"),
        email: text("email"),
        is_admin: right("is_admin").unwrap_or_default(),
        is_active: right("is_active").unwrap_or(true),
    })
}

fn read_pipeline(pipeline: &Value) -> Option<Pipeline> {
    let mut read: Pipeline = json::from_value(pipeline).ok()?;
    let statuses = pipeline.get("_embedded").and_then(|embedded| embedded.get("statuses"));
    read.statuses = statuses
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|status| json::from_value::<Status>(status).ok())
        .collect();
    Some(read)
}

impl Journey for Survey {
    fn step(&mut self, cx: &mut Cx) -> Step {
        let get = |path: String| Step::Send(Request::get(path));
        match self.step {
            Part::Account => {
                get("/api/v4/account?with=task_types,datetime_settings,is_api_filter_enabled".into())
            }
            Part::Users => get(format!("/api/v4/users?limit={}&page={}", path::PAGE, self.page)),
            Part::Pipelines => get("/api/v4/leads/pipelines".into()),
            Part::Fields(kind) => get(format!(
                "/api/v4/{}/custom_fields?limit={}&page={}",
                kind.as_str(),
                path::PAGE,
                self.page
            )),
            Part::Groups(kind) => get(format!("/api/v4/{}/custom_fields/groups", kind.as_str())),
            Part::CreateGroup(kind) => Step::Send(request(
                Method::Post,
                format!("/api/v4/{}/custom_fields/groups", kind.as_str()),
                &[serde_json::json!({ "name": GROUP })],
            )),
            Part::CreateFields(kind) => {
                let missing = self.missing(kind);
                let body: Vec<FieldCreate> = missing
                    .iter()
                    .map(|field| FieldCreate {
                        name: name_in(field, cx),
                        kind: "text",
                        code: (self.refusals < 2).then_some(field.code.as_str()),
                        is_api_only: field.api_only,
                        group_id: self.group.as_deref().filter(|_| self.refusals == 0),
                    })
                    .collect();
                Step::Send(request(Method::Post, format!("/api/v4/{}/custom_fields", kind.as_str()), &body))
            }
            Part::Doubtful(kind) => {
                self.step = Part::Settle(kind, cx.now_ms + cx.settle_ms);
                self.step(cx)
            }
            Part::Settle(kind, until_ms) => {
                if cx.now_ms < until_ms {
                    return Step::Wait { until_ms, code: "outcome_unknown" };
                }
                self.step = Part::Fields(kind);
                self.step(cx)
            }
            Part::Newest(collection) => get(path::newest(collection, 1, 1)),
            Part::Done => Step::Done,
        }
    }

    fn receive(&mut self, reply: Reply, cx: &mut Cx) -> Result<(), Unreadable> {
        match (self.step, reply) {
            (Part::Account, Reply::Ok(body)) => {
                let account: Value = json::from_slice(body)?;
                self.directory.account = json::from_value::<Account>(&account)?;
                let types = account.get("_embedded").and_then(|embedded| embedded.get("task_types"));
                self.directory.task_types = types
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                    .filter_map(|kind| json::from_value::<TaskType>(kind).ok())
                    .collect();
                self.step = Part::Users;
            }
            (Part::Users, Reply::Ok(body)) => {
                let (users, more) = page(body, "users")?;
                self.directory.users.extend(users.iter().filter_map(read_user));
                if more {
                    self.page += 1;
                } else {
                    self.page = 1;
                    self.step = Part::Pipelines;
                }
            }
            (Part::Users, Reply::Refused(_)) => {
                self.directory.warnings.push(Problem::new("users_not_readable", "/users"));
                self.page = 1;
                self.step = Part::Pipelines;
            }
            (Part::Pipelines, Reply::Ok(body)) => {
                let (pipelines, _) = page(body, "pipelines")?;
                self.directory.pipelines = pipelines.iter().filter_map(read_pipeline).collect();
                self.step = Part::Fields(EntityKind::Contacts);
            }
            (Part::Fields(kind), Reply::Ok(body)) => self.read_fields(kind, body)?,
            (Part::Groups(kind), reply) => {
                let groups = match reply {
                    Reply::Ok(body) => {
                        page(body, "custom_field_groups").map(|(groups, _)| groups).unwrap_or_default()
                    }
                    _ => Vec::new(),
                };
                self.group = groups
                    .iter()
                    .find(|group| group.get("name").and_then(Value::as_str) == Some(GROUP))
                    .and_then(|group| group.get("id")?.as_str().map(str::to_owned));
                self.step = match (&self.group, reply) {
                    (None, Reply::Ok(_)) => Part::CreateGroup(kind),
                    _ => Part::CreateFields(kind),
                };
            }
            (Part::CreateGroup(kind), reply) => {
                if let Reply::Ok(body) = reply {
                    let (groups, _) = page(body, "custom_field_groups").unwrap_or_default();
                    self.group =
                        groups.first().and_then(|group| group.get("id")?.as_str().map(str::to_owned));
                }
                self.step = Part::CreateFields(kind);
            }
            (Part::CreateFields(kind), Reply::Ok(_)) => {
                // Whatever is not recognised now would only be made again and again.
                self.refusals = u8::MAX;
                self.step = Part::Fields(kind);
            }
            (Part::CreateFields(kind), Reply::Lost) => {
                self.step = Part::Settle(kind, cx.now_ms + cx.settle_ms);
            }
            (Part::CreateFields(kind), Reply::Refused(_)) => {
                // Somebody else may have made them just now; else it was the group, or the codes.
                self.refusals += 1;
                self.step = Part::Fields(kind);
                if self.refusals > MOST_REFUSALS {
                    self.warn("fields_not_created", kind);
                    self.step = self.after_fields(kind);
                }
            }
            (Part::Newest(collection), Reply::Ok(body)) => {
                let key = if collection == NewestIds::Contacts { "contacts" } else { "leads" };
                let (items, _) = page(body, key)?;
                let newest = items.iter().filter_map(|item| item.get("id")?.as_u64()).max();
                if let Some(id) = newest {
                    seen(&mut self.directory.watermarks, collection, id);
                }
                self.step = if collection == NewestIds::Contacts {
                    Part::Newest(NewestIds::Leads)
                } else {
                    Part::Done
                };
                if self.step == Part::Done {
                    self.directory.read_at = chrono::DateTime::from_timestamp_millis(cx.now_ms)
                        .map(|time| time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
                        .unwrap_or_default();
                }
            }
            (Part::Settle(..) | Part::Doubtful(_) | Part::Done, _) => {}
            (_, Reply::Refused(_) | Reply::Lost) => return Err(Unreadable),
        }
        Ok(())
    }

    fn unsent(&mut self) {}

    fn interrupted(&mut self, _: &mut Cx) {
        if let Part::CreateGroup(kind) | Part::CreateFields(kind) = self.step {
            self.step = Part::Doubtful(kind);
        }
    }

    fn pretend(&mut self, _: &mut Cx) {
        // A dry run makes no fields either.
        if let Part::CreateGroup(kind) | Part::CreateFields(kind) = self.step {
            self.warn("fields_not_created", kind);
            self.step = self.after_fields(kind);
        }
    }

    fn tolerates_forbidden(&self) -> bool {
        matches!(self.step, Part::Users | Part::Groups(_) | Part::CreateGroup(_) | Part::CreateFields(_))
    }
}

fn name_in<'a>(field: &'a OurField, cx: &Cx) -> &'a str {
    let wanted = [Text::MarkerField, Text::ClientIdField].map(|of| text(cx.settings.language, of));
    field
        .names
        .iter()
        .find(|name| wanted.contains(&name.as_str()))
        .or_else(|| field.names.first())
        .map_or("", String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amocrm::directory::Watermarks;
    use crate::config::Settings;
    use crate::trace::Trace;

    const NOW_MS: i64 = 1_795_400_000_000;
    const SETTLE_MS: i64 = 45_000;

    fn at<T>(now_ms: i64, act: impl FnOnce(&mut Cx) -> T) -> T {
        let (settings, directory) = (Settings::default(), Directory::default());
        let (mut trace, mut watermarks) = (Trace::new(false), Watermarks::new());
        act(&mut Cx {
            settings: &settings,
            directory: &directory,
            now_ms,
            settle_ms: SETTLE_MS,
            trace: &mut trace,
            watermarks: &mut watermarks,
        })
    }

    /// What is sent, answered with this body.
    fn exchange(survey: &mut Survey, now_ms: i64, body: &str) -> String {
        let Step::Send(request) = at(now_ms, |cx| survey.step(cx)) else { return "nothing".to_owned() };
        at(now_ms, |cx| survey.receive(Reply::Ok(body.as_bytes()), cx)).unwrap();
        format!("{} {}", request.method.as_str(), request.route().trim_start_matches("/api/v4/"))
    }

    /// The write is wanted, then the process dies. A survey is taken up without a clock.
    fn dies(survey: &mut Survey, write: &str) {
        let Step::Send(request) = at(NOW_MS, |cx| survey.step(cx)) else { panic!("nothing is sent") };
        assert_eq!(format!("{} {}", request.method.as_str(), request.path), format!("POST /api/v4/{write}"));
        at(0, |cx| survey.interrupted(cx));
        let Step::Wait { until_ms, code } = at(NOW_MS, |cx| survey.step(cx)) else { panic!("does not wait") };
        assert_eq!((until_ms, code), (NOW_MS + SETTLE_MS, "outcome_unknown"));
    }

    #[test]
    fn a_create_that_was_out_when_the_process_died_is_looked_for_before_it_is_sent_again() {
        let mut survey = Survey::new(None);
        for read in ["account", "users", "leads/pipelines", "contacts/custom_fields"] {
            let body = if read == "account" { r#"{"id":1}"# } else { "" };
            assert_eq!(exchange(&mut survey, NOW_MS, body), format!("GET {read}"));
        }
        assert_eq!(exchange(&mut survey, NOW_MS, ""), "GET contacts/custom_fields/groups");
        dies(&mut survey, "contacts/custom_fields/groups");

        let later = NOW_MS + SETTLE_MS;
        assert_eq!(exchange(&mut survey, later, ""), "GET contacts/custom_fields");
        let groups = r#"{"_embedded":{"custom_field_groups":[{"id":"contacts_1","name":"Ringostat"}]}}"#;
        assert_eq!(exchange(&mut survey, later, groups), "GET contacts/custom_fields/groups");
        dies(&mut survey, "contacts/custom_fields");

        let fields: Vec<Value> = our_fields(EntityKind::Contacts)
            .iter()
            .enumerate()
            .map(|(id, field)| serde_json::json!({ "id": id + 1, "name": "x", "type": "text", "code": field.code }))
            .collect();
        let fields = serde_json::json!({ "_embedded": { "custom_fields": fields } }).to_string();
        assert_eq!(exchange(&mut survey, later, &fields), "GET contacts/custom_fields");
        assert_eq!(exchange(&mut survey, later, ""), "GET leads/custom_fields");
        assert_eq!(survey.directory().ours.contacts.marker, Some(1));
    }
}
