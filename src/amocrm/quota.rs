//! One token bucket per account (limit 7 requests a second, API notes §7.1). The clock is passed in.
//!
//! It holds a single token: a burst on top of the rate would break the limit in the second it falls into.

/// A token bucket.
#[derive(Debug, Clone, PartialEq)]
pub struct Quota {
    per_second: f64,
    tokens: f64,
    at_ms: f64,
    closed_until_ms: f64,
}

impl Quota {
    /// A bucket that refills at that rate; 6 when it makes no sense.
    pub fn new(per_second: f64) -> Self {
        let per_second = if per_second.is_finite() && per_second > 0.0 { per_second } else { 6.0 };
        Quota { per_second, tokens: 1.0, at_ms: f64::NEG_INFINITY, closed_until_ms: f64::NEG_INFINITY }
    }

    /// Takes a token and returns 0, or the milliseconds after which to ask again.
    pub fn take(&mut self, now_ms: f64) -> f64 {
        if self.at_ms == f64::NEG_INFINITY || now_ms < self.at_ms {
            self.at_ms = now_ms;
        }
        self.tokens = (self.tokens + (now_ms - self.at_ms) / 1000.0 * self.per_second).min(1.0);
        self.at_ms = now_ms;
        if now_ms < self.closed_until_ms {
            return (self.closed_until_ms - now_ms).max(1.0);
        }
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return 0.0;
        }
        ((1.0 - self.tokens) / self.per_second * 1000.0).max(1.0)
    }

    /// After a 429: nothing leaves for that many seconds.
    pub fn penalize(&mut self, now_ms: f64, seconds: f64) {
        self.closed_until_ms = self.closed_until_ms.max(now_ms + seconds * 1000.0);
        self.tokens = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_never_sees_more_than_a_burst_and_the_rate() {
        let mut quota = Quota::new(6.0);
        let mut sent = Vec::new();
        let mut now = 0.0;
        while now < 10_000.0 {
            let wait = quota.take(now);
            if wait == 0.0 { sent.push(now) } else { now += wait }
        }
        for start in &sent {
            let within = sent.iter().filter(|at| **at >= *start && **at < *start + 1000.0).count();
            assert!(within <= 7, "{within} requests within a second from {start}");
        }
        assert!((59..=62).contains(&sent.len()), "{}", sent.len());
    }

    #[test]
    fn a_429_closes_it() {
        let mut quota = Quota::new(6.0);
        quota.penalize(1000.0, 3.0);
        assert_eq!(quota.take(2000.0), 2000.0);
        assert_eq!(quota.take(4000.0), 0.0);
    }
}
