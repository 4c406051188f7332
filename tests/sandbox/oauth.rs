//! OAuth: consent, tokens, rotation, revocation, users without rights, other and moved accounts.

use std::collections::BTreeMap;

use crate::support::*;

const TOKENS: &str = "/oauth2/access_token";
const CALLBACK: &str = "https://app.example/oauth?project=demo";
const DAY_MS: i64 = 86_400_000;

fn query(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// What a redirect carries.
fn carried(location: &str) -> BTreeMap<String, String> {
    let (_, query) = location.split_once('?').unwrap();
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// The claims of a token.
fn claims(token: &str) -> Value {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let payload = token.split('.').nth(1).unwrap();
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for c in payload.chars() {
        bits = bits << 6 | u32::try_from(DIGITS.find(c).unwrap()).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 255).unwrap());
        }
    }
    serde_json::from_slice(&bytes).unwrap()
}

impl Amo {
    fn anyone(&mut self, method: Method, path: &str, headers: &Headers, body: &str) -> (Reply, Value) {
        let reply = self.sandbox.handle(method, path, headers, body, self.now);
        let body = serde_json::from_slice(&reply.response.body).unwrap_or(Value::Null);
        (reply, body)
    }

    fn consent(&mut self, extra: &[(&str, &str)]) -> Reply {
        let mut pairs = vec![("client_id", "sandbox-client"), ("redirect_uri", CALLBACK), ("state", "s&1")];
        pairs.extend(extra);
        self.anyone(Get, &format!("/oauth?{}", query(&pairs)), &Headers::default(), "").0
    }

    fn code(&mut self, extra: &[(&str, &str)]) -> String {
        let mut pairs = vec![("answer", "allow")];
        pairs.extend(extra);
        carried(&self.consent(&pairs).location.unwrap())["code"].clone()
    }

    /// The token endpoint with some parameters changed; null takes one away.
    fn token(&mut self, changes: Value) -> (u16, Value) {
        let mut body = json!({
            "client_id": "sandbox-client", "client_secret": "sandbox-secret", "redirect_uri": CALLBACK,
        });
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        let (reply, body) = self.anyone(Post, TOKENS, &Headers::default(), &body.to_string());
        (reply.response.status, body)
    }

    fn redeem(&mut self, code: &str) -> (u16, Value) {
        self.token(json!({"grant_type": "authorization_code", "code": code}))
    }

    fn refresh(&mut self, token: &Value) -> (u16, Value) {
        self.token(json!({"grant_type": "refresh_token", "refresh_token": token}))
    }

    fn pair(&mut self, extra: &[(&str, &str)]) -> Value {
        let code = self.code(extra);
        let (status, pair) = self.redeem(&code);
        assert_eq!(status, 200, "{pair}");
        pair
    }

    fn with(&mut self, token: &Value, path: &str) -> (u16, Value) {
        let headers = Headers::bearer(token.as_str().unwrap());
        let (reply, body) = self.anyone(Get, &format!("/api/v4{path}"), &headers, "");
        (reply.response.status, body)
    }

    fn moved_to(&mut self, refresh: Option<&str>) -> (u16, Value) {
        let headers = Headers { refresh_token: refresh.map(str::to_owned), ..Headers::default() };
        let (reply, body) = self.anyone(Get, "/oauth2/account/current/subdomain", &headers, "");
        (reply.response.status, body)
    }
}

fn revoked() -> (u16, Value) {
    let body = json!({
        "hint": "Token has been revoked", "title": "Некорректный запрос", "status": 401,
        "type": "https://developers.amocrm.ru/v3/errors/OAuthProblemJson",
        "detail": "В запросе отсутствует ряд параметров или параметры невалидны",
    });
    (401, body)
}

#[test]
fn a_consent_leads_back_with_a_code() {
    let mut amo = Amo::new();
    let reply = amo.consent(&[("answer", "allow"), ("mode", "popup")]);
    assert_eq!((reply.response.status, reply.response.body.len()), (302, 0));
    let location = reply.location.unwrap();
    assert!(location.starts_with("https://app.example/oauth?project=demo&code=def502"), "{location}");
    let carried = carried(&location);
    assert_eq!(
        (carried["state"].as_str(), carried["referer"].as_str(), carried["client_id"].as_str()),
        ("s&1", "amo", "sandbox-client")
    );
    let refusal = amo.consent(&[("answer", "deny")]).location.unwrap();
    assert_eq!(
        refusal,
        "https://app.example/oauth?project=demo&error=access_denied&client_id=sandbox-client&state=s%261"
    );
}

