//! `aws_ebs_snapshot`.

use billhook_catalog::table;

table! {
    /// EBS snapshots that the account owns.
    pub struct Snapshot: resource "AWS::EC2::Snapshot" in "aws_ebs_snapshot" reads ["ec2:DescribeSnapshots"] {
        /// `pending`, `completed`, `error`, `recoverable` or `recovering`.
        state: Option<String>,
        /// Size of the source volume, GiB. The snapshot is billed for its changed blocks, which AWS does not tell here.
        volume_size_gib: Option<i64>,
        /// Size of the full snapshot, GiB: what a restore would hold, and the most that it can be billed for. NULL when AWS does not say.
        full_size_gib: Option<f64>,
        /// `standard` or `archive`.
        storage_tier: Option<String>,
        /// Whether it is encrypted.
        encrypted: Option<bool>,
        /// Source volume, where it is known; NULL for the placeholder `vol-ffffffff` that copies carry.
        source_volume_resource_id: Option<String> => "aws_ebs_volume",
        /// Description.
        description: Option<String>,
        /// `aws-backup`, `dlm`, or empty when neither made it.
        made_by: Option<String>,
    }
    group "public" reads ["ec2:DescribeSnapshots"] {
        /// Whether anyone may restore it.
        is_public: Option<bool>,
    }
    group "sharing" reads ["ec2:DescribeSnapshotAttribute"] {
        /// Accounts that it is shared with; 0 when with none.
        shared_account_count: Option<i64>,
    }
}
