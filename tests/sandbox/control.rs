//! State, reset, determinism, and requests made of nonsense.

use crate::support::*;

fn filled() -> Amo {
    let mut amo = Amo::new();
    let contact = amo.contact(json!({"name": "c", "custom_fields_values": phone("+380501234567")}));
    let lead = amo.lead(json!({"_embedded": {"contacts": [{"id": contact}], "tags": [{"name": "t"}]}, "custom_fields_values": [
        {"field_code": "UTM_SOURCE", "values": [{"value": "google"}]}, {"field_id": 700_105, "values": [{"value": true}]},
        {"field_id": 700_106, "values": [{"value": 5}]}, {"field_id": 700_103, "values": [{"value": "Сайт"}]}]}));
    amo.ok(
        Post,
        "/tasks",
        json!([{"text": "t", "complete_till": 5, "entity_id": lead, "entity_type": "leads"}]),
    );
    amo.ok(
        Post,
        "/contacts/notes",
        json!([{"entity_id": contact, "note_type": "common", "params": {"text": "n"}}]),
    );
    amo.ok(
        Post,
        "/leads/unsorted/forms",
        json!([{"source_name": "s", "source_uid": "u",
            "metadata": {"ip": "1", "form_id": "f", "form_name": "n", "form_page": "p", "form_sent_at": 1},
            "_embedded": {"contacts": [{"name": "z"}], "companies": [{"name": "co"}]}}]),
    );
    let field = json!([{"name": "k", "type": "select", "enums": [{"value": "a"}]}]);
    assert_eq!(amo.send(Post, "/leads/custom_fields", field).0, 201);
    amo
}

#[test]
fn the_state_shows_everything_and_is_a_seed() {
    let mut amo = filled();
    let mut state = amo.state();
    for (key, count) in [
        ("contacts", 2),
        ("leads", 2),
        ("companies", 1),
        ("tasks", 1),
        ("notes", 1),
        ("unsorted", 1),
        ("requests", 6),
        ("manager_edits", 0),
        ("pipelines", 3),
        ("users", 4),
    ] {
        assert_eq!(state[key].as_array().unwrap().len(), count, "{key}");
    }
    assert_eq!(state["contacts"][0]["_embedded"]["leads"][0]["id"], state["leads"][0]["id"]);
    assert_eq!(state["leads"][0]["_embedded"]["contacts"][0]["is_main"], true);
    assert_eq!(state["notes"][0]["entity_type"], "contacts");
    assert_eq!(state["requests"][0]["at"], NOW);
    assert!(state["fields"]["leads"].as_array().unwrap().len() > 12);
    let mut other = Amo::new();
    other.sandbox.reset(Some(&state), NOW).unwrap();
    state["requests"] = json!([]);
    assert_eq!(other.state(), state);
    other.switch(json!({"rate_per_second": 0}));
    let old = state["leads"][1]["id"].as_u64().unwrap();
    assert!(other.lead(json!({})) > old, "new ids come after the seed's");
    assert_eq!(other.ids("/contacts?query=0501234567").len(), 1, "a seed is searchable at once");
}

#[test]
fn reset_forgets() {
    let mut amo = filled();
    amo.switch(json!({"paid": false}));
    amo.fault(json!({"path": "/api/v4/*", "kind": "drop_before"}));
    amo.sandbox.reset(None, NOW).unwrap();
    assert_eq!(amo.status(Get, "/contacts"), 204);
    assert_eq!(amo.state()["requests"].as_array().unwrap().len(), 1);
    amo.fault(json!({"path": "/api/v4/leads", "kind": "commit_late", "delay_ms": 5}));
    amo.raw(Post, "/api/v4/leads", "[{}]");
    amo.sandbox.reset(None, NOW).unwrap();
    amo.now += 100;
    assert_eq!(amo.state()["leads"], json!([]), "late writes are forgotten too");
}

#[test]
fn after_a_reset_ids_go_on_and_made_fields_stay() {
    let mut amo = filled();
    let before = amo.ids("/contacts");
    let made = |amo: &mut Amo| {
        let fields = amo.get("/leads/custom_fields?limit=250");
        let fields = fields["_embedded"]["custom_fields"].as_array().unwrap().clone();
        fields.into_iter().find(|field| field["name"] == "k").map(|field| field["id"].as_u64().unwrap())
    };
    let field = made(&mut amo);
    assert!(field.is_some());
    amo.sandbox.reset(Some(&json!({"leads": [{"id": 7}]})), NOW).unwrap();
    assert_eq!(made(&mut amo), field);
    let after = amo.contact(json!({"name": "later"}));
    assert!(before.iter().all(|id| *id < after), "{after} is new");
}

