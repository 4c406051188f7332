//! An HTTP exchange with amoCRM as plain values: the core never opens a connection.

use serde::{Deserialize, Serialize};

/// The methods that the integration uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads.
    Get,
    /// Creates.
    Post,
    /// Changes.
    Patch,
    /// Removes (sandbox and future use).
    Delete,
}

impl Method {
    /// `GET`, `POST`, `PATCH` or `DELETE`.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }

    /// Whether a lost answer leaves it open if something happened in the account.
    pub fn writes(self) -> bool {
        self != Method::Get
    }
}

/// One request to the account, without host and token: those belong to the transport.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Method.
    pub method: Method,
    /// Path with its percent-encoded query, from `/api/v4` on.
    pub path: String,
    /// JSON text, absent for reads.
    pub body: Option<String>,
}

impl Request {
    /// A read.
    pub fn get(path: impl Into<String>) -> Self {
        Request { method: Method::Get, path: path.into(), body: None }
    }

    /// The path without its query.
    pub fn route(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`, empty when absent.
    pub content_type: String,
    /// Seconds of a `Retry-After` header, when there was one.
    pub retry_after: Option<u32>,
    /// The body as it came; empty with 204.
    pub body: Vec<u8>,
}
