//! What may be switched because reality is unsure, or to simulate an account's troubles.

use serde_json::Value;

use super::problem::Problem;
use super::record::Matching;

/// How refresh tokens behave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refresh {
    /// The old token works until the new one is used.
    Grace,
    /// A used token is revoked at once.
    Strict,
}

/// The switches, see `http.md`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Switches {
    pub(crate) single_patch_wrapped: bool,
    pub(crate) filters_enabled: bool,
    pub(crate) query_matching: Matching,
    pub(crate) refresh: Refresh,
    pub(crate) unknown_field_code_refused: bool,
    pub(crate) rate_limit_html: bool,
    pub(crate) rate_per_second: f64,
    pub(crate) duplicate_control: bool,
    pub(crate) index_delay_ms: i64,
    pub(crate) admin: bool,
    pub(crate) paid: bool,
    pub(crate) token_valid: bool,
    pub(crate) batch_400_stores_valid: bool,
    /// The host that the account has moved to; the first one knows it no longer.
    pub(crate) subdomain_moved: Option<String>,
}

impl Default for Switches {
    fn default() -> Self {
        Switches {
            single_patch_wrapped: false,
            filters_enabled: true,
            query_matching: Matching::SubstringAnyField,
            refresh: Refresh::Grace,
            unknown_field_code_refused: false,
            rate_limit_html: false,
            rate_per_second: 7.0,
            duplicate_control: false,
            index_delay_ms: 0,
            admin: true,
            paid: true,
            token_valid: true,
            batch_400_stores_valid: false,
            subdomain_moved: None,
        }
    }
}

impl Switches {
    /// The switches after a document `{"name": value}`; unchanged ones stay.
    pub(crate) fn changed(&self, document: &Value) -> Result<Switches, Vec<Problem>> {
        let Some(map) = document.as_object() else {
            return Err(vec![Problem::new("invalid_type", "").with("expected", "object")]);
        };
        let mut switches = self.clone();
        let mut problems = Vec::new();
        for (name, value) in map {
            let path = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            if let Err(problem) = switches.set(name, value, path) {
                problems.push(problem);
            }
        }
        if problems.is_empty() { Ok(switches) } else { Err(problems) }
    }

    fn set(&mut self, name: &str, value: &Value, path: String) -> Result<(), Problem> {
        let flag = |path: &str| {
            value.as_bool().ok_or_else(|| Problem::new("invalid_type", path).with("expected", "boolean"))
        };
        let choice = |path: &str, choices: [&str; 2]| match value {
            Value::String(text) if text == choices[0] => Ok(true),
            Value::String(text) if text == choices[1] => Ok(false),
            Value::Number(number) if number.to_string() == choices[1] => Ok(false),
            _ => Err(Problem::new("unknown_value", path).with("allowed", choices.to_vec())),
        };
        match name {
            "single_patch_wrapped" => self.single_patch_wrapped = flag(&path)?,
            "filters_enabled" => self.filters_enabled = flag(&path)?,
            "query_matching" => {
                let any = choice(&path, ["substring_any_field", "digits_suffix"])?;
                self.query_matching = if any { Matching::SubstringAnyField } else { Matching::DigitsSuffix };
            }
            "refresh" => {
                let grace = choice(&path, ["grace", "strict"])?;
                self.refresh = if grace { Refresh::Grace } else { Refresh::Strict };
            }
            "unknown_field_code" => self.unknown_field_code_refused = !choice(&path, ["ignore", "400"])?,
            "rate_limit_body" => self.rate_limit_html = !choice(&path, ["json", "html"])?,
            "rate_per_second" => {
                let rate = value.as_f64().filter(|rate| *rate >= 0.0);
                self.rate_per_second =
                    rate.ok_or_else(|| Problem::new("invalid_type", path).with("expected", "number >= 0"))?;
            }
            "duplicate_control" => self.duplicate_control = flag(&path)?,
            "index_delay_ms" => {
                let delay = value.as_i64().filter(|delay| *delay >= 0);
                self.index_delay_ms = delay
                    .ok_or_else(|| Problem::new("invalid_type", path).with("expected", "integer >= 0"))?;
            }
            "admin" => self.admin = flag(&path)?,
            "paid" => self.paid = flag(&path)?,
            "token_valid" => self.token_valid = flag(&path)?,
            "batch_400_stores_valid" => self.batch_400_stores_valid = flag(&path)?,
            "subdomain_moved" => {
                self.subdomain_moved = match value {
                    Value::Bool(false) | Value::Null => None,
                    Value::String(host) if is_host(host) => Some(host.clone()),
                    _ => return Err(Problem::new("invalid_type", path).with("expected", "host or false")),
                }
            }
            _ => return Err(Problem::new("unknown_switch", path).with("name", name)),
        }
        Ok(())
    }
}

/// `name[:port]`, as a `Host` header has it.
fn is_host(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_switch_of_the_contract_is_known() {
        let document = json!({
            "single_patch_wrapped": true, "filters_enabled": false, "query_matching": "digits_suffix",
            "refresh": "strict", "unknown_field_code": "400", "rate_limit_body": "html", "rate_per_second": 100,
            "duplicate_control": true, "index_delay_ms": 5, "admin": false, "paid": false, "token_valid": false,
            "batch_400_stores_valid": true, "subdomain_moved": "new.example:80",
        });
        let switches = Switches::default().changed(&document).unwrap();
        assert!(
            switches.single_patch_wrapped && !switches.filters_enabled && switches.unknown_field_code_refused
        );
        assert_eq!((switches.refresh, switches.rate_per_second), (Refresh::Strict, 100.0));
        assert_eq!(switches.subdomain_moved.as_deref(), Some("new.example:80"));
        assert!(switches.changed(&json!({"subdomain_moved": false})).unwrap().subdomain_moved.is_none());
        let back = json!({"unknown_field_code": "ignore", "refresh": "grace", "query_matching": "substring_any_field"});
        assert!(!switches.changed(&back).unwrap().unknown_field_code_refused);
        assert!(switches.changed(&json!({"unknown_field_code": 400})).unwrap().unknown_field_code_refused);
    }

    #[test]
    fn unknown_names_and_values_are_told() {
        let document =
            json!({"nope/x": 1, "refresh": "x", "rate_per_second": -1, "admin": 1, "subdomain_moved": "a b"});
        let problems = Switches::default().changed(&document).unwrap_err();
        let told: Vec<_> = problems.iter().map(|p| (p.code.as_str(), p.path.as_str())).collect();
        assert_eq!(
            told,
            [
                ("invalid_type", "/admin"),
                ("unknown_switch", "/nope~1x"),
                ("invalid_type", "/rate_per_second"),
                ("unknown_value", "/refresh"),
                ("invalid_type", "/subdomain_moved"),
            ]
        );
        assert!(Switches::default().changed(&json!([])).is_err());
    }
}
