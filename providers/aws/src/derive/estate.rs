//! The collected tables as typed rows.

use std::collections::{BTreeSet, HashMap};

use billhook_catalog::{BASE_GROUP, Gap, GapKind, Row, Table, Tables, Tag, conform};
use jiff::Timestamp;
use polars::prelude::DataFrame;

use crate::account::Account;
use crate::autoscaling::group::{Group, GroupZone, Member};
use crate::budgets::budget::Budget;
use crate::budgets::notification::Notification;
use crate::ce::anomaly::AnomalyMonitor;
use crate::ce::commitment::Commitment;
use crate::ce::coverage::Coverage;
use crate::ce::service_cost::ServiceCost;
use crate::ce::usage::Usage;
use crate::cloudfront::distribution::Distribution;
use crate::dynamodb::index::Index;
use crate::dynamodb::scaling::Scaling;
use crate::ebs::attachment::Attachment;
use crate::ebs::snapshot::Snapshot;
use crate::ebs::volume::Volume;
use crate::ec2::address::Address;
use crate::ec2::burst::BurstDemand;
use crate::ec2::image::{Image, ImageSnapshot};
use crate::ec2::instance::Instance;
use crate::ec2::instance_type::{InstanceType, InstanceTypeOffering};
use crate::ec2::network_interface::NetworkInterface;
use crate::ec2::region::Region;
use crate::ecr::repository::Repository;
use crate::ecs::task_definition::TaskDefinition;
use crate::efs::file_system::FileSystem;
use crate::eks::fargate_profile::FargateProfile;
use crate::eks::node_group::NodeGroup;
use crate::elasticache::replication_group::ReplicationGroup;
use crate::elb::classic_load_balancer::ClassicLoadBalancer;
use crate::elb::listener::Listener;
use crate::elb::load_balancer::LoadBalancer;
use crate::elb::target::Target;
use crate::elb::target_group::TargetGroup;
use crate::kinesis::stream::Stream;
use crate::lambda::function::Function;
use crate::lambda::provisioned_concurrency::ProvisionedConcurrency;
use crate::logs::log_group::LogGroup;
use crate::prices::collected::CollectedPrice;
use crate::rds::cluster::Cluster;
use crate::rds::cluster_snapshot::ClusterSnapshot;
use crate::s3::bucket::Bucket;
use crate::secretsmanager::secret::Secret;
use crate::sqs::queue::Queue;
use crate::vpc::endpoint::Endpoint;
use crate::vpc::nat_gateway::{NatGateway, NatGatewayAddress};
use crate::vpc::route::{Route, RouteTable, SubnetRouteTable};
use crate::vpc::subnet::Subnet;
use crate::vpc::transit_gateway::{TransitGateway, TransitGatewayAttachment};
use crate::vpc::vpn_connection::VpnConnection;

use super::database::usage::DatabaseUsage;
use super::measured::Measured;

/// The tag that CloudFormation puts on what it makes.
const STACK_TAG: &str = "aws:cloudformation:stack-name";

