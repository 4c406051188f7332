//! How a client is recognised.

use serde::{Deserialize, Serialize};

/// Options of the identity rule (seed: how we tell whether the entity exists).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Identity {
    /// Search by the next key when the first found nobody. The seed does not: the key is chosen by presence.
    pub fall_through: bool,
    /// Before a contact is created, look for its phone on companies and warn. Costs one request per new client.
    pub check_companies: bool,
}
