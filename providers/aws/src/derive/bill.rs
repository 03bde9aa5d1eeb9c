//! `aws_ce_bill` and `aws_ce_transfer`: what Cost Explorer's lines come to.

use std::collections::{BTreeMap, BTreeSet};

use billhook_catalog::{CommitmentCoverage, Place};
use jiff::Timestamp;

use crate::ce::bill::Bill;
use crate::ce::month::FULL_MONTHS;
use crate::ce::service_cost::ServiceCost;
use crate::ce::transfer::Transfer;
use crate::ce::usage::Usage;
use crate::prices::HOURS_PER_MONTH;
use crate::scan::GLOBAL;

use super::estate::Estate;

const HOURS_A_DAY: f64 = 24.0;
const RUNNING: i64 = 0;
const LAST: i64 = 1;
const PREVIOUS: i64 = 2;

/// The accounts that something is known of.
fn accounts(estate: &Estate) -> BTreeSet<&str> {
    let scanned = estate.accounts.iter().map(|row| row.id.account_id.as_str());
    let billed = estate
        .service_costs
        .iter()
        .map(|row| row.id.account_id.as_str());
    scanned.chain(billed).collect()
}

fn place(account_id: &str) -> Place {
    Place {
        account_id: account_id.to_owned(),
        region: GLOBAL.to_owned(),
    }
}

/// A sum in which nothing may be missing; `None` also for nothing at all.
fn total(amounts: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let mut amounts = amounts.peekable();
    amounts.peek()?;
    amounts.sum()
}

/// The lines of an account's month.
fn month<'e>(
    estate: &'e Estate,
    account: &'e str,
    ago: i64,
) -> impl Iterator<Item = &'e ServiceCost> {
    estate
        .service_costs
        .iter()
        .filter(move |row| row.id.account_id == account && row.months_ago == ago)
}

fn billed(estate: &Estate, account: &str, ago: i64) -> Option<f64> {
    total(month(estate, account, ago).map(|row| row.unblended_usd))
}

fn used(estate: &Estate, account: &str, ago: i64) -> Option<f64> {
    let usage = month(estate, account, ago).filter(|row| row.is_usage);
    total(usage.map(|row| row.amortized_usd))
}

/// One row an account.
pub(super) fn bills(estate: &Estate) -> Vec<Bill> {
    let full = || 1..=i64::try_from(FULL_MONTHS).unwrap_or(0);
    accounts(estate)
        .into_iter()
        .map(|account| {
            let months = full().filter(|ago| month(estate, account, *ago).next().is_some());
            let all = full().map(|ago| billed(estate, account, ago));
            let mean = all.sum::<Option<f64>>().map(|sum| sum / FULL_MONTHS as f64);
            let last_month_at: Option<Timestamp> =
                month(estate, account, LAST).find_map(|row| row.month_at);
            Bill {
                id: place(account),
                full_months: i64::try_from(months.count()).unwrap_or(0),
                last_month_at,
                last_usage_usd: used(estate, account, LAST),
                last_billed_usd: billed(estate, account, LAST),
                running_billed_usd: billed(estate, account, RUNNING),
                mean_billed_usd: mean,
            }
        })
        .collect()
}

/// Services as Cost Explorer and as our tables name them.
const SERVICES: [(&str, &str); 8] = [
    ("AWS Lambda", "lambda"),
    ("Amazon ElastiCache", "elasticache"),
    ("Amazon Elastic Compute Cloud - Compute", "ec2"),
    ("Amazon Elastic Container Service", "ecs"),
    ("Amazon OpenSearch Service", "opensearch"),
    ("Amazon Redshift", "redshift"),
    ("Amazon Relational Database Service", "rds"),
    ("Amazon SageMaker", "sagemaker"),
];

/// How much of each service's usage was covered in the last full month. What is not known is left out.
pub(super) fn commitments(estate: &Estate) -> Vec<CommitmentCoverage> {
    let mut known: Vec<CommitmentCoverage> = estate
        .coverages
        .iter()
        .filter_map(|row| {
            let name = row.service.as_deref()?;
            let (_, service) = SERVICES.iter().find(|(theirs, _)| *theirs == name)?;
            Some(CommitmentCoverage {
                account_id: row.id.account_id.clone(),
                service: (*service).to_owned(),
                percent: row.covered_percent?,
                source: "Cost Explorer",
            })
        })
        .collect();
    // A management account is told the coverage of its whole organization, and its members were not asked.
    let mut of_members = Vec::new();
    for account in &estate.accounts {
        let id = account.id.account_id.as_str();
        let payer = account.payer_account_id.as_deref().unwrap_or_default();
        let is_known = known.iter().any(|coverage| coverage.account_id == id);
        if payer != id && !is_known {
            let of_payer = known.iter().filter(|coverage| coverage.account_id == payer);
            of_members.extend(of_payer.map(|coverage| CommitmentCoverage {
                account_id: id.to_owned(),
                ..coverage.clone()
            }));
        }
    }
    known.extend(of_members);
    known
}

