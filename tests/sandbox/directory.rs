//! The account, its users, pipelines, fields; routes and tokens.

use crate::support::*;

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
    assert_eq!(amo.raw(Get, "/api/v3/account", "").response.status, 404);
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
    for headers in [
        Headers::default(),
        Headers::bearer("other"),
        Headers { authorization: Some("sandbox".into()), ..Headers::default() },
    ] {
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

#[test]
fn task_types_are_those_of_the_seed() {
    let mut amo = Amo::new();
    let seed = json!({ "task_types": [{ "id": 1, "name": "Связаться" }, { "id": 77, "name": "Замер" }] });
    amo.sandbox.reset(Some(&seed), NOW).unwrap();
    let account = amo.get("/account?with=task_types");
    assert_eq!(account["_embedded"]["task_types"][1]["name"], "Замер");
    let task =
        |kind: u64| json!([{ "text": "Замерить", "complete_till": 1_800_000_000, "task_type_id": kind }]);
    amo.ok(Post, "/tasks", task(77));
    assert_eq!(amo.refused(Post, "/tasks", task(2)), ["NotSupportedChoice task_type_id"]);
}
