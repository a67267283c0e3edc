//! Pools: groups of machines, and the policies over them.

use super::balance::balance;
use super::faults::zone;
use super::instance::{Machine, instance, spot_instance};
use super::law::law;
use super::read::{Cx, all, choice, limit, list, map, name, number, record, span, variant, whole32};
use super::resilience::resilience;
use super::scale::{SWITCHES, scale};
use super::serve::serve;
use crate::base::{Provenance, Span};
use crate::scenario::listing::names;
use crate::scenario::syntax::{Field, Node};
use crate::scenario::{
    Balance, Billing, Cache, Caching, Contention, Dist, Eviction, Group, Lifetime, Link, Market, Place, Pool,
    Resilience, Serve, ServeOrder, SharedCache, Switch, limits,
};

/// How long a machine boots where the file says nothing (assumed: a small virtual machine of a cloud).
const STARTUP_DEFAULT_SECS: f64 = 30.0;
/// How long a machine is away for a new size where the file says nothing (assumed).
const RESIZE_DEFAULT: Span = Span::from_secs(60);

const POOL: [&str; 12] = [
    "groups",
    "balance",
    "serve",
    "cache",
    "caching",
    "scale",
    "startup",
    "warm",
    "resize",
    "contention",
    "resilience",
    "prefetch",
];
const GROUP: [&str; 8] = ["place", "zone", "instance", "count", "weight", "market", "billing", "usd_per_gb_out"];
/// How long before a spot machine goes the provider says so, where the file says nothing (AWS).
const NOTICE_DEFAULT: Span = Span::from_secs(120);
/// Dollars that no gigabyte costs.
const USD_PER_GB_MAX: f64 = 1e6;
/// `{ "NAME": (groups: […], …) }`
pub(super) fn pools(node: &Node, cx: &mut Cx) -> Option<Vec<Pool>> {
    let fields = map(node, "pools", limit!(POOLS_MAX), cx)?;
    if fields.is_empty() {
        return cx.wrong(node.head(), "there is no pool", "add { \"api\": (groups: […]) }");
    }
    all(fields.iter().map(|field| pool(field, cx)))
}

fn pool(field: &Field, cx: &mut Cx) -> Option<Pool> {
    let fields = record(&field.value, "a pool", &POOL, cx)?;
    let groups = fields.required("groups", groups, cx);
    let balance = fields.or("balance", Balance::default(), balance, cx);
    let serve_default = Serve { order: ServeOrder::Fifo, queue_max: limits::QUEUE_DEFAULT };
    let serve = fields.or("serve", serve_default, serve, cx);
    let cache = fields.or("cache", Cache::Off, cache, cx);
    let caching = fields.or("caching", Caching::default(), caching, cx);
    let scale = match (fields.node("scale"), &groups) {
        (None, _) => Some(None),
        // What is wrong with the groups has been reported where they stand.
        (Some(_), None) => None,
        (Some(node), Some(groups)) => scale(node, groups, cx).map(Some),
    };
    let startup = fields.or("startup", Dist::Constant(STARTUP_DEFAULT_SECS), law, cx);
    let warm = fields.or("warm", Dist::Constant(0.0), law, cx);
    let resize = fields.or("resize", RESIZE_DEFAULT, span, cx);
    let contention = fields.or("contention", Contention::NONE, contention, cx);
    let resilience = fields.or("resilience", Resilience::default(), resilience, cx);
    let prefetch = fields.maybe("prefetch", |node, cx| whole32(node, "attempts", 0, limit!(PREFETCH_MAX), cx), cx);
    let (groups, resilience) = (groups?, resilience?);
    // Threads need something in hand while they report; a modelled machine is told at once.
    let threads = groups.iter().any(|group| group.place == Place::Threads);
    let prefetch_default = if threads { limits::PREFETCH_DEFAULT } else { 0 };
    Some(Pool {
        name: field.name.clone(),
        groups,
        balance: balance?,
        serve: serve?,
        cache: cache?,
        caching: caching?,
        scale: scale?,
        startup: startup?,
        warm: warm?,
        resize: resize?,
        contention: contention?,
        resilience,
        prefetch: prefetch?.unwrap_or(prefetch_default),
    })
}

