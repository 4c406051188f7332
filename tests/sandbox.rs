//! The sandbox against the contract of API v4: bodies, statuses, paths, switches, faults.
#![cfg(feature = "sandbox")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use ringostat_amocrm::amocrm::http::Method::{self, Delete, Get, Patch, Post};
use ringostat_amocrm::sandbox::{Drop, Headers, Options, Reply, Sandbox};
use serde_json::{Value, json};

const NOW: i64 = 1_700_000_000_000;
const MAIN: u64 = 6_950_551;

struct Amo {
    sandbox: Sandbox,
    now: i64,
}

impl Amo {
    fn new() -> Self {
        let options = Options { seed: 1, base_url: "http://amo".into() };
        let mut amo = Amo { sandbox: Sandbox::new(options), now: NOW };
        amo.switch(json!({"rate_per_second": 0}));
        amo
    }

    fn switch(&mut self, switches: Value) {
        self.sandbox.switches(&switches).unwrap();
    }

    fn fault(&mut self, fault: Value) {
        self.sandbox.faults(&json!({"faults": [fault]})).unwrap();
    }

    fn raw(&mut self, method: Method, path: &str, body: &str) -> Reply {
        self.sandbox.handle(method, path, &Headers::bearer("sandbox"), body, self.now)
    }

    fn send(&mut self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let reply = self.raw(method, &format!("/api/v4{path}"), &body);
        (reply.response.status, serde_json::from_slice(&reply.response.body).unwrap_or(Value::Null))
    }

    fn get(&mut self, path: &str) -> Value {
        let (status, body) = self.send(Get, path, Value::Null);
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    fn status(&mut self, method: Method, path: &str) -> u16 {
        self.send(method, path, Value::Null).0
    }

    fn ok(&mut self, method: Method, path: &str, body: Value) -> Value {
        let (status, answer) = self.send(method, path, body);
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// `code path` of every error of a refused write.
    fn refused(&mut self, method: Method, path: &str, body: Value) -> Vec<String> {
        let (status, answer) = self.send(method, path, body);
        assert_eq!((status, &answer["status"]), (400, &json!(400)), "{path}: {answer}");
        let items = answer["validation-errors"].as_array().cloned().unwrap_or_default();
        let errors = items.iter().flat_map(|item| item["errors"].as_array().unwrap().clone());
        errors.map(|e| format!("{} {}", e["code"].as_str().unwrap(), e["path"].as_str().unwrap())).collect()
    }

    fn contact(&mut self, body: Value) -> u64 {
        self.ok(Post, "/contacts", json!([body]))["_embedded"]["contacts"][0]["id"].as_u64().unwrap()
    }

    fn lead(&mut self, body: Value) -> u64 {
        self.ok(Post, "/leads", json!([body]))["_embedded"]["leads"][0]["id"].as_u64().unwrap()
    }

    fn ids(&mut self, path: &str) -> Vec<u64> {
        let (status, body) = self.send(Get, path, Value::Null);
        if status == 204 {
            return Vec::new();
        }
        let embedded = body["_embedded"].as_object().unwrap();
        embedded
            .values()
            .next()
            .unwrap()
            .as_array()
            .unwrap()
            .iter()
            .map(|i| i["id"].as_u64().unwrap())
            .collect()
    }

    fn state(&mut self) -> Value {
        self.sandbox.state(self.now)
    }
}

fn phone(number: &str) -> Value {
    json!([{"field_code": "PHONE", "values": [{"value": number, "enum_code": "MOB"}]}])
}

fn field<'a>(entity: &'a Value, code: &str) -> &'a Value {
    let fields = entity["custom_fields_values"].as_array().unwrap();
    &fields.iter().find(|field| field["field_code"] == code).unwrap()["values"]
}

// --- directory -------------------------------------------------------------------------------

