//! What a database instance class is.

/// Name without `db.`, vCPUs, memory MiB, network baseline Gbit/s, EBS baseline IOPS and MB/s; 0 is not known.
type Facts = (&'static str, i64, i64, f64, i64, f64);

/// Classes of RDS, Aurora, DocumentDB and Neptune, by name. A class has the size of the EC2 type that it is called after
/// (<https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html>), so the figures are
/// those of DescribeInstanceTypes, as of 2026-10-27. Classes with memory or threads of their own (`db.r5.large.tpc1.mem2x`) are left
/// out.
const CLASSES: &[Facts] = &[
    ("c6gd.12xlarge", 48, 98_304, 20.0, 50_000, 1781.25),
    ("c6gd.16xlarge", 64, 131_072, 25.0, 80_000, 2375.0),
    ("c6gd.2xlarge", 8, 16_384, 2.5, 12_000, 296.875),
    ("c6gd.4xlarge", 16, 32_768, 5.0, 20_000, 593.75),
    ("c6gd.8xlarge", 32, 65_536, 12.0, 40_000, 1187.5),
    ("c6gd.large", 2, 4_096, 0.75, 3_600, 78.75),
    ("c6gd.medium", 1, 2_048, 0.5, 2_500, 39.375),
    ("c6gd.xlarge", 4, 8_192, 1.25, 6_000, 148.5),
    ("m1.large", 2, 7_680, 0.7, 4_000, 62.5),
    ("m1.medium", 1, 3_788, 0.3, 0, 0.0),
    ("m1.small", 1, 1_740, 0.3, 0, 0.0),
    ("m1.xlarge", 4, 15_360, 1.0, 8_000, 125.0),
    ("m2.2xlarge", 4, 35_020, 0.7, 4_000, 62.5),
    ("m2.4xlarge", 8, 70_041, 1.0, 8_000, 125.0),
    ("m2.xlarge", 2, 17_510, 0.3, 0, 0.0),
    ("m3.2xlarge", 8, 30_720, 1.0, 8_000, 125.0),
    ("m3.large", 2, 7_680, 0.7, 0, 0.0),
    ("m3.medium", 1, 3_840, 0.3, 0, 0.0),
    ("m3.xlarge", 4, 15_360, 1.0, 4_000, 62.5),
    ("m4.10xlarge", 40, 163_840, 10.0, 32_000, 500.0),
    ("m4.16xlarge", 64, 262_144, 25.0, 65_000, 1250.0),
    ("m4.2xlarge", 8, 32_768, 1.0, 8_000, 125.0),
    ("m4.4xlarge", 16, 65_536, 2.0, 16_000, 250.0),
    ("m4.large", 2, 8_192, 0.45, 3_600, 56.25),
    ("m4.xlarge", 4, 16_384, 0.75, 6_000, 93.75),
    ("m5.12xlarge", 48, 196_608, 12.0, 40_000, 1187.5),
    ("m5.16xlarge", 64, 262_144, 20.0, 60_000, 1700.0),
    ("m5.24xlarge", 96, 393_216, 25.0, 80_000, 2375.0),
    ("m5.2xlarge", 8, 32_768, 2.5, 12_000, 287.5),
    ("m5.4xlarge", 16, 65_536, 5.0, 18_750, 593.75),
    ("m5.8xlarge", 32, 131_072, 10.0, 30_000, 850.0),
    ("m5.large", 2, 8_192, 0.75, 3_600, 81.25),
    ("m5.xlarge", 4, 16_384, 1.25, 6_000, 143.75),
    ("m5d.12xlarge", 48, 196_608, 12.0, 40_000, 1187.5),
    ("m5d.16xlarge", 64, 262_144, 20.0, 60_000, 1700.0),
    ("m5d.24xlarge", 96, 393_216, 25.0, 80_000, 2375.0),
    ("m5d.2xlarge", 8, 32_768, 2.5, 12_000, 287.5),
    ("m5d.4xlarge", 16, 65_536, 5.0, 18_750, 593.75),
    ("m5d.8xlarge", 32, 131_072, 10.0, 30_000, 850.0),
    ("m5d.large", 2, 8_192, 0.75, 3_600, 81.25),
    ("m5d.xlarge", 4, 16_384, 1.25, 6_000, 143.75),
    ("m6g.12xlarge", 48, 196_608, 20.0, 50_000, 1781.25),
    ("m6g.16xlarge", 64, 262_144, 25.0, 80_000, 2375.0),
    ("m6g.2xlarge", 8, 32_768, 2.5, 12_000, 296.875),
    ("m6g.4xlarge", 16, 65_536, 5.0, 20_000, 593.75),
    ("m6g.8xlarge", 32, 131_072, 12.0, 40_000, 1187.5),
    ("m6g.large", 2, 8_192, 0.75, 3_600, 78.75),
    ("m6g.xlarge", 4, 16_384, 1.25, 6_000, 148.5),
    ("m6gd.12xlarge", 48, 196_608, 20.0, 50_000, 1781.25),
    ("m6gd.16xlarge", 64, 262_144, 25.0, 80_000, 2375.0),
    ("m6gd.2xlarge", 8, 32_768, 2.5, 12_000, 296.875),
    ("m6gd.4xlarge", 16, 65_536, 5.0, 20_000, 593.75),
    ("m6gd.8xlarge", 32, 131_072, 12.0, 40_000, 1187.5),
    ("m6gd.large", 2, 8_192, 0.75, 3_600, 78.75),
    ("m6gd.xlarge", 4, 16_384, 1.25, 6_000, 148.5),
    ("m6i.12xlarge", 48, 196_608, 18.75, 60_000, 1875.0),
    ("m6i.16xlarge", 64, 262_144, 25.0, 80_000, 2500.0),
    ("m6i.24xlarge", 96, 393_216, 37.5, 120_000, 3750.0),
    ("m6i.2xlarge", 8, 32_768, 3.125, 12_000, 312.5),
    ("m6i.32xlarge", 128, 524_288, 50.0, 160_000, 5000.0),
    ("m6i.4xlarge", 16, 65_536, 6.25, 20_000, 625.0),
    ("m6i.8xlarge", 32, 131_072, 12.5, 40_000, 1250.0),
    ("m6i.large", 2, 8_192, 0.781, 3_600, 81.25),
    ("m6i.xlarge", 4, 16_384, 1.562, 6_000, 156.25),
    ("m6id.12xlarge", 48, 196_608, 18.75, 60_000, 1875.0),
    ("m6id.16xlarge", 64, 262_144, 25.0, 80_000, 2500.0),
    ("m6id.24xlarge", 96, 393_216, 37.5, 120_000, 3750.0),
    ("m6id.2xlarge", 8, 32_768, 3.125, 12_000, 312.5),
    ("m6id.32xlarge", 128, 524_288, 50.0, 160_000, 5000.0),
    ("m6id.4xlarge", 16, 65_536, 6.25, 20_000, 625.0),
    ("m6id.8xlarge", 32, 131_072, 12.5, 40_000, 1250.0),
    ("m6id.large", 2, 8_192, 0.781, 3_600, 81.25),
    ("m6id.xlarge", 4, 16_384, 1.562, 6_000, 156.25),
    ("m6idn.12xlarge", 48, 196_608, 75.0, 150_000, 4687.5),
    ("m6idn.16xlarge", 64, 262_144, 100.0, 200_000, 6250.0),
    ("m6idn.24xlarge", 96, 393_216, 150.0, 300_000, 9375.0),
    ("m6idn.2xlarge", 8, 32_768, 12.5, 25_000, 781.25),
    ("m6idn.32xlarge", 128, 524_288, 400.0, 400_000, 12500.0),
    ("m6idn.4xlarge", 16, 65_536, 25.0, 50_000, 1562.5),
    ("m6idn.8xlarge", 32, 131_072, 50.0, 100_000, 3125.0),
    ("m6idn.large", 2, 8_192, 3.125, 6_250, 195.3125),
    ("m6idn.xlarge", 4, 16_384, 6.25, 12_500, 390.625),
    ("m6in.12xlarge", 48, 196_608, 75.0, 150_000, 4687.5),
    ("m6in.16xlarge", 64, 262_144, 100.0, 200_000, 6250.0),
    ("m6in.24xlarge", 96, 393_216, 150.0, 300_000, 9375.0),
    ("m6in.2xlarge", 8, 32_768, 12.5, 25_000, 781.25),
    ("m6in.32xlarge", 128, 524_288, 400.0, 400_000, 12500.0),
    ("m6in.4xlarge", 16, 65_536, 25.0, 50_000, 1562.5),
    ("m6in.8xlarge", 32, 131_072, 50.0, 100_000, 3125.0),
    ("m6in.large", 2, 8_192, 3.125, 6_250, 195.3125),
    ("m6in.xlarge", 4, 16_384, 6.25, 12_500, 390.625),
    ("m7g.12xlarge", 48, 196_608, 22.5, 60_000, 1875.0),
    ("m7g.16xlarge", 64, 262_144, 30.0, 80_000, 2500.0),
    ("m7g.2xlarge", 8, 32_768, 3.75, 12_000, 312.5),
    ("m7g.4xlarge", 16, 65_536, 7.5, 20_000, 625.0),
    ("m7g.8xlarge", 32, 131_072, 15.0, 40_000, 1250.0),
    ("m7g.large", 2, 8_192, 0.937, 3_600, 78.75),
    ("m7g.medium", 1, 4_096, 0.52, 2_500, 39.375),
    ("m7g.xlarge", 4, 16_384, 1.876, 6_000, 156.25039999999998),
    ("m7i.12xlarge", 48, 196_608, 18.75, 60_000, 1875.0),
    ("m7i.16xlarge", 64, 262_144, 25.0, 80_000, 2500.0),
    ("m7i.24xlarge", 96, 393_216, 37.5, 120_000, 3750.0),
    ("m7i.2xlarge", 8, 32_768, 3.125, 12_000, 312.5),
    ("m7i.48xlarge", 192, 786_432, 50.0, 240_000, 5000.0),
    ("m7i.4xlarge", 16, 65_536, 6.25, 20_000, 625.0),
    ("m7i.8xlarge", 32, 131_072, 12.5, 40_000, 1250.0),
    ("m7i.large", 2, 8_192, 0.781, 3_600, 81.25),
    ("m7i.xlarge", 4, 16_384, 1.562, 6_000, 156.25),
    ("m8g.12xlarge", 48, 196_608, 22.5, 60_000, 1875.0),
    ("m8g.16xlarge", 64, 262_144, 30.0, 80_000, 2500.0),
    ("m8g.24xlarge", 96, 393_216, 40.0, 120_000, 3750.0),
    ("m8g.2xlarge", 8, 32_768, 3.75, 12_000, 312.5),
    ("m8g.48xlarge", 192, 786_432, 50.0, 240_000, 5000.0),
    ("m8g.4xlarge", 16, 65_536, 7.5, 20_000, 625.0),
    ("m8g.8xlarge", 32, 131_072, 15.0, 40_000, 1250.0),
    ("m8g.large", 2, 8_192, 0.937, 3_600, 78.75),
    ("m8g.medium", 1, 4_096, 0.52, 2_500, 39.375),
    ("m8g.xlarge", 4, 16_384, 1.875, 6_000, 156.25),
    ("m8gd.12xlarge", 48, 196_608, 22.5, 60_000, 1875.0),
    ("m8gd.16xlarge", 64, 262_144, 30.0, 80_000, 2500.0),
    ("m8gd.24xlarge", 96, 393_216, 40.0, 120_000, 3750.0),
    ("m8gd.2xlarge", 8, 32_768, 3.75, 12_000, 312.5),
    ("m8gd.48xlarge", 192, 786_432, 50.0, 240_000, 5000.0),
    ("m8gd.4xlarge", 16, 65_536, 7.5, 20_000, 625.0),
    ("m8gd.8xlarge", 32, 131_072, 15.0, 40_000, 1250.0),
    ("m8gd.large", 2, 8_192, 0.937, 3_600, 78.75),
    ("m8gd.medium", 1, 4_096, 0.52, 2_500, 39.375),
    ("m8gd.xlarge", 4, 16_384, 1.875, 6_000, 156.25),
    ("r3.2xlarge", 8, 62_464, 1.0, 8_000, 125.0),
    ("r3.4xlarge", 16, 124_928, 2.0, 16_000, 250.0),
    ("r3.8xlarge", 32, 249_856, 5.0, 0, 0.0),
    ("r3.large", 2, 15_360, 0.5, 0, 0.0),
    ("r3.xlarge", 4, 31_232, 0.7, 4_000, 62.5),
    ("r4.16xlarge", 64, 499_712, 25.0, 75_000, 1750.0),
    ("r4.2xlarge", 8, 62_464, 2.5, 12_000, 212.5),
    ("r4.4xlarge", 16, 124_928, 5.0, 18_750, 437.5),
    ("r4.8xlarge", 32, 249_856, 12.0, 37_500, 875.0),
    ("r4.large", 2, 15_616, 0.75, 3_000, 53.125),
    ("r4.xlarge", 4, 31_232, 1.25, 6_000, 106.25),
    ("r5.12xlarge", 48, 393_216, 12.0, 40_000, 1187.5),
    ("r5.16xlarge", 64, 524_288, 20.0, 60_000, 1700.0),
    ("r5.24xlarge", 96, 786_432, 25.0, 80_000, 2375.0),
    ("r5.2xlarge", 8, 65_536, 2.5, 12_000, 287.5),
    ("r5.4xlarge", 16, 131_072, 5.0, 18_750, 593.75),
    ("r5.8xlarge", 32, 262_144, 10.0, 30_000, 850.0),
    ("r5.large", 2, 16_384, 0.75, 3_600, 81.25),
    ("r5.xlarge", 4, 32_768, 1.25, 6_000, 143.75),
    ("r5b.12xlarge", 48, 393_216, 12.0, 130_000, 3750.0),
    ("r5b.16xlarge", 64, 524_288, 20.0, 173_333, 5000.0),
    ("r5b.24xlarge", 96, 786_432, 25.0, 260_000, 7500.0),
    ("r5b.2xlarge", 8, 65_536, 2.5, 21_667, 625.0),
    ("r5b.4xlarge", 16, 131_072, 5.0, 43_333, 1250.0),
    ("r5b.8xlarge", 32, 262_144, 10.0, 86_667, 2500.0),
    ("r5b.large", 2, 16_384, 0.75, 5_417, 156.25),
    ("r5b.xlarge", 4, 32_768, 1.25, 10_833, 312.5),
    ("r5d.12xlarge", 48, 393_216, 12.0, 40_000, 1187.5),
    ("r5d.16xlarge", 64, 524_288, 20.0, 60_000, 1700.0),
    ("r5d.24xlarge", 96, 786_432, 25.0, 80_000, 2375.0),
    ("r5d.2xlarge", 8, 65_536, 2.5, 12_000, 287.5),
    ("r5d.4xlarge", 16, 131_072, 5.0, 18_750, 593.75),
    ("r5d.8xlarge", 32, 262_144, 10.0, 30_000, 850.0),
    ("r5d.large", 2, 16_384, 0.75, 3_600, 81.25),
    ("r5d.xlarge", 4, 32_768, 1.25, 6_000, 143.75),
    ("r6g.12xlarge", 48, 393_216, 20.0, 50_000, 1781.25),
    ("r6g.16xlarge", 64, 524_288, 25.0, 80_000, 2375.0),
    ("r6g.2xlarge", 8, 65_536, 2.5, 12_000, 296.875),
    ("r6g.4xlarge", 16, 131_072, 5.0, 20_000, 593.75),
    ("r6g.8xlarge", 32, 262_144, 12.0, 40_000, 1187.5),
    ("r6g.large", 2, 16_384, 0.75, 3_600, 78.75),
    ("r6g.xlarge", 4, 32_768, 1.25, 6_000, 148.5),
    ("r6gd.12xlarge", 48, 393_216, 20.0, 50_000, 1781.25),
    ("r6gd.16xlarge", 64, 524_288, 25.0, 80_000, 2375.0),
    ("r6gd.2xlarge", 8, 65_536, 2.5, 12_000, 296.875),
    ("r6gd.4xlarge", 16, 131_072, 5.0, 20_000, 593.75),
    ("r6gd.8xlarge", 32, 262_144, 12.0, 40_000, 1187.5),
    ("r6gd.large", 2, 16_384, 0.75, 3_600, 78.75),
    ("r6gd.xlarge", 4, 32_768, 1.25, 6_000, 148.5),
    ("r6i.12xlarge", 48, 393_216, 18.75, 60_000, 1875.0),
    ("r6i.16xlarge", 64, 524_288, 25.0, 80_000, 2500.0),
    ("r6i.24xlarge", 96, 786_432, 37.5, 120_000, 3750.0),
    ("r6i.2xlarge", 8, 65_536, 3.125, 12_000, 312.5),
    ("r6i.32xlarge", 128, 1_048_576, 50.0, 160_000, 5000.0),
    ("r6i.4xlarge", 16, 131_072, 6.25, 20_000, 625.0),
    ("r6i.8xlarge", 32, 262_144, 12.5, 40_000, 1250.0),
    ("r6i.large", 2, 16_384, 0.781, 3_600, 81.25),
    ("r6i.xlarge", 4, 32_768, 1.562, 6_000, 156.25),
    ("r6id.12xlarge", 48, 393_216, 18.75, 60_000, 1875.0),
    ("r6id.16xlarge", 64, 524_288, 25.0, 80_000, 2500.0),
    ("r6id.24xlarge", 96, 786_432, 37.5, 120_000, 3750.0),
    ("r6id.2xlarge", 8, 65_536, 3.125, 12_000, 312.5),
    ("r6id.32xlarge", 128, 1_048_576, 50.0, 160_000, 5000.0),
    ("r6id.4xlarge", 16, 131_072, 6.25, 20_000, 625.0),
    ("r6id.8xlarge", 32, 262_144, 12.5, 40_000, 1250.0),
    ("r6id.large", 2, 16_384, 0.781, 3_600, 81.25),
    ("r6id.xlarge", 4, 32_768, 1.562, 6_000, 156.25),
    ("r6idn.12xlarge", 48, 393_216, 75.0, 150_000, 4687.5),
    ("r6idn.16xlarge", 64, 524_288, 100.0, 200_000, 6250.0),
    ("r6idn.24xlarge", 96, 786_432, 150.0, 300_000, 9375.0),
    ("r6idn.2xlarge", 8, 65_536, 12.5, 25_000, 781.25),
    ("r6idn.32xlarge", 128, 1_048_576, 400.0, 400_000, 12500.0),
    ("r6idn.4xlarge", 16, 131_072, 25.0, 50_000, 1562.5),
    ("r6idn.8xlarge", 32, 262_144, 50.0, 100_000, 3125.0),
    ("r6idn.large", 2, 16_384, 3.125, 6_250, 195.3125),
    ("r6idn.xlarge", 4, 32_768, 6.25, 12_500, 390.625),
    ("r6in.12xlarge", 48, 393_216, 75.0, 150_000, 4687.5),
    ("r6in.16xlarge", 64, 524_288, 100.0, 200_000, 6250.0),
    ("r6in.24xlarge", 96, 786_432, 150.0, 300_000, 9375.0),
    ("r6in.2xlarge", 8, 65_536, 12.5, 25_000, 781.25),
    ("r6in.32xlarge", 128, 1_048_576, 400.0, 400_000, 12500.0),
    ("r6in.4xlarge", 16, 131_072, 25.0, 50_000, 1562.5),
    ("r6in.8xlarge", 32, 262_144, 50.0, 100_000, 3125.0),
    ("r6in.large", 2, 16_384, 3.125, 6_250, 195.3125),
    ("r6in.xlarge", 4, 32_768, 6.25, 12_500, 390.625),
    ("r7g.12xlarge", 48, 393_216, 22.5, 60_000, 1875.0),
    ("r7g.16xlarge", 64, 524_288, 30.0, 80_000, 2500.0),
    ("r7g.2xlarge", 8, 65_536, 3.75, 12_000, 312.5),
    ("r7g.4xlarge", 16, 131_072, 7.5, 20_000, 625.0),
    ("r7g.8xlarge", 32, 262_144, 15.0, 40_000, 1250.0),
    ("r7g.large", 2, 16_384, 0.937, 3_600, 78.75),
    ("r7g.medium", 1, 8_192, 0.52, 2_500, 39.375),
    ("r7g.xlarge", 4, 32_768, 1.876, 6_000, 156.25039999999998),
    ("r7i.12xlarge", 48, 393_216, 18.75, 60_000, 1875.0),
    ("r7i.16xlarge", 64, 524_288, 25.0, 80_000, 2500.0),
    ("r7i.24xlarge", 96, 786_432, 37.5, 120_000, 3750.0),
    ("r7i.2xlarge", 8, 65_536, 3.125, 12_000, 312.5),
    ("r7i.48xlarge", 192, 1_572_864, 50.0, 240_000, 5000.0),
    ("r7i.4xlarge", 16, 131_072, 6.25, 20_000, 625.0),
    ("r7i.8xlarge", 32, 262_144, 12.5, 40_000, 1250.0),
    ("r7i.large", 2, 16_384, 0.781, 3_600, 81.25),
    ("r7i.xlarge", 4, 32_768, 1.562, 6_000, 156.25),
    ("r8g.12xlarge", 48, 393_216, 22.5, 60_000, 1875.0),
    ("r8g.16xlarge", 64, 524_288, 30.0, 80_000, 2500.0),
    ("r8g.24xlarge", 96, 786_432, 40.0, 120_000, 3750.0),
    ("r8g.2xlarge", 8, 65_536, 3.75, 12_000, 312.5),
    ("r8g.48xlarge", 192, 1_572_864, 50.0, 240_000, 5000.0),
    ("r8g.4xlarge", 16, 131_072, 7.5, 20_000, 625.0),
    ("r8g.8xlarge", 32, 262_144, 15.0, 40_000, 1250.0),
    ("r8g.large", 2, 16_384, 0.937, 3_600, 78.75),
    ("r8g.medium", 1, 8_192, 0.52, 2_500, 39.375),
    ("r8g.xlarge", 4, 32_768, 1.875, 6_000, 156.25),
    ("r8gd.12xlarge", 48, 393_216, 22.5, 60_000, 1875.0),
    ("r8gd.16xlarge", 64, 524_288, 30.0, 80_000, 2500.0),
    ("r8gd.24xlarge", 96, 786_432, 40.0, 120_000, 3750.0),
    ("r8gd.2xlarge", 8, 65_536, 3.75, 12_000, 312.5),
    ("r8gd.48xlarge", 192, 1_572_864, 50.0, 240_000, 5000.0),
    ("r8gd.4xlarge", 16, 131_072, 7.5, 20_000, 625.0),
    ("r8gd.8xlarge", 32, 262_144, 15.0, 40_000, 1250.0),
    ("r8gd.large", 2, 16_384, 0.937, 3_600, 78.75),
    ("r8gd.medium", 1, 8_192, 0.52, 2_500, 39.375),
    ("r8gd.xlarge", 4, 32_768, 1.875, 6_000, 156.25),
    ("t1.micro", 1, 627, 0.07, 0, 0.0),
    ("t2.2xlarge", 8, 32_768, 1.0, 0, 0.0),
    ("t2.large", 2, 8_192, 0.512, 0, 0.0),
    ("t2.medium", 2, 4_096, 0.256, 0, 0.0),
    ("t2.micro", 1, 1_024, 0.064, 0, 0.0),
    ("t2.small", 1, 2_048, 0.128, 0, 0.0),
    ("t2.xlarge", 4, 16_384, 0.75, 0, 0.0),
    ("t3.2xlarge", 8, 32_768, 2.048, 4_000, 86.875),
    ("t3.large", 2, 8_192, 0.512, 4_000, 86.875),
    ("t3.medium", 2, 4_096, 0.256, 2_000, 43.375),
    ("t3.micro", 2, 1_024, 0.064, 500, 10.875),
    ("t3.small", 2, 2_048, 0.128, 1_000, 21.75),
    ("t3.xlarge", 4, 16_384, 1.024, 4_000, 86.875),
    ("t4g.2xlarge", 8, 32_768, 2.048, 4_000, 86.875),
    ("t4g.large", 2, 8_192, 0.512, 4_000, 86.875),
    ("t4g.medium", 2, 4_096, 0.256, 2_000, 43.375),
    ("t4g.micro", 2, 1_024, 0.064, 500, 10.875),
    ("t4g.nano", 2, 512, 0.032, 250, 5.375),
    ("t4g.small", 2, 2_048, 0.128, 1_000, 21.75),
    ("t4g.xlarge", 4, 16_384, 1.024, 4_000, 86.875),
    ("x1.16xlarge", 64, 999_424, 10.0, 40_000, 875.0),
    ("x1.32xlarge", 128, 1_998_848, 25.0, 80_000, 1750.0),
    ("x1e.16xlarge", 64, 1_998_848, 10.0, 40_000, 875.0),
    ("x1e.2xlarge", 8, 249_856, 1.25, 7_400, 125.0),
    ("x1e.32xlarge", 128, 3_997_696, 25.0, 80_000, 1750.0),
    ("x1e.4xlarge", 16, 499_712, 2.5, 10_000, 218.75),
    ("x1e.8xlarge", 32, 999_424, 5.0, 20_000, 437.5),
    ("x1e.xlarge", 4, 124_928, 0.625, 3_700, 62.5),
    ("x2gd.12xlarge", 48, 786_432, 20.0, 60_000, 1781.25),
    ("x2gd.16xlarge", 64, 1_048_576, 25.0, 80_000, 2375.0),
    ("x2gd.2xlarge", 8, 131_072, 2.5, 12_000, 296.875),
    ("x2gd.4xlarge", 16, 262_144, 5.0, 20_000, 593.75),
    ("x2gd.8xlarge", 32, 524_288, 12.0, 40_000, 1187.5),
    ("x2gd.large", 2, 32_768, 0.75, 3_600, 78.75),
    ("x2gd.xlarge", 4, 65_536, 1.25, 6_000, 148.5),
    ("x2idn.16xlarge", 64, 1_048_576, 50.0, 173_333, 5000.0),
    ("x2idn.24xlarge", 96, 1_572_864, 75.0, 260_000, 7500.0),
    ("x2idn.32xlarge", 128, 2_097_152, 100.0, 260_000, 10000.0),
    ("x2iedn.16xlarge", 64, 2_097_152, 50.0, 130_000, 5000.0),
    ("x2iedn.24xlarge", 96, 3_145_728, 75.0, 195_000, 7500.0),
    ("x2iedn.2xlarge", 8, 262_144, 5.0, 16_250, 625.0),
    ("x2iedn.32xlarge", 128, 4_194_304, 100.0, 260_000, 10000.0),
    ("x2iedn.4xlarge", 16, 524_288, 12.5, 32_500, 1250.0),
    ("x2iedn.8xlarge", 32, 1_048_576, 25.0, 65_000, 2500.0),
    ("x2iedn.xlarge", 4, 131_072, 1.875, 8_125, 312.5),
    ("x2iezn.12xlarge", 48, 1_572_864, 100.0, 80_000, 2375.0),
    ("x2iezn.2xlarge", 8, 262_144, 12.5, 13_333, 396.25),
    ("x2iezn.4xlarge", 16, 524_288, 15.0, 20_000, 593.75),
    ("x2iezn.6xlarge", 24, 786_432, 50.0, 40_000, 1187.5),
    ("x2iezn.8xlarge", 32, 1_048_576, 75.0, 55_000, 1500.0),
    ("z1d.12xlarge", 48, 393_216, 25.0, 80_000, 2375.0),
    ("z1d.2xlarge", 8, 65_536, 2.5, 13_333, 396.25),
    ("z1d.3xlarge", 12, 98_304, 5.0, 20_000, 593.75),
    ("z1d.6xlarge", 24, 196_608, 12.0, 40_000, 1187.5),
    ("z1d.large", 2, 16_384, 0.75, 3_333, 100.0),
    ("z1d.xlarge", 4, 32_768, 1.25, 6_667, 197.5),
];

/// A class, with what it offers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Class {
    /// Name without `db.`.
    pub(crate) name: &'static str,
    /// vCPUs.
    pub(crate) vcpus: i64,
    /// Memory, MiB.
    pub(crate) memory_mib: i64,
    /// Network that it gives at all times, Gbit/s; None when not known.
    pub(crate) network_gbps: Option<f64>,
    /// I/O operations a second against its storage at all times; None when not known.
    pub(crate) storage_iops: Option<f64>,
    /// Throughput of its storage at all times, MB/s; None when not known.
    pub(crate) storage_mbps: Option<f64>,
}

