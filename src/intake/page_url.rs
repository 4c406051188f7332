//! What a page's address tells: UTM marks and click ids. Secrets in its query are cut out.

use crate::event::Utm;

use super::fields::Fields;
use super::secrets::Guard;

/// Click ids that become additional parameters.
const CLICK_IDS: [&str; 3] = ["gclid", "fbclid", "yclid"];

/// An address, read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// Without user, password and secret parameters.
    pub address: String,
    pub utm: Utm,
    pub click_ids: Vec<(&'static str, String)>,
}

/// Reads an address. The query counts, and a query in the fragment (`#?a=b`, `#/path?a=b`, `#a=b`) after it.
/// Names of what is cut out go to `fields.withheld`.
pub(super) fn read(address: &str, guard: &mut Guard, fields: &mut Fields) -> Page {
    let mut page = Page { address: String::with_capacity(address.len()), ..Page::default() };
    let (head, fragment) = split(address, '#');
    let (path, query) = split(head, '?');
    push_without_user(&mut page.address, path);
    if let Some(query) = query {
        page.query('?', query, guard, fields);
    }
    match fragment {
        None => {}
        Some(fragment) => match split(fragment, '?') {
            (path, Some(query)) => {
                let before = page.address.len();
                page.anchor(path, guard, fields);
                // Without its mark the query would become the page's own.
                if page.address.len() == before {
                    page.address.push('#');
                }
                let marked = page.address.len();
                page.query('?', query, guard, fields);
                if page.address.len() == marked && marked == before + 1 {
                    page.address.pop();
                }
            }
            (anchor, None) => page.anchor(anchor, guard, fields),
        },
    }
    page
}

/// Fills the marks that are still empty.
pub(super) fn fill_utm(utm: &mut Utm, with: Utm) {
    let pairs = [
        (&mut utm.source, with.source),
        (&mut utm.medium, with.medium),
        (&mut utm.campaign, with.campaign),
        (&mut utm.content, with.content),
        (&mut utm.term, with.term),
    ];
    for (mark, value) in pairs {
        if mark.trim().is_empty() {
            *mark = value;
        }
    }
}

impl Page {
    /// A fragment, or the part of it before its query: `#a=b` is a query too.
    fn anchor(&mut self, anchor: &str, guard: &mut Guard, fields: &mut Fields) {
        if anchor.contains('=') {
            self.query('#', anchor, guard, fields);
        } else {
            self.address.push('#');
            self.address.push_str(anchor);
        }
    }

    fn query(&mut self, mark: char, query: &str, guard: &mut Guard, fields: &mut Fields) {
        let before = self.address.len();
        self.address.push(mark);
        let empty = self.address.len();
        for pair in query.split('&') {
            // Addresses copied out of HTML: `?a=b&amp;c=d`.
            let plain = pair.strip_prefix("amp;").unwrap_or(pair);
            let Some((name, value)) = form_urlencoded::parse(plain.as_bytes()).next() else { continue };
            let mark = self.mark(&name);
            let reason = match guard.name(&name) {
                Some("ignored") if mark.is_some() => None,
                None if guard.value(&name, &value) => Some("card"),
                reason => reason,
            };
            if let Some(reason) = reason {
                // The list is full: still cut out.
                let _ = fields.withhold(&name, reason);
                continue;
            }
            if self.address.len() > empty {
                self.address.push('&');
            }
            self.address.push_str(pair);
            if value.trim().is_empty() {
                continue;
            }
            if let Some(mark) = self.mark(&name) {
                if mark.is_empty() {
                    *mark = value.into_owned();
                }
            } else if let Some(id) = CLICK_IDS.iter().find(|id| id.eq_ignore_ascii_case(&name))
                && !self.click_ids.iter().any(|(known, _)| known == id)
            {
                self.click_ids.push((id, value.into_owned()));
            }
        }
        if self.address.len() == empty {
            self.address.truncate(before);
        }
    }