/// Everything that was collected and that facts follow from. A table that was not collected has no rows.
#[derive(Debug, Default)]
pub(super) struct Estate {
    pub(super) accounts: Vec<Account>,
    pub(super) regions: Vec<Region>,
    pub(super) instances: Vec<Instance>,
    pub(super) instance_types: Vec<InstanceType>,
    pub(super) offerings: Vec<InstanceTypeOffering>,
    pub(super) groups: Vec<Group>,
    pub(super) group_members: Vec<Member>,
    pub(super) group_zones: Vec<GroupZone>,
    pub(super) images: Vec<Image>,
    pub(super) image_snapshots: Vec<ImageSnapshot>,
    pub(super) addresses: Vec<Address>,
    pub(super) interfaces: Vec<NetworkInterface>,
    pub(super) volumes: Vec<Volume>,
    pub(super) attachments: Vec<Attachment>,
    pub(super) snapshots: Vec<Snapshot>,
    pub(super) tables: Vec<crate::dynamodb::table::Table>,
    pub(super) indexes: Vec<Index>,
    pub(super) scalings: Vec<Scaling>,
    pub(super) cache_clusters: Vec<crate::elasticache::cluster::Cluster>,
    pub(super) replication_groups: Vec<ReplicationGroup>,
    pub(super) memorydb_clusters: Vec<crate::memorydb::cluster::Cluster>,
    pub(super) load_balancers: Vec<LoadBalancer>,
    pub(super) listeners: Vec<Listener>,
    pub(super) target_groups: Vec<TargetGroup>,
    pub(super) targets: Vec<Target>,
    pub(super) classic_load_balancers: Vec<ClassicLoadBalancer>,
    pub(super) functions: Vec<Function>,
    pub(super) provisioned_concurrencies: Vec<ProvisionedConcurrency>,
    pub(super) log_groups: Vec<LogGroup>,
    pub(super) streams: Vec<Stream>,
    pub(super) queues: Vec<Queue>,
    pub(super) file_systems: Vec<FileSystem>,
    pub(super) repositories: Vec<Repository>,
    pub(super) container_clusters: Vec<crate::ecs::cluster::Cluster>,
    pub(super) container_services: Vec<crate::ecs::service::Service>,
    pub(super) task_definitions: Vec<TaskDefinition>,
    pub(super) kubernetes_clusters: Vec<crate::eks::cluster::Cluster>,
    pub(super) node_groups: Vec<NodeGroup>,
    pub(super) fargate_profiles: Vec<FargateProfile>,
    pub(super) secrets: Vec<Secret>,
    pub(super) inference_endpoints: Vec<crate::sagemaker::endpoint::Endpoint>,
    pub(super) distributions: Vec<Distribution>,
    pub(super) nat_gateways: Vec<NatGateway>,
    pub(super) nat_gateway_addresses: Vec<NatGatewayAddress>,
    pub(super) subnets: Vec<Subnet>,
    pub(super) route_tables: Vec<RouteTable>,
    pub(super) routes: Vec<Route>,
    pub(super) subnet_route_tables: Vec<SubnetRouteTable>,
    pub(super) endpoints: Vec<Endpoint>,
    pub(super) transit_gateways: Vec<TransitGateway>,
    pub(super) transit_gateway_attachments: Vec<TransitGatewayAttachment>,
    pub(super) vpn_connections: Vec<VpnConnection>,
    pub(super) databases: Vec<crate::rds::instance::Instance>,
    pub(super) clusters: Vec<Cluster>,
    pub(super) database_snapshots: Vec<crate::rds::snapshot::Snapshot>,
    pub(super) cluster_snapshots: Vec<ClusterSnapshot>,
    pub(super) buckets: Vec<Bucket>,
    pub(super) budgets: Vec<Budget>,
    pub(super) notifications: Vec<Notification>,
    /// Prices that were read along with the account.
    pub(super) prices: Vec<CollectedPrice>,
    pub(super) anomaly_monitors: Vec<AnomalyMonitor>,
    pub(super) commitments: Vec<Commitment>,
    pub(super) coverages: Vec<Coverage>,
    pub(super) service_costs: Vec<ServiceCost>,
    pub(super) usage_costs: Vec<Usage>,
    /// CloudFormation stack by resource.
    pub(super) stacks: HashMap<String, String>,
    /// What was measured.
    pub(super) measured: Measured,
    /// CPU credits that instances would have needed, by instance.
    pub(super) burst_demand: HashMap<String, Vec<BurstDemand>>,
    /// What was measured of databases.
    pub(super) databases_measured: DatabaseUsage,
    /// The instant that all of it describes.
    pub(super) taken_at: Timestamp,
}

