//! What kind of network cost a usage type is. Usage types are the words of the bill: `USE2-NatGateway-Bytes`, with the
//! region's short name in front, which is left out in us-east-1.
//! <https://docs.aws.amazon.com/cur/latest/userguide/cur-data-transfers-charges.html>

/// The class of a usage type; `other` for everything that is not about the network.
pub(crate) fn of(usage_type: &str) -> &'static str {
    let has = |part: &str| usage_type.contains(part);
    let is = |name: &str| {
        usage_type == name
            || usage_type
                .strip_suffix(name)
                .is_some_and(|region| region.ends_with('-'))
    };
    if has("NatGateway") {
        if has("Hours") {
            "nat-hours"
        } else {
            "nat-bytes"
        }
    } else if has("VpcEndpoint") {
        "endpoint"
    } else if has("TransitGateway") {
        "transit-gateway"
    } else if has("PublicIPv4:") || has("ElasticIP:") {
        "ipv4"
    } else if has("LCUUsage") || has("LoadBalancerUsage") {
        // `DataProcessing-Bytes` of a Classic Load Balancer is left out: CloudWatch Logs bills by the same name.
        "load-balancer"
    } else if has("DataXfer-Out") {
        "direct-connect"
    } else if is("DataTransfer-Regional-Bytes") {
        "inter-az"
    } else if is("AWS-Out-Bytes") || is("AWS-In-Bytes") {
        "inter-region"
    } else if ["Out-Bytes", "Out-OBytes", "Out-ABytes"]
        .iter()
        .any(|end| is(&format!("DataTransfer-{end}")))
    {
        "internet-out"
    } else {
        "other"
    }
}

/// Whether the usage type is billed by what was moved, and not by the hour of what moves it.
pub(crate) fn is_transfer(usage_type: &str) -> bool {
    match of(usage_type) {
        "internet-out" | "inter-az" | "inter-region" | "nat-bytes" | "direct-connect" => true,
        "endpoint" | "transit-gateway" => usage_type.contains("Bytes"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_types_are_told_apart_with_and_without_a_region() {
        for (usage_type, class, moves) in [
            ("DataTransfer-Out-Bytes", "internet-out", true),
            ("EUC1-DataTransfer-Out-Bytes", "internet-out", true),
            ("EU-DataTransfer-Out-OBytes", "internet-out", true),
            ("DataTransfer-Out-ABytes", "internet-out", true),
            ("DataTransfer-Regional-Bytes", "inter-az", true),
            ("APN1-DataTransfer-Regional-Bytes", "inter-az", true),
            ("USE1-EUC1-AWS-Out-Bytes", "inter-region", true),
            ("USE1-EUC1-AWS-In-Bytes", "inter-region", true),
            ("AWS-Out-Bytes", "inter-region", true),
            ("NatGateway-Bytes", "nat-bytes", true),
            ("USW2-NatGateway-Prvd-Bytes", "nat-bytes", true),
            ("EU-NatGateway-Hours", "nat-hours", false),
            ("EU-VpcEndpoint-Bytes", "endpoint", true),
            ("VpcEndpoint-Hours", "endpoint", false),
            ("USE2-TransitGateway-Bytes", "transit-gateway", true),
            ("TransitGateway-Hours", "transit-gateway", false),
            ("LCUUsage", "load-balancer", false),
            ("EU-LoadBalancerUsage", "load-balancer", false),
            ("PublicIPv4:InUseAddress", "ipv4", false),
            ("EU-PublicIPv4:IdleAddress", "ipv4", false),
            ("ElasticIP:IdleAddress", "ipv4", false),
            ("EUC1-DataXfer-Out:dc.3", "direct-connect", true),
            ("DataTransfer-In-Bytes", "other", false),
            ("EU-DataProcessing-Bytes", "other", false),
            ("EU-BoxUsage:m5.large", "other", false),
            ("TimedStorage-ByteHrs", "other", false),
            ("", "other", false),
        ] {
            assert_eq!(
                (of(usage_type), is_transfer(usage_type)),
                (class, moves),
                "{usage_type}"
            );
        }
    }
}
