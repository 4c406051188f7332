//! Who becomes responsible for what a form or a call creates.

use crate::amocrm::directory::Directory;
use crate::config::{FormResponsible, Responsible};
use crate::trace::{Entry, Trace};

/// The user's id, or `None` for the account's default. A user who is gone or switched off is passed over.
pub fn of_form(
    rule: &FormResponsible,
    sequence: u64,
    directory: &Directory,
    trace: &mut Trace,
) -> Option<u64> {
    let (user, code) = match rule {
        FormResponsible::AccountDefault => (None, "account_default"),
        FormResponsible::User { id } => (Some(*id), "fixed_user"),
        FormResponsible::RoundRobin { users } => {
            let usable: Vec<u64> = users.iter().copied().filter(|user| is_usable(*user, directory)).collect();
            let turn = usize::try_from(sequence).unwrap_or_default().checked_rem(usable.len());
            (turn.and_then(|turn| usable.get(turn).copied()), "round_robin")
        }
    };
    let usable = user.filter(|user| is_usable(*user, directory));
    trace.add(|| {
        let code = if user == usable { code } else { "user_not_usable" };
        Entry::new("lead", "responsible", code).at("/forms/responsible").with("user", user)
    });
    usable
}

/// Whom a call concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CallUsers {
    /// Who took part in the call.
    pub answered: Option<u64>,
    /// Responsible for the lead, else for the contact.
    pub crm: Option<u64>,
    /// The senior manager.
    pub senior: Option<u64>,
}

/// The user that a cell of the matrix names, or `None` for the account's default. When nobody answered, nobody is
/// responsible yet, or he is gone, the next who is concerned stands in; the senior manager comes last.
pub fn of_call(
    cell: Responsible,
    users: CallUsers,
    directory: &Directory,
    path: &str,
    trace: &mut Trace,
) -> Option<u64> {
    let CallUsers { answered, crm, senior } = users;
    let (code, candidates) = match cell {
        Responsible::Answered => ("answered", [answered, crm, senior]),
        Responsible::CrmResponsible => ("crm_responsible", [crm, answered, senior]),
        Responsible::Senior => ("senior", [senior, crm, answered]),
        Responsible::User(user) => ("fixed_user", [Some(user), crm, senior]),
    };
    let wanted = candidates.first().copied().flatten();
    let user = candidates.into_iter().flatten().find(|user| is_usable(*user, directory));
    trace.add(|| {
        let code = if user == wanted && user.is_some() { code } else { "stood_in" };
        Entry::new("call", "responsible", code).at(path).with("wanted", wanted).with("user", user)
    });
    user
}

/// Known and active; without a list of users nothing speaks against him.
pub fn is_usable(user: u64, directory: &Directory) -> bool {
    directory.users.is_empty() || directory.users.iter().any(|known| known.id == user && known.is_active)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amocrm::directory::User;

    fn directory() -> Directory {
        let user = |id, is_active| User { id, is_active, ..User::default() };
        Directory { users: vec![user(1, true), user(2, true), user(3, false)], ..Directory::default() }
    }

    #[test]
    fn round_robin_goes_in_turn_past_those_who_left() {
        let rule = FormResponsible::RoundRobin { users: vec![1, 3, 2] };
        let chosen: Vec<_> =
            (0..4).map(|turn| of_form(&rule, turn, &directory(), &mut Trace::new(false))).collect();
        assert_eq!(chosen, [Some(1), Some(2), Some(1), Some(2)]);
    }

    #[test]
    fn a_user_who_left_is_passed_over() {
        let rule = FormResponsible::User { id: 3 };
        assert_eq!(of_form(&rule, 0, &directory(), &mut Trace::new(false)), None);
    }

    #[test]
    fn a_cell_that_names_nobody_falls_to_the_next_who_is_concerned() {
        let users = |answered, crm, senior| CallUsers { answered, crm, senior };
        let of = |cell, users| of_call(cell, users, &directory(), "/matrix/rows/0", &mut Trace::new(false));
        use Responsible::{Answered, CrmResponsible, Senior, User};
        assert_eq!(of(Answered, users(Some(1), Some(2), None)), Some(1));
        assert_eq!(of(Answered, users(None, None, Some(2))), Some(2));
        assert_eq!(of(Answered, users(Some(3), Some(2), Some(1))), Some(2));
        assert_eq!(of(CrmResponsible, users(Some(1), None, Some(2))), Some(1));
        assert_eq!(of(Senior, users(Some(1), Some(2), None)), Some(2));
        assert_eq!(of(User(3), users(Some(1), None, Some(2))), Some(2));
        assert_eq!(of(Senior, users(None, None, None)), None);
    }

    #[test]
    fn who_stood_in_is_traced() {
        let mut trace = Trace::new(true);
        let users = CallUsers { answered: None, crm: None, senior: Some(2) };
        of_call(Responsible::Answered, users, &directory(), "/matrix/rows/4", &mut trace);
        of_call(Responsible::Senior, users, &directory(), "/matrix/rows/4", &mut trace);
        let codes: Vec<&str> = trace.entries().iter().map(|entry| entry.code.as_ref()).collect();
        assert_eq!(codes, ["stood_in", "senior"]);
        assert_eq!(trace.entries()[0].path, "/matrix/rows/4");
    }
}
