//! `aws_ebs_volume`.

use billhook_catalog::{BASE_GROUP, Dimension, DimensionValue, Metric, Missing, Row, table};

use crate::ebs::attachment::Attachment;
use crate::number::count;
use crate::scan::Scan;
use crate::tags;
use crate::time::instant;

const VOLUME: &[Dimension] = &[Dimension {
    name: "VolumeId",
    value: DimensionValue::Column("short_id"),
}];

const fn metric(name: &'static str, doc: &'static str) -> Metric {
    Metric {
        namespace: "AWS/EBS",
        name,
        dimensions: VOLUME,
        missing: Missing::NotAttached,
        doc,
    }
}

/// What AWS publishes for a volume, only while it is attached.
/// <https://docs.aws.amazon.com/ebs/latest/userguide/using_cloudwatch_ebs.html>
pub static METRICS: &[Metric] = &[
    metric("VolumeReadOps", "Completed reads."),
    metric("VolumeWriteOps", "Completed writes."),
    metric("VolumeReadBytes", "Bytes read."),
    metric("VolumeWriteBytes", "Bytes written."),
];

table! {
    /// EBS volumes, one row a volume.
    pub struct Volume: resource "AWS::EC2::Volume" in "aws_ebs_volume" reads ["ec2:DescribeVolumes"] {
        /// `creating`, `available` (attached to nothing), `in-use`, `deleting` or `error`.
        state: Option<String>,
        /// `gp3`, `gp2`, `io2`, `io1`, `st1`, `sc1` or `standard`.
        volume_type: Option<String>,
        /// Provisioned size, GiB.
        size_gib: Option<i64>,
        /// Provisioned I/O operations a second; for gp2 its baseline, 0 for types without.
        provisioned_iops: Option<i64>,
        /// Provisioned throughput, MiB/s; 0 for types without.
        provisioned_throughput_mibps: Option<i64>,
        /// Whether it is encrypted.
        encrypted: Option<bool>,
        /// Key that it is encrypted with; empty when it is not.
        kms_key_id: Option<String>,
        /// Availability Zone.
        zone: Option<String>,
        /// Whether several instances may attach it at once.
        multi_attach: Option<bool>,
        /// Snapshot that it was made from, as the bare id; empty when from none.
        source_snapshot_id: Option<String>,
        /// Instances that it is attached to.
        attachment_count: Option<i64>,
        /// Whether it is attached under a device name that AWS reserves for root volumes (`/dev/sda1`, `/dev/xvda`); false when it is
        /// attached to nothing.
        on_root_device: Option<bool>,
    }
    metrics METRICS;
    absence is evidence;
}

/// Reads the volumes of a region and what they are attached to.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.ec2(region);
    let outcome = scan
        .caller
        .pages(
            region,
            "ec2:DescribeVolumes",
            |token| {
                client
                    .describe_volumes()
                    .max_results(1000)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for volume in page.volumes() {
                    keep(scan, region, volume);
                }
                page.next_token
            },
        )
        .await;
    scan.settle(Volume::TABLE, BASE_GROUP, region, &outcome);
    scan.settle(Attachment::TABLE, BASE_GROUP, region, &outcome);
}

/// Device names that are reserved for root volumes.
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html>
const ROOT_DEVICES: [&str; 2] = ["/dev/sda1", "/dev/xvda"];

/// Whether any of the devices that a volume is attached as is a root device; None when one is not known and no other is.
fn is_on_root_device<'d>(devices: impl IntoIterator<Item = Option<&'d str>>) -> Option<bool> {
    let mut all_known = true;
    for device in devices {
        match device {
            Some(device) if ROOT_DEVICES.contains(&device) => return Some(true),
            Some(_) => {}
            None => all_known = false,
        }
    }
    all_known.then_some(false)
}

/// A provision that only some types have: 0 for the others, and unknown where AWS does not say it of one that has it.
fn provision(kind: Option<&str>, has: &[&str], value: Option<i32>) -> Option<i64> {
    match kind {
        Some(kind) if !has.contains(&kind) => Some(value.map_or(0, i64::from)),
        _ => value.map(i64::from),
    }
}

fn keep(scan: &Scan<'_>, region: &str, volume: &aws_sdk_ec2::types::Volume) {
    let Some(short_id) = volume.volume_id() else {
        return;
    };
    let names = &scan.names;
    let mut id = scan.key(region, names.ec2(region, "volume", short_id), short_id);
    id.name = tags::name(volume.tags());
    id.created_at = instant(volume.create_time());
    tags::keep(scan, Volume::TABLE, &id, volume.tags());
    for attachment in volume.attachments() {
        // Volumes of managed compute are attached to a service's instance, which the account does not see.
        let Some(instance) = attachment.instance_id() else {
            continue;
        };
        let row = Attachment {
            id: scan.place(region),
            volume_resource_id: id.resource_id.clone(),
            instance_resource_id: names.ec2(region, "instance", instance),
            device: attachment.device().map(str::to_owned),
            state: attachment.state().map(|state| state.as_str().to_owned()),
            attached_at: instant(attachment.attach_time()),
            delete_on_termination: attachment.delete_on_termination(),
        };
        scan.put(region, row);
    }
    let kind = volume.volume_type().map(|kind| kind.as_str());
    let row = Volume {
        id,
        state: volume.state().map(|state| state.as_str().to_owned()),
        volume_type: kind.map(str::to_owned),
        size_gib: volume.size().map(i64::from),
        provisioned_iops: provision(kind, &["gp2", "gp3", "io1", "io2"], volume.iops()),
        provisioned_throughput_mibps: provision(kind, &["gp3"], volume.throughput()),
        encrypted: volume.encrypted(),
        kms_key_id: match volume.encrypted() {
            Some(false) => Some(String::new()),
            _ => volume.kms_key_id().map(str::to_owned),
        },
        zone: volume.availability_zone().map(str::to_owned),
        multi_attach: Some(volume.multi_attach_enabled().unwrap_or(false)),
        source_snapshot_id: Some(volume.snapshot_id().unwrap_or_default().to_owned()),
        attachment_count: Some(count(volume.attachments().len())),
        on_root_device: is_on_root_device(
            volume
                .attachments()
                .iter()
                .map(|attachment| attachment.device()),
        ),
    };
    scan.put(region, row);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_volume_is_known_by_its_device() {
        assert_eq!(is_on_root_device([]), Some(false));
        assert_eq!(is_on_root_device([Some("/dev/sdf")]), Some(false));
        assert_eq!(is_on_root_device([Some("/dev/xvda")]), Some(true));
        assert_eq!(is_on_root_device([None, Some("/dev/sda1")]), Some(true));
        assert_eq!(is_on_root_device([Some("/dev/sdf"), None]), None);
    }

    #[test]
    fn a_type_without_a_provision_has_none_and_one_with_may_be_unknown() {
        assert_eq!(provision(Some("st1"), &["gp3"], None), Some(0));
        assert_eq!(provision(Some("gp3"), &["gp3"], Some(125)), Some(125));
        assert_eq!(provision(Some("gp3"), &["gp3"], None), None);
        assert_eq!(provision(None, &["gp3"], None), None);
    }
}
