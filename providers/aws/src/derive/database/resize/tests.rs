use super::super::fixture::{figures, instance};
use super::*;
use crate::prices::PriceBook;

const GIB: f64 = 1_073_741_824.0;

/// What an instance does at its busiest.
#[derive(Clone, Copy, Debug)]
struct Load {
    cpu_percent: f64,
    free_memory_gib: Option<f64>,
    swap_mib: f64,
    read_iops: f64,
    write_iops: f64,
    mbps: f64,
    network_gbps: f64,
    connections: f64,
}

const QUIET: Load = Load {
    cpu_percent: 8.0,
    free_memory_gib: None,
    swap_mib: 0.0,
    read_iops: 10.0,
    write_iops: 20.0,
    mbps: 2.0,
    network_gbps: 0.01,
    connections: 20.0,
};

fn measure(estate: &mut Estate, id: &str, load: Load) {
    let bytes = load.network_gbps * 1e9 / 8.0;
    let mut add = |metric, value| estate.databases_measured.add(id, metric, figures(value));
    add("CPUUtilization", load.cpu_percent);
    add("SwapUsage", load.swap_mib * 1_048_576.0);
    add("ReadIOPS", load.read_iops);
    add("WriteIOPS", load.write_iops);
    add("ReadThroughput", load.mbps * 1e6 / 2.0);
    add("WriteThroughput", load.mbps * 1e6 / 2.0);
    add("NetworkReceiveThroughput", bytes);
    add("NetworkTransmitThroughput", bytes / 2.0);
    add("DatabaseConnections", load.connections);
    if let Some(free) = load.free_memory_gib {
        add("FreeableMemory", free * GIB);
    }
}

fn derived(estate: &Estate) -> Vec<ResizeOption> {
    rows(estate, PriceBook::embedded(), &mut Used::default())
}

fn option(engine: &str, class: &str, load: Load) -> ResizeOption {
    let mut estate = Estate {
        databases: vec![instance("db", engine, class)],
        ..Estate::default()
    };
    if engine.starts_with("aurora") {
        estate.databases[0].cluster_role = Some("writer".to_owned());
    }
    measure(&mut estate, "db", load);
    derived(&estate).pop().expect("a row")
}

fn near(one: Option<f64>, other: f64) -> bool {
    one.is_some_and(|one| (one - other).abs() < 1e-6)
}

#[test]
fn without_proof_all_memory_is_kept() {
    // us-east-1, PostgreSQL: db.m5.2xlarge (8 vCPUs, 32 GiB) $0.712, db.r5.xlarge (4, 32) $0.50 an hour.
    let row = option("postgres", "db.m5.2xlarge", QUIET);
    assert_eq!(row.eligible, Some(true));
    assert_eq!(row.target_class.as_deref(), Some("db.r5.xlarge"));
    assert!(near(row.cpu_needed_vcpus, 0.64), "{row:?}");
    assert!(near(row.target_cpu_percent, 16.0), "{row:?}");
    assert!(near(row.monthly_savings_usd, 0.212 * 730.0), "{row:?}");
    assert_eq!(row.memory_needed_gib, None);
    assert_eq!(
        (row.confidence.as_deref(), row.price_basis.as_deref()),
        (Some("medium"), Some("exact"))
    );
    assert_eq!(row.moves_with_count, Some(0));
}