/// What moving data cost in a month: in all, by class, and the month's days.
#[derive(Debug, Default)]
struct Moved<'e> {
    total_usd: Option<f64>,
    by_class: BTreeMap<&'e str, f64>,
    days: Option<f64>,
}

impl Moved<'_> {
    fn daily(&self, usd: f64) -> Option<f64> {
        self.days.filter(|days| *days > 0.0).map(|days| usd / days)
    }
}

/// Nothing is known of a month that nothing was billed in; in one that has a bill, no line means that nothing was moved.
fn moved<'e>(estate: &'e Estate, account: &'e str, ago: i64) -> Moved<'e> {
    let Some(days) = month(estate, account, ago).find_map(|row| row.month_length_days) else {
        return Moved::default();
    };
    let lines: Vec<&Usage> = estate
        .usage_costs
        .iter()
        .filter(|row| row.id.account_id == account && row.months_ago == ago && row.is_transfer)
        .collect();
    let mut by_class = BTreeMap::new();
    for line in &lines {
        *by_class.entry(line.class.as_str()).or_default() += line.unblended_usd.unwrap_or(0.0);
    }
    Moved {
        total_usd: lines.iter().map(|line| line.unblended_usd).sum(),
        by_class,
        days: Some(days),
    }
}

/// The largest figure that is above 0, with its name; the first by name where two are alike.
fn largest<'e>(figures: impl Iterator<Item = (&'e str, f64)>) -> Option<(&'e str, f64)> {
    figures
        .filter(|(_, figure)| *figure > 0.0)
        .fold(None, |best, (name, figure)| match best {
            Some((_, most)) if most >= figure => best,
            _ => Some((name, figure)),
        })
}

/// One row an account.
pub(super) fn transfers(estate: &Estate) -> Vec<Transfer> {
    accounts(estate)
        .into_iter()
        .map(|account| transfer(estate, account))
        .collect()
}

