//! The adapter against made-up answers, through the SDK's own serialization.

mod bill;
mod collection;
mod containers;
mod databases;
mod errors;
mod load_balancers;
mod metrics;
mod replies;
