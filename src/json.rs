//! JSON in, one way for everything that is read: bytes -> [`Value`] -> type.
//!
//! Generic readers are compiled once for every pair of type and reader, and a core of many small types read in
//! four ways was four times as large. So there is one reader, over a borrowed [`Value`]; the readers of form
//! bodies, which must be fast and keep the order of keys, stay in [`crate::intake`]. Errors know their place.
//!
//! A struct is handed over as the sequence of its fields, looked up by name: what the derive writes for sequences
//! is a fraction of what it writes for maps. Unknown keys are therefore refused here, by [`strict`].

use std::fmt;

use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Expected, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde::{Serialize, forward_to_deserialize_any};
use serde_json::{Map, Value};

/// Reads a document.
///
/// # Errors
/// It is no JSON, or not of that shape.
pub fn from_slice<T: DeserializeOwned>(text: &[u8]) -> Result<T, Error> {
    from_value(&parse(text)?)
}

/// Reads a part of a document.
///
/// # Errors
/// It is not of that shape.
pub fn from_value<'de, T: de::Deserialize<'de>>(value: &'de Value) -> Result<T, Error> {
    T::deserialize(Node { value: Some(value), strict: false })
}

/// The same, and a key that a struct does not have is an error.
///
/// # Errors
/// It is not of that shape.
pub fn strict<'de, T: de::Deserialize<'de>>(value: &'de Value) -> Result<T, Error> {
    T::deserialize(Node { value: Some(value), strict: true })
}

/// The document as it is.
///
/// # Errors
/// It is no JSON.
#[inline(never)]
pub fn parse(text: &[u8]) -> Result<Value, serde_json::Error> {
    serde_json::from_slice(text)
}

/// The JSON text of plain data: writing it cannot fail.
pub fn to_bytes(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

/// The same as a string.
pub fn to_text(value: &impl Serialize) -> String {
    String::from_utf8(to_bytes(value)).unwrap_or_default()
}

/// What is wrong with a document, and where.
#[derive(Debug)]
pub struct Error(Box<Wrong>);

#[derive(Debug)]
struct Wrong {
    message: String,
    /// Innermost first.
    segments: Vec<String>,
    /// The position of the field that a struct lacks.
    lacks: Option<usize>,
}

impl Error {
    /// serde's words.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Keys, indices and variants down to the place.
    pub fn segments(&self) -> Vec<String> {
        self.0.segments.iter().rev().cloned().collect()
    }

    #[cold]
    #[inline(never)]
    fn new(message: String) -> Self {
        Error(Box::new(Wrong { message, segments: Vec::new(), lacks: None }))
    }

    #[cold]
    #[inline(never)]
    fn under(mut self, segment: &str) -> Self {
        self.0.segments.push(segment.to_owned());
        self
    }

    /// Names the field that a struct lacks: the derive only knows its position.
    #[cold]
    #[inline(never)]
    fn named(mut self, fields: &'static [&'static str]) -> Self {
        if let Some(field) = self.0.lacks.take().and_then(|position| fields.get(position)) {
            self.0.message = format!("missing field `{field}`");
        }
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error::new(message.to_string())
    }

    // What was found is not told: nobody reads it, and it may be what a client entered.
    fn invalid_type(_: Unexpected, expected: &dyn Expected) -> Self {
        Error::new(format!("invalid type, expected {expected}"))
    }

    fn invalid_value(_: Unexpected, expected: &dyn Expected) -> Self {
        Error::new(format!("invalid value, expected {expected}"))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        let mut error = Error::new(format!("invalid length {length}, expected {expected}"));
        error.0.lacks = Some(length);
        error
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Error::new(error.to_string())
    }
}

/// A value to be read, or the absence of one.
#[derive(Clone, Copy)]
struct Node<'de> {
    value: Option<&'de Value>,
    strict: bool,
}

#[cold]
#[inline(never)]
fn wrong(expected: &dyn Expected) -> Error {
    de::Error::invalid_type(Unexpected::Unit, expected)
}

fn number<'de, V: Visitor<'de>>(node: Node<'de>, visitor: V) -> Result<V::Value, Error> {
    let Some(Value::Number(number)) = node.value else { return Err(wrong(&visitor)) };
    if let Some(number) = number.as_u64() {
        visitor.visit_u64(number)
    } else if let Some(number) = number.as_i64() {
        visitor.visit_i64(number)
    } else {
        visitor.visit_f64(number.as_f64().unwrap_or_default())
    }
}

