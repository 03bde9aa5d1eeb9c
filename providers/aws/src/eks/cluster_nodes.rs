//! `aws_eks_cluster_nodes`: what pods of a cluster could run on.

use billhook_catalog::table;

table! {
    /// What pods of a cluster could run on, one row a cluster. Nodes that no node group keeps (self-managed, of Karpenter, of EKS Auto
    /// Mode) are EC2 instances that carry the cluster's name in their tags: `kubernetes.io/cluster/NAME`, `aws:eks:cluster-name`,
    /// `eks:cluster-name` or `eks:eks-cluster-name`. Hybrid nodes, machines elsewhere, are in no list of AWS. Computed when judging.
    pub struct ClusterNodes: link in "aws_eks_cluster_nodes" reads [] {
        /// The cluster.
        resource_id: String => "aws_eks_cluster",
        /// Managed node groups.
        node_group_count: Option<i64>,
        /// Nodes that they are to keep together. NULL when one of them does not say.
        node_group_desired_count: Option<i64>,
        /// Fargate profiles.
        fargate_profile_count: Option<i64>,
        /// EC2 instances that are tagged as the cluster's, stopped ones and those of node groups included. NULL when an instance was read
        /// without its tags.
        instance_count: Option<i64>,
        /// Auto Scaling groups that are tagged as the cluster's, those of node groups included.
        autoscaling_group_count: Option<i64>,
    }
    derived from ["aws_eks_cluster", "aws_eks_node_group", "aws_eks_fargate_profile", "aws_ec2_instance", "aws_autoscaling_group"];
}
