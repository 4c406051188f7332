use super::*;
use crate::event::{FormField, FormFile, Utm, Visit};
use serde_json::{Value, json};

const URLENCODED: &str = "application/x-www-form-urlencoded";

fn read(content_type: &str, body: impl AsRef<[u8]>) -> Result<AcceptedForm, Vec<Problem>> {
    read_form(content_type, body.as_ref(), vec!["promo".into()], Context::default())
}

fn json(body: impl ToString) -> Form {
    read("application/json", body.to_string()).unwrap().form
}

fn url(body: &str) -> Form {
    read(URLENCODED, body).unwrap().form
}

fn problem(content_type: &str, body: impl AsRef<[u8]>) -> Problem {
    let mut problems = read(content_type, body).unwrap_err();
    assert_eq!(problems.len(), 1);
    problems.remove(0)
}

fn told(problem: &Problem) -> (&str, &str, &str) {
    let detail = problem.params.get("detail").and_then(Value::as_str).unwrap_or_default();
    (&problem.code, &problem.path, detail)
}

fn fields(form: &Form) -> Vec<(&str, Vec<&str>)> {
    form.fields
        .iter()
        .map(|one| (one.name.as_str(), one.values.iter().map(String::as_str).collect()))
        .collect()
}

fn withheld(form: &Form) -> Vec<(&str, &str)> {
    form.withheld.iter().map(|one| (one.name.as_str(), one.reason.as_str())).collect()
}

fn field(name: &str, values: &[&str]) -> FormField {
    FormField { name: name.into(), values: values.iter().map(|value| value.to_string()).collect() }
}

fn save(params: Value) -> Value {
    json!({"jsonrpc": "2.0", "method": "saveFormData", "id": 1, "params": params})
}

/// A multipart body with boundary `b`; `|` ends a line.
fn multipart(text: &str) -> Result<AcceptedForm, Vec<Problem>> {
    read("multipart/form-data; boundary=b", text.replace('|', "\r\n"))
}

// --- saveFormData

#[test]
fn the_capture_scripts_message() {
    let accepted =
        read("application/json", include_bytes!("../../tests/samples/forms/save-form-data.json")).unwrap();
    let form = Form {
        form_id: "callback-form".into(),
        fields: vec![
            field("name", &["Анна"]),
            field("phone", &["+38 (067) 111-22-33"]),
            field("email", &["a@b.example"]),
            field("agree", &["on"]),
            field("services", &["a", "b"]),
            field("", &[""]),
        ],
        visit: Visit {
            client_id: "1169999034.1555555510".into(),
            hit_id: "5b2c1d0e-7a64-4b7e-9f1d-2f6f3d1c9a10".into(),
            pageview_id: "0c9b6f0a-1d2e-4f3a-8b7c-6d5e4f3a2b1c".into(),
            landing: "https://site.example/kontakty?utm_source=google".into(),
            title: "Контакты".into(),
            utm: Utm { source: "google".into(), ..Utm::default() },
            tracked: vec![("roistat_visit".into(), "123456".into())],
            ..Visit::default()
        },
        ..Form::default()
    };
    assert_eq!(accepted.form, form);
    assert_eq!(accepted.message.window_s, None);
}

#[test]
fn values_of_every_kind() {
    let form = json(
        r#"{"n":380671112233,"f":1.5,"i":-2,"t":true,"z":null,"e":[],"a":["x",1,null,false],"o":{},
            "address":{"city":"Київ","geo":{"lat":1}},"items":[{"n":"a"},"b",{"n":"c"}],"m":[[1,2],[3]],"":"x"}"#,
    );
    assert_eq!(
        fields(&form),
        [
            ("n", vec!["380671112233"]),
            ("f", vec!["1.5"]),
            ("i", vec!["-2"]),
            ("t", vec!["true"]),
            ("z", vec![]),
            ("e", vec![]),
            ("a", vec!["x", "1", "false"]),
            ("o", vec![]),
            ("address.city", vec!["Київ"]),
            ("address.geo.lat", vec!["1"]),
            ("items.0.n", vec!["a"]),
            ("items", vec!["b"]),
            ("items.2.n", vec!["c"]),
            ("m.0", vec!["1", "2"]),
            ("m.1", vec!["3"]),
            ("", vec!["x"]),
        ]
    );
}

