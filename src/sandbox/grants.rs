//! What was granted: codes, access and refresh tokens, and which of them still count.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::account::Account;
use super::rng::Rng;
use super::switches::Refresh;
use super::{Client, TOKEN, jwt};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// How long a code waits to be exchanged.
const CODE_MS: i64 = 20 * MINUTE_MS;
/// How long an access token lives, in seconds.
pub(crate) const ACCESS_S: i64 = DAY_MS / 1000;
/// How long a refresh token waits to be used: three months.
const REFRESH_MS: i64 = 90 * DAY_MS;

/// What somebody allowed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Grant {
    pub(crate) user: u64,
    /// Another account at the same address knows nothing of it.
    pub(crate) account: u64,
    pub(crate) redirect_uri: String,
}

#[derive(Debug, Clone)]
struct Held {
    grant: Grant,
    until_ms: i64,
    /// The refresh token that this one replaces.
    replaces: Option<String>,
}

impl Held {
    fn counts(&self, account: &Account, now_ms: i64) -> bool {
        self.grant.account == account.identity.id && now_ms < self.until_ms
    }
}

/// Why nothing is given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Used, unknown, expired or taken back: amoCRM does not tell them apart.
    Revoked,
    /// Not the address that the consent was asked with.
    OtherAddress,
}

/// What the token endpoint gives out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pair {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

type Tokens = BTreeMap<String, Held>;

/// Everything that counts; what does not is removed.
#[derive(Debug, Clone)]
pub(crate) struct Grants {
    pub(crate) client: Client,
    rng: Rng,
    codes: Tokens,
    access: Tokens,
    refresh: Tokens,
    long_lived: Tokens,
    fixed_revoked: bool,
    refreshes: u64,
}

impl Grants {
    /// Nothing but the fixed token.
    pub(crate) fn new(client: Client, seed: u64) -> Self {
        Grants {
            client,
            // Not the account's sequence: a consent must not change which ids follow.
            rng: Rng::new(!seed),
            codes: Tokens::new(),
            access: Tokens::new(),
            refresh: Tokens::new(),
            long_lived: Tokens::new(),
            fixed_revoked: false,
            refreshes: 0,
        }
    }

    /// The grants after a reset: a reset clears what the account holds, so who is connected stays connected.
    pub(crate) fn successor(&self) -> Self {
        Grants { fixed_revoked: false, refreshes: 0, ..self.clone() }
    }

    /// Whose token it is; one whose user a seed took away is the owner's.
    pub(crate) fn user_of(&self, token: &str, account: &Account, now_ms: i64) -> Option<u64> {
        if token == TOKEN {
            return (!self.fixed_revoked).then_some(account.owner);
        }
        let held = self.access.get(token).or_else(|| self.long_lived.get(token))?;
        let user = Some(held.grant.user).filter(|user| account.users.contains_key(user));
        held.counts(account, now_ms).then(|| user.unwrap_or(account.owner))
    }

    /// A code for the token endpoint.
    pub(crate) fn code(&mut self, grant: Grant, now_ms: i64) -> String {
        let code = self.opaque();
        let until_ms = now_ms.saturating_add(CODE_MS);
        self.codes.insert(code.clone(), Held { grant, until_ms, replaces: None });
        code
    }

    /// Tokens for a code, once.
    pub(crate) fn redeem(
        &mut self,
        code: &str,
        redirect_uri: &str,
        account: &Account,
        now_ms: i64,
    ) -> Result<Pair, Refused> {
        let grant = find(&self.codes, code, redirect_uri, account, now_ms)?.grant;
        self.codes.remove(code);
        Ok(self.pair(grant, None, account, now_ms))
    }