#[test]
fn a_small_seed_is_filled_up() {
    let mut amo = Amo::new();
    let seed = json!({
        "contacts": [
            {"name": "no id", "custom_fields_values": phone("0501234567"), "_embedded": {"tags": [{"name": "vip"}], "leads": [{"id": 7}]}},
            {"id": 5, "first_name": "A", "last_name": "B", "created_at": 10, "custom_fields_values": [
                {"field_id": 700_202, "values": [{"value": "x".repeat(300)}]}]}],
        "leads": [{"id": 7, "price": 3}, {"id": 8, "status_id": 58_141_911}, {"id": 9, "pipeline_id": 6_950_553, "_embedded": {"contacts": [{"id": 5, "is_main": true}]}}],
        "notes": [{"entity_type": "leads", "entity_id": 7, "note_type": "common", "params": {"text": "n"}}],
        "users": [{"id": 1, "name": "Only", "rights": {"is_active": true}}],
    });
    amo.sandbox.reset(Some(&seed), NOW).unwrap();
    let state = amo.state();
    assert_eq!(state["contacts"][0]["name"], "A B");
    assert_eq!(state["contacts"][1]["_embedded"]["leads"][0]["id"], 7);
    assert_eq!(
        (&state["leads"][0]["status_id"], &state["leads"][1]["pipeline_id"]),
        (&json!(58_141_807), &json!(6_950_552))
    );
    assert_eq!(state["leads"][2]["_embedded"]["contacts"][0]["id"], 5);
    assert_eq!(state["users"].as_array().unwrap().len(), 1);
    assert_eq!(amo.get("/account")["current_user_id"], 1);
    let mine = amo.lead(json!({}));
    assert_eq!(amo.get(&format!("/leads/{mine}"))["responsible_user_id"], 1);
    assert_eq!(amo.get("/leads/7/notes")["_embedded"]["notes"][0]["params"]["text"], "n");
}

#[test]
fn a_wrong_seed_changes_nothing() {
    let mut amo = filled();
    let seed = json!({"what": 1, "contacts": [{"id": 1}, {"id": 1, "custom_fields_values": [{"field_id": 5, "values": []}],
        "_embedded": {"leads": [{"id": 99}]}}, 5], "leads": {}, "notes": [{"entity_type": "leads", "entity_id": 1}], "pipelines": [{}]});
    let problems = amo.sandbox.reset(Some(&seed), NOW).unwrap_err();
    let told: Vec<String> = problems.iter().map(|p| format!("{} {}", p.code, p.path)).collect();
    for wanted in [
        "unknown_key /what",
        "duplicate_id /contacts/1/id",
        "invalid_type /contacts/2",
        "invalid_type /leads",
        "not_supported_choice /contacts/1/custom_fields_values/0/field_id",
        "unknown_entity /contacts/1/_embedded/leads/0/id",
        "unknown_entity /notes/0/entity_id",
        "invalid_pipeline /pipelines/0",
    ] {
        assert!(told.iter().any(|problem| problem == wanted), "{wanted} in {told:?}");
    }
    assert_eq!(amo.ids("/contacts").len(), 2);
    assert!(amo.sandbox.reset(Some(&json!(5)), NOW).is_err());
}

#[test]
fn equal_runs_are_equal() {
    let run = || {
        let mut amo = filled();
        amo.sandbox
            .faults(&json!({"seed": 5, "faults": [{"path": "/api/v4/*", "kind": "manager_edits", "probability": 0.5}]}))
            .unwrap();
        for _ in 0..20 {
            amo.status(Get, "/contacts");
        }
        amo.state()
    };
    let (first, second) = (run(), run());
    assert_eq!(first, second);
    assert!(!first["manager_edits"].as_array().unwrap().is_empty());
}

#[test]
fn only_the_last_requests_are_kept() {
    let mut amo = Amo::new();
    for _ in 0..20_010 {
        amo.raw(Get, "/api/v4/nothing", "");
    }
    assert_eq!(amo.state()["requests"].as_array().unwrap().len(), 20_000);
}

/// Twenty thousand clients, each searched for, written and searched again.
#[test]
fn many_contacts_stay_fast() {
    let mut amo = Amo::new();
    for n in 0..20_000u64 {
        let number = format!("+38050{n:07}");
        assert_eq!(
            amo.raw(Get, &format!("/api/v4/contacts?query=50{n:07}&with=leads"), "").response.status,
            204
        );
        let body = json!([{"name": "L", "_embedded": {"contacts": [{"name": "N", "custom_fields_values": phone(&number)}]}}]);
        amo.raw(Post, "/api/v4/leads/complex", &body.to_string());
    }
    assert_eq!(amo.ids("/contacts?query=500012345").len(), 1);
    assert_eq!(amo.ids("/leads?order[id]=desc&limit=250").len(), 250);
    assert_eq!(amo.ids("/contacts?order[updated_at]=desc&limit=250&page=80").len(), 250);
}

