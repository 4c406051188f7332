//! Which name means what. Users pick and rename the parameters of their webhooks, so every project has a table:
//! its own names first, then the vocabularies seen in the wild.

use serde::{Deserialize, Serialize};

use super::status::squeeze;

macro_rules! keys {
    ($($key:ident $meaning:literal [$($name:literal)*] $about:literal;)*) => {
        /// What a parameter of a call says.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum Key {
            $(#[doc = $about] #[serde(rename = $meaning)] $key,)*
        }

        impl Key {
            /// Every key, in the order of this list.
            pub const ALL: &[Key] = &[$(Key::$key,)*];

            /// Name of the meaning in a project's table.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Key::$key => $meaning,)*
                }
            }
        }

        /// Known names, squeezed. The earlier of a key's names is believed first.
        static KNOWN: &[(Key, &[&str])] = &[$((Key::$key, &[$($name),*]),)*];
    };
}

keys! {
    CallId "call_id" ["uniqueid" "callid" "uniquecallid"] "Id of the call.";
    CallIdOrRecord "call_id_or_record" ["record"] "Id of the call, or address of its recording.";
    Timestamp "call_timestamp" ["calltimestamp" "timestamp"] "Begin, unix seconds, milli- or microseconds.";
    Date "call_time" ["calldate" "date" "calltime" "datetime" "callstart" "startedat" "starttime"] "Begin, a date.";
    ClientNumber "client_number" ["userfield" "clientnumber" "clientphone"] "The client's number, whoever called.";
    E164 "number_e164" ["e164" "numbere164" "callere164"] "A number in international form: mostly the client's.";
    CallerNumber "caller_number" ["callernumber"] "The client's number, or who calls.";
    Caller "caller" ["caller" "callerid" "from" "src"] "Who calls: number, SIP login or caller id.";
    Callee "callee" ["dst" "callee" "destination" "calldestination" "to"] "What was dialled.";
    LineNumber "line_number" ["linenumber" "outboundnumber"] "The project's own line, whoever called.";
    LineAlias "line_alias" ["nalias" "linealias"] "Alias of the line.";
    ConnectedWith "connected_with" ["connectedwith"] "What answered.";
    CallType "call_type" ["calltype" "type" "direction" "calldirection"] "`in`, `out`, `callback`, …";
    InsertionType "insertion_type" ["insertiontype"] "`dynamic`, `static` or `callback`.";
    Event "event" ["event" "eventtype" "eventname" "hook" "hooktype" "webhooktype" "webhookevent" "phase"] "Name of the message.";
    Status "call_status" ["disposition" "callstatus" "status" "action"] "How it ended.";
    TalkTime "talk_time" ["billsec" "dialog" "durationconversation" "talktime"] "Seconds of talk.";
    TalkTimeMs "talk_time_ms" ["durationconversationms" "billsecms" "talktimems"] "The same in milliseconds.";
    WaitTime "wait_time" ["waittime" "waiting" "durationwaiting"] "Seconds of waiting.";
    WaitTimeMs "wait_time_ms" ["durationwaitingms" "waittimems"] "The same in milliseconds.";
    Duration "duration" ["duration" "callduration" "durationcall"] "Seconds in all.";
    DurationMs "duration_ms" ["durationms" "durationcallms" "calldurationms"] "The same in milliseconds.";
    EmployeeId "employee_id" ["employeenumber" "employeeid" "staffid"] "Staff id.";
    EmployeeName "employee_name" ["employeefio" "employee" "employeename" "fio"] "Full name of the employee.";
    EmployeeExtension "employee_extension" ["internalnumber" "employeeextension" "employeeestension" "extensionnumber"] "Extension of the employee.";
    Department "department" ["department"] "Department.";
    AdditionalNumber "additional_number" ["additionalnumber"] "Extension that was dialled.";
    PoolName "pool_name" ["poolname" "pool"] "Call-tracking pool.";
    SchemeName "scheme_name" ["schemename" "scheme"] "Forwarding scheme.";
    CallCounter "call_counter" ["callcounter"] "Which call of this client it is.";
    ProperFlag "proper_flag" ["properflag"] "Target call.";
    RepeatedFlag "repeated_flag" ["repeatedflag"] "Repeated call.";
    CategoryMark "category_mark" ["categorymark"] "Rating menu.";
    CategoryNumber "category_number" ["categorynumber"] "Rating menu.";
    EmployeeMark "employee_mark" ["employeemark"] "Rating menu.";
    HasRecording "has_recording" ["hasrecording" "recordingpresence"] "Whether there is a recording.";
    Recording "recording" ["recording" "recordingurl" "recordinglink"] "Address of the recording.";
    RecordingWav "recording_wav" ["recordingwav"] "The same as WAV.";
    CallCard "call_card" ["callcard"] "Address of the call's card.";
    UtmSource "utm_source" ["utmsource" "utm.source"] "UTM mark.";
    UtmMedium "utm_medium" ["utmmedium" "utm.medium"] "UTM mark.";
    UtmCampaign "utm_campaign" ["utmcampaign" "utm.campaign"] "UTM mark.";
    UtmContent "utm_content" ["utmcontent" "utm.content"] "UTM mark.";
    UtmTerm "utm_term" ["utmterm" "utm.term"] "UTM mark.";
    ClientId "client_id" ["clientid" "googleclientid" "gaclientid"] "Client id of Google Analytics.";
    RemoteIp "remote_ip" ["remoteip" "clientip" "ip"] "The visitor's address.";
    Referrer "referrer" ["refferrer" "referrer" "referer"] "Referring page; Ringostat writes `refferrer`.";
    Landing "landing" ["landing" "landingpage"] "Page of entry.";
    Tracked "tracked" ["rad" "rpd" "trackedentities" "additionalparameters"] "Additional parameters, as an object or its JSON.";
    Ignored "ignored" ["key" "webhookkey" "apikey" "authkey" "token" "projectid"] "Nothing: left out.";
}

/// A project's own name of a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KeyName {
    /// The name as the messages have it, e.g. `phone_of_client` or `data.phone`.
    pub name: String,
    /// What it means.
    pub means: Key,
}

/// Names to meanings. Case, `_`, `-` and spaces do not count: `staffId` is `staff_id`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyTable {
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
        KeyTable { own: own.iter().map(|one| (compact(&one.name), one.means)).collect() }
    }

    /// What a name means. Parts of a nested name are joined by dots: `additional_call_data.dst`.
    pub(super) fn find(&self, path: &str) -> Option<Ranked> {
        let path = compact(path);
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

fn compact(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for (position, part) in path.split('.').enumerate() {
        if position > 0 {
            out.push('.');
        }
        out.push_str(&squeeze(part));
    }
    out
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
            assert_eq!(&compact(name), name);
        }
    }

    #[test]
    fn every_variable_of_calls_is_known_by_its_name() {
        let table = KeyTable::default();
        for variable in VARIABLES.iter().filter(|variable| variable.calls) {
            assert!(table.find(variable.name).is_some(), "{}", variable.name);
        }
        for key in Key::ALL {
            let means = serde_json::to_value(key).unwrap();
            assert_eq!(means, key.meaning());
        }
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
