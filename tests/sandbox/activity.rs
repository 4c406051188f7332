//! Tasks, notes, calls, events.

use crate::support::*;

#[test]
fn tasks() {
    let mut amo = Amo::new();
    let lead = amo.lead(json!({}));
    let made = amo.ok(Post, "/tasks", json!([
        {"text": "Call", "complete_till": 1_700_000_900, "entity_id": lead, "entity_type": "leads", "request_id": "r"},
        {"text": "Meet", "complete_till": 1_700_000_100, "task_type_id": 2, "responsible_user_id": 504_143}]));
    let task = made["_embedded"]["tasks"][0].clone();
    assert_eq!(task["request_id"], "r");
    let id = task["id"].as_u64().unwrap();
    let shown = amo.get(&format!("/tasks/{id}"));
    assert_eq!((&shown["text"], &shown["result"]), (&json!("Call"), &json!([])));
    assert_eq!((&shown["task_type_id"], &shown["responsible_user_id"]), (&json!(1), &json!(504_141)));
    assert_eq!(amo.ids(&format!("/tasks?filter[entity_type]=leads&filter[entity_id][]={lead}")), [id]);
    assert_eq!(amo.ids("/tasks?filter[task_type][]=2"), [id + 1]);
    assert_eq!(amo.ids("/tasks?filter[responsible_user_id][]=504143"), [id + 1]);
    assert_eq!(amo.ids("/tasks?order[complete_till]=asc"), [id + 1, id]);
    let done =
        amo.ok(Patch, &format!("/tasks/{id}"), json!({"is_completed": true, "result": {"text": "ok"}}));
    assert_eq!(done["id"], id);
    assert_eq!(amo.get(&format!("/tasks/{id}"))["result"]["text"], "ok");
    assert_eq!(amo.ids("/tasks?filter[is_completed]=0"), [id + 1]);
    assert_eq!(amo.ids("/tasks?filter[is_completed]=1"), [id]);
    assert!(amo.get(&format!("/leads/{lead}"))["closest_task_at"].is_null());
    amo.ok(Patch, "/tasks", json!([{"id": id, "is_completed": false}]));
    assert_eq!(amo.get(&format!("/leads/{lead}"))["closest_task_at"], 1_700_000_900);
    assert_eq!(
        amo.refused(Post, "/tasks", json!([
            {}, {"text": "x", "complete_till": "y", "task_type_id": 9, "entity_id": 1, "entity_type": "leads"},
            {"text": "x", "complete_till": 1, "entity_id": lead, "responsible_user_id": 504_144}])),
        [
            "FieldMissing text", "FieldMissing complete_till", "InvalidType complete_till",
            "NotSupportedChoice task_type_id", "NotSupportedChoice entity_id",
            "NotSupportedChoice responsible_user_id", "FieldMissing entity_type",
        ]
    );
    assert_eq!(amo.refused(Patch, "/tasks", json!([{"id": 1}])), ["NotSupportedChoice id"]);
    assert_eq!(amo.send(Patch, "/tasks/1", json!({"text": "x"})).0, 204);
    assert_eq!(amo.status(Get, "/tasks/1"), 204);
}

#[test]
fn notes() {
    let mut amo = Amo::new();
    let (lead, contact) = (amo.lead(json!({})), amo.contact(json!({"name": "c"})));
    let call = json!({"uniq": "u", "duration": 5, "source": "ringostat", "link": "https://x/a.mp3", "phone": "+380501234567"});
    let made =
        amo.ok(Post, "/leads/notes", json!([{"entity_id": lead, "note_type": "call_in", "params": call}]));
    let note = &made["_embedded"]["notes"][0];
    assert_eq!((&note["entity_id"], &note["request_id"]), (&json!(lead), &json!("0")));
    let id = note["id"].as_u64().unwrap();
    amo.now += 9_000;
    let text = json!([{"note_type": "common", "params": {"text": "hello"}}]);
    let second = amo.ok(Post, &format!("/leads/{lead}/notes"), text.clone())["_embedded"]["notes"][0]["id"]
        .as_u64()
        .unwrap();
    amo.ok(Post, &format!("/contacts/{contact}/notes"), text.clone());
    assert_eq!(amo.get(&format!("/leads/notes/{id}"))["params"], call);
    assert_eq!(amo.get(&format!("/leads/{lead}/notes/{id}"))["id"], id);
    assert_eq!(amo.status(Get, &format!("/contacts/notes/{id}")), 204);
    assert_eq!(amo.ids("/leads/notes"), [id, second]);
    assert_eq!(amo.ids(&format!("/leads/{lead}/notes?order[id]=desc")), [second, id]);
    assert_eq!(amo.ids("/leads/notes?filter[note_type][]=call_in"), [id]);
    assert_eq!(
        amo.ids(&format!("/leads/notes?filter[entity_id][]={lead}&order[updated_at]=desc&limit=1")),
        [second]
    );
    assert_eq!(amo.ids(&format!("/leads/notes?filter[updated_at][from]={}", NOW / 1000 + 1)), [second]);
    assert_eq!(amo.status(Get, "/leads/1/notes"), 204);

    let changed = amo.ok(
        Patch,
        &format!("/leads/notes/{second}"),
        json!({"note_type": "common", "params": {"text": "bye"}}),
    );
    assert_eq!(changed["id"], second);
    amo.ok(Patch, &format!("/leads/{lead}/notes"), json!([{"id": id, "params": call}]));
    assert_eq!(amo.get(&format!("/leads/notes/{second}"))["params"]["text"], "bye");

    let mut nulls = call.clone();
    nulls["link"] = Value::Null;
    assert_eq!(
        amo.refused(Post, "/leads/notes", json!([
            {"entity_id": lead, "note_type": "call_in", "params": nulls},
            {"entity_id": 1, "note_type": "song", "params": {}}, {"entity_id": lead, "note_type": "common", "params": {}},
            {"entity_id": lead, "note_type": "common"}])),
        [
            "NotNullable params.link", "NotSupportedChoice entity_id", "NotSupportedChoice note_type",
            "FieldMissing params.text", "FieldMissing params",
        ]
    );
    assert_eq!(amo.send(Post, "/leads/1/notes", text).0, 404);
}

