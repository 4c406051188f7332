//! Each switch.

use crate::support::*;

#[test]
fn single_patch_wrapped() {
    let mut amo = Amo::new();
    let id = amo.contact(json!({"name": "x"}));
    amo.switch(json!({"single_patch_wrapped": true}));
    let answer = amo.ok(Patch, &format!("/contacts/{id}"), json!({"name": "y"}));
    assert_eq!(answer["_embedded"]["contacts"][0]["id"], id);
    assert!(answer["id"].is_null());
}

#[test]
fn filters_enabled() {
    let mut amo = Amo::new();
    let ids = [amo.contact(json!({"name": "x"})), amo.contact(json!({"name": "y"}))];
    amo.switch(json!({"filters_enabled": false}));
    assert_eq!(amo.get("/account?with=is_api_filter_enabled")["is_api_filter_enabled"], false);
    for filter in ["filter[id][]=1", "filter[name][]=x", "filter[custom_fields_values][700202][]=1"] {
        assert_eq!(amo.ids(&format!("/contacts?{filter}")), ids);
    }
    assert_eq!(amo.ids("/contacts?query=x"), [ids[0]]);
}

#[test]
fn query_matching() {
    let mut amo = Amo::new();
    let a = amo.contact(json!({"name": "Анна 4567", "custom_fields_values": phone("+38 (050) 123-45-67")}));
    let b = amo.contact(json!({"name": "b", "custom_fields_values": [
        {"field_code": "EMAIL", "values": [{"value": "B1234@X.com"}]}, {"field_id": 700_202, "values": [{"value": "0501234567"}]}]}));
    assert_eq!(amo.ids("/contacts?query=0501234567"), [a, b]);
    assert_eq!(amo.ids("/contacts?query=%2B380501234567"), [a]);
    assert_eq!(amo.ids("/contacts?query=1234"), [a, b]);
    assert_eq!(amo.ids("/contacts?query=4567"), [a, b]);
    assert_eq!(amo.ids("/contacts?query=b1234@x"), [b]);
    assert_eq!(amo.ids("/contacts?query=%D0%B0%D0%BD%D0%BD%D0%B0"), [a]);
    amo.switch(json!({"query_matching": "digits_suffix"}));
    assert_eq!(amo.ids("/contacts?query=501234567"), [a]);
    assert!(amo.ids("/contacts?query=380501234").is_empty());
    assert_eq!(amo.ids("/contacts?query=b1234@x"), [b]);
}

#[test]
fn index_delay_ms() {
    let mut amo = Amo::new();
    amo.switch(json!({"index_delay_ms": 500}));
    let id = amo.contact(json!({"name": "old"}));
    assert_eq!(amo.ids("/contacts"), [id]);
    assert!(amo.ids("/contacts?query=old").is_empty());
    amo.now += 499;
    assert!(amo.ids("/contacts?query=old").is_empty());
    amo.now += 1;
    assert_eq!(amo.ids("/contacts?query=old"), [id]);
    amo.ok(Patch, &format!("/contacts/{id}"), json!({"name": "new"}));
    assert_eq!(amo.ids("/contacts?query=old"), [id], "the index is stale");
    amo.now += 500;
    assert_eq!(amo.ids("/contacts?query=new"), [id]);
    assert!(amo.ids("/contacts?query=old").is_empty());
}

#[test]
fn unknown_field_code() {
    let mut amo = Amo::new();
    let body = json!([{"custom_fields_values": [{"field_code": "NOPE", "values": [{"value": "x"}]}]}]);
    amo.ok(Post, "/leads", body.clone());
    amo.switch(json!({"unknown_field_code": "400"}));
    assert_eq!(amo.refused(Post, "/leads", body), ["NotSupportedChoice custom_fields_values.0.field_code"]);
}

#[test]
fn rate_per_second_and_rate_limit_body() {
    let mut amo = Amo::new();
    amo.switch(json!({"rate_per_second": 7}));
    assert!((0..7).all(|_| amo.status(Get, "/account") == 200));
    let (status, body) = amo.send(Get, "/account", Value::Null);
    assert_eq!((status, &body["title"], &body["retry_after"]), (429, &json!("Too Many Requests"), &json!(1)));
    amo.switch(json!({"rate_limit_body": "html"}));
    let reply = amo.raw(Get, "/api/v4/account", "");
    assert_eq!((reply.response.status, reply.response.content_type.as_str()), (429, "text/html"));
    amo.now += 143;
    assert_eq!(amo.status(Get, "/account"), 200);
    assert!((0..20).all(|_| amo.status(Get, "/account") == 429));
    let reply = amo.raw(Get, "/api/v4/account", "");
    assert_eq!((reply.response.status, reply.response.content_type.as_str()), (403, "text/html"));
    assert!(String::from_utf8(reply.response.body).unwrap().contains("<center>nginx</center>"));
    amo.now += 10_000;
    assert_eq!(amo.status(Get, "/account"), 200);
}

