//! The integration tests, one binary: linking Polars and the SDK once is enough.

mod aws;
mod bill;
mod browser;
mod cache;
mod cli;
mod defects;
mod demo;
mod dialect;
mod estates;
mod explain;
mod house;
mod moto;
mod organization;
mod policy;
mod prices;
mod report;
mod rules;
mod sample;
mod sample_why;
mod snapshot;
mod tutorials;
