//! `type/subtype; name=value; name="quoted"`, as Content-Type and Content-Disposition have it.

/// The value before the parameters.
pub(super) fn essence(header: &str) -> &str {
    header.split(';').next().unwrap_or_default().trim()
}

/// The value of a parameter, quotes taken off.
pub(super) fn parameter(header: &str, name: &str) -> Option<String> {
    let mut rest = header.split_once(';')?.1;
    loop {
        rest = rest.trim_start_matches([';', ' ', '\t']);
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(['=', ';']).unwrap_or(rest.len());
        let (key, after) = rest.split_at_checked(end)?;
        let (value, after) = match after.strip_prefix('=') {
            None => (String::new(), after),
            Some(after) => {
                let after = after.trim_start_matches([' ', '\t']);
                match after.strip_prefix('"') {
                    Some(after) => quoted(after),
                    None => {
                        let end = after.find(';').unwrap_or(after.len());
                        let (value, after) = after.split_at_checked(end)?;
                        (value.trim().to_owned(), after)
                    }
                }
            }
        };
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = after;
    }
}

/// Up to the closing quote. Only `\"` and `\\` are escapes: old browsers send `C:\path` as it is.
fn quoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => return (value, characters.as_str().split_once(';').map_or("", |(_, rest)| rest)),
            '\\' => match characters.clone().next() {
                Some(escaped @ ('"' | '\\')) => {
                    value.push(escaped);
                    characters.next();
                }
                _ => value.push('\\'),
            },
            other => value.push(other),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_parameters() {
        let header = r#"form-data ; Name="a;b\"c\\d" ; filename=plain.txt; empty; x = "y"; path="C:\tmp""#;
        assert_eq!(essence(header), "form-data");
        assert_eq!(parameter(header, "name").as_deref(), Some(r#"a;b"c\d"#));
        assert_eq!(parameter(header, "filename").as_deref(), Some("plain.txt"));
        assert_eq!(parameter(header, "empty").as_deref(), Some(""));
        assert_eq!(parameter(header, "x").as_deref(), Some("y"));
        assert_eq!(parameter(header, "path").as_deref(), Some(r"C:\tmp"));
        assert_eq!(parameter(header, "y"), None);
        assert_eq!(parameter("text/plain", "charset"), None);
        assert_eq!(parameter("a; b=\"open", "b").as_deref(), Some("open"));
    }
}
