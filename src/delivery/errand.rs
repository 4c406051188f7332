//! The journeys that a courier carries out.

use serde::{Deserialize, Serialize};

use crate::flow::event::EventFlow;
use crate::flow::lookup::Lookup;
use crate::flow::survey::Survey;
use crate::flow::tell_senior::TellSenior;
use crate::flow::{Cx, Journey, Reply, Step, Unreadable};

/// A journey of any kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Errand {
    /// An event's.
    Event(Box<EventFlow>),
    /// A look-up for the preview.
    Lookup(Lookup),
    /// Reading the account.
    Survey(Box<Survey>),
    /// Telling the senior manager.
    Notice(Box<TellSenior>),
}

impl Errand {
    fn journey(&mut self) -> &mut dyn Journey {
        match self {
            Errand::Event(flow) => flow.as_mut(),
            Errand::Lookup(lookup) => lookup,
            Errand::Survey(survey) => survey.as_mut(),
            Errand::Notice(notice) => notice.as_mut(),
        }
    }
}

impl Journey for Errand {
    fn step(&mut self, cx: &mut Cx) -> Step {
        self.journey().step(cx)
    }

    fn receive(&mut self, reply: Reply, cx: &mut Cx) -> Result<(), Unreadable> {
        self.journey().receive(reply, cx)
    }

    fn granted(&mut self, stale: bool, cx: &mut Cx) {
        self.journey().granted(stale, cx);
    }

    fn unsent(&mut self) {
        self.journey().unsent();
    }

    fn interrupted(&mut self, cx: &mut Cx) {
        self.journey().interrupted(cx);
    }

    fn resumed(&mut self, cx: &mut Cx) {
        self.journey().resumed(cx);
    }

    fn apart(&mut self, cx: &mut Cx) {
        self.journey().apart(cx);
    }

    fn pretend(&mut self, cx: &mut Cx) {
        self.journey().pretend(cx);
    }

    fn joins(&self) -> bool {
        match self {
            Errand::Event(flow) => flow.joins(),
            Errand::Lookup(_) | Errand::Survey(_) | Errand::Notice(_) => false,
        }
    }

    fn tolerates_forbidden(&self) -> bool {
        match self {
            Errand::Survey(survey) => survey.tolerates_forbidden(),
            Errand::Notice(notice) => notice.tolerates_forbidden(),
            Errand::Event(_) | Errand::Lookup(_) => false,
        }
    }
}
