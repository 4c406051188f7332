//! JSON bodies: the capture script's JSON-RPC `saveFormData`, or a flat object whose keys are fields.
//!
//! One pass over the bytes, no tree in between. Nested objects become names like `address.city`, objects in arrays
//! `items.0.name`; arrays become several values, numbers and booleans text, `null` a field without values.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::event::FormField;
use crate::problem::{Problem, push_pointer};

use super::draft::{Draft, reserved};
use super::fields::{Fields, Full};
use super::limits;
use super::save_form_data::{self, Params};
use super::secrets::Guard;

/// Reads a whole body.
pub(super) fn read(body: &[u8], draft: &mut Draft) -> Result<(), Problem> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let text = std::str::from_utf8(body).map_err(|error| {
        let before = body.get(..error.valid_up_to()).unwrap_or_default();
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        malformed("invalid_utf8", line, before.len() - line_start + 1)
    })?;
    let top = match parse(text, draft, true) {
        Err(_) if has_surrogates(text) => parse(&without_lone_surrogates(text), draft, true),
        read => read,
    }
    .map_err(syntax)?;
    if !top.object {
        return Err(Problem::new("not_a_form", "").with("detail", "not_an_object"));
    }
    if top.jsonrpc || (top.params.is_some() && top.method.as_deref() == Some(save_form_data::METHOD)) {
        return save_form_data::accept(top.method.as_deref(), top.params, draft);
    }
    let top = if top.params.is_some() || top.method.is_some() {
        // A flat form that happens to have fields of these names.
        match parse(text, draft, false) {
            Err(_) if has_surrogates(text) => parse(&without_lone_surrogates(text), draft, false),
            read => read,
        }
        .map_err(syntax)?
    } else {
        top
    };
    top.problem.map_or(Ok(()), Err)
}

