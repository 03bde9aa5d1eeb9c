//! Streams, tables, queues, file systems, image repositories, secrets, distributions, inference endpoints.

use crate::cloudfront::distribution::Distribution;
use crate::dynamodb::index::Index;
use crate::dynamodb::table::Table;
use crate::ecr::repository::Repository;
use crate::efs::file_system::FileSystem;
use crate::kinesis::stream::Stream;
use crate::prices::{Breakdown, PriceLookup, Sku, Tariff};
use crate::secretsmanager::secret::Secret;
use crate::sqs::queue::Queue;

use super::super::amount::Used;
use super::super::dynamodb;
use super::super::estate::Estate;
use super::super::relation::given;
use super::{MONTHLY, Rows};

/// Throughput that comes with each GiB in Standard, MiB/s: 50 KiB/s.
const INCLUDED_MIBPS_PER_GIB: f64 = 50.0 / 1024.0;
/// Hours for which a stream keeps records without an extra charge.
const INCLUDED_RETENTION_HOURS: i64 = 24;

/// All of them.
pub(super) fn rows(estate: &Estate, prices: &dyn PriceLookup, used: &mut Used, out: &mut Rows<'_>) {
    for stream in &estate.streams {
        let lines = stream_lines(prices, stream);
        let amount = used.explained(&stream.id, MONTHLY, &lines);
        out.add::<Stream>(&stream.id, None, String::new(), amount);
    }
    let indexes = dynamodb::indexes_by_table(estate);
    for table in &estate.tables {
        let own = indexes.get(table.id.resource_id.as_str());
        let own = own.map(Vec::as_slice).unwrap_or_default();
        let lines = dynamodb::monthly_lines(prices, table, own, &estate.measured);
        let amount = used.explained(&table.id, MONTHLY, &lines);
        out.add::<Table>(&table.id, None, String::new(), amount);
    }
    let with_table = Breakdown::free("it is part of what its table costs");
    for index in &estate.indexes {
        let amount = used.explained(&index.id, MONTHLY, &with_table);
        let table = given(&index.table_resource_id);
        out.add::<Index>(&index.id, table, String::new(), amount);
    }
    let by_request = Breakdown::free("a queue is billed by the request alone");
    for queue in &estate.queues {
        let amount = used.explained(&queue.id, MONTHLY, &by_request);
        out.add::<Queue>(&queue.id, None, String::new(), amount);
    }
    for system in &estate.file_systems {
        let lines = file_system_lines(prices, system);
        let amount = used.explained(&system.id, MONTHLY, &lines);
        out.add::<FileSystem>(&system.id, None, String::new(), amount);
    }
    for repository in &estate.repositories {
        let lines = repository_lines(prices, repository);
        let amount = used.explained(&repository.id, MONTHLY, &lines);
        out.add::<Repository>(&repository.id, None, String::new(), amount);
    }
    let by_traffic = Breakdown::unknown("a distribution is billed by its traffic");
    for distribution in &estate.distributions {
        let amount = used.explained(&distribution.id, MONTHLY, &by_traffic);
        out.add::<Distribution>(&distribution.id, None, String::new(), amount);
    }
    let unpriced = Breakdown::unknown("there is no price for its instances yet");
    for endpoint in &estate.inference_endpoints {
        let amount = used.explained(&endpoint.id, MONTHLY, &unpriced);
        out.add::<crate::sagemaker::endpoint::Endpoint>(&endpoint.id, None, String::new(), amount);
    }
    for secret in &estate.secrets {
        let sku = Sku::service("secretsmanager", "secret_month");
        let at = Tariff::new(prices, &secret.id.region);
        let lines = at.line("secret, replicas by themselves", 1.0, "month", sku);
        let amount = used.explained(&secret.id, MONTHLY, &lines.into());
        let manager = given(&secret.owning_service)
            .map_or_else(String::new, |service| format!("aws:{service}"));
        out.add::<Secret>(&secret.id, None, manager, amount);
    }
}

/// A month of a stream that nobody writes to. Keeping records for more than a day costs extra, of which there is no price.
fn stream_lines<'a>(prices: &'a dyn PriceLookup, stream: &'a Stream) -> Breakdown<'a> {
    if !matches!(stream.status.as_deref(), Some("ACTIVE" | "UPDATING")) {
        return Breakdown::unknown("it is not active, or its state is not known");
    }
    let at = Tariff::new(prices, &stream.id.region);
    let lines: Breakdown<'_> = match (stream.mode.as_deref(), stream.open_shard_count) {
        (Some("ON_DEMAND"), _) => {
            let sku = Sku::service("kinesis", "on_demand_stream_hour");
            at.hours("stream, on demand", 1.0, sku).into()
        }
        (Some("PROVISIONED"), Some(shards)) => {
            let sku = Sku::service("kinesis", "shard_hour");
            at.hours("open shards", shards as f64, sku).into()
        }
        _ => return Breakdown::unknown("its mode, or the number of its shards, is not known"),
    };
    match stream.retention_hours {
        Some(hours) if hours <= INCLUDED_RETENTION_HOURS => lines,
        _ => lines.estimated(),
    }
}