    fn mark(&mut self, name: &str) -> Option<&mut String> {
        let (prefix, mark) = (name.get(..4)?, name.get(4..)?);
        if !prefix.eq_ignore_ascii_case("utm_") {
            return None;
        }
        let utm = &mut self.utm;
        [
            ("source", &mut utm.source),
            ("medium", &mut utm.medium),
            ("campaign", &mut utm.campaign),
            ("content", &mut utm.content),
            ("term", &mut utm.term),
        ]
        .into_iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(mark))
        .map(|(_, mark)| mark)
    }
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// `https://user:password@host/path` loses the part before `@`.
fn push_without_user(address: &mut String, path: &str) {
    if let Some((scheme, rest)) = path.split_once("//") {
        let (authority, tail) = split(rest, '/');
        if let Some((_, host)) = authority.rsplit_once('@') {
            address.push_str(scheme);
            address.push_str("//");
            address.push_str(host);
            if let Some(tail) = tail {
                address.push('/');
                address.push_str(tail);
            }
            return;
        }
    }
    address.push_str(path);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(address: &str) -> (Page, Vec<(String, String)>) {
        let mut fields = Fields::default();
        let page = read(address, &mut Guard::new(vec!["promo".into(), "utm_term".into()]), &mut fields);
        (page, fields.withheld.into_iter().map(|one| (one.name, one.reason)).collect())
    }

    #[test]
    fn reads_marks_of_the_query() {
        let (page, withheld) = page(
            "https://site.example/?utm_source=google&UTM_Medium=cpc&utm_campaign=%D0%B2%D0%B5%D1%81%D0%BD%D0%B0+50%25\
             &amp;utm_content=a%26b&utm_term=x&gclid=Cj0&yclid=4111111111111111",
        );
        assert_eq!(page.utm.source, "google");
        assert_eq!(page.utm.medium, "cpc");
        assert_eq!(page.utm.campaign, "весна 50%");
        assert_eq!(page.utm.content, "a&b");
        assert_eq!(page.utm.term, "x");
        assert_eq!(page.click_ids, [("gclid", "Cj0".to_owned()), ("yclid", "4111111111111111".to_owned())]);
        assert_eq!(withheld, []);
    }

    #[test]
    fn marks_outside_a_query_do_not_count() {
        for address in
            ["https://site.example/utm_source=google", "utm_source=google", "", "/a#top", "?utm_source"]
        {
            let (page, _) = page(address);
            assert_eq!(page.utm, Utm::default());
            assert_eq!(page.address, address);
        }
    }

    #[test]
    fn fragments_may_hold_a_query() {
        for fragment in ["#?utm_source=a", "#/cart?x=1&utm_source=a", "#utm_source=a"] {
            let address = format!("https://site.example/{fragment}");
            let (page, _) = page(&address);
            assert_eq!(page.utm.source, "a");
            assert_eq!(page.address, address);
        }
        assert_eq!(page("/?utm_source=q#?utm_source=f").0.utm.source, "q");
        assert_eq!(page("/?utm_source=#?utm_source=f").0.utm.source, "f");
    }

    #[test]
    fn secrets_are_cut_out() {
        let (page, withheld) = page(
            "https://anna:pw@site.example/a?token=t1&x=1&password=p&promo=z&n=4111-1111-1111-1111#access_token=t2",
        );
        assert_eq!(page.address, "https://site.example/a?x=1");
        let names: Vec<_> = withheld.iter().map(|(name, reason)| (name.as_str(), reason.as_str())).collect();
        assert_eq!(
            names,
            [
                ("token", "token"),
                ("password", "password"),
                ("promo", "ignored"),
                ("n", "card"),
                ("access_token", "token")
            ]
        );
    }

    #[test]
    fn nothing_dangles_where_a_query_was() {
        for secret in ["?pwd=1", "#pwd=1", "#?pwd=1", "?pwd=1#?pwd=2&token=3"] {
            assert_eq!(page(&format!("https://site.example/{secret}")).0.address, "https://site.example/");
        }
        assert_eq!(page("/#/cart?pwd=1").0.address, "/#/cart");
        assert_eq!(page("/#").0.address, "/#");
    }

    #[test]
    fn a_fragment_with_two_queries_keeps_no_secret_of_either() {
        for (address, kept) in [
            ("/#pwd=1?x=1", "/#?x=1"),
            ("/?a=1#pwd=1&b=2?x=1&token=2", "/?a=1#b=2?x=1"),
            ("/#pwd=1?token=2", "/"),
            ("/#b=2?token=2", "/#b=2"),
            ("/#pwd=1?", "/"),
        ] {
            assert_eq!(page(address).0.address, kept);
            assert_eq!(page(kept).0.address, kept);
        }
        assert_eq!(page("/#utm_source=a?utm_source=b").0.utm.source, "a");
    }

    #[test]
    fn other_encodings_are_not_an_error() {
        assert_eq!(page("/?utm_source=%E2%E5&x=%").0.address, "/?utm_source=%E2%E5&x=%");
    }
}
