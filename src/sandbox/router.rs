//! Which route and verb leads where.

use crate::amocrm::http::Method::{self, Delete, Get, Patch, Post};

use super::account::Account;
use super::answer::Answer;
use super::batch::Call;
use super::kind::Kind;
use super::{
    account, calls, complex, entities, events, fields, links, list, notes, pipelines, tags, tasks, unsorted,
    users,
};

/// The segments after `/api/v4`; None for anything else.
pub(crate) fn segments(route: &str) -> Option<Vec<&str>> {
    let rest = route.strip_prefix("/api/v4/")?;
    Some(rest.trim_end_matches('/').split('/').collect())
}

/// Answers a request that may come in.
pub(crate) fn answer(account: &mut Account, call: &Call, segments: &[&str]) -> Answer {
    let verb = call.method;
    match segments {
        ["account"] => read(verb, || account::get(account, call)),
        ["users", ..] if !account.asked_by_admin() => Answer::forbidden(),
        ["users"] => read(verb, || users::list(account, call)),
        ["users", id] => read(verb, || with_id(id, |id| users::one(account, id))),
        ["leads", "pipelines"] => read(verb, || pipelines::list(account, call)),
        ["leads", "pipelines", id] => read(verb, || with_id(id, |id| pipelines::one(account, id))),
        ["leads", "pipelines", id, "statuses"] => {
            read(verb, || with_id(id, |id| pipelines::statuses(account, call, id)))
        }
        ["leads", "pipelines", id, "statuses", status] => {
            read(verb, || with_id(id, |id| with_id(status, |status| pipelines::status(account, id, status))))
        }
        ["leads", "complex"] => match verb {
            Post => complex::create(account, call),
            _ => Answer::wrong_verb(),
        },
        ["leads", "unsorted", rest @ ..] => incoming(account, call, rest),
        ["tasks"] => match verb {
            Get => tasks::list(account, call),
            Post => tasks::create(account, call),
            Patch => tasks::patch(account, call),
            Delete => Answer::wrong_verb(),
        },
        ["tasks", id] => with_id(id, |id| match verb {
            Get => tasks::one(account, id),
            Patch => tasks::patch_one(account, call, id),
            _ => Answer::wrong_verb(),
        }),
        ["calls"] => match verb {
            Post => calls::create(account, call),
            _ => Answer::wrong_verb(),
        },
        ["events"] => read(verb, || events::list(account, call)),
        ["events", "types"] => read(verb, || events::types(account)),
        ["events", id] => read(verb, || events::one(account, id)),
        [name, rest @ ..] => match Kind::from_plural(name) {
            Some(kind) => of_kind(account, call, kind, rest),
            None => Answer::not_found(),
        },
        [] => Answer::not_found(),
    }
}

fn read(verb: Method, answer: impl FnOnce() -> Answer) -> Answer {
    if verb == Get { answer() } else { Answer::wrong_verb() }
}

fn with_id(text: &str, answer: impl FnOnce(u64) -> Answer) -> Answer {
    text.parse().map_or_else(|_| Answer::not_found(), answer)
}

fn incoming(account: &mut Account, call: &Call, rest: &[&str]) -> Answer {
    match (rest, call.method) {
        ([], Get) => unsorted::list(account, call),
        (["summary"], Get) => unsorted::summary(account),
        ([category @ ("forms" | "sip")], Post) => unsorted::create(account, call, category),
        ([uid], Get) => unsorted::one(account, uid),
        ([uid, "accept"], Post) => unsorted::accept(account, call, uid),
        ([uid, "decline"], Delete) => unsorted::decline(account, call, uid),
        ([] | [_] | [_, "accept" | "decline"], _) => Answer::wrong_verb(),
        _ => Answer::not_found(),
    }
}

fn of_kind(account: &mut Account, call: &Call, kind: Kind, rest: &[&str]) -> Answer {
    let verb = call.method;
    match rest {
        [] => match verb {
            Get => list::get(account, call, kind),
            Post => entities::post(account, call, kind),
            Patch => entities::patch(account, call, kind),
            Delete => Answer::wrong_verb(),
        },
        ["custom_fields", ..] if verb != Get && !account.asked_by_admin() => Answer::forbidden(),
        ["custom_fields"] => match verb {
            Get => fields::list(account, call, kind),
            Post => fields::create(account, call, kind),
            _ => Answer::wrong_verb(),
        },
        ["custom_fields", "groups"] => match verb {
            Get => fields::groups(account, call, kind),
            Post => fields::create_groups(account, call, kind),
            _ => Answer::wrong_verb(),
        },
        ["custom_fields", id] => read(verb, || with_id(id, |id| fields::one(account, kind, id))),
        ["tags"] => match verb {
            Get => tags::list(account, call, kind),
            Post => tags::create(account, call, kind),
            _ => Answer::wrong_verb(),
        },
        ["notes", rest @ ..] => of_notes(account, call, kind, None, rest),
        [action @ ("link" | "unlink" | "links")] => linked(account, call, kind, None, action),
        [id, rest @ ..] => with_id(id, |id| match rest {
            [] => match verb {
                Get => entities::one(account, call, kind, id),
                Patch => entities::patch_one(account, call, kind, id),
                _ => Answer::wrong_verb(),
            },
            ["notes", rest @ ..] => of_notes(account, call, kind, Some(id), rest),
            [action @ ("link" | "unlink" | "links")] => linked(account, call, kind, Some(id), action),
            _ => Answer::not_found(),
        }),
    }
}

fn of_notes(account: &mut Account, call: &Call, kind: Kind, own: Option<u64>, rest: &[&str]) -> Answer {
    match (rest, call.method) {
        ([], Get) => notes::list(account, call, kind, own),
        ([], Post) => notes::create(account, call, kind, own),
        ([], Patch) => notes::patch(account, call, kind, own),
        ([id], Get) => with_id(id, |id| notes::one(account, kind, own, id)),
        ([id], Patch) => with_id(id, |id| notes::patch_one(account, call, kind, own, id)),
        ([] | [_], _) => Answer::wrong_verb(),
        _ => Answer::not_found(),
    }
}

fn linked(account: &mut Account, call: &Call, kind: Kind, own: Option<u64>, action: &str) -> Answer {
    match (action, call.method) {
        ("link", Post) => links::link(account, call, kind, own),
        ("unlink", Post) => links::unlink(account, call, kind, own),
        ("links", Get) => links::list(account, call, kind, own),
        _ => Answer::wrong_verb(),
    }
}
