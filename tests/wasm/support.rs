//! JavaScript's view of things, from Rust.

use js_sys::{Array, Function, JSON, Object, Reflect};
use serde_json::Value;
use wasm_bindgen::prelude::*;

/// A JS function of one argument, `v`.
pub fn js(body: &str) -> Function {
    Function::new_with_args("v", body)
}

pub fn call(function: &Function, argument: &JsValue) -> JsValue {
    function.call1(&JsValue::NULL, argument).unwrap()
}

pub fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap()
}

pub fn text(object: &JsValue, key: &str) -> String {
    get(object, key).as_string().unwrap_or_default()
}

/// As JSON. What JSON cannot carry (a Map, undefined) would not survive: see [`assert_plain`].
pub fn json(value: &JsValue) -> Value {
    serde_json::from_str(&String::from(JSON::stringify(value).unwrap())).unwrap()
}

pub fn parse(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

/// Nothing but objects, arrays, strings, numbers, booleans and null, all the way down.
pub fn assert_plain(value: &JsValue) {
    let odd = js("const odd = (v, at) => { \
        if (v === null || ['string', 'boolean'].includes(typeof v)) return []; \
        if (typeof v === 'number') return Number.isFinite(v) ? [] : [at]; \
        if (Array.isArray(v)) return v.flatMap((one, i) => odd(one, `${at}/${i}`)); \
        if (typeof v !== 'object' || Object.getPrototypeOf(v) !== Object.prototype) return [at]; \
        return Object.keys(v).flatMap((key) => odd(v[key], `${at}/${key}`)); }; \
        return odd(v, '');");
    let found: Vec<String> =
        Array::from(&call(&odd, value)).iter().filter_map(|path| path.as_string()).collect();
    assert_eq!(found, [""; 0], "not what JSON knows");
}

/// A `Failure`, and its errors as `code path`.
pub fn errors(failure: &JsValue) -> Vec<String> {
    assert!(failure.is_object() && !failure.is_instance_of::<js_sys::Error>());
    assert_plain(failure);
    assert_eq!(text(failure, "type"), "failure");
    assert_eq!(Object::keys(failure.unchecked_ref::<Object>()).length(), 2);
    told(&json(failure))
}

pub fn told(failure: &Value) -> Vec<String> {
    let errors = failure["errors"].as_array().unwrap();
    assert!(errors.iter().all(|error| error["params"].is_object()), "{failure}");
    let of = |error: &Value, key: &str| error[key].as_str().unwrap().to_owned();
    errors.iter().map(|error| format!("{} {}", of(error, "code"), of(error, "path"))).collect()
}
