//! Properties of the intake that single examples cannot show.
#![cfg(not(target_arch = "wasm32"))]

use proptest::collection::vec;
use proptest::prelude::*;
use ringostat_amocrm::intake::{AcceptedForm, Context, FormReader, read_form};
use ringostat_amocrm::problem::Problem;

const TYPES: [&str; 7] = [
    "",
    "application/json",
    "text/plain;charset=UTF-8",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b",
    "multipart/form-data; boundary=\"----x y\"",
    "application/zip",
];

fn read(content_type: &str, body: &[u8]) -> Result<AcceptedForm, Vec<Problem>> {
    read_form(content_type, body, vec!["ignored".into()], Context::default())
}

fn in_chunks(content_type: &str, body: &[u8], sizes: &[usize]) -> Result<AcceptedForm, Vec<Problem>> {
    let mut reader = FormReader::new(content_type, vec!["ignored".into()]);
    let mut rest = body;
    let mut sizes = sizes.iter().copied().cycle();
    while !rest.is_empty() {
        let (chunk, tail) = rest.split_at(sizes.next().unwrap_or(rest.len()).clamp(1, rest.len()));
        if !reader.push(chunk) {
            break;
        }
        rest = tail;
    }
    reader.finish(Context::default())
}

/// Pieces of which interesting multipart bodies are made.
fn multipart_body() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"--b".to_vec()),
        Just(b"\r\n--b\r\n".to_vec()),
        Just(b"\n--b \t\n".to_vec()),
        Just(b"\r\n--b--".to_vec()),
        Just(b"\r\n--bb\r\n".to_vec()),
        Just(b"\r\n--b-".to_vec()),
        Just(b"\r".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r\n\r\n".to_vec()),
        Just(b"Content-Disposition: form-data; name=\"a\"\r\n\r\n".to_vec()),
        Just(b"Content-Disposition: form-data; name=pwd\r\n\r\n".to_vec()),
        Just(b"Content-Disposition: form-data; name=f; filename=\"f.txt\"\r\n\r\n".to_vec()),
        vec(any::<u8>(), 0..6),
    ];
    (any::<bool>(), vec(piece, 0..24)).prop_map(|(proper, pieces)| {
        let body = pieces.concat();
        if proper {
            let part = b"--b\r\nContent-Disposition: form-data; name=x\r\n\r\n".to_vec();
            [part, body, b"\r\n--b--\r\n".to_vec()].concat()
        } else {
            body
        }
    })
}

/// Names that are nobody's secret and no reserved ones; no dots, as those join nested names.
fn names_and_values() -> impl Strategy<Value = Vec<(String, String)>> {
    vec(("q[a-z\\]\\[]{0,3}[ &=+%\"\u{e9}\u{416}]{0,3}", "\\PC{0,12}[\r\n]{0,2}"), 1..12).prop_map(|pairs| {
        let mut pairs: Vec<(String, String)> = pairs
            .into_iter()
            .enumerate()
            .map(|(index, (name, value))| (format!("{name}{index}"), value))
            .collect();
        pairs.push(("last".into(), "x".into()));
        pairs
    })
}

fn kept(form: &AcceptedForm) -> Vec<(String, String)> {
    form.form.fields.iter().map(|field| (field.name.clone(), field.values.concat())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(body in vec(any::<u8>(), 0..400), sizes in vec(1usize..50, 1..5)) {
        for content_type in TYPES {
            let whole = read(content_type, &body);
            prop_assert_eq!(in_chunks(content_type, &body, &sizes), whole);
        }
    }

    #[test]
    fn no_text_makes_it_panic(content_type in "\\PC{0,30}", body in "[\\[\\]{}\":,\\\\u0-9a-f%&=+ \\-\r\n]{0,80}") {
        let _ = read(&content_type, body.as_bytes());
        let _ = read(&format!("multipart/form-data; {content_type}"), body.as_bytes());
        for content_type in TYPES {
            let _ = read(content_type, body.as_bytes());
        }
    }

    #[test]
    fn chunks_do_not_matter(body in multipart_body(), sizes in vec(1usize..9, 1..6)) {
        let content_type = "multipart/form-data; boundary=b";
        let whole = read(content_type, &body);
        prop_assert_eq!(&in_chunks(content_type, &body, &[1]), &whole);
        prop_assert_eq!(in_chunks(content_type, &body, &sizes), whole);
    }

    #[test]
    fn fields_survive_every_format(pairs in names_and_values()) {
        let url = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
        let form = read("application/x-www-form-urlencoded", url.as_bytes()).unwrap();
        prop_assert_eq!(&kept(&form), &pairs);

        let object: Vec<String> = pairs
            .iter()
            .map(|(name, value)| {
                format!("{}:{}", serde_json::to_string(name).unwrap(), serde_json::to_string(value).unwrap())
            })
            .collect();
        let flat = format!("{{{}}}", object.join(","));
        let form = read("application/json", flat.as_bytes()).unwrap();
        prop_assert_eq!(&kept(&form), &pairs);

        let rpc = format!(r#"{{"jsonrpc":"2.0","method":"saveFormData","params":{{"formData":{flat}}}}}"#);
        let same = read("application/json", rpc.as_bytes()).unwrap();
        prop_assert_eq!(&same, &form);

        let mut parts = String::new();
        for (name, value) in &pairs {
            let name = name.replace('"', "%22");
            parts += &format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }
        parts += "--b--\r\n";
        let form = read("multipart/form-data; boundary=b", parts.as_bytes()).unwrap();
        prop_assert_eq!(&kept(&form), &pairs);
    }

    #[test]
    fn secrets_leave_no_trace(
        name in prop::sample::select(vec![
            "password", "user[pass]", "_token", "csrf", "g-recaptcha-response", "cardNumber", "CVV", "Ignored",
        ]),
        tail in "[a-z]{12}",
    ) {
        let secret = format!("hush{tail}");
        let url = |secret: &str| {
            form_urlencoded::Serializer::new(String::new())
                .append_pair("a", "b")
                .append_pair(name, secret)
                .append_pair("r_cu", &format!("https://s.example/?x=1&token={secret}#?{name}={secret}"))
                .append_pair("r_pd", &format!("{{\"{name}\":\"{secret}\",\"in\":{{\"password\":[\"{secret}\"]}}}}"))
                .finish()
        };
        let json = |secret: &str| format!(
            r#"{{"jsonrpc":"2.0","method":"saveFormData","params":{{"r_ad":{{"{name}":"{secret}"}},
               "r_cu":"https://u:{secret}@s.example/?{name}={secret}",
               "formData":{{"a":"b","{name}":{{"x":["{secret}"]}},"y":{{"password":"{secret}"}}}}}}}}"#
        );
        let multipart = |secret: &str| format!(
            "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n\
             --b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{secret}\r\n--b--"
        );
        for (content_type, with, without) in [
            ("application/x-www-form-urlencoded", url(&secret), url("other")),
            ("application/json", json(&secret), json("other")),
            ("multipart/form-data; boundary=b", multipart(&secret), multipart("other")),
        ] {
            let accepted = read(content_type, with.as_bytes()).unwrap();
            let debug = format!("{accepted:?}");
            prop_assert!(!debug.contains(&secret), "{}", debug);
            let json = serde_json::to_string(&accepted).unwrap();
            prop_assert!(!json.contains(&secret), "{}", json);
            prop_assert!(accepted.form.withheld.iter().any(|one| one.name == name));
            prop_assert_eq!(accepted.message, read(content_type, without.as_bytes()).unwrap().message);
        }
    }
}
