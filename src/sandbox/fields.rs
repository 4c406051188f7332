//! Custom fields and their groups.

use serde_json::{Map, Value, json};

use super::account::{Account, PerKind};
use super::answer::Answer;
use super::batch::{self, Call};
use super::field::{CHOICES, Enum, Field, TYPES};
use super::flaws::{Flaws, Reader};
use super::kind::Kind;

/// A tab of the card.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) sort: i64,
    pub(crate) is_predefined: bool,
}

/// The groups of a new account.
pub(crate) fn default_groups() -> PerKind<Vec<Group>> {
    let group = |id: &str, name: &str, sort| Group {
        id: id.to_owned(),
        name: name.to_owned(),
        sort,
        is_predefined: true,
    };
    PerKind {
        contacts: vec![group("default", "Основное", 1)],
        leads: vec![group("default", "Основное", 1), group("statistic", "Статистика", 2)],
        companies: vec![group("default", "Основное", 1)],
    }
}

const PHONE: [&str; 6] = ["WORK", "WORKDD", "MOB", "FAX", "HOME", "OTHER"];
const EMAIL: [&str; 3] = ["WORK", "PRIV", "OTHER"];

/// Codes of the system fields that carry a visit's marks.
pub(crate) const TRACKING: [&str; 12] = [
    "UTM_SOURCE",
    "UTM_MEDIUM",
    "UTM_CAMPAIGN",
    "UTM_CONTENT",
    "UTM_TERM",
    "UTM_REFERRER",
    "REFERRER",
    "GCLID",
    "YCLID",
    "FBCLID",
    "ROISTAT",
    "_YM_UID",
];

fn multitext(id: u64, name: &str, code: &str, first_enum: u64, codes: &[&str]) -> Field {
    let mut field = Field::new(id, name, Some(code), "multitext");
    field.is_predefined = true;
    field.sort = 4;
    field.enums = (0u64..)
        .zip(codes)
        .map(|(n, code)| Enum {
            id: first_enum.saturating_add(2 * n),
            value: (*code).to_owned(),
            code: Some((*code).to_owned()),
            sort: n as i64 + 1,
        })
        .collect();
    field
}

fn select(id: u64, name: &str, first_enum: u64, labels: &[&str]) -> Field {
    let mut field = Field::new(id, name, None, "select");
    field.enums = (0u64..)
        .zip(labels)
        .map(|(n, label)| Enum {
            id: first_enum.saturating_add(2 * n),
            value: (*label).to_owned(),
            code: None,
            sort: n as i64 + 1,
        })
        .collect();
    field
}

/// The fields of a new account.
pub(crate) fn defaults() -> PerKind<Vec<Field>> {
    let mut position = Field::new(178_380, "Должность", Some("POSITION"), "text");
    position.is_predefined = true;
    let contacts = vec![
        position,
        multitext(178_382, "Телефон", "PHONE", 126_290, &PHONE),
        multitext(178_384, "Email", "EMAIL", 126_302, &EMAIL),
        select(700_201, "Категория клиента", 701_201, &["Новый", "Постоянный", "VIP"]),
        Field::new(700_202, "Комментарий", None, "text"),
    ];
    let mut leads: Vec<Field> = (700_001u64..)
        .zip(TRACKING)
        .map(|(id, code)| {
            let mut field = Field::new(id, &code.to_lowercase(), Some(code), "tracking_data");
            field.is_predefined = true;
            field.group_id = Some("statistic".to_owned());
            field
        })
        .collect();
    leads.extend([
        Field::new(700_101, "roistat", None, "text"),
        Field::new(700_102, "Посадочная страница", None, "textarea"),
        select(700_103, "Источник", 701_103, &["Сайт", "Звонок", "Рекомендация"]),
        Field::new(700_104, "Площадь", None, "numeric"),
        Field::new(700_105, "Срочно", None, "checkbox"),
        Field::new(700_106, "Дата встречи", None, "date"),
    ]);
    let mut address = Field::new(178_390, "Адрес", Some("ADDRESS"), "textarea");
    address.is_predefined = true;
    let mut web = Field::new(178_392, "Web", Some("WEB"), "url");
    web.is_predefined = true;
    let companies = vec![
        multitext(178_386, "Телефон", "PHONE", 126_320, &PHONE),
        multitext(178_388, "Email", "EMAIL", 126_332, &EMAIL),
        web,
        address,
    ];
    PerKind { contacts, leads, companies }
}

fn show(account: &Account, kind: Kind, field: &Field) -> Value {
    field.to_json(kind, account.identity.id, account.base_url())
}

/// `GET /{entity}/custom_fields`.
pub(crate) fn list(account: &Account, call: &Call, kind: Kind) -> Answer {
    let types = call.query.filter("type");
    let mut fields: Vec<&Field> = account
        .fields
        .of(kind)
        .iter()
        .filter(|field| types.as_ref().is_none_or(|types| types.contains(&field.field_type.as_str())))
        .collect();
    match call.query.order() {
        Some(("sort", false)) => fields.sort_by_key(|field| (field.sort, field.id)),
        Some(("sort", true)) => fields.sort_by_key(|field| std::cmp::Reverse((field.sort, field.id))),
        Some(("id", true)) => fields.sort_by_key(|field| std::cmp::Reverse(field.id)),
        _ => fields.sort_by_key(|field| field.id),
    }
    let total = fields.len();
    account.page(call, "custom_fields", fields.into_iter(), Some(total), |field| show(account, kind, field))
}

