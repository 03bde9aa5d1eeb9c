//! The adapter against made-up answers, through the SDK's own serialization.

mod collection;
mod errors;
mod load_balancers;
mod metrics;
mod replies;
