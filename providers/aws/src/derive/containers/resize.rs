//! `aws_ecs_service_resize_option`: the cheapest size on Fargate that holds what tasks were seen to need.

use billhook_catalog::{Place, RightsizingProfile};

use crate::ecs::fargate::{Size, sizes};
use crate::ecs::resize_option::ServiceResizeOption;
use crate::ecs::service::Service;
use crate::prices::{Cost, PriceLookup};

use super::super::amount::Used;
use super::super::estate::Estate;
use super::super::measured::Measured;
use super::service_cost::{Kind, Task, definitions, is_steady, task, task_lines};

/// The amounts that are explained here.
const PRESENT: &str = "aws_ecs_service_resize_option.monthly_usd";
const SAVINGS: &str = "aws_ecs_service_resize_option.monthly_savings_usd";
/// What was measured before a deployment may be percent of another size, so a window should lie after it, days.
const DAYS_FOR_MEDIUM: f64 = 14.0;
const SECONDS_PER_DAY: f64 = 86_400.0;

/// One row a service on Fargate that is to keep tasks running.
pub(super) fn rows(
    estate: &Estate,
    prices: &dyn PriceLookup,
    profile: RightsizingProfile,
    used: &mut Used,
) -> Vec<ServiceResizeOption> {
    let definitions = definitions(estate);
    let services = estate.container_services.iter();
    services
        .filter(|service| {
            let compute = service.compute.as_deref().unwrap_or_default();
            compute.starts_with("fargate") && service.desired_count.is_some_and(|count| count > 0)
        })
        .map(|service| {
            let mut row = blank(service, profile);
            match eligible(service, task(service, &definitions)) {
                Ok(task) => fill(&mut row, service, &task, estate, prices, used),
                Err(reason) => {
                    row.eligible = Some(false);
                    row.ineligible_reason = Some(reason);
                }
            }
            row
        })
        .collect()
}

fn blank(service: &Service, profile: RightsizingProfile) -> ServiceResizeOption {
    ServiceResizeOption {
        id: Place {
            account_id: service.id.account_id.clone(),
            region: service.id.region.clone(),
        },
        resource_id: service.id.resource_id.clone(),
        profile: profile.as_str().to_owned(),
        cpu_headroom_percent: profile.cpu_headroom_percent(),
        memory_headroom_percent: profile.memory_headroom_percent(),
        task_count: service.running_count,
        price_basis: Some("unknown".to_owned()),
        ..ServiceResizeOption::default()
    }
}

/// What a task reserves, if the service may be resized; else why not.
fn eligible(service: &Service, task: Option<Task>) -> Result<Task, String> {
    if service.compute.as_deref() != Some("fargate") {
        return Err("it runs on Fargate Spot, which has no list price".to_owned());
    }
    match (
        service.has_scaling,
        service.scaling_min_count,
        service.scaling_max_count,
    ) {
        (Some(false), ..) => {}
        (Some(true), Some(least), Some(largest)) => {
            return Err(format!(
                "it scales with its load, between {least} and {largest} tasks"
            ));
        }
        (Some(true), ..) => return Err("it scales with its load".to_owned()),
        (None, ..) => return Err("it is not known whether it scales with its load".to_owned()),
    }
    if service.running_count == Some(0) {
        return Err("none of its tasks runs".to_owned());
    }
    let task = task.ok_or("the size of its tasks is not known")?;
    if task.kind == Kind::Windows {
        return Err("there is no price for Windows on Fargate".to_owned());
    }
    Ok(task)
}

