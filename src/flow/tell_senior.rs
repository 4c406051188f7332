//! A task for the senior manager about the integration itself, exactly once. It hangs on no entity.

use serde::{Deserialize, Serialize};

use super::creation::{Creation, Progress, Target};
use super::outcome::{End, Made, Reason};
use super::refusal::{Part, Side, blame};
use super::targets::TaskTarget;
use super::{Cx, Journey, Reply, Step, Unreadable};
use crate::amocrm::answer::FieldError;
use crate::amocrm::directory::{NewestIds, seen};
use crate::amocrm::entity::{Task, read_page};
use crate::amocrm::http::Request;
use crate::amocrm::path;
use crate::amocrm::write::TaskWrite;
use crate::rules::notice::{Notice, text_of};
use crate::rules::responsible::is_usable;

/// amoCRM's type of task that every account has.
const FOLLOW_UP: u64 = 1;
/// Seconds that he has.
const DEADLINE: i64 = 3600;

/// What the host knows when it wants him told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeTicket {
    /// What happened.
    pub notice: Notice,
    /// When, unix seconds.
    pub at: i64,
    /// It was on its way before: the task is looked up before it is sent.
    #[serde(default)]
    pub again: bool,
}

/// The telling on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TellSenior {
    ticket: NoticeTicket,
    stage: Stage,
    made: Vec<Made>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    /// Whether he is to be told at all.
    Ready,
    /// The newest task there is: a look-up of a lost one walks down to it.
    Floor(TaskWrite),
    /// The text stays what it was first, whatever becomes of the settings: the look-up compares it.
    Create(Creation, TaskWrite),
    Over(End),
}

impl TellSenior {
    /// Sets out.
    pub fn new(ticket: NoticeTicket) -> Self {
        TellSenior { ticket, stage: Stage::Ready, made: Vec::new() }
    }

    /// How it ended.
    pub fn end(&self) -> Option<&End> {
        if let Stage::Over(end) = &self.stage { Some(end) } else { None }
    }

    /// The task.
    pub fn made(&self) -> &[Made] {
        &self.made
    }

    fn start(&self, cx: &Cx) -> Stage {
        let settings = cx.settings;
        let senior = settings.matrix.senior_user.filter(|_| settings.notify.task_for_senior);
        let Some(senior) = senior else {
            return Stage::Over(End::Skipped(Reason::new("nobody_to_tell")));
        };
        let write = TaskWrite {
            text: text_of(&self.ticket.notice, settings.language),
            complete_till: self.ticket.at + DEADLINE,
            task_type_id: FOLLOW_UP,
            entity_id: None,
            entity_type: None,
            // Whoever gave the token is told in the place of one who left.
            responsible_user_id: Some(senior).filter(|user| is_usable(*user, cx.directory)),
            done: None,
        };
        if self.ticket.again { Stage::Create(Creation::doubtful(None), write) } else { Stage::Floor(write) }
    }

    fn created(&mut self, id: u64, cx: &mut Cx) {
        seen(cx.watermarks, NewestIds::Tasks, id);
        self.made.push(Made { id });
        self.stage = Stage::Over(End::Delivered);
    }
}

/// Takes out the user whom amoCRM refused; whether there is something left to try.
fn give_in(write: &mut TaskWrite, errors: &[FieldError]) -> bool {
    let user = (Side::Outer, Part::Native("responsible_user_id".to_owned()));
    errors.iter().filter_map(blame).any(|blamed| blamed == user) && write.responsible_user_id.take().is_some()
}

impl Journey for TellSenior {
    fn step(&mut self, cx: &mut Cx) -> Step {
        if self.stage == Stage::Ready {
            self.stage = self.start(cx);
        }
        match &mut self.stage {
            Stage::Floor(_) => Step::Send(Request::get(path::newest(NewestIds::Tasks, 1, 1))),
            Stage::Create(creation, write) => creation.step(&TaskTarget { write: write.clone() }, cx),
            Stage::Ready | Stage::Over(_) => Step::Done,
        }
    }

    fn receive(&mut self, reply: Reply, cx: &mut Cx) -> Result<(), Unreadable> {
        // Without a field to blame there is nothing to change: a right may be missing.
        if matches!(reply, Reply::Refused([])) {
            self.stage = Stage::Over(End::Failed(Reason::new("refused")));
            return Ok(());
        }
        match (&mut self.stage, reply) {
            (Stage::Floor(write), Reply::Ok(body)) => {
                if let Some(newest) = read_page::<Task>(body)?.items.iter().map(|task| task.id).max() {
                    seen(cx.watermarks, NewestIds::Tasks, newest);
                }
                self.stage = Stage::Create(Creation::new(), write.clone());
            }
            (Stage::Floor(_), _) => return Err(Unreadable),
            (Stage::Create(creation, write), reply) => {
                let target = TaskTarget { write: write.clone() };
                match creation.receive(&target, reply, cx)? {
                    Progress::Going => {}
                    Progress::Made(created) => self.created(created.id, cx),
                    Progress::Refused(errors) => {
                        if !give_in(write, &errors) {
                            self.stage = Stage::Over(End::Failed(Reason::new("refused")));
                        }
                    }
                }
            }
            (Stage::Ready | Stage::Over(_), _) => {}
        }
        Ok(())
    }