#[test]
fn account_users_pipelines_fields() {
    let mut amo = Amo::new();
    let account = amo.get("/account?with=is_api_filter_enabled,task_types,datetime_settings,users_groups");
    assert_eq!((&account["subdomain"], &account["current_user_id"]), (&json!("demo"), &json!(504_141)));
    assert_eq!(account["is_api_filter_enabled"], true);
    assert_eq!(account["_embedded"]["task_types"][0]["code"], "FOLLOW_UP");
    assert!(amo.get("/account")["is_api_filter_enabled"].is_null());

    assert_eq!(amo.ids("/users"), [504_141, 504_142, 504_143, 504_144]);
    let rights = amo.get("/users/504141")["rights"].clone();
    assert_eq!((&rights["is_admin"], &rights["is_active"]), (&json!(true), &json!(true)));
    assert_eq!(amo.get("/users/504144")["rights"]["is_active"], false);

    let pipelines = amo.get("/leads/pipelines");
    assert_eq!(pipelines["_total_items"], 3);
    let main = &pipelines["_embedded"]["pipelines"][0];
    assert_eq!((&main["id"], &main["is_main"]), (&json!(MAIN), &json!(true)));
    assert_eq!(main["_embedded"]["statuses"][0]["type"], 1);
    assert_eq!(amo.get("/leads/pipelines/6950552")["id"], 6_950_552);
    assert_eq!(amo.get("/leads/pipelines/6950553")["is_archive"], true);
    assert!(
        amo.get("/leads/pipelines/6950551/statuses")["_embedded"]["statuses"].as_array().unwrap().len() >= 6
    );
    assert_eq!(amo.get("/leads/pipelines/6950551/statuses/142")["id"], 142);

    let fields = amo.get("/leads/custom_fields?limit=250");
    assert_eq!((&fields["_page"], &fields["_page_count"]), (&json!(1), &json!(1)));
    let fields = fields["_embedded"]["custom_fields"].as_array().unwrap().clone();
    assert!(fields.iter().any(|f| f["code"] == "UTM_SOURCE" && f["type"] == "tracking_data"));
    assert!(fields.iter().any(|f| f["id"] == 700_101 && f["name"] == "roistat"));
    assert!(fields.iter().any(|f| f["id"] == 700_103 && f["enums"].as_array().unwrap().len() > 1));
    for kind in ["contacts", "companies"] {
        let fields = amo.get(&format!("/{kind}/custom_fields"))["_embedded"]["custom_fields"].clone();
        let phone = fields.as_array().unwrap().iter().find(|f| f["code"] == "PHONE").unwrap();
        assert_eq!((&phone["type"], &phone["enums"][0]["code"]), (&json!("multitext"), &json!("WORK")));
    }
    let one = fields[0]["id"].as_u64().unwrap();
    assert_eq!(amo.get(&format!("/leads/custom_fields/{one}"))["id"], one);
}