#[test]
fn the_page_asks_and_escapes() {
    let mut amo = Amo::new();
    amo.sandbox.account(&json!({"name": "<b>\"Рога & копыта\""})).unwrap();
    let reply = amo.consent(&[("state", "\"><script>'")]);
    assert_eq!((reply.response.status, reply.response.content_type.as_str()), (200, "text/html"));
    let page = String::from_utf8(reply.response.body).unwrap();
    for part in [
        "name=\"state\" value=\"&quot;&gt;&lt;script&gt;&#39;\"",
        "&lt;b&gt;&quot;Рога &amp; копыта&quot;",
        "<button name=\"answer\" value=\"allow\">",
        "<button name=\"answer\" value=\"deny\">",
        "<option value=\"504141\" selected>",
        "<option value=\"504142\">Иван Иванов",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(!page.contains("<script>") && !page.contains("504144"), "{page}");
    assert_eq!(amo.state()["oauth"]["codes"], 0, "looking grants nothing");
}

#[test]
fn a_wrong_consent_leads_nowhere() {
    let mut amo = Amo::new();
    for wrong in [
        ("client_id", "other"),
        ("redirect_uri", ""),
        ("redirect_uri", "javascript:alert(1)"),
        ("redirect_uri", "https://a.example/\r\nx: y"),
        ("redirect_uri", "https://a.example/#x"),
        ("redirect_uri", "https:///x"),
        ("user", "504144"),
        ("user", "x"),
        ("answer", "perhaps"),
    ] {
        let reply = amo.consent(&[("answer", "allow"), wrong]);
        assert_eq!((reply.response.status, reply.location), (400, None), "{wrong:?}");
    }
    assert_eq!(amo.anyone(Post, "/oauth", &Headers::default(), "").0.response.status, 405);
    assert_eq!(amo.anyone(Get, TOKENS, &Headers::default(), "").0.response.status, 405);
    assert_eq!(amo.anyone(Get, "/oauth2/other", &Headers::default(), "").0.response.status, 404);
}

#[test]
fn a_code_gives_tokens_once() {
    let mut amo = Amo::new();
    let code = amo.code(&[]);
    let (status, pair) = amo.redeem(&code);
    let keys: Vec<&String> = pair.as_object().unwrap().keys().collect();
    assert_eq!(status, 200);
    let mut wanted = ["token_type", "expires_in", "server_time", "access_token", "refresh_token"];
    wanted.sort_unstable();
    let mut keys: Vec<&str> = keys.into_iter().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, wanted);
    assert_eq!(
        (&pair["token_type"], &pair["expires_in"], &pair["server_time"]),
        (&json!("Bearer"), &json!(86_400), &json!(NOW / 1000))
    );
    assert_eq!(amo.with(&pair["access_token"], "/account").1["current_user_id"], 504_141);
    assert_eq!(amo.redeem(&code), revoked());
    assert_eq!(amo.redeem("def502"), revoked());
    let late = amo.code(&[]);
    amo.now += 20 * 60_000;
    assert_eq!(amo.redeem(&late), revoked());
    let state = amo.state();
    assert_eq!(
        state["oauth"],
        json!({"codes": 0, "access_tokens": 1, "refresh_tokens": 1, "long_lived_tokens": 0, "refreshes": 0})
    );
    let requests = state["requests"].as_array().unwrap();
    assert!(requests.iter().any(|request| request["path"] == TOKENS && request["status"] == 200));
}