    fn unsent(&mut self) {
        if let Stage::Create(creation, _) = &mut self.stage {
            creation.unsent();
        }
    }

    fn interrupted(&mut self, cx: &mut Cx) {
        if let Stage::Create(creation, write) = &mut self.stage {
            let target = TaskTarget { write: write.clone() };
            creation.interrupted(&target as &dyn Target, cx);
        }
    }

    fn pretend(&mut self, _: &mut Cx) {
        self.stage = Stage::Over(End::Delivered);
    }

    /// It is no reason to hold events.
    fn tolerates_forbidden(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amocrm::directory::{Directory, Watermarks};
    use crate::config::Settings;
    use crate::trace::Trace;

    fn ticket(again: bool) -> NoticeTicket {
        let notice = Notice::FirstFailed { day: "2026-11-23".into() };
        NoticeTicket { notice, at: 1_000, again }
    }

    fn settings(senior: Option<u64>) -> Settings {
        let mut settings = Settings::default();
        settings.matrix.senior_user = senior;
        settings
    }

    /// One step after another; each answer is made of the request. The requests, and how it ended.
    fn travel(
        mut flow: TellSenior,
        settings: &Settings,
        mut answer: impl FnMut(&Request, &mut TellSenior, &mut Cx),
    ) -> (Vec<String>, End) {
        let (mut trace, mut watermarks) = (Trace::new(false), Watermarks::new());
        let mut sent = Vec::new();
        let mut now_ms = 0;
        for _ in 0..20 {
            let directory = &Directory::default();
            let mut cx = Cx {
                settings,
                directory,
                now_ms,
                settle_ms: 500,
                trace: &mut trace,
                watermarks: &mut watermarks,
            };
            match flow.step(&mut cx) {
                Step::Done | Step::Lock { .. } => break,
                Step::Wait { until_ms, .. } => now_ms = until_ms,
                Step::Send(request) => {
                    sent.push(format!(
                        "{} {}",
                        request.method.as_str(),
                        request.body.as_deref().unwrap_or("")
                    ));
                    answer(&request, &mut flow, &mut cx);
                }
            }
        }
        (sent, flow.end().cloned().unwrap())
    }

    fn ok(flow: &mut TellSenior, body: &str, cx: &mut Cx) {
        flow.receive(Reply::Ok(body.as_bytes()), cx).unwrap();
    }

    const MADE: &str = r#"{"_embedded":{"tasks":[{"id":8}]}}"#;

    #[test]
    fn nobody_is_told_when_the_settings_name_nobody() {
        let mut off = settings(Some(5));
        off.notify.task_for_senior = false;
        for settings in [settings(None), off] {
            let (sent, end) = travel(TellSenior::new(ticket(false)), &settings, |_, _, _| {});
            assert_eq!((sent.len(), end), (0, End::Skipped(Reason::new("nobody_to_tell"))));
        }
    }

    #[test]
    fn a_user_whom_amocrm_refuses_gives_way_to_the_tokens() {
        let mut posts = 0;
        let (sent, end) = travel(TellSenior::new(ticket(false)), &settings(Some(5)), |request, flow, cx| {
            if !request.method.writes() {
                return ok(flow, "", cx);
            }
            posts += 1;
            if posts == 2 {
                return ok(flow, MADE, cx);
            }
            let errors = [FieldError {
                code: "NotSupportedChoice".into(),
                path: "responsible_user_id".into(),
                ..FieldError::default()
            }];
            flow.receive(Reply::Refused(&errors), cx).unwrap();
        });
        assert_eq!(end, End::Delivered);
        assert!(sent[1].contains("\"responsible_user_id\":5"));
        assert_eq!((sent.len(), sent[2].contains("responsible_user_id")), (3, false));
    }

    #[test]
    fn one_that_was_on_its_way_is_looked_up_first() {
        let written = std::cell::RefCell::new(None);
        travel(TellSenior::new(ticket(false)), &settings(Some(5)), |request, flow, cx| {
            *written.borrow_mut() = request.body.clone();
            ok(flow, if request.method.writes() { MADE } else { "" }, cx);
        });
        let body = written.into_inner().unwrap();
        let mut task: serde_json::Value = serde_json::from_str(&body).unwrap();
        task[0]["id"] = 8.into();
        let page = serde_json::json!({ "_embedded": { "tasks": task } }).to_string();
        let (sent, end) = travel(TellSenior::new(ticket(true)), &settings(Some(5)), |_, flow, cx| {
            ok(flow, &page, cx);
        });
        assert_eq!((sent, end), (vec!["GET ".to_owned()], End::Delivered));
    }

    #[test]
    fn a_missing_right_ends_it() {
        let (sent, end) = travel(TellSenior::new(ticket(false)), &settings(Some(5)), |_, flow, cx| {
            flow.receive(Reply::Refused(&[]), cx).unwrap();
        });
        assert_eq!((sent.len(), end), (1, End::Failed(Reason::new("refused"))));
    }
}
