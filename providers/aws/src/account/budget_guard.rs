//! `aws_account_budget_guard`.

use billhook_catalog::table;

table! {
    /// Whose budgets guard an account, one row an account. Region `global`.
    pub struct BudgetGuard: link in "aws_account_budget_guard" reads [] {
        /// The account.
        resource_id: String => "aws_account",
        /// `payer`, `member` or `stand-alone`. NULL when unknown.
        kind: Option<String>,
        /// `own`: it has a current cost budget itself. `management`: its management account, which is part of the scan, has one over all
        /// costs of the organization. Empty: neither is seen, which says nothing where the management account is not part of the scan.
        guarded_by: String,
        /// Why a member cannot be judged; empty when it is guarded, or no member.
        why: String,
    }
    derived from ["aws_account", "aws_budgets_budget"];
}
