//! What is wrong with one item of a request, and the reader that finds it out.

use serde_json::{Map, Value, json};

/// The longest text that a field takes.
pub(crate) const MAX_TEXT: usize = 256;

/// One error of `validation-errors`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flaw {
    pub(crate) code: &'static str,
    pub(crate) path: String,
    pub(crate) detail: String,
}

/// The errors of one item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Flaws(pub(crate) Vec<Flaw>);

impl Flaws {
    /// Nothing found.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn add(&mut self, code: &'static str, path: String, detail: impl Into<String>) {
        self.0.push(Flaw { code, path, detail: detail.into() });
    }

    /// Not among the allowed values.
    pub(crate) fn not_supported(&mut self, path: String) {
        self.add("NotSupportedChoice", path, "The value you selected is not a valid choice.");
    }

    /// Of another type.
    pub(crate) fn invalid_type(&mut self, path: String, expected: &str) {
        self.add("InvalidType", path, format!("This value should be of type {expected}."));
    }

    /// Null where a value is needed.
    pub(crate) fn null(&mut self, path: String) {
        self.add("NotNullable", path, "This value should not be null.");
    }

    /// Absent though required.
    pub(crate) fn missing(&mut self, path: String) {
        self.add("FieldMissing", path, "This field is missing.");
    }

    /// Empty though required.
    pub(crate) fn blank(&mut self, path: String) {
        self.add("NotBlank", path, "This value should not be blank.");
    }

    /// Longer than [`MAX_TEXT`].
    pub(crate) fn too_long(&mut self, path: String) {
        self.add("TooLong", path, "This value is too long. It should have 256 characters or less.");
    }

    /// More items than allowed.
    pub(crate) fn too_many(&mut self, path: String, limit: usize) {
        self.add("TooMany", path, format!("This collection should contain {limit} elements or less."));
    }

    /// Taken already.
    pub(crate) fn not_unique(&mut self, path: String) {
        self.add("NotUnique", path, "This value is already used.");
    }

    /// As in an answer.
    pub(crate) fn to_json(&self) -> Vec<Value> {
        self.0
            .iter()
            .map(|flaw| json!({"code": flaw.code, "path": flaw.path, "detail": flaw.detail}))
            .collect()
    }
}

/// Reads typed attributes from an object and notes what does not fit.
pub(crate) struct Reader<'a, 'f> {
    pub(crate) map: &'a Map<String, Value>,
    pub(crate) prefix: &'f str,
    pub(crate) flaws: &'f mut Flaws,
}

impl<'a> Reader<'a, '_> {
    /// The dotted path of an attribute.
    pub(crate) fn path(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    /// A present, non-null attribute; null is noted.
    pub(crate) fn value(&mut self, key: &str) -> Option<&'a Value> {
        let value = self.map.get(key)?;
        if value.is_null() {
            self.flaws.null(self.path(key));
            return None;
        }
        Some(value)
    }

    /// A present attribute; absence and null are noted.
    pub(crate) fn required(&mut self, key: &str) -> Option<&'a Value> {
        if !self.map.contains_key(key) {
            self.flaws.missing(self.path(key));
        }
        self.value(key)
    }

    /// A string.
    pub(crate) fn text(&mut self, key: &str) -> Option<&'a str> {
        let value = self.value(key)?;
        let text = value.as_str();
        if text.is_none() {
            self.flaws.invalid_type(self.path(key), "string");
        }
        text
    }

    /// A required, non-blank string.
    pub(crate) fn required_text(&mut self, key: &str) -> Option<&'a str> {
        if !self.map.contains_key(key) {
            self.flaws.missing(self.path(key));
            return None;
        }
        let text = self.text(key)?;
        if text.is_empty() {
            self.flaws.blank(self.path(key));
            return None;
        }
        Some(text)
    }

    /// An integer.
    pub(crate) fn integer(&mut self, key: &str) -> Option<i64> {
        let value = self.value(key)?;
        let number = value.as_i64();
        if number.is_none() {
            self.flaws.invalid_type(self.path(key), "int");
        }
        number
    }

    /// A required integer.
    pub(crate) fn required_integer(&mut self, key: &str) -> Option<i64> {
        if !self.map.contains_key(key) {
            self.flaws.missing(self.path(key));
        }
        self.integer(key)
    }

    /// A positive integer, as ids are.
    pub(crate) fn id(&mut self, key: &str) -> Option<u64> {
        let number = self.integer(key)?;
        let id = u64::try_from(number).ok().filter(|id| *id > 0);
        if id.is_none() {
            self.flaws.not_supported(self.path(key));
        }
        id
    }

    /// A boolean.
    pub(crate) fn boolean(&mut self, key: &str) -> Option<bool> {
        let value = self.value(key)?;
        let flag = value.as_bool();
        if flag.is_none() {
            self.flaws.invalid_type(self.path(key), "bool");
        }
        flag
    }

    /// An array of objects; null and absence are empty, anything else is noted.
    pub(crate) fn objects(&mut self, key: &str) -> Vec<(String, &'a Map<String, Value>)> {
        let items = match self.map.get(key) {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.flaws.invalid_type(self.path(key), "array");
                return Vec::new();
            }
        };
        let mut objects = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let path = format!("{}{key}.{index}", self.prefix);
            match item.as_object() {
                Some(object) => objects.push((format!("{path}."), object)),
                None => self.flaws.invalid_type(path, "array"),
            }
        }
        objects
    }
}
