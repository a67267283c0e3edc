//! Autoscalers: `Hpa(min: 2, max: 20, cpu: 0.6)`, `Kpa(min: 0, max: 20, target: 10)`, …

use super::pools::count;
use super::read::{Cx, Fields, Variant, all, choice, limit, list, number, record, span, variant, whole32};
use super::sized::{fill_in_sizes, mixed, pid, vertical};
use crate::base::{GroupIx, Span};
use crate::scenario::listing::names;
use crate::scenario::syntax::{Args, Kind, Node};
use crate::scenario::{
    Autoscale, Behavior, DaskAdaptive, Group, Hpa, HpaMetric, Keda, Kpa, KpaMetric, Predictive, RayServe, Rule, Rules,
    Scaler, Schedule, Select, Step, StepScaling, Switch, TargetTracking, Tolerance, limits,
};

/// Whether something is at work, by its name in a file.
pub(in crate::scenario) const SWITCHES: [(&str, Switch); 2] = [("On", Switch::On), ("Off", Switch::Off)];
const SELECTS: [(&str, Select); 3] = [("Max", Select::Max), ("Min", Select::Min), ("Disabled", Select::Disabled)];
const METRICS: [(&str, KpaMetric); 2] = [("Concurrency", KpaMetric::Concurrency), ("Rate", KpaMetric::Rate)];
/// The largest target of anything counted.
const TARGET_MAX: f64 = 1e9;
/// What the bounds of a pool are called in every autoscaler.
const BOUNDS: [&str; 3] = ["min", "max", "group"];

/// The autoscaler of a pool with these groups.
pub(super) fn scale(node: &Node, groups: &[Group], cx: &mut Cx) -> Option<Autoscale> {
    let chosen = variant(node, "an autoscaler", &names(&Scaler::ALL), cx)?;
    let (fields, mut by) = match chosen.name {
        "Hpa" => hpa(&chosen, cx)?,
        "Kpa" => kpa(&chosen, cx)?,
        "Keda" => keda(&chosen, cx)?,
        "RayServe" => ray(&chosen, cx)?,
        "DaskAdaptive" => dask(&chosen, cx)?,
        "TargetTracking" => tracking(&chosen, cx)?,
        "Steps" => steps(&chosen, cx)?,
        "Schedule" => schedule(&chosen, cx)?,
        "Predictive" => predictive(&chosen, cx)?,
        "Vertical" => vertical(&chosen, cx)?,
        "Mixed" => mixed(&chosen, cx)?,
        _ => pid(&chosen, cx)?,
    };
    let min = fields.or("min", 1, count, cx);
    let max = match by {
        // How many there are is not for it to say.
        Scaler::Vertical(_) => fields.or("max", limits::WORKERS_MAX, count, cx),
        _ => fields.required("max", count, cx),
    };
    let read = |node: &Node, cx: &mut Cx| whole32(node, "groups", 0, limit!(GROUPS_MAX), cx);
    let first = groups.iter().position(|group| !group.is_local());
    let group = match (fields.maybe("group", read, cx)?, first) {
        (Some(group), _) => group as usize,
        (None, Some(first)) => first,
        (None, None) => {
            let hint = "add a group of modelled machines, as (place: Modelled(link: Lan), instance: \"c7i.large\")";
            return cx.wrong(node.head(), "this computer is all that the pool has, and of it there is one", hint);
        }
    };
    if groups.get(group).is_none_or(Group::is_local) {
        let what = format!("group {group} of the pool has no machines that could come and go");
        let hint = "name a group of modelled machines by its position, counted from 0";
        return cx.wrong(fields.node("group").unwrap_or(node).span.clone(), what, hint);
    }
    fill_in_sizes(&mut by, &groups[group], node.head(), cx)?;
    let (min, max) = (min?, max?);
    if min > max {
        let what = format!("at least {min} machines are more than at most {max}");
        return cx.wrong(node.head(), what, "exchange `min` and `max`");
    }
    Some(Autoscale { group: GroupIx(group as u16), min, max, by })
}

pub(super) type Read<'n> = Option<(Fields<'n>, Scaler)>;

