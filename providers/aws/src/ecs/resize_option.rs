//! `aws_ecs_service_resize_option`: smaller tasks for a service.

use billhook_catalog::table;

table! {
    /// Right-sizing of the tasks of a service on Fargate, one row each that is to keep tasks running: whether they may be resized, why
    /// not, and the cheapest size that Fargate offers in which the busiest minute of the busiest task fits. Computed when judging.
    pub struct ServiceResizeOption: link in "aws_ecs_service_resize_option" reads [] {
        /// The service.
        resource_id: String => "aws_ecs_service",
        /// Whether it can be judged for resizing.
        eligible: Option<bool>,
        /// Why not; empty when it can.
        ineligible_reason: Option<String>,
        /// The right-sizing profile that is in force: `default`, `balanced`, `aggressive` or `performance`.
        profile: String,
        /// Share of the CPU of the target that stays free, percent.
        cpu_headroom_percent: f64,
        /// Share of the memory of the target that stays free, percent.
        memory_headroom_percent: f64,
        /// vCPUs that a task reserves at present.
        vcpus: Option<f64>,
        /// Memory that a task reserves at present, GiB.
        memory_gib: Option<f64>,
        /// Highest CPU of any task in any minute, percent of what it reserves. NULL when it was not measured over enough of the window.
        cpu_max_percent: Option<f64>,
        /// Highest memory of any task in any minute, percent of what it reserves.
        memory_max_percent: Option<f64>,
        /// The same in vCPUs.
        cpu_needed_vcpus: Option<f64>,
        /// The same in GiB.
        memory_needed_gib: Option<f64>,
        /// vCPUs of the size to move to; NULL when no smaller one fits.
        target_vcpus: Option<f64>,
        /// Its memory, GiB.
        target_memory_gib: Option<f64>,
        /// The same in the units that task definitions are written in (1024 a vCPU).
        target_cpu_units: Option<i64>,
        /// Its memory, MiB.
        target_memory_mib: Option<i64>,
        /// CPU that is expected there at most, percent.
        target_cpu_percent: Option<f64>,
        /// Memory that is expected there at most, percent.
        target_memory_percent: Option<f64>,
        /// Tasks that the amounts below count.
        task_count: Option<i64>,
        /// Present list price of a month, all tasks together, USD.
        monthly_usd: Option<f64>,
        /// That of the target, USD.
        target_monthly_usd: Option<f64>,
        /// Difference, USD.
        monthly_savings_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`.
        price_basis: Option<String>,
        /// `medium`, or `low` when the present version of the service was rolled out within the window: what was measured before that
        /// may be percent of another size.
        confidence: Option<String>,
    }
    derived from ["aws_ecs_service", "aws_ecs_task_definition", "usage"];
}