#[test]
fn memory_is_cut_only_where_every_sign_says_so() {
    let roomy = Load {
        free_memory_gib: Some(26.0),
        ..QUIET
    };
    // 6 of 32 GiB are in use: 7.5 with headroom, and 0.64 vCPUs: db.m5.large has 8 GiB and 2 vCPUs.
    let row = option("postgres", "db.m5.2xlarge", roomy);
    assert_eq!(row.target_class.as_deref(), Some("db.m5.large"));
    assert!(near(row.memory_needed_gib, 7.5), "{row:?}");
    assert_eq!(row.confidence.as_deref(), Some("low"));
    assert_eq!(row.target_default_max_connections, Some(901));
    for (why, load) in [
        (
            "less than 40 % was free",
            Load {
                free_memory_gib: Some(12.0),
                ..roomy
            },
        ),
        (
            "it swaps",
            Load {
                swap_mib: 500.0,
                ..roomy
            },
        ),
        (
            "it reads from disk",
            Load {
                read_iops: 300.0,
                ..roomy
            },
        ),
    ] {
        let row = option("postgres", "db.m5.2xlarge", load);
        assert_eq!(row.target_class.as_deref(), Some("db.r5.xlarge"), "{why}");
        assert_eq!(row.memory_needed_gib, None, "{why}");
    }
    let crowded = Load {
        connections: 800.0,
        ..roomy
    };
    let row = option("postgres", "db.m5.2xlarge", crowded);
    assert_eq!(
        row.target_class.as_deref(),
        Some("db.r5.large"),
        "db.m5.large allows 901 connections, of which 720 may be in use"
    );
}

#[test]
fn a_standby_and_a_licence_have_their_price() {
    let mut estate = Estate {
        databases: vec![instance("db", "sqlserver-se", "db.m5.2xlarge")],
        ..Estate::default()
    };
    estate.databases[0].license_model = Some("license-included".to_owned());
    measure(&mut estate, "db", QUIET);
    let single = derived(&estate).pop().expect("a row");
    estate.databases[0].deployment = Some("multi-az".to_owned());
    let multi = derived(&estate).pop().expect("a row");
    assert_eq!(single.target_class.as_deref(), Some("db.r5.xlarge"));
    assert_eq!(multi.target_class, single.target_class);
    let (one, both) = (single.monthly_savings_usd, multi.monthly_savings_usd);
    assert!(both > one.map(|usd| 1.9 * usd), "{one:?} {both:?}");
}

#[test]
fn what_cannot_be_resized_says_why() {
    let reason = |engine: &str, class: &str, change: fn(&mut Instance)| {
        let mut database = instance("db", engine, class);
        change(&mut database);
        let mut estate = Estate {
            databases: vec![database],
            ..Estate::default()
        };
        measure(&mut estate, "db", QUIET);
        let row = derived(&estate).pop().expect("a row");
        assert_eq!((row.eligible, &row.target_class), (Some(false), &None));
        row.ineligible_reason.unwrap_or_default()
    };
    let same = |_: &mut Instance| {};
    for (expected, found) in [
        (
            "serverless: it scales by itself",
            reason("aurora-mysql", "db.serverless", same),
        ),
        (
            "burstable class: its CPU credits have to be simulated",
            reason("postgres", "db.t3.large", same),
        ),
        (
            "RDS Custom: what runs on it is not known",
            reason("custom-oracle-ee", "db.m5.large", same),
        ),
        (
            "the size of db.z99.large is not known",
            reason("postgres", "db.z99.large", same),
        ),
        (
            "there is no price for db.m5.large with db2-se in us-east-1",
            reason("db2-se", "db.m5.large", same),
        ),
        (
            "a Multi-AZ DB cluster changes the class of all three at once",
            reason("mysql", "db.m6gd.large", |database| {
                database.deployment = Some("multi-az-cluster".to_owned());
            }),
        ),
        (
            "its processor features were chosen by hand",
            reason("postgres", "db.m5.large", |database| {
                database.processor_feature_count = Some(2);
            }),
        ),
        (
            "its role in the cluster is not known",
            reason("aurora-mysql", "db.r5.large", same),
        ),
    ] {
        assert_eq!(found, expected);
    }
    let stopped = Estate {
        databases: vec![Instance {
            status: Some("stopped".to_owned()),
            ..instance("db", "postgres", "db.m5.large")
        }],
        ..Estate::default()
    };
    assert_eq!(derived(&stopped), []);
}

/// A cluster of a writer, a reader that may take its place, and one that may not.
fn cluster_of_three(loads: [Load; 3]) -> Vec<ResizeOption> {
    let member = |id: &str, role: &str, tier: i64| Instance {
        cluster_role: Some(role.to_owned()),
        promotion_tier: Some(tier),
        ..instance(id, "aurora-postgresql", "db.r5.2xlarge")
    };
    let mut estate = Estate {
        databases: vec![
            member("writer", "writer", 0),
            member("heir", "reader", 1),
            member("reports", "reader", 15),
        ],
        ..Estate::default()
    };
    for (id, load) in ["writer", "heir", "reports"].into_iter().zip(loads) {
        measure(&mut estate, id, load);
    }
    derived(&estate)
}