pub(super) fn fields<'n>(chosen: &Variant<'n>, own: &[&str], cx: &mut Cx) -> Option<Fields<'n>> {
    let known: Vec<&str> = BOUNDS.iter().chain(own).copied().collect();
    chosen.fields(&known, cx)
}

fn hpa<'n>(chosen: &Variant<'n>, cx: &mut Cx) -> Read<'n> {
    let own = [
        "cpu",
        "in_flight",
        "queue",
        "tolerance",
        "behavior",
        "sync",
        "scrape",
        "cpu_initialization",
        "readiness_delay",
        "stabilization",
    ];
    let fields = fields(chosen, &own, cx)?;
    let percent = |node: &Node, cx: &mut Cx| number(node, "a share of the cores", 0.01, 10.0, cx);
    let cpu = fields.maybe("cpu", percent, cx);
    let (in_flight, queue) = (fields.maybe("in_flight", target, cx), fields.maybe("queue", target, cx));
    let standard = Hpa::of(Vec::new());
    let tolerance = |node: &Node, cx: &mut Cx| number(node, "a tolerance", 0.0, 1.0, cx);
    let tolerance = fields.or("tolerance", Tolerance::DEFAULT.up, tolerance, cx);
    let behavior = fields.maybe("behavior", behavior, cx);
    let (sync, scrape) =
        (fields.or("sync", standard.sync, period, cx), fields.or("scrape", standard.scrape, period, cx));
    let cpu_initialization = fields.or("cpu_initialization", standard.cpu_initialization, span, cx);
    let readiness_delay = fields.or("readiness_delay", standard.readiness_delay, span, cx);
    let stabilization = fields.or("stabilization", standard.downscale_stabilization, span, cx);
    let milli = |target: f64| (target * 1_000.0).round() as i64;
    let metrics: Vec<HpaMetric> = [
        cpu?.map(|share| HpaMetric::Cpu { percent: (share * 100.0).round() as u32 }),
        in_flight?.map(|target| HpaMetric::InFlight { milli: milli(target) }),
        queue?.map(|target| HpaMetric::Queue { milli: milli(target) }),
    ]
    .into_iter()
    .flatten()
    .collect();
    if metrics.is_empty() {
        return cx.wrong(chosen.head(), "`Hpa` looks at nothing", "add cpu: 0.6, in_flight: 4 or queue: 10");
    }
    let tolerance = tolerance?;
    let hpa = Hpa {
        metrics,
        tolerance: Tolerance { up: tolerance, down: tolerance },
        behavior: behavior?,
        sync: sync?,
        scrape: scrape?,
        cpu_initialization: cpu_initialization?,
        readiness_delay: readiness_delay?,
        downscale_stabilization: stabilization?,
    };
    Some((fields, Scaler::Hpa(hpa)))
}

/// `(up: (select: Max, policies: [Pods(4, "15s")]), down: (stabilization: "60s"))`
fn behavior(node: &Node, cx: &mut Cx) -> Option<Behavior> {
    let fields = record(node, "a behavior", &["up", "down"], cx)?;
    let up = fields.or("up", Rules::up(), |node, cx| rules(node, Rules::up(), cx), cx);
    let down = fields.or("down", Rules::down(), |node, cx| rules(node, Rules::down(), cx), cx);
    Some(Behavior { up: up?, down: down? })
}

fn rules(node: &Node, otherwise: Rules, cx: &mut Cx) -> Option<Rules> {
    let fields = record(node, "rules", &["stabilization", "select", "policies"], cx)?;
    let stabilization = fields.maybe("stabilization", span, cx);
    let select = fields.or("select", otherwise.select, |node, cx| choice(node, "a way to select", &SELECTS, cx), cx);
    let policies = fields.or("policies", otherwise.policies, policies, cx);
    Some(Rules { stabilization: stabilization?.or(otherwise.stabilization), select: select?, policies: policies? })
}

fn policies(node: &Node, cx: &mut Cx) -> Option<Vec<Rule>> {
    let nodes = list(node, "rules", limit!(SCALE_RULES_MAX), cx)?;
    if nodes.is_empty() {
        return cx.wrong(node.head(), "there is no rule", "add Pods(4, \"15s\"), or select: Disabled");
    }
    all(nodes.iter().map(|node| {
        let chosen = variant(node, "a rule", &["Pods", "Percent"], cx)?;
        let values = chosen.positional(2, "Pods(4, \"15s\")", cx)?;
        let value = whole32(&values[0], "machines or percent", 0, limit!(WORKERS_MAX), cx);
        let period = period(&values[1], cx);
        let value = value?;
        let step = if chosen.name == "Pods" { Step::Pods(value) } else { Step::Percent(value) };
        Some(Rule { step, period: period? })
    }))
}