/// Reads additional parameters (`r_pd`, `r_ad`) out of JSON text. Broken text has none.
pub(super) fn tracked(text: &str, guard: &mut Guard, fields: &mut Fields) -> Vec<FormField> {
    if !text.trim_start().starts_with('{') {
        return Vec::new();
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    match (Any(TrackedObject { guard, fields })).deserialize(&mut deserializer) {
        Ok(list) if deserializer.end().is_ok() => list,
        _ => Vec::new(),
    }
}

/// What a document turned out to be.
#[derive(Default)]
struct Top {
    object: bool,
    jsonrpc: bool,
    method: Option<String>,
    params: Option<Params>,
    /// What is wrong with it as a flat form.
    problem: Option<Problem>,
}

fn parse(text: &str, draft: &mut Draft, rpc: bool) -> Result<Top, serde_json::Error> {
    draft.fields = Fields::default();
    draft.envelope = Default::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let top = Any(Document { draft, rpc }).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(top)
}

fn syntax(error: serde_json::Error) -> Problem {
    let deep = error.to_string().starts_with("recursion limit");
    malformed(if deep { "too_deep" } else { "invalid_json" }, error.line(), error.column())
}

fn malformed(detail: &str, line: usize, column: usize) -> Problem {
    Problem::new("malformed", "").with("detail", detail).with("line", line).with("column", column)
}

/// A JSON value of any kind, met by one of the readers below.
pub(super) trait Read<'de>: Sized {
    type Out;
    /// A string, or a number or boolean as text.
    fn text(self, text: Cow<'de, str>) -> Self::Out;
    fn null(self) -> Self::Out;
    fn object<A: MapAccess<'de>>(self, map: A) -> Result<Self::Out, A::Error>;
    fn array<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Out, A::Error>;
}

pub(super) struct Any<R>(pub R);

impl<'de, R: Read<'de>> DeserializeSeed<'de> for Any<R> {
    type Value = R::Out;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<R::Out, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, R: Read<'de>> Visitor<'de> for Any<R> {
    type Value = R::Out;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<R::Out, E> {
        Ok(self.0.text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<R::Out, E> {
        Ok(self.0.text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<R::Out, E> {
        Ok(self.0.text(Cow::Owned(text)))
    }

    fn visit_bool<E>(self, value: bool) -> Result<R::Out, E> {
        Ok(self.0.text(Cow::Borrowed(if value { "true" } else { "false" })))
    }

    fn visit_u64<E>(self, value: u64) -> Result<R::Out, E> {
        Ok(self.0.text(Cow::Owned(value.to_string())))
    }

    fn visit_i64<E>(self, value: i64) -> Result<R::Out, E> {
        Ok(self.0.text(Cow::Owned(value.to_string())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<R::Out, E> {
        let text = serde_json::Number::from_f64(value).map(|number| number.to_string());
        Ok(self.0.text(Cow::Owned(text.unwrap_or_default())))
    }

    fn visit_unit<E>(self) -> Result<R::Out, E> {
        Ok(self.0.null())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<R::Out, A::Error> {
        self.0.object(map)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<R::Out, A::Error> {
        self.0.array(seq)
    }
}

pub(super) fn drain_object<'de, A: MapAccess<'de>>(mut map: A) -> Result<(), A::Error> {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

pub(super) fn drain_array<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<(), A::Error> {
    while seq.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Text of a scalar, empty for `null`, `None` for an object or array.
pub(super) struct Text;

impl<'de> Read<'de> for Text {
    type Out = Option<Cow<'de, str>>;

    fn text(self, text: Cow<'de, str>) -> Self::Out {
        Some(text)
    }

    fn null(self) -> Self::Out {
        Some(Cow::Borrowed(""))
    }

    fn object<A: MapAccess<'de>>(self, map: A) -> Result<Self::Out, A::Error> {
        drain_object(map).map(|()| None)
    }

    fn array<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Out, A::Error> {
        drain_array(seq).map(|()| None)
    }
}

/// The next key, borrowed from the input when it has no escapes.
pub(super) fn next_key<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Option<Cow<'de, str>>, A::Error> {
    Ok(map.next_key_seed(Any(Text))?.flatten())
}

/// The whole document.
struct Document<'d> {
    draft: &'d mut Draft,
    /// Whether it may be JSON-RPC: `method` and `params` are then no fields.
    rpc: bool,
}

impl<'de> Read<'de> for Document<'_> {
    type Out = Top;

    fn text(self, _: Cow<'de, str>) -> Top {
        Top::default()
    }

    fn null(self) -> Top {
        Top::default()
    }

    fn array<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Top, A::Error> {
        // As values, so that depth is limited and told.
        while seq.next_element::<serde_json::Value>()?.is_some() {}
        Ok(Top::default())
    }

    fn object<A: MapAccess<'de>>(self, mut map: A) -> Result<Top, A::Error> {
        let Draft { guard, fields, envelope } = self.draft;
        let mut top = Top { object: true, ..Top::default() };
        let mut flatten = Flatten::new(guard, fields, "");
        while let Some(key) = next_key(&mut map)? {
            match &*key {
                "jsonrpc" if self.rpc => {
                    top.jsonrpc = true;
                    map.next_value::<IgnoredAny>()?;
                }
                "method" if self.rpc => {
                    top.method = Some(map.next_value_seed(Any(Text))?.unwrap_or_default().into_owned());
                }
                "params" if self.rpc => {
                    top.params = Some(map.next_value_seed(Any(save_form_data::Reader(flatten.guard)))?);
                }
                _ if top.jsonrpc => {
                    map.next_value::<IgnoredAny>()?;
                }
                name if reserved(name) && !flatten.guard.is_ignored(name) => match name {
                    "r_pd" | "r_ad" => {
                        let seed = Tracked { guard: flatten.guard, fields: flatten.fields };
                        envelope.set_tracked(name, map.next_value_seed(Any(seed))?);
                    }
                    _ => match map.next_value_seed(Any(Text))? {
                        Some(text) => envelope.set_text(name, text.into_owned()),
                        None => flatten.problem_at(name, wrong_type("string")),
                    },
                },
                name => flatten.entry(name, &mut map)?,
            }
        }
        top.problem = flatten.problem;
        Ok(top)
    }
}

pub(super) fn wrong_type(expected: &str) -> Problem {
    Problem::new("malformed", "").with("detail", "wrong_type").with("expected", expected)
}

/// Turns an object into fields. Goes on reading after a problem: only the end of the document tells what it is.
pub(super) struct Flatten<'a> {
    pub guard: &'a mut Guard,
    pub fields: &'a mut Fields,
    pub problem: Option<Problem>,
    /// JSON Pointer of the object.
    base: &'static str,
    /// Name of the field being read, and where its first part ends.
    path: String,
    first: usize,
    depth: usize,
}

impl<'a> Flatten<'a> {
    pub(super) fn new(guard: &'a mut Guard, fields: &'a mut Fields, base: &'static str) -> Self {
        Flatten { guard, fields, problem: None, base, path: String::with_capacity(64), first: 0, depth: 0 }
    }

    /// Reads the value of a key.
    pub(super) fn entry<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        if self.problem.is_some() {
            map.next_value::<IgnoredAny>()?;
            return Ok(());
        }
        let outer = self.path.len();
        if self.depth == 0 {
            self.path.push_str(key);
            self.first = self.path.len();
        } else {
            self.path.push('.');
            self.path.push_str(key);
        }
        match self.guard.name(&self.path) {
            Some(reason) => {
                let withheld = self.fields.withhold(&self.path, reason);
                self.check(withheld);
                map.next_value::<IgnoredAny>()?;
            }
            None => {
                map.next_value_seed(Any(Value { flatten: self, element: None }))?;
            }
        }
        self.path.truncate(outer);
        Ok(())
    }

    fn problem_at(&mut self, name: &str, mut problem: Problem) {
        if self.problem.is_none() {
            problem.path = self.base.to_owned();
            push_pointer(&mut problem.path, name);
            self.problem = Some(problem);
        }
    }

    fn check(&mut self, result: Result<(), Full>) {
        if let (Err(full), None) = (result, &self.problem) {
            self.problem = Some(full.at(self.base));
        }
    }

    /// The field that is being read, emptied: of equal keys the last counts.
    fn begin(&mut self) {
        let begun = self.fields.field(&self.path).map(|field| field.values.clear());
        self.check(begun);
    }

    fn deeper(&mut self) -> bool {
        if self.depth >= limits::DEPTH && self.problem.is_none() {
            let first = self.path.get(..self.first).unwrap_or_default().to_owned();
            let problem =
                Problem::new("malformed", "").with("detail", "too_deep").with("limit", limits::DEPTH);
            self.problem_at(&first, problem);
        }
        self.depth += 1;
        self.problem.is_none()
    }
}

/// One value of a field, or of an array that is one.
struct Value<'f, 'a> {
    flatten: &'f mut Flatten<'a>,
    /// In an array: the position, and whether a value came before.
    element: Option<(usize, bool)>,
}

/// What a value was.
#[derive(PartialEq, Eq)]
enum Was {
    /// Text of this field.
    Text,
    /// Fields inside it.
    Inner,
    Nothing,
}

impl Value<'_, '_> {
    /// Appends the position to the name; returns the length to cut back to.
    fn descend(&mut self) -> usize {
        let outer = self.flatten.path.len();
        if let Some((position, _)) = self.element {
            self.flatten.path.push('.');
            self.flatten.path.push_str(&position.to_string());
        }
        outer
    }
}

impl<'de> Read<'de> for Value<'_, '_> {
    type Out = Was;

    fn text(self, text: Cow<'de, str>) -> Was {
        let flatten = self.flatten;
        if flatten.problem.is_some() {
            return Was::Nothing;
        }
        if !matches!(self.element, Some((_, true)))
            && let Some(known) = flatten.fields.list.iter_mut().find(|field| field.name == flatten.path)
        {
            known.values.clear();
        }
        let added = flatten.fields.append(flatten.guard, &flatten.path, text.into_owned());
        flatten.check(added);
        Was::Text
    }

    fn null(self) -> Was {
        if self.element.is_none() {
            self.flatten.begin();
        }
        Was::Nothing
    }

    fn object<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Was, A::Error> {
        let outer = self.descend();
        if self.flatten.deeper() {
            let mut empty = true;
            while let Some(key) = next_key(&mut map)? {
                empty = false;
                self.flatten.entry(&key, &mut map)?;
            }
            if empty {
                self.flatten.begin();
            }
        } else {
            drain_object(map)?;
        }
        self.flatten.depth -= 1;
        self.flatten.path.truncate(outer);
        Ok(Was::Inner)
    }

    fn array<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<Was, A::Error> {
        let outer = self.descend();
        if self.flatten.deeper() {
            let (mut position, mut texts, mut inner) = (0, false, false);
            while self.flatten.problem.is_none() {
                let element = Some((position, texts));
                match seq.next_element_seed(Any(Value { flatten: self.flatten, element }))? {
                    None => break,
                    Some(was) => {
                        texts |= was == Was::Text;
                        inner |= was == Was::Inner;
                    }
                }
                position += 1;
            }
            if !texts && !inner {
                self.flatten.begin();
            }
        }
        drain_array(seq)?;
        self.flatten.depth -= 1;
        self.flatten.path.truncate(outer);
        Ok(Was::Inner)
    }
}

/// Additional parameters: JSON text, an object, or nothing.
pub(super) struct Tracked<'a> {
    pub guard: &'a mut Guard,
    pub fields: &'a mut Fields,
}

impl<'de> Read<'de> for Tracked<'_> {
    type Out = Vec<FormField>;

    fn text(self, text: Cow<'de, str>) -> Self::Out {
        tracked(&text, self.guard, self.fields)
    }

    fn null(self) -> Self::Out {
        Vec::new()
    }

    fn object<A: MapAccess<'de>>(self, map: A) -> Result<Self::Out, A::Error> {
        TrackedObject { guard: self.guard, fields: self.fields }.object(map)
    }

    fn array<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Out, A::Error> {
        drain_array(seq).map(|()| Vec::new())
    }
}

/// The same, past the text.
struct TrackedObject<'a> {
    guard: &'a mut Guard,
    fields: &'a mut Fields,
}

impl<'de> Read<'de> for TrackedObject<'_> {
    type Out = Vec<FormField>;

    fn text(self, _: Cow<'de, str>) -> Self::Out {
        Vec::new()
    }

    fn null(self) -> Self::Out {
        Vec::new()
    }

    fn object<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Out, A::Error> {
        let mut read = Fields::default();
        let mut flatten = Flatten::new(self.guard, &mut read, "");
        while let Some(key) = next_key(&mut map)? {
            flatten.entry(&key, &mut map)?;
        }
        for one in read.withheld {
            // The list is full: still left out.
            let _ = self.fields.withhold(&one.name, &one.reason);
        }
        Ok(read.list)
    }

    fn array<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Out, A::Error> {
        drain_array(seq).map(|()| Vec::new())
    }
}

