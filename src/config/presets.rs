//! Matrices to begin with (reference §1.1–1.2: the help articles show several, "Вариант 1" is the recommended one).
//!
//! # The default matrix, cell by cell
//!
//! A callback counts as incoming (reference §3.3): its rows repeat those of incoming calls.
//!
//! | call | client | answered by | moment | made | responsible | evidence |
//! |---|---|---|---|---|---|---|
//! | incoming / callback answered | new | linked employee | pick-up | contact, lead, record | answered | amoCRM variant 1: "at the moment the handset is picked up", "always the manager who answered", the call is added after the talk |
//! | | new | unknown line | pick-up | contact, lead, record, open task for the senior | senior | amoCRM variant 1 and all five CRMs: a number or SIP linked to nobody is a task for the senior manager; Zoho names the line. Entities as for any new client: ours |
//! | | open lead | responsible | after | record | – | amoCRM variant 1: "if an open contact/deal exists write call info there after the talk"; HubSpot the same. Bitrix24, Zoho and Pipedrive add a completed task: amoCRM has call records for that |
//! | | open lead | other | after | record, completed task for who answered, open task for the responsible, 4 h | – | Bitrix24, Zoho ("deadline 4 h"), Pipedrive old and new agree |
//! | | open lead | unknown line | after | record, open task for the senior | – | as for new clients |
//! | | no open lead | linked employee | pick-up | new lead, record | answered | Bitrix24: new lead, who answered becomes its responsible; Zoho, Pipedrive: new deal. The moment is that of other new leads: ours. No task to review: the lead is not another's |
//! | | no open lead | unknown line | pick-up | new lead, record, open task for the senior | the contact's | the two rows above together |
//! | incoming / callback missed | new | – | after | contact, lead, record, open task for the senior, 4 h | senior | HubSpot (all on the top manager), Zoho, Pipedrive old and new; deadline "+4 h, adjustable" |
//! | | open lead | – | after | record, open task for the responsible | – | Bitrix24 old, Pipedrive old: the responsible. Pipedrive new: the top manager. The design says the responsible |
//! | | no open lead | – | after | record, open task for the responsible, both on the contact | – | as above. No new lead: the articles make one only of an answered call |
//! | outgoing answered | new | any | after | contact, record | who called | no evidence: ours. The talk needs a card to stand on; a call of our own is no inquiry, so no lead |
//! | | open lead, no open lead | any | after | record | – | HubSpot: "record attached to existing deal + contact". No task for unknown lines: the articles speak of answering |
//! | outgoing unanswered | new | any | after | nothing | – | no evidence: ours. An attempt leaves nothing to remember |
//! | | open lead, no open lead | any | after | record | – | no evidence: ours. The attempt is part of the card's history |

use super::texts::{TaskText, task};
use super::{
    AnsweredBy, CallKind, ClientState, CloseMissedTask, Language, Matrix, MatrixCreates, MatrixRow, Moment,
    RecordingLink, Responsible, TaskTemplate, When,
};

/// Names of the presets, the recommended one first.
pub const PRESETS: [&str; 3] = ["default", "unsorted_first", "missed_tasks_only"];

const ANSWERED: [CallKind; 2] = [CallKind::IncomingAnswered, CallKind::CallbackAnswered];
const MISSED: [CallKind; 2] = [CallKind::IncomingMissed, CallKind::CallbackMissed];
const KNOWN: [ClientState; 2] = [ClientState::KnownWithOpenLead, ClientState::KnownWithoutOpenLead];

impl Default for Matrix {
    /// The recommended matrix with texts in the default language.
    fn default() -> Self {
        Matrix::of(Rows::new(Language::default()).recommended())
    }
}

impl Matrix {
    /// The preset of that name with texts in that language:
    /// - `default`: the recommended one;
    /// - `unsorted_first`: what would be a new lead goes to the incoming leads ("Неразобранное") when the call is
    ///   over. The incoming lead carries the call itself and waits in amoCRM's own queue, so it gets neither
    ///   record nor reminder. Everything else as recommended;
    /// - `missed_tasks_only`: a missed call is a task, for the senior manager when the client is new. Other
    ///   calls make nothing.
    pub fn preset(name: &str, language: Language) -> Option<Matrix> {
        let rows = Rows::new(language);
        let rows = match name {
            "default" => rows.recommended(),
            "unsorted_first" => rows.unsorted_first(),
            "missed_tasks_only" => rows.missed_tasks_only(),
            _ => return None,
        };
        Some(Matrix::of(rows))
    }

