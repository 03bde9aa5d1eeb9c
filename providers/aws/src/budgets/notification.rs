//! `aws_budgets_notification`.

use aws_sdk_budgets::types::{Notification as Described, ThresholdType};
use billhook_catalog::table;

use crate::scan::{GLOBAL, Scan};

table! {
    /// Notifications of budgets. Region `global`. AWS has no ARN for them: `resource_id` is the budget's ARN followed by
    /// `/notification/TYPE/COMPARISON/THRESHOLD`, and by `/ABSOLUTE_VALUE` where the threshold is an amount.
    pub struct Notification: resource "AWS::Budgets::Notification" in "aws_budgets_notification" reads ["budgets:DescribeBudgetNotificationsForAccount", "budgets:DescribeBudgets"] {
        /// The budget.
        budget_resource_id: Option<String> => "aws_budgets_budget",
        /// `ACTUAL` or `FORECASTED`.
        notification_type: Option<String>,
        /// `GREATER_THAN`, `LESS_THAN` or `EQUAL_TO`.
        comparison: Option<String>,
        /// Threshold, in percent of the limit or in its unit.
        threshold: Option<f64>,
        /// `PERCENTAGE` or `ABSOLUTE_VALUE`.
        threshold_type: Option<String>,
        /// The threshold in percent of the budget's limit. NULL when the limit is not known.
        threshold_percent: Option<f64>,
        /// `OK` or `ALARM`.
        state: Option<String>,
    }
    group "subscribers" reads ["budgets:DescribeSubscribersForNotification"] {
        /// Subscribers of any kind; 0 when nobody is told.
        subscriber_count: Option<i64>,
        /// E-mail subscribers. Their addresses are not kept.
        email_count: Option<i64>,
    }
    absence is evidence;
}

/// Whether the threshold is an amount; AWS's own default is a percentage.
fn is_absolute(notification: &Described) -> bool {
    notification.threshold_type() == Some(&ThresholdType::AbsoluteValue)
}

/// The threshold in percent of the budget's limit; `None` when it is an amount and the limit is unknown or 0.
fn threshold_percent(notification: &Described, limit: Option<f64>) -> Option<f64> {
    if is_absolute(notification) {
        limit
            .filter(|limit| *limit > 0.0)
            .map(|limit| 100.0 * notification.threshold() / limit)
    } else {
        Some(notification.threshold())
    }
}

/// A notification as a row, without its subscribers.
pub(crate) fn row(
    scan: &Scan<'_>,
    budget: &str,
    limit: Option<f64>,
    notification: &Described,
) -> Notification {
    let kind = notification.notification_type().as_str();
    let comparison = notification.comparison_operator().as_str();
    let threshold = notification.threshold();
    let absolute = if is_absolute(notification) {
        "/ABSOLUTE_VALUE"
    } else {
        ""
    };
    let budget_resource_id = scan.names.budget(budget);
    let suffix = format!("{kind}/{comparison}/{threshold}{absolute}");
    let resource_id = format!("{budget_resource_id}/notification/{suffix}");
    let mut id = scan.key(GLOBAL, resource_id, &format!("{budget}/{suffix}"));
    let unit = if is_absolute(notification) { "" } else { " %" };
    id.name = Some(format!("{budget}: {kind} {comparison} {threshold}{unit}"));
    Notification {
        id,
        budget_resource_id: Some(budget_resource_id),
        notification_type: Some(kind.to_owned()),
        comparison: Some(comparison.to_owned()),
        threshold: Some(threshold),
        threshold_type: Some(
            notification
                .threshold_type()
                .unwrap_or(&ThresholdType::Percentage)
                .as_str()
                .to_owned(),
        ),
        threshold_percent: threshold_percent(notification, limit),
        state: notification
            .notification_state()
            .map(|state| state.as_str().to_owned()),
        subscriber_count: None,
        email_count: None,
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_budgets::types::{ComparisonOperator, NotificationType};

    use super::*;

    fn notification(threshold: f64, kind: Option<ThresholdType>) -> Described {
        Described::builder()
            .notification_type(NotificationType::Actual)
            .comparison_operator(ComparisonOperator::GreaterThan)
            .threshold(threshold)
            .set_threshold_type(kind)
            .build()
            .unwrap()
    }

    #[test]
    fn a_threshold_is_brought_to_percent() {
        assert_eq!(
            threshold_percent(&notification(80.0, None), None),
            Some(80.0),
            "percent is AWS's default"
        );
        assert_eq!(
            threshold_percent(
                &notification(80.0, Some(ThresholdType::Percentage)),
                Some(10.0)
            ),
            Some(80.0)
        );
        let amount = notification(50.0, Some(ThresholdType::AbsoluteValue));
        assert_eq!(threshold_percent(&amount, Some(200.0)), Some(25.0));
        assert_eq!(threshold_percent(&amount, None), None);
        assert_eq!(threshold_percent(&amount, Some(0.0)), None);
    }
}
