//! `aws_ebs_attachment`.

use billhook_catalog::table;
use jiff::Timestamp;

table! {
    /// Which volume is attached to which instance, one row an attachment.
    pub struct Attachment: link in "aws_ebs_attachment" reads ["ec2:DescribeVolumes"] {
        /// The volume.
        volume_resource_id: String => "aws_ebs_volume",
        /// The instance.
        instance_resource_id: String => "aws_ec2_instance",
        /// Device name (`/dev/sdf`).
        device: Option<String>,
        /// `attaching`, `attached`, `detaching`, `busy`.
        state: Option<String>,
        /// Since when.
        attached_at: Option<Timestamp>,
        /// Whether the volume is deleted along with the instance.
        delete_on_termination: Option<bool>,
    }
    absence is evidence;
}
