//! Which scenario a call follows (seed: "настройте матрицу интеграции. На основе данной настройки будут создаваться
//! заявки, контакты, сделки и задачи по звонкам").
//!
//! Rows are tried in order, the first that matches wins; a condition that a row does not name matches everything.
//! The default rows and the evidence for each stand in `config/presets.rs`.

use serde::{Deserialize, Serialize};

use crate::config::{AnsweredBy, CallKind, ClientState, Matrix, MatrixRow, Moment, When};
use crate::event::{Call, CallResult, Direction, Phase};
use crate::trace::{Entry, Trace};

/// Reason of an event for which the matrix has no row.
pub const NO_ROW: &str = "no_matrix_row";

/// What the conditions of a row look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Situation {
    /// Kind of call.
    pub call: CallKind,
    /// What amoCRM knows of the client.
    pub client: ClientState,
    /// Who took part on the project's side; `None` of a missed call.
    pub answered_by: Option<AnsweredBy>,
}

/// The row that applies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chosen<'a> {
    /// Its place in the matrix.
    pub index: usize,
    /// The row.
    pub row: &'a MatrixRow,
}

impl Chosen<'_> {
    /// JSON Pointer into the settings.
    pub fn path(&self) -> String {
        path(self.index)
    }
}

/// JSON Pointer of a row.
pub fn path(index: usize) -> String {
    format!("/matrix/rows/{index}")
}

/// The kind of a call, or `None` of an internal one and of one that still goes on.
///
/// A message at pick-up is of an answered call whatever status it brings: statuses are only true afterwards.
pub fn kind_of(call: &Call) -> Option<CallKind> {
    let answered = match (call.phase, call.result) {
        (Phase::PickUp, _) | (Phase::Completed, CallResult::Answered) => true,
        (Phase::Completed, CallResult::Missed) => false,
        (Phase::InProgress, _) | (Phase::Completed, CallResult::Pending) => return None,
    };
    match (call.direction, answered) {
        (Direction::Incoming, true) => Some(CallKind::IncomingAnswered),
        (Direction::Incoming, false) => Some(CallKind::IncomingMissed),
        (Direction::Outgoing, true) => Some(CallKind::OutgoingAnswered),
        (Direction::Outgoing, false) => Some(CallKind::OutgoingUnanswered),
        (Direction::Callback, true) => Some(CallKind::CallbackAnswered),
        (Direction::Callback, false) => Some(CallKind::CallbackMissed),
        (Direction::Internal, _) => None,
    }
}

/// Whether nobody of the project can have taken part.
pub fn is_missed(kind: CallKind) -> bool {
    matches!(kind, CallKind::IncomingMissed | CallKind::CallbackMissed)
}

/// The first row that matches; without one the reason is [`NO_ROW`].
pub fn choose<'a>(matrix: &'a Matrix, situation: Situation, trace: &mut Trace) -> Option<Chosen<'a>> {
    let found = matrix.rows.iter().enumerate().find(|(_, row)| matches(&row.when, situation));
    let chosen = found.map(|(index, row)| Chosen { index, row });
    trace.add(|| {
        let (code, path) = match &chosen {
            Some(chosen) => ("row_matched", chosen.path()),
            None => (NO_ROW, "/matrix/rows".to_owned()),
        };
        let name = |value: serde_json::Result<serde_json::Value>| value.unwrap_or_default();
        Entry::new("call", "matrix", code)
            .at(path)
            .with("call", name(serde_json::to_value(situation.call)))
            .with("client", name(serde_json::to_value(situation.client)))
            .with("answered_by", name(serde_json::to_value(situation.answered_by)))
    });
    chosen
}

/// Whether the conditions are met.
pub fn matches(when: &When, situation: Situation) -> bool {
    when.call.is_none_or(|call| call == situation.call)
        && when.client.is_none_or(|client| client == situation.client)
        && when.answered_by.is_none_or(|by| situation.answered_by == Some(by))
}

/// Every situation that can occur.
pub fn situations() -> impl Iterator<Item = Situation> {
    use AnsweredBy::{Other, Responsible, Unknown};
    use CallKind::{
        CallbackAnswered, CallbackMissed, IncomingAnswered, IncomingMissed, OutgoingAnswered,
        OutgoingUnanswered,
    };
    use ClientState::{KnownWithOpenLead, KnownWithoutOpenLead, New};
    let calls = [
        IncomingAnswered,
        IncomingMissed,
        OutgoingAnswered,
        OutgoingUnanswered,
        CallbackAnswered,
        CallbackMissed,
    ];
    calls.into_iter().flat_map(|call| {
        [New, KnownWithOpenLead, KnownWithoutOpenLead].into_iter().flat_map(move |client| {
            let by: &[Option<AnsweredBy>] = match (is_missed(call), client) {
                (true, _) => &[None],
                // Nobody is responsible for a client whom amoCRM does not know.
                (false, New) => &[Some(Other), Some(Unknown)],
                (false, _) => &[Some(Responsible), Some(Other), Some(Unknown)],
            };
            by.iter().map(move |answered_by| Situation { call, client, answered_by: *answered_by })
        })
    })
}

