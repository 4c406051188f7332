//! What a form would create in amoCRM, and why, without a server:
//!
//! `cargo run --example preview --features sandbox -- settings.json form.json [--account state.json] [--json]`
//!
//! `--account`: raw API v4 objects that amoCRM already has, in the shape of the sandbox's state. `--json`: the whole
//! result. A form that ends in `.json` or begins with a brace is read as JSON, any other as urlencoded.
//! Settings or a form that cannot be read: `code path` line by line on stderr, exit code 1.

#[path = "preview/render.rs"]
mod render;

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use ringostat_amocrm::config::Settings;
use ringostat_amocrm::delivery::preview::{PreviewInput, preview};
use ringostat_amocrm::problem::Problem;

const USAGE: &str =
    "usage: preview settings.json form.json|form.txt|form.form [--account state.json] [--json]";

/// What the command line says.
#[derive(Debug, Default, PartialEq)]
struct Arguments {
    settings: String,
    form: String,
    account: Option<String>,
    json: bool,
}

impl Arguments {
    fn parse(arguments: impl Iterator<Item = String>) -> Option<Self> {
        let mut parsed = Arguments::default();
        let mut files = Vec::new();
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--json" => parsed.json = true,
                "--account" => parsed.account = Some(arguments.next()?),
                flag if flag.starts_with("--") => return None,
                _ => files.push(argument),
            }
        }
        [parsed.settings, parsed.form] = files.try_into().ok()?;
        Some(parsed)
    }
}

/// The output, or the lines for stderr.
fn run(arguments: &Arguments, now_ms: i64) -> Result<String, Vec<String>> {
    let read = |path: &str| std::fs::read_to_string(path).map_err(|error| vec![format!("{path}: {error}")]);
    let settings = read(&arguments.settings)?;
    let form = read(&arguments.form)?;
    let account = match &arguments.account {
        Some(path) => {
            let text = read(path)?;
            Some(serde_json::from_str(&text).map_err(|error| vec![format!("{path}: {error}")])?)
        }
        None => None,
    };
    let in_file = |path: &str| {
        let path = path.to_owned();
        move |problems: Vec<Problem>| problems.iter().map(|problem| told(&path, problem)).collect::<Vec<_>>()
    };
    let content_type = content_type(&arguments.form, &form).to_owned();
    let input = PreviewInput {
        account,
        content_type: Some(content_type),
        body: Some(form),
        now_ms,
        ..PreviewInput::default()
    };
    let settings = Settings::parse(&settings).map_err(in_file(&arguments.settings))?;
    let result = preview(&settings, &input).map_err(in_file(&arguments.form))?;
    if arguments.json {
        return serde_json::to_string_pretty(&result).map_err(|error| vec![error.to_string()]);
    }
    Ok(render::of(&result))
}

fn told(file: &str, problem: &Problem) -> String {
    let path = if problem.path.is_empty() { "/" } else { &problem.path };
    let params: Vec<String> = problem.params.iter().map(|(key, value)| format!(" {key}={value}")).collect();
    format!("{file}: {} {path}{}", problem.code, params.concat())
}

fn content_type(path: &str, body: &str) -> &'static str {
    let json = path.ends_with(".json") || body.trim_start_matches('\u{feff}').trim_start().starts_with('{');
    if json { "application/json" } else { "application/x-www-form-urlencoded" }
}

fn main() -> ExitCode {
    let Some(arguments) = Arguments::parse(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    match run(&arguments, i64::try_from(now.as_millis()).unwrap_or_default()) {
        Ok(output) => {
            println!("{}", output.trim_end());
            ExitCode::SUCCESS
        }
        Err(lines) => {
            lines.iter().for_each(|line| eprintln!("{line}"));
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
#[path = "preview/tests.rs"]
mod tests;
