//! Which requests answer what: as few as possible.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ec2;
use super::super::key::SkuKey;
use super::super::sku::section;
use super::instance::{EC2, NODES, RDS, engine_in_list};
use super::meter::METERS;

/// A filter's value may be 1,024 characters long; a list of sizes is cut well before that.
/// <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_Filter.html>
const LIST_CHARACTERS: usize = 900;
/// From so many sizes on, all sizes of a region are asked for: some 900 types of instances are nine pages of 100 entries, and a list
/// holds about seventy.
const SIZES_FOR_ALL: usize = 500;
/// Entries on a page; the most that AWS gives.
pub(super) const PAGE: i32 = 100;

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// It is this one.
    Is,
    /// It is one of several, with commas between them.
    AnyOf,
}

/// One condition of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filter {
    /// Attribute.
    pub(super) field: &'static str,
    /// How it is compared.
    pub(super) how: Match,
    /// With what.
    pub(super) value: String,
}

fn is(field: &'static str, value: impl Into<String>) -> Filter {
    Filter {
        field,
        how: Match::Is,
        value: value.into(),
    }
}

/// One GetProducts request, with all its pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Query {
    /// Service code.
    pub(super) service: &'static str,
    /// Region whose prices are asked for.
    pub(super) region: String,
    /// Conditions, all of which hold; the region is one.
    pub(super) filters: Vec<Filter>,
    /// What it is to answer.
    pub(super) wanted: BTreeSet<SkuKey>,
}

/// What one request can answer together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    /// Instances by operation and whether the hardware is dedicated.
    Instances(String, bool),
    /// Database instances of an engine.
    Databases(&'static str),
    /// Nodes, by the position in the list of services.
    Nodes(usize),
    /// Meters of a service and family.
    Meters(&'static str, &'static str),
}

impl Group {
    /// The group of a price; None when it has no entry in a price list that is known.
    fn of(key: &SkuKey) -> Option<Self> {
        match key.section.as_str() {
            section::EC2 => {
                let (operation, dedicated) = ec2::operation(&key.variant);
                Some(Self::Instances(operation.to_owned(), dedicated))
            }
            section::RDS => {
                let (engine, _) = key.variant.split_once('/')?;
                Some(Self::Databases(engine_in_list(engine)?.0))
            }
            section => {
                let nodes = NODES
                    .iter()
                    .position(|nodes| nodes.service.section() == section);
                let meter = || METERS.iter().find(|meter| meter.key == *key);
                nodes
                    .map(Self::Nodes)
                    .or_else(|| meter().map(|meter| Self::Meters(meter.service, meter.family)))
            }
        }
    }

    fn service(&self) -> &'static str {
        match self {
            Self::Instances(..) => EC2,
            Self::Databases(_) => RDS,
            Self::Nodes(number) => NODES[*number].code,
            Self::Meters(service, _) => service,
        }
    }

    /// Conditions besides the region and the size.
    fn filters(&self) -> Vec<Filter> {
        match self {
            Self::Instances(operation, dedicated) => vec![
                is("operation", operation.as_str()),
                is("tenancy", if *dedicated { "Dedicated" } else { "Shared" }),
                is("capacitystatus", "Used"),
                is("marketoption", "OnDemand"),
            ],
            Self::Databases(engine) => vec![
                is("productFamily", "Database Instance"),
                is("databaseEngine", *engine),
            ],
            Self::Meters(_, family) if !family.is_empty() => vec![is("productFamily", *family)],
            Self::Nodes(_) | Self::Meters(..) => Vec::new(),
        }
    }

    /// Whether its entries come in sizes, which can be asked for one by one.
    fn has_sizes(&self) -> bool {
        !matches!(self, Self::Meters(..))
    }
}

/// The requests for some prices of a region, and the prices that have no entry in a price list that is known.
pub(super) fn plan(region: &str, wanted: &BTreeSet<SkuKey>) -> (Vec<Query>, Vec<SkuKey>) {
    let mut groups: BTreeMap<Group, BTreeSet<SkuKey>> = BTreeMap::new();
    let mut unmapped = Vec::new();
    for key in wanted {
        match Group::of(key) {
            Some(group) => {
                groups.entry(group).or_default().insert(key.clone());
            }
            None => unmapped.push(key.clone()),
        }
    }
    let mut queries = Vec::new();
    for (group, wanted) in groups {
        let sizes: BTreeSet<&str> = wanted.iter().map(|key| key.name.as_str()).collect();
        let narrow = group.has_sizes() && sizes.len() < SIZES_FOR_ALL;
        let lists = if narrow { lists(&sizes) } else { Vec::new() };
        let whole = Query {
            service: group.service(),
            region: region.to_owned(),
            filters: [vec![is("regionCode", region)], group.filters()].concat(),
            wanted: wanted.clone(),
        };
        if lists.is_empty() {
            queries.push(whole);
            continue;
        }
        queries.extend(lists.into_iter().map(|list| {
            let filter = Filter {
                field: "instanceType",
                how: if list.len() == 1 {
                    Match::Is
                } else {
                    Match::AnyOf
                },
                value: list.join(","),
            };
            let of_list = |key: &&SkuKey| list.contains(&key.name.as_str());
            Query {
                filters: whole.filters.iter().cloned().chain([filter]).collect(),
                wanted: whole.wanted.iter().filter(of_list).cloned().collect(),
                ..whole.clone()
            }
        }));
    }
    (queries, unmapped)
}

