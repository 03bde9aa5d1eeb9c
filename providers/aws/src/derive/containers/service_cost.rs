//! `aws_ecs_service_cost`: what the tasks of services cost.

use std::collections::HashMap;

use billhook_catalog::Place;

use crate::ecs::fargate::{FREE_STORAGE_GIB, Size};
use crate::ecs::service::Service;
use crate::ecs::service_cost::ServiceCost;
use crate::ecs::task_definition::TaskDefinition;
use crate::prices::{Breakdown, HOURS_PER_MONTH, PriceLookup, Sku, Tariff};

use super::super::amount::Used;
use super::super::estate::Estate;
use super::super::relation::given;

/// The amounts that are explained here.
const TASK_COLUMN: &str = "aws_ecs_service_cost.task_monthly_usd";
const SERVICE_COLUMN: &str = "aws_ecs_service_cost.monthly_usd";

/// What the price of a task depends on besides its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    X86,
    Arm,
    Windows,
}

impl Kind {
    fn of(definition: &TaskDefinition) -> Option<Self> {
        let system = definition.operating_system.as_deref()?;
        match definition.cpu_architecture.as_deref()? {
            _ if system.starts_with("WINDOWS") => Some(Self::Windows),
            "X86_64" if system == "LINUX" => Some(Self::X86),
            "ARM64" if system == "LINUX" => Some(Self::Arm),
            _ => None,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::X86 => "x86_64",
            Self::Arm => "arm64",
            Self::Windows => "windows",
        }
    }

    /// Prices of a vCPU and of a GB an hour; none of Windows, which has a licence besides.
    fn metrics(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::X86 => Some(("linux_x86_vcpu_hour", "linux_x86_gb_hour")),
            Self::Arm => Some(("linux_arm_vcpu_hour", "linux_arm_gb_hour")),
            Self::Windows => None,
        }
    }
}

/// What a task of a service reserves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Task {
    pub(super) size: Size,
    pub(super) kind: Kind,
    /// GiB beyond what comes for free.
    pub(super) extra_storage_gib: f64,
}

impl Task {
    /// None when something that the price depends on is not known, or not set for the task as a whole.
    pub(super) fn of(definition: &TaskDefinition) -> Option<Self> {
        let size = Size {
            cpu_units: definition.cpu_units.filter(|units| *units > 0)?,
            memory_mib: definition.memory_mib.filter(|mib| *mib > 0)?,
        };
        let storage = definition.ephemeral_storage_gib?;
        Some(Self {
            size,
            kind: Kind::of(definition)?,
            extra_storage_gib: (storage - FREE_STORAGE_GIB).max(0) as f64,
        })
    }
}

/// Task definitions by their ARN.
pub(in crate::derive) fn definitions(estate: &Estate) -> HashMap<&str, &TaskDefinition> {
    let definitions = estate.task_definitions.iter();
    definitions
        .map(|definition| (definition.id.resource_id.as_str(), definition))
        .collect()
}

/// What a task of a service reserves; None when that is not known.
pub(super) fn task(
    service: &Service,
    definitions: &HashMap<&str, &TaskDefinition>,
) -> Option<Task> {
    let definition = given(&service.task_definition_resource_id)?;
    Task::of(definitions.get(definition)?)
}

/// A month of `count` tasks of a size on Fargate, on demand.
pub(super) fn task_lines<'a>(
    prices: &'a dyn PriceLookup,
    region: &'a str,
    task: &Task,
    count: f64,
) -> Breakdown<'a> {
    let Some((vcpu, memory)) = task.kind.metrics() else {
        return Breakdown::unknown("there is no price for Windows on Fargate");
    };
    let hours = count * HOURS_PER_MONTH;
    let at = Tariff::new(prices, region);
    let fargate = |metric| Sku::service("fargate", metric);
    let (vcpus, gib) = (task.size.vcpus(), task.size.memory_gib());
    let what = format!("{count} × {vcpus} vCPU, {}", task.kind.as_str());
    let mut lines = Breakdown::from(at.line(what, vcpus * hours, "vCPU-h", fargate(vcpu)));
    let what = format!("{count} × {gib} GiB of memory");
    lines.extend([at.line(what, gib * hours, "GiB-h", fargate(memory))]);
    lines.extend(at.extra(
        "ephemeral storage beyond what comes for free",
        task.extra_storage_gib * hours,
        "GiB-h",
        fargate("ephemeral_gb_hour_over_20gb"),
    ));
    lines
}

