//! The book as a whole: every price of it, and what damage does.

use std::collections::BTreeSet;

use super::*;

/// The generator hashed every fact in words before it encoded them. Decoding all and hashing again must give the same, so
/// no price, unit, date, basis or source differs from the facts in any digit.
#[test]
fn every_price_is_the_fact_it_was_made_from() {
    let book = PriceBook::embedded();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut count = 0;
    for BookRow { sku, region, price } in book.rows() {
        let as_of = price
            .as_of
            .map_or("undated".to_owned(), |day| day.to_string());
        let Price {
            usd,
            unit,
            basis,
            source,
            ..
        } = price;
        let Sku {
            section,
            name,
            variant,
        } = sku;
        let line =
            format!("{section}|{name}|{variant}|{region}|{usd}|{unit}|{basis}|{as_of}|{source}\n");
        for byte in line.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        count += 1;
    }
    assert!(count > 100_000, "{count} prices");
    assert_eq!(hash, book.content_hash());
}

/// What iteration shows is what a look-up finds, for a sample of the book.
#[test]
fn look_ups_find_what_iteration_shows() {
    let book = PriceBook::embedded();
    let mut seen = BTreeSet::new();
    for row in book.rows().step_by(97) {
        assert_eq!(
            book.lookup(&row.sku, row.region),
            Some(row.price),
            "{} in {}",
            row.sku,
            row.region
        );
        seen.insert(row.sku.section);
    }
    assert_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        book.sections().collect::<Vec<_>>()
    );
}

#[test]
fn exact_prices_are_dated() {
    for row in PriceBook::embedded().rows() {
        assert!(
            row.price.as_of.is_some() || row.price.basis == Basis::Estimated,
            "{} in {}",
            row.sku,
            row.region
        );
        assert!(!row.price.source.is_empty() && !row.price.unit.is_empty());
    }
}

#[test]
fn what_is_not_listed_is_unknown() {
    let book = PriceBook::embedded();
    assert_eq!(book.ec2_linux_hour("us-east-1", "m5.huge"), None);
    assert_eq!(book.ec2_linux_hour("us-east-1", ""), None);
    assert_eq!(book.ec2_linux_hour("xx-nowhere-1", "m5.large"), None);
    assert_eq!(
        book.lookup(&Sku::new("no-section", "m5.large", ""), "us-east-1"),
        None
    );
    assert_eq!(
        book.lookup(&Sku::new("ec2", "m5.large", "windows"), "us-east-1"),
        None
    );
    // p5 is offered in few regions, and no price is made up for the others.
    assert!(book.ec2_linux_hour("us-east-1", "p5.48xlarge").is_some());
    assert_eq!(book.ec2_linux_hour("ca-west-1", "p5.48xlarge"), None);
    assert_eq!(book.section_rows("no-section").count(), 0);
}

#[test]
fn the_book_is_small_and_quick_to_open() {
    assert!(EMBEDDED.len() < 400 * 1024, "{} bytes", EMBEDDED.len());
    assert_eq!(PriceBook::embedded().facts_digest().len(), 64);
    let start = std::time::Instant::now();
    let book = PriceBook::parse(EMBEDDED).expect("whole");
    let opened = start.elapsed();
    assert!(book.ec2_linux_hour("us-east-1", "m5.large").is_some());
    println!(
        "opened in {opened:?}, first price after {:?}",
        start.elapsed()
    );
    // Generous, for a busy machine and a build without optimization.
    assert!(start.elapsed().as_millis() < 500, "{:?}", start.elapsed());
}

#[test]
fn other_data_is_refused() {
    assert_eq!(PriceBook::parse(b"").err(), Some(BookError::NotABook));
    assert_eq!(
        PriceBook::parse(b"PAR1PAR1PAR1").err(),
        Some(BookError::NotABook)
    );
    assert_eq!(
        PriceBook::parse(b"BHPRICES\x02").err(),
        Some(BookError::Version(2))
    );
    assert_eq!(
        PriceBook::parse(b"BHPRICES").err(),
        Some(BookError::Damaged)
    );
    assert!(BookError::Version(2).to_string().contains("version 2"));
}

/// Cut or changed at any of many places, the book is refused or answers, but nothing panics or hangs.
#[test]
fn damage_never_panics() {
    let reach = |data: Vec<u8>| {
        if let Ok(book) = PriceBook::parse(Box::leak(data.into_boxed_slice())) {
            for name in ["m5.large", "t3.nano", "x1e.xlarge"] {
                book.ec2_linux_hour("us-east-1", name);
            }
            book.nat_gateway_hour("us-east-1");
            book.section_rows("ebs").count();
            book.section_rows("node:redshift").count();
        }
    };
    for length in (0..EMBEDDED.len()).step_by(12_007) {
        assert!(
            PriceBook::parse(EMBEDDED[..length].to_vec().leak()).is_err(),
            "cut at {length}"
        );
    }
    for place in (8..EMBEDDED.len()).step_by(1_501) {
        let mut data = EMBEDDED.to_vec();
        data[place] ^= 0x55;
        reach(data);
    }
}
