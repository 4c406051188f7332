//! Contacts and leads: written, read, listed, tagged, linked.

use crate::support::*;

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

#[test]
fn lists_are_filtered_and_ordered() {
    let mut amo = Amo::new();
    let mut ids = Vec::new();
    for n in 0..4 {
        amo.now = NOW + n * 10_000;
        ids.push(amo.contact(json!({"name": format!("n{n}"), "responsible_user_id": 504_142 + n % 2,
            "custom_fields_values": [{"field_id": 700_202, "values": [{"value": format!("v{n}")}]}]})));
    }
    amo.ok(Patch, &format!("/contacts/{}", ids[0]), json!({"name": "renamed"}));
    assert_eq!(
        amo.ids(&format!("/contacts?filter[id][]={}&filter[id][]={}", ids[2], ids[0])),
        [ids[0], ids[2]]
    );
    assert_eq!(amo.ids(&format!("/contacts?filter%5Bid%5D={}", ids[1])), [ids[1]]);
    assert_eq!(amo.ids("/contacts?filter[name][]=n1"), [ids[1]]);
    assert_eq!(amo.ids("/contacts?filter[responsible_user_id][]=504143"), [ids[1], ids[3]]);
    let at = |n: i64| NOW / 1000 + n * 10;
    assert_eq!(
        amo.ids(&format!("/contacts?filter[created_at][from]={}&filter[created_at][to]={}", at(1), at(2))),
        ids[1..3]
    );
    assert_eq!(amo.ids("/contacts?filter[custom_fields_values][700202][]=v2"), [ids[2]]);
    assert_eq!(amo.ids("/contacts?order[updated_at]=desc&limit=2"), [ids[3], ids[0]]);
    assert_eq!(amo.ids("/contacts?order[id]=desc&limit=2"), [ids[3], ids[2]]);
    assert_eq!(amo.ids("/contacts?order[created_at]=asc&limit=1"), [ids[0]]);

    let leads: Vec<u64> = [(10, MAIN, 58_141_807), (20, MAIN, 142), (30, 6_950_552, 58_141_907)]
        .map(|(price, pipeline, status)| {
            amo.lead(
                json!({"price": price, "pipeline_id": pipeline, "status_id": status, "custom_fields_values": [
                {"field_id": 700_103, "values": [{"value": "Сайт"}]},
                {"field_id": 700_104, "values": [{"value": price}]}]}),
            )
        })
        .into();
    assert_eq!(amo.ids("/leads?filter[price][from]=15&filter[price][to]=25"), [leads[1]]);
    assert_eq!(amo.ids("/leads?filter[price]=30"), [leads[2]]);
    assert_eq!(amo.ids("/leads?filter[pipeline_id][]=6950552"), [leads[2]]);
    let pairs = "filter[statuses][0][pipeline_id]=6950551&filter[statuses][0][status_id]=142";
    assert_eq!(amo.ids(&format!("/leads?{pairs}")), [leads[1]]);
    assert_eq!(amo.ids("/leads?filter[custom_fields_values][700103][]=701103").len(), 3);
    assert_eq!(amo.ids("/leads?filter[custom_fields_values][700104][from]=25"), [leads[2]]);
    assert_eq!(amo.ids("/leads?filter[closed_at][from]=1"), [leads[1]]);
    amo.ok(
        Post,
        "/tasks",
        json!([{"text": "t", "complete_till": 500, "entity_id": leads[0], "entity_type": "leads"}]),
    );
    assert_eq!(amo.ids("/leads?filter[closest_task_at][to]=500"), [leads[0]]);
    assert_eq!(amo.get(&format!("/leads/{}", leads[0]))["closest_task_at"], 500);
}

#[test]
fn tags_are_replaced_or_changed_by_deltas() {
    let mut amo = Amo::new();
    let lead = amo
        .lead(json!({"_embedded": {"tags": [{"name": "a"}, {"name": "b"}]}, "tags_to_add": [{"name": "c"}]}));
    let path = format!("/leads/{lead}");
    let names = |amo: &mut Amo| -> Vec<String> {
        let tags = amo.get(&path)["_embedded"]["tags"].clone();
        tags.as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&mut amo), ["a", "b", "c"]);
    amo.ok(
        Patch,
        &path,
        json!({"tags_to_add": [{"name": "d"}, {"name": "a"}], "tags_to_delete": [{"name": "b"}]}),
    );
    assert_eq!(names(&mut amo), ["a", "c", "d"]);
    amo.ok(Patch, &path, json!({"price": 1}));
    assert_eq!(names(&mut amo), ["a", "c", "d"]);
    let id = amo.get("/leads/tags?query=d")["_embedded"]["tags"][0]["id"].clone();
    amo.ok(Patch, &path, json!({"_embedded": {"tags": [{"id": id}]}}));
    assert_eq!(names(&mut amo), ["d"]);
    amo.ok(Patch, &path, json!({"_embedded": {"tags": null}}));
    assert!(names(&mut amo).is_empty());
    assert_eq!(
        amo.refused(Patch, &path, json!({"_embedded": {"tags": [{"id": 1}, {}]}})),
        ["NotSupportedChoice _embedded.tags.0.id", "FieldMissing _embedded.tags.1.name"]
    );
    let made = amo.ok(Post, "/leads/tags", json!([{"name": "d"}, {"name": "new"}]));
    assert_eq!(made["_embedded"]["tags"][0]["id"], id);
    assert_eq!(amo.ids("/leads/tags").len(), 5);
    assert_eq!(amo.status(Get, "/contacts/tags"), 204, "one directory per kind");
}