/// A month of `count` tasks of a service, by what they run on.
fn lines<'a>(
    prices: &'a dyn PriceLookup,
    service: &'a Service,
    task: Option<&Task>,
    count: Option<f64>,
) -> Breakdown<'a> {
    match service.compute.as_deref() {
        Some("fargate") => match (task, count) {
            (_, Some(0.0)) => Breakdown::free("no task runs"),
            (Some(task), Some(count)) => task_lines(prices, &service.id.region, task, count),
            _ => Breakdown::unknown("the size of its tasks, or their number, is not known"),
        },
        Some("fargate-spot" | "fargate-mixed") if count == Some(0.0) => {
            Breakdown::free("no task runs")
        }
        Some("fargate-spot" | "fargate-mixed") => {
            Breakdown::unknown("Fargate Spot has no list price: it changes with supply and demand")
        }
        Some("ec2") => Breakdown::free("its tasks run on instances, which are billed themselves"),
        Some("managed-instances") => Breakdown::unknown(
            "it runs on managed instances, whose fee by instance is not priced here",
        ),
        Some("external") => {
            Breakdown::unknown("it runs on machines elsewhere, which AWS bills by the hour")
        }
        _ => Breakdown::unknown("what its tasks run on is not known"),
    }
}

/// A month of all tasks of a service, as many as ran when it was read. An estimate where their number changes by itself.
pub(in crate::derive) fn service_lines<'a>(
    prices: &'a dyn PriceLookup,
    service: &'a Service,
    definitions: &HashMap<&str, &TaskDefinition>,
) -> Breakdown<'a> {
    let task = task(service, definitions);
    let count = service.running_count.map(|count| count as f64);
    let lines = lines(prices, service, task.as_ref(), count);
    if is_steady(service) {
        lines
    } else {
        lines.estimated()
    }
}

/// Whether as many tasks run as are asked for, and nothing but people changes how many that are.
pub(super) fn is_steady(service: &Service) -> bool {
    let settled = service.running_count.is_some() && service.running_count == service.desired_count;
    settled && service.has_scaling == Some(false)
}

