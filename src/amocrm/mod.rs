//! amoCRM (Kommo) API v4: what goes over the wire, and nothing about why.

pub mod http;