fn fill(
    row: &mut ServiceResizeOption,
    service: &Service,
    task: &Task,
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) {
    row.eligible = Some(true);
    row.ineligible_reason = Some(String::new());
    row.vcpus = Some(task.size.vcpus());
    row.memory_gib = Some(task.size.memory_gib());
    let days = service
        .deployed_at
        .map(|at| (estate.taken_at.as_second() - at.as_second()) as f64 / SECONDS_PER_DAY);
    let is_settled = days.is_some_and(|days| days >= DAYS_FOR_MEDIUM);
    row.confidence = Some(if is_settled { "medium" } else { "low" }.to_owned());

    let of = |metric| highest(&estate.measured, &service.id.resource_id, metric);
    row.cpu_max_percent = of("CPUUtilization");
    row.memory_max_percent = of("MemoryUtilization");
    row.cpu_needed_vcpus = row
        .cpu_max_percent
        .map(|cpu| cpu / 100.0 * task.size.vcpus());
    row.memory_needed_gib = row
        .memory_max_percent
        .map(|memory| memory / 100.0 * task.size.memory_gib());

    let Some(count) = service.running_count.map(|count| count as f64) else {
        return;
    };
    let steady = is_steady(service);
    let at = |size| {
        let task = Task { size, ..*task };
        let lines = task_lines(prices, &service.id.region, &task, count);
        if steady { lines } else { lines.estimated() }
    };
    let present = at(task.size);
    let amount = used.explained(&service.id, PRESENT, &present);
    row.monthly_usd = amount.usd;
    row.price_basis = Some(amount.basis.to_owned());
    let (Some(cpu), Some(memory)) = (row.cpu_needed_vcpus, row.memory_needed_gib) else {
        return;
    };
    let needed_vcpus = with_headroom(cpu, row.cpu_headroom_percent);
    let needed_gib = with_headroom(memory, row.memory_headroom_percent);
    let fits = |size: &Size| size.vcpus() >= needed_vcpus && size.memory_gib() >= needed_gib;
    let Some(target) = cheapest(task.size, fits, |size| at(size).cost()) else {
        return;
    };
    row.target_vcpus = Some(target.vcpus());
    row.target_memory_gib = Some(target.memory_gib());
    row.target_cpu_units = Some(target.cpu_units);
    row.target_memory_mib = Some(target.memory_mib);
    row.target_cpu_percent = Some(100.0 * cpu / target.vcpus());
    row.target_memory_percent = Some(100.0 * memory / target.memory_gib());
    row.target_monthly_usd = at(target).cost().usd();
    let savings = used.explained(&service.id, SAVINGS, &present.minus(at(target)));
    row.monthly_savings_usd = savings.usd;
    row.price_basis = Some(savings.basis.to_owned());
}

/// The highest point of a metric, where enough of its window is known.
fn highest(measured: &Measured, resource_id: &str, metric: &str) -> Option<f64> {
    measured.largest(resource_id, metric, "Maximum")
}

/// What has to be there so that a share of it stays free.
fn with_headroom(needed: f64, headroom_percent: f64) -> f64 {
    needed / (1.0 - headroom_percent / 100.0)
}