impl Estate {
    /// Reads all tables. One that cannot be read as declared has no rows, and a gap that says so.
    pub(super) fn read(tables: &Tables, taken_at: Timestamp) -> (Self, Vec<Gap>) {
        let mut reader = Reader {
            tables,
            gaps: Vec::new(),
        };
        let usage = reader.frame(billhook_catalog::Usage::TABLE);
        let estate = Self {
            accounts: reader.rows(),
            regions: reader.rows(),
            instances: reader.rows(),
            instance_types: reader.rows(),
            offerings: reader.rows(),
            groups: reader.rows(),
            group_members: reader.rows(),
            group_zones: reader.rows(),
            images: reader.rows(),
            image_snapshots: reader.rows(),
            addresses: reader.rows(),
            interfaces: reader.rows(),
            volumes: reader.rows(),
            attachments: reader.rows(),
            snapshots: reader.rows(),
            tables: reader.rows(),
            indexes: reader.rows(),
            scalings: reader.rows(),
            cache_clusters: reader.rows(),
            replication_groups: reader.rows(),
            memorydb_clusters: reader.rows(),
            load_balancers: reader.rows(),
            listeners: reader.rows(),
            target_groups: reader.rows(),
            targets: reader.rows(),
            classic_load_balancers: reader.rows(),
            functions: reader.rows(),
            provisioned_concurrencies: reader.rows(),
            log_groups: reader.rows(),
            streams: reader.rows(),
            queues: reader.rows(),
            file_systems: reader.rows(),
            repositories: reader.rows(),
            container_clusters: reader.rows(),
            container_services: reader.rows(),
            task_definitions: reader.rows(),
            kubernetes_clusters: reader.rows(),
            node_groups: reader.rows(),
            fargate_profiles: reader.rows(),
            secrets: reader.rows(),
            inference_endpoints: reader.rows(),
            distributions: reader.rows(),
            nat_gateways: reader.rows(),
            nat_gateway_addresses: reader.rows(),
            subnets: reader.rows(),
            route_tables: reader.rows(),
            routes: reader.rows(),
            subnet_route_tables: reader.rows(),
            endpoints: reader.rows(),
            transit_gateways: reader.rows(),
            transit_gateway_attachments: reader.rows(),
            vpn_connections: reader.rows(),
            databases: reader.rows(),
            clusters: reader.rows(),
            database_snapshots: reader.rows(),
            cluster_snapshots: reader.rows(),
            buckets: reader.rows(),
            budgets: reader.rows(),
            notifications: reader.rows(),
            prices: reader.rows(),
            anomaly_monitors: reader.rows(),
            commitments: reader.rows(),
            coverages: reader.rows(),
            service_costs: reader.rows(),
            usage_costs: reader.rows(),
            stacks: reader
                .frame(Tag::TABLE)
                .and_then(|tags| stacks(&tags))
                .unwrap_or_default(),
            measured: usage.as_ref().and_then(Measured::of).unwrap_or_default(),
            databases_measured: usage
                .as_ref()
                .and_then(DatabaseUsage::of)
                .unwrap_or_default(),
            burst_demand: by_instance(reader.rows()),
            taken_at,
        };
        (estate, reader.gaps)
    }
}

/// Stack by resource. Only the columns that matter are looked at: there are more tags than anything else. None when the
/// frame does not have them.
fn stacks(tags: &DataFrame) -> Option<HashMap<String, String>> {
    let column = |name: &str| tags.column(name).ok()?.str().ok();
    let (ids, keys, values) = (column("resource_id")?, column("key")?, column("value")?);
    let rows = ids.iter().zip(keys.iter()).zip(values.iter());
    Some(
        rows.filter_map(|((id, key), value)| match (id, key, value) {
            (Some(id), Some(STACK_TAG), Some(stack)) => Some((id.to_owned(), stack.to_owned())),
            _ => None,
        })
        .collect(),
    )
}

fn by_instance(rows: Vec<BurstDemand>) -> HashMap<String, Vec<BurstDemand>> {
    let mut by_instance: HashMap<String, Vec<BurstDemand>> = HashMap::new();
    for row in rows {
        let of_instance = by_instance.entry(row.resource_id.clone()).or_default();
        of_instance.push(row);
    }
    by_instance
}