#[test]
fn the_writer_and_its_heirs_are_judged_by_the_busiest_of_them() {
    let roomy = Load {
        free_memory_gib: Some(58.0),
        ..QUIET
    };
    let busy = Load {
        cpu_percent: 70.0,
        ..roomy
    };
    let rows = cluster_of_three([busy, roomy, roomy]);
    assert_eq!(rows[0].target_class, None);
    assert_eq!(rows[1].target_class, None, "it has to be able to take over");
    assert!(near(rows[1].cpu_p995_percent, 70.0), "{:?}", rows[1]);
    assert_eq!(rows[2].target_class.as_deref(), Some("db.r5.large"));
    assert_eq!(
        rows.iter()
            .map(|row| row.moves_with_count)
            .collect::<Vec<_>>(),
        [Some(1), Some(1), Some(0)]
    );
    let rows = cluster_of_three([roomy, roomy, busy]);
    let targets: Vec<_> = rows.iter().map(|row| row.target_class.as_deref()).collect();
    assert_eq!(
        targets,
        [Some("db.r5.large"), Some("db.r5.large"), None],
        "reports are read by nobody else"
    );
}

#[test]
fn nothing_measured_proposes_nothing() {
    let estate = Estate {
        databases: vec![instance("db", "postgres", "db.m5.2xlarge")],
        ..Estate::default()
    };
    let row = derived(&estate).pop().expect("a row");
    assert_eq!(row.eligible, Some(true));
    assert_eq!((row.cpu_p995_percent, row.target_class), (None, None));
}

/// Everything that a target must meet, written down a second time.
fn meets(engine: &str, present: &Class, load: Load, target: &Class) -> bool {
    let aurora = engine.starts_with("aurora");
    let (own, other) = (present.name, target.name);
    let (own, other) = (
        own.split('.').next().expect("a family"),
        other.split('.').next().expect("a family"),
    );
    let generation = |family: &str| family[1..].to_owned();
    let akin = own == other
        || "mr".contains(&own[..1])
            && "mr".contains(&other[..1])
            && generation(own) == generation(other);
    let total = present.memory_mib as f64;
    let free = load.free_memory_gib.map(|gib| gib * 1024.0);
    let cut = target.memory_mib < present.memory_mib;
    let memory = !cut
        || free.is_some_and(|free| {
            free <= total
                && free / total >= 0.4
                && load.swap_mib <= 100.0
                && load.read_iops <= 100.0
                && (total - free) <= 0.8 * target.memory_mib as f64 + 1e-9
        });
    let limit = match engine {
        "postgres" | "aurora-postgresql" => {
            ((target.memory_mib * 1_048_576) / 9_531_392).min(5_000)
        }
        "mysql" => (target.memory_mib * 1_048_576) / 12_582_880,
        _ => i64::MAX,
    };
    let storage_gbps = if aurora {
        load.mbps * 8.0 / 1000.0
    } else {
        0.0
    };
    akin && 0.8 * target.vcpus as f64 + 1e-9 >= present.vcpus as f64 * load.cpu_percent / 100.0
        && memory
        && (!cut || load.connections <= 0.8 * limit as f64)
        && (aurora
            || target
                .storage_iops
                .is_some_and(|iops| iops >= load.read_iops + load.write_iops)
                && target
                    .storage_mbps
                    .is_some_and(|mbps| mbps + 1e-9 >= load.mbps))
        && target
            .network_gbps
            .is_some_and(|gbps| 0.8 * gbps + 1e-9 >= load.network_gbps + storage_gbps)
}

/// Numbers that look random and are the same every time (xorshift64).
struct Dice(u64);

impl Dice {
    fn roll<T: Copy>(&mut self, of: &[T]) -> T {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        of[(self.0 % of.len() as u64) as usize]
    }