#[test]
fn fields_and_groups_are_created_once() {
    let mut amo = Amo::new();
    let (status, groups) =
        amo.send(Post, "/leads/custom_fields/groups", json!([{"name": "Ringostat", "sort": 5}]));
    assert_eq!(status, 201);
    let group = groups["_embedded"]["custom_field_groups"][0]["id"].as_str().unwrap().to_owned();
    assert!(group.starts_with("leads_"), "{group}");
    assert!(
        amo.get("/leads/custom_fields/groups")["_embedded"]["custom_field_groups"]
            .to_string()
            .contains(&group)
    );

    let new = json!([{"name": "Call", "type": "text", "code": "CALL", "is_api_only": true, "group_id": group},
                     {"name": "Kind", "type": "select", "enums": [{"value": "a"}, {"value": "b"}]}]);
    let (status, made) = amo.send(Post, "/leads/custom_fields", new.clone());
    assert_eq!(status, 201, "{made}");
    let made = made["_embedded"]["custom_fields"].as_array().unwrap().clone();
    assert_eq!((&made[0]["is_api_only"], &made[0]["group_id"]), (&json!(true), &json!(group)));
    assert_eq!((&made[0]["request_id"], &made[1]["request_id"]), (&json!("0"), &json!("1")));
    assert!(made[1]["enums"][1]["id"].is_u64());
    assert_eq!(amo.refused(Post, "/leads/custom_fields", new), ["NotUnique code"]);
    assert_eq!(
        amo.refused(Post, "/leads/custom_fields", json!([{"type": "nope", "group_id": "x"}])),
        ["FieldMissing name", "NotSupportedChoice type", "NotSupportedChoice group_id"]
    );

    let many: Vec<Value> = (0..60).map(|n| json!({"name": format!("f{n}"), "type": "text"})).collect();
    assert_eq!(amo.send(Post, "/contacts/custom_fields", json!(many)).0, 201);
    let first = amo.get("/contacts/custom_fields");
    assert_eq!(first["_embedded"]["custom_fields"].as_array().unwrap().len(), 50);
    assert!(first["_links"]["next"]["href"].as_str().unwrap().contains("page=2"));
    assert!(amo.get("/contacts/custom_fields?page=2")["_links"]["next"].is_null());
}

#[test]
fn routes_verbs_and_tokens() {
    let mut amo = Amo::new();
    for path in ["/nothing", "/contacts/abc", "/contacts/1/what", "/leads/pipelines/1", "/users/1", "/"] {
        assert_eq!(amo.status(Get, path), 404, "{path}");
    }
    assert_eq!(amo.raw(Post, "/oauth2/access_token", "{}").response.status, 404);
    for (method, path) in [
        (Delete, "/contacts"),
        (Get, "/leads/complex"),
        (Patch, "/calls"),
        (Post, "/account"),
        (Post, "/events"),
    ] {
        assert_eq!(amo.status(method, path), 405, "{path}");
    }
    let reply = amo.raw(Get, "/api/v4/nothing", "");
    assert_eq!(reply.response.content_type, "application/problem+json");
    for headers in
        [Headers::default(), Headers::bearer("other"), Headers { authorization: Some("sandbox".into()) }]
    {
        let reply = amo.sandbox.handle(Get, "/api/v4/account", &headers, "", NOW);
        assert_eq!(reply.response.status, 401);
        let body: Value = serde_json::from_slice(&reply.response.body).unwrap();
        assert_eq!(
            body,
            json!({"title": "Unauthorized", "type": "https://httpstatus.es/401", "status": 401,
                   "detail": "Invalid user name or password"})
        );
    }
    let headers: Headers =
        serde_json::from_value(json!({"AUTHORIZATION": "bearer sandbox", "x": "y"})).unwrap();
    assert_eq!(amo.sandbox.handle(Get, "/api/v4/account", &headers, "", NOW).response.status, 200);
}

// --- entities --------------------------------------------------------------------------------