struct Reader<'t> {
    tables: &'t Tables,
    gaps: Vec<Gap>,
}

impl Reader<'_> {
    fn rows<R: Row>(&mut self) -> Vec<R> {
        match self.tables.rows() {
            Ok(rows) => rows,
            Err(problem) => {
                self.failed(R::TABLE, &problem.to_string());
                Vec::new()
            }
        }
    }

    /// The frame of a table of which only some columns are read.
    fn frame(&mut self, table: &'static Table) -> Option<DataFrame> {
        match conform(table, self.tables.get(table.name)?) {
            Ok(frame) => Some(frame),
            Err(problem) => {
                self.failed(table, &problem.to_string());
                None
            }
        }
    }

    /// A gap for each account, since a gap concerns one.
    fn failed(&mut self, table: &'static Table, detail: &str) {
        let operation = table
            .groups
            .first()
            .and_then(|group| group.reads.first())
            .copied()
            .unwrap_or_default();
        for account_id in self.accounts(table) {
            self.gaps.push(Gap {
                table: table.name.to_owned(),
                column_group: BASE_GROUP.to_owned(),
                account_id,
                region: None,
                resource_id: None,
                metric: None,
                operation: operation.to_owned(),
                iam_action: None,
                kind: GapKind::Failed,
                detail: detail.to_owned(),
            });
        }
    }

    /// The accounts that a table speaks of; all scanned ones when it does not even say that.
    fn accounts(&self, table: &'static Table) -> BTreeSet<String> {
        let of = |name: &str| -> BTreeSet<String> {
            let ids = self
                .tables
                .get(name)
                .and_then(|frame| frame.column("account_id").ok()?.str().ok());
            ids.map(|ids| ids.iter().flatten().map(str::to_owned).collect())
                .unwrap_or_default()
        };
        let mut accounts = of(table.name);
        if accounts.is_empty() {
            accounts = of(Account::TABLE.name);
        }
        if accounts.is_empty() {
            accounts.insert(String::new());
        }
        accounts
    }
}

#[cfg(test)]
mod tests {
    use billhook_catalog::{Place, frame_of, without_cell};

    use super::*;

    #[test]
    fn a_table_with_a_hole_is_a_gap_in_every_account_of_it() {
        let attachment = |account: &str| Attachment {
            id: Place {
                account_id: account.to_owned(),
                region: "eu-west-1".to_owned(),
            },
            volume_resource_id: "v".to_owned(),
            instance_resource_id: "i".to_owned(),
            ..Attachment::default()
        };
        let whole = frame_of(["2", "1", "2"].map(attachment));
        let mut tables = Tables::default();
        tables.insert("aws_ebs_attachment", whole.clone());
        let (estate, gaps) = Estate::read(&tables, Timestamp::UNIX_EPOCH);
        assert_eq!((estate.attachments.len(), gaps.len()), (3, 0));

        tables.insert(
            "aws_ebs_attachment",
            without_cell(&whole, "instance_resource_id", 1),
        );
        let (estate, gaps) = Estate::read(&tables, Timestamp::UNIX_EPOCH);
        assert!(estate.attachments.is_empty());
        let accounts: Vec<_> = gaps.iter().map(|gap| gap.account_id.as_str()).collect();
        assert_eq!(accounts, ["1", "2"]);
        assert_eq!(gaps[0].kind, GapKind::Failed);
        assert_eq!(gaps[0].operation, "ec2:DescribeVolumes");
        assert!(
            gaps[0]
                .detail
                .contains("instance_resource_id is NULL, but every row needs it")
        );
    }

    #[test]
    fn nothing_collected_is_nothing_and_no_gap() {
        let (estate, gaps) = Estate::read(&Tables::default(), Timestamp::UNIX_EPOCH);
        assert!(estate.instances.is_empty() && gaps.is_empty());
    }
}
