//! Which name means what. Users pick and rename the parameters of their webhooks, so every project has a table:
//! its own names first, then the vocabularies seen in the wild.

use crate::config::Settings;
pub use crate::config::{CallKey as Key, KeyName};
use crate::spelling::squeeze_path;

/// Known names, squeezed. The earlier of a key's names is believed first.
static KNOWN: &[(Key, &[&str])] = &[
    (Key::CallId, &["uniqueid", "callid", "uniquecallid"]),
    (Key::CallIdOrRecord, &["record"]),
    (Key::Timestamp, &["calltimestamp", "timestamp"]),
    (Key::Date, &["calldate", "date", "calltime", "datetime", "callstart", "startedat", "starttime"]),
    (Key::ClientNumber, &["userfield", "clientnumber", "clientphone"]),
    (Key::E164, &["e164", "numbere164", "callere164"]),
    (Key::CallerNumber, &["callernumber"]),
    (Key::Caller, &["caller", "callerid", "from", "src"]),
    (Key::Callee, &["dst", "callee", "destination", "calldestination", "to"]),
    (Key::LineNumber, &["linenumber", "outboundnumber"]),
    (Key::LineAlias, &["nalias", "linealias"]),
    (Key::ConnectedWith, &["connectedwith"]),
    (Key::CallType, &["calltype", "type", "direction", "calldirection"]),
    (Key::InsertionType, &["insertiontype"]),
    (
        Key::Event,
        &["event", "eventtype", "eventname", "hook", "hooktype", "webhooktype", "webhookevent", "phase"],
    ),
    (Key::Status, &["disposition", "callstatus", "status", "action"]),
    (Key::TalkTime, &["billsec", "dialog", "durationconversation", "talktime"]),
    (Key::TalkTimeMs, &["durationconversationms", "billsecms", "talktimems"]),
    (Key::WaitTime, &["waittime", "waiting", "durationwaiting"]),
    (Key::WaitTimeMs, &["durationwaitingms", "waittimems"]),
    (Key::Duration, &["duration", "callduration", "durationcall"]),
    (Key::DurationMs, &["durationms", "durationcallms", "calldurationms"]),
    (Key::EmployeeId, &["employeenumber", "employeeid", "staffid"]),
    (Key::EmployeeName, &["employeefio", "employee", "employeename", "fio"]),
    (
        Key::EmployeeExtension,
        &["internalnumber", "employeeextension", "employeeestension", "extensionnumber"],
    ),
    (Key::Department, &["department"]),
    (Key::AdditionalNumber, &["additionalnumber"]),
    (Key::PoolName, &["poolname", "pool"]),
    (Key::SchemeName, &["schemename", "scheme"]),
    (Key::CallCounter, &["callcounter"]),
    (Key::ProperFlag, &["properflag"]),
    (Key::RepeatedFlag, &["repeatedflag"]),
    (Key::CategoryMark, &["categorymark"]),
    (Key::CategoryNumber, &["categorynumber"]),
    (Key::EmployeeMark, &["employeemark"]),
    (Key::HasRecording, &["hasrecording", "recordingpresence"]),
    (Key::Recording, &["recording", "recordingurl", "recordinglink"]),
    (Key::RecordingWav, &["recordingwav"]),
    (Key::CallCard, &["callcard"]),
    (Key::UtmSource, &["utmsource", "utm.source"]),
    (Key::UtmMedium, &["utmmedium", "utm.medium"]),
    (Key::UtmCampaign, &["utmcampaign", "utm.campaign"]),
    (Key::UtmContent, &["utmcontent", "utm.content"]),
    (Key::UtmTerm, &["utmterm", "utm.term"]),
    (Key::ClientId, &["clientid", "googleclientid", "gaclientid"]),
    (Key::RemoteIp, &["remoteip", "clientip", "ip"]),
    (Key::Referrer, &["refferrer", "referrer", "referer"]),
    (Key::Landing, &["landing", "landingpage"]),
    (Key::Tracked, &["rad", "rpd", "trackedentities", "additionalparameters"]),
    (Key::Ignored, &["key", "webhookkey", "apikey", "authkey", "token", "projectid"]),
];

/// Names to meanings. Case, `_`, `-` and spaces do not count: `staffId` is `staff_id`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyTable {
    /// Numbers of the project: of the two ends of a callback they are not the client.
    pub(super) lines: Vec<String>,
    own: Vec<(String, Key)>,
}

/// A meaning, and how much a value under this name is worth beside others: less is better.
pub(super) type Ranked = (Key, u8);