#[test]
fn the_token_endpoint_checks_what_it_is_given() {
    let mut amo = Amo::new();
    let code = amo.code(&[]);
    let good = json!({"grant_type": "authorization_code", "code": code});
    let changed = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    let client = json!({
        "title": "Некорректный клиент", "type": "https://developers.amocrm.ru/v3/errors/OAuthProblemJson",
        "status": 401, "detail": "Авторизация клиента не прошла",
    });
    assert_eq!(amo.token(changed("client_id", json!("other"))), (401, client.clone()));
    assert_eq!(amo.token(changed("client_secret", json!("other"))), (401, client));
    let missing = ["client_id", "client_secret", "redirect_uri", "grant_type", "code"];
    let cases = missing.map(|name| (name, Value::Null)).into_iter().chain([
        ("grant_type", json!("password")),
        ("grant_type", json!("refresh_token")),
        ("redirect_uri", json!("https://app.example/other")),
        ("code", json!("")),
        ("code", json!(5)),
    ]);
    for (name, value) in cases {
        let (status, body) = amo.token(changed(name, value.clone()));
        assert_eq!((status, &body["status"]), (400, &json!(400)), "{name} {value}");
        assert!(body["hint"].is_null());
    }
    for body in ["", "[]", "{", "a=%ff&&=", "null"] {
        assert_eq!(amo.anyone(Post, TOKENS, &Headers::default(), body).0.response.status, 400, "{body}");
    }
    let form = query(&[
        ("client_id", "sandbox-client"),
        ("client_secret", "sandbox-secret"),
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
    ]);
    let (reply, pair) = amo.anyone(Post, TOKENS, &Headers::default(), &form);
    assert_eq!(
        (reply.response.status, reply.response.content_type.as_str()),
        (200, "application/json"),
        "a mistake does not use a code up, and forms are read"
    );
    let other = json!({"grant_type": "refresh_token", "refresh_token": pair["refresh_token"],
        "redirect_uri": "https://app.example/other"});
    assert_eq!(amo.token(other).0, 400);
    assert_eq!(amo.refresh(&pair["refresh_token"]).0, 200);
}

#[test]
fn another_registration() {
    let options: Options =
        serde_json::from_value(json!({"base_url": "http://amo/", "client": {"id": "i", "secret": "s"}}))
            .unwrap();
    let mut amo = Amo { sandbox: Sandbox::new(options), now: NOW };
    let code = amo.code(&[("client_id", "i")]);
    assert_eq!(amo.redeem(&code).0, 401);
    let body =
        json!({"client_id": "i", "client_secret": "s", "grant_type": "authorization_code", "code": code});
    assert_eq!(amo.token(body).0, 200);
}

#[test]
fn access_tokens_are_jwts_for_a_day() {
    let mut amo = Amo::new();
    let token = amo.pair(&[])["access_token"].clone();
    let text = token.as_str().unwrap();
    assert_eq!(text.split('.').count(), 3);
    assert!(text.starts_with("eyJ"), "{text}");
    let claims = claims(text);
    assert_eq!(claims["account_id"], 28_805_383);
    assert_eq!((&claims["sub"], &claims["aud"]), (&json!("504141"), &json!("sandbox-client")));
    assert_eq!((&claims["base_domain"], &claims["api_domain"]), (&json!("amo"), &json!("amo")));
    assert_eq!((&claims["iat"], &claims["nbf"]), (&json!(NOW / 1000), &json!(NOW / 1000)));
    assert_eq!(claims["exp"], NOW / 1000 + 86_400);
    assert_eq!(claims["jti"].as_str().unwrap().len(), 64);
    assert_eq!(claims["scopes"][2], "crm");
    amo.now += DAY_MS - 1;
    assert_eq!(amo.with(&token, "/account").0, 200);
    amo.now += 1;
    let body = json!({
        "title": "Unauthorized", "type": "https://httpstatus.es/401", "status": 401,
        "detail": "Invalid user name or password",
    });
    assert_eq!(amo.with(&token, "/account"), (401, body));
    assert_eq!(amo.status(Get, "/account"), 200, "the fixed token stays");
    assert_eq!(amo.state()["oauth"]["access_tokens"], 0);
}

#[test]
fn in_grace_an_old_refresh_token_works_until_the_new_one_is_used() {
    let mut amo = Amo::new();
    let first = amo.pair(&[])["refresh_token"].clone();
    let lost = amo.refresh(&first).1["refresh_token"].clone();
    let (status, again) = amo.refresh(&first);
    assert_eq!(status, 200, "its answer was lost");
    assert_ne!(again["refresh_token"], lost);
    let next = amo.refresh(&again["refresh_token"]);
    assert_eq!(next.0, 200);
    assert_eq!(amo.refresh(&first), revoked());
    assert_eq!(amo.with(&again["access_token"], "/account").0, 200, "access tokens live on");
    assert_eq!(amo.state()["oauth"]["refreshes"], 3);
    amo.now += 90 * DAY_MS;
    assert_eq!(amo.refresh(&next.1["refresh_token"]), revoked(), "three months unused");
}

