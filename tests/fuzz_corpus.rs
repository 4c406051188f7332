//! The corpus of the fuzz targets, with the same properties and without a fuzzer: what was found once stays found.
// A failed property is a panic, as the fuzzer wants it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "../fuzz/src/lib.rs"]
mod properties;

use std::panic::catch_unwind;
use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};

/// Fewer files than that mean that they were not found.
const FEWEST: usize = 20;

fn main() -> ExitCode {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let trials = properties::TARGETS.map(|(name, target)| {
        let folder = corpus.join(name);
        Trial::test(name, move || replay(&folder, target))
    });
    libtest_mimic::run(&Arguments::from_args(), trials.into()).exit_code()
}

fn replay(folder: &Path, target: properties::Target) -> Result<(), Failed> {
    let mut files = 0;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let data = std::fs::read(&path)?;
        catch_unwind(|| target(&data)).map_err(|_| format!("the panic above is of {}", path.display()))?;
        files += 1;
    }
    if files < FEWEST { Err(format!("only {files} files in {}", folder.display()).into()) } else { Ok(()) }
}