/// A name of the project's own counts before all known ones.
const OWN: u8 = 0;
const KNOWN_FROM: u8 = 1;
/// Known only by its last part: `something.dst`.
const INNER: u8 = 100;

impl KeyTable {
    /// The known vocabularies, and before them the project's own names. The earlier of two equal names counts.
    pub fn new(own: &[KeyName]) -> Self {
        KeyTable { own: own.iter().map(|one| (one.compared(), one.means)).collect(), lines: Vec::new() }
    }

    /// What a project's settings say of its messages.
    pub fn of(settings: &Settings) -> Self {
        let lines = settings.lines.iter().map(|line| line.number.clone());
        KeyTable {
            lines: lines.filter(|line| !line.is_empty()).collect(),
            ..KeyTable::new(&settings.calls.keys)
        }
    }

    /// What a name means. Parts of a nested name are joined by dots: `additional_call_data.dst`.
    pub(super) fn find(&self, path: &str) -> Option<Ranked> {
        let path = squeeze_path(path);
        let own = |path: &str| self.own.iter().find(|(name, _)| name == path).map(|(_, key)| (*key, OWN));
        let ours = path.strip_prefix("additionalcalldata.").unwrap_or(&path);
        own(&path).or_else(|| own(ours)).or_else(|| known(ours)).or_else(|| {
            let (_, last) = path.rsplit_once('.')?;
            known(last).map(|(key, rank)| (key, rank.saturating_add(INNER)))
        })
    }
}

fn known(name: &str) -> Option<Ranked> {
    KNOWN.iter().find_map(|(key, names)| {
        let position = names.iter().position(|known| *known == name)?;
        Some((*key, KNOWN_FROM.saturating_add(u8::try_from(position).unwrap_or(u8::MAX))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::VARIABLES;

    #[test]
    fn vocabularies() {
        let table = KeyTable::default();
        let key = |name| table.find(name).map(|(key, _)| key);
        for (names, expected) in [
            (&["uniqueid", "call_id", "additional_call_data.uniqueid"][..], Key::CallId),
            (&["calldate", "date", "call_date"], Key::Date),
            (&["caller_number"], Key::CallerNumber),
            (&["additional_call_data.userfield", "userfield"], Key::ClientNumber),
            (&["dst", "callee", "destination", "call_destination", "additional_call_data.dst"], Key::Callee),
            (&["call_type", "type", "direction", "additional_call_data.call_type"], Key::CallType),
            (&["disposition", "status", "call_status", "additional_call_data.action"], Key::Status),
            (&["billsec", "dialog", "duration_conversation"], Key::TalkTime),
            (&["employee_number", "staffid", "staffId", "employee_id"], Key::EmployeeId),
            (&["employee_estension", "internal_number"], Key::EmployeeExtension),
            (&["refferrer", "data.referrer"], Key::Referrer),
            (&["key"], Key::Ignored),
        ] {
            for name in names {
                assert_eq!(key(name), Some(expected), "{name}");
            }
        }
        assert_eq!(key("roistat_visit"), None);
        assert_eq!(key(""), None);
    }

    #[test]
    fn no_name_twice_and_all_squeezed() {
        let names: Vec<&str> = KNOWN.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        for (position, name) in names.iter().enumerate() {
            assert!(!names[..position].contains(name), "{name}");
            assert_eq!(&squeeze_path(name), name);
        }
    }

    #[test]
    fn every_variable_of_calls_is_known_by_its_name() {
        let table = KeyTable::default();
        for variable in VARIABLES.iter().filter(|variable| variable.calls) {
            assert!(table.find(variable.name).is_some(), "{}", variable.name);
        }
    }

    #[test]
    fn every_key_has_names() {
        let keys: Vec<Key> = KNOWN.iter().map(|(key, _)| *key).collect();
        assert_eq!(keys, Key::ALL);
        assert!(KNOWN.iter().all(|(_, names)| !names.is_empty()));
    }

    #[test]
    fn own_names_come_first() {
        let own: Vec<KeyName> = serde_json::from_str(
            r#"[{"name":"Dst","means":"client_number"},{"name":"a.b","means":"call_id"}]"#,
        )
        .unwrap();
        let table = KeyTable::new(&own);
        assert_eq!(table.find("dst"), Some((Key::ClientNumber, OWN)));
        assert_eq!(table.find("additional_call_data.dst"), Some((Key::ClientNumber, OWN)));
        assert_eq!(table.find("A.B"), Some((Key::CallId, OWN)));
        assert_eq!(table.find("callee").map(|(key, _)| key), Some(Key::Callee));
    }
}