    /// Tokens for a refresh token. The one that it replaced is over now, whatever the mode.
    pub(crate) fn refresh(
        &mut self,
        token: &str,
        redirect_uri: &str,
        account: &Account,
        now_ms: i64,
    ) -> Result<Pair, Refused> {
        let held = find(&self.refresh, token, redirect_uri, account, now_ms)?;
        if let Some(replaced) = held.replaces {
            self.refresh.remove(&replaced);
        }
        let old = match account.switches.refresh {
            Refresh::Grace => Some(token.to_owned()),
            Refresh::Strict => {
                self.refresh.remove(token);
                None
            }
        };
        self.refreshes += 1;
        Ok(self.pair(held.grant, old, account, now_ms))
    }

    fn pair(&mut self, grant: Grant, replaces: Option<String>, account: &Account, now_ms: i64) -> Pair {
        for tokens in [&mut self.codes, &mut self.access, &mut self.refresh, &mut self.long_lived] {
            tokens.retain(|_, held| now_ms < held.until_ms);
        }
        let until_ms = now_ms.saturating_add(ACCESS_S * 1000);
        let access = self.jwt(&grant, account, now_ms, until_ms);
        self.access.insert(access.clone(), Held { grant: grant.clone(), until_ms, replaces: None });
        let refresh = self.opaque();
        let until_ms = now_ms.saturating_add(REFRESH_MS);
        self.refresh.insert(refresh.clone(), Held { grant, until_ms, replaces });
        Pair { access, refresh }
    }

    /// A token of a private integration.
    pub(crate) fn long_lived(&mut self, user: u64, days: i64, account: &Account, now_ms: i64) -> String {
        let grant = Grant { user, account: account.identity.id, redirect_uri: String::new() };
        let until_ms = now_ms.saturating_add(days.saturating_mul(DAY_MS));
        let token = self.jwt(&grant, account, now_ms, until_ms);
        self.long_lived.insert(token.clone(), Held { grant, until_ms, replaces: None });
        token
    }

    /// Whether a refresh token counts, without using it.
    pub(crate) fn knows(&self, refresh: &str, account: &Account, now_ms: i64) -> bool {
        self.refresh.get(refresh).is_some_and(|held| held.counts(account, now_ms))
    }

    /// Takes everything back; long-lived tokens, the fixed one among them, only when asked.
    pub(crate) fn revoke(&mut self, long_lived: bool) {
        self.codes.clear();
        self.access.clear();
        self.refresh.clear();
        if long_lived {
            self.long_lived.clear();
            self.fixed_revoked = true;
        }
    }

    /// How many there are, and how often tokens were refreshed.
    pub(crate) fn to_json(&self, now_ms: i64) -> Value {
        let count = |tokens: &Tokens| tokens.values().filter(|held| now_ms < held.until_ms).count();
        json!({
            "codes": count(&self.codes), "access_tokens": count(&self.access),
            "refresh_tokens": count(&self.refresh), "long_lived_tokens": count(&self.long_lived),
            "refreshes": self.refreshes,
        })
    }

    /// Codes and refresh tokens say nothing to clients.
    fn opaque(&mut self) -> String {
        format!("def502{}", self.rng.hex(24))
    }

    fn jwt(&mut self, grant: &Grant, account: &Account, now_ms: i64, until_ms: i64) -> String {
        let (now, until) = (now_ms.div_euclid(1000), until_ms.div_euclid(1000));
        let claims = json!({
            "aud": self.client.id, "jti": self.rng.hex(4), "iat": now, "nbf": now, "exp": until,
            "sub": grant.user.to_string(), "account_id": grant.account, "base_domain": account.host(),
            "api_domain": account.first_host(),
            "scopes": ["push_notifications", "files", "crm", "files_delete", "notifications"],
        });
        jwt::token(&claims, &mut self.rng)
    }
}

fn find(
    tokens: &Tokens,
    token: &str,
    redirect_uri: &str,
    account: &Account,
    now_ms: i64,
) -> Result<Held, Refused> {
    match tokens.get(token).filter(|held| held.counts(account, now_ms)) {
        None => Err(Refused::Revoked),
        Some(held) if held.grant.redirect_uri != redirect_uri => Err(Refused::OtherAddress),
        Some(held) => Ok(held.clone()),
    }
}
