//! Properties of the calls' intake that single examples cannot show.

use proptest::collection::vec;
use proptest::prelude::*;
use ringostat_amocrm::event::Call;
use ringostat_amocrm::intake::calls::{
    CallListReader, Clock, Format, Key, KeyName, KeyTable, ROW_BYTES, Row, read_webhook,
};
use ringostat_amocrm::problem::Problem;
use serde_json::{Map, Value, json};

fn clock() -> Clock {
    Clock {
        transitions: vec![(1_761_440_400, 7200), (1_774_746_000, 10_800), (1_792_890_000, 7200)],
        now: 1_795_400_000,
    }
}

fn reader() -> CallListReader {
    CallListReader::new(Format::Guess, KeyTable::default(), clock())
}

fn whole(bytes: &[u8]) -> (Vec<Row>, Option<Problem>) {
    let mut reader = reader();
    let mut rows = reader.push(bytes);
    let (last, problem) = reader.finish();
    rows.extend(last);
    (rows, problem)
}

fn in_chunks(bytes: &[u8], sizes: &[usize]) -> (Vec<Row>, Option<Problem>) {
    let mut reader = reader();
    let mut rows = Vec::new();
    let mut rest = bytes;
    let mut sizes = sizes.iter().copied().cycle();
    while !rest.is_empty() {
        let (chunk, tail) = rest.split_at(sizes.next().unwrap_or(rest.len()).clamp(1, rest.len()));
        rows.extend(reader.push(chunk));
        rest = tail;
    }
    let (last, problem) = reader.finish();
    rows.extend(last);
    (rows, problem)
}

/// Pieces of which interesting lists are made.
fn document() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just("["),
        Just("]"),
        Just("{"),
        Just("}"),
        Just(","),
        Just("\""),
        Just("\\"),
        Just(";"),
        Just("\r\n"),
        Just("\n"),
        Just("\u{feff}"),
        Just("-1"),
        Just("null"),
        Just("uniqueid;caller;calldate\n"),
        Just("1791545397.1;380671112233;2026-10-09 14:29:57\n"),
        Just("\"Support\" <380671112233>"),
        Just("{\"uniqueid\":\"1791545397.1\",\"caller\":\"380671112233\"}"),
        Just("\"caller\":"),
        Just("\\ud83d"),
        Just("&quot;"),
        Just("&#99999;"),
        Just("дзвінок"),
    ];
    let piece = prop_oneof![
        8 => piece.prop_map(|piece| piece.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..6),
    ];
    (prop_oneof![Just("["), Just("uniqueid;caller\n"), Just("{\"calls\":["), Just("")], vec(piece, 0..32))
        .prop_map(|(begin, pieces)| [begin.as_bytes().to_vec(), pieces.concat()].concat())
}

/// What may stand in a cell.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("-1".into()),
        Just("0".into()),
        Just("1".into()),
        Just("(none)".into()),
        Just("ua18_-1791545397.2215926".into()),
        Just("2019-06-02T09:13:43+0300".into()),
        Just("2026-10-25 03:30:00".into()),
        Just("1728427645501605".into()),
        Just("380671112233".into()),
        Just("+380441112233".into()),
        Just("\"Support PhonerLite\" <380671234567>".into()),
        Just("&quot;itrixcom_Kontakt&quot; &lt;itrixcom_Kontakt&gt;".into()),
        Just("anonymous".into()),
        Just("firm_ivan".into()),
        Just("NO ANSWER".into()),
        Just("in_progress".into()),
        Just("out".into()),
        Just("https://site.example/?utm_source=a;b&gclid=1".into()),
        Just("a;b\"c\nd".into()),
        "[ -~]{0,12}",
        "\\PC{0,8}",
        "[0-9.:-]{0,14}",
    ]
}

const COLUMNS: [&str; 30] = [
    "uniqueid",
    "calldate",
    "call_timestamp",
    "caller",
    "caller_number",
    "dst",
    "userfield",
    "E164",
    "n_alias",
    "connected_with",
    "outbound_number",
    "disposition",
    "call_type",
    "event",
    "billsec",
    "duration",
    "duration_ms",
    "waittime",
    "call_counter",
    "proper_flag",
    "employee_number",
    "employee_fio",
    "has_recording",
    "recording",
    "utm_source",
    "utm_term",
    "landing",
    "client_id",
    "roistat_visit",
    "refferrer",
];

fn rows() -> impl Strategy<Value = Vec<Vec<String>>> {
    vec(vec(value(), COLUMNS.len()), 0..5)
}

fn csv(rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| {
        let quoted: Vec<String> =
            cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        quoted.join(";")
    };
    let mut out = format!("\u{feff}{}\r\n", COLUMNS.join(";"));
    for row in rows {
        out.push_str(&line(row));
        out.push_str("\r\n");
    }
    out
}