fn groups(node: &Node, cx: &mut Cx) -> Option<Vec<Group>> {
    let nodes = list(node, "groups of machines", limit!(GROUPS_MAX), cx)?;
    if nodes.is_empty() {
        let hint = "add (place: Modelled(link: Lan), instance: \"c7i.large\", count: 2)";
        return cx.wrong(node.head(), "a pool needs a group of machines", hint);
    }
    all(nodes.iter().map(|node| group(node, cx)))
}

fn group(node: &Node, cx: &mut Cx) -> Option<Group> {
    let fields = record(node, "a group of machines", &GROUP, cx)?;
    let place = fields.required("place", place, cx);
    let own_zone = |node: &Node, cx: &mut Cx| name(node, cx).and_then(|_| zone(node, cx));
    let zone = fields.maybe("zone", own_zone, cx);
    let market = fields.or("market", Market::OnDemand, market, cx);
    let is_spot = matches!(market, Some(Market::Spot { .. }));
    let machine = fields.required("instance", if is_spot { spot_instance } else { instance }, cx);
    let count = fields.or("count", 1, count, cx);
    let weight = fields.or("weight", 1, |node, cx| whole32(node, "weight", 1, limit!(WEIGHT_MAX), cx), cx);
    let billing = fields.or("billing", Billing::EXACT, billing, cx);
    let usd = |node: &Node, cx: &mut Cx| number(node, "a price in dollars for a gigabyte", 0.0, USD_PER_GB_MAX, cx);
    let usd_per_gb_out = fields.or("usd_per_gb_out", 0.0, usd, cx);
    let (mut place, Machine { instance, nic }) = (place?, machine?);
    if place == Place::Threads && is_spot {
        let at = fields.node("market").unwrap_or(node).span.clone();
        return cx.wrong(at, "nobody takes this computer away", "leave `market` out");
    }
    if let (Place::Modelled { link }, Some(nic)) = (&mut place, nic) {
        // A message passes the link and the card: the slower of the two sets the pace.
        link.bandwidth = Some(link.bandwidth.map_or(nic, |link| link.min(nic)));
    }
    Some(Group {
        place,
        zone: zone?,
        instance,
        count: count?,
        weight: weight?,
        market: market?,
        billing: billing?,
        usd_per_gb_out: usd_per_gb_out?,
    })
}

/// `OnDemand`, `Spot(life: Exponential(mean: "6h"), notice: "2m")`
fn market(node: &Node, cx: &mut Cx) -> Option<Market> {
    let chosen = variant(node, "a market", &["OnDemand", "Spot"], cx)?;
    if chosen.name == "OnDemand" {
        return chosen.unit(cx).map(|()| Market::OnDemand);
    }
    let fields = chosen.fields(&["life", "notice"], cx)?;
    let (life, notice) = (fields.required("life", law, cx), fields.or("notice", NOTICE_DEFAULT, span, cx));
    Some(Market::Spot { life: life?, notice: notice? })
}

/// `Exact`, `PerSecond`, `PerHour`, `Custom(step: "1m", minimum: "10m", stopped: Off, preempted_free: "1h")`
fn billing(node: &Node, cx: &mut Cx) -> Option<Billing> {
    let chosen = variant(node, "a way to bill", &["Exact", "PerSecond", "PerHour", "Custom"], cx)?;
    let known = match chosen.name {
        "Exact" => Billing::EXACT,
        "PerSecond" => Billing::PER_SECOND,
        "PerHour" => Billing::PER_HOUR,
        _ => {
            let fields = chosen.fields(&["step", "minimum", "stopped", "preempted_free"], cx)?;
            let preempted_free = fields.or("preempted_free", Span::ZERO, span, cx);
            let step = fields.or("step", Span::ZERO, span, cx);
            let minimum = fields.or("minimum", Span::ZERO, span, cx);
            let stopped = |node: &Node, cx: &mut Cx| choice(node, "a switch", &SWITCHES, cx);
            let stopped = fields.or("stopped", Switch::On, stopped, cx);
            return Some(Billing {
                step: step?,
                minimum: minimum?,
                stopped_costs: stopped? == Switch::On,
                preempted_free: preempted_free?,
            });
        }
    };
    chosen.unit(cx).map(|()| known)
}

fn place(node: &Node, cx: &mut Cx) -> Option<Place> {
    let chosen = variant(node, "a place for machines", &["Threads", "Modelled"], cx)?;
    if chosen.name == "Threads" {
        chosen.unit(cx)?;
        return Some(Place::Threads);
    }
    let link = chosen.fields(&["link"], cx)?.or("link", Link::none(), link, cx)?;
    Some(Place::Modelled { link })
}

