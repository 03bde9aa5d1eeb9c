//! `aws_ecr_repository`.

use billhook_catalog::table;

table! {
    /// Private repositories of container images.
    pub struct Repository: resource "AWS::ECR::Repository" in "aws_ecr_repository" reads ["ecr:DescribeRepositories"] {
        /// Whether a tag can be moved to another image: `MUTABLE`, `IMMUTABLE`, or one of these with exceptions.
        tag_mutability: Option<String>,
        /// `AES256`, `KMS` or `KMS_DSSE`.
        encryption: Option<String>,
        /// Key that it is encrypted with; empty without KMS.
        kms_key_id: Option<String>,
    }
    group "tags" reads ["tag:GetResources"] {
    }
    group "lifecycle" reads ["ecr:GetLifecyclePolicy"] {
        /// Whether a lifecycle policy removes images.
        has_lifecycle_policy: Option<bool>,
    }
    group "images" reads ["ecr:DescribeImages"] {
        /// Images.
        image_count: Option<i64>,
        /// Their sizes together, GiB. Layers that images share are counted for each of them, and billed once.
        image_gib: Option<f64>,
        /// Images without a tag.
        untagged_image_count: Option<i64>,
        /// Images that were neither pushed nor pulled in the 90 days before the snapshot.
        stale_image_count: Option<i64>,
        /// The sizes of these together, GiB.
        stale_image_gib: Option<f64>,
    }
}