    /// Every preset by name.
    pub fn presets(language: Language) -> Vec<(&'static str, Matrix)> {
        PRESETS
            .into_iter()
            .filter_map(|name| Matrix::preset(name, language).map(|matrix| (name, matrix)))
            .collect()
    }

    fn of(rows: Vec<MatrixRow>) -> Matrix {
        Matrix {
            rows,
            senior_user: None,
            recording_link: RecordingLink::default(),
            close_missed_task: CloseMissedTask::default(),
        }
    }
}

/// Writes rows in one language.
struct Rows {
    language: Language,
}

impl Rows {
    fn new(language: Language) -> Self {
        Rows { language }
    }

    fn task(&self, text: TaskText, responsible: Responsible) -> Option<TaskTemplate> {
        let text = task(self.language, text).to_owned();
        Some(TaskTemplate { text, responsible, ..TaskTemplate::default() })
    }

    fn recommended(&self) -> Vec<MatrixRow> {
        let mut rows = Vec::new();
        for call in ANSWERED {
            rows.extend(self.answered(call));
        }
        for call in MISSED {
            rows.extend(self.missed(call));
        }
        rows.extend(outgoing());
        rows
    }

    fn answered(&self, call: CallKind) -> [MatrixRow; 7] {
        use AnsweredBy::{Other, Unknown};
        use ClientState::{KnownWithOpenLead, KnownWithoutOpenLead, New};
        let unknown_line = || self.task(TaskText::UnknownLine, Responsible::Senior);
        let everything = || MatrixCreates { contact: true, lead: true, ..record() };
        let new_lead = || MatrixCreates { lead: true, ..record() };
        let of = |client, answered_by| row(call, client, answered_by);
        [
            MatrixRow {
                moment: Moment::PickUp,
                creates: MatrixCreates { open_task: unknown_line(), ..everything() },
                responsible: Responsible::Senior,
                ..of(New, Some(Unknown))
            },
            MatrixRow {
                moment: Moment::PickUp,
                creates: everything(),
                responsible: Responsible::Answered,
                ..of(New, None)
            },
            MatrixRow {
                creates: MatrixCreates {
                    completed_task: self.task(TaskText::Talked, Responsible::Answered),
                    open_task: self.task(TaskText::Review, Responsible::CrmResponsible),
                    ..record()
                },
                ..of(KnownWithOpenLead, Some(Other))
            },
            MatrixRow {
                creates: MatrixCreates { open_task: unknown_line(), ..record() },
                ..of(KnownWithOpenLead, Some(Unknown))
            },
            MatrixRow { creates: record(), ..of(KnownWithOpenLead, None) },
            MatrixRow {
                moment: Moment::PickUp,
                creates: MatrixCreates { open_task: unknown_line(), ..new_lead() },
                ..of(KnownWithoutOpenLead, Some(Unknown))
            },
            MatrixRow {
                moment: Moment::PickUp,
                creates: new_lead(),
                responsible: Responsible::Answered,
                ..of(KnownWithoutOpenLead, None)
            },
        ]
    }

    fn missed(&self, call: CallKind) -> Vec<MatrixRow> {
        let text = call_back(call);
        let new = MatrixRow {
            creates: MatrixCreates {
                contact: true,
                lead: true,
                open_task: self.task(text, Responsible::Senior),
                ..record()
            },
            responsible: Responsible::Senior,
            ..row(call, ClientState::New, None)
        };
        let known = KNOWN.map(|client| MatrixRow {
            creates: MatrixCreates { open_task: self.task(text, Responsible::CrmResponsible), ..record() },
            ..row(call, client, None)
        });
        std::iter::once(new).chain(known).collect()
    }

    fn unsorted_first(&self) -> Vec<MatrixRow> {
        let mut rows = self.recommended();
        for row in rows.iter_mut().filter(|row| row.creates.lead) {
            let missed = row.when.call.is_some_and(|call| MISSED.contains(&call));
            let open_task = row.creates.open_task.take().filter(|_| !missed);
            row.moment = Moment::AfterCall;
            row.creates = MatrixCreates {
                unsorted: true,
                contact: row.creates.contact,
                open_task,
                ..MatrixCreates::default()
            };
        }
        rows
    }

    fn missed_tasks_only(&self) -> Vec<MatrixRow> {
        let mut rows: Vec<MatrixRow> = MISSED.into_iter().flat_map(|call| self.missed(call)).collect();
        for row in &mut rows {
            row.creates =
                MatrixCreates { open_task: row.creates.open_task.take(), ..MatrixCreates::default() };
        }
        rows
    }
}