/// Numbers as numbers where they are, and what is empty as null or not at all.
fn as_json(rows: &[Vec<String>]) -> String {
    let rows = rows.iter().enumerate().map(|(position, row)| {
        let mut object = Map::new();
        for (name, value) in COLUMNS.iter().zip(row) {
            let value = match (value.as_str(), value.parse::<i64>()) {
                ("", _) if position % 2 == 0 => continue,
                ("", _) => Value::Null,
                (_, Ok(number)) if number.to_string() == *value => json!(number),
                _ => json!(value),
            };
            object.insert((*name).to_owned(), value);
        }
        Value::Object(object)
    });
    Value::Array(rows.collect()).to_string()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn a_webhook_never_panics(
        content_type in prop_oneof![Just(String::new()), Just("application/json".into()), "[a-z/;= ]{0,20}"],
        query in prop_oneof![Just(String::new()), "[a-z_&=%+0-9\\[\\]]{0,40}"],
        body in prop_oneof![document(), vec(any::<u8>(), 0..64)],
    ) {
        let _ = read_webhook(&content_type, &query, &body, &KeyTable::default(), &clock());
    }

    #[test]
    fn no_value_panics(row in vec(value(), COLUMNS.len()), own in 0..Key::ALL.len(), transitions in vec((any::<i64>(), any::<i32>()), 0..4), now in any::<i64>()) {
        let body = as_json(&[row]);
        let own = Key::ALL.get(own).map(|means| KeyName { name: "dst".into(), means: *means });
        let keys = KeyTable::new(own.as_slice());
        let _ = read_webhook("application/json", "", body.as_bytes(), &keys, &Clock { transitions, now });
    }

    #[test]
    fn chunks_make_no_difference(bytes in document(), sizes in vec(1..9_usize, 1..6)) {
        prop_assert_eq!(in_chunks(&bytes, &sizes), whole(&bytes));
    }

    #[test]
    fn json_and_csv_of_the_same_rows_are_equal(rows in rows(), sizes in vec(1..200_usize, 1..4)) {
        let (csv, json) = (csv(&rows), as_json(&rows));
        let (from_csv, problem) = in_chunks(csv.as_bytes(), &sizes);
        prop_assert_eq!(problem, None);
        prop_assert_eq!(from_csv.len(), rows.len());
        prop_assert_eq!((from_csv, None), whole(json.as_bytes()));
    }

    #[test]
    fn webhook_and_list_of_one_call_meet(
        region in "[a-z]{2}[0-9]{1,2}",
        start in 1_700_000_000_i64..1_795_000_000,
        sequence in 0..10_000_000_u32,
        plus in any::<bool>(),
        outgoing in any::<bool>(),
        status in prop_oneof![Just("NO ANSWER"), Just("ANSWERED"), Just("BUSY")],
    ) {
        let tail = format!("{start}.{sequence}");
        let (client, line) = ("380671112233", "380441112233");
        let talk = if status == "ANSWERED" { 5 } else { 0 };
        let hook = json!({
            "call_id": tail,
            "caller": if outgoing { "\"Support\" <380441112233>".to_owned() } else { format!("{}{client}", if plus { "+" } else { "" }) },
            "callee": if outgoing { client } else { line },
            "type": if outgoing { "out" } else { "in" },
            "status": status.replace(' ', "_"),
            "date": "2026-08-08 11:11:11",
            "dialog": talk,
        });
        let row = json!([{
            "uniqueid": format!("{region}_-{tail}"),
            "billsec": talk.to_string(),
            "caller": if outgoing { line } else { client },
            "dst": if outgoing { client } else { line },
            "call_type": if outgoing { "out" } else { "in" },
            "disposition": status,
            "calldate": "2026-08-08T11:11:11+0300",
        }]);
        let hook = read_webhook("", "", hook.to_string().as_bytes(), &KeyTable::default(), &clock()).unwrap();
        let (rows, _) = whole(row.to_string().as_bytes());
        let [Row::Call { read, .. }] = rows.as_slice() else { panic!("{rows:?}") };
        prop_assert_eq!(&hook.call.canonical_id, &tail);
        prop_assert_eq!(&hook.subject, &read.subject);
        prop_assert_eq!(&hook.message, &read.message);
        prop_assert!(hook.parts.meet(&read.parts));
        let same = |call: &Call| (call.direction, call.result, call.phase, call.line_number.clone());
        prop_assert_eq!(same(&hook.call), same(&read.call));
    }
}

#[test]
fn a_row_without_end_is_not_kept() {
    let filler = vec![b'a'; ROW_BYTES];
    for (begin, end, expected) in [
        (&b"[{\"uniqueid\":\""[..], &b"\"}]"[..], 1),
        (b"uniqueid;caller\n1;", b"\n", 1),
        (b"uniqueid;caller\n1;\"", b"\"\n", 1),
    ] {
        let mut reader = reader();
        let mut rows = reader.push(begin);
        for _ in 0..512 {
            assert_eq!(reader.push(&filler), []);
        }
        // 32 MB went by: what the reader holds of them is less than two rows.
        assert!(format!("{reader:?}").len() < 2 * ROW_BYTES * "97, ".len());
        rows.extend(reader.push(end));
        rows.extend(reader.finish().0);
        assert_eq!(rows.len(), expected);
        assert!(matches!(&rows[0], Row::Rejected { row: 1, code } if code == "row_too_long"));
    }
}

#[test]
fn a_full_export_is_read_row_by_row() {
    let mut reader = reader();
    let mut read = reader.push(b"[").len();
    for row in 0..6500 {
        let rows = reader.push(
            format!(
                r#"{{"uniqueid":"ua1_-1791545397.{row}","caller":"380671112233","disposition":"BUSY"}},"#
            )
            .as_bytes(),
        );
        assert_eq!(rows.len(), 1);
        read += rows.len();
    }
    read += reader.push(b"]").len();
    assert_eq!((read, reader.finish()), (6500, (vec![], None)));
}