#[test]
fn in_strict_mode_a_refresh_token_works_once() {
    let mut amo = Amo::new();
    amo.switch(json!({"refresh": "strict"}));
    let first = amo.pair(&[])["refresh_token"].clone();
    let (status, next) = amo.refresh(&first);
    assert_eq!(status, 200);
    assert_eq!(amo.refresh(&first), revoked());
    assert_eq!(amo.refresh(&next["refresh_token"]).0, 200);
    let oauth = amo.state()["oauth"].clone();
    assert_eq!((&oauth["refreshes"], &oauth["refresh_tokens"]), (&json!(2), &json!(1)));
}

#[test]
fn faults_strike_the_token_endpoint() {
    let mut amo = Amo::new();
    let first = amo.pair(&[])["refresh_token"].clone();
    for (fault, status, kind) in [
        (json!({"path": TOKENS, "kind": "status", "status": 503, "count": 1}), 503, "text/html"),
        (json!({"path": "/oauth2/*", "kind": "html_403", "count": 1}), 403, "text/html"),
        (json!({"path": TOKENS, "kind": "drop_before", "count": 1}), 0, ""),
    ] {
        amo.fault(fault);
        let body = query(&[("grant_type", "refresh_token")]);
        let reply = amo.anyone(Post, TOKENS, &Headers::default(), &body).0;
        assert_eq!((reply.response.status, reply.response.content_type.as_str()), (status, kind));
    }
    assert_eq!(amo.state()["oauth"]["refreshes"], 0);
    amo.switch(json!({"refresh": "strict"}));
    amo.fault(json!({"path": TOKENS, "kind": "drop_after", "count": 1}));
    assert_eq!(amo.refresh(&first), (0, Value::Null));
    assert_eq!(amo.state()["oauth"]["refreshes"], 1, "done, but the answer is lost");
    assert_eq!(amo.refresh(&first), revoked());
    let second = amo.pair(&[])["refresh_token"].clone();
    amo.fault(json!({"path": TOKENS, "kind": "commit_late", "delay_ms": 100, "count": 1}));
    assert_eq!(amo.refresh(&second).0, 504);
    amo.now += 100;
    assert_eq!(amo.refresh(&second), revoked());
    amo.fault(json!({"path": "/oauth", "kind": "html_502", "count": 1}));
    assert_eq!(amo.consent(&[]).response.status, 502);
}

#[test]
fn the_quota_is_not_for_the_consent_page() {
    let mut amo = Amo::new();
    amo.switch(json!({"rate_per_second": 1}));
    assert!((0..5).all(|_| amo.consent(&[]).response.status == 200));
    assert_eq!((amo.redeem("x").0, amo.redeem("x").0), (401, 429));
}

#[test]
fn revocation() {
    let mut amo = Amo::new();
    let pair = amo.pair(&[]);
    let long = json!(amo.sandbox.long_lived_token(&json!({}), NOW).unwrap());
    let code = amo.code(&[]);
    amo.switch(json!({"token_valid": false}));
    assert_eq!(amo.with(&pair["access_token"], "/account").0, 401);
    assert_eq!(amo.refresh(&pair["refresh_token"]), revoked());
    amo.switch(json!({"token_valid": true}));
    assert_eq!(amo.with(&pair["access_token"], "/account").0, 200);
    amo.sandbox.revoke(&json!({})).unwrap();
    assert_eq!(amo.with(&pair["access_token"], "/account").0, 401);
    assert_eq!(amo.refresh(&pair["refresh_token"]), revoked());
    assert_eq!(amo.redeem(&code), revoked());
    assert_eq!((amo.with(&long, "/account").0, amo.status(Get, "/account")), (200, 200));
    amo.sandbox.revoke(&json!({"long_lived": true})).unwrap();
    assert_eq!((amo.with(&long, "/account").0, amo.status(Get, "/account")), (401, 401));
    let again = amo.pair(&[]);
    assert_eq!(amo.with(&again["access_token"], "/account").0, 200, "consent may be given again");
    amo.sandbox.reset(None, NOW).unwrap();
    assert_eq!(amo.status(Get, "/account"), 200, "a reset gives the fixed token back");
    assert_eq!(amo.with(&again["access_token"], "/account").0, 200, "and leaves grants alone");
    for wrong in [json!([]), json!({"all": true}), json!({"long_lived": 1})] {
        assert!(amo.sandbox.revoke(&wrong).is_err(), "{wrong}");
    }
}

