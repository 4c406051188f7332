//! A form that was accepted, sent again in each format: it must come out the same.

use ringostat_amocrm::event::{Form, FormField};
use ringostat_amocrm::intake::{Context, limits, read_form};
use serde_json::{Value, json};

const BOUNDARY: &str = "fuzz-7f3a";
/// Names that a flat form takes for the envelope.
const RESERVED: [&str; 5] = ["r_cl", "r_cu", "r_pd", "r_ad", "hid"];

/// Sends it in all formats that can carry it.
pub fn sent_again(form: &Form, ignored: &[String]) {
    if form.fields.iter().all(FormField::is_blank) {
        // Only files were sent.
        return;
    }
    as_save_form_data(form, ignored);
    let flat = |field: &FormField| !RESERVED.contains(&&*field.name) && !field.values.is_empty();
    if !form.fields.iter().all(flat) {
        return;
    }
    let pairs: Vec<(&str, &str)> = form
        .fields
        .iter()
        .flat_map(|field| field.values.iter().map(|value| (field.name.as_str(), value.as_str())))
        .collect();
    as_urlencoded(form, &pairs, ignored);
    as_multipart(form, &pairs, ignored);
}

/// Everything but files and what was withheld.
fn as_save_form_data(form: &Form, ignored: &[String]) {
    // Session and page view have a limit each.
    if form.visit.tracked.len() > limits::FIELDS {
        return;
    }
    let object = |pairs: Vec<(&str, Value)>| {
        let members: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{}:{value}", Value::from(*name))).collect();
        format!("{{{}}}", members.join(","))
    };
    let fields = form.fields.iter().map(|field| (field.name.as_str(), json!(field.values))).collect();
    let tracked = form.visit.tracked.iter().map(|(name, value)| (name.as_str(), json!(value))).collect();
    let visit = &form.visit;
    let text = object(vec![
        ("hid", json!(visit.hit_id)),
        ("vid", json!(visit.pageview_id)),
        ("r_cl", json!(visit.client_id)),
        ("dt", json!(visit.title)),
        ("formId", json!(form.form_id)),
        ("formName", json!(form.form_name)),
    ]);
    let text = format!(
        r#"{{"jsonrpc":"2.0","method":"saveFormData","params":{},"formData":{},"r_ad":{}}}}}"#,
        text.trim_end_matches('}'),
        object(fields),
        object(tracked)
    );
    if text.len() > limits::TEXT_BYTES {
        return;
    }
    let context = Context {
        referrer: Some(visit.landing.clone()),
        remote_ip: Some(visit.remote_ip.clone()),
        idempotency_key: None,
    };
    let again = read_form("application/json", text.as_bytes(), ignored.to_vec(), context).unwrap().form;
    assert_eq!(again, Form { withheld: Vec::new(), files: Vec::new(), ..form.clone() });
}

fn as_urlencoded(form: &Form, pairs: &[(&str, &str)], ignored: &[String]) {
    let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    if text.len() <= limits::TEXT_BYTES {
        fields_are_kept(form, "application/x-www-form-urlencoded", &text, ignored);
    }
}

fn as_multipart(form: &Form, pairs: &[(&str, &str)], ignored: &[String]) {
    let mut text = String::new();
    for (name, value) in pairs {
        // Browsers do not escape their own escapes, so not every name comes through.
        if name.contains(['%', '\\'])
            || name.len() > 4000
            || name.contains(BOUNDARY)
            || value.contains(BOUNDARY)
        {
            return;
        }
        let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        text +=
            &format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    text += &format!("--{BOUNDARY}--\r\n");
    fields_are_kept(form, &format!("multipart/form-data; boundary={BOUNDARY}"), &text, ignored);
}

fn fields_are_kept(form: &Form, content_type: &str, text: &str, ignored: &[String]) {
    let again = read_form(content_type, text.as_bytes(), ignored.to_vec(), Context::default()).unwrap().form;
    assert_eq!(again.fields, form.fields, "as {content_type}");
}
