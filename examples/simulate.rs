//! Forms and calls by the million through the core, in virtual time, against the in-memory account, with everything
//! going wrong; then the account is compared with what came in:
//!
//! `cargo run --release --features sandbox --example simulate -- --events 1000000 --seed 7 [--calm]`
//!
//! Events are streamed: a few hundred clients share an account, and when all of theirs is done it is judged and
//! dropped, so memory does not grow. Quota, clock and worker are one for the whole run. `--calm`: no faults. The last
//! line is `lost 0 doubled 0`, else the exit code is 1 and what is lost or doubled is listed before it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "simulate/account.rs"]
mod account;
#[path = "simulate/departure.rs"]
mod departure;
#[path = "simulate/faults.rs"]
mod faults;
#[path = "simulate/input.rs"]
mod input;
#[path = "simulate/judge.rs"]
mod judge;
#[path = "simulate/line.rs"]
mod line;
#[path = "simulate/random.rs"]
mod random;
#[path = "simulate/rules.rs"]
mod rules;
#[path = "simulate/tally.rs"]
mod tally;
#[path = "simulate/world.rs"]
mod world;

use std::process::ExitCode;
use std::time::Instant;

use world::{RATE_PER_SECOND, World};

const USAGE: &str = "usage: simulate [--events 1000000] [--seed 7] [--calm]";
const MOST_TOLD: usize = 50;
const TELL_EVERY: u64 = 100_000;

struct Arguments {
    events: u64,
    seed: u64,
    calm: bool,
}

impl Arguments {
    fn parse(mut given: impl Iterator<Item = String>) -> Option<Self> {
        let mut parsed = Arguments { events: 1_000_000, seed: 7, calm: false };
        while let Some(argument) = given.next() {
            match argument.as_str() {
                "--events" => parsed.events = given.next()?.parse().ok().filter(|events| *events > 0)?,
                "--seed" => parsed.seed = given.next()?.parse().ok()?,
                "--calm" => parsed.calm = true,
                _ => return None,
            }
        }
        Some(parsed)
    }
}

/// The most memory that this process has held, in megabytes; where the system tells (Linux).
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").trim().parse().ok().map(|kilobytes: u64| kilobytes / 1024)
}

fn days(seconds: f64) -> String {
    if seconds < 172_800.0 {
        format!("{:.2} h", seconds / 3600.0)
    } else {
        format!("{:.2} days", seconds / 86_400.0)
    }
}

fn main() -> ExitCode {
    let Some(Arguments { events, seed, calm }) = Arguments::parse(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    println!("seed {seed}, {events} events{}", if calm { ", no faults" } else { "" });
    let begun = Instant::now();
    let mut world = World::new(seed, events, calm);
    let mut told = 0;
    while world.advance() {
        if world.ended() >= told + TELL_EVERY {
            told = world.ended();
            eprintln!("{told} events, {:.0} s", begun.elapsed().as_secs_f64());
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    let (tally, verdict) = (&world.tally, &world.verdict);
    for (what, count) in &tally.survived {
        println!("{what:<16} {count}");
    }
    println!("{} messages came again and became no event of their own", tally.repeats);
    println!("{} accounts, one after another, were compared with their input", tally.accounts);
    let (requests, bound) = (tally.requests as f64, tally.needs.requests());
    let n = events as f64;
    println!("{requests} requests, {:.3} an event; the fewest possible: {:.3}", requests / n, bound / n);
    for (kind, count) in &tally.by_kind {
        println!("  {:.3} {kind}", *count as f64 / n);
    }
    let (took, least) = (world.virtual_seconds(), bound / RATE_PER_SECOND);
    println!(
        "{} at {RATE_PER_SECOND} requests a second; the lower bound: {} ({:.2} times that)",
        days(took),
        days(least),
        took / least
    );
    match peak_memory() {
        Some(megabytes) => println!("{megabytes} MB of memory at most"),
        None => println!("how much memory it took, this system does not tell"),
    }
    println!("{seconds:.0} s, {:.0} events a second", n / seconds);
    for (what, which) in [("lost", &verdict.lost), ("doubled", &verdict.doubled)] {
        which.iter().take(MOST_TOLD).for_each(|id| println!("{what}: {id}"));
    }
    println!("lost {} doubled {}", verdict.lost.len(), verdict.doubled.len());
    ExitCode::from(u8::from(!verdict.lost.is_empty() || !verdict.doubled.is_empty()))
}

#[cfg(test)]
#[path = "simulate/tests.rs"]
mod tests;
