//! The AWS adapter: tables of an account, read through the AWS SDK, and what follows from them.
//!
//! It only ever reads: no operation that it calls changes an account.

pub mod account;
pub mod budgets;
pub mod catalog;
pub mod ebs;
pub mod ec2;
pub mod prices;
pub mod s3;
pub mod vpc;