/// The generations whose classes replace the old ones on the same processor architecture.
const OUTDATED: &[(&str, &str)] = &[
    ("m1", "m5"),
    ("m2", "r5"),
    ("m3", "m5"),
    ("m4", "m5"),
    ("r3", "r5"),
    ("r4", "r5"),
    ("t1", "t3"),
    ("t2", "t3"),
];

impl Class {
    fn of(facts: &Facts) -> Self {
        let known = |figure: f64| Some(figure).filter(|figure| *figure > 0.0);
        let (name, vcpus, memory_mib, network, iops, mbps) = *facts;
        Self {
            name,
            vcpus,
            memory_mib,
            network_gbps: known(network),
            storage_iops: known(iops as f64),
            storage_mbps: known(mbps),
        }
    }

    /// A class by its name (`db.m6g.large`); None for those that are not known.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let name = name.strip_prefix("db.")?;
        let found = CLASSES.binary_search_by(|facts| facts.0.cmp(name)).ok()?;
        CLASSES.get(found).map(Self::of)
    }

    /// All of them, by name.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        CLASSES.iter().map(Self::of)
    }

    /// Its name in full.
    pub(crate) fn full_name(&self) -> String {
        format!("db.{}", self.name)
    }

    /// Its family (`m6g`).
    pub(crate) fn family(&self) -> &'static str {
        self.name.split('.').next().unwrap_or_default()
    }

    /// Its size (`large`).
    pub(crate) fn size(&self) -> &'static str {
        self.name.split('.').nth(1).unwrap_or_default()
    }

    /// What its family is for (`m`) and of which make it is (`6g`).
    pub(crate) fn series(&self) -> (&'static str, &'static str) {
        let family = self.family();
        let end = family.find(|letter: char| letter.is_ascii_digit());
        family.split_at(end.unwrap_or(family.len()))
    }

    /// Whether it runs on a Graviton processor.
    pub(crate) fn is_graviton(&self) -> bool {
        let (_, make) = self.series();
        make.trim_start_matches(|letter: char| letter.is_ascii_digit())
            .starts_with('g')
    }

    /// Whether its CPU is by credits.
    pub(crate) fn is_burstable(&self) -> bool {
        self.series().0 == "t"
    }

    /// Another family's class of the same size.
    fn in_family(&self, family: &str) -> Option<Self> {
        Self::named(&format!("db.{family}.{}", self.size()))
    }

    /// The class on Graviton 2 that takes its place: the same size, as many vCPUs and no less memory. None where there is
    /// none, or it runs on Graviton already.
    pub(crate) fn on_graviton(&self) -> Option<Self> {
        let (letters, make) = self.series();
        if self.is_graviton() {
            return None;
        }
        let family = match (letters, make.ends_with('d')) {
            ("m", true) => "m6gd",
            ("r", true) => "r6gd",
            ("m", false) => "m6g",
            ("r", false) => "r6g",
            ("t", _) => "t4g",
            _ => return None,
        };
        self.in_family(family).filter(|other| other.holds(self))
    }

    /// The class of a current generation that takes the place of an old one. None where it is not old, or there is none.
    pub(crate) fn successor(&self) -> Option<Self> {
        let family = self.family();
        let (_, next) = OUTDATED.iter().find(|(old, _)| *old == family)?;
        self.in_family(next).filter(|other| other.holds(self))
    }

    /// Whether its generation is one that AWS no longer develops.
    pub(crate) fn is_outdated(&self) -> bool {
        OUTDATED.iter().any(|(old, _)| *old == self.family())
    }

    /// Whether it has at least the vCPUs and the memory of another one.
    fn holds(&self, other: &Self) -> bool {
        self.vcpus >= other.vcpus && self.memory_mib >= other.memory_mib
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(name: &str) -> Class {
        Class::named(name).unwrap_or_else(|| panic!("{name} is not known"))
    }

    #[test]
    fn classes_are_found_by_name() {
        assert!(CLASSES.is_sorted_by_key(|facts| facts.0));
        let found = class("db.r6g.large");
        assert_eq!((found.vcpus, found.memory_mib), (2, 16_384));
        assert_eq!(found.network_gbps, Some(0.75));
        assert_eq!(class("db.t2.small").storage_iops, None);
        for strange in [
            "r6g.large",
            "db.r5.large.tpc1.mem2x",
            "db.serverless",
            "db.z99.large",
        ] {
            assert_eq!(Class::named(strange), None, "{strange}");
        }
        assert_eq!(Class::all().count(), CLASSES.len());
    }

    #[test]
    fn a_name_says_what_it_is() {
        let found = class("db.x2iedn.2xlarge");
        assert_eq!(found.series(), ("x", "2iedn"));
        assert_eq!(
            (found.family(), found.size(), found.full_name().as_str()),
            ("x2iedn", "2xlarge", "db.x2iedn.2xlarge")
        );
        assert!(class("db.t4g.micro").is_burstable() && class("db.t4g.micro").is_graviton());
        assert!(class("db.r6gd.large").is_graviton() && !class("db.r6id.large").is_graviton());
    }

    #[test]
    fn what_takes_the_place_of_a_class() {
        let graviton = |name: &str| class(name).on_graviton().map(|other| other.name);
        assert_eq!(graviton("db.m5.large"), Some("m6g.large"));
        assert_eq!(graviton("db.r6i.8xlarge"), Some("r6g.8xlarge"));
        assert_eq!(graviton("db.m5d.xlarge"), Some("m6gd.xlarge"));
        assert_eq!(graviton("db.t3.medium"), Some("t4g.medium"));
        assert_eq!(graviton("db.m7g.large"), None);
        assert_eq!(graviton("db.r5.24xlarge"), None, "there is no r6g so large");
        assert_eq!(graviton("db.x1.16xlarge"), None);
        let successor = |name: &str| class(name).successor().map(|other| other.name);
        assert_eq!(successor("db.m4.large"), Some("m5.large"));
        assert_eq!(successor("db.r3.2xlarge"), Some("r5.2xlarge"));
        assert_eq!(successor("db.t2.micro"), Some("t3.micro"));
        assert_eq!(successor("db.m5.large"), None);
        assert_eq!(successor("db.m3.medium"), None, "there is no m5.medium");
        assert!(class("db.m3.medium").is_outdated() && !class("db.m5.large").is_outdated());
    }
}
