//! Names and words as users type them: `staffId`, `STAFF_ID` and `staff-id` are one.

/// Letters and digits alone, in lower case.
pub fn squeeze(text: &str) -> String {
    text.chars().filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The same for a name of several parts, which dots join.
pub fn squeeze_path(path: &str) -> String {
    let parts: Vec<String> = path.split('.').map(squeeze).collect();
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_meet_and_parts_stay_apart() {
        assert_eq!(squeeze("Staff-ID "), squeeze("staff_id"));
        assert_eq!(squeeze_path("Call_Data.staffId"), "calldata.staffid");
        assert_ne!(squeeze_path("a.b"), squeeze_path("ab"));
    }
}
