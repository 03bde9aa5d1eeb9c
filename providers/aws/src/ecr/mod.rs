//! ECR: container image repositories.

pub(crate) mod collect;
mod images;
pub mod repository;