#[test]
fn a_contact_is_created_read_and_changed() {
    let mut amo = Amo::new();
    assert_eq!(amo.send(Get, "/contacts", Value::Null), (204, Value::Null));
    assert_eq!(amo.send(Get, "/contacts/1", Value::Null), (204, Value::Null));
    let body = json!([
        {"first_name": "Peter", "last_name": "Parker", "request_id": "q1", "custom_fields_values": phone("+79651796214"),
         "_embedded": {"tags": [{"name": "x"}]}},
        {"name": "Second"},
    ]);
    let made = amo.ok(Post, "/contacts", body);
    assert_eq!(made["_links"]["self"]["href"], "http://amo/api/v4/contacts");
    let made = made["_embedded"]["contacts"].as_array().unwrap().clone();
    let id = made[0]["id"].as_u64().unwrap();
    assert_eq!(
        made[0],
        json!({"id": id, "is_deleted": false, "is_unsorted": false, "request_id": "q1",
               "_links": {"self": {"href": format!("http://amo/api/v4/contacts/{id}")}}})
    );
    assert_eq!(made[1]["request_id"], "1");

    let shown = amo.get(&format!("/contacts/{id}"));
    assert_eq!((&shown["name"], &shown["created_at"]), (&json!("Peter Parker"), &json!(NOW / 1000)));
    assert_eq!(shown["_embedded"]["tags"][0]["name"], "x");
    assert_eq!(shown["_embedded"]["companies"], json!([]));
    assert!(shown["_embedded"]["leads"].is_null());
    assert_eq!(amo.get(&format!("/contacts/{id}?with=leads"))["_embedded"]["leads"], json!([]));
    let values = &shown["custom_fields_values"][0];
    assert_eq!((&values["field_code"], &values["field_type"]), (&json!("PHONE"), &json!("multitext")));
    assert_eq!(values["values"], json!([{"value": "+79651796214", "enum_code": "MOB", "enum_id": 126_294}]));
    assert!(amo.get(&format!("/contacts/{}", id + 1))["custom_fields_values"].is_null());

    amo.now += 5_000;
    let changed = amo.ok(
        Patch,
        &format!("/contacts/{id}"),
        json!({"custom_fields_values": [
        {"field_code": "EMAIL", "values": [{"value": "p@x.com"}]}]}),
    );
    assert_eq!((&changed["id"], &changed["updated_at"]), (&json!(id), &json!(NOW / 1000 + 5)));
    let shown = amo.get(&format!("/contacts/{id}"));
    assert_eq!(field(&shown, "PHONE")[0]["value"], "+79651796214");
    assert_eq!(field(&shown, "EMAIL")[0]["enum_code"], "WORK");
    let batch = amo.ok(
        Patch,
        "/contacts",
        json!([{"id": id, "custom_fields_values": [
        {"field_code": "PHONE", "values": [{"value": "1", "enum_id": 126_290}, {"value": "2"}]},
        {"field_id": 178_384, "field_code": null, "values": null}]}]),
    );
    assert_eq!(batch["_embedded"]["contacts"][0]["id"], id);
    let shown = amo.get(&format!("/contacts/{id}"));
    assert_eq!(shown["custom_fields_values"].as_array().unwrap().len(), 1);
    assert_eq!(field(&shown, "PHONE").as_array().unwrap().len(), 2);
    amo.ok(
        Patch,
        &format!("/contacts/{id}"),
        json!({"custom_fields_values": [{"field_code": "PHONE", "values": []}]}),
    );
    assert!(amo.get(&format!("/contacts/{id}"))["custom_fields_values"].is_null());

    assert_eq!(amo.status(Patch, "/contacts/1"), 400, "no body");
    assert_eq!(amo.send(Patch, "/contacts/1", json!({"name": "x"})).0, 204);
    assert_eq!(amo.refused(Patch, "/contacts", json!([{"id": 1}])), ["NotSupportedChoice id"]);
    assert_eq!(amo.refused(Patch, "/contacts", json!([{"name": "x"}])), ["FieldMissing id"]);
}

#[test]
fn arrays_and_objects_are_not_exchanged() {
    let mut amo = Amo::new();
    let id = amo.contact(json!({"name": "x"}));
    for path in [
        "/contacts",
        "/leads",
        "/leads/complex",
        "/tasks",
        "/contacts/notes",
        "/calls",
        "/leads/unsorted/forms",
    ] {
        assert_eq!(amo.send(Post, path, json!({"name": "x"})).0, 400, "{path}");
        assert_eq!(amo.send(Post, path, json!([])).1["detail"], "Request data can not be empty", "{path}");
        assert_eq!(amo.raw(Post, &format!("/api/v4{path}"), "{nonsense").response.status, 400, "{path}");
        assert_eq!(amo.send(Post, path, json!([1, "x", null])).0, 400, "{path}");
    }
    assert_eq!(amo.send(Patch, &format!("/contacts/{id}"), json!([{"name": "y"}])).0, 400);
    assert_eq!(amo.send(Patch, "/contacts", json!({"id": id})).0, 400);
}