fn outgoing() -> Vec<MatrixRow> {
    let talked_to_new = MatrixRow {
        creates: MatrixCreates { contact: true, ..record() },
        responsible: Responsible::Answered,
        ..row(CallKind::OutgoingAnswered, ClientState::New, None)
    };
    let known = |call| KNOWN.map(|client| MatrixRow { creates: record(), ..row(call, client, None) });
    let tried_new = row(CallKind::OutgoingUnanswered, ClientState::New, None);
    std::iter::once(talked_to_new)
        .chain(known(CallKind::OutgoingAnswered))
        .chain(std::iter::once(tried_new))
        .chain(known(CallKind::OutgoingUnanswered))
        .collect()
}

fn call_back(call: CallKind) -> TaskText {
    if call == CallKind::CallbackMissed { TaskText::CallBackOrdered } else { TaskText::CallBack }
}

/// Nothing but a call record.
fn record() -> MatrixCreates {
    MatrixCreates { call_record: true, ..MatrixCreates::default() }
}

/// A row that makes nothing yet.
fn row(call: CallKind, client: ClientState, answered_by: Option<AnsweredBy>) -> MatrixRow {
    MatrixRow {
        when: When { call: Some(call), client: Some(client), answered_by },
        moment: Moment::AfterCall,
        creates: MatrixCreates::default(),
        responsible: Responsible::CrmResponsible,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(matrix: &Matrix, call: CallKind, client: ClientState) -> &MatrixRow {
        let plain = When { call: Some(call), client: Some(client), answered_by: None };
        matrix.rows.iter().find(|row| row.when == plain).unwrap()
    }

    #[test]
    fn the_default_is_the_preset_of_that_name_in_russian() {
        assert_eq!(Matrix::preset("default", Language::Ru), Some(Matrix::default()));
        assert_eq!(Matrix::preset("nope", Language::Ru), None);
        let names: Vec<&str> = Matrix::presets(Language::En).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, PRESETS);
    }

    #[test]
    fn a_language_changes_the_texts_and_nothing_else() {
        for name in PRESETS {
            let texts = [Language::Ru, Language::Uk, Language::En].map(|language| {
                let mut matrix = Matrix::preset(name, language).unwrap();
                let mut texts = Vec::new();
                for row in &mut matrix.rows {
                    for task in [&mut row.creates.open_task, &mut row.creates.completed_task] {
                        texts.extend(task.as_mut().map(|task| std::mem::take(&mut task.text)));
                    }
                }
                (matrix, texts)
            });
            assert_eq!(texts[0].0, texts[1].0);
            assert_eq!(texts[0].0, texts[2].0);
            for (position, text) in texts[0].1.iter().enumerate() {
                assert!(!text.is_empty());
                assert_ne!(text, &texts[1].1[position]);
                assert_ne!(text, &texts[2].1[position]);
            }
        }
    }

    #[test]
    fn unsorted_first_makes_no_lead_and_writes_the_rest_as_recommended() {
        let matrix = Matrix::preset("unsorted_first", Language::Ru).unwrap();
        assert!(matrix.rows.iter().all(|row| !row.creates.lead));
        for row in matrix.rows.iter().filter(|row| row.creates.unsorted) {
            assert_eq!(row.moment, Moment::AfterCall);
            assert!(!row.creates.call_record);
            assert_ne!(row.when.client, Some(ClientState::KnownWithOpenLead));
        }
        let missed = find(&matrix, CallKind::IncomingMissed, ClientState::New);
        assert!(missed.creates.unsorted && missed.creates.contact && missed.creates.open_task.is_none());
        let known = (CallKind::IncomingMissed, ClientState::KnownWithOpenLead);
        assert_eq!(find(&matrix, known.0, known.1), find(&Matrix::default(), known.0, known.1));
    }

    #[test]
    fn missed_tasks_only_makes_tasks_of_missed_calls() {
        let matrix = Matrix::preset("missed_tasks_only", Language::Ru).unwrap();
        assert_eq!(matrix.rows.len(), 6);
        for row in &matrix.rows {
            assert!(row.creates.open_task.is_some());
            assert_eq!(MatrixCreates { open_task: None, ..row.creates.clone() }, MatrixCreates::default());
        }
    }

    #[test]
    fn deadlines_are_four_hours() {
        for row in Matrix::default().rows {
            for task in [row.creates.open_task, row.creates.completed_task].into_iter().flatten() {
                assert_eq!(task.deadline_minutes, 240);
            }
        }
    }
}