fn kpa<'n>(chosen: &Variant<'n>, cx: &mut Cx) -> Read<'n> {
    let own = [
        "metric",
        "target",
        "utilization",
        "stable_window",
        "panic_window",
        "panic_threshold",
        "max_scale_up_rate",
        "max_scale_down_rate",
        "activation_scale",
        "scale_down_delay",
        "grace_period",
        "pod_retention",
        "scale_to_zero",
    ];
    let fields = fields(chosen, &own, cx)?;
    let standard = Kpa::DEFAULT;
    let metric = fields.or("metric", standard.metric, |node, cx| choice(node, "a metric", &METRICS, cx), cx);
    let target = fields.maybe("target", target, cx);
    let utilization = fields.or("utilization", standard.utilization, share, cx);
    let stable_window = fields.or("stable_window", standard.stable_window, window, cx);
    let panic_window = fields.or("panic_window", standard.panic_window, share, cx);
    let factor = |node: &Node, cx: &mut Cx| number(node, "a factor above 1", 1.000_001, 1e6, cx);
    let panic_threshold = fields.or("panic_threshold", standard.panic_threshold, factor, cx);
    let max_scale_up_rate = fields.or("max_scale_up_rate", standard.max_scale_up_rate, factor, cx);
    let max_scale_down_rate = fields.or("max_scale_down_rate", standard.max_scale_down_rate, factor, cx);
    let activation_scale = fields.or("activation_scale", standard.activation_scale, count, cx);
    let scale_down_delay = fields.or("scale_down_delay", standard.scale_down_delay, window, cx);
    let grace_period = fields.or("grace_period", standard.grace_period, span, cx);
    let pod_retention = fields.or("pod_retention", standard.pod_retention, span, cx);
    let switch = |node: &Node, cx: &mut Cx| choice(node, "a switch", &SWITCHES, cx);
    let scale_to_zero = fields.or("scale_to_zero", Switch::On, switch, cx);
    let metric = metric?;
    let otherwise = if metric == KpaMetric::Rate { Kpa::RATE_DEFAULT } else { Kpa::CONCURRENCY_DEFAULT };
    let kpa = Kpa {
        metric,
        target: target?.unwrap_or(otherwise),
        utilization: utilization?,
        stable_window: stable_window?,
        panic_window: panic_window?,
        panic_threshold: panic_threshold?,
        max_scale_up_rate: max_scale_up_rate?,
        max_scale_down_rate: max_scale_down_rate?,
        activation_scale: activation_scale?,
        scale_down_delay: scale_down_delay?,
        grace_period: grace_period?,
        pod_retention: pod_retention?,
        scale_to_zero: scale_to_zero? == Switch::On,
        ..standard
    };
    Some((fields, Scaler::Kpa(kpa)))
}

fn keda<'n>(chosen: &Variant<'n>, cx: &mut Cx) -> Read<'n> {
    let fields = fields(chosen, &["queue", "activation", "polling", "cooldown"], cx)?;
    let queue = fields.required("queue", target, cx);
    let standard = Keda::of(1.0);
    let level = |node: &Node, cx: &mut Cx| number(node, "a number of attempts", 0.0, TARGET_MAX, cx);
    let activation = fields.or("activation", standard.activation, level, cx);
    let polling = fields.or("polling", standard.polling, period, cx);
    let cooldown = fields.or("cooldown", standard.cooldown, span, cx);
    let keda = Keda { queue: queue?, activation: activation?, polling: polling?, cooldown: cooldown? };
    Some((fields, Scaler::Keda(keda)))
}

