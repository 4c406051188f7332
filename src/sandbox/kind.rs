//! The entities that carry custom fields, tags, links and notes.

/// A collection of API v4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Contacts,
    Leads,
    Companies,
}

impl Kind {
    /// Every kind.
    pub(crate) const ALL: [Kind; 3] = [Kind::Contacts, Kind::Leads, Kind::Companies];

    /// The name in paths, bodies and `entity_type`.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Kind::Contacts => "contacts",
            Kind::Leads => "leads",
            Kind::Companies => "companies",
        }
    }

    /// The name that `/calls` and `/events` use.
    pub(crate) fn singular(self) -> &'static str {
        match self {
            Kind::Contacts => "contact",
            Kind::Leads => "lead",
            Kind::Companies => "company",
        }
    }

    /// By the name in a path.
    pub(crate) fn from_plural(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.plural() == name)
    }
}
