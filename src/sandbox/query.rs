//! The query part of a path: paging, order, `with`, `filter[...]`.

use serde_json::{Map, Value, json};

/// The parameters of a read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    pairs: Vec<(Vec<String>, String, String)>,
}

/// The default page size, also what a page size over 250 falls back to.
pub(crate) const PAGE: usize = 50;
/// The largest page.
pub(crate) const MAX_PAGE: usize = 250;

impl Query {
    /// From the text after `?`.
    pub(crate) fn parse(text: &str) -> Self {
        let pairs = form_urlencoded::parse(text.as_bytes())
            .map(|(key, value)| (split_key(&key), key.into_owned(), value.into_owned()))
            .collect();
        Query { pairs }
    }

    /// A plain parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().rev().find(|(_, key, _)| key == name).map(|(_, _, value)| value.as_str())
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.get(name).and_then(|text| text.trim().parse().ok())
    }

    /// The page, from 1.
    pub(crate) fn page(&self) -> usize {
        self.number("page").filter(|page| *page > 0).unwrap_or(1)
    }

    /// The page size.
    pub(crate) fn limit(&self) -> usize {
        self.number("limit").filter(|limit| (1..=MAX_PAGE).contains(limit)).unwrap_or(PAGE)
    }

    /// Whether `with` names something.
    pub(crate) fn with(&self, name: &str) -> bool {
        self.pairs
            .iter()
            .filter(|(keys, _, _)| keys.first().is_some_and(|key| key == "with"))
            .any(|(_, _, value)| value.split(',').any(|part| part.trim() == name))
    }

    /// `order[key]=asc|desc`: the key and whether it is descending.
    pub(crate) fn order(&self) -> Option<(&str, bool)> {
        self.pairs.iter().find_map(|(keys, _, value)| match keys.as_slice() {
            [order, key] if order == "order" => Some((key.as_str(), value.eq_ignore_ascii_case("desc"))),
            _ => None,
        })
    }

    /// Every `filter[...]`: the keys inside, and the value.
    pub(crate) fn filters(&self) -> impl Iterator<Item = (&[String], &str)> {
        self.pairs.iter().filter_map(|(keys, _, value)| match keys.split_first() {
            Some((first, rest)) if first == "filter" && !rest.is_empty() => Some((rest, value.as_str())),
            _ => None,
        })
    }

    /// `filter[name]=v`, `filter[name][]=v`, `filter[name][0]=v`; None when absent.
    pub(crate) fn filter(&self, name: &str) -> Option<Vec<&str>> {
        let values: Vec<&str> = self
            .filters()
            .filter(|(keys, _)| match keys {
                [key] => key == name,
                [key, index] => key == name && index.bytes().all(|byte| byte.is_ascii_digit()),
                _ => false,
            })
            .map(|(_, value)| value)
            .collect();
        if values.is_empty() { None } else { Some(values) }
    }

    /// The same with values joined by commas taken apart.
    pub(crate) fn filter_commas(&self, name: &str) -> Option<Vec<&str>> {
        self.filter(name).map(|values| values.into_iter().flat_map(|value| value.split(',')).collect())
    }

    /// The same as ids; what is not a number matches nothing.
    pub(crate) fn filter_ids(&self, name: &str) -> Option<Vec<u64>> {
        self.filter_commas(name)
            .map(|values| values.iter().filter_map(|text| text.trim().parse().ok()).collect())
    }

    /// `filter[name][from]` and `[to]`.
    pub(crate) fn range(&self, name: &str) -> Range {
        let mut range = Range::default();
        for (keys, value) in self.filters() {
            match keys {
                [key, edge] if key == name && edge == "from" => range.from = value.parse().ok(),
                [key, edge] if key == name && edge == "to" => range.to = value.parse().ok(),
                _ => {}
            }
        }
        range
    }

    /// The query text with another page.
    fn with_page(&self, page: usize) -> String {
        let mut text = form_urlencoded::Serializer::new(String::new());
        for (_, key, value) in self.pairs.iter().filter(|(_, key, _)| key != "page") {
            text.append_pair(key, value);
        }
        text.append_pair("page", &page.to_string()).finish()
    }

    /// `_links` of a page.
    pub(crate) fn links(&self, url: &str, more: bool) -> Value {
        let page = self.page();
        let mut links = Map::new();
        let mut put = |name: &str, page: usize| {
            links.insert(name.to_owned(), json!({"href": format!("{url}?{}", self.with_page(page))}));
        };
        put("self", page);
        if more {
            put("next", page.saturating_add(1));
        }
        if page > 1 {
            put("first", 1);
            put("prev", page.saturating_sub(1));
        }
        Value::Object(links)
    }
}

/// A range of numbers, open where nothing is given.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Range {
    pub(crate) from: Option<f64>,
    pub(crate) to: Option<f64>,
}

impl Range {
    /// Nothing is asked.
    pub(crate) fn is_open(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    /// Whether a number lies inside; nothing does not, unless nothing is asked.
    pub(crate) fn holds(&self, number: Option<f64>) -> bool {
        self.is_open()
            || number
                .is_some_and(|n| self.from.is_none_or(|from| n >= from) && self.to.is_none_or(|to| n <= to))
    }
}

/// `filter[id][]` -> `filter`, `id`, ``.
fn split_key(key: &str) -> Vec<String> {
    let mut parts = key.split('[');
    let mut keys = vec![parts.next().unwrap_or_default().to_owned()];
    keys.extend(parts.map(|part| part.strip_suffix(']').unwrap_or(part).to_owned()));
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_brackets_encoded_and_plain() {
        let query = Query::parse(
            "filter%5Bid%5D%5B%5D=1&filter[id][1]=2&limit=300&page=0&order[id]=desc&with=a,leads",
        );
        assert_eq!(query.filter_ids("id"), Some(vec![1, 2]));
        assert_eq!((query.limit(), query.page()), (50, 1));
        assert_eq!(query.order(), Some(("id", true)));
        assert!(query.with("leads") && !query.with("lead"));
        assert_eq!(query.filter("name"), None);
    }

    #[test]
    fn a_range_is_open_until_an_edge_is_given() {
        let query = Query::parse("filter[created_at][from]=10&filter[created_at][to]=20");
        let range = query.range("created_at");
        assert!(
            range.holds(Some(10.0))
                && range.holds(Some(20.0))
                && !range.holds(Some(21.0))
                && !range.holds(None)
        );
        assert!(query.range("updated_at").holds(None));
    }

    #[test]
    fn links_keep_the_filters() {
        let links = Query::parse("limit=2&page=2&query=a%2Bb").links("http://x/y", true);
        assert_eq!(links["next"]["href"], "http://x/y?limit=2&query=a%2Bb&page=3");
        assert_eq!(links["prev"]["href"], "http://x/y?limit=2&query=a%2Bb&page=1");
    }

    #[test]
    fn strange_keys_do_not_matter() {
        for text in ["filter", "filter[", "filter[]]=1", "[[[", "%ff=%ff", "&&=&", "filter[id=1"] {
            let query = Query::parse(text);
            let _ = (query.filter("id"), query.order(), query.links("", true));
        }
    }
}