/// A month of what a file system stores, and of the throughput that is provisioned beyond what its size includes.
fn file_system_lines<'a>(prices: &'a dyn PriceLookup, system: &'a FileSystem) -> Breakdown<'a> {
    let (Some(standard), Some(infrequent), Some(archive), Some(zone), Some(mode)) = (
        system.standard_gib,
        system.infrequent_gib,
        system.archive_gib,
        &system.zone,
        &system.throughput_mode,
    ) else {
        return Breakdown::unknown("what it stores in which class is not known");
    };
    let (standard_price, infrequent_price) = match (zone.is_empty(), mode.as_str()) {
        (false, _) => ("onezone_gb_month", "onezone_ia_gb_month"),
        (true, "elastic") => ("standard_gb_month", "ia_elastic_gb_month"),
        (true, _) => ("standard_gb_month", "ia_non_elastic_gb_month"),
    };
    let at = Tariff::new(prices, &system.id.region);
    let stored = [
        ("stored in Standard", standard, standard_price),
        ("stored in Infrequent Access", infrequent, infrequent_price),
        ("stored in Archive", archive, "archive_gb_month"),
    ];
    let mut lines: Breakdown<'_> = stored
        .into_iter()
        .filter_map(|(what, gib, metric)| {
            at.extra(what, gib, "GiB-month", Sku::service("efs", metric))
        })
        .collect();
    if mode == "provisioned" {
        let Some(mibps) = system.provisioned_throughput_mibps else {
            return Breakdown::unknown("its provisioned throughput is not known");
        };
        let paid = (mibps - standard * INCLUDED_MIBPS_PER_GIB).max(0.0);
        let sku = Sku::service("efs", "provisioned_throughput_mbps_month");
        let what = "provisioned throughput beyond what the size includes";
        lines.extend(at.extra(what, paid, "MiB/s-month", sku));
    }
    lines
}

/// A month of all images at their full size. Layers that they share are billed once: an estimate.
fn repository_lines<'a>(prices: &'a dyn PriceLookup, repository: &'a Repository) -> Breakdown<'a> {
    let Some(gib) = repository.image_gib else {
        return Breakdown::unknown("the sizes of its images are not known");
    };
    let sku = Sku::service("ecr", "storage_gb_month");
    let line = Tariff::new(prices, &repository.id.region).extra(
        "images, shared layers counted for each",
        gib,
        "GiB-month",
        sku,
    );
    line.into_iter().collect::<Breakdown<'_>>().estimated()
}

#[cfg(test)]
mod tests {
    use billhook_catalog::Key;

    use super::*;
    use crate::prices::PriceBook;

    fn key() -> Key {
        Key {
            region: "us-east-1".to_owned(),
            ..Key::default()
        }
    }

    fn text(value: &str) -> Option<String> {
        Some(value.to_owned())
    }

    fn usd(lines: &Breakdown<'_>) -> Option<i64> {
        lines.cost().usd().map(|usd| (usd * 1000.0).round() as i64)
    }

    #[test]
    fn a_stream_is_paid_by_the_shard_or_by_itself() {
        let stream = |mode: &str, shards: Option<i64>, hours: i64| {
            let stream = Stream {
                id: key(),
                status: text("ACTIVE"),
                mode: text(mode),
                open_shard_count: shards,
                retention_hours: Some(hours),
                ..Stream::default()
            };
            let lines = stream_lines(PriceBook::embedded(), &stream);
            (usd(&lines), lines.cost().basis_name())
        };
        // 4 × 730 × 0.015 and 730 × 0.04.
        assert_eq!(stream("PROVISIONED", Some(4), 24).0, Some(43_800));
        assert_eq!(stream("ON_DEMAND", Some(4), 24).0, Some(29_200));
        assert_eq!(stream("PROVISIONED", Some(4), 168).1, "estimated");
        assert_eq!(stream("PROVISIONED", None, 24), (None, "unknown"));
    }

    #[test]
    fn a_file_system_is_paid_by_class_and_throughput() {
        let system = |zone: &str, mode: &str, mibps: f64| FileSystem {
            id: key(),
            zone: text(zone),
            throughput_mode: text(mode),
            standard_gib: Some(1024.0),
            infrequent_gib: Some(100.0),
            archive_gib: Some(0.0),
            provisioned_throughput_mibps: Some(mibps),
            ..FileSystem::default()
        };
        let lines = |system: &FileSystem| usd(&file_system_lines(PriceBook::embedded(), system));
        let plain = lines(&system("", "bursting", 0.0)).expect("a price");
        let one_zone = lines(&system("us-east-1a", "bursting", 0.0)).expect("a price");
        assert!(one_zone < plain);
        // A TiB includes 50 MiB/s, so 60 are 10 more: 10 × $6.
        assert_eq!(
            lines(&system("", "provisioned", 60.0)),
            Some(plain + 60_000)
        );
        assert_eq!(lines(&system("", "provisioned", 40.0)), Some(plain));
        let unread = FileSystem {
            standard_gib: None,
            ..system("", "bursting", 0.0)
        };
        assert_eq!(lines(&unread), None);
    }

    #[test]
    fn images_are_an_estimate() {
        let repository = |gib: Option<f64>| Repository {
            id: key(),
            image_gib: gib,
            ..Repository::default()
        };
        let (full, unread) = (repository(Some(50.0)), repository(None));
        let lines = repository_lines(PriceBook::embedded(), &full);
        assert_eq!(
            (usd(&lines), lines.cost().basis_name()),
            (Some(5000), "estimated")
        );
        assert_eq!(usd(&repository_lines(PriceBook::embedded(), &unread)), None);
    }
}
