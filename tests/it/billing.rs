//! Runs whose bill was added up by hand: $36 an hour is a cent a second.

use std::sync::Arc;

use scalelab::engine;
use scalelab::metrics::snapshot::CostView;
use scalelab::scenario::{Host, load};

/// What else there is to a run besides one machine of one core at $36 an hour, without work.
#[derive(Default)]
struct Run<'t> {
    billing: &'t str,
    duration: &'t str,
    count: u32,
    /// Of the group.
    group: &'t str,
    /// Of the pool.
    pool: &'t str,
    timeline: &'t str,
    traffic: &'t str,
    /// Of the stage, whose service takes a second.
    stage: &'t str,
}

impl Run<'_> {
    fn bill(&self) -> CostView {
        let Self { billing, duration, count, group, pool, timeline, traffic, stage } = self;
        let traffic = if traffic.is_empty() { "Open(load: [(over: \"0s\", to: 0)])" } else { traffic };
        let text = format!(
            "(version: 1, title: \"a bill\", seed: 1, duration: \"{duration}\", mode: Simulate,
              pools: {{ \"p\": (groups: [(place: Modelled(link: None), instance: Custom(cores: 1, usd_per_hour: 36),
                  count: {count}, billing: {billing}, {group})], startup: \"30s\", {pool}) }},
              jobs: {{ \"j\": (stages: [(name: \"s\", pool: \"p\", work: Service(\"1s\"), {stage})]) }},
              traffic: [(job: \"j\", arrivals: {traffic})], timeline: [{timeline}])"
        );
        let scenario = load(&text, "a test", &Host { cores: 1, cpu: "none".to_owned() });
        let scenario = scenario.unwrap_or_else(|errors| panic!("{errors}\n{text}"));
        engine::simulate(Arc::new(scenario)).expect("a simulated run").summary.cost
    }
}

/// Both to the hundredth of a cent.
fn is(what: &str, dollars: f64, by_hand: f64) {
    assert!((dollars - by_hand).abs() < 1e-4, "{what}: ${dollars} is not ${by_hand}");
}

fn alone(billing: &str, duration: &str) -> CostView {
    Run { billing, duration, count: 1, ..Run::default() }.bill()
}

#[test]
fn one_machine_is_billed_by_the_nanosecond_second_minute_or_hour() {
    is("exact", alone("Exact", "90500ms").billed, 0.905);
    is("91 seconds begun", alone("PerSecond", "90500ms").billed, 0.91);
    is("a minute at least", alone("PerSecond", "20s").billed, 0.60);
    is("an hour begun", alone("PerHour", "90s").billed, 36.0);
    is("two hours begun", alone("PerHour", "3601s").billed, 72.0);
    is("12 minutes begun", alone("Custom(step: \"1m\", minimum: \"10m\")", "690s").billed, 7.20);
    is("10 minutes at least", alone("Custom(step: \"1m\", minimum: \"10m\")", "61s").billed, 6.00);
    // What is rounded up is paid for and does nothing.
    is("idle", alone("PerSecond", "20s").idle, 0.60);
}

#[test]
fn a_machine_costs_from_its_order_on_and_one_that_goes_a_minute_at_least() {
    // Ordered at 10 s, there at 40 s, and the run ends at 100 s.
    let more = "(at: \"10s\", do: Set(\"pools.p.groups.0.count\", 2))";
    let bill = Run { billing: "PerSecond", duration: "100s", count: 1, timeline: more, ..Run::default() }.bill();
    is("100 s and 90 s", bill.billed, 1.90);
    is("30 s of boot", bill.boot_and_drain, 0.30);
    let fewer = "(at: \"50s\", do: Set(\"pools.p.groups.0.count\", 1))";
    let bill = Run { billing: "PerSecond", duration: "100s", count: 2, timeline: fewer, ..Run::default() }.bill();
    is("100 s, and 50 s that count as 60", bill.billed, 1.60);
}

#[test]
fn a_stopped_machine_costs_as_its_billing_says() {
    // At 100 s it stops for 60 s to get two cores, at twice the price; the run ends at 200 s.
    let resize = "(at: \"100s\", do: Resize(pool: \"p\", cores: 2))";
    let run = |billing| Run { billing, duration: "200s", count: 1, timeline: resize, ..Run::default() }.bill();
    is("100 s, nothing, 40 s of two cents that count as 60", run("PerSecond").billed, 2.20);
    is("160 s and 40 s of two cents", run("Exact").billed, 2.40);
    is("60 s out of service", run("Exact").boot_and_drain, 0.60);
}

#[test]
fn a_machine_that_is_down_costs_and_is_out_of_service() {
    let breaks = "(at: \"20s\", do: Inject(fault: Break(worker: (\"p\", 0)), for: \"30s\"))";
    let bill = Run { billing: "PerSecond", duration: "100s", count: 1, timeline: breaks, ..Run::default() }.bill();
    is("billed", bill.billed, 1.00);
    // Missed a second after it broke; mended at 50 s, it boots for 30 s.
    is("out of service from 21 s to 80 s", bill.boot_and_drain, 0.59);
}

#[test]
fn drained_work_results_that_leave_and_failed_work_are_told_apart() {
    // One client asks, waits a second for its answer, thinks a second: work half of the time.
    let half = "Closed(clients: 1, think: Constant(\"1s\"))";
    let run = Run { billing: "Exact", duration: "100s", count: 1, traffic: half, ..Run::default() };
    let bill = run.bill();
    is("useful", bill.useful, 0.50);
    is("idle", bill.idle, 0.50);
    let failing = Run { stage: "errors: 1.0", pool: "resilience: (attempts: 1)", ..run };
    let bill = failing.bill();
    is("wasted", bill.wasted, 0.50);
    is("useful", bill.useful, 0.0);
    // 10 MB for each of the 50 answers: half a gigabyte at nine cents.
    let leaving = Run { stage: "bytes_out: \"10MB\"", pool: "", group: "usd_per_gb_out: 0.09", ..failing };
    let bill = leaving.bill();
    is("egress", bill.egress, 0.045);
    is("billed", bill.billed, 1.045);
    // Two clients without pause on two machines, of which one goes at 10.5 s with its task half done.
    let busy = Run {
        billing: "Exact",
        duration: "20s",
        count: 2,
        traffic: "Closed(clients: 2, think: Constant(\"0s\"))",
        timeline: "(at: \"10500ms\", do: Set(\"pools.p.groups.0.count\", 1))",
        ..Run::default()
    };
    let bill = busy.bill();
    is("20 s and 11 s", bill.billed, 0.31);
    is("drained work is work", bill.useful, 0.31);
    is("nothing is away", bill.boot_and_drain, 0.0);
}

#[test]
fn spot_machines_are_billed_until_they_are_taken_away_and_replaced() {
    let spot = |group, billing, duration| Run { group, billing, duration, count: 1, ..Run::default() }.bill();
    // Each lives for 50 s from its order on; the next one is ordered when that is known, and boots for 30 s.
    let sudden = "market: Spot(life: \"50s\", notice: \"0s\")";
    let bill = spot(sudden, "Exact", "90s");
    is("50 s and 40 s", bill.billed, 0.90);
    is("30 s of boot", bill.boot_and_drain, 0.30);
    // Said 20 s before, an idle one goes at once: at 30 s, at 60 s, and so on; none of the others ever serves.
    let told = "market: Spot(life: \"50s\", notice: \"20s\")";
    let bill = spot(told, "Exact", "90s");
    is("one after the other", bill.billed, 0.90);
    is("60 s of boot", bill.boot_and_drain, 0.60);
    // A minute at least: 60 s for 50 s, and 60 s for 40 s.
    is("two minutes", spot(sudden, "PerSecond", "90s").billed, 1.20);
    // What is taken away within the hour is free; what is there at the end is not.
    let free = spot(sudden, "Custom(preempted_free: \"1h\")", "90s");
    is("40 s", free.billed, 0.40);
    is("50 s", free.forgiven, 0.50);
    let late = spot(sudden, "Custom(preempted_free: \"40s\")", "90s");
    is("after 50 s it is not free any more", late.billed, 0.90);
}

#[test]
fn spare_capacity_has_its_own_price_which_has_to_be_known() {
    let host = Host { cores: 1, cpu: "none".to_owned() };
    let text = |group: &str| {
        format!(
            "(version: 1, title: \"spot\", duration: \"1h\", mode: Simulate, pools: {{ \"p\": (groups: [(place: Modelled(), {group})]) }},
              jobs: {{ \"j\": (stages: [(name: \"s\", pool: \"p\", work: Service(\"1s\"))]) }},
              traffic: [(job: \"j\", arrivals: Open(load: [(over: \"0s\", to: 0)]))])"
        )
    };
    let bill = |group: &str| {
        let scenario = load(&text(group), "a test", &host).unwrap_or_else(|errors| panic!("{errors}"));
        engine::simulate(Arc::new(scenario)).expect("a simulated run").summary.cost
    };
    let spot = "market: Spot(life: \"2h\")";
    is("on demand", bill("instance: \"n2-standard-4\"").billed, 0.194_236);
    is("as spare capacity", bill(&format!("instance: \"n2-standard-4\", {spot}")).billed, 0.092_12);
    // Nobody has told the price of this one, which is not zero.
    let unknown = load(&text(&format!("instance: \"c7i.large\", {spot}")), "a test", &host);
    let unknown = unknown.expect_err("an unknown price").to_string();
    assert!(unknown.contains("as spare capacity is unknown"), "{unknown}");
    let threads = text("instance: \"this\", market: Spot(life: \"2h\")").replace("Modelled()", "Threads");
    let refused = load(&threads, "a test", &host).expect_err("this computer is nobody's").to_string();
    assert!(refused.contains("nobody takes this computer away"), "{refused}");
}
