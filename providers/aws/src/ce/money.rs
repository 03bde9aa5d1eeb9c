//! Amounts of Cost Explorer, which come as text.

use std::collections::HashMap;

use aws_sdk_costexplorer::types::MetricValue;

/// A number that is sent as text; `None` when it is none.
pub(crate) fn number(text: Option<&str>) -> Option<f64> {
    text?.parse().ok().filter(|number: &f64| number.is_finite())
}

/// The figure of a metric.
pub(crate) fn figure(metrics: Option<&HashMap<String, MetricValue>>, name: &str) -> Option<f64> {
    number(metrics?.get(name)?.amount())
}

/// An amount of money of a metric in USD; `None` when it is in another currency: the rules compare dollars.
pub(crate) fn usd(metrics: Option<&HashMap<String, MetricValue>>, name: &str) -> Option<f64> {
    let value = metrics?.get(name)?;
    number(value.amount()).filter(|_| value.unit() == Some("USD"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metrics(amount: &str, unit: &str) -> HashMap<String, MetricValue> {
        let value = MetricValue::builder().amount(amount).unit(unit).build();
        HashMap::from([("UnblendedCost".to_owned(), value)])
    }

    #[test]
    fn money_is_dollars_or_unknown() {
        let cost = |amount, unit| usd(Some(&metrics(amount, unit)), "UnblendedCost");
        assert_eq!(cost("12.5000001", "USD"), Some(12.5000001));
        assert_eq!(cost("-3", "USD"), Some(-3.0), "credits are negative");
        assert_eq!(cost("12.5", "CNY"), None);
        assert_eq!(cost("NaN", "USD"), None);
        assert_eq!(cost("", "USD"), None);
        assert_eq!(usd(Some(&metrics("1", "USD")), "AmortizedCost"), None);
        assert_eq!(
            figure(Some(&metrics("1.5", "GB")), "UnblendedCost"),
            Some(1.5)
        );
        assert_eq!(usd(None, "UnblendedCost"), None);
    }
}
