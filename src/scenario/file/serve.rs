//! What a worker runs next.

use super::read::{Cx, Fields, choice, limit, variant, whole32};
use crate::scenario::listing::names;
use crate::scenario::syntax::Node;
use crate::scenario::{Preemption, Serve, ServeOrder, limits};

/// Every order of service by its name in a file.
const ORDERS: [(&str, ServeOrder); 7] = [
    ("Fifo", ServeOrder::Fifo),
    ("OldestJob", ServeOrder::OldestJob),
    ("Lifo", ServeOrder::Lifo),
    ("Priority", ServeOrder::Priority(Preemption::None)),
    ("ShortestFirst", ServeOrder::ShortestFirst),
    ("ShortestRemaining", ServeOrder::ShortestRemaining),
    ("ProcessorSharing", ServeOrder::ProcessorSharing),
];

/// `Fifo`, `Fifo(queue_max: 200)`, `Priority(preemption: Resume)`, `ProcessorSharing(jobs_max: 50)`
pub(super) fn serve(node: &Node, cx: &mut Cx) -> Option<Serve> {
    let chosen = variant(node, "an order of service", &names(&ServeOrder::ALL), cx)?;
    let order = ORDERS.iter().find(|(name, _)| *name == chosen.name).map(|(_, order)| *order)?;
    let (bound, known): (&str, &[&str]) = match order {
        ServeOrder::ProcessorSharing => ("jobs_max", &["jobs_max"]),
        ServeOrder::Priority(_) => ("queue_max", &["queue_max", "preemption"]),
        _ => ("queue_max", &["queue_max"]),
    };
    let fields = chosen.fields(known, cx)?;
    let queue_max = match order {
        ServeOrder::ProcessorSharing => {
            let read = |node: &Node, cx: &mut Cx| whole32(node, "attempts at a machine", 1, limit!(QUEUE_MAX), cx);
            fields.or(bound, limits::QUEUE_DEFAULT, read, cx)
        }
        _ => {
            let read = |node: &Node, cx: &mut Cx| whole32(node, "waiting attempts", 0, limit!(QUEUE_MAX), cx);
            fields.or(bound, limits::QUEUE_DEFAULT, read, cx)
        }
    };
    let order = match order {
        ServeOrder::Priority(_) => ServeOrder::Priority(preemption(&fields, cx)?),
        order => order,
    };
    Some(Serve { order, queue_max: queue_max? })
}

fn preemption(fields: &Fields<'_>, cx: &mut Cx) -> Option<Preemption> {
    let read = |node: &Node, cx: &mut Cx| {
        choice(node, "preemption", &[("None", Preemption::None), ("Resume", Preemption::Resume)], cx)
    };
    fields.or("preemption", Preemption::None, read, cx)
}
