//! The site visit behind an event, as Ringostat's script knows it.

use serde::{Deserialize, Serialize};

/// Where the client came from. Empty strings mean "not known".
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Visit {
    /// Google Analytics client id (`r_cl`), e.g. `1169999034.1555555510`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub client_id: String,
    /// Hit id (`hid`): one form submission as the script counts it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub hit_id: String,
    /// Page view id (`vid`).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub pageview_id: String,
    /// Address of the page (`r_cu`), query included.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub landing: String,
    /// Title of the page (`dt`).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Referring page.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub referrer: String,
    /// The visitor's address.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub remote_ip: String,
    /// UTM marks.
    pub utm: Utm,
    /// Additional parameters ("tracked entities", `r_ad` and `r_pd`) by name, e.g. `roistat_visit`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tracked: Vec<(String, String)>,
}

impl Visit {
    /// This visit, completed by what another message tells of it. Marks belong together: those of one message count.
    #[must_use]
    pub fn or(mut self, other: Visit) -> Visit {
        let texts = [
            (&mut self.client_id, other.client_id),
            (&mut self.hit_id, other.hit_id),
            (&mut self.pageview_id, other.pageview_id),
            (&mut self.landing, other.landing),
            (&mut self.title, other.title),
            (&mut self.referrer, other.referrer),
            (&mut self.remote_ip, other.remote_ip),
        ];
        for (text, other) in texts {
            if text.is_empty() {
                *text = other;
            }
        }
        if self.utm.says_nothing() && !other.utm.says_nothing() {
            self.utm = other.utm;
        }
        for (name, value) in other.tracked {
            if self.tracked(&name).is_none() {
                self.tracked.push((name, value));
            }
        }
        self
    }

    /// The value of an additional parameter.
    pub fn tracked(&self, name: &str) -> Option<&str> {
        self.tracked.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The five UTM marks, verbatim. `(none)` and its kin are kept here: a rule reads them as empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Utm {
    /// `utm_source`
    #[serde(skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// `utm_medium`
    #[serde(skip_serializing_if = "String::is_empty")]
    pub medium: String,
    /// `utm_campaign`
    #[serde(skip_serializing_if = "String::is_empty")]
    pub campaign: String,
    /// `utm_content`
    #[serde(skip_serializing_if = "String::is_empty")]
    pub content: String,
    /// `utm_term`
    #[serde(skip_serializing_if = "String::is_empty")]
    pub term: String,
}

impl Utm {
    /// Whether no mark says anything.
    pub fn says_nothing(&self) -> bool {
        [&self.source, &self.medium, &self.campaign, &self.content, &self.term]
            .into_iter()
            .all(|mark| is_placeholder(mark))
    }
}

/// Whether a mark says nothing: blank, or one of Ringostat's placeholders. Real data also has the mutilated `none)`.
pub fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    if value.is_empty() {
        return true;
    }
    let inner = value.trim_start_matches('(').trim_end_matches(')');
    inner.len() < value.len()
        && ["none", "not set", "direct", "not provided"]
            .iter()
            .any(|word| inner.trim().eq_ignore_ascii_case(word))
}