/// The cheapest size that fits, costs less, and has no more of anything than the present one. Sizes come in their order, so of two
/// that cost the same the smaller one stays.
fn cheapest(
    present: Size,
    fits: impl Fn(&Size) -> bool,
    cost: impl Fn(Size) -> Cost,
) -> Option<Size> {
    let mut least = cost(present).usd()?;
    let mut found = None;
    for size in sizes() {
        let within = size.cpu_units <= present.cpu_units && size.memory_mib <= present.memory_mib;
        if !within || !fits(&size) {
            continue;
        }
        if let Some(usd) = cost(size).usd().filter(|usd| *usd < least) {
            (least, found) = (usd, Some(size));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::super::measured::Series;
    use super::super::service_cost::tests::{definition, service};
    use super::*;
    use crate::ecs::task_definition::TaskDefinition;
    use crate::prices::PriceBook;

    fn option(
        service: Service,
        definition: TaskDefinition,
        cpu: Option<f64>,
        memory: Option<f64>,
    ) -> ServiceResizeOption {
        let mut estate = Estate {
            container_services: vec![service],
            task_definitions: vec![definition],
            taken_at: "2026-10-05T06:00:00Z".parse().expect("an instant"),
            ..Estate::default()
        };
        for (metric, max) in [("CPUUtilization", cpu), ("MemoryUtilization", memory)] {
            let series = Series {
                metric,
                statistic: "Maximum",
                period_seconds: 3600,
                window_days: 14.0,
                coverage: 1.0,
                max,
                ..Series::default()
            };
            estate.measured.add("s", series);
        }
        let profile = RightsizingProfile::Default;
        let mut rows = rows(
            &estate,
            PriceBook::embedded(),
            profile,
            &mut Used::default(),
        );
        rows.pop().expect("a row")
    }

    #[test]
    fn the_cheapest_size_with_room_to_spare_is_found() {
        // 0.4 of 2 vCPUs, which need half a vCPU; 2.4 of 8 GiB, which need 3.
        let row = option(
            service("fargate"),
            definition("X86_64"),
            Some(20.0),
            Some(30.0),
        );
        assert_eq!(
            (row.target_vcpus, row.target_memory_gib),
            (Some(0.5), Some(3.0))
        );
        assert_eq!(
            (row.target_cpu_units, row.target_memory_mib),
            (Some(512), Some(3072))
        );
        assert_eq!(row.target_cpu_percent, Some(80.0));
        // (2 − 0.5) × 0.04048 + (8 − 3) × 0.004445 an hour and task.
        let expected = 3.0 * 730.0 * (1.5 * 0.04048 + 5.0 * 0.004_445);
        let savings = row.monthly_savings_usd.expect("a price");
        assert!((savings - expected).abs() < 1e-9, "{savings}");
        assert_eq!(row.price_basis.as_deref(), Some("exact"));
        assert_eq!(
            row.confidence.as_deref(),
            Some("low"),
            "nobody knows since when"
        );
    }

    #[test]
    fn memory_decides_which_cpu_goes_with_it() {
        // Almost no CPU, but 6 GiB: a quarter vCPU has at most 2 GiB, half a one 4.
        let row = option(
            service("fargate"),
            definition("ARM64"),
            Some(1.0),
            Some(60.0),
        );
        assert_eq!(
            (row.target_vcpus, row.target_memory_gib),
            (Some(1.0), Some(6.0))
        );
    }

    #[test]
    fn what_is_used_or_not_measured_keeps_its_size() {
        let busy = option(
            service("fargate"),
            definition("X86_64"),
            Some(85.0),
            Some(85.0),
        );
        assert_eq!((busy.eligible, busy.target_vcpus), (Some(true), None));
        let unmeasured = option(service("fargate"), definition("X86_64"), Some(5.0), None);
        assert_eq!(
            (unmeasured.target_vcpus, unmeasured.memory_max_percent),
            (None, None)
        );
    }

    #[test]
    fn a_version_that_was_there_all_the_time_is_worth_more() {
        let old = Service {
            deployed_at: Some("2026-09-01T00:00:00Z".parse().expect("an instant")),
            ..service("fargate")
        };
        let row = option(old, definition("X86_64"), Some(20.0), Some(30.0));
        assert_eq!(row.confidence.as_deref(), Some("medium"));
    }

    #[test]
    fn what_may_not_be_resized_says_why() {
        let scaled = Service {
            has_scaling: Some(true),
            scaling_min_count: Some(1),
            scaling_max_count: Some(9),
            ..service("fargate")
        };
        let reason = |service, definition| {
            let row = option(service, definition, Some(1.0), Some(1.0));
            assert_eq!((row.eligible, row.target_vcpus), (Some(false), None));
            row.ineligible_reason.unwrap_or_default()
        };
        let why = reason(scaled, definition("X86_64"));
        assert_eq!(why, "it scales with its load, between 1 and 9 tasks");
        assert!(reason(service("fargate-mixed"), definition("X86_64")).contains("Spot"));
        let unread = TaskDefinition {
            memory_mib: None,
            ..definition("X86_64")
        };
        assert!(reason(service("fargate"), unread).contains("size"));
    }
}
