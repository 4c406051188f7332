//! `send` never rejects and never hangs, whatever fetch does.

use js_sys::{Function, Reflect, global};
use ringostat_amocrm::ffi::send;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{assert_plain, call, get, js, text};

const GET: &str = r#"{"method":"GET","path":"/api/v4/account?with=users","body":null}"#;
const POST: &str = r#"{"method":"POST","path":"/api/v4/contacts","body":"[{\"name\":\"Иван\"}]"}"#;

/// A fetch of our own for as long as this lives.
struct Fetch(JsValue);

impl Fetch {
    /// Argument of the function: the request.
    fn is(body: &str) -> Self {
        let own = Fetch(get(&global(), "fetch"));
        let function = Function::new_with_args("request", body);
        Reflect::set(&global(), &"fetch".into(), &function).unwrap();
        own
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        let _ = Reflect::set(&global(), &"fetch".into(), &self.0);
    }
}

async fn sent(request: &str, timeout_ms: u32) -> JsValue {
    send("https://amo.example".into(), "secret-token".into(), request.into(), timeout_ms).await
}

fn assert_unanswered(reply: &JsValue, kind: &str) {
    assert_plain(reply);
    assert_eq!(get(reply, "answered"), JsValue::FALSE);
    assert_eq!(text(reply, "kind"), kind, "{}", text(reply, "message"));
    let message = text(reply, "message");
    assert!(
        !message.is_empty() && !message.contains("secret-token") && !message.contains("Иван"),
        "{message}"
    );
}

#[wasm_bindgen_test]
async fn an_answer_comes_back_whole() {
    let _fetch = Fetch::is(
        "globalThis.seen = { url: request.url, method: request.method, auth: request.headers.get('authorization'), \
           type: request.headers.get('content-type') }; \
         return request.text().then((body) => { globalThis.seen.body = body; \
           return new Response(new Uint8Array([123, 125, 255]), { status: 429, \
             headers: { 'content-type': 'application/problem+json', 'retry-after': ' 7 ' } }); });",
    );
    let reply = sent(POST, 1_000).await;
    assert_eq!(get(&reply, "answered"), JsValue::TRUE);
    assert_eq!(get(&reply, "status"), JsValue::from(429));
    assert_eq!(text(&reply, "content_type"), "application/problem+json");
    assert_eq!(get(&reply, "retry_after"), JsValue::from(7));
    let body: js_sys::Uint8Array = get(&reply, "body").dyn_into().expect("bytes");
    assert_eq!(body.to_vec(), [123, 125, 255]);
    let seen = get(&global(), "seen");
    assert_eq!(text(&seen, "url"), "https://amo.example/api/v4/contacts");
    assert_eq!(text(&seen, "method"), "POST");
    assert_eq!(text(&seen, "auth"), "Bearer secret-token");
    assert_eq!(text(&seen, "type"), "application/json");
    assert_eq!(text(&seen, "body"), r#"[{"name":"Иван"}]"#);
}

#[wasm_bindgen_test]
async fn an_empty_answer_is_an_answer() {
    let _fetch = Fetch::is("return Promise.resolve(new Response(null, { status: 204 }))");
    let reply = sent(GET, 1_000).await;
    assert_eq!(get(&reply, "status"), JsValue::from(204));
    assert!(get(&reply, "retry_after").is_null());
    assert_eq!(call(&js("return v.body.length"), &reply), JsValue::from(0));
}

#[wasm_bindgen_test]
async fn a_rejection_that_is_no_error_is_a_lost_answer() {
    for thrown in ["undefined", "null", "'Иван secret-token'", "{ code: 7 }", "42", "Symbol('x')"] {
        let _fetch = Fetch::is(&format!("return Promise.reject({thrown})"));
        assert_unanswered(&sent(GET, 1_000).await, "lost");
    }
}

#[wasm_bindgen_test]
async fn an_error_is_a_lost_answer() {
    for thrown in ["new TypeError('Иван')", "new DOMException('secret-token', 'AbortError')"] {
        let _fetch = Fetch::is(&format!("return Promise.reject({thrown})"));
        assert_unanswered(&sent(POST, 1_000).await, "lost");
    }
}

#[wasm_bindgen_test]
async fn a_fetch_that_never_answers_runs_into_the_timeout() {
    let _fetch = Fetch::is(
        "return new Promise((_, reject) => \
           request.signal.addEventListener('abort', () => reject(request.signal.reason)))",
    );
    assert_unanswered(&sent(GET, 50).await, "lost");
}

#[wasm_bindgen_test]
async fn a_body_that_breaks_off_is_a_lost_answer() {
    for thrown in ["new TypeError('gone')", "'gone'", "undefined"] {
        let _fetch = Fetch::is(&format!(
            "return Promise.resolve(new Response(new ReadableStream({{ \
               start(out) {{ out.enqueue(new Uint8Array([123])); }}, pull(out) {{ out.error({thrown}); }} }})))"
        ));
        assert_unanswered(&sent(GET, 1_000).await, "lost");
    }
}

#[wasm_bindgen_test]
async fn what_is_no_response_is_a_lost_answer() {
    for answer in ["undefined", "{ status: 200 }", "'<html>'"] {
        let _fetch = Fetch::is(&format!("return Promise.resolve({answer})"));
        assert_unanswered(&sent(GET, 1_000).await, "lost");
    }
}

#[wasm_bindgen_test]
async fn what_cannot_be_a_request_is_not_sent() {
    let _fetch = Fetch::is("globalThis.called = true; return Promise.reject(1)");
    Reflect::set(&global(), &"called".into(), &JsValue::FALSE).unwrap();
    assert_unanswered(&sent("{", 1_000).await, "not_sent");
    assert_unanswered(&sent(r#"{"method":"GET","path":":99999999/x","body":null}"#, 1_000).await, "not_sent");
    assert_eq!(get(&global(), "called"), JsValue::FALSE);
}

#[wasm_bindgen_test]
async fn a_fetch_that_throws_or_answers_no_promise_is_settled_too() {
    for body in ["throw new TypeError('x')", "throw 'x'", "return undefined", "return new Response('{}')"] {
        let _fetch = Fetch::is(body);
        let reply = sent(GET, 1_000).await;
        assert!(get(&reply, "answered").as_bool().is_some(), "{body}");
    }
}
