//! What holds for every call that was read.

use ringostat_amocrm::event::{Call, Event};
use ringostat_amocrm::intake::calls::{Clock, ReadCall, Seen, subject_of};
use ringostat_amocrm::json;

use super::secrets;

/// Additional parameters that are kept of one message.
const TRACKED: usize = 100;

/// A project's clocks: none are known, those of Kyiv, those of nowhere.
pub fn clock(knob: u8) -> Clock {
    let kyiv = vec![(1_761_440_400, 7200), (1_774_746_000, 10_800), (1_792_890_000, 7200)];
    match knob % 4 {
        0 => Clock::default(),
        1 => Clock { transitions: kyiv, now: 0 },
        2 => Clock {
            transitions: vec![(i64::MIN, i32::MAX), (5, -50_400), (i64::MAX, i32::MIN)],
            now: i64::MAX,
        },
        _ => Clock { transitions: kyiv, now: 1_795_400_000 },
    }
}

/// Checks a call.
pub fn read(read: &ReadCall) {
    let ReadCall { call, message, subject, parts, .. } = read;
    assert_eq!(*subject, subject_of(&call.canonical_id));
    assert!(!call.canonical_id.is_empty() && call.canonical_id.len() <= TRACKED, "{:?}", call.canonical_id);
    assert!(message.key.starts_with(&format!("{subject}-")));
    assert_eq!(message.window_s, None);
    assert!(parts.client.bytes().all(|byte| byte.is_ascii_digit()) && !parts.client.starts_with('0'));
    let tells = parts.start.is_some() && !(parts.client.is_empty() && parts.line.is_empty());
    assert_eq!(parts.meet(parts), tells, "a call meets itself");

    let visit = &call.visit;
    assert!(visit.tracked.len() <= TRACKED);
    secrets::none_in(visit.tracked.iter().map(|(name, _)| name.as_str()));
    secrets::none_in_address(&visit.landing);
    secrets::none_in_address(&visit.referrer);

    assert_eq!(call.clone().and(call), *call, "a message told twice says no more");
    assert_eq!(&json::from_slice::<ReadCall>(&json::to_bytes(read)).unwrap(), read);
    let event = Event::Call(Box::new(Call::clone(call)));
    assert_eq!(json::from_slice::<Event>(&json::to_bytes(&event)).unwrap(), event);
    let seen = Seen::of(call);
    assert_eq!(json::from_slice::<Seen>(&json::to_bytes(&seen)).unwrap(), seen);
}
