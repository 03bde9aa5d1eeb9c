//! Reads what the account is.

use billhook_catalog::{BASE_GROUP, GapKind, Row};

use crate::account::Account;
use crate::call::or_absent;
use crate::classify::Problem;
use crate::scan::{GLOBAL, Scan};
use crate::session::global_region;

/// The column group of the organization.
const ORGANIZATION: &str = "organization";

/// Keeps the account's row; that it exists is known from its own identity.
pub(crate) async fn collect(scan: &Scan<'_>) {
    let names = &scan.names;
    let mut id = scan.key(GLOBAL, names.root(), &names.account);
    id.name = Some(scan.title.clone()).filter(|name| !name.is_empty());
    if let Some(tags) = &scan.account_tags {
        let tags = tags
            .iter()
            .map(|(key, value)| (Some(key.as_str()), Some(value.as_str())));
        scan.put_tags(Account::TABLE, &id, tags);
    }
    let mut row = Account {
        id,
        partition: Some(names.partition.clone()),
        kind: None,
        organization_id: None,
        payer_account_id: None,
    };
    let mut outcome = None;
    if scan.wants_group(Account::TABLE, ORGANIZATION) {
        outcome = Some(
            known(scan)
                .await
                .clone()
                .map(|organization| organization.describe(&mut row)),
        );
    }
    scan.put(GLOBAL, row);
    scan.settle(Account::TABLE, BASE_GROUP, GLOBAL, &Ok(()));
    if let Some(outcome) = outcome {
        scan.settle(Account::TABLE, ORGANIZATION, GLOBAL, &outcome);
    }
}

/// The account that pays for this one, as far as AWS says: itself, or the management account of its organization.
pub(crate) async fn payer(scan: &Scan<'_>) -> Option<String> {
    match known(scan).await {
        Ok(Organization::Of { payer, .. }) => Some(payer.clone()),
        Ok(Organization::None) => Some(scan.names.account.clone()),
        Err(_) => None,
    }
}

/// The account's organization, asked once.
async fn known<'s>(scan: &'s Scan<'_>) -> &'s Result<Organization, Problem> {
    scan.organization.get_or_init(|| organization(scan)).await
}

/// What AWS says of the account's organization.
#[derive(Clone, Debug)]
pub(crate) enum Organization {
    /// It is in none.
    None,
    /// It is in this one.
    Of {
        /// The organization.
        id: String,
        /// Its management account.
        payer: String,
    },
}

impl Organization {
    fn describe(self, row: &mut Account) {
        let (kind, id, payer) = match self {
            Organization::None => ("stand-alone", String::new(), String::new()),
            Organization::Of { id, payer } if payer == row.id.account_id => ("payer", id, payer),
            Organization::Of { id, payer } => ("member", id, payer),
        };
        row.kind = Some(kind.to_owned());
        row.organization_id = Some(id);
        row.payer_account_id = Some(payer);
    }
}

async fn organization(scan: &Scan<'_>) -> Result<Organization, Problem> {
    const OPERATION: &str = "organizations:DescribeOrganization";
    let region = global_region(scan.clients.home());
    let request = scan.clients.organizations(region).describe_organization();
    let request = or_absent(request.send(), &["AWSOrganizationsNotInUseException"]);
    let answer = scan.caller.call(region, OPERATION, request).await?;
    let Some(answer) = answer else {
        return Ok(Organization::None);
    };
    let organization = answer.organization();
    let id = organization.and_then(|organization| organization.id());
    let payer = organization.and_then(|organization| organization.master_account_id());
    match (id, payer) {
        (Some(id), Some(payer)) => Ok(Organization::Of {
            id: id.to_owned(),
            payer: payer.to_owned(),
        }),
        _ => {
            let detail = "the answer names no organization and no management account";
            Err(Problem::new(OPERATION, GapKind::Failed, detail))
        }
    }
}