#[test]
fn wrong_items_are_named_and_nothing_is_stored() {
    let mut amo = Amo::new();
    let body = json!([
        {"name": "good"},
        {"request_id": "bad", "name": 5, "responsible_user_id": 504_144, "created_by": 7, "created_at": "x", "custom_fields_values": [
            {"field_id": 1, "values": [{"value": "x"}]},
            {"field_code": "POSITION", "values": [{"value": "я".repeat(257)}]},
            {"field_id": 700_201, "values": [{"value": "No such label"}]},
            {"field_code": "PHONE", "values": [{"value": null}]}]},
    ]);
    let (status, answer) = amo.send(Post, "/contacts", body);
    assert_eq!(status, 400);
    assert_eq!(answer["validation-errors"].as_array().unwrap().len(), 1);
    assert_eq!(answer["validation-errors"][0]["request_id"], "bad");
    assert_eq!(
        (&answer["title"], &answer["detail"]),
        (&json!("Bad Request"), &json!("Request validation failed"))
    );
    let errors = answer["validation-errors"][0]["errors"].as_array().unwrap();
    let told: Vec<String> =
        errors.iter().map(|e| format!("{} {}", e["code"], e["path"]).replace('"', "")).collect();
    assert_eq!(
        told,
        [
            "InvalidType name",
            "InvalidType created_at",
            "NotSupportedChoice responsible_user_id",
            "NotSupportedChoice created_by",
            "NotSupportedChoice custom_fields_values.0.field_id",
            "TooLong custom_fields_values.1.values.0.value",
            "NotSupportedChoice custom_fields_values.2.values.0.value",
            "NotNullable custom_fields_values.3.values.0.value",
        ]
    );
    assert_eq!(amo.status(Get, "/contacts"), 204);
    let lead = json!([{"price": "5", "custom_fields_values": [
        {"field_id": 700_104, "values": [{"value": "many"}]}, {"field_id": 700_105, "values": [{"value": "yes"}]},
        {"field_id": 700_106, "values": [{"value": "today"}]}]}]);
    assert_eq!(
        amo.refused(Post, "/leads", lead),
        [
            "InvalidType price",
            "InvalidType custom_fields_values.0.values.0.value",
            "InvalidType custom_fields_values.1.values.0.value",
            "InvalidType custom_fields_values.2.values.0.value",
        ]
    );
    assert_eq!(amo.refused(Post, "/contacts", json!([{"name": null}])), ["NotNullable name"]);
}

#[test]
fn limits_of_requests_and_pages() {
    let mut amo = Amo::new();
    let people = |n: usize| Value::Array((0..n).map(|n| json!({"name": format!("c{n}")})).collect());
    let (status, body) = amo.send(Post, "/contacts", people(251));
    assert_eq!((status, &body["detail"]), (422, &json!("Limit 250 per page")));
    amo.ok(Post, "/contacts", people(250));
    amo.ok(Post, "/contacts", people(10));
    assert_eq!(amo.ids("/contacts").len(), 50);
    assert_eq!(amo.ids("/contacts?limit=250").len(), 250);
    assert_eq!(amo.ids("/contacts?limit=251").len(), 50);
    assert_eq!(amo.ids("/contacts?limit=250&page=2").len(), 10);
    assert_eq!(amo.status(Get, "/contacts?limit=250&page=3"), 204);
    let page = amo.get("/contacts?limit=250&page=1&order[id]=desc");
    assert_eq!(page["_page"], 1);
    let next = page["_links"]["next"]["href"]
        .as_str()
        .unwrap()
        .strip_prefix("http://amo/api/v4")
        .unwrap()
        .to_owned();
    let rest = amo.get(&next);
    assert!(rest["_links"]["next"].is_null());
    let ids = rest["_embedded"]["contacts"].as_array().unwrap();
    assert!(ids[0]["id"].as_u64() > ids[9]["id"].as_u64());
    let leads = Value::Array((0..51).map(|_| json!({"name": "x"})).collect());
    assert_eq!(amo.send(Post, "/leads/complex", leads).0, 400);
    let fields: Vec<Value> =
        (0..41).map(|_| json!({"field_id": 700_101, "values": [{"value": "x"}]})).collect();
    assert_eq!(
        amo.refused(Post, "/leads/complex", json!([{"custom_fields_values": fields}])),
        ["TooMany custom_fields_values"]
    );
    assert_eq!(
        amo.refused(
            Post,
            "/leads/complex",
            json!([{"_embedded": {"contacts": [{"name": "a"}, {"name": "b"}]}}])
        ),
        ["TooMany _embedded.contacts"]
    );
}

