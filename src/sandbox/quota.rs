//! How many requests a second the account takes, and the ban for not listening.

/// What the gate says to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gate {
    /// Come in.
    Open,
    /// 429.
    OverLimit,
    /// 403 until the ban is over.
    Banned,
}

/// So many refusals in a row within a minute bring a ban.
const PATIENCE: u32 = 20;
const WINDOW_MS: i64 = 60_000;
const BAN_MS: i64 = 10_000;

/// A token bucket whose burst is its rate.
#[derive(Debug, Clone, Default)]
pub(crate) struct Quota {
    tokens: f64,
    filled_at: Option<i64>,
    refused: u32,
    first_refusal: i64,
    banned_until: Option<i64>,
}

impl Quota {
    /// Asks for one request; a rate of 0 is no limit.
    pub(crate) fn take(&mut self, rate: f64, now_ms: i64) -> Gate {
        if let Some(until) = self.banned_until {
            if now_ms < until {
                return Gate::Banned;
            }
            *self = Quota::default();
        }
        if rate <= 0.0 {
            return Gate::Open;
        }
        let burst = rate.max(1.0);
        let elapsed = self.filled_at.map_or(f64::INFINITY, |at| now_ms.saturating_sub(at).max(0) as f64);
        self.tokens = (self.tokens + elapsed * rate / 1000.0).min(burst);
        self.filled_at = Some(self.filled_at.map_or(now_ms, |at| at.max(now_ms)));
        if self.tokens + 1e-9 >= 1.0 {
            self.tokens -= 1.0;
            self.refused = 0;
            return Gate::Open;
        }
        if self.refused == 0 || now_ms.saturating_sub(self.first_refusal) > WINDOW_MS {
            self.refused = 0;
            self.first_refusal = now_ms;
        }
        self.refused = self.refused.saturating_add(1);
        if self.refused >= PATIENCE {
            self.banned_until = Some(now_ms.saturating_add(BAN_MS));
        }
        Gate::OverLimit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_a_second_then_refusals_then_a_ban_then_free() {
        let mut quota = Quota::default();
        assert!((0..7).all(|_| quota.take(7.0, 0) == Gate::Open));
        assert!((0..20).all(|_| quota.take(7.0, 0) == Gate::OverLimit));
        assert_eq!(quota.take(7.0, 9_999), Gate::Banned);
        assert!((0..7).all(|_| quota.take(7.0, 10_000) == Gate::Open));
        assert_eq!(quota.take(7.0, 10_000), Gate::OverLimit);
    }

    #[test]
    fn tokens_come_back_and_forgive() {
        let mut quota = Quota::default();
        for second in 0..50 {
            assert!((0..7).all(|_| quota.take(7.0, second * 1000) == Gate::Open));
            assert!((0..19).all(|_| quota.take(7.0, second * 1000) == Gate::OverLimit));
        }
        assert!((0..1000).all(|_| Quota::default().take(0.0, 0) == Gate::Open));
    }
}
