//! `aws_budgets_notification`.

use billhook_catalog::table;

table! {
    /// Notifications of budgets. `resource_id` is the budget's ARN followed by `/notification/TYPE/COMPARISON/THRESHOLD`.
    pub struct Notification: resource "AWS::Budgets::Notification" in "aws_budgets_notification" reads ["budgets:DescribeBudgetNotificationsForAccount"] {
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