fn text<'de, V: Visitor<'de>>(node: Node<'de>, visitor: V) -> Result<V::Value, Error> {
    match node.value {
        Some(Value::String(text)) => visitor.visit_borrowed_str(text),
        _ => Err(wrong(&visitor)),
    }
}

fn object<'de, V: Visitor<'de>>(node: Node<'de>, visitor: V) -> Result<V::Value, Error> {
    match node.value {
        Some(Value::Object(members)) => {
            visitor.visit_map(Members { rest: members.iter(), current: None, strict: node.strict })
        }
        _ => Err(wrong(&visitor)),
    }
}

fn array<'de, V: Visitor<'de>>(node: Node<'de>, visitor: V) -> Result<V::Value, Error> {
    match node.value {
        Some(Value::Array(items)) => visitor.visit_seq(Items { items, next: 0, strict: node.strict }),
        _ => Err(wrong(&visitor)),
    }
}

fn record<'de, V: Visitor<'de>>(
    node: Node<'de>,
    fields: &'static [&'static str],
    visitor: V,
) -> Result<V::Value, Error> {
    let Some(Value::Object(members)) = node.value else { return Err(wrong(&visitor)) };
    if node.strict {
        all_known(members, fields)?;
    }
    visitor.visit_seq(Fields { members, fields, strict: node.strict }).map_err(|error| error.named(fields))
}

#[inline(never)]
fn all_known(members: &Map<String, Value>, fields: &'static [&'static str]) -> Result<(), Error> {
    match members.keys().find(|key| !fields.contains(&key.as_str())) {
        Some(key) => Err(<Error as de::Error>::unknown_field(key, fields).under(key)),
        None => Ok(()),
    }
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            None => Err(wrong(&visitor)),
            Some(Value::Null) => visitor.visit_unit(),
            Some(Value::Bool(flag)) => visitor.visit_bool(*flag),
            Some(Value::Number(_)) => number(self, visitor),
            Some(Value::String(_)) => text(self, visitor),
            Some(Value::Array(_)) => array(self, visitor),
            Some(Value::Object(_)) => object(self, visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Some(Value::Bool(flag)) => visitor.visit_bool(*flag),
            _ => Err(wrong(&visitor)),
        }
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        number(self, visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        number(self, visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        number(self, visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        number(self, visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        number(self, visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        text(self, visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        text(self, visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            None | Some(Value::Null) => visitor.visit_none(),
            Some(_) => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        array(self, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Some(Value::Array(items)) if items.len() > length => Err(wrong(&visitor)),
            _ => array(self, visitor),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        object(self, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        record(self, fields, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self.choice()?)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.value.is_none() { Err(wrong(&visitor)) } else { visitor.visit_unit() }
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u128 f32 char bytes byte_buf unit unit_struct tuple_struct identifier
    }
}

/// The name of a key or a variant.
#[derive(Clone, Copy)]
struct Name<'de>(&'de str);

impl<'de> Deserializer<'de> for Name<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(Choice { name: self.0, content: Node { value: None, strict: false } })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

struct Members<'de> {
    rest: serde_json::map::Iter<'de>,
    current: Option<(&'de String, &'de Value)>,
    strict: bool,
}

impl<'de> Members<'de> {
    #[inline(never)]
    fn advance(&mut self) -> Option<&'de str> {
        self.current = self.rest.next();
        self.current.map(|(key, _)| key.as_str())
    }
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some(key) = self.advance() else { return Ok(None) };
        seed.deserialize(Name(key)).map(Some).map_err(|error| error.under(key))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let Some((key, value)) = self.current else { return Err(Error::new(String::new())) };
        seed.deserialize(Node { value: Some(value), strict: self.strict }).map_err(|error| error.under(key))
    }
}

struct Items<'de> {
    items: &'de [Value],
    next: usize,
    strict: bool,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some(item) = self.items.get(self.next) else { return Ok(None) };
        let index = self.next;
        self.next += 1;
        let node = Node { value: Some(item), strict: self.strict };
        seed.deserialize(node).map(Some).map_err(|error| error.under(&index.to_string()))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len() - self.next)
    }
}

/// A struct's fields in their order, each looked up by its name.
struct Fields<'de> {
    members: &'de Map<String, Value>,
    fields: &'static [&'static str],
    strict: bool,
}

