//! The message of Ringostat's capture script: JSON-RPC `saveFormData`.

use std::borrow::Cow;

use serde::de::{IgnoredAny, MapAccess, SeqAccess};

use crate::problem::Problem;

use super::draft::{Draft, Envelope};
use super::fields::Fields;
use super::json::{Any, Flatten, Read, Text, Tracked, drain_array, drain_object, next_key, wrong_type};
use super::secrets::Guard;

/// The only method there is.
pub(super) const METHOD: &str = "saveFormData";

/// `params` as read, complete or not.
#[derive(Default)]
pub(super) struct Params {
    object: bool,
    form_data: bool,
    fields: Fields,
    envelope: Envelope,
    problem: Option<Problem>,
}

/// Takes a JSON-RPC message for a form, or tells why it is none.
pub(super) fn accept(method: Option<&str>, params: Option<Params>, draft: &mut Draft) -> Result<(), Problem> {
    if method != Some(METHOD) {
        return Err(Problem::new("not_a_form", "/method").with("detail", "unknown_method"));
    }
    let missing = |path: &str| Problem::new("malformed", path).with("detail", "missing");
    let params = params.ok_or_else(|| missing("/params"))?;
    if let Some(problem) = params.problem {
        return Err(problem);
    }
    if !params.object {
        return Err(Problem { path: "/params".into(), ..wrong_type("object") });
    }
    if !params.form_data {
        return Err(missing("/params/formData"));
    }
    draft.fields = params.fields;
    draft.envelope = params.envelope;
    Ok(())
}

/// Reads `params`.
pub(super) struct Reader<'g>(pub &'g mut Guard);

impl<'de> Read<'de> for Reader<'_> {
    type Out = Params;

    fn text(self, _: Cow<'de, str>) -> Params {
        Params::default()
    }

    fn null(self) -> Params {
        Params::default()
    }

    fn array<A: SeqAccess<'de>>(self, seq: A) -> Result<Params, A::Error> {
        drain_array(seq).map(|()| Params::default())
    }

    fn object<A: MapAccess<'de>>(self, mut map: A) -> Result<Params, A::Error> {
        let mut params = Params { object: true, ..Params::default() };
        while let Some(key) = next_key(&mut map)? {
            let envelope = &mut params.envelope;
            let slot = match &*key {
                "formData" => {
                    params.form_data = true;
                    let seed = FormData { guard: self.0, fields: &mut params.fields };
                    if let Some(problem) = map.next_value_seed(Any(seed))? {
                        params.problem.get_or_insert(problem);
                    }
                    continue;
                }
                "r_pd" | "r_ad" => {
                    let seed = Tracked { guard: self.0, fields: &mut params.fields };
                    let read = map.next_value_seed(Any(seed))?;
                    if key == "r_pd" {
                        envelope.pageview = read;
                    } else {
                        envelope.session = read;
                    }
                    continue;
                }
                "hid" => &mut envelope.hid,
                "vid" => &mut envelope.vid,
                "r_cl" => &mut envelope.r_cl,
                "r_cu" => &mut envelope.r_cu,
                "dt" => &mut envelope.dt,
                "formId" => &mut envelope.form_id,
                "formName" => &mut envelope.form_name,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            match map.next_value_seed(Any(Text))? {
                Some(text) => *slot = text.into_owned(),
                None => {
                    let path = format!("/params/{key}");
                    params.problem.get_or_insert(Problem { path, ..wrong_type("string") });
                }
            }
        }
        Ok(params)
    }
}

/// Reads `formData`; tells what is wrong with it.
struct FormData<'a> {
    guard: &'a mut Guard,
    fields: &'a mut Fields,
}

const FORM_DATA: &str = "/params/formData";

fn not_an_object() -> Option<Problem> {
    Some(Problem { path: FORM_DATA.into(), ..wrong_type("object") })
}

impl<'de> Read<'de> for FormData<'_> {
    type Out = Option<Problem>;

    fn text(self, _: Cow<'de, str>) -> Self::Out {
        not_an_object()
    }

    fn null(self) -> Self::Out {
        not_an_object()
    }

    fn array<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Out, A::Error> {
        drain_array(seq).map(|()| not_an_object())
    }

    fn object<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Out, A::Error> {
        let mut flatten = Flatten::new(self.guard, self.fields, FORM_DATA);
        while let Some(key) = next_key(&mut map)? {
            flatten.entry(&key, &mut map)?;
            if flatten.problem.is_some() {
                drain_object(map)?;
                break;
            }
        }
        Ok(flatten.problem)
    }
}