fn ray<'n>(chosen: &Variant<'n>, cx: &mut Cx) -> Read<'n> {
    let own = ["target", "every", "look_back", "upscale_delay", "downscale_delay"];
    let fields = fields(chosen, &own, cx)?;
    let standard = RayServe::DEFAULT;
    let target = fields.or("target", standard.target, target, cx);
    let (every, look_back) =
        (fields.or("every", standard.every, period, cx), fields.or("look_back", standard.look_back, window, cx));
    let upscale_delay = fields.or("upscale_delay", standard.upscale_delay, span, cx);
    let downscale_delay = fields.or("downscale_delay", standard.downscale_delay, span, cx);
    let ray = RayServe {
        target: target?,
        every: every?,
        look_back: look_back?,
        upscale_delay: upscale_delay?,
        downscale_delay: downscale_delay?,
    };
    Some((fields, Scaler::RayServe(ray)))
}

fn dask<'n>(chosen: &Variant<'n>, cx: &mut Cx) -> Read<'n> {
    let fields = fields(chosen, &["target_duration", "every", "wait_count"], cx)?;
    let standard = DaskAdaptive::DEFAULT;
    let target_duration = fields.or("target_duration", standard.target_duration, period, cx);
    let every = fields.or("every", standard.every, period, cx);
    let wait_count = fields.or("wait_count", standard.wait_count, looks, cx);
    let dask = DaskAdaptive { target_duration: target_duration?, every: every?, wait_count: wait_count? };
    Some((fields, Scaler::DaskAdaptive(dask)))
}

fn tracking<'n>(chosen: &Variant<'n>, cx: &mut Cx) -> Read<'n> {
    let fields = fields(chosen, &["cpu", "period", "up_after", "down_after", "warmup"], cx)?;
    let cpu = fields.required("cpu", share, cx);
    let standard = TargetTracking::of(0.5);
    let period = fields.or("period", standard.period, period, cx);
    let up_after = fields.or("up_after", standard.up_after, looks, cx);
    let down_after = fields.or("down_after", standard.down_after, looks, cx);
    let warmup = fields.or("warmup", standard.warmup, span, cx);
    let tracking =
        TargetTracking { cpu: cpu?, period: period?, up_after: up_after?, down_after: down_after?, warmup: warmup? };
    Some((fields, Scaler::TargetTracking(tracking)))
}

fn steps<'n>(chosen: &Variant<'n>, cx: &mut Cx) -> Read<'n> {
    let fields = fields(chosen, &["up", "down", "period", "after", "warmup"], cx)?;
    let standard = TargetTracking::of(0.5);
    let (up, down) = (fields.or("up", Vec::new(), adjustments, cx), fields.or("down", Vec::new(), adjustments, cx));
    let period = fields.or("period", standard.period, period, cx);
    let after = fields.or("after", 1, looks, cx);
    let warmup = fields.or("warmup", standard.warmup, span, cx);
    let (mut up, mut down) = (up?, down?);
    if up.is_empty() && down.is_empty() {
        let hint = "add up: [(0.7, 1), (0.9, 3)] and down: [(0.3, 1)]";
        return cx.wrong(chosen.head(), "`Steps` has no step", hint);
    }
    up.sort_by(|one, two| one.0.total_cmp(&two.0));
    down.sort_by(|one, two| two.0.total_cmp(&one.0));
    let steps = StepScaling { up, down, period: period?, after: after?, warmup: warmup? };
    Some((fields, Scaler::Steps(steps)))
}

/// `[(0.7, 1), (0.9, 3)]`: shares of the cores, and machines.
fn adjustments(node: &Node, cx: &mut Cx) -> Option<Vec<(f64, u32)>> {
    let nodes = list(node, "steps", limit!(SCALE_RULES_MAX), cx)?;
    all(nodes.iter().map(|node| {
        let [bound, machines] = pair(node, "a step", "write (0.7, 1): a share of the cores, and machines", cx)?;
        let bound = number(bound, "a share of the cores", 0.0, 1.0, cx);
        let machines = whole32(machines, "machines", 1, limit!(WORKERS_MAX), cx);
        Some((bound?, machines?))
    }))
}

fn schedule<'n>(chosen: &Variant<'n>, cx: &mut Cx) -> Read<'n> {
    let fields = fields(chosen, &["sizes", "every"], cx)?;
    let sizes = fields.required("sizes", sizes, cx);
    let every = fields.maybe("every", period, cx);
    Some((fields, Scaler::Schedule(Schedule { sizes: sizes?, every: every? })))
}