/// One row a service.
pub(super) fn rows(estate: &Estate, prices: &dyn PriceLookup, used: &mut Used) -> Vec<ServiceCost> {
    let definitions = definitions(estate);
    let services = estate.container_services.iter();
    services
        .map(|service| {
            let task = task(service, &definitions);
            let one = lines(prices, service, task.as_ref(), Some(1.0));
            let all = service_lines(prices, service, &definitions);
            let one = used.explained(&service.id, TASK_COLUMN, &one);
            let all = used.explained(&service.id, SERVICE_COLUMN, &all);
            ServiceCost {
                id: Place {
                    account_id: service.id.account_id.clone(),
                    region: service.id.region.clone(),
                },
                resource_id: service.id.resource_id.clone(),
                task_vcpus: task.map(|task| task.size.vcpus()),
                task_memory_gib: task.map(|task| task.size.memory_gib()),
                task_extra_storage_gib: task.map(|task| task.extra_storage_gib),
                price_kind: task.map(|task| task.kind.as_str().to_owned()),
                task_count: service.running_count,
                task_monthly_usd: one.usd,
                monthly_usd: all.usd,
                price_basis: Some(all.basis.to_owned()),
            }
        })
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use billhook_catalog::Key;

    use super::*;
    use crate::prices::PriceBook;

    fn key(id: &str) -> Key {
        Key {
            resource_id: id.to_owned(),
            region: "us-east-1".to_owned(),
            ..Key::default()
        }
    }

    /// A task of 2 vCPUs and 8 GiB on Linux.
    pub(in crate::derive::containers) fn definition(architecture: &str) -> TaskDefinition {
        TaskDefinition {
            id: key("td"),
            cpu_units: Some(2048),
            memory_mib: Some(8192),
            operating_system: Some("LINUX".to_owned()),
            cpu_architecture: Some(architecture.to_owned()),
            ephemeral_storage_gib: Some(0),
            ..TaskDefinition::default()
        }
    }

    /// Three tasks of that, which nothing scales.
    pub(in crate::derive::containers) fn service(compute: &str) -> Service {
        Service {
            id: key("s"),
            compute: Some(compute.to_owned()),
            status: Some("ACTIVE".to_owned()),
            task_definition_resource_id: Some("td".to_owned()),
            desired_count: Some(3),
            running_count: Some(3),
            has_scaling: Some(false),
            ..Service::default()
        }
    }

    fn cost(service: Service, definition: TaskDefinition) -> ServiceCost {
        let estate = Estate {
            container_services: vec![service],
            task_definitions: vec![definition],
            ..Estate::default()
        };
        rows(&estate, PriceBook::embedded(), &mut Used::default())
            .pop()
            .expect("a row")
    }

    fn close(usd: Option<f64>, expected: f64) {
        let usd = usd.expect("a price");
        assert!((usd - expected).abs() < 1e-9, "{usd}, not {expected}");
    }

    #[test]
    fn tasks_are_paid_by_vcpu_and_memory() {
        let row = cost(service("fargate"), definition("X86_64"));
        // 2 × 0.04048 + 8 × 0.004445 an hour.
        close(row.task_monthly_usd, 730.0 * 0.11652);
        close(row.monthly_usd, 3.0 * 730.0 * 0.11652);
        assert_eq!(row.price_basis.as_deref(), Some("exact"));
        let row = cost(service("fargate"), definition("ARM64"));
        // 2 × 0.03238 + 8 × 0.00356.
        close(row.task_monthly_usd, 730.0 * 0.09324);
        let roomy = TaskDefinition {
            ephemeral_storage_gib: Some(120),
            ..definition("X86_64")
        };
        let row = cost(service("fargate"), roomy);
        close(row.task_monthly_usd, 730.0 * (0.11652 + 100.0 * 0.000_111));
    }

    #[test]
    fn what_has_no_list_price_is_unknown() {
        let windows = TaskDefinition {
            operating_system: Some("WINDOWS_SERVER_2022_CORE".to_owned()),
            ..definition("X86_64")
        };
        let unread = TaskDefinition {
            cpu_units: None,
            ..definition("X86_64")
        };
        for row in [
            cost(service("fargate"), windows),
            cost(service("fargate"), unread),
            cost(service("fargate-spot"), definition("X86_64")),
            cost(service("fargate-mixed"), definition("X86_64")),
            cost(service("managed-instances"), definition("X86_64")),
        ] {
            assert_eq!((row.task_monthly_usd, row.monthly_usd), (None, None));
            assert_eq!(row.price_basis.as_deref(), Some("unknown"));
        }
        let row = cost(service("ec2"), definition("X86_64"));
        assert_eq!(
            (row.monthly_usd, row.price_basis.as_deref()),
            (Some(0.0), Some("exact"))
        );
    }

    #[test]
    fn a_number_of_tasks_that_changes_makes_an_estimate() {
        let scaled = Service {
            has_scaling: Some(true),
            ..service("fargate")
        };
        let starting = Service {
            running_count: Some(2),
            ..service("fargate")
        };
        for unsteady in [scaled, starting] {
            let row = cost(unsteady, definition("X86_64"));
            assert_eq!(row.price_basis.as_deref(), Some("estimated"));
        }
        let none = Service {
            running_count: Some(0),
            desired_count: Some(0),
            ..service("fargate")
        };
        assert_eq!(cost(none, definition("X86_64")).monthly_usd, Some(0.0));
    }
}