/// Browsers escape half of a surrogate pair (an emoji cut by `maxlength`) as `\ud83d`, which is no text.
pub(super) fn has_surrogates(text: &str) -> bool {
    text.contains("\\ud") || text.contains("\\uD")
}

/// Replaces lone surrogates by U+FFFD, so that the rest of the form is not lost with them.
pub(super) fn without_lone_surrogates(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let surrogate = |text: &str| {
            let digits = text.strip_prefix('u')?.get(..4)?;
            u16::from_str_radix(digits, 16).ok().filter(|code| (0xd800..0xe000).contains(code))
        };
        match surrogate(after) {
            None => {
                // An escape is two characters at least: `\\ud83d` is none of ours.
                let end = after.chars().next().map_or(0, char::len_utf8);
                let (escape, tail) = after.split_at_checked(end).unwrap_or((after, ""));
                out.push('\\');
                out.push_str(escape);
                rest = tail;
            }
            Some(code) => {
                let tail = after.get(5..).unwrap_or_default();
                let low = tail.strip_prefix('\\').and_then(surrogate).filter(|low| *low >= 0xdc00);
                if code < 0xdc00 && low.is_some() {
                    out.push('\\');
                    out.push_str(after.get(..11).unwrap_or_default());
                    rest = after.get(11..).unwrap_or_default();
                } else {
                    out.push_str("\\ufffd");
                    rest = tail;
                }
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_surrogates_are_replaced() {
        for (before, after) in [
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""\ude00\ud83d""#, r#""\ufffd\ufffd""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\\ud83d""#, r#""\\ud83d""#),
            (r#""\ud83d\n""#, r#""\ufffd\n""#),
            (r#""\"#, r#""\"#),
        ] {
            assert_eq!(without_lone_surrogates(before), after);
        }
    }
}