/// `GET /{entity}/custom_fields/{id}`.
pub(crate) fn one(account: &Account, kind: Kind, id: u64) -> Answer {
    let field = account.fields.of(kind).iter().find(|field| field.id == id);
    field.map_or_else(Answer::not_found, |field| Answer::ok(show(account, kind, field)))
}

fn check(account: &Account, kind: Kind, item: &Map<String, Value>) -> Result<Map<String, Value>, Flaws> {
    let mut flaws = Flaws::default();
    let mut reader = Reader { map: item, prefix: "", flaws: &mut flaws };
    reader.required_text("name");
    if let Some(field_type) = reader.required_text("type")
        && !TYPES.contains(&field_type)
    {
        reader.flaws.not_supported("type".to_owned());
    }
    let given = |key: &str| item.get(key).is_some_and(|value| !value.is_null());
    if given("code")
        && let Some(code) = reader.text("code")
        && account.fields.of(kind).iter().any(|field| field.code.as_deref() == Some(code))
    {
        reader.flaws.not_unique("code".to_owned());
    }
    if given("group_id")
        && let Some(group) = reader.text("group_id")
        && !account.groups.of(kind).iter().any(|known| known.id == group)
    {
        reader.flaws.not_supported("group_id".to_owned());
    }
    if given("sort") {
        reader.integer("sort");
    }
    if given("is_api_only") {
        reader.boolean("is_api_only");
    }
    for (path, option) in reader.objects("enums") {
        Reader { map: option, prefix: &path, flaws: reader.flaws }.required_text("value");
    }
    if flaws.is_empty() { Ok(item.clone()) } else { Err(flaws) }
}

/// `POST /{entity}/custom_fields`. Two items of one request with one code: the second gets the same field.
pub(crate) fn create(account: &mut Account, call: &Call, kind: Kind) -> Answer {
    let made = batch::run(
        account,
        call,
        250,
        |account, item| check(account, kind, item),
        |account, item, request_id| {
            let code = item.get("code").and_then(Value::as_str);
            let twin =
                account.fields.of(kind).iter().find(|field| code.is_some() && field.code.as_deref() == code);
            let field = match twin {
                Some(twin) => twin.clone(),
                None => {
                    let id = account.next_id("fields");
                    let mut field = Field::from_json(&item, id, || account.next_id("enums"));
                    field.is_predefined = false;
                    if !CHOICES.contains(&field.field_type.as_str()) && field.field_type != "multitext" {
                        field.enums.clear();
                    }
                    account.fields.of_mut(kind).push(field.clone());
                    account.made_fields.of_mut(kind).push(field.clone());
                    field
                }
            };
            let mut shown = show(account, kind, &field);
            if let Value::Object(shown) = &mut shown {
                shown.insert("request_id".to_owned(), request_id);
            }
            shown
        },
    );
    created(account, call, "custom_fields", made)
}

fn created(account: &Account, call: &Call, name: &str, items: Result<Vec<Value>, Answer>) -> Answer {
    match items {
        Ok(items) => Answer::created(json!({
            "_total_items": items.len(), "_links": {"self": {"href": account.url(call.route)}},
            "_embedded": {name: items},
        })),
        Err(refusal) => refusal,
    }
}

fn show_group(account: &Account, kind: Kind, group: &Group) -> Value {
    let collection = format!("{}/custom_fields/groups", kind.plural());
    json!({
        "id": group.id, "name": group.name, "is_predefined": group.is_predefined, "type": kind.plural(),
        "entity_type": kind.plural(), "sort": group.sort, "_links": account.self_link(&collection, &group.id),
    })
}

/// `GET /{entity}/custom_fields/groups`.
pub(crate) fn groups(account: &Account, call: &Call, kind: Kind) -> Answer {
    let groups = account.groups.of(kind);
    let show = |group: &Group| show_group(account, kind, group);
    account.page(call, "custom_field_groups", groups.iter(), Some(groups.len()), show)
}

/// `POST /{entity}/custom_fields/groups`.
pub(crate) fn create_groups(account: &mut Account, call: &Call, kind: Kind) -> Answer {
    let made = batch::run(
        account,
        call,
        250,
        |_, item| {
            let mut flaws = Flaws::default();
            let mut reader = Reader { map: item, prefix: "", flaws: &mut flaws };
            let name = reader.required_text("name").map(str::to_owned);
            let sort = if item.contains_key("sort") { reader.integer("sort") } else { Some(500) };
            match (name, sort) {
                (Some(name), Some(sort)) => Ok((name, sort)),
                _ => Err(flaws),
            }
        },
        |account, (name, sort), request_id| {
            let id = format!("{}_{}", kind.plural(), account.next_id("groups"));
            let group = Group { id, name, sort, is_predefined: false };
            let mut shown = show_group(account, kind, &group);
            if let Value::Object(shown) = &mut shown {
                shown.insert("request_id".to_owned(), request_id);
            }
            account.groups.of_mut(kind).push(group);
            shown
        },
    );
    created(account, call, "custom_field_groups", made)
}
