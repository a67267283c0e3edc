//! A person's own table, from CSV and from Parquet (written by Apache Arrow's Python package): the features of each row are those that
//! a few lines of plain arithmetic give.

use std::collections::BTreeMap;
use std::sync::Arc;

use scalelab::base::JobType;
use scalelab::engine::handle::{Handle, Options};
use scalelab::scenario::{Host, Scenario, load};
use scalelab::workload::{Partial, Scratch, Workbook};

fn text_of(file: &str, chunk: u32) -> String {
    format!(
        "(version: 1, title: \"own\", seed: 1, duration: \"1s\", mode: Live,
          table: (file: \"tests/data/table/{file}\", group: \"shop\", number: \"price\", category: \"kind\"),
          pools: {{ \"p\": (groups: [(place: Threads, instance: Custom(cores: 2, usd_per_hour: 0.1))], serve: Fifo(queue_max: 10000)) }},
          jobs: {{ \"f\": (stages: [
            (name: \"group\", pool: \"p\", work: Kernel(GroupBy(chunk: {chunk}))),
            (name: \"merge\", pool: \"p\", tasks: 3, after: [(\"group\", Shuffle)], work: Kernel(MergeGroups())),
            (name: \"features\", pool: \"p\", after: [(\"merge\", Broadcast)], work: Kernel(Features(chunk: {chunk}))),
            (name: \"combine\", pool: \"p\", after: [(\"features\", Gather)], work: Kernel(Combine(fan_in: 10000)))]) }},
          traffic: [(job: \"f\", arrivals: Closed(clients: 1, think: \"1ms\"))])"
    )
}

fn host() -> Host {
    Host { cores: 2, cpu: "test".to_owned() }
}

fn scenario(file: &str, chunk: u32) -> Scenario {
    load(&text_of(file, chunk), "a test", &host()).unwrap_or_else(|errors| panic!("{errors}"))
}

/// Mean square of standardised prices, and rows of each kind in the order in which kinds come.
fn by_hand() -> (usize, f64, Vec<f64>) {
    let text = std::fs::read_to_string("tests/data/table/shops.csv").expect("it is there");
    let rows: Vec<(&str, f64, &str)> = text
        .lines()
        .skip(1)
        .filter_map(|line| {
            let [shop, price, kind] = line.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
            Some((shop, price.parse().ok()?, kind))
        })
        .collect();
    let mut shops: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    rows.iter().for_each(|(shop, price, _)| shops.entry(shop).or_default().push(*price));
    let moments = |prices: &Vec<f64>| {
        let mean = prices.iter().sum::<f64>() / prices.len() as f64;
        (mean, (prices.iter().map(|price| (price - mean).powi(2)).sum::<f64>() / prices.len() as f64).sqrt())
    };
    let squares = rows.iter().map(|(shop, price, _)| {
        let (mean, deviation) = moments(&shops[shop]);
        if deviation > 0.0 { ((price - mean) / deviation).powi(2) } else { 0.0 }
    });
    let mean_square = squares.sum::<f64>() / rows.len() as f64;
    let mut kinds: Vec<&str> = Vec::new();
    rows.iter().for_each(|row| {
        if !kinds.contains(&row.2) {
            kinds.push(row.2);
        }
    });
    let counts = kinds.iter().map(|kind| rows.iter().filter(|row| row.2 == *kind).count() as f64).collect();
    (rows.len(), mean_square, counts)
}

#[test]
fn features_of_a_table_are_what_arithmetic_says_however_it_is_cut_and_written() {
    let (rows, mean_square, kinds) = by_hand();
    assert!(rows > 1_900 && rows < 2_000, "some have no price: {rows}");
    let mut whole = Vec::new();
    let mut files = vec![("shops.csv", 100), ("shops.csv", 1_979)];
    if cfg!(feature = "parquet") {
        files.extend([("shops.parquet", 333), ("shops-zstd.parquet", 100)]);
    }
    for (file, chunk) in files {
        let scenario = scenario(file, chunk);
        let table = scenario.table.as_ref().expect("it was read");
        assert_eq!((table.rows(), table.categories, table.left_out), (rows as u64, 3, 2_000 - rows as u64), "{file}");
        let workbook = Workbook::of(&scenario.jobs);
        let combined = workbook.reference(1, 0, JobType(0), &mut Scratch::default()).expect("it has chunks");
        let answer = workbook.answer(JobType(0), combined.clone()).expect("features are an answer");
        assert!((answer.value - mean_square).abs() < 1e-9, "{file}: {} is not {mean_square}", answer.value);
        let Partial::Sums { count, sums, .. } = combined else { panic!("sums") };
        assert_eq!((count, &sums[2..]), (rows as u64, kinds.as_slice()), "{file}");
        whole.push((chunk, sums));
    }
    // The same rows in the same chunks: the same bits, whatever the file was written with.
    if let [first, .., last] = whole.as_slice()
        && cfg!(feature = "parquet")
    {
        assert_eq!(first, last);
    }
}

#[test]
fn threads_work_on_it_and_find_the_same() {
    let (_, mean_square, _) = by_hand();
    let handle = Handle::start(
        Arc::new(scenario(if cfg!(feature = "parquet") { "shops.parquet" } else { "shops.csv" }, 250)),
        Options::default(),
    )
    .expect("it starts");
    let finished = handle.join().expect("it ends well");
    let answer = finished.summary.jobs["f"].answer.expect("a job was completed");
    assert!((answer - mean_square).abs() < 1e-9, "{answer} is not {mean_square}");
}

#[test]
fn a_column_that_parquet_has_not_is_named_with_those_that_it_has() {
    let text = text_of("shops.parquet", 100).replace("\"price\"", "\"cost\"");
    let why = load(&text, "a test", &host()).expect_err("there is no such column").to_string();
    let expected = if cfg!(feature = "parquet") {
        "it has no column \"cost\"; its columns are id, shop, price, kind"
    } else {
        "this build of scalelab reads no Parquet"
    };
    assert!(why.contains(expected), "{why}");
}
