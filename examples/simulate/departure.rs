//! What happens when a request leaves: it is on file before, something befalls it on the way, or the worker dies.

use ringostat_amocrm::amocrm::batch::{Batch, Share};
use ringostat_amocrm::amocrm::http::Request;
use ringostat_amocrm::sandbox::{Headers, TOKEN};

use super::faults::{Death, death, strike};
use super::line::Who;
use super::world::{Alarm, World};

const ROUND_TRIP_MS: i64 = 150;
const RESTART_MS: i64 = 2_000;

impl World {
    /// What has its turn leaves as one request.
    pub fn depart(&mut self) {
        self.line.ticking = false;
        if self.line.next_ms(self.now_ms) > self.now_ms {
            return self.tick();
        }
        let travellers = self.line.depart(self.now_ms);
        let Some((number, _)) = travellers.first().copied() else { return };
        let dies = if self.calm { None } else { death(&mut self.random) };
        let requests = self.board(number, &travellers);
        if dies != Some(Death::Before) {
            self.travel(number, &travellers, &requests);
        }
        match dies {
            Some(_) => self.die(),
            None => self.tick(),
        }
    }

    /// Nothing leaves before it is on file.
    fn board(&mut self, number: u64, travellers: &[Who]) -> Vec<Request> {
        let now_ms = self.now_ms;
        let Some(account) = self.account(number) else { return Vec::new() };
        let mut requests = Vec::with_capacity(travellers.len());
        for (_, index) in travellers {
            let flight = &mut account.flights[*index];
            let (Some(courier), Some(request)) = (&mut flight.courier, &flight.wants) else { continue };
            courier.leaves(now_ms);
            if request.method.writes() {
                flight.saved = Some(courier.snapshot());
            }
            requests.push(request.clone());
        }
        requests
    }

    fn travel(&mut self, number: u64, travellers: &[Who], requests: &[Request]) {
        let now_ms = self.now_ms;
        let fault = if self.calm { None } else { strike(&mut self.random) };
        let batch = if requests.len() > 1 { Batch::of(requests) } else { None };
        let Some(request) = batch.as_ref().map(Batch::request).or(requests.first()) else { return };
        self.tally.sent(request);
        if let Some((name, _)) = &fault {
            self.tally.survived(name);
        }
        let Some(account) = self.account(number) else { return };
        if let Some((_, fault)) = &fault {
            account.sandbox.faults(fault).expect("a fault that the account knows");
        }
        let body = request.body.as_deref().unwrap_or_default();
        let headers = Headers::bearer(TOKEN);
        let reply = account.sandbox.handle(request.method, &request.path, &headers, body, now_ms);
        let shares = match (reply.dropped, &batch) {
            (Some(_), _) => vec![Share::Lost; travellers.len()],
            (None, Some(batch)) => batch.split(&reply.response),
            (None, None) => vec![Share::Answered(reply.response.clone())],
        };
        let arrives_ms = now_ms + ROUND_TRIP_MS + i64::try_from(reply.delay_ms).unwrap_or_default();
        let mut wakes = Vec::with_capacity(travellers.len());
        for (who, share) in travellers.iter().zip(shares) {
            let flight = &mut account.flights[who.1];
            flight.arrived = Some(share);
            wakes.push(Alarm::Wake(*who, flight.epoch));
        }
        if reply.response.status == 429 {
            self.line.penalize(now_ms, reply.response.retry_after.unwrap_or(1));
        }
        for wake in wakes {
            self.at(arrives_ms, wake);
        }
    }

    /// All journeys under way are gone; what was saved stays.
    fn die(&mut self) {
        self.tally.survived("worker_killed");
        self.line.clear();
        let again_ms = self.now_ms + RESTART_MS;
        let mut wakes = Vec::new();
        for (place, account) in self.accounts.iter_mut().enumerate() {
            let number = self.first + place as u64;
            for (index, flight) in account.flights.iter_mut().enumerate() {
                if flight.status.is_some() || !flight.free {
                    continue;
                }
                (flight.courier, flight.wants, flight.arrived) = (None, None, None);
                flight.epoch += 1;
                wakes.push((flight.until_ms.max(again_ms), Alarm::Wake((number, index), flight.epoch)));
            }
        }
        for (at_ms, wake) in wakes {
            self.at(at_ms, wake);
        }
    }
}
