//! `aws_ecs_service_cost`: what the tasks of a service cost.

use billhook_catalog::table;

table! {
    /// Cost of a service by its tasks, one row a service. Only Fargate is billed by the task; what runs on instances is billed by
    /// these. Computed when judging.
    pub struct ServiceCost: link in "aws_ecs_service_cost" reads [] {
        /// The service.
        resource_id: String => "aws_ecs_service",
        /// vCPUs that a task reserves. NULL when its task definition was not read.
        task_vcpus: Option<f64>,
        /// Memory that a task reserves, GiB.
        task_memory_gib: Option<f64>,
        /// Ephemeral storage of a task beyond the 20 GiB that come for free, GiB.
        task_extra_storage_gib: Option<f64>,
        /// `x86_64`, `arm64` or `windows`: what the price depends on.
        price_kind: Option<String>,
        /// Tasks that ran when the service was read, as the amounts below count them.
        task_count: Option<i64>,
        /// List price of a task that runs all month, USD; 0 when tasks are not billed by themselves. NULL where there is no price, such as
        /// for Fargate Spot and for Windows.
        task_monthly_usd: Option<f64>,
        /// The same for all tasks, USD.
        monthly_usd: Option<f64>,
        /// `exact`, `estimated` (the number of tasks changes with the load) or `unknown`.
        price_basis: Option<String>,
    }
    derived from ["aws_ecs_service", "aws_ecs_task_definition"];
}