/// `[("0s", 2), ("5m", 10)]`: from when on how many machines.
fn sizes(node: &Node, cx: &mut Cx) -> Option<Vec<(Span, u32)>> {
    let nodes = list(node, "sizes", limit!(SCHEDULE_MAX), cx)?;
    let sizes = all(nodes.iter().map(|node| {
        let [from, machines] = pair(node, "a size", "write (\"5m\", 10): from when on, and machines", cx)?;
        let (from, machines) = (span(from, cx), count(machines, cx));
        Some((from?, machines?))
    }))?;
    if sizes.is_empty() || !sizes.is_sorted_by_key(|(from, _)| *from) {
        return cx.wrong(
            node.head(),
            "sizes need an order of time",
            "begin with (\"0s\", 2), and go on with later ones",
        );
    }
    Some(sizes)
}

fn predictive<'n>(chosen: &Variant<'n>, cx: &mut Cx) -> Read<'n> {
    let own = ["cpu", "every", "horizon", "level", "trend", "seasonal", "season"];
    let fields = fields(chosen, &own, cx)?;
    let predictive = forecast(chosen, &fields, cx)?;
    Some((fields, Scaler::Predictive(predictive)))
}

/// What is expected to come.
pub(super) fn forecast(chosen: &Variant<'_>, fields: &Fields<'_>, cx: &mut Cx) -> Option<Predictive> {
    let cpu = fields.required("cpu", share, cx);
    let standard = Predictive::of(0.5);
    let weight = |node: &Node, cx: &mut Cx| number(node, "a weight", 0.0, 1.0, cx);
    let (every, horizon) =
        (fields.or("every", standard.every, period, cx), fields.or("horizon", standard.horizon, span, cx));
    let level = fields.or("level", standard.level, weight, cx);
    let trend = fields.or("trend", standard.trend, weight, cx);
    let seasonal = fields.or("seasonal", standard.seasonal, weight, cx);
    let season = fields.maybe("season", period, cx);
    let (every, season) = (every?, season?);
    if season.is_some_and(|season| season.0 / every.0 > limits::SEASON_LOOKS_MAX) {
        let what = format!("a season has at most {} looks, the limit SEASON_LOOKS_MAX", limits::SEASON_LOOKS_MAX);
        return cx.wrong(fields.node("season").map_or_else(|| chosen.head(), Node::head), what, "look less often");
    }
    Some(Predictive { cpu: cpu?, every, horizon: horizon?, level: level?, trend: trend?, seasonal: seasonal?, season })
}

fn pair<'n>(node: &'n Node, what: &str, usage: &str, cx: &mut Cx) -> Option<[&'n Node; 2]> {
    match &node.kind {
        Kind::Struct { name: None, args: Args::Positional(pair) } if pair.len() == 2 => Some([&pair[0], &pair[1]]),
        _ => cx.expected(node, what, usage),
    }
}

fn target(node: &Node, cx: &mut Cx) -> Option<f64> {
    number(node, "a target", 0.001, TARGET_MAX, cx)
}

pub(super) fn share(node: &Node, cx: &mut Cx) -> Option<f64> {
    number(node, "a share", 0.001, 1.0, cx)
}

pub(super) fn looks(node: &Node, cx: &mut Cx) -> Option<u32> {
    whole32(node, "looks", 1, limit!(SCALE_LOOKS_MAX), cx)
}

/// How often somebody looks: not more often than the limit.
pub(super) fn period(node: &Node, cx: &mut Cx) -> Option<Span> {
    let value = span(node, cx)?;
    let min = limits::SCALE_PERIOD_MIN;
    if value < min {
        let what = format!("{value} is shorter than {min}, the limit SCALE_PERIOD_MIN");
        return cx.wrong(node.span.clone(), what, "");
    }
    Some(value)
}

/// A window that is remembered step by step: not longer than the limit.
fn window(node: &Node, cx: &mut Cx) -> Option<Span> {
    let value = span(node, cx)?;
    let max = Kpa::STABLE_WINDOW_MAX;
    if value > max {
        return cx.wrong(node.span.clone(), format!("{value} is longer than {max}, the longest window"), "");
    }
    Some(value)
}