#[test]
fn of_equal_keys_the_last_counts() {
    let form = json(r#"{"a":"1","b":"2","a":["3","4"],"b":null,"c":"5"}"#);
    assert_eq!(fields(&form), [("a", vec!["3", "4"]), ("b", vec![]), ("c", vec!["5"])]);
}

#[test]
fn values_stay_as_they_were_typed() {
    assert_eq!(fields(&json(r#"{"a":"  x \n"}"#)), [("a", vec!["  x \n"])]);
    assert_eq!(fields(&url("a=++x%0A")), [("a", vec!["  x\n"])]);
}

#[test]
fn additional_parameters() {
    let tracked = |params: Value| {
        let mut params = params;
        params["formData"] = json!({"a": "b"});
        json(save(params)).visit.tracked
    };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        tracked(json!({
            "r_pd": r#"{"x":"page","n":1,"ringostatOldData":1}"#,
            "r_ad": {"x": "session", "s": true, "none": null, "blank": " "}
        })),
        [pair("s", "true"), pair("x", "page"), pair("n", "1")]
    );
    assert_eq!(tracked(json!({"r_pd": {"x": " "}, "r_ad": {"x": "s"}})), [pair("x", "s")]);
    for broken in
        [json!("{\"x\":"), json!("{\"x\":1}}"), json!("[1]"), json!(""), json!(null), json!(7), json!([1])]
    {
        assert_eq!(tracked(json!({"r_pd": broken})), []);
    }
    assert_eq!(
        tracked(json!({"r_pd": {"gclid": "known"}, "r_cu": "https://s.example/?gclid=g&fbclid=f"})),
        [pair("gclid", "known"), pair("fbclid", "f")]
    );
    let form = json(save(json!({
        "formData": {"a": "b"}, "r_pd": "{\"access_token\":\"hush\",\"promo\":\"hush\",\"c\":\"4111111111111111\"}"
    })));
    assert_eq!(form.visit.tracked, []);
    assert_eq!(withheld(&form), [("access_token", "token"), ("promo", "ignored"), ("c", "card")]);
}

#[test]
fn shapes_that_are_wrong() {
    let at = |message: Value| {
        let problem = problem("application/json", message.to_string());
        let (code, path, detail) = told(&problem);
        format!("{code} {path} {detail}")
    };
    assert_eq!(at(json!({"jsonrpc": "2.0", "method": "other"})), "not_a_form /method unknown_method");
    assert_eq!(at(json!({"jsonrpc": "2.0"})), "not_a_form /method unknown_method");
    assert_eq!(at(json!({"jsonrpc": "2.0", "method": "saveFormData"})), "malformed /params missing");
    for params in [json!([]), json!(null), json!("x")] {
        assert_eq!(at(save(params)), "malformed /params wrong_type");
    }
    assert_eq!(at(save(json!({}))), "malformed /params/formData missing");
    for data in [json!([]), json!(null), json!("x"), json!(1)] {
        assert_eq!(at(save(json!({"formData": data}))), "malformed /params/formData wrong_type");
    }
    assert_eq!(at(save(json!({"formData": {"a": 1}, "r_cl": {}}))), "malformed /params/r_cl wrong_type");
    assert_eq!(at(json!({"a": 1, "r_cu": []})), "malformed /r_cu wrong_type");
    assert_eq!(at(save(json!({"formData": {}}))), "not_a_form  no_fields");
    assert_eq!(at(json!({"method": "saveFormData", "params": {}})), "malformed /params/formData missing");
}

#[test]
fn json_rpc_without_its_version_and_a_form_that_resembles_it() {
    let form = json(json!({"params": {"formData": {"a": "b"}}, "method": "saveFormData"}));
    assert_eq!(fields(&form), [("a", vec!["b"])]);
    let form = json(
        json!({"id": 7, "method": "courier", "params": {"formData": "x", "size": "L", "password": "p"}}),
    );
    assert_eq!(
        fields(&form),
        [
            ("id", vec!["7"]),
            ("method", vec!["courier"]),
            ("params.formData", vec!["x"]),
            ("params.size", vec!["L"])
        ]
    );
    assert_eq!(withheld(&form), [("params.password", "password")]);
}

// --- flat forms

#[test]
fn the_seeds_example() {
    let form =
        read("application/json", include_bytes!("../../tests/samples/forms/seed-example.json")).unwrap().form;
    assert_eq!(
        fields(&form),
        [
            ("name", vec!["Иван"]),
            ("telephone", vec!["+38 (067) 111-22-33"]),
            ("email", vec!["ivan@example.com"])
        ]
    );
}

#[test]
fn reserved_names_leave_the_fields() {
    let expected = Visit {
        client_id: "c.1".into(),
        hit_id: "h".into(),
        pageview_id: "v".into(),
        landing: "https://s.example/?utm_term=t".into(),
        title: "T".into(),
        utm: Utm { term: "t".into(), ..Utm::default() },
        tracked: vec![("s".into(), "1".into()), ("p".into(), "2".into())],
        ..Visit::default()
    };
    let body = "dt=T&formId=f&formName=n&vid=v&a=b&r_cl=c.1&hid=h&r_cu=https://s.example/?utm_term%3Dt\
                &r_pd={\"p\":2}&r_ad={\"s\":1}";
    let object = json!({"dt": "T", "formId": "f", "formName": "n", "vid": "v", "a": "b", "r_cl": "c.1", "hid": "h",
        "r_cu": "https://s.example/?utm_term=t", "r_pd": {"p": 2}, "r_ad": "{\"s\":1}"});
    for form in [url(body), json(object)] {
        assert_eq!(fields(&form), [("a", vec!["b"])]);
        assert_eq!((form.form_id.as_str(), form.form_name.as_str()), ("f", "n"));
        assert_eq!(form.visit, expected);
    }
}

#[test]
fn everyday_names_alone_are_fields() {
    let form = url("dt=2026&vid=кухня&formId=f&formName=n");
    assert_eq!(
        fields(&form),
        [("dt", vec!["2026"]), ("vid", vec!["кухня"]), ("formId", vec!["f"]), ("formName", vec!["n"])]
    );
    assert_eq!(form.visit, Visit::default());
}

#[test]
fn hidden_fields_help_out() {
    let form =
        url("form_id=f&form_name=n&utm_source=s&utm_medium=m&r_cu=https://s.example/?utm_source%3Dpage");
    assert_eq!((form.form_id.as_str(), form.form_name.as_str()), ("f", "n"));
    assert_eq!((form.visit.utm.source.as_str(), form.visit.utm.medium.as_str()), ("page", "m"));
    assert_eq!(form.fields.len(), 4);
    let form = json(save(json!({"formData": {"form_id": "hidden"}, "formId": "own"})));
    assert_eq!(form.form_id, "own");
}

#[test]
fn a_hidden_client_id_helps_out_where_it_looks_like_one() {
    let of = |body: &str| url(body).visit.client_id;
    assert_eq!(of("name=n&clientid=1169999034.1555555510"), "1169999034.1555555510");
    assert_eq!(of("name=n&client_id=+1169999034.1555555510"), "1169999034.1555555510");
    assert_eq!(of("name=n&clientid=17&client_id=1169999034.1555555510"), "1169999034.1555555510");
    for other in ["17", "1169999034", "1.2", "1169999034.1555555510.3", "11699x9034.1555555510", ""] {
        assert_eq!(of(&format!("name=n&client_id={other}")), "", "{other}");
    }
    assert_eq!(of("name=n&r_cl=5.6&clientid=1169999034.1555555510"), "5.6");
    assert_eq!(url("name=n&clientid=1169999034.1555555510").fields.len(), 2, "a field all the same");
}

#[test]
fn the_posting_page_helps_out() {
    let context = Context {
        referrer: Some("https://s.example/p?utm_source=ref&token=hush".into()),
        remote_ip: Some("192.0.2.1".into()),
        idempotency_key: None,
    };
    let form = read_form(URLENCODED, b"a=b", vec![], context.clone()).unwrap().form;
    assert_eq!(form.visit.landing, "https://s.example/p?utm_source=ref");
    assert_eq!(form.visit.utm.source, "ref");
    assert_eq!(form.visit.remote_ip, "192.0.2.1");
    assert_eq!(withheld(&form), [("token", "token")]);
    let form = read_form(URLENCODED, b"a=b&r_cu=https://s.example/own", vec![], context).unwrap().form;
    assert_eq!(form.visit.landing, "https://s.example/own");
    assert_eq!(form.visit.utm, Utm::default());
}

#[test]
fn urlencoded_details() {
    let form = url("\r\n services[]=a&x=%2B1+2&services[]=b&&flag&=nameless&y=a=b&z=%zz&services[]= \n");
    assert_eq!(
        fields(&form),
        [
            ("services[]", vec!["a", "b", ""]),
            ("x", vec!["+1 2"]),
            ("flag", vec![""]),
            ("", vec!["nameless"]),
            ("y", vec!["a=b"]),
            ("z", vec!["%zz"])
        ]
    );
    assert_eq!(told(&problem(URLENCODED, "a/b=%E0")), ("malformed", "/a~1b", "invalid_utf8"));
    assert_eq!(told(&problem(URLENCODED, "%E0=a")), ("malformed", "", "invalid_utf8"));
    assert_eq!(fields(&url("_charset_=windows-1251")), [("_charset_", vec!["windows-1251"])]);
}

#[test]
fn secrets_of_every_format() {
    let expected = [("user.password", "password"), ("_token", "token"), ("c", "card"), ("promo", "ignored")];
    let form = json(
        r#"{"a":"b","user":{"password":"hush"},"_token":{"x":"hush"},"c":["5555 5555 5555 4444"],"promo":"hush"}"#,
    );
    assert_eq!(fields(&form), [("a", vec!["b"])]);
    assert_eq!(withheld(&form), expected);
    let form = url("a=b&user.password=hush&user.password=hush&_token=hush&c=4111111111111111&c=x&promo=");
    assert_eq!(fields(&form), [("a", vec!["b"]), ("c", vec!["x"])]);
    assert_eq!(withheld(&form), expected);
    let form = multipart(
        "--b|Content-Disposition: form-data; name=\"password\"||hush|--b|Content-Disposition: form-data; name=a||b\
         |--b|Content-Disposition: form-data; name=promo; filename=x||hush|--b--",
    )
    .unwrap()
    .form;
    assert_eq!(fields(&form), [("a", vec!["b"])]);
    assert_eq!(withheld(&form), [("password", "password"), ("promo", "ignored")]);
    assert_eq!(form.files, []);
}

#[test]
fn secrets_do_not_change_the_message_id() {
    let id = |body: &str| read(URLENCODED, body).unwrap().message;
    assert_eq!(id("a=b&password=1&c=4111111111111111"), id("a=b&password=2&c=5555555555554444"));
    assert_ne!(id("a=b"), id("a=c"));
    assert_eq!(id("a=b").window_s, Some(600));
    assert_eq!(id("a=b&hid=h").window_s, None);
    assert_eq!(id("a=b&hid=+").window_s, Some(600));
}

// --- multipart

#[test]
fn multipart_fields_and_files() {
    let form = multipart(
        "preamble|--b|Content-Disposition: form-data; name=\"a\"||line 1|line 2||--b  |\
         content-disposition: form-data; name=\"q\\\"%22\\\\\"|Content-Type: text/plain||--bx|--b|\
         Content-Disposition: form-data;| name=services[]||1|--b|Content-Disposition: form-data; name=services[]||2|\
         --b|Content-Disposition: form-data; name=\"cv\"; filename=\"C:\\tmp\\резюме.pdf\"||0123|--|45|--b|\
         Content-Disposition: form-data; name=\"x\"; filename=\"a\"; filename*=UTF-8''na%C3%AFve.txt|||--b|\
         Content-Disposition: form-data; name=\"y\"; filename*=iso-8859-1'en'%EF.txt|||--b|\
         Content-Disposition: form-data; name=\"none\"; filename=\"\"|||--b|Content-Disposition: form-data||bare|\
         --b--|epilogue --b",
    )
    .unwrap()
    .form;
    assert_eq!(
        fields(&form),
        [
            ("a", vec!["line 1\r\nline 2\r\n"]),
            ("q\"\"\\", vec!["--bx"]),
            ("services[]", vec!["1", "2"]),
            ("", vec!["bare"])
        ]
    );
    let file = |field: &str, name: &str, size| FormFile { field: field.into(), name: name.into(), size };
    assert_eq!(form.files, [file("cv", "резюме.pdf", 12), file("x", "naïve.txt", 0), file("y", "ï.txt", 0)]);
}

#[test]
fn multipart_with_bare_line_feeds_and_a_quoted_boundary() {
    let form = read(
        "Multipart/Form-Data; charset=UTF-8; boundary=\"a b:c\"",
        "--a b:c\nContent-Disposition: form-data; name=\"x\"\n\ny\nz\n--a b:c--",
    )
    .unwrap()
    .form;
    assert_eq!(fields(&form), [("x", vec!["y\nz"])]);
}

#[test]
fn multipart_that_is_broken() {
    let part = "--b|Content-Disposition: form-data; name=a||";
    for body in ["", part, &format!("{part}x|--b"), &format!("{part}x|--b-"), "--b|Content-Dis"] {
        let problem = multipart(body).unwrap_err().remove(0);
        assert_eq!(told(&problem), ("malformed", "", "truncated_multipart"), "{body}");
    }
    assert_eq!(told(&multipart("no boundary here").unwrap_err()[0]), ("malformed", "", "bad_boundary"));
    for parameter in ["", "; boundary=", "; boundary=\"\"", &format!("; boundary={}", "x".repeat(71))] {
        let problem = problem(&format!("multipart/form-data{parameter}"), "");
        assert_eq!(told(&problem), ("malformed", "", "bad_boundary"));
    }
    let long = multipart(&format!("--b|X: {}", "x".repeat(9000))).unwrap_err();
    assert_eq!(told(&long[0]), ("malformed", "", "part_headers"));
    let bytes = [b"--b\nContent-Disposition: form-data; name=a\n\n\xff\n--b--".as_slice()].concat();
    assert_eq!(told(&problem("multipart/form-data; boundary=b", bytes)), ("malformed", "/a", "invalid_utf8"));
    assert_eq!(told(&multipart("--b--").unwrap_err()[0]), ("not_a_form", "", "no_fields"));
}

#[test]
fn large_files_are_skipped_and_too_large_ones_refused() {
    let mut reader = FormReader::new("multipart/form-data; boundary=b", vec![]);
    assert!(reader.push(b"--b\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n"));
    let chunk = vec![b'\n'; 1 << 20];
    for _ in 0..9 {
        assert!(reader.push(&chunk));
    }
    assert!(reader.push(b"\r\n--b--"));
    let form = reader.finish(Context::default()).unwrap().form;
    assert_eq!(form.files[0].size, 9 << 20);

    let mut reader = FormReader::new("multipart/form-data; boundary=b", vec![]);
    let taken = (0..20).take_while(|_| reader.push(&chunk)).count();
    assert_eq!(taken, 10);
    assert!(!reader.push(b"x"));
    let problem = reader.finish(Context::default()).unwrap_err().remove(0);
    assert_eq!(problem, Problem::new("too_large", "").with("limit", limits::MULTIPART_BYTES));
}

// --- types, encodings and limits

#[test]
fn types() {
    for content_type in [
        "application/json",
        "APPLICATION/JSON; charset=\"UTF-8\"",
        "application/vnd.api+json",
        "text/plain",
        " ",
    ] {
        assert_eq!(fields(&read(content_type, "\u{feff} {\"a\":\"b\"}\n").unwrap().form), [("a", vec!["b"])]);
    }
    assert_eq!(fields(&read("", "a=b").unwrap().form), [("a", vec!["b"])]);
    for content_type in [
        "text/html",
        "application/xml",
        "json",
        "image/svg+json",
        "application/json; charset=windows-1251",
        "application/x-www-form-urlencoded;charset=windows-1251",
    ] {
        let mut reader = FormReader::new(content_type, vec![]);
        assert!(!reader.push(b"a=b"));
        assert_eq!(reader.finish(Context::default()).unwrap_err()[0].code, "unsupported_type");
    }
    for body in ["a=b", ""] {
        assert_eq!(problem("text/plain", body).code, "unsupported_type");
    }
}

#[test]
fn broken_json() {
    let broken = |body: &[u8]| {
        let problem = problem("application/json", body);
        assert_eq!((&*problem.code, problem.path.as_str()), ("malformed", ""));
        let number = |name: &str| problem.params[name].as_u64().unwrap();
        (told(&problem).2.to_owned(), number("line"), number("column"))
    };
    assert_eq!(broken(b"{\n\"a\":x}"), ("invalid_json".into(), 2, 5));
    assert_eq!(broken(b""), ("invalid_json".into(), 1, 0));
    assert_eq!(broken(b"{\"a\":1} x").0, "invalid_json");
    assert_eq!(broken(b"{\n\"a\":\"\xff\"}"), ("invalid_utf8".into(), 2, 6));
    assert_eq!(broken("[".repeat(5000).as_bytes()).0, "too_deep");
}

#[test]
fn deep_json() {
    let nest = |open: &str, close: &str, times: usize| {
        format!("{{\"a/b\":{}1{}}}", open.repeat(times), close.repeat(times))
    };
    assert_eq!(fields(&json(nest("[", "]", 8)))[0].0, "a/b.0.0.0.0.0.0.0");
    for body in [nest("[", "]", 9), nest("[", "]", 5000), nest("{\"x\":", "}", 9), nest("{\"x\":", "}", 5000)]
    {
        assert_eq!(told(&problem("application/json", &body)), ("malformed", "/a~1b", "too_deep"));
        let rpc =
            format!("{{\"jsonrpc\":\"2.0\",\"method\":\"saveFormData\",\"params\":{{\"formData\":{body}}}}}");
        assert_eq!(
            told(&problem("application/json", rpc)),
            ("malformed", "/params/formData/a~1b", "too_deep")
        );
    }
}

#[test]
fn half_an_emoji_does_not_lose_the_form() {
    let form = json(r#"{"name":"Анна \ud83d","x":"\ud83d\ude00"}"#);
    assert_eq!(fields(&form), [("name", vec!["Анна \u{fffd}"]), ("x", vec!["😀"])]);
}

#[test]
fn not_forms() {
    for body in ["[]", "[{\"a\":1}]", "1", "\"a\"", "null", "true"] {
        assert_eq!(told(&problem("application/json", body)), ("not_a_form", "", "not_an_object"));
    }
    for body in ["{}", "{\"r_cl\":\"1\"}"] {
        assert_eq!(told(&problem("application/json", body)), ("not_a_form", "", "no_fields"));
    }
    for body in ["{\"a\":\" \",\"b\":null,\"c\":[]}", "{\"password\":\"x\"}"] {
        assert_eq!(told(&problem("application/json", body)), ("not_a_form", "", "empty_form"));
    }
    for content_type in ["", URLENCODED] {
        assert_eq!(told(&problem(content_type, "")), ("not_a_form", "", "no_fields"));
        assert_eq!(told(&problem(content_type, "a=+&b")), ("not_a_form", "", "empty_form"));
    }
}

#[test]
fn too_large() {
    let refused = Problem::new("too_large", "").with("limit", 262_144);
    let body = |size: usize| format!("a={}", "x".repeat(size - 2));
    assert!(read(URLENCODED, body(262_144)).is_ok());
    assert_eq!(problem(URLENCODED, body(262_145)), refused);
    let json_body = format!("{{\"a\":\"{}\"}}", "x".repeat(262_144));
    assert_eq!(problem("application/json", json_body), refused);
    let part = |size| format!("--b|Content-Disposition: form-data; name=a||{}|--b--", "x".repeat(size));
    assert!(multipart(&part(262_143)).is_ok());
    assert_eq!(multipart(&part(262_144)).unwrap_err()[0], refused);
    let secret = format!("--b|Content-Disposition: form-data; name=pwd||{}|--b--", "x".repeat(262_144));
    assert_eq!(multipart(&secret).unwrap_err(), [refused]);
}

#[test]
fn nested_names_are_text_too() {
    // Every inner name repeats the outer one: 190 names of 1,400 bytes out of 3 KB.
    let outer = "o".repeat(1400);
    let nested = |key: &dyn Fn(usize) -> String| {
        let inner = Value::from_iter((0..190).map(|index| (key(index), Value::from(1))));
        json!({ "a": "b", outer.as_str(): inner })
    };
    let (plain, secret) = (nested(&|index| index.to_string()), nested(&|index| format!("{index}password")));
    let refused = |path: &str| Problem::new("too_large", path).with("limit", 262_144);
    assert_eq!(problem("application/json", plain.to_string()), refused(""));
    assert_eq!(problem("application/json", secret.to_string()), refused(""));
    assert_eq!(
        problem("application/json", save(json!({ "formData": plain })).to_string()),
        refused("/params/formData")
    );
    // Of additional parameters as many are kept as there is room for.
    let form = json(json!({ "a": "b", "r_pd": plain }));
    let tracked: usize = form.visit.tracked.iter().map(|(name, value)| name.len() + value.len()).sum();
    assert!(tracked > 260_000 && tracked <= 262_144, "{tracked}");
}

#[test]
fn too_many_fields() {
    let names = |count: usize| (0..count).map(|index| format!("f{index}=x")).collect::<Vec<_>>().join("&");
    assert_eq!(url(&names(200)).fields.len(), 200);
    let refused = |path: &str| Problem::new("too_many_fields", path).with("limit", 200);
    assert_eq!(problem(URLENCODED, names(201)), refused(""));
    assert_eq!(problem(URLENCODED, names(200) + "&password=x"), refused(""));
    let object =
        |count: usize| Value::from_iter((0..count).map(|index| (format!("f{index}"), Value::from("x"))));
    assert_eq!(problem("application/json", object(201).to_string()), refused(""));
    let rpc = save(json!({"formData": object(201)}));
    assert_eq!(problem("application/json", rpc.to_string()), refused("/params/formData"));
    assert_eq!(json(save(json!({"formData": object(200)}))).fields.len(), 200);
    let part = |name: &str| format!("--b|Content-Disposition: form-data; name={name}; filename=f|||");
    let body: String = (0..201).map(|index| part(&format!("f{index}"))).collect();
    assert_eq!(multipart(&(body + "--b--")).unwrap_err(), [refused("")]);
    // Many values of one name are one field.
    assert_eq!(url(&"a=x&".repeat(1000)).fields[0].values.len(), 1000);
}

#[test]
fn idempotency_keys() {
    let with = |key: &str, body: &str| {
        let context = Context { idempotency_key: Some(key.into()), ..Context::default() };
        read_form(URLENCODED, body.as_bytes(), vec![], context)
    };
    let id = with("k", "a=b").unwrap().message;
    assert_eq!(id.window_s, None);
    assert_eq!(with("k", "c=d").unwrap().message, id);
    assert_eq!(with(" ", "a=b").unwrap().message, read(URLENCODED, "a=b").unwrap().message);
    assert!(with(&"k".repeat(255), "a=b").is_ok());
    let long = with(&"k".repeat(256), "a=b").unwrap_err();
    assert_eq!(told(&long[0]), ("malformed", "/idempotency_key", "too_long"));
    let both = with("a\u{7}b", "").unwrap_err();
    assert_eq!(told(&both[0]), ("malformed", "/idempotency_key", "control_characters"));
    assert_eq!(told(&both[1]), ("not_a_form", "", "no_fields"));
}

#[test]
fn a_reader_equals_the_whole() {
    let body = include_bytes!("../../tests/samples/forms/save-form-data.json");
    let mut reader = FormReader::new("application/json", vec![]);
    assert!(body.chunks(7).all(|chunk| reader.push(chunk)));
    assert_eq!(reader.finish(Context::default()), read("application/json", body));
}
