//! Unsorted leads.

use crate::support::*;

fn form() -> Value {
    json!({"request_id": "123", "source_name": "Site", "source_uid": "s1", "pipeline_id": MAIN, "created_at": 1_600_000_000,
        "_embedded": {"leads": [{"name": "Tech", "price": 5000, "custom_fields_values": [], "_embedded": {"tags": [{"name": "site"}]}}],
            "contacts": [{"name": "C", "custom_fields_values": phone("+380501234567")}], "companies": [{"name": "Co"}]},
        "metadata": {"ip": "1.2.3.4", "form_id": "f1", "form_sent_at": 1_600_000_000, "form_name": "Form",
            "form_page": "https://example.com", "referer": "https://google.com"}})
}

fn send(amo: &mut Amo) -> (String, u64, u64) {
    let made = amo.ok(Post, "/leads/unsorted/forms", json!([form()]));
    assert_eq!(made["_total_items"], 1);
    let item = &made["_embedded"]["unsorted"][0];
    assert_eq!(item["request_id"], "123");
    let id = |kind: &str| item["_embedded"][kind][0]["id"].as_u64().unwrap();
    (item["uid"].as_str().unwrap().to_owned(), id("leads"), id("contacts"))
}

#[test]
fn a_form_waits_until_it_is_accepted() {
    let mut amo = Amo::new();
    assert_eq!(amo.status(Get, "/leads/unsorted"), 204);
    let (uid, lead, contact) = send(&mut amo);
    let shown = amo.get(&format!("/leads/{lead}?with=contacts"));
    assert_eq!((&shown["status_id"], &shown["price"]), (&json!(58_141_803), &json!(5000)));
    assert_eq!(shown["_embedded"]["contacts"][0]["id"], contact);
    assert_eq!(amo.get(&format!("/contacts/{contact}"))["is_unsorted"], true);
    let one = amo.get(&format!("/leads/unsorted/{uid}"));
    assert_eq!((&one["source_uid"], &one["category"]), (&json!("s1"), &json!("forms")));
    assert_eq!(one["metadata"]["form_id"], "f1");
    amo.now += 1000;
    let (other, ..) = send(&mut amo);
    let uids = |amo: &mut Amo, query: &str| -> Vec<String> {
        let (_, body) = amo.send(Get, &format!("/leads/unsorted?{query}"), Value::Null);
        let items = body["_embedded"]["unsorted"].as_array().cloned().unwrap_or_default();
        items.iter().map(|item| item["uid"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(uids(&mut amo, &format!("filter[uid][]={uid}")), vec![uid.clone()]);
    assert_eq!(uids(&mut amo, "order[created_at]=desc"), [other.clone(), uid.clone()]);
    assert_eq!(uids(&mut amo, "filter[category][]=forms&filter[pipeline_id]=6950551").len(), 2);
    assert!(uids(&mut amo, "filter[category][]=sip").is_empty());
    assert!(uids(&mut amo, "filter[pipeline_id]=6950552").is_empty());

    let accepted = amo.ok(Post, &format!("/leads/unsorted/{uid}/accept"), json!({"user_id": 504_143}));
    assert_eq!((&accepted["uid"], &accepted["_embedded"]["leads"][0]["id"]), (&json!(uid), &json!(lead)));
    let shown = amo.get(&format!("/leads/{lead}"));
    assert_eq!((&shown["status_id"], &shown["responsible_user_id"]), (&json!(58_141_807), &json!(504_143)));
    assert_eq!(amo.get(&format!("/contacts/{contact}"))["is_unsorted"], false);
    assert_eq!(amo.status(Get, &format!("/leads/unsorted/{uid}")), 204);
    assert_eq!(amo.status(Post, &format!("/leads/unsorted/{uid}/accept")), 404);
    let summary = amo.get("/leads/unsorted/summary");
    assert_eq!((&summary["total"], &summary["accepted"]), (&json!(1), &json!(1)));
    assert_eq!(summary["categories"]["forms"]["total"], 1);

    let gone = amo.get(&format!("/leads/unsorted/{other}"))["_embedded"]["leads"][0]["id"].clone();
    amo.ok(Delete, &format!("/leads/unsorted/{other}/decline"), json!({"user_id": 504_141}));
    assert_eq!(amo.status(Get, &format!("/leads/{gone}")), 204);
    assert_eq!(amo.get("/leads/unsorted/summary")["declined"], 1);
}

#[test]
fn what_a_form_must_have() {
    let mut amo = Amo::new();
    let mut item = form();
    item["metadata"] = json!({"form_id": "f"});
    item["pipeline_id"] = json!(1);
    item["_embedded"]["contacts"][0]["custom_fields_values"] = json!([{"field_id": 5, "values": []}]);
    assert_eq!(
        amo.refused(Post, "/leads/unsorted/forms", json!([item, {"metadata": null}])),
        [
            "NotSupportedChoice pipeline_id",
            "FieldMissing metadata.ip",
            "FieldMissing metadata.form_name",
            "FieldMissing metadata.form_page",
            "FieldMissing metadata.form_sent_at",
            "NotSupportedChoice _embedded.contacts.0.custom_fields_values.0.field_id",
            "FieldMissing source_uid",
            "FieldMissing source_name",
            "NotNullable metadata",
        ]
    );
}

#[test]
fn sip_leaves_a_call_when_accepted() {
    let mut amo = Amo::new();
    let item = json!({"source_name": "PBX", "source_uid": "p", "_embedded": {"contacts": [{"name": "C"}]},
        "metadata": {"is_call_event_needed": true, "uniq": "u", "duration": 54, "service_code": "ringostat",
            "link": "https://x", "phone": "1", "called_at": 1, "from": "380501234567", "call_responsible": 504_141}});
    let made = amo.ok(Post, "/leads/unsorted/sip", json!([item]));
    let item = made["_embedded"]["unsorted"][0].clone();
    let (uid, lead) = (item["uid"].as_str().unwrap(), item["_embedded"]["leads"][0]["id"].clone());
    amo.ok(Post, &format!("/leads/unsorted/{uid}/accept"), Value::Null);
    let note = amo.get(&format!("/leads/{lead}/notes"))["_embedded"]["notes"][0].clone();
    assert_eq!((&note["note_type"], &note["params"]["uniq"]), (&json!("call_in"), &json!("u")));
    assert_eq!(
        amo.refused(
            Post,
            "/leads/unsorted/sip",
            json!([{"source_name": "a", "source_uid": "b", "metadata": {}}])
        )
        .len(),
        5
    );
}

#[test]
fn complex_with_metadata_waits_too_and_a_moved_lead_does_not() {
    let mut amo = Amo::new();
    let body = json!([{"name": "L", "_embedded": {"contacts": [{"name": "C"}],
        "metadata": {"category": "forms", "form_id": "f", "form_name": "N", "form_page": "p", "form_sent_at": 1, "ip": "1.1.1.1"}}}]);
    let made = amo.ok(Post, "/leads/complex", body);
    let lead = made[0]["id"].clone();
    let waiting = amo.get("/leads/unsorted")["_embedded"]["unsorted"][0].clone();
    assert_eq!((&waiting["category"], &waiting["_embedded"]["leads"][0]["id"]), (&json!("forms"), &lead));
    assert_eq!(amo.get(&format!("/leads/{lead}"))["status_id"], 58_141_803);
    assert_eq!(amo.get(&format!("/contacts/{}", made[0]["contact_id"]))["is_unsorted"], true);
    amo.ok(Patch, &format!("/leads/{lead}"), json!({"price": 1}));
    assert_eq!(amo.ids(&format!("/leads?filter[id][]={lead}")).len(), 1);
    amo.ok(Patch, &format!("/leads/{lead}"), json!({"status_id": 58_141_811, "pipeline_id": MAIN}));
    assert_eq!(amo.status(Get, "/leads/unsorted"), 204);
    let bad = json!([{"_embedded": {"metadata": {"category": "chats"}}}, {"pipeline_id": 6_950_553, "_embedded": {"metadata": {}}}]);
    assert_eq!(
        amo.refused(Post, "/leads/complex", bad),
        [
            "NotSupportedChoice _embedded.metadata.category",
            "NotSupportedChoice pipeline_id",
            "FieldMissing _embedded.metadata.category",
            "NotSupportedChoice pipeline_id"
        ]
    );
}
