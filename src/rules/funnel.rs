//! Leads to pipelines by rule (seed: "Передача сделок в выбранные воронки").
//!
//! Ordered, first match. Values compare trimmed and without regard to case. A pipeline that is missing or put
//! away gives way to the default one, with a warning.

use crate::amocrm::directory::Directory;
use crate::config::FunnelRule;
use crate::event::Variable;
use crate::rules::pipeline::{self, Place};
use crate::trace::{Entry, Trace};

/// The place that the rules choose, else the default one.
pub fn choose<'a>(
    rules: &[FunnelRule],
    directory: &Directory,
    value: impl Fn(&Variable) -> Option<&'a str>,
    trace: &mut Trace,
) -> Place {
    for (index, rule) in rules.iter().enumerate() {
        let seen = value(&rule.variable);
        let matches =
            seen.is_some_and(|seen| rule.equals.iter().any(|wanted| same(seen.trim(), wanted.trim())));
        let note = |code| {
            Entry::new("lead", "funnel", code)
                .at(format!("/funnel/{index}"))
                .with("variable", rule.variable.name())
                .with("seen", seen)
        };
        if !matches {
            trace.add(|| note("rule_passed_over"));
            continue;
        }
        let found = directory.pipelines.iter().find(|pipeline| pipeline.id == rule.pipeline);
        match found {
            Some(found) if !found.is_archive => {
                let status =
                    rule.status.filter(|status| found.statuses.iter().any(|known| known.id == *status));
                if rule.status != status {
                    trace.add(|| note("stage_missing").with("status", rule.status));
                }
                trace.add(|| {
                    note("rule_matched").with("pipeline", found.id).with("name", found.name.as_str())
                });
                return Place::of(found, status);
            }
            _ => {
                trace.add(|| note("pipeline_missing").with("pipeline", rule.pipeline));
                return pipeline::default_place(directory, "/funnel", trace);
            }
        }
    }
    pipeline::default_place(directory, "/funnel", trace)
}

/// Letter by letter: nothing is allocated, only letters that differ are folded, and the first real difference ends it.
fn same(left: &str, right: &str) -> bool {
    let (mut left, mut right) = (left.chars(), right.chars());
    loop {
        let (rest, other) = (left.as_str(), right.as_str());
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(letter), Some(same)) if letter == same || letter.to_lowercase().eq(same.to_lowercase()) => {
            }
            // Different, unless one of them folds to several letters.
            _ => return folded(rest).eq(folded(other)),
        }
    }
}

/// Lower case, with one form of the Greek sigma: what [`same`] compares.
pub(super) fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase).map(|letter| if letter == 'ς' { 'σ' } else { letter })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amocrm::directory::{Pipeline, Status};

    fn directory() -> Directory {
        let pipeline = |id, is_main, is_archive| Pipeline {
            id,
            is_main,
            is_archive,
            statuses: vec![Status { id: id * 10, ..Status::default() }],
            ..Pipeline::default()
        };
        Directory {
            pipelines: vec![pipeline(1, true, false), pipeline(2, false, false), pipeline(3, false, true)],
            ..Directory::default()
        }
    }

    fn rule(pipeline: u64, status: Option<u64>, equals: &str) -> FunnelRule {
        FunnelRule { pipeline, status, variable: Variable::PoolName, equals: vec![equals.into()] }
    }

    fn chosen(rules: &[FunnelRule], pool: &'static str) -> Place {
        choose(rules, &directory(), |_| Some(pool), &mut Trace::new(false))
    }

    #[test]
    fn the_first_match_wins_without_regard_to_case_and_spaces() {
        let rules = [
            rule(9, None, "other"),
            rule(2, None, " контекстная Реклама "),
            rule(1, None, "Контекстная реклама"),
        ];
        assert_eq!(chosen(&rules, "Контекстная реклама ").pipeline, Some(2));
    }

    #[test]
    fn a_missing_or_archived_pipeline_gives_way_to_the_default() {
        assert_eq!(chosen(&[rule(9, None, "a")], "a").pipeline, Some(1));
        assert_eq!(chosen(&[rule(3, None, "a")], "a").pipeline, Some(1));
        assert_eq!(chosen(&[], "a").pipeline, Some(1));
    }

    #[test]
    fn a_stage_must_belong_to_the_pipeline() {
        assert_eq!(chosen(&[rule(2, Some(20), "a")], "a").status, Some(20));
        assert_eq!(chosen(&[rule(2, Some(10), "a")], "a").status, None);
    }
}