#[test]
fn nonsense_never_panics() {
    let mut amo = filled();
    let lead = amo.state()["leads"][0]["id"].clone();
    let odd = [
        json!(null),
        json!(5),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(""),
        json!("x\u{0}я"),
        json!([]),
        json!([[]]),
        json!({}),
        json!([null]),
        json!([{}]),
        json!({"id": -1}),
        json!(true),
    ];
    let keys = [
        "id",
        "name",
        "price",
        "status_id",
        "pipeline_id",
        "responsible_user_id",
        "custom_fields_values",
        "_embedded",
        "tags_to_add",
        "tags_to_delete",
        "request_id",
        "entity_id",
        "entity_type",
        "note_type",
        "params",
        "text",
        "complete_till",
        "result",
        "metadata",
        "source_uid",
        "direction",
        "phone",
        "to_entity_id",
        "to_entity_type",
        "type",
        "enums",
        "code",
        "created_at",
        "closed_at",
    ];
    let paths = [
        "contacts",
        "leads",
        "companies",
        "leads/complex",
        "leads/unsorted/forms",
        "leads/unsorted/sip",
        "leads/unsorted/x/accept",
        "leads/unsorted/x/decline",
        "tasks",
        "contacts/notes",
        "leads/link",
        "leads/unlink",
        "calls",
        "leads/tags",
        "leads/custom_fields",
        "leads/custom_fields/groups",
    ];
    let mut paths: Vec<String> = paths.iter().map(|path| format!("/api/v4/{path}")).collect();
    for rest in ["", "/notes", "/link", "/unlink"] {
        paths.push(format!("/api/v4/leads/{lead}{rest}"));
    }
    amo.fault(json!({"path": "/api/v4/*", "kind": "manager_edits", "count": 300}));
    for path in &paths {
        for method in [Get, Post, Patch, Delete] {
            for key in keys {
                for value in &odd {
                    let item = json!({key: value});
                    amo.raw(method, path, &json!([item]).to_string());
                    amo.raw(method, path, &item.to_string());
                }
            }
            for inner in ["tags", "contacts", "leads", "companies", "metadata", "source"] {
                for value in &odd {
                    amo.raw(method, path, &json!([{"_embedded": {inner: value}}]).to_string());
                }
            }
            for value in &odd {
                amo.raw(method, path, &value.to_string());
                amo.raw(
                    method,
                    path,
                    &json!([{"custom_fields_values": [{"field_code": "PHONE", "values": value}]}])
                        .to_string(),
                );
                amo.raw(
                    method,
                    path,
                    &json!([{"custom_fields_values": [{"field_id": 700_103, "values": [value]}]}])
                        .to_string(),
                );
            }
        }
    }
    for query in [
        "page=99999999999999999999",
        "page=18446744073709551615&limit=250",
        "limit=-1",
        "filter[id][]=x",
        "filter[statuses][0][status_id]=x",
        "filter[custom_fields_values][x][]=1",
        "filter[created_at][from]=x",
        "order[=desc",
        "order[zzz]=desc",
        "query=%00%ff",
        "with=",
        "filter[entity]=,",
    ] {
        for path in [
            "contacts",
            "leads",
            "tasks",
            "leads/notes",
            "leads/unsorted",
            "events",
            "leads/links",
            "users",
            "leads/tags",
            "leads/custom_fields",
        ] {
            amo.raw(Get, &format!("/api/v4/{path}?{query}"), "");
        }
    }
    for path in [
        "",
        "/",
        "?",
        "/api/v4",
        "/api/v4/",
        "/api/v4//",
        "/api/v4/contacts//",
        "/api/v4/contacts/18446744073709551616",
        "api/v4/contacts",
        "/api/v4/%",
    ] {
        amo.raw(Get, path, "");
    }
    for now in [i64::MIN, i64::MAX, 0] {
        amo.now = now;
        amo.switch(json!({"rate_per_second": 7}));
        amo.raw(Post, "/api/v4/leads", "[{}]");
    }
    for value in &odd {
        let _ = amo.sandbox.faults(value);
        let _ = amo.sandbox.switches(value);
        for key in keys.iter().chain(&[
            "contacts",
            "leads",
            "tasks",
            "notes",
            "unsorted",
            "fields",
            "pipelines",
            "users",
        ]) {
            let _ = amo.sandbox.reset(Some(&json!({*key: value})), NOW);
            let _ = amo.sandbox.reset(
                Some(
                    &json!({"contacts": [{*key: value}], "leads": [{*key: value}], "tasks": [{*key: value}]}),
                ),
                NOW,
            );
            amo.state();
        }
    }
}
