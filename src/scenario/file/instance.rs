//! What a machine is and costs: this computer, an instance of the catalogue, or one described in full.

use std::sync::Arc;

use super::read::{Cx, bandwidth, bytes, limit, number, variant, whole32};
use crate::base::Provenance;
use crate::scenario::catalogue::{self, Entry, NotFound};
use crate::scenario::errors::suggest;
use crate::scenario::syntax::{Kind, Node};
use crate::scenario::{Instance, Price};

/// The name of this computer in a file.
pub(in crate::scenario) const THIS: &str = "this";
/// Dollars an hour that no machine costs.
const USD_PER_HOUR_MAX: f64 = 1e6;
const CUSTOM: [&str; 5] = ["cores", "speed", "memory", "nic", "usd_per_hour"];

/// A machine, and the bandwidth of its network card in bytes per second where that is given.
pub(super) struct Machine {
    pub(super) instance: Instance,
    pub(super) nic: Option<f64>,
}

/// `"this"`, `"c7i.large"`, `"aws/c7i.large"` or `Custom(cores: 2, usd_per_hour: 0.09)`.
pub(super) fn instance(node: &Node, cx: &mut Cx) -> Option<Machine> {
    bought(node, false, cx)
}

/// The same at the price of spare capacity.
pub(super) fn spot_instance(node: &Node, cx: &mut Cx) -> Option<Machine> {
    bought(node, true, cx)
}

fn bought(node: &Node, is_spot: bool, cx: &mut Cx) -> Option<Machine> {
    match &node.kind {
        Kind::Text { value, .. } if value == THIS => {
            Some(Machine { instance: this_computer(cx.cores_of_this), nic: None })
        }
        Kind::Text { value, .. } => named(node, value, is_spot, cx).map(|instance| Machine { instance, nic: None }),
        Kind::Struct { name: Some(_), .. } => custom(node, is_spot, cx),
        _ => cx.expected(node, "an instance", "write \"this\", a name such as \"c7i.large\", or Custom(cores: 2, …)"),
    }
}

/// This computer, billed as the general-purpose instance of the catalogue with the nearest number of cores.
fn this_computer(cores: u32) -> Instance {
    let billed_as = catalogue::nearest_general(cores);
    let source = format!("this computer, billed as {}: {}", billed_as.instance, billed_as.source);
    Instance {
        name: Arc::from(THIS),
        cores: cores.max(1),
        speed: 1.0,
        memory: None,
        price: Price {
            usd_per_hour: billed_as.usd_per_hour,
            is_spot: false,
            source: Arc::from(source),
            as_of: Arc::from(billed_as.as_of.as_str()),
            provenance: Provenance::Assumed,
        },
    }
}

fn named(node: &Node, name: &str, is_spot: bool, cx: &mut Cx) -> Option<Instance> {
    let at = node.span.clone();
    match catalogue::find(name) {
        Ok(entry) => catalogued(node, entry, is_spot, cx),
        Err(NotFound::Ambiguous(full)) => {
            let what = format!("several providers have an instance called {name:?}");
            cx.wrong(at, what, format!("write one of {}", full.join(", ")))
        }
        Err(NotFound::Unknown) => {
            let names = catalogue::all().iter().map(|entry| entry.instance.as_str()).chain([THIS]);
            let hint = suggest(name, names);
            cx.wrong(at, format!("no instance is called {name:?}"), hint)
        }
    }
}

fn catalogued(node: &Node, entry: &Entry, is_spot: bool, cx: &mut Cx) -> Option<Instance> {
    if entry.price(is_spot).is_none() {
        let market = if is_spot { "as spare capacity" } else { "on demand" };
        let what = format!("the price of {:?} {market} is unknown, and an unknown price is not $0", entry.instance);
        return cx.wrong(node.span.clone(), what, "choose another, or state it: Custom(cores: …, usd_per_hour: …)");
    }
    let Some(instance) = entry.as_instance(is_spot) else {
        let what = format!("how many cores {:?} has is unknown", entry.instance);
        return cx.wrong(node.span.clone(), what, "choose another, or state it: Custom(cores: …, usd_per_hour: …)");
    };
    Some(instance)
}

fn custom(node: &Node, is_spot: bool, cx: &mut Cx) -> Option<Machine> {
    let fields = variant(node, "an instance", &["Custom"], cx)?.fields(&CUSTOM, cx)?;
    let cores = fields.required("cores", cores, cx);
    let speed = fields.or("speed", 1.0, |node, cx| number(node, "a relative speed", 0.001, 1000.0, cx), cx);
    let memory = fields.maybe("memory", bytes, cx);
    let nic = fields.maybe("nic", bandwidth, cx);
    let usd = |node: &Node, cx: &mut Cx| number(node, "a price in dollars an hour", 0.0, USD_PER_HOUR_MAX, cx);
    let usd_per_hour = fields.required("usd_per_hour", usd, cx);
    let price = Price {
        usd_per_hour: Some(usd_per_hour?),
        is_spot,
        source: Arc::from("the scenario"),
        as_of: Arc::from(""),
        provenance: Provenance::Assumed,
    };
    let instance = Instance { name: Arc::from("custom"), cores: cores?, speed: speed?, memory: memory?, price };
    Some(Machine { instance, nic: nic? })
}

/// Cores of one machine.
pub(super) fn cores(node: &Node, cx: &mut Cx) -> Option<u32> {
    whole32(node, "cores", 1, limit!(CORES_MAX), cx)
}
