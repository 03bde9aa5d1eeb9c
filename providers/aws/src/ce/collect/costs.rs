//! Costs by service, by usage type, and without an owner.

use aws_sdk_costexplorer::types::{
    Dimension, DimensionValues, Expression, Granularity, GroupDefinition, GroupDefinitionType,
    MatchOption, ResultByTime, TagValues,
};

use crate::call::Caller;
use crate::ce::class;
use crate::ce::money::{figure, usd};
use crate::ce::month::{Month, Months};
use crate::ce::service_cost::{ServiceCost, USAGE_TYPES};
use crate::ce::untagged::UntaggedCost;
use crate::ce::usage::Usage;
use crate::classify::Problem;
use crate::scan::{GLOBAL, Scan};
use crate::session::Clients;

use super::{COST_AND_USAGE, region};

const UNBLENDED: &str = "UnblendedCost";
const AMORTIZED: &str = "AmortizedCost";
const QUANTITY: &str = "UsageQuantity";

/// A grouping by a dimension.
pub(super) fn by(dimension: &str) -> GroupDefinition {
    GroupDefinition::builder()
        .r#type(GroupDefinitionType::Dimension)
        .key(dimension)
        .build()
}

/// Where a dimension has one of the values.
pub(super) fn only(dimension: Dimension, values: &[&str]) -> Expression {
    let values = DimensionValues::builder()
        .key(dimension)
        .set_values(Some(
            values.iter().map(|value| (*value).to_owned()).collect(),
        ))
        .build();
    Expression::builder().dimensions(values).build()
}

/// A question to `GetCostAndUsage`, by month.
struct Question {
    period: aws_sdk_costexplorer::types::DateInterval,
    group_by: Vec<GroupDefinition>,
    metrics: &'static [&'static str],
    filter: Option<Expression>,
}

async fn ask(
    scan: &Scan<'_>,
    question: &Question,
    take: impl FnMut(&ResultByTime),
) -> Result<(), Problem> {
    ask_at(&scan.clients, &scan.caller, region(scan), question, take).await
}

async fn ask_at(
    clients: &Clients,
    caller: &Caller<'_>,
    region: &str,
    question: &Question,
    mut take: impl FnMut(&ResultByTime),
) -> Result<(), Problem> {
    let client = clients.costexplorer(region);
    caller
        .pages(
            region,
            COST_AND_USAGE,
            |token| {
                client
                    .get_cost_and_usage()
                    .time_period(question.period.clone())
                    .granularity(Granularity::Monthly)
                    .set_metrics(Some(
                        question
                            .metrics
                            .iter()
                            .map(|name| (*name).to_owned())
                            .collect(),
                    ))
                    .set_group_by(Some(question.group_by.clone()))
                    .set_filter(question.filter.clone())
                    .set_next_page_token(token)
                    .send()
            },
            |page| {
                page.results_by_time().iter().for_each(&mut take);
                page.next_page_token
            },
        )
        .await
}

fn month_of(months: &Months, result: &ResultByTime) -> Option<Month> {
    months.of(result.time_period()?.start())
}

/// The bill by service and record type, kept and given.
pub(super) async fn by_service(
    scan: &Scan<'_>,
    months: &Months,
) -> Result<Vec<ServiceCost>, Problem> {
    let question = Question {
        period: months.until_today(),
        group_by: vec![by("SERVICE"), by("RECORD_TYPE")],
        metrics: &[UNBLENDED, AMORTIZED],
        filter: None,
    };
    let mut rows = Vec::new();
    ask(scan, &question, |result| {
        let Some(month) = month_of(months, result) else {
            return;
        };
        for group in result.groups() {
            let [service, record_type] = group.keys() else {
                continue;
            };
            rows.push(ServiceCost {
                id: scan.place(GLOBAL),
                month_at: month.starts_at(),
                months_ago: month.ago,
                month_length_days: Some(month.days as f64),
                service: service.clone(),
                record_type: record_type.clone(),
                is_usage: USAGE_TYPES.contains(&record_type.as_str()),
                unblended_usd: usd(group.metrics(), UNBLENDED),
                amortized_usd: usd(group.metrics(), AMORTIZED),
                is_estimated: Some(result.estimated()),
            });
        }
    })
    .await?;
    for row in &rows {
        scan.put(GLOBAL, row.clone());
    }
    Ok(rows)
}

