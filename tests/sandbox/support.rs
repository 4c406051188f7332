//! A client of the sandbox for tests.

pub use ringostat_amocrm::amocrm::http::Method;
pub use ringostat_amocrm::amocrm::http::Method::{Delete, Get, Patch, Post};
pub use ringostat_amocrm::sandbox::{Drop, Headers, Options, Reply, Sandbox};
pub use serde_json::{Value, json};

pub const NOW: i64 = 1_700_000_000_000;
pub const MAIN: u64 = 6_950_551;

pub struct Amo {
    pub sandbox: Sandbox,
    pub now: i64,
}

impl Amo {
    pub fn new() -> Self {
        let options = Options { seed: 1, base_url: "http://amo".into(), ..Options::default() };
        let mut amo = Amo { sandbox: Sandbox::new(options), now: NOW };
        amo.switch(json!({"rate_per_second": 0}));
        amo
    }

    pub fn switch(&mut self, switches: Value) {
        self.sandbox.switches(&switches).unwrap();
    }

    pub fn fault(&mut self, fault: Value) {
        self.sandbox.faults(&json!({"faults": [fault]})).unwrap();
    }

    pub fn raw(&mut self, method: Method, path: &str, body: &str) -> Reply {
        self.sandbox.handle(method, path, &Headers::bearer("sandbox"), body, self.now)
    }

    pub fn send(&mut self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let reply = self.raw(method, &format!("/api/v4{path}"), &body);
        (reply.response.status, serde_json::from_slice(&reply.response.body).unwrap_or(Value::Null))
    }

    pub fn get(&mut self, path: &str) -> Value {
        let (status, body) = self.send(Get, path, Value::Null);
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    pub fn status(&mut self, method: Method, path: &str) -> u16 {
        self.send(method, path, Value::Null).0
    }

    pub fn ok(&mut self, method: Method, path: &str, body: Value) -> Value {
        let (status, answer) = self.send(method, path, body);
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// `code path` of every error of a refused write.
    pub fn refused(&mut self, method: Method, path: &str, body: Value) -> Vec<String> {
        let (status, answer) = self.send(method, path, body);
        assert_eq!((status, &answer["status"]), (400, &json!(400)), "{path}: {answer}");
        let items = answer["validation-errors"].as_array().cloned().unwrap_or_default();
        let errors = items.iter().flat_map(|item| item["errors"].as_array().unwrap().clone());
        errors.map(|e| format!("{} {}", e["code"].as_str().unwrap(), e["path"].as_str().unwrap())).collect()
    }

    pub fn contact(&mut self, body: Value) -> u64 {
        self.ok(Post, "/contacts", json!([body]))["_embedded"]["contacts"][0]["id"].as_u64().unwrap()
    }

    pub fn lead(&mut self, body: Value) -> u64 {
        self.ok(Post, "/leads", json!([body]))["_embedded"]["leads"][0]["id"].as_u64().unwrap()
    }

    pub fn ids(&mut self, path: &str) -> Vec<u64> {
        let (status, body) = self.send(Get, path, Value::Null);
        if status == 204 {
            return Vec::new();
        }
        let embedded = body["_embedded"].as_object().unwrap();
        embedded
            .values()
            .next()
            .unwrap()
            .as_array()
            .unwrap()
            .iter()
            .map(|i| i["id"].as_u64().unwrap())
            .collect()
    }

    pub fn state(&mut self) -> Value {
        self.sandbox.state(self.now)
    }
}

pub fn phone(number: &str) -> Value {
    json!([{"field_code": "PHONE", "values": [{"value": number, "enum_code": "MOB"}]}])
}

pub fn field<'a>(entity: &'a Value, code: &str) -> &'a Value {
    let fields = entity["custom_fields_values"].as_array().unwrap();
    &fields.iter().find(|field| field["field_code"] == code).unwrap()["values"]
}
