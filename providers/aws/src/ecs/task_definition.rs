//! `aws_ecs_task_definition`.

use aws_sdk_ecs::types::{Compatibility, TaskDefinitionField};
use billhook_catalog::{BASE_GROUP, Row, table};
use futures::StreamExt;

use crate::number::count;
use crate::scan::{Scan, Tally};
use crate::time::instant;

/// Task definitions that are asked for at once; the service's pace limits them further.
const AT_ONCE: usize = 4;

table! {
    /// Task definitions that services are made from, each version once; what no service uses is not read. What containers are given
    /// (environment, secrets, commands) is never kept.
    pub struct TaskDefinition: resource "AWS::ECS::TaskDefinition" in "aws_ecs_task_definition" reads ["ecs:ListClusters", "ecs:ListServices", "ecs:DescribeServices", "ecs:DescribeTaskDefinition"] {
        /// Family.
        family: Option<String>,
        /// Version within the family.
        revision: Option<i64>,
        /// `ACTIVE`, `INACTIVE` or `DELETE_IN_PROGRESS`. Services keep running the latter two.
        status: Option<String>,
        /// CPU that a task reserves, in units of 1/1024 vCPU; 0 when it is only set for single containers, which Fargate does not allow.
        cpu_units: Option<i64>,
        /// Memory that a task reserves, MiB; 0 when it is only set for single containers.
        memory_mib: Option<i64>,
        /// `LINUX` (also where it says nothing) or a Windows version (`WINDOWS_SERVER_2022_CORE`).
        operating_system: Option<String>,
        /// `X86_64` (also where it says nothing) or `ARM64`.
        cpu_architecture: Option<String>,
        /// Ephemeral storage that it asks for on Fargate, GiB; 0 when it asks for none, and gets the 20 GiB that come for free.
        ephemeral_storage_gib: Option<i64>,
        /// Containers of a task.
        container_count: Option<i64>,
        /// `awsvpc`, `bridge`, `host` or `none`; empty where it says nothing.
        network_mode: Option<String>,
        /// Whether it was written for Fargate.
        requires_fargate: Option<bool>,
    }
}

/// Describes the task definitions that services of a region use.
pub(super) async fn collect(scan: &Scan<'_>, region: &str, used: impl IntoIterator<Item = String>) {
    let client = scan.clients.ecs(region);
    let mut answers = futures::stream::iter(used)
        .map(|arn| {
            let request = client
                .describe_task_definition()
                .task_definition(&arn)
                .include(TaskDefinitionField::Tags);
            async move {
                let answer = scan
                    .caller
                    .call(region, "ecs:DescribeTaskDefinition", request.send())
                    .await;
                (arn, answer)
            }
        })
        .buffer_unordered(AT_ONCE);
    let mut tally = Tally::default();
    while let Some((arn, answer)) = answers.next().await {
        let Some(answer) = tally.take(&arn, answer) else {
            continue;
        };
        let Some(definition) = answer.task_definition() else {
            continue;
        };
        let row = row(scan, region, &arn, definition);
        let tags = answer.tags().iter().map(|tag| (tag.key(), tag.value()));
        scan.put_tags(TaskDefinition::TABLE, &row.id, tags);
        scan.put(region, row);
    }
    scan.settle_each(TaskDefinition::TABLE, BASE_GROUP, region, tally);
}

fn row(
    scan: &Scan<'_>,
    region: &str,
    arn: &str,
    definition: &aws_sdk_ecs::types::TaskDefinition,
) -> TaskDefinition {
    let short_id = arn
        .split_once(":task-definition/")
        .map_or(arn, |(_, name)| name);
    let mut id = scan.key(region, arn.to_owned(), short_id);
    id.name = Some(short_id.to_owned());
    id.created_at = instant(definition.registered_at());
    let platform = definition.runtime_platform();
    let system = platform.and_then(|platform| platform.operating_system_family());
    let architecture = platform.and_then(|platform| platform.cpu_architecture());
    let storage = definition.ephemeral_storage();
    let mode = definition.network_mode();
    TaskDefinition {
        id,
        family: definition.family().map(str::to_owned),
        revision: Some(i64::from(definition.revision())),
        status: definition.status().map(|status| status.as_str().to_owned()),
        cpu_units: size(definition.cpu(), &[("vcpu", 1024.0)]),
        memory_mib: size(definition.memory(), &[("gb", 1024.0), ("mb", 1.0)]),
        operating_system: Some(system.map_or("LINUX", |system| system.as_str()).to_owned()),
        cpu_architecture: Some(
            architecture
                .map_or("X86_64", |kind| kind.as_str())
                .to_owned(),
        ),
        ephemeral_storage_gib: Some(storage.map_or(0, |storage| i64::from(storage.size_in_gib()))),
        container_count: Some(count(definition.container_definitions().len())),
        network_mode: Some(mode.map_or("", |mode| mode.as_str()).to_owned()),
        requires_fargate: Some(
            definition
                .requires_compatibilities()
                .contains(&Compatibility::Fargate),
        ),
    }
}

/// A size as task definitions write it: a number of the smallest unit (`1024`), or of a larger one (`1 vCPU`, `2 GB`). 0 where
/// there is none; `None` for anything else.
fn size(text: Option<&str>, units: &[(&str, f64)]) -> Option<i64> {
    let text = text.unwrap_or_default().trim().to_ascii_lowercase();
    if text.is_empty() {
        return Some(0);
    }
    let (number, factor) = units
        .iter()
        .find_map(|(unit, factor)| Some((text.strip_suffix(unit)?.trim_end(), *factor)))
        .unwrap_or((text.as_str(), 1.0));
    let number: f64 = number.parse().ok()?;
    let whole = (number * factor).round();
    (whole.is_finite() && (0.0..1e9).contains(&whole)).then_some(whole as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_either_unit() {
        let cpu = |text| size(Some(text), &[("vcpu", 1024.0)]);
        assert_eq!(
            [cpu("256"), cpu("1 vCPU"), cpu(".5 vcpu"), cpu("lots")],
            [Some(256), Some(1024), Some(512), None]
        );
        let memory = |text| size(text, &[("gb", 1024.0), ("mb", 1.0)]);
        assert_eq!(
            [
                memory(Some("512")),
                memory(Some("2GB")),
                memory(Some("-1")),
                memory(None)
            ],
            [Some(512), Some(2048), None, Some(0)]
        );
    }
}
