//! EC2: instances, their types, images, addresses, interfaces and regions.

pub mod address;
pub mod burst;
pub(crate) mod collect;
pub mod image;
pub mod instance;
pub mod instance_egress;
pub mod instance_type;
pub mod launch_template_image;
pub mod network_interface;
pub mod quiet_hours;
pub mod region;
pub mod resize_option;
pub mod successor;
