//! billhook
