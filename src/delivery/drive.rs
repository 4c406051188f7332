//! Carries a journey out against the sandbox, in virtual time: previews, tests and simulations.

use super::courier::{Action, Courier, Now, Options, Unanswered};
use super::errand::Errand;
use crate::amocrm::directory::{Directory, Watermarks};
use crate::amocrm::http::Request;
use crate::config::Settings;
use crate::flow::survey::Survey;
use crate::sandbox::{Headers, Sandbox, TOKEN};

/// Steps after which a journey is taken to go in circles.
const MOST_STEPS: usize = 10_000;
/// Milliseconds that a request takes in virtual time.
const ROUND_TRIP_MS: i64 = 20;

/// A project and the account that it is tried on.
pub struct Bench<'a> {
    /// Settings.
    pub settings: &'a Settings,
    /// The account as last read.
    pub directory: Directory,
    /// Worker's options.
    pub options: Options,
    /// The account.
    pub sandbox: &'a mut Sandbox,
    /// Unix milliseconds; moves on with every request and wait.
    pub now_ms: i64,
    /// Every request that left.
    pub requests: Vec<Request>,
}

impl<'a> Bench<'a> {
    /// A bench whose account has been read.
    pub fn new(settings: &'a Settings, sandbox: &'a mut Sandbox, options: Options, now_ms: i64) -> Self {
        let directory = Directory::default();
        let mut bench = Bench { settings, directory, options, sandbox, now_ms, requests: Vec::new() };
        bench.survey();
        bench
    }

    /// Reads the account again.
    pub fn survey(&mut self) {
        let survey = Survey::new(Some(&self.directory));
        let courier = self.drive(Courier::new(Errand::Survey(Box::new(survey)), &self.options));
        if let Errand::Survey(survey) = courier.errand() {
            self.directory = survey.directory().clone();
        }
        self.requests.clear();
    }

    fn now(&self) -> Now<'_> {
        Now {
            settings: self.settings,
            directory: &self.directory,
            options: &self.options,
            ms: self.now_ms,
            jitter: 0.5,
        }
    }

    /// One action; `false` at the end.
    pub fn step(&mut self, courier: &mut Courier) -> bool {
        match courier.next(self.now()) {
            Action::Done => return false,
            Action::Wait { until, .. } => self.now_ms = until.max(self.now_ms + 1),
            // It has the account for itself.
            Action::Lock { .. } => courier.granted(false, &Watermarks::default(), self.now()),
            Action::Send { request, .. } => {
                self.requests.push(request.clone());
                let body = request.body.as_deref().unwrap_or_default();
                let headers = Headers::bearer(TOKEN);
                let reply = self.sandbox.handle(request.method, &request.path, &headers, body, self.now_ms);
                self.now_ms += ROUND_TRIP_MS + i64::try_from(reply.delay_ms).unwrap_or_default();
                if reply.dropped.is_some() {
                    courier.unanswered(Unanswered::Lost, self.now());
                } else {
                    courier.answered(&reply.response, self.now());
                }
            }
        }
        true
    }

    /// Carries a journey to its end.
    pub fn drive(&mut self, mut courier: Courier) -> Courier {
        for _ in 0..MOST_STEPS {
            if !self.step(&mut courier) {
                break;
            }
        }
        courier
    }
}
