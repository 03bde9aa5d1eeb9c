//! `aws_s3_bucket_traffic`: what a bucket stores in the class Standard, and what is fetched from it.

use billhook_catalog::table;

table! {
    /// Storage and downloads of a bucket, one row a bucket, as far as they were measured.
    pub struct BucketTraffic: link in "aws_s3_bucket_traffic" reads [] {
        /// The bucket.
        resource_id: String => "aws_s3_bucket",
        /// The most that it stored in the class Standard in the window, noncurrent versions and incomplete uploads included, GiB.
        /// NULL when not measured.
        standard_gib: Option<f64>,
        /// Price of storing that, USD a month at list price.
        standard_monthly_usd: Option<f64>,
        /// GiB that are downloaded a month. NULL when not measured, which takes request metrics.
        downloaded_gib_month: Option<f64>,
        /// Price of sending these to the internet, USD a month at list price. What stays in the region, or goes to CloudFront,
        /// is free: an upper bound.
        internet_out_monthly_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`, of the storage.
        storage_price_basis: Option<String>,
        /// `exact`, `estimated` or `unknown`, of the downloads.
        download_price_basis: Option<String>,
    }
    derived from ["aws_s3_bucket", "usage"];
}
