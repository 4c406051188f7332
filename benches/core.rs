//! What the core costs natively: `cargo bench --bench core`.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use ringostat_amocrm::amocrm::directory::Directory;
use ringostat_amocrm::config::{FunnelRule, Settings};
use ringostat_amocrm::delivery::courier::Now;
use ringostat_amocrm::delivery::{Courier, Errand, Options};
use ringostat_amocrm::event::{Event, Variable};
use ringostat_amocrm::flow::event::EventFlow;
use ringostat_amocrm::flow::ticket::Ticket;
use ringostat_amocrm::intake::calls::{Clock, KeyTable, read_webhook};
use ringostat_amocrm::intake::{Context, read_form};
use ringostat_amocrm::phone::{self, Country};
use ringostat_amocrm::rules::funnel;
use ringostat_amocrm::trace::Trace;

const FORM: &[u8] = include_bytes!("../tests/samples/forms/save-form-data.json");
const CALL: &[u8] = include_bytes!("../tests/samples/calls/webhook-after-outgoing.json");
const SETTINGS: &str = include_str!("../scripts/demo/settings.json");

fn first_request(criterion: &mut Criterion) {
    let settings = Settings::parse(SETTINGS).unwrap();
    let directory = Directory::default();
    for (name, trace) in [("trace off", false), ("trace on", true)] {
        let options = Options { trace, ..Options::default() };
        let now = Now { settings: &settings, directory: &directory, options: &options, ms: 0, jitter: 0.5 };
        criterion.bench_function(&format!("form bytes -> first request, {name}"), |bencher| {
            bencher.iter(|| {
                let form =
                    read_form("application/json", black_box(FORM), Vec::new(), Context::default()).unwrap();
                let ticket = Ticket::fresh(form.message.key, Event::Form(Box::new(form.form)), 0);
                serde_json::to_vec(
                    &Courier::new(Errand::Event(Box::new(EventFlow::new(ticket))), &options).next(now),
                )
            });
        });
    }
}

fn first_request_of_a_call(criterion: &mut Criterion) {
    let settings = Settings::parse(SETTINGS).unwrap();
    let directory = Directory::default();
    let (keys, clock) = (KeyTable::default(), Clock::default());
    for (name, trace) in [("trace off", false), ("trace on", true)] {
        let options = Options { trace, ..Options::default() };
        let now = Now { settings: &settings, directory: &directory, options: &options, ms: 0, jitter: 0.5 };
        criterion.bench_function(&format!("call bytes -> first request, {name}"), |bencher| {
            bencher.iter(|| {
                let read = read_webhook("application/json", "", black_box(CALL), &keys, &clock).unwrap();
                let ticket = Ticket::fresh(read.message.key, Event::Call(Box::new(read.call)), 0);
                serde_json::to_vec(
                    &Courier::new(Errand::Event(Box::new(EventFlow::new(ticket))), &options).next(now),
                )
            });
        });
    }
}

fn funnel_rules(criterion: &mut Criterion) {
    let directory = Directory::default();
    let rules: Vec<FunnelRule> = (0..100)
        .map(|index| FunnelRule {
            pipeline: index,
            status: None,
            variable: Variable::UtmSource,
            equals: vec![format!("источник {index}")],
        })
        .collect();
    for (name, seen) in [("no match", "Источник"), ("the last matches", "Источник 99")] {
        criterion.bench_function(&format!("100 funnel rules, {name}"), |bencher| {
            bencher.iter(|| {
                let value = |_: &Variable| Some(black_box(seen));
                funnel::choose(black_box(&rules), &directory, value, &mut Trace::new(false))
            });
        });
    }
}

fn phones(criterion: &mut Criterion) {
    let country = Country::from_iso("UA").unwrap();
    criterion.bench_function("are two phones the same", |bencher| {
        bencher.iter(|| phone::same(black_box("+38 (067) 111-22-33"), black_box("067 111 22 33"), country));
    });
}

criterion_group!(benches, first_request, first_request_of_a_call, funnel_rules, phones);
criterion_main!(benches);