fn link(node: &Node, cx: &mut Cx) -> Option<Link> {
    let known = [Link::PRESETS[0], Link::PRESETS[1], Link::PRESETS[2], "Custom"];
    let chosen = variant(node, "a link", &known, cx)?;
    if let Some(link) = Link::preset(chosen.name) {
        return chosen.unit(cx).map(|()| link);
    }
    let fields = chosen.fields(&["latency", "bandwidth"], cx)?;
    let latency = fields.or("latency", Dist::Constant(0.0), law, cx);
    let bandwidth = fields.maybe("bandwidth", super::read::bandwidth, cx);
    Some(Link { name: "custom".to_owned(), latency: latency?, bandwidth: bandwidth? })
}

/// How many machines.
pub(super) fn count(node: &Node, cx: &mut Cx) -> Option<u32> {
    whole32(node, "machines", 0, limit!(WORKERS_MAX), cx)
}

/// `Off`, `Lru(entries: 400)`, …, `Unbounded`
pub(super) fn cache(node: &Node, cx: &mut Cx) -> Option<Cache> {
    let chosen = variant(node, "a cache", &names(&Cache::ALL), cx)?;
    let by = Eviction::ALL.iter().find(|(name, _)| *name == chosen.name).map(|(_, by)| *by);
    match by {
        None => chosen.unit(cx).map(|()| Cache::Off),
        Some(Eviction::Unbounded) => {
            let entries = limits::CACHE_ENTRIES_MAX as u32;
            chosen.unit(cx).map(|()| Cache::Keep { by: Eviction::Unbounded, entries })
        }
        Some(by) => {
            let read = |node: &Node, cx: &mut Cx| whole32(node, "entries", 1, limit!(CACHE_ENTRIES_MAX), cx);
            let entries = chosen.fields(&["entries"], cx)?.required("entries", read, cx)?;
            Some(Cache::Keep { by, entries })
        }
    }
}

/// `(ttl: "60s", jitter: 0.1, soft: "45s", coalesce: On, shared: Lru(entries: 10_000), link: Lan)`
fn caching(node: &Node, cx: &mut Cx) -> Option<Caching> {
    let fields = record(node, "caching", &["ttl", "soft", "jitter", "coalesce", "shared", "link"], cx)?;
    let (ttl, soft) = (fields.maybe("ttl", span, cx), fields.maybe("soft", span, cx));
    let jitter = fields.or("jitter", 0.0, |node, cx| number(node, "a share of a lifetime", 0.0, 1.0, cx), cx);
    let switch = |node: &Node, cx: &mut Cx| choice(node, "a switch", &SWITCHES, cx);
    let coalesce = fields.or("coalesce", Switch::Off, switch, cx);
    let shared = fields.or("shared", Cache::Off, cache, cx);
    let link = fields.or("link", Link::lan(), link, cx);
    let (ttl, soft, shared) = (ttl?, soft?, shared?);
    let lifetime = match (ttl, soft) {
        (None, Some(_)) => {
            let at = fields.node("soft").unwrap_or(node).span.clone();
            return cx.wrong(at, "an entry that never ends is never old", "add `ttl: \"60s\"`");
        }
        (Some(hard), Some(soft)) if soft > hard => {
            let at = fields.node("soft").unwrap_or(node).span.clone();
            return cx.wrong(
                at,
                format!("it is old after {soft} and gone after {hard}"),
                "make `soft` the shorter one",
            );
        }
        (hard, soft) => hard.zip(jitter).map(|(hard, jitter)| Lifetime { hard, soft, jitter }),
    };
    let shared = match shared {
        Cache::Off => None,
        cache => Some(SharedCache { cache, link: link? }),
    };
    jitter?;
    Some(Caching { lifetime, coalesce: coalesce? == Switch::On, shared })
}

/// `(alpha: 0.03, beta: 0.0001)`
fn contention(node: &Node, cx: &mut Cx) -> Option<Contention> {
    let fields = record(node, "contention", &["alpha", "beta"], cx)?;
    let read = |node: &Node, cx: &mut Cx| number(node, "a coefficient of contention", 0.0, 1.0, cx);
    let (alpha, beta) = (fields.or("alpha", 0.0, read, cx), fields.or("beta", 0.0, read, cx));
    Some(Contention { alpha: alpha?, beta: beta?, provenance: Provenance::Assumed })
}
