//! Names of what has a price.

use std::borrow::Cow;
use std::fmt;

use super::ebs::EbsMetric;
use super::rds::RdsInstance;

/// Section names of the book.
pub mod section {
    /// Instances on demand. Name: instance type; variant: empty for Linux on shared hardware, else see
    /// [`crate::prices::ec2::variant`].
    pub const EC2: &str = "ec2";
    /// Volumes and snapshots. Name: volume type or `snapshot`; variant: metric.
    pub const EBS: &str = "ebs";
    /// Database instances. Name: instance class; variant: `engine/licence/deployment`.
    pub const RDS: &str = "rds";
    /// Database storage. Name: scope; variant: metric.
    pub const RDS_STORAGE: &str = "rds_storage";
    /// Transfer between regions. Name: the receiving region; the price's region is the sending one.
    pub const INTER_REGION: &str = "inter_region";
    /// Load balancers, gateways, addresses, endpoints, transfer. Name: service; variant: metric.
    pub const NETWORK: &str = "network";
    /// Everything else. Name: service; variant: metric.
    pub const SERVICE: &str = "service";
}

/// What has a price, apart from the region: one row of the book.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sku<'a> {
    /// Kind of price, see [`section`] and [`NodeService`].
    pub section: &'a str,
    /// Name within the section.
    pub name: &'a str,
    /// What distinguishes prices of one name; empty where nothing does.
    pub variant: Cow<'a, str>,
}

impl<'a> Sku<'a> {
    /// The price of `name` and `variant` in a section.
    pub const fn new(section: &'a str, name: &'a str, variant: &'a str) -> Self {
        Self {
            section,
            name,
            variant: Cow::Borrowed(variant),
        }
    }

    /// An hour of an instance type, Linux on demand, shared tenancy.
    pub const fn ec2_linux_hour(instance_type: &'a str) -> Self {
        Self::new(section::EC2, instance_type, "")
    }

    /// An hour of an instance type on demand, with the operation that is billed (`RunInstances:0002`) and the tenancy in the
    /// words of the API. None where they have no price by the hour of an instance.
    pub fn ec2_hour(instance_type: &'a str, usage_operation: &str, tenancy: &str) -> Option<Self> {
        Some(Self {
            section: section::EC2,
            name: instance_type,
            variant: Cow::Owned(super::ec2::variant(usage_operation, tenancy)?),
        })
    }

    /// A price of a volume type or of snapshots. None for a metric that the type does not have.
    pub const fn ebs(volume_type: &'a str, metric: EbsMetric) -> Self {
        Self::new(section::EBS, volume_type, metric.as_str())
    }

    /// An hour of a database instance. None for an engine, licence or deployment that the book does not know.
    pub fn rds_instance_hour(instance: &RdsInstance<'a>) -> Option<Self> {
        let variant = Cow::Owned(instance.variant()?);
        Some(Self {
            section: section::RDS,
            name: instance.class,
            variant,
        })
    }

    /// Database storage: `scope` is `aurora`, `rds`, `rds:single-az`, `rds:multi-az` or `rds_proxy`.
    pub const fn rds_storage(scope: &'a str, metric: &'a str) -> Self {
        Self::new(section::RDS_STORAGE, scope, metric)
    }

    /// An hour of a node. `variant` is the engine or deployment where the service prices them apart (see [`NodeService`]).
    pub const fn node_hour(service: NodeService, node_type: &'a str, variant: &'a str) -> Self {
        Self::new(service.section(), node_type, variant)
    }

    /// A network price, such as `nat_gateway` and `hour`.
    pub const fn network(service: &'a str, metric: &'a str) -> Self {
        Self::new(section::NETWORK, service, metric)
    }

    /// A GB sent to another region; look it up in the sending region.
    pub const fn inter_region_gb(to_region: &'a str) -> Self {
        Self::new(section::INTER_REGION, to_region, "")
    }

    /// A price of another service, such as `secretsmanager` and `secret_month`.
    pub const fn service(service: &'a str, metric: &'a str) -> Self {
        Self::new(section::SERVICE, service, metric)
    }
}

/// `section name variant`.
impl fmt::Display for Sku<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.section, self.name)?;
        if self.variant.is_empty() {
            Ok(())
        } else {
            write!(out, " {}", self.variant)
        }
    }
}

/// Services that are priced by the hour of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeService {
    /// DynamoDB Accelerator.
    Dax,
    /// Database Migration Service; variants `single-az`, `multi-az`.
    Dms,
    /// DocumentDB; variants empty (standard storage), `io-optimized`.
    DocumentDb,
    /// ElastiCache; variants `redis`, `valkey`, `memcached`.
    ElastiCache,
    /// MemoryDB; variants `redis`, `valkey`.
    MemoryDb,
    /// Amazon MQ; variants such as `activemq:single-instance`, `rabbitmq:active-standby`.
    Mq,
    /// Managed Streaming for Apache Kafka; variant `standard`.
    Msk,
    /// Neptune; variants empty (standard storage), `io-optimized`.
    Neptune,
    /// OpenSearch; node types end in `.search`.
    OpenSearch,
    /// Redshift.
    Redshift,
    /// SageMaker notebook instances.
    SageMakerNotebook,
}

impl NodeService {
    /// The section of the book with its prices.
    pub const fn section(self) -> &'static str {
        match self {
            Self::Dax => "node:dax",
            Self::Dms => "node:dms",
            Self::DocumentDb => "node:docdb",
            Self::ElastiCache => "node:elasticache",
            Self::MemoryDb => "node:memorydb",
            Self::Mq => "node:mq",
            Self::Msk => "node:msk",
            Self::Neptune => "node:neptune",
            Self::OpenSearch => "node:opensearch",
            Self::Redshift => "node:redshift",
            Self::SageMakerNotebook => "node:sagemaker_notebook",
        }
    }
}