#[test]
fn calls_find_their_card_by_the_last_ten_digits() {
    let mut amo = Amo::new();
    let call = |phone: &str| json!([{"direction": "inbound", "duration": 5, "source": "ringostat", "phone": phone, "uniq": "u", "call_status": 4}]);
    let answer = amo.ok(Post, "/calls", call("+380501234567"));
    assert_eq!((&answer["_total_items"], &answer["_embedded"]["calls"]), (&json!(0), &json!([])));
    assert_eq!(answer["errors"][0]["request_id"], "0");

    let contact = amo.contact(json!({"custom_fields_values": phone("+38 (050) 123-45-67")}));
    let answer = amo.ok(Post, "/calls", call("0501234567"));
    let made = &answer["_embedded"]["calls"][0];
    assert_eq!((&made["entity_type"], &made["entity_id"]), (&json!("contact"), &json!(contact)));
    assert_eq!(
        made["_embedded"]["entity"]["_links"]["self"]["href"],
        format!("http://amo/api/v4/contacts/{contact}")
    );

    let linked = json!({"_embedded": {"contacts": [{"id": contact}]}});
    let lead = amo.lead(linked.clone());
    let made = amo.ok(Post, "/calls", call("380501234567"))["_embedded"]["calls"][0].clone();
    assert_eq!((&made["entity_type"], &made["entity_id"]), (&json!("lead"), &json!(lead)));
    assert_eq!(amo.get(&format!("/leads/{lead}/notes"))["_embedded"]["notes"][0]["note_type"], "call_in");
    let second = amo.lead(linked);
    assert_eq!(amo.ok(Post, "/calls", call("0501234567"))["_embedded"]["calls"][0]["entity_type"], "contact");
    amo.ok(Patch, &format!("/leads/{second}"), json!({"pipeline_id": MAIN, "status_id": 143}));
    assert_eq!(amo.ok(Post, "/calls", call("0501234567"))["_embedded"]["calls"][0]["entity_id"], lead);

    amo.ok(Post, "/companies", json!([{"name": "co", "custom_fields_values": phone("0671112233")}]));
    assert_eq!(
        amo.ok(Post, "/calls", call("+380671112233"))["_embedded"]["calls"][0]["entity_type"],
        "company"
    );
    assert_eq!(
        amo.refused(Post, "/calls", json!([{"direction": "up", "link": null, "call_status": 9}])),
        [
            "NotSupportedChoice direction",
            "FieldMissing phone",
            "FieldMissing source",
            "FieldMissing duration",
            "NotNullable link",
            "NotSupportedChoice call_status",
        ]
    );
}

#[test]
fn events_tell_who_came_and_what_changed() {
    let mut amo = Amo::new();
    assert_eq!(amo.status(Get, "/events"), 204);
    let contact = amo.contact(json!({"custom_fields_values": phone("1")}));
    amo.now += 1000;
    let lead = amo.lead(json!({}));
    amo.now += 1000;
    amo.ok(
        Patch,
        &format!("/contacts/{contact}"),
        json!({"custom_fields_values": [
        {"field_code": "PHONE", "values": [{"value": "1", "enum_code": "MOB"}, {"value": "2"}]}]}),
    );
    amo.ok(
        Patch,
        &format!("/contacts/{contact}"),
        json!({"custom_fields_values": [
        {"field_code": "PHONE", "values": [{"value": "1", "enum_code": "MOB"}, {"value": "2"}]}]}),
    );
    let all = amo.get("/events")["_embedded"]["events"].clone();
    let types: Vec<&str> =
        all.as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["custom_field_178382_value_changed", "lead_added", "contact_added"]);
    assert_eq!((&all[1]["entity_id"], &all[1]["entity_type"]), (&json!(lead), &json!("lead")));
    let shown = |text: &str, option: u64| json!({"custom_field_value": {"field_id": 178_382, "field_type": 8, "enum_id": option, "text": text}});
    assert_eq!(all[0]["value_before"], json!([shown("1", 126_294)]));
    assert_eq!(all[0]["value_after"], json!([shown("1", 126_294), shown("2", 126_290)]));
    let count = |amo: &mut Amo, query: &str| {
        let (_, body) = amo.send(Get, &format!("/events?{query}"), Value::Null);
        body["_embedded"]["events"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(count(&mut amo, "filter[entity]=contact"), 2);
    assert_eq!(count(&mut amo, "filter[entity]=contact,lead"), 3);
    assert_eq!(count(&mut amo, &format!("filter[entity]=contact&filter[entity_id]={contact}")), 2);
    assert_eq!(count(&mut amo, &format!("filter[entity][]=contact&filter[entity_id][]={lead}")), 0);
    assert_eq!(count(&mut amo, "filter[type]=lead_added,contact_added"), 2);
    assert_eq!(count(&mut amo, &format!("filter[created_at][from]={}", NOW / 1000 + 1)), 2);
    assert_eq!(count(&mut amo, &format!("filter[created_at]={},{}", NOW / 1000, NOW / 1000)), 1);
    assert_eq!(amo.status(Get, &format!("/events?filter[entity_id]={contact}")), 400);
    let id = all[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(amo.get(&format!("/events/{id}"))["type"], types[0]);
    assert!(amo.get("/events/types")["_embedded"]["events_types"].to_string().contains("entity_merged"));
}