#[test]
fn links_are_made_and_undone() {
    let mut amo = Amo::new();
    let (a, b) = (amo.contact(json!({"name": "a"})), amo.contact(json!({"name": "b"})));
    let company =
        amo.ok(Post, "/companies", json!([{"name": "co"}]))["_embedded"]["companies"][0]["id"].clone();
    let lead = amo.lead(json!({}));
    let link = |id: &Value, kind: &str, main: bool| json!({"to_entity_id": id, "to_entity_type": kind, "metadata": {"is_main": main}});
    let path = format!("/leads/{lead}/link");
    let made =
        amo.ok(Post, &path, json!([link(&json!(a), "contacts", true), link(&company, "companies", false)]));
    assert_eq!(made["_total_items"], 2);
    assert_eq!(
        made["_embedded"]["links"][0],
        json!({"entity_id": lead, "entity_type": "leads", "to_entity_id": a, "to_entity_type": "contacts",
               "metadata": {"main_contact": true}})
    );
    amo.ok(Post, &path, json!([link(&json!(b), "contacts", true)]));
    let contacts = amo.get(&format!("/leads/{lead}?with=contacts"))["_embedded"]["contacts"].clone();
    assert_eq!((&contacts[0]["is_main"], &contacts[1]["is_main"]), (&json!(false), &json!(true)));
    assert_eq!(amo.get(&format!("/leads/{lead}"))["_embedded"]["companies"][0]["id"], company);
    assert_eq!(amo.get(&format!("/contacts/{a}/links"))["_embedded"]["links"][0]["to_entity_id"], lead);
    assert_eq!(amo.get(&format!("/leads/links?filter[entity_id][]={lead}"))["_total_items"], 3);
    let unlink = json!([{"to_entity_id": a, "to_entity_type": "contacts"}]);
    assert_eq!(amo.send(Post, &format!("/leads/{lead}/unlink"), unlink).0, 204);
    assert_eq!(amo.status(Get, &format!("/contacts/{a}/links")), 204);
    assert_eq!(
        amo.refused(
            Post,
            &path,
            json!([{"to_entity_id": 1, "to_entity_type": "contacts"}, {"to_entity_type": "cats"}])
        ),
        ["NotSupportedChoice to_entity_id", "NotSupportedChoice to_entity_type", "FieldMissing to_entity_id"]
    );
    assert_eq!(amo.send(Post, "/leads/1/link", json!([link(&json!(a), "contacts", true)])).0, 404);
}

#[test]
fn complex_makes_a_lead_with_its_people() {
    let mut amo = Amo::new();
    let body = json!([
        {"name": "L", "price": 5, "pipeline_id": MAIN, "status_id": 58_141_811, "request_id": "1",
         "_embedded": {"tags": [{"name": "t"}, {"name": "u"}],
            "contacts": [{"first_name": "Ivan", "custom_fields_values": phone("+79129876543")}],
            "companies": [{"name": "LLC"}], "source": {"external_id": "e", "type": "widget"}}},
        {"name": "Bare"},
    ]);
    let made = amo.ok(Post, "/leads/complex", body);
    let (lead, contact) = (made[0]["id"].clone(), made[0]["contact_id"].clone());
    assert_eq!((&made[0]["request_id"], &made[0]["merged"]), (&json!(["1"]), &json!(false)));
    assert_eq!((&made[1]["request_id"], &made[1]["contact_id"]), (&json!(["1"]), &Value::Null));
    let shown = amo.get(&format!("/leads/{lead}?with=contacts"));
    assert_eq!(
        (&shown["status_id"], &shown["_embedded"]["contacts"][0]["id"]),
        (&json!(58_141_811), &contact)
    );
    assert_eq!(shown["_embedded"]["tags"].as_array().unwrap().len(), 2);
    assert_eq!(shown["_embedded"]["companies"][0]["id"], made[0]["company_id"]);
    assert_eq!(
        amo.get(&format!("/contacts/{contact}"))["_embedded"]["companies"][0]["id"],
        made[0]["company_id"]
    );

    let again =
        json!([{"_embedded": {"contacts": [{"id": contact}], "companies": [{"id": made[0]["company_id"]}]}}]);
    let again = amo.ok(Post, "/leads/complex", again);
    assert_eq!((&again[0]["contact_id"], &again[0]["company_id"]), (&contact, &Value::Null));
    assert_eq!(
        amo.get(&format!("/contacts/{contact}?with=leads"))["_embedded"]["leads"].as_array().unwrap().len(),
        2
    );

    assert_eq!(
        amo.refused(
            Post,
            "/leads/complex",
            json!([
            {"custom_fields_values": [{"field_id": 5, "values": []}], "_embedded": {"contacts": [
                {"responsible_user_id": 1, "custom_fields_values": [{"field_id": 6, "values": []}]}]}},
            {"_embedded": {"contacts": [{"id": 1}]}}])
        ),
        [
            "NotSupportedChoice custom_fields_values.0.field_id",
            "NotSupportedChoice _embedded.contacts.0.responsible_user_id",
            "NotSupportedChoice _embedded.contacts.0.custom_fields_values.0.field_id",
            "NotSupportedChoice _embedded.contacts.0.id",
        ]
    );
    assert_eq!(amo.ids("/leads").len(), 3);
    assert_eq!(amo.ids("/contacts").len(), 1);
}
