//! How much of a form is accepted. Everything that reads bytes stays within these.

use crate::problem::Problem;

/// Text of a form, in bytes: the whole body of JSON and urlencoded forms, the names and text parts of multipart ones,
/// and names and values of any form as they are kept.
pub const TEXT_BYTES: usize = 256 * 1024;
/// A whole multipart body, files included.
pub const MULTIPART_BYTES: u64 = 10 * 1024 * 1024;
/// Fields by distinct name; withheld ones and files count.
pub const FIELDS: usize = 200;
/// Objects and arrays inside each other.
pub const DEPTH: usize = 8;
/// Headers of one multipart part, in bytes.
pub const PART_HEADERS: usize = 8 * 1024;
/// A multipart boundary, in characters (RFC 2046).
pub const BOUNDARY: usize = 70;
/// An idempotency key, in bytes.
pub const IDEMPOTENCY_KEY: usize = 255;

/// The text is longer than [`TEXT_BYTES`].
pub(super) fn text_too_large() -> Problem {
    Problem::new("too_large", "").with("limit", TEXT_BYTES)
}

/// More than [`FIELDS`] fields.
pub(super) fn too_many_fields(path: &str) -> Problem {
    Problem::new("too_many_fields", path).with("limit", FIELDS)
}
