//! Problems are data: a stable code, a place, and nothing of what the client entered.

use ringostat_amocrm::json;
use ringostat_amocrm::problem::Problem;

/// Checks what an intake says of an input that it refuses.
pub fn told(problems: &[Problem], codes: &[&str]) {
    assert!(!problems.is_empty(), "refused without a reason");
    for problem in problems {
        assert!(codes.contains(&&*problem.code), "unknown code: {problem:?}");
        pointer(&problem.path);
        for key in ["detail", "expected"] {
            if let Some(detail) = problem.params.get(key) {
                assert!(detail.as_str().is_some_and(|text| !text.is_empty()), "{problem:?}");
            }
        }
        if let Some(detail) = problem.params.get("detail").and_then(|detail| detail.as_str()) {
            let stable =
                detail.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'0'..=b'9'));
            assert!(stable, "a detail is a code: {problem:?}");
        }
        for key in ["line", "column"] {
            if let Some(place) = problem.params.get(key) {
                assert!(place.is_u64(), "{problem:?}");
            }
        }
        let bytes = json::to_bytes(problem);
        assert_eq!(&json::from_slice::<Problem>(&bytes).unwrap(), problem);
    }
}

/// Checks that a path is a JSON Pointer (RFC 6901).
pub fn pointer(path: &str) {
    assert!(path.is_empty() || path.starts_with('/'), "no pointer: {path:?}");
    for escape in path.split('~').skip(1) {
        assert!(escape.starts_with(['0', '1']), "no pointer: {path:?}");
    }
}
