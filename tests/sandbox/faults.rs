//! Each fault.

use crate::support::*;

const LEADS: &str = "/api/v4/leads";

#[test]
fn a_status_is_answered_and_nothing_done() {
    let mut amo = Amo::new();
    for (status, kind) in [
        (400, "application/problem+json"),
        (402, "application/problem+json"),
        (429, "application/problem+json"),
        (500, "application/problem+json"),
        (503, "text/html"),
        (504, "text/html"),
        (204, ""),
    ] {
        amo.fault(json!({"method": "POST", "path": LEADS, "kind": "status", "status": status, "count": 1}));
        let reply = amo.raw(Post, LEADS, "[{}]");
        assert_eq!((reply.response.status, reply.response.content_type.as_str()), (status, kind));
    }
    assert_eq!(amo.status(Get, "/leads"), 204);
    amo.lead(json!({}));
    amo.fault(json!({"path": "/api/v4/leads/{id}", "kind": "status", "status": 204}));
    assert_eq!(amo.status(Get, "/leads/9774000"), 204);
    amo.fault(json!({"path": "/api/v4/*", "kind": "html_403", "count": 1}));
    assert_eq!(amo.raw(Get, LEADS, "").response.content_type, "text/html");
    assert_eq!(amo.status(Get, "/leads"), 200);
    amo.fault(json!({"path": "/api/v4/*", "kind": "html_502", "count": 1}));
    assert_eq!(amo.status(Get, "/leads"), 502);
}

#[test]
fn commit_then_504_is_done() {
    let mut amo = Amo::new();
    amo.fault(json!({"method": "POST", "path": LEADS, "kind": "commit_then_504", "count": 1}));
    assert_eq!(amo.raw(Post, LEADS, "[{}]").response.status, 504);
    assert_eq!(amo.ids("/leads").len(), 1);
}

#[test]
fn commit_late_is_done_later_with_later_ids() {
    let mut amo = Amo::new();
    amo.fault(json!({"method": "POST", "path": LEADS, "kind": "commit_late", "delay_ms": 1500, "count": 1}));
    assert_eq!(amo.raw(Post, LEADS, r#"[{"name":"late"}]"#).response.status, 504);
    let early = amo.lead(json!({"name": "early"}));
    amo.now += 1499;
    assert_eq!(amo.ids("/leads"), [early]);
    amo.now += 1000;
    let leads = amo.state()["leads"].clone();
    assert_eq!(leads.as_array().unwrap().len(), 2);
    assert_eq!(leads[1]["name"], "late");
    assert_eq!(leads[1]["created_at"], NOW / 1000 + 1, "at its own time");
    amo.fault(json!({"path": LEADS, "kind": "commit_late", "delay_ms": 10, "count": 1}));
    assert_eq!(amo.raw(Post, LEADS, r#"[{"name":5}]"#).response.status, 504);
    amo.now += 10;
    assert_eq!(amo.ids("/leads").len(), 2, "validated when its time comes");
}

#[test]
fn drops_and_delays() {
    let mut amo = Amo::new();
    amo.fault(json!({"path": LEADS, "kind": "drop_before", "count": 1}));
    let reply = amo.raw(Post, LEADS, "[{}]");
    assert_eq!((reply.dropped, reply.response.status), (Some(Drop::Before), 0));
    assert_eq!(amo.status(Get, "/leads"), 204);
    amo.fault(json!({"path": LEADS, "kind": "drop_after", "count": 1}));
    assert_eq!(amo.raw(Post, LEADS, "[{}]").dropped, Some(Drop::After));
    assert_eq!(amo.ids("/leads").len(), 1);
    amo.fault(json!({"path": LEADS, "kind": "delay", "delay_ms": 700, "count": 1}));
    let reply = amo.raw(Post, LEADS, "[{}]");
    assert_eq!((reply.delay_ms, reply.response.status, reply.dropped), (700, 200, None));
    assert_eq!(amo.raw(Get, LEADS, "").delay_ms, 0);
    let requests = amo.state()["requests"].clone();
    assert_eq!(requests[0], json!({"at": NOW, "method": "POST", "path": LEADS, "status": 0}));
    assert_eq!(requests[2]["status"], 0);
    assert_eq!(requests.as_array().unwrap().len(), 6);
}

#[test]
fn a_manager_edits_between_read_and_write() {
    let mut amo = Amo::new();
    let contact = amo.contact(json!({"name": "c", "custom_fields_values": phone("1")}));
    let lead = amo.lead(json!({}));
    amo.fault(json!({"method": "GET", "path": "/api/v4/contacts", "kind": "manager_edits", "count": 1}));
    let seen = amo.get("/contacts?query=c")["_embedded"]["contacts"][0].clone();
    assert_eq!(field(&seen, "PHONE").as_array().unwrap().len(), 1, "the edit lands after the read");
    let shown = amo.get(&format!("/contacts/{contact}"));
    let added = field(&shown, "PHONE")[1]["value"].as_str().unwrap().to_owned();
    assert!(added.starts_with("+38099") && added.len() == 13, "{added}");
    assert_eq!(
        amo.state()["manager_edits"],
        json!([{"entity": "contacts", "id": contact, "phone": added, "at": NOW}])
    );
    assert_eq!(shown["updated_by"], 504_142);

    amo.fault(
        json!({"method": "PATCH", "path": "/api/v4/contacts/{id}", "kind": "manager_edits", "count": 1}),
    );
    let mine = json!({"custom_fields_values": [{"field_code": "PHONE", "values": [{"value": "1"}, {"value": "2"}]}]});
    amo.ok(Patch, &format!("/contacts/{contact}"), mine);
    let shown = amo.get(&format!("/contacts/{contact}"));
    assert_eq!(
        field(&shown, "PHONE").as_array().unwrap().len(),
        2,
        "our write wins over the edit just before it"
    );
    let events = amo.get(&format!("/events?filter[entity]=contact&filter[entity_id]={contact}&filter[type]=custom_field_178382_value_changed"));
    let events = events["_embedded"]["events"].clone();
    let lost = amo.state()["manager_edits"][1]["phone"].clone();
    assert_eq!(events[1]["created_by"], 504_142);
    assert_eq!(events[1]["value_after"][2]["custom_field_value"]["text"], lost);
    assert_eq!(events[0]["value_before"][2]["custom_field_value"]["text"], lost);

    amo.fault(json!({"path": "/api/v4/leads/*", "kind": "manager_edits", "count": 1}));
    amo.ok(Patch, &format!("/leads/{lead}"), json!({"_embedded": {"tags": [{"name": "ours"}]}}));
    assert_eq!(amo.get(&format!("/leads/{lead}"))["_embedded"]["tags"].as_array().unwrap().len(), 1);
    amo.fault(json!({"path": "/api/v4/leads/complex", "kind": "manager_edits", "count": 1}));
    let made = amo.ok(Post, "/leads/complex", json!([{"_embedded": {"contacts": [{"name": "new"}]}}]));
    assert_eq!(amo.get(&format!("/leads/{}", made[0]["id"]))["_embedded"]["tags"][0]["name"], "manager");
    assert_eq!(
        field(&amo.get(&format!("/contacts/{}", made[0]["contact_id"])), "PHONE").as_array().unwrap().len(),
        1
    );
    assert_eq!(amo.state()["manager_edits"].as_array().unwrap().len(), 5);
}
