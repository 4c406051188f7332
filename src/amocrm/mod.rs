//! amoCRM (Kommo) API v4: what goes over the wire, and nothing about why.

pub mod answer;
pub mod batch;
pub mod directory;
pub mod entity;
pub mod http;
pub mod oauth;
pub mod path;
pub mod quota;
pub mod write;
