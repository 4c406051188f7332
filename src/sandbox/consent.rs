//! The page that asks for consent, and its two ways back to the client.

use std::fmt::Write as _;

use super::account::Account;
use super::answer::{Answer, Body};
use super::batch::Call;
use super::grants::{Grant, Grants};
use super::users;

/// `GET /oauth`: the page; with `answer=allow|deny` at once what its buttons do. `user` says who answers.
pub(crate) fn answer(grants: &mut Grants, account: &Account, call: &Call) -> Answer {
    let given = |name: &str| call.query.get(name).unwrap_or_default();
    let (client, address, state) = (given("client_id"), given("redirect_uri"), given("state"));
    if client != grants.client.id {
        return mistake("client_id");
    }
    if !is_address(address) {
        return mistake("redirect_uri");
    }
    let user = match given("user") {
        "" => Some(account.owner),
        user => user.parse().ok().filter(|user| account.is_active_user(*user)),
    };
    let Some(user) = user else { return mistake("user") };
    match given("answer") {
        "allow" => {
            let grant = Grant { user, account: account.identity.id, redirect_uri: address.to_owned() };
            let code = grants.code(grant, call.now_ms);
            let host = account.host();
            back(address, &[("code", &code), ("state", state), ("referer", host), ("client_id", client)])
        }
        "deny" => back(address, &[("error", "access_denied"), ("client_id", client), ("state", state)]),
        "" => page(
            200,
            &form(account, user, &[("client_id", client), ("state", state), ("redirect_uri", address)]),
        ),
        _ => mistake("answer"),
    }
}

/// A web address that may stand in a `Location`.
fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        && text.bytes().all(|b| b.is_ascii_graphic() && b != b'#')
}

fn back(address: &str, parameters: &[(&str, &str)]) -> Answer {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    let joint = if address.contains('?') { '&' } else { '?' };
    Answer { status: 302, body: Body::Redirect(format!("{address}{joint}{query}")) }
}

fn form(account: &Account, chosen: u64, hidden: &[(&str, &str)]) -> String {
    let mut form = format!("<h1>{}</h1>\n<form action=\"/oauth\">\n", escaped(&account.identity.name));
    for (name, value) in hidden {
        let _ = writeln!(form, "<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escaped(value));
    }
    form.push_str("<p><select name=\"user\">\n");
    for (id, user) in account.users.iter().filter(|(_, user)| users::is_active(user)) {
        let name = user.get("name").and_then(|name| name.as_str()).unwrap_or_default();
        let selected = if *id == chosen { " selected" } else { "" };
        let _ = writeln!(form, "<option value=\"{id}\"{selected}>{}</option>", escaped(name));
    }
    form.push_str(
        "</select></p>\n<button name=\"answer\" value=\"allow\">Разрешить</button>\n\
         <button name=\"answer\" value=\"deny\">Отказать</button>\n</form>",
    );
    form
}

fn mistake(parameter: &str) -> Answer {
    page(400, &format!("<h1>400</h1>\n<p>{parameter}</p>"))
}

fn page(status: u16, inside: &str) -> Answer {
    let page = format!(
        "<!doctype html>\n<html lang=\"ru\">\n<meta charset=\"utf-8\">\n<title>OAuth</title>\n{inside}\n</html>\n"
    );
    Answer { status, body: Body::Html(page) }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}