#[test]
fn long_lived_tokens() {
    let mut amo = Amo::new();
    let document = json!({"user": 504_142, "days": 30});
    let token = json!(amo.sandbox.long_lived_token(&document, NOW).unwrap());
    let claims = claims(token.as_str().unwrap());
    assert_eq!((&claims["sub"], &claims["exp"]), (&json!("504142"), &json!((NOW + 30 * DAY_MS) / 1000)));
    assert_eq!(amo.with(&token, "/account").1["current_user_id"], 504_142);
    amo.now += 30 * DAY_MS;
    assert_eq!(amo.with(&token, "/account").0, 401);
    for (document, told) in [
        (json!({"user": 504_144}), "unknown_entity /user"),
        (json!({"user": 1}), "unknown_entity /user"),
        (json!({"days": 0}), "invalid_type /days"),
        (json!({"days": 1828}), "invalid_type /days"),
        (json!({"years": 1}), "unknown_key /years"),
        (json!(5), "invalid_type "),
    ] {
        let problem = amo.sandbox.long_lived_token(&document, NOW).unwrap_err().remove(0);
        assert_eq!(format!("{} {}", problem.code, problem.path), told);
    }
}

#[test]
fn a_token_acts_as_its_user() {
    let mut amo = Amo::new();
    let token = amo.pair(&[("user", "504142")])["access_token"].clone();
    assert_eq!(claims(token.as_str().unwrap())["sub"], "504142");
    assert_eq!(amo.with(&token, "/account").1["current_user_id"], 504_142);
    for path in ["/users", "/users/504142"] {
        assert_eq!(amo.with(&token, path).0, 403, "{path}");
    }
    let headers = Headers::bearer(token.as_str().unwrap());
    let field = json!([{"name": "x", "type": "text"}]).to_string();
    assert_eq!(amo.anyone(Post, "/api/v4/leads/custom_fields", &headers, &field).0.response.status, 403);
    let (_, made) = amo.anyone(Post, "/api/v4/leads", &headers, "[{}]");
    let id = made["_embedded"]["leads"][0]["id"].as_u64().unwrap();
    assert_eq!(amo.get(&format!("/leads/{id}"))["created_by"], 504_142);
    amo.fault(json!({"path": "/api/v4/leads", "kind": "commit_late", "delay_ms": 5, "count": 1}));
    amo.anyone(Post, "/api/v4/leads", &headers, "[{}]");
    amo.now += 5;
    assert_eq!(amo.state()["leads"][1]["created_by"], 504_142, "late writes too");
    assert_eq!((amo.status(Get, "/users"), &amo.get("/account")["current_user_id"]), (200, &json!(504_141)));
    amo.switch(json!({"admin": false}));
    let admin = amo.pair(&[])["access_token"].clone();
    assert_eq!(amo.with(&admin, "/users").0, 403);
    amo.sandbox.reset(Some(&json!({"users": [{"id": 1, "name": "Only"}]})), NOW).unwrap();
    assert_eq!(amo.with(&token, "/account").1["current_user_id"], 1, "a user who is gone is the owner");
}

