//! Resource names in AWS's own form, as the Service Authorization Reference spells them.

/// Where names are minted: partition, account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Names {
    /// `aws`, `aws-us-gov`, `aws-cn`, …
    pub(crate) partition: String,
    /// The scanned account.
    pub(crate) account: String,
}

impl Names {
    /// A resource in a region: `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`.
    pub(crate) fn regional(&self, service: &str, region: &str, resource: &str) -> String {
        format!(
            "arn:{}:{service}:{region}:{}:{resource}",
            self.partition, self.account
        )
    }

    /// A resource of EC2 that carries its account: `arn:aws:ec2:REGION:ACCOUNT:KIND/ID`.
    pub(crate) fn ec2(&self, region: &str, kind: &str, id: &str) -> String {
        format!(
            "arn:{}:ec2:{region}:{}:{kind}/{id}",
            self.partition, self.account
        )
    }

    /// The same, or the empty text (absent) for no id.
    pub(crate) fn ec2_or_none(&self, region: &str, kind: &str, id: Option<&str>) -> String {
        id.filter(|id| !id.is_empty())
            .map_or_else(String::new, |id| self.ec2(region, kind, id))
    }

    /// An image or a snapshot, whose names carry no account: `arn:aws:ec2:REGION::KIND/ID`.
    pub(crate) fn ec2_public(&self, region: &str, kind: &str, id: &str) -> String {
        format!("arn:{}:ec2:{region}::{kind}/{id}", self.partition)
    }

    /// A database, a cluster of them or a snapshot: `arn:aws:rds:REGION:ACCOUNT:KIND:ID`.
    pub(crate) fn rds(&self, region: &str, kind: &str, id: &str) -> String {
        format!(
            "arn:{}:rds:{region}:{}:{kind}:{id}",
            self.partition, self.account
        )
    }

    /// `arn:aws:s3:::BUCKET`.
    pub(crate) fn bucket(&self, name: &str) -> String {
        format!("arn:{}:s3:::{name}", self.partition)
    }

    /// `arn:aws:budgets::ACCOUNT:budget/NAME`.
    pub(crate) fn budget(&self, name: &str) -> String {
        format!(
            "arn:{}:budgets::{}:budget/{name}",
            self.partition, self.account
        )
    }

    /// The account itself, as its root: `arn:aws:iam::ACCOUNT:root`.
    pub(crate) fn root(&self) -> String {
        format!("arn:{}:iam::{}:root", self.partition, self.account)
    }
}

/// The parts of an ARN that say where it belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parts<'a> {
    /// Partition.
    pub(crate) partition: &'a str,
    /// Service (`sns`).
    pub(crate) service: &'a str,
    /// Region; empty for global resources.
    pub(crate) region: &'a str,
    /// Account; empty for public resources.
    pub(crate) account: &'a str,
}

/// Takes an ARN apart; `None` when it is none.
pub(crate) fn parse(arn: &str) -> Option<Parts<'_>> {
    let mut parts = arn.splitn(6, ':');
    if parts.next()? != "arn" {
        return None;
    }
    let parsed = Parts {
        partition: parts.next()?,
        service: parts.next()?,
        region: parts.next()?,
        account: parts.next()?,
    };
    parts.next().map(|_resource| parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        Names {
            partition: "aws-cn".into(),
            account: "123456789012".into(),
        }
    }

    #[test]
    fn names_follow_the_partition_and_leave_the_account_out_where_aws_does() {
        let names = names();
        assert_eq!(
            names.ec2("cn-north-1", "volume", "vol-1"),
            "arn:aws-cn:ec2:cn-north-1:123456789012:volume/vol-1"
        );
        assert_eq!(
            names.regional("elasticloadbalancing", "cn-north-1", "loadbalancer/web"),
            "arn:aws-cn:elasticloadbalancing:cn-north-1:123456789012:loadbalancer/web"
        );
        assert_eq!(
            names.ec2_public("cn-north-1", "snapshot", "snap-1"),
            "arn:aws-cn:ec2:cn-north-1::snapshot/snap-1"
        );
        assert_eq!(
            names.rds("cn-north-1", "cluster-snapshot", "before"),
            "arn:aws-cn:rds:cn-north-1:123456789012:cluster-snapshot:before"
        );
        assert_eq!(names.bucket("b.c"), "arn:aws-cn:s3:::b.c");
        assert_eq!(
            names.budget("Whole account"),
            "arn:aws-cn:budgets::123456789012:budget/Whole account"
        );
        assert_eq!(names.root(), "arn:aws-cn:iam::123456789012:root");
        assert_eq!(names.ec2_or_none("cn-north-1", "subnet", None), "");
        assert_eq!(names.ec2_or_none("cn-north-1", "subnet", Some("")), "");
    }

    #[test]
    fn an_arn_is_taken_apart() {
        let topic = parse("arn:aws:sns:eu-west-1:123456789012:alerts").unwrap();
        assert_eq!(
            (topic.service, topic.region, topic.account),
            ("sns", "eu-west-1", "123456789012")
        );
        assert_eq!(parse("arn:aws:sns:eu-west-1"), None);
        assert_eq!(parse("someone@example.com"), None);
    }
}