#[test]
fn duplicate_control() {
    let mut amo = Amo::new();
    let body = |number: &str, mail: &str| {
        json!([{"name": "L", "_embedded": {"contacts": [{"name": "N", "custom_fields_values": [
        {"field_code": "PHONE", "values": [{"value": number}]}, {"field_code": "EMAIL", "values": [{"value": mail}]}]}]}}])
    };
    let first = amo.ok(Post, "/leads/complex", body("+380501234567", "a@b.c"));
    let second = amo.ok(Post, "/leads/complex", body("+380501234567", "a@b.c"));
    assert_ne!(first[0]["contact_id"], second[0]["contact_id"]);
    amo.switch(json!({"duplicate_control": true}));
    let third = amo.ok(Post, "/leads/complex", body("0501234567", "new@b.c"));
    assert_eq!((&third[0]["contact_id"], &third[0]["merged"]), (&first[0]["contact_id"], &json!(true)));
    let shown = amo.get(&format!("/contacts/{}?with=leads", first[0]["contact_id"]));
    assert_eq!(
        (field(&shown, "PHONE").as_array().unwrap().len(), field(&shown, "EMAIL").as_array().unwrap().len()),
        (1, 2)
    );
    assert_eq!(shown["_embedded"]["leads"].as_array().unwrap().len(), 2);
    let by_mail = amo.ok(Post, "/leads/complex", body("0671112233", "NEW@b.c"));
    assert_eq!(by_mail[0]["contact_id"], first[0]["contact_id"]);
    assert!(
        amo.get("/events?filter[type]=entity_merged")["_embedded"]["events"].as_array().unwrap().len() == 2
    );
    let form = json!([{"source_name": "s", "source_uid": "u", "metadata": {"ip": "1", "form_id": "f", "form_name": "n", "form_page": "p", "form_sent_at": 1},
        "_embedded": {"contacts": [{"name": "z", "custom_fields_values": phone("380501234567")}]}}]);
    let made = amo.ok(Post, "/leads/unsorted/forms", form);
    assert_eq!(made["_embedded"]["unsorted"][0]["_embedded"]["contacts"][0]["id"], first[0]["contact_id"]);
    let before = amo.ids("/contacts").len();
    amo.contact(json!({"custom_fields_values": phone("380501234567")}));
    assert_eq!(amo.ids("/contacts").len(), before + 1, "plain POST /contacts is not covered");
}

#[test]
fn admin_paid_token_valid() {
    let mut amo = Amo::new();
    amo.switch(json!({"admin": false}));
    for (method, path) in [
        (Get, "/users"),
        (Get, "/users/504141"),
        (Post, "/leads/custom_fields"),
        (Post, "/leads/custom_fields/groups"),
    ] {
        let (status, body) = amo.send(method, path, json!([{"name": "x", "type": "text"}]));
        assert_eq!((status, &body["title"]), (403, &json!("Forbidden")), "{path}");
    }
    assert_eq!(amo.state()["users"][0]["rights"]["is_admin"], false);
    assert_eq!(amo.status(Get, "/leads/custom_fields"), 200);
    amo.switch(json!({"paid": false}));
    let (status, body) = amo.send(Get, "/contacts", Value::Null);
    assert_eq!((status, &body["detail"]), (402, &json!("Payment required")));
    amo.switch(json!({"token_valid": false}));
    assert_eq!(amo.status(Get, "/contacts"), 401);
    amo.switch(json!({"token_valid": true, "paid": true, "admin": true}));
    assert_eq!(amo.status(Get, "/users"), 200);
}

#[test]
fn batch_400_stores_valid() {
    let mut amo = Amo::new();
    amo.switch(json!({"batch_400_stores_valid": true}));
    let told = amo.refused(Post, "/contacts", json!([{"name": "good"}, {"name": 5}]));
    assert_eq!(told, ["InvalidType name"]);
    assert_eq!(amo.ids("/contacts?query=good").len(), 1);
    assert_eq!(amo.ids("/contacts").len(), 1);
}
