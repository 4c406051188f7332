//! When to try again. Jitter is passed in as a number from 0 to 1.

/// Longest pause between two attempts.
const LONGEST_MS: i64 = 15 * 60 * 1000;
/// A connection that does not work is probed this many times slower than a hiccup is retried.
const PROBE: i64 = 30;
/// Days of failure after which an event is given up; it can be sent by hand.
pub const GIVE_UP_MS: i64 = 3 * 24 * 60 * 60 * 1000;

/// Exponential with jitter: `base`, `2 base`, `4 base`, … each times 0.5 to 1.5.
pub fn backoff_ms(base_ms: i64, failures: u32, jitter: f64) -> i64 {
    let doubled = base_ms.max(1).saturating_mul(1_i64 << failures.saturating_sub(1).min(20));
    let pause = doubled.min(LONGEST_MS) as f64 * (0.5 + jitter.clamp(0.0, 1.0));
    (pause as i64).max(1)
}

/// The pause before a connection that does not work is probed again.
pub fn probe_ms(base_ms: i64, failures: u32, jitter: f64) -> i64 {
    backoff_ms(base_ms.saturating_mul(PROBE), failures, jitter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_quarter_of_an_hour() {
        let pauses: Vec<i64> = (1..=12).map(|failures| backoff_ms(1000, failures, 0.5)).collect();
        assert_eq!(&pauses[..4], [1000, 2000, 4000, 8000]);
        assert_eq!(pauses[11], LONGEST_MS);
        assert_eq!(backoff_ms(1000, 1, 0.0), 500);
        assert_eq!(backoff_ms(1000, 1, 1.0), 1500);
        assert_eq!(backoff_ms(1000, 4_000_000_000, 0.5), LONGEST_MS);
    }
}
