use super::*;

fn scope() -> Scope {
    Scope::default()
}

fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

fn line(id: &str, role: Option<&str>) -> ListedAccount {
    ListedAccount {
        account_id: id.to_owned(),
        role: role.map(str::to_owned),
        place: "accounts.csv:2".to_owned(),
        ..ListedAccount::default()
    }
}

const ONE: &str = "111122223333";
const OTHER: &str = "444455556666";
const ROLE: &str = "arn:aws:iam::111122223333:role/audit/Reader";

#[test]
fn a_scope_that_makes_sense_has_no_fault() {
    for good in [
        scope(),
        Scope {
            organization: true,
            units: ids(&["ou-ab12-34cd56ef", "r-ab12"]),
            account_tags: BTreeMap::from([("stage".to_owned(), "production".to_owned())]),
            accounts: ids(&[ONE]),
            not_accounts: ids(&[OTHER]),
            role: Some("audit/Reader".to_owned()),
            external_id: Some("s3cret:id".to_owned()),
            ..scope()
        },
        Scope {
            role: Some(ROLE.to_owned()),
            ..scope()
        },
        Scope {
            role: Some(ROLE.to_owned()),
            accounts: ids(&[ONE]),
            ..scope()
        },
        Scope {
            accounts: ids(&[ONE, OTHER]),
            ..scope()
        },
        Scope {
            listed: vec![line(ONE, Some(ROLE)), line(OTHER, None)],
            ..scope()
        },
    ] {
        assert_eq!(fault(&good), None, "{good:?}");
    }
}

#[test]
fn a_scope_that_contradicts_itself_says_where() {
    for (bad, says) in [
        (
            Scope {
                organization: true,
                listed: vec![line(ONE, None)],
                ..scope()
            },
            "exclude one another",
        ),
        (
            Scope {
                units: ids(&["ou-ab12-34cd56ef"]),
                ..scope()
            },
            "add --organization",
        ),
        (
            Scope {
                organization: true,
                units: ids(&["Workloads"]),
                ..scope()
            },
            "--ou 'Workloads'",
        ),
        (
            Scope {
                accounts: ids(&["11112222333"]),
                ..scope()
            },
            "has 12 digits and this one 11; a spreadsheet may have dropped zeros",
        ),
        (
            Scope {
                not_accounts: ids(&["payer"]),
                ..scope()
            },
            "--not-account 'payer': an account id has 12 digits",
        ),
        (
            Scope {
                accounts: ids(&[ONE]),
                not_accounts: ids(&[ONE]),
                ..scope()
            },
            "asked for and left out",
        ),
        (
            Scope {
                role: Some(ROLE.to_owned()),
                organization: true,
                ..scope()
            },
            "a role of one account",
        ),
        (
            Scope {
                role: Some(ROLE.to_owned()),
                accounts: ids(&[OTHER]),
                ..scope()
            },
            "is in account 111122223333, not in 444455556666",
        ),
        (
            Scope {
                role: Some("arn:aws:iam::111122223333:user/somebody".to_owned()),
                ..scope()
            },
            "no ARN of a role",
        ),
        (
            Scope {
                role: Some("a role".to_owned()),
                accounts: ids(&[ONE]),
                ..scope()
            },
            "a role's name has letters",
        ),
        (
            Scope {
                listed: vec![line(ONE, None), line(ONE, None)],
                ..scope()
            },
            "accounts.csv:2: account 111122223333 stands in accounts.csv:2 already",
        ),
        (
            Scope {
                listed: vec![line("1234", None)],
                ..scope()
            },
            "accounts.csv:2: '1234': an account id has 12 digits",
        ),
        (
            Scope {
                listed: vec![line(OTHER, Some(ROLE))],
                ..scope()
            },
            "accounts.csv:2: role arn:aws:iam::111122223333:role/audit/Reader is in account 111122223333",
        ),
    ] {
        let found = fault(&bad).unwrap_or_else(|| panic!("{bad:?}"));
        assert!(found.contains(says), "{found}");
    }
}

#[test]
fn what_a_scope_takes_is_what_it_names() {
    assert_eq!(calls(&scope()), [] as [&str; 0]);
    let role = Scope {
        role: Some(ROLE.to_owned()),
        ..scope()
    };
    assert_eq!(calls(&role), ["sts:AssumeRole"]);
    let units = Scope {
        organization: true,
        units: ids(&["r-ab12"]),
        ..scope()
    };
    assert!(calls(&units).contains(&"organizations:ListAccountsForParent"));
    assert!(!calls(&units).contains(&"organizations:ListAccounts"));
}
