//! billhook
fn main() {}
