//! Several journeys' creates as one request: amoCRM takes arrays, and nothing is dearer than a request.
//!
//! Items are named by `request_id`, which is echoed and never stored (API notes §7.3). What is not certain of an item
//! is told as such: its own journey looks it up.

use serde_json::{Map, Value, json};

use super::answer::{Answer, classify};
use super::http::{Method, Request, Response};
use crate::json;

/// Requests that left as one.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    request: Request,
    /// `notes`, `tasks`: what the items are answered under.
    list: String,
    size: usize,
}

/// What became of one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Share {
    /// As if it had left alone.
    Answered(Response),
    /// It may have been carried out, now or later.
    Lost,
    /// Turned away because of some of them: what is not there by now will not come.
    Apart,
}

impl Batch {
    /// Creates of one path, each of one item; `None` when they are something else.
    pub fn of(requests: &[Request]) -> Option<Self> {
        let path = &requests.first()?.path;
        let mut items: Vec<Map<String, Value>> = Vec::with_capacity(requests.len());
        for request in requests {
            if request.method != Method::Post || request.path != *path {
                return None;
            }
            let mut item = only_item(request.body.as_deref()?)?;
            item.insert("request_id".to_owned(), items.len().to_string().into());
            items.push(item);
        }
        Some(Batch {
            list: path.rsplit('/').next().unwrap_or_default().to_owned(),
            size: items.len(),
            request: Request { method: Method::Post, path: path.clone(), body: Some(json::to_text(&items)) },
        })
    }

    /// What leaves.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// How many it is made of.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Each one's own part of the answer, in order.
    pub fn split(&self, response: &Response) -> Vec<Share> {
        match classify(response) {
            Answer::Done => self.items(response),
            // One item is to blame, or one entity that the token's user may not touch: alone each learns its own.
            Answer::Refused(_) | Answer::Forbidden => vec![Share::Apart; self.size],
            Answer::Unauthorized | Answer::Unpaid | Answer::Banned | Answer::TooMany(_) | Answer::Broken => {
                vec![Share::Answered(response.clone()); self.size]
            }
        }
    }

    fn items(&self, response: &Response) -> Vec<Share> {
        let body = json::parse(&response.body).unwrap_or_default();
        let answered = body.get("_embedded").and_then(|embedded| embedded.get(&self.list)?.as_array());
        let answered = answered.map(Vec::as_slice).unwrap_or_default();
        let named = answered.iter().any(|item| item.get("request_id").is_some_and(|id| !id.is_null()));
        let own = |index: usize| {
            if !named {
                return answered.get(index).filter(|_| answered.len() == self.size);
            }
            let mut ours = answered.iter().filter(|item| is_named(item, index));
            // Two under one name: nobody knows which.
            ours.next().filter(|_| ours.next().is_none())
        };
        let shares = (0..self.size).map(|index| match own(index) {
            Some(item) => {
                let body = json!({ "_embedded": { self.list.as_str(): [item] } });
                Share::Answered(Response { body: json::to_bytes(&body), ..response.clone() })
            }
            None => Share::Lost,
        });
        shares.collect()
    }
}

fn only_item(body: &str) -> Option<Map<String, Value>> {
    let Value::Array(mut items) = json::parse(body.as_bytes()).ok()? else { return None };
    match (items.pop()?, items.is_empty()) {
        (Value::Object(item), true) => Some(item),
        _ => None,
    }
}

fn is_named(item: &Value, index: usize) -> bool {
    match item.get("request_id") {
        Some(Value::String(id)) => *id == index.to_string(),
        Some(Value::Number(id)) => id.as_u64() == u64::try_from(index).ok(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amocrm::answer::entity_id;
    use crate::amocrm::write::request;

    fn note(id: u64) -> Request {
        request(Method::Post, "/api/v4/leads/notes", &json!([{ "entity_id": id, "note_type": "common" }]))
    }

    fn batch() -> Batch {
        Batch::of(&[note(7), note(8), note(9)]).unwrap()
    }

    fn ids(answer: &Value) -> Vec<Option<u64>> {
        let response = Response { status: 200, body: answer.to_string().into_bytes(), ..Response::default() };
        let shares = batch().split(&response);
        let id = |share: &Share| match share {
            Share::Answered(own) => entity_id(&own.body, "notes"),
            Share::Lost => None,
            Share::Apart => panic!("turned away"),
        };
        shares.iter().map(id).collect()
    }

    #[test]
    fn items_are_named_in_order() {
        let body = batch().request().body.clone().unwrap();
        let body: Value = json::parse(body.as_bytes()).unwrap();
        let named = |index: usize| (body[index]["entity_id"].as_u64(), body[index]["request_id"].as_str());
        assert_eq!([named(0), named(2)], [(Some(7), Some("0")), (Some(9), Some("2"))]);
    }

    #[test]
    fn only_creates_of_one_item_and_one_path_go_together() {
        let contact = Request { path: "/api/v4/contacts/notes".to_owned(), ..note(1) };
        let two = request(Method::Post, "/api/v4/leads/notes", &json!([{}, {}]));
        let one = request(Method::Post, "/api/v4/leads/notes", &json!({}));
        for odd in [contact, two, one, Request::get("/api/v4/leads/notes")] {
            assert_eq!(Batch::of(&[note(1), odd]), None);
        }
        assert_eq!(Batch::of(&[]), None);
    }

    #[test]
    fn each_finds_its_own_item() {
        let item = |id: u64, name: Value| json!({ "id": id, "request_id": name });
        let answer = |items: Value| ids(&json!({ "_embedded": { "notes": items } }));
        assert_eq!(
            answer(json!([item(13, "2".into()), item(11, "0".into()), item(12, 1.into())])),
            [Some(11), Some(12), Some(13)]
        );
        assert_eq!(answer(json!([item(13, "2".into())])), [None, None, Some(13)]);
        assert_eq!(
            answer(json!([item(11, "0".into()), item(12, "0".into()), item(13, "2".into())])),
            [None, None, Some(13)]
        );
        assert_eq!(answer(json!([{ "id": 11 }, { "id": 12 }, { "id": 13 }])), [Some(11), Some(12), Some(13)]);
        assert_eq!(answer(json!([{ "id": 11 }, { "id": 12 }])), [None; 3]);
        assert_eq!(ids(&json!([])), [None; 3]);
    }

    #[test]
    fn what_befalls_all_befalls_each() {
        let shares = |status: u16, body: &str| {
            let response = Response { status, body: body.into(), ..Response::default() };
            let shares = batch().split(&response);
            assert!(shares.iter().all(|share| *share == shares[0]) && shares.len() == 3);
            match &shares[0] {
                Share::Answered(given) if *given == response => "answered",
                Share::Lost => "lost",
                _ => "apart",
            }
        };
        for status in [401, 402, 429, 500, 502, 504] {
            assert_eq!(shares(status, "{}"), "answered", "{status}");
        }
        assert_eq!(shares(403, "<html>"), "answered");
        for status in [400, 403, 413, 422] {
            assert_eq!(shares(status, "{}"), "apart", "{status}");
        }
        assert_eq!(shares(204, ""), "lost");
    }
}
