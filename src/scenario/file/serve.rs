//! What a worker runs next, and what becomes of a task that is slow or fails.

use super::read::{Cx, Fields, choice, limit, record, span, variant, whole32};
use crate::base::Span;
use crate::scenario::syntax::Node;
use crate::scenario::{Copies, Demands, Preemption, Serve, ServeOrder, limits};

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
    let chosen = variant(node, "an order of service", &ServeOrder::ALL.map(|(name, ..)| name), cx)?;
    let order = ORDERS.iter().find(|(name, _)| *name == chosen.name).map(|(_, order)| *order)?;
    let (bound, known): (&str, &[&str]) = match order {
        ServeOrder::ProcessorSharing => ("jobs_max", &["jobs_max"]),
        ServeOrder::Priority(_) => ("queue_max", &["queue_max", "preemption"]),
        _ => ("queue_max", &["queue_max"]),
    };
    let Some(fields) = chosen.unit_or_fields(known, cx)? else {
        return Some(Serve { order, queue_max: limits::QUEUE_DEFAULT });
    };
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

/// What becomes of a task that is slow or fails.
pub(super) struct Resilience {
    pub(super) attempts_max: u32,
    pub(super) copies: Copies,
}

impl Default for Resilience {
    fn default() -> Self {
        Self { attempts_max: limits::ATTEMPTS_DEFAULT, copies: Copies::OFF }
    }
}

/// `(attempts: 4, copies: (more: 1, after: "10ms"))`
pub(super) fn resilience(node: &Node, cx: &mut Cx) -> Option<Resilience> {
    let fields = record(node, "resilience", &["attempts", "copies"], cx)?;
    let read = |node: &Node, cx: &mut Cx| whole32(node, "attempts", 1, limit!(ATTEMPTS_MAX), cx);
    let attempts_max = fields.or("attempts", limits::ATTEMPTS_DEFAULT, read, cx);
    let copies = fields.or("copies", Copies::OFF, copies, cx);
    Some(Resilience { attempts_max: attempts_max?, copies: copies? })
}

/// `(more: 1, after: "10ms", demands: Independent)`
fn copies(node: &Node, cx: &mut Cx) -> Option<Copies> {
    let fields = record(node, "copies of a task", &["more", "after", "demands"], cx)?;
    let more = fields.required("more", |node, cx| whole32(node, "copies", 0, limit!(COPIES_MAX), cx), cx);
    let after = fields.or("after", Span::ZERO, span, cx);
    let known = [("Independent", Demands::Independent), ("Same", Demands::Same)];
    let demands = match fields.node("demands") {
        Some(node) => choice(node, "how the demands of copies belong together", &known, cx),
        None => Some(Demands::default()),
    };
    Some(Copies { more: more?, after: after?, demands: demands? })
}