fn transfer(estate: &Estate, account: &str) -> Transfer {
    let last = moved(estate, account, LAST);
    let previous = moved(estate, account, PREVIOUS);
    let share_percent = last
        .total_usd
        .zip(used(estate, account, LAST).filter(|usd| *usd > 0.0))
        .map(|(moved, used)| 100.0 * moved / used);
    let top = largest(last.by_class.iter().map(|(class, usd)| (*class, *usd)));
    let is_known = last.total_usd.is_some();
    // Months differ in length, so days are compared.
    let rises = last.by_class.iter().filter_map(|(class, usd)| {
        let before = previous.by_class.get(class).copied().unwrap_or(0.0);
        Some((*class, last.daily(*usd)? - previous.daily(before)?))
    });
    let risen = largest(rises);
    let both = is_known && previous.total_usd.is_some();
    let word = |known: bool, found: Option<(&str, f64)>| {
        known.then(|| found.map_or_else(String::new, |(class, _)| class.to_owned()))
    };
    Transfer {
        id: place(account),
        last_month_usd: last.total_usd,
        previous_month_usd: previous.total_usd,
        last_month_daily_usd: last.total_usd.and_then(|usd| last.daily(usd)),
        previous_month_daily_usd: previous.total_usd.and_then(|usd| previous.daily(usd)),
        share_percent,
        largest_class: word(is_known, top),
        largest_class_usd: is_known.then(|| top.map_or(0.0, |(_, usd)| usd)),
        risen_class: word(both, risen),
        risen_class_monthly_usd: both
            .then(|| risen.map_or(0.0, |(_, daily)| daily * HOURS_PER_MONTH / HOURS_A_DAY)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ce::coverage::Coverage;

    const ACCOUNT: &str = "111122223333";

    fn cost(ago: i64, record_type: &str, usd: Option<f64>) -> ServiceCost {
        ServiceCost {
            id: place(ACCOUNT),
            months_ago: ago,
            month_length_days: Some(if ago == 2 { 31.0 } else { 28.0 }),
            service: "Amazon Virtual Private Cloud".to_owned(),
            record_type: record_type.to_owned(),
            is_usage: record_type == "Usage",
            unblended_usd: usd,
            amortized_usd: usd,
            ..ServiceCost::default()
        }
    }

    fn line(ago: i64, class: &str, usd: Option<f64>) -> Usage {
        Usage {
            id: place(ACCOUNT),
            months_ago: ago,
            class: class.to_owned(),
            is_transfer: class != "other",
            unblended_usd: usd,
            ..Usage::default()
        }
    }

    fn estate(costs: Vec<ServiceCost>, usage: Vec<Usage>) -> Estate {
        Estate {
            service_costs: costs,
            usage_costs: usage,
            ..Estate::default()
        }
    }

    #[test]
    fn a_bill_is_what_ran_and_what_was_invoiced() {
        let estate = estate(
            vec![
                cost(1, "Usage", Some(900.0)),
                cost(1, "Tax", Some(90.0)),
                cost(1, "Credit", Some(-100.0)),
                cost(2, "Usage", Some(800.0)),
                cost(3, "Usage", Some(610.0)),
            ],
            Vec::new(),
        );
        let [bill] = &bills(&estate)[..] else {
            panic!("one account");
        };
        assert_eq!(bill.full_months, 3);
        assert_eq!(bill.last_usage_usd, Some(900.0));
        assert_eq!(bill.last_billed_usd, Some(890.0));
        let mean = bill.mean_billed_usd.expect("three months");
        assert!((mean - (890.0 + 800.0 + 610.0) / 3.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_missing_is_not_zero() {
        let young = estate(vec![cost(1, "Usage", Some(900.0))], Vec::new());
        let bill = &bills(&young)[0];
        assert_eq!((bill.full_months, bill.mean_billed_usd), (1, None));
        let foreign = estate(
            vec![cost(1, "Usage", None), cost(1, "Tax", Some(1.0))],
            Vec::new(),
        );
        let bill = &bills(&foreign)[0];
        assert_eq!((bill.last_usage_usd, bill.last_billed_usd), (None, None));
        let empty = Estate {
            accounts: vec![crate::account::Account {
                id: billhook_catalog::Key {
                    account_id: ACCOUNT.to_owned(),
                    ..billhook_catalog::Key::default()
                },
                ..crate::account::Account::default()
            }],
            ..Estate::default()
        };
        let bill = &bills(&empty)[0];
        assert_eq!((bill.full_months, bill.last_usage_usd), (0, None));
        assert_eq!(transfers(&empty)[0].last_month_usd, None);
    }

    #[test]
    fn months_of_different_length_are_compared_by_the_day() {
        let estate = estate(
            vec![
                cost(1, "Usage", Some(2800.0)),
                cost(2, "Usage", Some(3100.0)),
            ],
            vec![
                line(1, "internet-out", Some(280.0)),
                line(1, "nat-bytes", Some(560.0)),
                line(1, "other", Some(9999.0)),
                line(2, "internet-out", Some(310.0)),
                line(2, "nat-bytes", Some(310.0)),
            ],
        );
        let [transfer] = &transfers(&estate)[..] else {
            panic!("one account");
        };
        assert_eq!(transfer.last_month_usd, Some(840.0));
        assert_eq!(transfer.last_month_daily_usd, Some(30.0));
        assert_eq!(transfer.previous_month_daily_usd, Some(20.0));
        assert_eq!(transfer.share_percent, Some(30.0));
        assert_eq!(transfer.largest_class.as_deref(), Some("nat-bytes"));
        assert_eq!(transfer.largest_class_usd, Some(560.0));
        assert_eq!(transfer.risen_class.as_deref(), Some("nat-bytes"));
        let risen = transfer.risen_class_monthly_usd.expect("known");
        assert!((risen - 10.0 * 730.0 / 24.0).abs() < 1e-9, "{risen}");
    }

    #[test]
    fn coverage_is_told_by_the_names_of_our_tables() {
        let row = |service: &str, percent| Coverage {
            id: billhook_catalog::Key {
                account_id: ACCOUNT.to_owned(),
                ..billhook_catalog::Key::default()
            },
            service: Some(service.to_owned()),
            covered_percent: percent,
            ..Coverage::default()
        };
        let estate = Estate {
            coverages: vec![
                row("Amazon Elastic Compute Cloud - Compute", Some(60.0)),
                row("Amazon Redshift", None),
                row("A service of tomorrow", Some(10.0)),
            ],
            ..Estate::default()
        };
        let read: Vec<(String, f64)> = commitments(&estate)
            .into_iter()
            .map(|line| (line.service, line.percent))
            .collect();
        assert_eq!(read, [("ec2".to_owned(), 60.0)]);
    }

    #[test]
    fn a_month_with_a_bill_and_no_transfer_moved_nothing() {
        let estate = estate(
            vec![cost(1, "Usage", Some(100.0)), cost(2, "Usage", Some(100.0))],
            vec![line(1, "internet-out", Some(60.0))],
        );
        let transfer = &transfers(&estate)[0];
        assert_eq!(transfer.previous_month_usd, Some(0.0));
        assert_eq!(transfer.risen_class.as_deref(), Some("internet-out"));
    }
}