impl<'de> Fields<'de> {
    #[inline(never)]
    fn advance(&mut self) -> Option<(&'static str, Node<'de>)> {
        let (name, rest) = self.fields.split_first()?;
        self.fields = rest;
        Some((name, Node { value: self.members.get(*name), strict: self.strict }))
    }
}

impl<'de> SeqAccess<'de> for Fields<'de> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some((name, node)) = self.advance() else { return Ok(None) };
        match seed.deserialize(node) {
            Ok(value) => Ok(Some(value)),
            // Absent: the field's default, or an error if it has none.
            Err(_) if node.value.is_none() => Ok(None),
            Err(error) => Err(error.under(name)),
        }
    }
}

/// A variant with what it carries.
struct Choice<'de> {
    name: &'de str,
    content: Node<'de>,
}

impl<'de> Node<'de> {
    #[inline(never)]
    fn choice(self) -> Result<Choice<'de>, Error> {
        match self.value {
            Some(Value::String(name)) => Ok(Choice { name, content: Node { value: None, ..self } }),
            Some(Value::Object(members)) => match (members.len(), members.iter().next()) {
                (1, Some((name, content))) => {
                    Ok(Choice { name, content: Node { value: Some(content), ..self } })
                }
                _ => Err(de::Error::invalid_value(Unexpected::Map, &"map with a single key")),
            },
            _ => Err(wrong(&"string or map")),
        }
    }
}

impl<'de> EnumAccess<'de> for Choice<'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Error> {
        Ok((seed.deserialize(Name(self.name))?, self))
    }
}

impl<'de> VariantAccess<'de> for Choice<'de> {
    type Error = Error;

    #[inline(never)]
    fn unit_variant(self) -> Result<(), Error> {
        match self.content.value {
            None | Some(Value::Null) => Ok(()),
            Some(_) => Err(wrong(&"unit variant").under(self.name)),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        if self.content.value.is_none() {
            return Err(wrong(&"newtype variant"));
        }
        seed.deserialize(self.content).map_err(|error| error.under(self.name))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        array(self.content, visitor).map_err(|error| error.under(self.name))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        record(self.content, fields, visitor).map_err(|error| error.under(self.name))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Plain,
        Number(u32),
        Pair(u32, String),
        Record { name: Option<String> },
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Document {
        kinds: Vec<Kind>,
        #[serde(default)]
        any: Value,
        #[serde(default)]
        counts: BTreeMap<String, i64>,
    }

    fn read(text: &str) -> Result<Document, Error> {
        from_slice(text.as_bytes())
    }

    fn wrong(text: &str) -> (String, String) {
        let error = read(text).unwrap_err();
        (error.segments().join("/"), error.to_string())
    }

    #[test]
    fn reads_what_serde_json_reads() {
        let text = r#"{"kinds":["plain",{"number":7},{"pair":[1,"a"]},{"record":{"name":null}},{"record":{}}],
            "any":{"a":[1,-2,0.5,true,null,"x"]},"counts":{"a":-1},"unknown":{"b":[1]}}"#;
        assert_eq!(read(text).unwrap(), serde_json::from_str(text).unwrap());
    }

    #[test]
    fn errors_know_their_place() {
        assert_eq!(wrong(r#"{"kinds":[{"number":"x"}]}"#).0, "kinds/0/number");
        assert_eq!(wrong(r#"{"kinds":["plain",{"pair":[1,2]}]}"#).0, "kinds/1/pair/1");
        assert_eq!(wrong(r#"{"kinds":["nope"]}"#).0, "kinds/0");
        assert_eq!(wrong(r#"{"kinds":[],"counts":{"a":"b"}}"#).0, "counts/a");
        assert_eq!(wrong("{}"), (String::new(), "missing field `kinds`".to_owned()));
        assert!(wrong(r#"{"kinds":["number"]}"#).1.starts_with("invalid type"));
        assert!(wrong("{").1.contains("line 1"));
    }

    #[test]
    fn unknown_keys_are_refused_where_that_is_wanted() {
        let document = parse(br#"{"kinds":[{"record":{"nam":"x"}}]}"#).unwrap();
        assert_eq!(from_value::<Document>(&document).unwrap().kinds, [Kind::Record { name: None }]);
        let error = strict::<Document>(&document).unwrap_err();
        assert_eq!(error.segments().join("/"), "kinds/0/record/nam");
        assert!(error.message().starts_with("unknown field `nam`"), "{error}");
    }
}
