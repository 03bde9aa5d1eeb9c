//! The integration tests, one binary: linking Polars and the SDK once is enough.

mod cli;
mod dialect;
mod house;
mod report;
mod rules;
mod sample;
