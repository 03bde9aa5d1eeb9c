//! Which accounts are read: `[scope]`, and the file that lists accounts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use billhook_catalog::{ListedAccount, Scope};
use serde::Deserialize;

use super::ConfigError;

/// Columns of a list of accounts, in their order where the file has no header.
const COLUMNS: [&str; 4] = ["account", "role", "external_id", "name"];

/// `[scope]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScopeTable {
    #[serde(default)]
    organization: bool,
    #[serde(default)]
    ous: Vec<String>,
    #[serde(default)]
    account_tags: BTreeMap<String, String>,
    #[serde(default)]
    accounts: Vec<String>,
    #[serde(default)]
    not_accounts: Vec<String>,
    pub(super) accounts_file: Option<PathBuf>,
    role: Option<String>,
    external_id: Option<String>,
    pub(super) accounts_at_once: Option<usize>,
}

impl ScopeTable {
    /// The scope, without the accounts of the file.
    pub(super) fn scope(self) -> Scope {
        Scope {
            organization: self.organization,
            units: self.ous,
            account_tags: self.account_tags,
            listed: Vec::new(),
            accounts: self.accounts,
            not_accounts: self.not_accounts,
            role: self.role,
            external_id: self.external_id,
        }
    }
}

/// Reads a list of accounts: one a line, as CSV. A mistake names the file and the line. Whether an id is one is for the provider
/// to say.
pub fn read_accounts(path: &Path) -> Result<Vec<ListedAccount>, ConfigError> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|fault| ConfigError(format!("{name}: cannot read the accounts: {fault}")))?;
    parse(&text, &name)
}

fn parse(text: &str, name: &str) -> Result<Vec<ListedAccount>, ConfigError> {
    let at = |line: u64, message: String| ConfigError(format!("{name}:{line}: {message}"));
    // Spreadsheets put a mark in front of what they export.
    let text = text.trim_start_matches('\u{feff}');
    let mut header: Vec<String> = COLUMNS.map(str::to_owned).to_vec();
    let mut has_header = false;
    let mut accounts = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        let content = text.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let record = super::rates::cells(content).map_err(|fault| at(line, fault))?;
        let first = record.get(0).unwrap_or_default();
        let is_header = accounts.is_empty() && !has_header && COLUMNS.contains(&first);
        if is_header {
            has_header = true;
            header = record.iter().map(str::to_owned).collect();
            if let Some(unknown) = header.iter().find(|cell| !COLUMNS.contains(&cell.as_str())) {
                let known = COLUMNS.join(", ");
                return Err(at(
                    line,
                    format!("unknown column {unknown:?}; there are {known}"),
                ));
            }
            if !header.iter().any(|cell| cell == "account") {
                return Err(at(line, "the column account is missing".to_owned()));
            }
            continue;
        }
        if record.len() > header.len() {
            let (found, most) = (record.len(), header.len());
            let message = format!(
                "{found} cells; there are at most {most}: {}",
                header.join(", ")
            );
            return Err(at(line, message));
        }
        let cell = |wanted: &str| {
            let column = header.iter().position(|column| column == wanted)?;
            record.get(column).filter(|cell| !cell.is_empty())
        };
        let Some(account_id) = cell("account") else {
            return Err(at(line, "the account is empty".to_owned()));
        };
        accounts.push(ListedAccount {
            account_id: account_id.to_owned(),
            role: cell("role").map(str::to_owned),
            external_id: cell("external_id").map(str::to_owned),
            name: cell("name").unwrap_or_default().to_owned(),
            place: format!("{name}:{line}"),
        });
    }
    if accounts.is_empty() {
        return Err(ConfigError(format!("{name}: there is no account in it")));
    }
    Ok(accounts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_stand_one_a_line_with_what_is_known_of_them() {
        let text = "# those of the shop\n\n111122223333\n\
                    444455556666, arn:aws:iam::444455556666:role/Audit, s3cret-id,\"Shop, live\"\n\
                    777788889999,,,Archive\n";
        let accounts = parse(text, "accounts.csv").expect("good accounts");
        assert_eq!(accounts.len(), 3);
        assert_eq!(
            accounts[0],
            ListedAccount {
                account_id: "111122223333".to_owned(),
                place: "accounts.csv:3".to_owned(),
                ..ListedAccount::default()
            }
        );
        assert_eq!(
            accounts[1],
            ListedAccount {
                account_id: "444455556666".to_owned(),
                role: Some("arn:aws:iam::444455556666:role/Audit".to_owned()),
                external_id: Some("s3cret-id".to_owned()),
                name: "Shop, live".to_owned(),
                place: "accounts.csv:4".to_owned(),
            }
        );
        assert_eq!(
            (accounts[2].name.as_str(), &accounts[2].role),
            ("Archive", &None)
        );
    }

    #[test]
    fn a_header_says_which_columns_there_are() {
        let text = "\u{feff}name,account\nShop,111122223333\n";
        let accounts = parse(text, "accounts.csv");
        // The first cell says that it is a header.
        let accounts = accounts.expect("good accounts");
        assert_eq!(accounts[0].account_id, "111122223333");
        assert_eq!(accounts[0].name, "Shop");
        assert_eq!(accounts[0].place, "accounts.csv:2");
    }

    #[test]
    fn a_mistake_names_the_file_and_the_line() {
        for (text, message) in [
            ("", "accounts.csv: there is no account in it"),
            ("# nothing\n", "accounts.csv: there is no account in it"),
            (
                "account,rolle\n1,x\n",
                "accounts.csv:1: unknown column \"rolle\"; there are account, role, external_id, name",
            ),
            (
                "role,name\nx,y\n",
                "accounts.csv:1: the column account is missing",
            ),
            (
                "1,a,b,c,d\n",
                "accounts.csv:1: 5 cells; there are at most 4: account, role, external_id, name",
            ),
            ("1\n,role\n", "accounts.csv:2: the account is empty"),
        ] {
            assert_eq!(
                parse(text, "accounts.csv").unwrap_err().0,
                message,
                "{text}"
            );
        }
    }
}
