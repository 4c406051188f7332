//! Every parameter of Ringostat by name: one list for mapping, funnel rules, texts of tasks and the widget.

use serde::{Deserialize, Serialize};

/// How a variable's text is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueType {
    /// Any text.
    Text,
    /// A whole number.
    Number,
    /// Seconds.
    Seconds,
    /// `0` or `1`.
    Flag,
    /// Unix seconds.
    Time,
    /// A web address.
    Url,
    /// A phone number.
    Phone,
}

/// A variable as the widget offers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct VariableInfo {
    /// Name in the settings.
    pub name: &'static str,
    /// Type of value.
    #[serde(rename = "type")]
    pub value_type: ValueType,
    /// A typical value.
    pub example: &'static str,
    /// Carried by calls.
    pub calls: bool,
    /// Carried by forms.
    pub forms: bool,
}

macro_rules! variables {
    ($($variant:ident $name:literal $kind:ident $example:literal calls:$calls:literal forms:$forms:literal;)*) => {
        /// A parameter of Ringostat.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum Variable {
            $(#[doc = concat!("`", $name, "`, e.g. `", $example, "`")] #[serde(rename = $name)] $variant,)*
            /// An additional parameter ("tracked entity") by its name, e.g. `roistat_visit`.
            #[serde(rename = "tracked")]
            Tracked(String),
        }

        impl Variable {
            /// Name in the settings; of an additional parameter its own name.
            pub fn name(&self) -> &str {
                match self {
                    $(Variable::$variant => $name,)*
                    Variable::Tracked(name) => name,
                }
            }

            /// The variable of that name; additional parameters are not found this way.
            pub fn from_name(name: &str) -> Option<Variable> {
                match name {
                    $($name => Some(Variable::$variant),)*
                    _ => None,
                }
            }
        }

        /// All variables but the additional parameters, which every project names itself.
        pub const VARIABLES: &[VariableInfo] = &[
            $(VariableInfo {
                name: $name, value_type: ValueType::$kind, example: $example, calls: $calls, forms: $forms,
            },)*
        ];
    };
}

variables! {
    UtmSource "utm_source" Text "google" calls:true forms:true;
    UtmMedium "utm_medium" Text "cpc" calls:true forms:true;
    UtmCampaign "utm_campaign" Text "brand" calls:true forms:true;
    UtmContent "utm_content" Text "banner" calls:true forms:true;
    UtmTerm "utm_term" Text "пластиковые окна" calls:true forms:true;
    ClientId "client_id" Text "1169999034.1555555510" calls:true forms:true;
    Landing "landing" Url "https://site.example/kontakty" calls:true forms:true;
    Referrer "referrer" Url "https://www.google.com/" calls:true forms:true;
    RemoteIp "remote_ip" Text "203.0.113.7" calls:true forms:true;
    PageTitle "page_title" Text "Контакты" calls:false forms:true;
    FormId "form_id" Text "callback-form" calls:false forms:true;
    FormName "form_name" Text "Обратный звонок" calls:false forms:true;
    CallId "call_id" Text "ua18_-1791545397.2215926" calls:true forms:false;
    CallTime "call_time" Time "1791545397" calls:true forms:false;
    CallType "call_type" Text "in" calls:true forms:false;
    CallStatus "call_status" Text "ANSWERED" calls:true forms:false;
    ClientNumber "client_number" Phone "380671112233" calls:true forms:false;
    LineNumber "line_number" Phone "380441112233" calls:true forms:false;
    LineAlias "line_alias" Text "firm_main" calls:true forms:false;
    ConnectedWith "connected_with" Text "firm_ivan" calls:true forms:false;
    PoolName "pool_name" Text "Контекстная реклама" calls:true forms:false;
    SchemeName "scheme_name" Text "Отдел продаж" calls:true forms:false;
    Duration "duration" Seconds "36" calls:true forms:false;
    WaitTime "wait_time" Seconds "12" calls:true forms:false;
    TalkTime "talk_time" Seconds "24" calls:true forms:false;
    CallCounter "call_counter" Number "2" calls:true forms:false;
    ProperFlag "proper_flag" Flag "1" calls:true forms:false;
    RepeatedFlag "repeated_flag" Flag "0" calls:true forms:false;
    CategoryMark "category_mark" Number "4" calls:true forms:false;
    CategoryNumber "category_number" Number "1" calls:true forms:false;
    EmployeeMark "employee_mark" Number "5" calls:true forms:false;
    EmployeeId "employee_id" Text "331851" calls:true forms:false;
    EmployeeExtension "employee_extension" Text "101" calls:true forms:false;
    EmployeeName "employee_name" Text "Иван Иванов" calls:true forms:false;
    Department "department" Text "Отдел продаж" calls:true forms:false;
    AdditionalNumber "additional_number" Text "101" calls:true forms:false;
    HasRecording "has_recording" Flag "1" calls:true forms:false;
    Recording "recording" Url "https://app.ringostat.com/recordings/x.ogg" calls:true forms:false;
    RecordingWav "recording_wav" Url "https://app.ringostat.com/recordings/x.wav" calls:true forms:false;
    CallCard "call_card" Url "https://app.ringostat.com/project/callcards/card/x/" calls:true forms:false;
}
