//! Two submissions with one id are one message: a browser that sent twice, a client that retried.

use std::hash::Hasher;

use serde::{Deserialize, Serialize};
use siphasher::sip128::{Hasher128, SipHasher13};

use crate::event::Form;

/// How long equal content without a hit id counts as a repetition, in seconds.
pub const WINDOW_S: u32 = 600;

/// The id of a message and how long it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageId {
    /// `f-` and 32 lowercase hexadecimal digits.
    pub key: String,
    /// Equal keys are one message within so many seconds, for ever when absent.
    pub window_s: Option<u32>,
}

/// The id of a form: its idempotency key when the sender gave one, else what it says.
///
/// Withheld values have left the form before, so they cannot enter here.
pub fn of_form(form: &Form, idempotency_key: Option<&str>) -> MessageId {
    let mut parts = Parts(Vec::with_capacity(512));
    if let Some(key) = idempotency_key {
        parts.text("key");
        parts.text(key);
        return MessageId { key: parts.digest(), window_s: None };
    }
    let hit = &form.visit.hit_id;
    if hit.is_empty() {
        parts.text("content");
        parts.text(&form.visit.landing);
    } else {
        parts.text("hit");
        parts.text(hit);
    }
    parts.text(&form.form_id);
    parts.count(form.fields.len());
    for field in &form.fields {
        parts.text(&field.name);
        parts.count(field.values.len());
        for value in &field.values {
            parts.text(value);
        }
    }
    parts.count(form.files.len());
    for file in &form.files {
        parts.text(&file.field);
        parts.text(&file.name);
    }
    MessageId { key: parts.digest(), window_s: if hit.is_empty() { Some(WINDOW_S) } else { None } }
}

/// Length-prefixed parts: `("a", "bc")` and `("ab", "c")` are different messages.
struct Parts(Vec<u8>);

impl Parts {
    fn count(&mut self, count: usize) {
        self.0.extend_from_slice(&(count as u32).to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn digest(&self) -> String {
        let mut hasher = SipHasher13::new();
        hasher.write(&self.0);
        let hash = hasher.finish128().as_u128();
        let mut key = String::with_capacity(34);
        key.push_str("f-");
        for shift in (0..32).rev() {
            let digit = (hash >> (shift * 4)) as u32 & 0xf;
            key.push(char::from_digit(digit, 16).unwrap_or('0'));
        }
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{FormField, FormFile};

    fn form(fields: &[(&str, &[&str])]) -> Form {
        let fields = fields
            .iter()
            .map(|(name, values)| FormField {
                name: name.to_string(),
                values: values.iter().map(|value| value.to_string()).collect(),
            })
            .collect();
        Form { fields, ..Form::default() }
    }

    #[test]
    fn is_stable_across_builds() {
        let id = of_form(&form(&[("phone", &["+380671112233"])]), None);
        assert_eq!(
            id,
            MessageId { key: "f-74435c59831663fd0f3eb8513d75e574".into(), window_s: Some(WINDOW_S) }
        );
    }

    #[test]
    fn parts_do_not_run_together() {
        let ids = [
            form(&[("a", &["bc"])]),
            form(&[("ab", &["c"])]),
            form(&[("a", &["b", "c"])]),
            form(&[("a", &["b"]), ("c", &[])]),
            form(&[("a", &[])]),
            form(&[("a", &[""])]),
        ]
        .map(|form| of_form(&form, None).key);
        for (index, id) in ids.iter().enumerate() {
            assert_eq!(id.len(), 34);
            let digits = id.strip_prefix("f-").unwrap();
            assert!(digits.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)));
            assert!(!ids[..index].contains(id));
        }
    }

    #[test]
    fn a_hit_holds_for_ever_and_does_not_ask_where() {
        let mut one = form(&[("a", &["b"])]);
        let bare = of_form(&one, None);
        one.visit.landing = "https://site.example/a".into();
        assert_ne!(of_form(&one, None), bare);
        one.visit.hit_id = "h".into();
        let hit = of_form(&one, None);
        assert_eq!(hit.window_s, None);
        one.visit.landing = "https://site.example/b".into();
        assert_eq!(of_form(&one, None), hit);
        one.form_id = "order".into();
        assert_ne!(of_form(&one, None), hit);
    }

    #[test]
    fn files_count_by_name() {
        let mut one = form(&[("a", &["b"])]);
        let bare = of_form(&one, None);
        one.files.push(FormFile { field: "cv".into(), name: "a.pdf".into(), size: 1 });
        let with = of_form(&one, None);
        assert_ne!(with, bare);
        one.files[0].name = "b.pdf".into();
        assert_ne!(of_form(&one, None), with);
    }

    #[test]
    fn an_idempotency_key_outweighs_content() {
        let a = of_form(&form(&[("a", &["b"])]), Some("k"));
        assert_eq!(a, of_form(&form(&[("c", &["d"])]), Some("k")));
        assert_ne!(a.key, of_form(&form(&[("a", &["b"])]), Some("l")).key);
        assert_eq!(a.window_s, None);
    }
}
