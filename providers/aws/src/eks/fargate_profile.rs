//! `aws_eks_fargate_profile`.

use billhook_catalog::table;

use crate::call::or_absent;
use crate::classify::Problem;
use crate::scan::Scan;

use super::cluster;
use super::collect::GONE;

table! {
    /// Fargate profiles of EKS clusters, which say what pods run on Fargate instead of on nodes.
    pub struct FargateProfile: link in "aws_eks_fargate_profile" reads ["eks:ListClusters", "eks:ListFargateProfiles"] {
        /// The cluster.
        cluster_resource_id: String => "aws_eks_cluster",
        /// Name of the profile.
        profile_name: String,
    }
    absence is evidence;
}

/// Reads the Fargate profiles of a cluster.
pub(super) async fn collect(
    scan: &Scan<'_>,
    region: &str,
    cluster_name: &str,
) -> Result<(), Problem> {
    let client = scan.clients.eks(region);
    scan.caller
        .pages(
            region,
            "eks:ListFargateProfiles",
            |token| {
                let request = client
                    .list_fargate_profiles()
                    .cluster_name(cluster_name)
                    .max_results(100)
                    .set_next_token(token);
                or_absent(request.send(), GONE)
            },
            |page| {
                let page = page?;
                for name in page.fargate_profile_names() {
                    let row = FargateProfile {
                        id: scan.place(region),
                        cluster_resource_id: cluster::arn(scan, region, cluster_name),
                        profile_name: name.clone(),
                    };
                    scan.put(region, row);
                }
                page.next_token
            },
        )
        .await
}