/// Which parts of a row a message brings about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Contact, lead, incoming lead and open task.
    pub entities: bool,
    /// Call record, note and completed task: they tell of a talk that is over.
    pub record: bool,
}

/// What is due when the message comes. Entities of a row with the moment "pick-up" are due at both messages:
/// the first that arrives makes them, the other finds them made.
pub fn due(row: &MatrixRow, phase: Phase) -> Due {
    match phase {
        Phase::InProgress => Due { entities: false, record: false },
        Phase::PickUp => Due { entities: row.moment == Moment::PickUp, record: false },
        Phase::Completed => Due { entities: true, record: true },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Language, Responsible};

    fn call(direction: Direction, phase: Phase, result: CallResult) -> Call {
        Call { direction, phase, result, ..Call::default() }
    }

    fn at(call: CallKind, client: ClientState, answered_by: Option<AnsweredBy>) -> Situation {
        Situation { call, client, answered_by }
    }

    fn chosen(situation: Situation) -> MatrixRow {
        choose(&Matrix::default(), situation, &mut Trace::new(false)).unwrap().row.clone()
    }

    #[test]
    fn kinds_follow_direction_and_result() {
        use CallResult::{Answered, Missed, Pending};
        use Direction::{Callback, Incoming, Internal, Outgoing};
        use Phase::{Completed, PickUp};
        for (direction, phase, result, kind) in [
            (Incoming, Completed, Answered, Some(CallKind::IncomingAnswered)),
            (Incoming, Completed, Missed, Some(CallKind::IncomingMissed)),
            (Outgoing, Completed, Answered, Some(CallKind::OutgoingAnswered)),
            (Outgoing, Completed, Missed, Some(CallKind::OutgoingUnanswered)),
            (Callback, Completed, Answered, Some(CallKind::CallbackAnswered)),
            (Callback, Completed, Missed, Some(CallKind::CallbackMissed)),
            (Incoming, PickUp, Pending, Some(CallKind::IncomingAnswered)),
            (Incoming, PickUp, Missed, Some(CallKind::IncomingAnswered)),
            (Incoming, Completed, Pending, None),
            (Internal, Completed, Answered, None),
            (Internal, PickUp, Pending, None),
        ] {
            assert_eq!(kind_of(&call(direction, phase, result)), kind, "{direction:?} {phase:?} {result:?}");
        }
    }

    #[test]
    fn the_first_row_that_matches_wins_and_is_traced() {
        let matrix: Matrix = serde_json::from_str(
            r#"{"rows":[
                {"when":{"call":"incoming_missed"},"creates":{"lead":true}},
                {"when":{"client":"new"},"creates":{"contact":true}},
                {"creates":{"note":true}}]}"#,
        )
        .unwrap();
        let index = |situation| choose(&matrix, situation, &mut Trace::new(false)).unwrap().index;
        assert_eq!(index(at(CallKind::IncomingMissed, ClientState::New, None)), 0);
        assert_eq!(index(at(CallKind::OutgoingAnswered, ClientState::New, Some(AnsweredBy::Other))), 1);
        let mut trace = Trace::new(true);
        let known = at(CallKind::OutgoingAnswered, ClientState::KnownWithOpenLead, Some(AnsweredBy::Other));
        assert_eq!(choose(&matrix, known, &mut trace).unwrap().path(), "/matrix/rows/2");
        let entry = &trace.entries()[0];
        assert_eq!((entry.path.as_str(), entry.code.as_ref()), ("/matrix/rows/2", "row_matched"));
        assert_eq!(entry.params["client"], "known_with_open_lead");
    }

    #[test]
    fn no_row_is_a_reason() {
        let matrix = Matrix { rows: Vec::new(), ..Matrix::default() };
        let mut trace = Trace::new(true);
        let situation = at(CallKind::IncomingMissed, ClientState::New, None);
        assert_eq!(choose(&matrix, situation, &mut trace), None);
        assert_eq!(trace.entries()[0].code, NO_ROW);
        assert_eq!(trace.entries()[0].params["answered_by"], serde_json::Value::Null);
    }

    #[test]
    fn a_condition_on_who_answered_never_speaks_of_a_missed_call() {
        let when = When { answered_by: Some(AnsweredBy::Unknown), ..When::default() };
        assert!(!matches(&when, at(CallKind::IncomingMissed, ClientState::New, None)));
        assert!(matches(&when, at(CallKind::IncomingAnswered, ClientState::New, Some(AnsweredBy::Unknown))));
    }

    #[test]
    fn the_default_matrix_has_a_row_for_every_situation_and_needs_every_row() {
        let matrix = Matrix::default();
        let mut used = vec![false; matrix.rows.len()];
        for situation in situations() {
            let chosen = choose(&matrix, situation, &mut Trace::new(false));
            used[chosen.unwrap_or_else(|| panic!("{situation:?}")).index] = true;
        }
        assert!(used.iter().all(|used| *used), "{used:?}");
        assert_eq!(situations().count(), 38);
    }

    /// Contact, lead, record, open task for, completed task, moment, responsible.
    type Cell = (bool, bool, bool, Option<Responsible>, Option<Responsible>, Moment, Option<Responsible>);

    fn cell(row: &MatrixRow) -> Cell {
        let makes = row.creates.contact || row.creates.lead;
        (
            row.creates.contact,
            row.creates.lead,
            row.creates.call_record,
            row.creates.open_task.as_ref().map(|task| task.responsible),
            row.creates.completed_task.as_ref().map(|task| task.responsible),
            row.moment,
            makes.then_some(row.responsible),
        )
    }

    #[test]
    fn the_default_matrix_decides_as_its_table_says() {
        use AnsweredBy::{Other, Responsible as Own, Unknown};
        use CallKind as K;
        use ClientState::{KnownWithOpenLead as Open, KnownWithoutOpenLead as Closed, New};
        use Moment::{AfterCall, PickUp};
        use Responsible::{Answered, CrmResponsible as Crm, Senior};
        for kind in [K::IncomingAnswered, K::CallbackAnswered] {
            let cases: [(ClientState, AnsweredBy, Cell); 8] = [
                (New, Other, (true, true, true, None, None, PickUp, Some(Answered))),
                (New, Unknown, (true, true, true, Some(Senior), None, PickUp, Some(Senior))),
                (Open, Own, (false, false, true, None, None, AfterCall, None)),
                (Open, Other, (false, false, true, Some(Crm), Some(Answered), AfterCall, None)),
                (Open, Unknown, (false, false, true, Some(Senior), None, AfterCall, None)),
                (Closed, Own, (false, true, true, None, None, PickUp, Some(Answered))),
                (Closed, Other, (false, true, true, None, None, PickUp, Some(Answered))),
                (Closed, Unknown, (false, true, true, Some(Senior), None, PickUp, Some(Crm))),
            ];
            for (client, by, expected) in cases {
                assert_eq!(cell(&chosen(at(kind, client, Some(by)))), expected, "{kind:?} {client:?} {by:?}");
            }
        }
        for kind in [K::IncomingMissed, K::CallbackMissed] {
            let new = chosen(at(kind, New, None));
            assert_eq!(cell(&new), (true, true, true, Some(Senior), None, AfterCall, Some(Senior)));
            for client in [Open, Closed] {
                let known = chosen(at(kind, client, None));
                assert_eq!(cell(&known), (false, false, true, Some(Crm), None, AfterCall, None));
            }
        }
        for by in [Own, Other, Unknown] {
            let cell = |kind, client| cell(&chosen(at(kind, client, Some(by))));
            let record = (false, false, true, None, None, AfterCall, None);
            if by != Own {
                let contact = (true, false, true, None, None, AfterCall, Some(Answered));
                assert_eq!(cell(K::OutgoingAnswered, New), contact);
                let nothing = (false, false, false, None, None, AfterCall, None);
                assert_eq!(cell(K::OutgoingUnanswered, New), nothing);
            }
            for client in [Open, Closed] {
                assert_eq!(cell(K::OutgoingAnswered, client), record);
                assert_eq!(cell(K::OutgoingUnanswered, client), record);
            }
        }
    }

    #[test]
    fn presets_go_by_the_same_rules() {
        let unsorted = Matrix::preset("unsorted_first", Language::Ru).unwrap();
        let tasks = Matrix::preset("missed_tasks_only", Language::Ru).unwrap();
        for situation in situations() {
            let mut silent = Trace::new(false);
            assert!(choose(&unsorted, situation, &mut silent).is_some(), "{situation:?}");
            assert_eq!(choose(&tasks, situation, &mut silent).is_some(), is_missed(situation.call));
        }
    }

    #[test]
    fn records_wait_for_the_end_of_the_talk() {
        let row = chosen(at(CallKind::IncomingAnswered, ClientState::New, Some(AnsweredBy::Other)));
        assert_eq!(due(&row, Phase::PickUp), Due { entities: true, record: false });
        assert_eq!(due(&row, Phase::Completed), Due { entities: true, record: true });
        let later = MatrixRow { moment: Moment::AfterCall, ..row };
        assert_eq!(due(&later, Phase::PickUp), Due { entities: false, record: false });
    }
}
