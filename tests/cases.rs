//! One file under `tests/cases/` is one case: settings, account and form in it, and what must come of them.
//! The vocabulary is in `tests/cases/README.md`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "cases/support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};

/// Fewer than that means that they were not found.
const FEWEST: usize = 400;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let found = files.len();
    let mut trials: Vec<Trial> = files.into_iter().map(|file| trial(&root, file)).collect();
    trials.push(Trial::test("all_cases_were_found", move || {
        if found < FEWEST { Err(format!("only {found} cases in {}", root.display()).into()) } else { Ok(()) }
    }));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// `mapping/first_candidate_wins` for `tests/cases/mapping/first_candidate_wins.json`.
fn trial(root: &Path, file: PathBuf) -> Trial {
    let name = file.strip_prefix(root).unwrap_or(&file).with_extension("");
    let name = name.to_string_lossy().replace('\\', "/");
    Trial::test(name, move || {
        let text = std::fs::read_to_string(&file)?;
        support::check(&text)
            .map_err(|report| Failed::from(format!("tests/cases file: {}\n{report}", file.display())))
    })
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
}