    fn up_to(&mut self, end: i32) -> f64 {
        f64::from(self.roll(&(1..=end).collect::<Vec<_>>()))
    }

    fn load(&mut self, class: &Class) -> Load {
        let total = class.memory_mib as f64 / 1024.0;
        let free = self.up_to(100) / 100.0 * total;
        Load {
            cpu_percent: self.up_to(99),
            free_memory_gib: self.roll(&[None, Some(free), Some(free), Some(free)]),
            swap_mib: self.roll(&[0.0, 50.0, 400.0]),
            read_iops: self.roll(&[1.0, 90.0, 900.0, 9_000.0]),
            write_iops: self.roll(&[1.0, 500.0, 20_000.0]),
            mbps: self.roll(&[1.0, 60.0, 300.0]),
            network_gbps: self.roll(&[0.01, 0.5, 2.0]),
            connections: self.roll(&[5.0, 600.0, 3_000.0]),
        }
    }
}

#[test]
fn the_target_is_the_cheapest_of_all_that_meet_every_constraint() {
    let book = PriceBook::embedded();
    let classes = [
        "db.m5.2xlarge",
        "db.m5.8xlarge",
        "db.r5.4xlarge",
        "db.m6g.4xlarge",
        "db.r6g.large",
        "db.r6g.8xlarge",
        "db.r7g.2xlarge",
    ];
    let mut dice = Dice(20_261_123);
    let (mut with_target, mut with_less_memory) = (0, 0);
    for _ in 0..1_500 {
        let engine = dice.roll(&["postgres", "mysql", "aurora-postgresql"]);
        let class = dice.roll(&classes);
        let database = instance("db", engine, class);
        let price = |name: &str| class_lines(book, &database, name, false).cost().usd();
        let present = Class::named(class).expect("a class");
        let Some(now) = price(class) else { continue };
        let load = dice.load(&present);
        let row = option(engine, class, load);
        let mut best: Option<(f64, String)> = None;
        for target in Class::all() {
            let name = target.full_name();
            let Some(usd) = price(&name).filter(|usd| *usd < now) else {
                continue;
            };
            let is_better = best
                .as_ref()
                .is_none_or(|(least, first)| (usd, &name) < (*least, first));
            if is_better && meets(engine, &present, load, &target) {
                best = Some((usd, name));
            }
        }
        assert_eq!(
            row.target_class.as_ref(),
            best.as_ref().map(|(_, name)| name),
            "{engine} {class} {load:?}"
        );
        if let Some((usd, _)) = best {
            assert!(near(row.monthly_savings_usd, now - usd), "{row:?}");
            let percent = row.target_cpu_percent;
            assert!(percent.is_some_and(|percent| percent <= 80.0 + 1e-6));
            with_target += 1;
            with_less_memory += i32::from(row.target_memory_gib < row.memory_gib);
        }
    }
    assert!(
        with_target > 100 && with_less_memory > 20,
        "{with_target} with a target, {with_less_memory} of them with less memory"
    );
}

#[test]
fn more_load_never_saves_more() {
    let mut dice = Dice(7);
    for _ in 0..200 {
        let class = dice.roll(&["db.m5.8xlarge", "db.r6g.8xlarge"]);
        let total = Class::named(class).expect("a class").memory_mib as f64 / 1024.0;
        let load = Load {
            cpu_percent: dice.up_to(60),
            free_memory_gib: Some(dice.up_to(100) / 100.0 * total),
            ..QUIET
        };
        let saved = |load| {
            let row = option("postgres", class, load);
            row.monthly_savings_usd.unwrap_or(0.0)
        };
        let before = saved(load);
        for more in [
            Load {
                cpu_percent: load.cpu_percent * 1.5,
                ..load
            },
            Load {
                free_memory_gib: load.free_memory_gib.map(|gib| gib * 0.7),
                ..load
            },
            Load {
                connections: 2_000.0,
                ..load
            },
            Load {
                mbps: 400.0,
                ..load
            },
        ] {
            assert!(saved(more) <= before, "{class} {load:?} {more:?}");
        }
    }
}