/// Sizes in lists that are short enough for a filter.
fn lists<'s>(sizes: &BTreeSet<&'s str>) -> Vec<Vec<&'s str>> {
    let mut lists: Vec<Vec<&str>> = Vec::new();
    let mut characters = 0;
    for &size in sizes {
        let needed = size.len() + 1;
        match lists.last_mut() {
            Some(list) if characters + needed <= LIST_CHARACTERS => {
                list.push(size);
                characters += needed;
            }
            _ => {
                lists.push(vec![size]);
                characters = needed;
            }
        }
    }
    lists
}

impl Query {
    /// The same without a list of sizes, for an endpoint that does not know lists. None when it has none.
    pub(super) fn without_list(&self) -> Option<Self> {
        let mut wider = self.clone();
        wider.filters.retain(|filter| filter.how == Match::Is);
        (wider.filters.len() < self.filters.len()).then_some(wider)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<SkuKey> {
        let parsed = texts.into_iter().map(|text| text.parse().expect(text));
        parsed.collect()
    }

    /// A request in one line.
    fn line(query: &Query) -> String {
        let filters = query.filters.iter().map(|filter| {
            let sign = match filter.how {
                Match::Is => "=",
                Match::AnyOf => " in ",
            };
            format!("{}{sign}{}", filter.field, filter.value)
        });
        let filters: Vec<String> = filters.collect();
        format!("{}: {}", query.service, filters.join("; "))
    }

    #[test]
    fn what_can_be_asked_together_is() {
        let wanted = keys([
            "ec2 m5.large",
            "ec2 m5.xlarge",
            "ec2 m5.large RunInstances:0002",
            "ec2 m5.large RunInstances/dedicated",
            "ebs gp3 storage_gb_month",
            "ebs gp2 storage_gb_month",
            "ebs gp3 iops_month_over_3000",
            "network public_ipv4 idle_hour",
            "network vpc_interface_endpoint az_hour",
            "network nat_gateway hour",
            "rds db.r6g.large sql-server-web/li/single-az",
            "rds db.r6g.large sql-server-standard/li/multi-az",
            "node:elasticache cache.r6g.large redis",
        ]);
        let (queries, unmapped) = plan("eu-west-1", &wanted);
        assert_eq!(unmapped, []);
        let lines: Vec<String> = queries.iter().map(line).collect();
        let used = "capacitystatus=Used; marketoption=OnDemand";
        assert_eq!(
            lines,
            [
                format!("AmazonEC2: regionCode=eu-west-1; operation=RunInstances; tenancy=Shared; {used}; instanceType in m5.large,m5.xlarge"),
                format!("AmazonEC2: regionCode=eu-west-1; operation=RunInstances; tenancy=Dedicated; {used}; instanceType=m5.large"),
                format!("AmazonEC2: regionCode=eu-west-1; operation=RunInstances:0002; tenancy=Shared; {used}; instanceType=m5.large"),
                "AmazonRDS: regionCode=eu-west-1; productFamily=Database Instance; databaseEngine=SQL Server; instanceType=db.r6g.large".to_owned(),
                "AmazonElastiCache: regionCode=eu-west-1; instanceType=cache.r6g.large".to_owned(),
                "AmazonEC2: regionCode=eu-west-1; productFamily=NAT Gateway".to_owned(),
                "AmazonEC2: regionCode=eu-west-1; productFamily=Storage".to_owned(),
                "AmazonEC2: regionCode=eu-west-1; productFamily=System Operation".to_owned(),
                "AmazonVPC: regionCode=eu-west-1".to_owned(),
            ]
        );
        let answered: BTreeSet<SkuKey> =
            queries.into_iter().flat_map(|query| query.wanted).collect();
        assert_eq!(answered, wanted);
    }

    #[test]
    fn many_types_are_asked_for_in_lists_and_nearly_all_at_once() {
        let names = |count: usize| -> Vec<String> {
            (0..count)
                .map(|number| format!("ec2 m5n.{number}xlarge"))
                .collect()
        };
        let wanted = |count| {
            let names = names(count);
            keys(names.iter().map(String::as_str))
        };
        let (queries, _) = plan("us-east-1", &wanted(120));
        assert_eq!(queries.len(), 2);
        let mut answered = 0;
        for query in &queries {
            let list = query.filters.last().expect("a list");
            assert!(list.value.len() <= 1024 && list.how == Match::AnyOf);
            assert_eq!(list.value.split(',').count(), query.wanted.len());
            answered += query.wanted.len();
            let wider = query.without_list().expect("without the list");
            assert_eq!(wider.filters.len(), query.filters.len() - 1);
            assert_eq!(wider.without_list(), None);
        }
        assert_eq!(answered, 120);
        let (queries, _) = plan("us-east-1", &wanted(500));
        assert_eq!(queries.len(), 1);
        assert!(queries[0].without_list().is_none());
    }

    #[test]
    fn what_no_list_is_known_to_have_is_said() {
        let wanted = keys([
            "service cost_explorer api_request",
            "rds db.m5.large db2/li/single-az",
            "node:mq mq.m5.large activemq:single-instance",
            "ebs gp9 storage_gb_month",
        ]);
        let (queries, unmapped) = plan("us-east-1", &wanted);
        assert_eq!((queries.len(), unmapped.len()), (0, 4));
    }
}
