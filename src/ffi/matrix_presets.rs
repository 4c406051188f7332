//! Matrices to begin with.

use serde::Serialize;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use super::answer::{failure, object};
use crate::config::{Language, Matrix};
use crate::problem::Problem;

#[derive(Serialize)]
struct Preset {
    name: &'static str,
    matrix: Matrix,
}

/// The presets of the matrix, the recommended one first, with texts in that language. Throws a `Failure`.
#[wasm_bindgen(unchecked_return_type = "{ name: string; matrix: Matrix }[]")]
pub fn matrix_presets(
    #[wasm_bindgen(unchecked_param_type = "Language")] language: &str,
) -> Result<JsValue, JsValue> {
    let language = match language {
        "ru" => Language::Ru,
        "uk" => Language::Uk,
        "en" => Language::En,
        _ => return Err(failure(vec![Problem::new("unknown_value", "/language")])),
    };
    let presets = Matrix::presets(language).into_iter().map(|(name, matrix)| Preset { name, matrix });
    Ok(object(&presets.collect::<Vec<_>>()))
}
