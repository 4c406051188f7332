//! Who becomes responsible for what a form creates.

use crate::amocrm::directory::Directory;
use crate::config::FormResponsible;
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
}
