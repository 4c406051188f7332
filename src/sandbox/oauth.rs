//! OAuth 2.0: the token endpoint, where an account has moved to, and the way to the consent page.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::amocrm::http::Method::{Get, Post};

use super::account::Account;
use super::answer::{Answer, Body};
use super::batch::Call;
use super::grants::{ACCESS_S, Grants, Refused};
use super::{Headers, consent};

/// The consent page; amoCRM has it on a host of its own.
pub(crate) const CONSENT: &str = "/oauth";
const TOKENS: &str = "/oauth2/access_token";
const SUBDOMAIN: &str = "/oauth2/account/current/subdomain";

/// Whether a route is one of these: they ask for no access token.
pub(crate) fn serves(route: &str) -> bool {
    route == CONSENT || route.starts_with("/oauth2/")
}

/// Answers a request.
pub(crate) fn answer(grants: &mut Grants, account: &Account, call: &Call, headers: &Headers) -> Answer {
    match (call.route, call.method) {
        (CONSENT, Get) => consent::answer(grants, account, call),
        (TOKENS, Post) if account.has_left(headers.host.as_deref()) => Answer::not_found(),
        (TOKENS, Post) => tokens(grants, account, call),
        (SUBDOMAIN, Get) => subdomain(grants, account, call, headers),
        (CONSENT | TOKENS | SUBDOMAIN, _) => Answer::wrong_verb(),
        _ => Answer::not_found(),
    }
}

/// The parameters that are not empty, of a JSON or a form body.
fn parameters(body: &str) -> BTreeMap<String, String> {
    let pairs: BTreeMap<String, String> = match serde_json::from_str(body) {
        Ok(Value::Object(map)) => {
            map.into_iter().filter_map(|(key, value)| Some((key, value.as_str()?.to_owned()))).collect()
        }
        _ => form_urlencoded::parse(body.as_bytes()).into_owned().collect(),
    };
    pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn tokens(grants: &mut Grants, account: &Account, call: &Call) -> Answer {
    let given = parameters(call.body);
    let given = |name: &str| given.get(name).map(String::as_str);
    let (Some(id), Some(secret), Some(grant_type), Some(redirect_uri)) =
        (given("client_id"), given("client_secret"), given("grant_type"), given("redirect_uri"))
    else {
        return invalid(400, None);
    };
    if (id, secret) != (&grants.client.id, &grants.client.secret) {
        return problem(401, "Некорректный клиент", "Авторизация клиента не прошла", None);
    }
    let pair = match (grant_type, given("code"), given("refresh_token")) {
        ("authorization_code", Some(code), _) => grants.redeem(code, redirect_uri, account, call.now_ms),
        ("refresh_token", _, Some(_)) if !account.switches.token_valid => Err(Refused::Revoked),
        ("refresh_token", _, Some(token)) => grants.refresh(token, redirect_uri, account, call.now_ms),
        _ => return invalid(400, None),
    };
    match pair {
        Ok(pair) => Answer {
            status: 200,
            body: Body::Json(json!({
                "token_type": "Bearer", "expires_in": ACCESS_S, "server_time": call.now_ms.div_euclid(1000),
                "access_token": pair.access, "refresh_token": pair.refresh,
            })),
        },
        Err(Refused::Revoked) => revoked(),
        Err(Refused::OtherAddress) => invalid(400, None),
    }
}

fn subdomain(grants: &Grants, account: &Account, call: &Call, headers: &Headers) -> Answer {
    let known = |token: &&str| grants.knows(token, account, call.now_ms) && account.switches.token_valid;
    if headers.refresh_token.as_deref().filter(known).is_none() {
        return revoked();
    }
    let (identity, domain) = (&account.identity, account.host());
    let name = domain.split(':').next().unwrap_or_default();
    let body = json!({
        "id": identity.id, "subdomain": identity.subdomain, "domain": domain,
        "top_level_domain": name.rsplit('.').next(),
    });
    Answer { status: 200, body: Body::Json(body) }
}

fn revoked() -> Answer {
    invalid(401, Some("Token has been revoked"))
}

fn invalid(status: u16, hint: Option<&str>) -> Answer {
    let detail = "В запросе отсутствует ряд параметров или параметры невалидны";
    problem(status, "Некорректный запрос", detail, hint)
}

fn problem(status: u16, title: &str, detail: &str, hint: Option<&str>) -> Answer {
    let mut body = json!({
        "title": title, "type": "https://developers.amocrm.ru/v3/errors/OAuthProblemJson", "status": status,
        "detail": detail,
    });
    if let (Some(hint), Value::Object(body)) = (hint, &mut body) {
        body.insert("hint".to_owned(), hint.into());
    }
    Answer { status, body: Body::Problem(body) }
}
