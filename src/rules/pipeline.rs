//! The pipeline of a lead: the account's default one, unless a rule chose another.

use serde::{Deserialize, Serialize};

use crate::amocrm::directory::{Directory, Pipeline};
use crate::trace::{Entry, Trace};

/// Where a lead goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Place {
    /// Pipeline; amoCRM's own default when absent.
    pub pipeline: Option<u64>,
    /// Stage; the first one of the pipeline when absent.
    pub status: Option<u64>,
    /// Whether the pipeline takes incoming leads.
    pub takes_unsorted: bool,
}

impl Place {
    /// A pipeline and a stage of it.
    pub fn of(pipeline: &Pipeline, status: Option<u64>) -> Self {
        Place { pipeline: Some(pipeline.id), status, takes_unsorted: pipeline.is_unsorted_on }
    }
}

/// The account's default pipeline: the main one, else the first that is not put away.
pub fn default_of(directory: &Directory) -> Option<&Pipeline> {
    let usable = || directory.pipelines.iter().filter(|pipeline| !pipeline.is_archive);
    usable().find(|pipeline| pipeline.is_main).or_else(|| usable().min_by_key(|pipeline| pipeline.sort))
}

/// The default place (seed: form leads go to the pipeline "по умолчанию").
pub fn default_place(directory: &Directory, path: &'static str, trace: &mut Trace) -> Place {
    match default_of(directory) {
        Some(pipeline) => {
            trace.add(|| {
                Entry::new("lead", "pipeline", "default_pipeline")
                    .at(path)
                    .with("pipeline", pipeline.id)
                    .with("name", pipeline.name.as_str())
            });
            Place::of(pipeline, None)
        }
        None => {
            trace.add(|| Entry::new("lead", "pipeline", "no_pipeline_known").at(path));
            Place::default()
        }
    }
}
