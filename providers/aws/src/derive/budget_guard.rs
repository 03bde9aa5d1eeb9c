//! `aws_account_budget_guard`: budgets can only be seen in the account that made them, so a member's guard may stand elsewhere.

use billhook_catalog::Place;

use crate::account::Account;
use crate::account::budget_guard::BudgetGuard;
use crate::scan::GLOBAL;

use super::estate::Estate;

const COST: &str = "COST";
const MEMBER: &str = "member";

/// One row an account.
pub(super) fn rows(estate: &Estate) -> Vec<BudgetGuard> {
    let row = |account: &Account| {
        let (guarded_by, why) = guard(estate, account);
        BudgetGuard {
            id: Place {
                account_id: account.id.account_id.clone(),
                region: GLOBAL.to_owned(),
            },
            resource_id: account.id.resource_id.clone(),
            kind: account.kind.clone(),
            guarded_by: guarded_by.to_owned(),
            why: why.to_owned(),
        }
    };
    estate.accounts.iter().map(row).collect()
}

fn guard(estate: &Estate, account: &Account) -> (&'static str, &'static str) {
    // A budget whose type or time is unknown counts: it may be one.
    let current = |of: &str| {
        estate
            .budgets
            .iter()
            .filter(move |budget| budget.id.account_id == *of)
            .filter(|budget| {
                budget
                    .budget_type
                    .as_deref()
                    .is_none_or(|kind| kind == COST)
            })
            .filter(|budget| budget.is_current != Some(false))
            .collect::<Vec<_>>()
    };
    if !current(&account.id.account_id).is_empty() {
        return ("own", "");
    }
    if account.kind.as_deref() != Some(MEMBER) {
        return ("", "");
    }
    let payer = account.payer_account_id.as_deref().unwrap_or_default();
    let is_read = estate
        .accounts
        .iter()
        .any(|other| other.id.account_id == payer);
    if !is_read {
        return (
            "",
            "its management account may guard it by budgets that cannot be seen from here",
        );
    }
    // Over everything, it has all members in it; here only what is known counts.
    let over_all = |budget: &&crate::budgets::budget::Budget| {
        budget.is_filtered == Some(false)
            && budget.is_current == Some(true)
            && budget.budget_type.as_deref() == Some(COST)
    };
    if current(payer).iter().any(over_all) {
        ("management", "")
    } else {
        (
            "",
            "no budget of its management account over all costs is known, and what its filtered budgets cover is not read",
        )
    }
}

#[cfg(test)]
mod tests {
    use billhook_catalog::Key;

    use super::*;
    use crate::budgets::budget::Budget;

    fn account(id: &str, kind: &str, payer: &str) -> Account {
        Account {
            id: Key {
                resource_id: format!("arn:aws:iam::{id}:root"),
                account_id: id.to_owned(),
                ..Key::default()
            },
            kind: Some(kind.to_owned()),
            payer_account_id: Some(payer.to_owned()),
            ..Account::default()
        }
    }

    fn budget(of: &str, is_filtered: bool) -> Budget {
        Budget {
            id: Key {
                account_id: of.to_owned(),
                ..Key::default()
            },
            budget_type: Some(COST.to_owned()),
            is_current: Some(true),
            is_filtered: Some(is_filtered),
            ..Budget::default()
        }
    }

    fn of_member(accounts: Vec<Account>, budgets: Vec<Budget>) -> (String, bool) {
        let estate = Estate {
            accounts,
            budgets,
            ..Estate::default()
        };
        let row = rows(&estate)
            .into_iter()
            .find(|row| row.id.account_id == "2")
            .expect("a row");
        (row.guarded_by, row.why.is_empty())
    }

    #[test]
    fn a_member_is_guarded_by_itself_or_by_its_management_account_as_far_as_is_seen() {
        let member = || account("2", MEMBER, "1");
        let both = || vec![account("1", "payer", "1"), member()];
        for (accounts, budgets, guarded_by, is_known) in [
            (vec![member()], vec![], "", false),
            (vec![member()], vec![budget("2", true)], "own", true),
            (both(), vec![budget("1", false)], "management", true),
            (both(), vec![budget("1", true)], "", false),
            (both(), vec![], "", false),
            (vec![account("2", "stand-alone", "")], vec![], "", true),
        ] {
            assert_eq!(
                of_member(accounts, budgets),
                (guarded_by.to_owned(), is_known)
            );
        }
    }
}