#[test]
fn leads_and_their_stages() {
    let mut amo = Amo::new();
    let contact = amo.contact(json!({"name": "c"}));
    let lead = amo.lead(json!({"price": 5, "_embedded": {"contacts": [{"id": contact, "is_main": true}]}}));
    let shown = amo.get(&format!("/leads/{lead}?with=contacts"));
    assert_eq!((&shown["pipeline_id"], &shown["status_id"]), (&json!(MAIN), &json!(58_141_807)));
    assert_eq!(shown["name"], format!("Сделка #{lead}"));
    assert_eq!(shown["_embedded"]["contacts"][0]["is_main"], true);
    assert_eq!(amo.get(&format!("/contacts/{contact}?with=leads"))["_embedded"]["leads"][0]["id"], lead);
    assert!(amo.get(&format!("/leads/{lead}"))["_embedded"]["contacts"].is_null());

    let second = amo.lead(json!({"pipeline_id": 6_950_552}));
    assert_eq!(amo.get(&format!("/leads/{second}"))["status_id"], 58_141_907);
    let third = amo.lead(json!({"status_id": 58_141_911}));
    assert_eq!(amo.get(&format!("/leads/{third}"))["pipeline_id"], 6_950_552);

    let path = format!("/leads/{lead}");
    for (body, told) in [
        (json!({"status_id": 142}), "FieldMissing pipeline_id"),
        (json!({"status_id": 58_141_907}), "NotSupportedChoice status_id"),
        (json!({"status_id": 58_141_907, "pipeline_id": MAIN}), "NotSupportedChoice status_id"),
        (json!({"status_id": 58_141_803, "pipeline_id": MAIN}), "NotSupportedChoice status_id"),
        (json!({"pipeline_id": 6_950_553}), "NotSupportedChoice pipeline_id"),
        (json!({"pipeline_id": 1}), "NotSupportedChoice pipeline_id"),
        (json!({"status_id": "x"}), "InvalidType status_id"),
    ] {
        assert_eq!(amo.refused(Patch, &path, body.clone()), [told], "{body}");
    }
    assert_eq!(amo.refused(Post, "/leads", json!([{"status_id": 143}])), ["FieldMissing pipeline_id"]);
    amo.ok(Patch, &path, json!({"status_id": 142, "pipeline_id": MAIN}));
    let shown = amo.get(&path);
    assert_eq!((&shown["status_id"], &shown["closed_at"]), (&json!(142), &json!(NOW / 1000)));
    amo.ok(Patch, &path, json!({"status_id": 58_141_907, "pipeline_id": 6_950_552}));
    assert!(amo.get(&path)["closed_at"].is_null());
    assert_eq!(
        amo.refused(Post, "/leads", json!([{"_embedded": {"contacts": [{"id": 1}], "companies": [{}]}}])),
        ["NotSupportedChoice _embedded.contacts.0.id", "FieldMissing _embedded.companies.0.id"]
    );
}