#[test]
fn another_account_at_the_same_address() {
    let mut amo = Amo::new();
    let pair = amo.pair(&[]);
    let code = amo.code(&[]);
    amo.lead(json!({}));
    amo.sandbox.account(&json!({"id": 5, "subdomain": "other", "name": "Other"})).unwrap();
    let account = amo.get("/account");
    assert_eq!(
        (&account["id"], &account["subdomain"], &account["name"]),
        (&json!(5), &json!("other"), &json!("Other"))
    );
    assert_eq!(amo.state()["account"], json!({"id": 5, "subdomain": "other", "name": "Other"}));
    assert_eq!(amo.state()["leads"][0]["account_id"], 5);
    assert_eq!(amo.with(&pair["access_token"], "/account").0, 401, "it knows nothing of the grants");
    assert_eq!(amo.refresh(&pair["refresh_token"]), revoked());
    assert_eq!(amo.redeem(&code), revoked());
    let other = amo.pair(&[])["access_token"].clone();
    assert_eq!(claims(other.as_str().unwrap())["account_id"], 5);
    amo.sandbox.reset(None, NOW).unwrap();
    assert_eq!(amo.get("/account")["id"], 28_805_383);
    assert_eq!(amo.with(&pair["access_token"], "/account").0, 200);
    amo.sandbox.reset(Some(&json!({"account": {"id": 5}})), NOW).unwrap();
    assert_eq!(amo.with(&other, "/account").1["subdomain"], "demo");
    for (document, told) in [
        (json!({"id": 0}), "invalid_type /id"),
        (json!({"subdomain": ""}), "invalid_type /subdomain"),
        (json!({"name": 1}), "invalid_type /name"),
        (json!({"host": "x"}), "unknown_key /host"),
        (json!([]), "invalid_type "),
    ] {
        let problem = amo.sandbox.account(&document).unwrap_err().remove(0);
        assert_eq!(format!("{} {}", problem.code, problem.path), told);
    }
    let problem = amo.sandbox.reset(Some(&json!({"account": {"id": "x"}})), NOW).unwrap_err().remove(0);
    assert_eq!(problem.path, "/account/id");
}

#[test]
fn an_account_moves() {
    let mut amo = Amo::new();
    let pair = amo.pair(&[]);
    let refresh = pair["refresh_token"].as_str().unwrap();
    let here = json!({"id": 28_805_383, "subdomain": "demo", "domain": "amo", "top_level_domain": "amo"});
    assert_eq!(amo.moved_to(Some(refresh)), (200, here));
    assert_eq!((amo.moved_to(Some("def502")), amo.moved_to(None)), (revoked(), revoked()));
    amo.sandbox.account(&json!({"subdomain": "new"})).unwrap();
    amo.switch(json!({"subdomain_moved": "new.amocrm.ru:8788"}));
    assert_eq!(amo.refresh(&pair["refresh_token"]).0, 404);
    assert_eq!(amo.with(&pair["access_token"], "/account").0, 401);
    let there = json!({
        "id": 28_805_383, "subdomain": "new", "domain": "new.amocrm.ru:8788", "top_level_domain": "ru",
    });
    assert_eq!(amo.moved_to(Some(refresh)), (200, there));
    let headers = |token: &Value| {
        let bearer = format!("Bearer {}", token.as_str().unwrap());
        Headers::from(BTreeMap::from([
            ("Authorization".to_owned(), bearer),
            ("HOST".to_owned(), "New.amocrm.ru:8788".to_owned()),
        ]))
    };
    let body = query(&[
        ("client_id", "sandbox-client"),
        ("client_secret", "sandbox-secret"),
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh),
        ("redirect_uri", CALLBACK),
    ]);
    let (reply, next) = amo.anyone(Post, TOKENS, &headers(&pair["access_token"]), &body);
    assert_eq!(reply.response.status, 200);
    let claims = claims(next["access_token"].as_str().unwrap());
    assert_eq!(
        (&claims["base_domain"], &claims["api_domain"]),
        (&json!("new.amocrm.ru:8788"), &json!("amo")),
        "the API's own host does not move"
    );
    let (reply, _) = amo.anyone(Get, "/api/v4/account", &headers(&next["access_token"]), "");
    assert_eq!(reply.response.status, 200);
    let location = amo.consent(&[("answer", "allow")]).location.unwrap();
    assert_eq!(carried(&location)["referer"], "new.amocrm.ru:8788");
    amo.switch(json!({"subdomain_moved": false}));
    assert_eq!(amo.with(&next["access_token"], "/account").0, 200);
}

#[test]
fn equal_seeds_grant_equal_tokens_and_no_token_twice() {
    let (mut a, mut b) = (Amo::new(), Amo::new());
    let first = a.pair(&[]);
    assert_eq!(first, b.pair(&[]));
    a.sandbox.reset(None, NOW).unwrap();
    assert_ne!(first["refresh_token"], a.pair(&[])["refresh_token"]);
    let lead = |amo: &mut Amo| amo.lead(json!({}));
    assert_eq!(lead(&mut a), lead(&mut Amo::new()), "consent changes nothing else");
}
