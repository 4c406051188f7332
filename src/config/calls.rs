//! How messages about calls are read.

use serde::{Deserialize, Serialize};

use crate::spelling::squeeze_path;

/// What a project says of the messages that Ringostat sends it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Calls {
    /// Names that the project gave to the parameters of its webhooks; they count before the usual ones.
    pub keys: Vec<KeyName>,
}

/// A project's own name of a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KeyName {
    /// The name as the messages have it, e.g. `phone_of_client` or `data.phone`.
    pub name: String,
    /// What it means.
    pub means: CallKey,
}

impl KeyName {
    /// The name as it is compared.
    pub fn compared(&self) -> String {
        squeeze_path(&self.name)
    }
}

macro_rules! call_keys {
    ($($key:ident $meaning:literal $about:literal;)*) => {
        /// What a parameter of a call says.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum CallKey {
            $(#[doc = $about] #[serde(rename = $meaning)] $key,)*
        }

        impl CallKey {
            /// Every key, in the order of this list.
            pub const ALL: &[CallKey] = &[$(CallKey::$key,)*];

            /// Name of the meaning in a project's table.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(CallKey::$key => $meaning,)*
                }
            }
        }
    };
}

call_keys! {
    CallId "call_id" "Id of the call.";
    CallIdOrRecord "call_id_or_record" "Id of the call, or address of its recording.";
    Timestamp "call_timestamp" "Begin, unix seconds, milli- or microseconds.";
    Date "call_time" "Begin, a date.";
    ClientNumber "client_number" "The client's number, whoever called.";
    E164 "number_e164" "A number in international form: mostly the client's.";
    CallerNumber "caller_number" "The client's number, or who calls.";
    Caller "caller" "Who calls: number, SIP login or caller id.";
    Callee "callee" "What was dialled.";
    LineNumber "line_number" "The project's own line, whoever called.";
    LineAlias "line_alias" "Alias of the line.";
    ConnectedWith "connected_with" "What answered.";
    CallType "call_type" "`in`, `out`, `callback`, …";
    InsertionType "insertion_type" "`dynamic`, `static` or `callback`.";
    Event "event" "Name of the message.";
    Status "call_status" "How it ended.";
    TalkTime "talk_time" "Seconds of talk.";
    TalkTimeMs "talk_time_ms" "The same in milliseconds.";
    WaitTime "wait_time" "Seconds of waiting.";
    WaitTimeMs "wait_time_ms" "The same in milliseconds.";
    Duration "duration" "Seconds in all.";
    DurationMs "duration_ms" "The same in milliseconds.";
    EmployeeId "employee_id" "Staff id.";
    EmployeeName "employee_name" "Full name of the employee.";
    EmployeeExtension "employee_extension" "Extension of the employee.";
    Department "department" "Department.";
    AdditionalNumber "additional_number" "Extension that was dialled.";
    PoolName "pool_name" "Call-tracking pool.";
    SchemeName "scheme_name" "Forwarding scheme.";
    CallCounter "call_counter" "Which call of this client it is.";
    ProperFlag "proper_flag" "Target call.";
    RepeatedFlag "repeated_flag" "Repeated call.";
    CategoryMark "category_mark" "Rating menu.";
    CategoryNumber "category_number" "Rating menu.";
    EmployeeMark "employee_mark" "Rating menu.";
    HasRecording "has_recording" "Whether there is a recording.";
    Recording "recording" "Address of the recording.";
    RecordingWav "recording_wav" "The same as WAV.";
    CallCard "call_card" "Address of the call's card.";
    UtmSource "utm_source" "UTM mark.";
    UtmMedium "utm_medium" "UTM mark.";
    UtmCampaign "utm_campaign" "UTM mark.";
    UtmContent "utm_content" "UTM mark.";
    UtmTerm "utm_term" "UTM mark.";
    ClientId "client_id" "Client id of Google Analytics.";
    RemoteIp "remote_ip" "The visitor's address.";
    Referrer "referrer" "Referring page; Ringostat writes `refferrer`.";
    Landing "landing" "Page of entry.";
    Tracked "tracked" "Additional parameters, as an object or its JSON.";
    Ignored "ignored" "Nothing: left out.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_written_as_its_meaning() {
        for key in CallKey::ALL {
            assert_eq!(serde_json::to_value(key).unwrap(), key.meaning());
        }
    }
}