/// Usage by account and usage type. Taxes, credits and fees have no usage type that says anything.
pub(super) async fn by_usage_type(scan: &Scan<'_>, months: &Months) -> Result<(), Problem> {
    let question = Question {
        period: months.until_today(),
        group_by: vec![by("LINKED_ACCOUNT"), by("USAGE_TYPE")],
        metrics: &[UNBLENDED, QUANTITY],
        filter: Some(only(Dimension::RecordType, &["Usage"])),
    };
    ask(scan, &question, |result| {
        let Some(month) = month_of(months, result) else {
            return;
        };
        for group in result.groups() {
            let [account, usage_type] = group.keys() else {
                continue;
            };
            let unblended_usd = usd(group.metrics(), UNBLENDED);
            if unblended_usd == Some(0.0) {
                continue;
            }
            scan.put(
                GLOBAL,
                Usage {
                    id: scan.place(GLOBAL),
                    month_at: month.starts_at(),
                    months_ago: month.ago,
                    month_length_days: Some(month.days as f64),
                    linked_account_id: account.clone(),
                    usage_type: usage_type.clone(),
                    class: class::of(usage_type).to_owned(),
                    is_transfer: class::is_transfer(usage_type),
                    unblended_usd,
                    quantity: figure(group.metrics(), QUANTITY),
                    is_estimated: Some(result.estimated()),
                },
            );
        }
    })
    .await
}

/// Each account and region that anything was used in, at whatever price.
pub(crate) async fn used_by_region(
    clients: &Clients,
    caller: &Caller<'_>,
    region: &str,
    months: &Months,
    mut take: impl FnMut(&str, &str),
) -> Result<(), Problem> {
    let question = Question {
        period: months.until_today(),
        group_by: vec![by("LINKED_ACCOUNT"), by("REGION")],
        metrics: &[UNBLENDED, QUANTITY],
        filter: None,
    };
    ask_at(clients, caller, region, &question, |result| {
        for group in result.groups() {
            if let [account, region] = group.keys() {
                take(account, region);
            }
        }
    })
    .await
}

/// The last full month's usage that carries none of the owner tags.
pub(super) async fn untagged(scan: &Scan<'_>, months: &Months) -> Result<(), Problem> {
    let Some(last) = months.last() else {
        return Ok(());
    };
    let keys = &scan.want.owner_tags;
    let absent = keys.iter().map(|key| {
        let tag = TagValues::builder()
            .key(key)
            .match_options(MatchOption::Absent)
            .build();
        Expression::builder().tags(tag).build()
    });
    let mut filters = vec![only(Dimension::RecordType, &USAGE_TYPES)];
    filters.extend(absent);
    // Cost Explorer refuses an AND of one.
    let filter = if filters.len() == 1 {
        filters.pop()
    } else {
        Some(Expression::builder().set_and(Some(filters)).build())
    };
    let question = Question {
        period: last.interval(),
        group_by: vec![by("SERVICE")],
        metrics: &[AMORTIZED],
        filter,
    };
    let tag_keys = keys.join(", ");
    ask(scan, &question, |result| {
        for group in result.groups() {
            let [service] = group.keys() else { continue };
            scan.put(
                GLOBAL,
                UntaggedCost {
                    id: scan.place(GLOBAL),
                    month_at: last.starts_at(),
                    service: service.clone(),
                    tag_keys: tag_keys.clone(),
                    amortized_usd: usd(group.metrics(), AMORTIZED),
                },
            );
        }
    })
    .await
}
