//! Prints the JSON Schema of the settings document: `pkg/settings.schema.json` is its output.
//!
//! `cargo run --example settings_schema --features schema > pkg/settings.schema.json`

fn main() -> Result<(), serde_json::Error> {
    let schema = ringostat_amocrm::config::json_schema();
    println!("{}", serde_json::to_string_pretty(&schema)?);
    Ok(())
}
