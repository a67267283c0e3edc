//! What is due when: a heap ordered by (time, class, sequence), so that equal times keep the order of planning.
//!
//! Entries of the timeline come before everything else of their instant. A person's command takes effect at an instant
//! at which nothing else has happened yet, so a replay, which plans it from the start, finds the same order.

use crate::base::{Agenda, Time, WorkerId};
use crate::cluster::Event;
use crate::scenario::Entry;
use crate::traffic::Tick;

/// Something that is due.
#[derive(Clone, Debug)]
pub(super) enum Due {
    /// The cluster is to be told something, if it still happens.
    Event(Event),
    /// A job arrives.
    Arrival(Tick),
    /// Something changes.
    Entry(Box<Entry>),
    /// A fault is over.
    Repair(WorkerId, u32),
    /// A fault comes by chance: which of those of the scenario, and how many of it came before.
    Strike(usize, u64),
    /// The recorder closes a tick.
    Tick,
    /// What this machine can do has been measured.
    ProbeEnds,
}

/// Everything planned: a heap with four children to a node. The children of a node lie in one cache line and are looked
/// at together; what is due lies still in a slab beside it.
///
/// What is taken from the top leaves a hole there, which the next push fills: most events plan one other, and then the
/// heap is walked once instead of twice (replace-top).
#[derive(Clone, Debug)]
pub(super) struct Queue {
    /// Time, class, sequence, and where what is due lies; from the highest bits to the lowest.
    top: u128,
    /// The children of node 0, which is the top, of node 1, and so on: node `n` is child `(n - 1) % 4` of
    /// node `(n - 1) / 4`.
    children: Vec<Siblings>,
    /// Nodes in use, a hole at the top among them.
    len: usize,
    /// Whether the top is vacant.
    has_hole: bool,
    due: Vec<Due>,
    free: Vec<u32>,
    sequence: u64,
}

#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Siblings([u128; CHILDREN]);

/// Bits of a place: more than a hundred million things can be planned at a time.
const PLACE_BITS: u32 = 27;
/// Bits of a sequence number; when they are used up, what is planned is numbered anew.
const SEQUENCE_BITS: u32 = 36;
/// Everything but the timeline comes after it.
const LATER_CLASS: u64 = 1 << (PLACE_BITS + SEQUENCE_BITS);
/// Children of a node.
const CHILDREN: usize = 4;
/// Where there is no node. Nothing is ever planned for the last instant of all with the last number of all.
const VACANT: u128 = u128::MAX;

impl Default for Queue {
    fn default() -> Self {
        let (children, due, free) = (Vec::new(), Vec::new(), Vec::new());
        Self { top: VACANT, children, len: 0, has_hole: false, due, free, sequence: 0 }
    }
}

impl Agenda<Event> for Queue {
    fn plan(&mut self, at: Time, event: Event) {
        self.push(at, Due::Event(event));
    }
}

impl Agenda<Tick> for Queue {
    fn plan(&mut self, at: Time, tick: Tick) {
        self.push(at, Due::Arrival(tick));
    }
}

impl Queue {
    #[inline]
    pub(super) fn push(&mut self, at: Time, due: Due) {
        let class = if matches!(due, Due::Entry(_)) { 0 } else { LATER_CLASS };
        // What is due is written where it will lie, without a copy on the way.
        let place = if let Some(place) = self.free.pop() {
            self.due[place as usize] = due;
            place
        } else {
            self.due.push(due);
            self.due.len() as u32 - 1
        };
        self.plan_at(at, class, place);
    }

    fn plan_at(&mut self, at: Time, class: u64, place: u32) {
        assert!(place < 1 << PLACE_BITS, "the limits of a scenario keep what is planned below this");
        if self.sequence == 1 << SEQUENCE_BITS {
            self.number_anew();
        }
        let key = u128::from(at.0) << 64 | u128::from(class | self.sequence << PLACE_BITS | u64::from(place));
        self.sequence += 1;
        if std::mem::take(&mut self.has_hole) {
            self.sink(key);
        } else {
            self.rise(key);
        }
    }

    pub(super) fn next_at(&mut self) -> Option<Time> {
        self.fill();
        (self.len > 0).then(|| time_of(self.top))
    }

    /// Takes what is due next, if it is due by then.
    #[inline]
    pub(super) fn pop_until(&mut self, until: Time) -> Option<(Time, Due)> {
        self.fill();
        let at = time_of(self.top);
        if self.len == 0 || at > until {
            return None;
        }
        self.has_hole = true;
        let place = self.top as u32 & ((1 << PLACE_BITS) - 1);
        self.free.push(place);
        Some((at, std::mem::replace(&mut self.due[place as usize], Due::Tick)))
    }

    /// Moves the last key into the hole at the top, if there is one.
    #[inline]
    fn fill(&mut self) {
        if std::mem::take(&mut self.has_hole) {
            self.len -= 1;
            if self.len == 0 {
                self.top = VACANT;
                return;
            }
            let last = std::mem::replace(self.node(self.len), VACANT);
            self.sink(last);
        }
    }

    /// A node other than the top.
    #[inline]
    fn node(&mut self, node: usize) -> &mut u128 {
        &mut self.children[(node - 1) / CHILDREN].0[(node - 1) % CHILDREN]
    }

    /// Adds a key as the last node, and moves it towards the top until its parent is smaller.
    #[inline]
    fn rise(&mut self, key: u128) {
        let mut at = self.len;
        self.len += 1;
        if at > 0 && (at - 1) / CHILDREN == self.children.len() {
            self.children.push(Siblings([VACANT; CHILDREN]));
        }
        while at > CHILDREN {
            let parent = (at - 1) / CHILDREN;
            let above = *self.node(parent);
            if above < key {
                *self.node(at) = key;
                return;
            }
            *self.node(at) = above;
            at = parent;
        }
        if at > 0 && self.top < key {
            *self.node(at) = key;
            return;
        }
        if at > 0 {
            *self.node(at) = self.top;
        }
        self.top = key;
    }

    /// Puts a key at the top and moves it downwards until its children are larger.
    #[inline]
    fn sink(&mut self, key: u128) {
        let Some(siblings) = self.children.first_mut() else {
            self.top = key;
            return;
        };
        let (child, smallest) = siblings.smallest();
        if smallest >= key {
            self.top = key;
            return;
        }
        self.top = smallest;
        // The hole goes down: to this place among these siblings, the children of this node.
        let (mut parent, mut child) = (0, child);
        loop {
            let node = parent * CHILDREN + 1 + child;
            let below = self.children.get(node).map(Siblings::smallest).filter(|(_, smallest)| *smallest < key);
            let Some((next, smallest)) = below else {
                self.children[parent].0[child] = key;
                return;
            };
            self.children[parent].0[child] = smallest;
            (parent, child) = (node, next);
        }
    }

    /// Gives what is planned the smallest numbers, in the order it has. Sorted keys are a heap.
    fn number_anew(&mut self) {
        self.fill();
        let nodes = std::iter::once(&self.top).chain(self.children.iter().flat_map(|siblings| &siblings.0));
        let mut keys: Vec<u128> = nodes.copied().take(self.len).collect();
        keys.sort_unstable();
        let kept = u128::from(u64::MAX) << 64 | u128::from(LATER_CLASS) | ((1 << PLACE_BITS) - 1);
        (self.sequence, self.len) = (keys.len() as u64, 0);
        (self.top, self.children) = (VACANT, Vec::new());
        for (number, key) in keys.into_iter().enumerate() {
            self.rise(key & kept | (number as u128) << PLACE_BITS);
        }
    }
}

impl Siblings {
    /// The smallest, and which it is.
    #[inline]
    fn smallest(&self) -> (usize, u128) {
        let [a, b, c, d] = self.0;
        let (low, lower) = if b < a { (1, b) } else { (0, a) };
        let (high, higher) = if d < c { (3, d) } else { (2, c) };
        if higher < lower { (high, higher) } else { (low, lower) }
    }
}

fn time_of(key: u128) -> Time {
    Time((key >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{By, Command};

    #[test]
    fn equal_times_keep_their_order_but_the_timeline_goes_first() {
        let mut queue = Queue::default();
        queue.push(Time(5), Due::Tick);
        queue.push(Time(5), Due::ProbeEnds);
        let entry = Entry { at: Time(5), command: Command::Note(String::new()), by: By::Person };
        queue.push(Time(5), Due::Entry(Box::new(entry)));
        queue.push(Time(1), Due::ProbeEnds);
        assert_eq!(queue.next_at(), Some(Time(1)));
        let order: Vec<_> =
            std::iter::from_fn(|| queue.pop_until(Time::NEVER)).map(|(_, due)| std::mem::discriminant(&due)).collect();
        let expected = [
            Due::ProbeEnds,
            Due::Entry(Box::new(Entry { at: Time(5), command: Command::Note(String::new()), by: By::Person })),
            Due::Tick,
            Due::ProbeEnds,
        ];
        assert_eq!(order, expected.iter().map(std::mem::discriminant).collect::<Vec<_>>());
    }

    #[test]
    fn numbers_that_are_used_up_are_given_anew_and_the_order_stays() {
        let mut queue = Queue { sequence: (1 << SEQUENCE_BITS) - 3, ..Queue::default() };
        for at in [9, 5, 5, 1, 5, 5] {
            queue.push(Time(at), if at == 5 { Due::Tick } else { Due::ProbeEnds });
        }
        assert!(queue.sequence < 10, "{}", queue.sequence);
        queue.push(Time(5), Due::ProbeEnds);
        let order: Vec<_> = std::iter::from_fn(|| queue.pop_until(Time::NEVER))
            .map(|(at, due)| (at.0, matches!(due, Due::Tick)))
            .collect();
        assert_eq!(order, [(1, false), (5, true), (5, true), (5, true), (5, true), (5, false), (9, false)]);
    }

    #[test]
    fn it_sorts_whatever_comes() {
        let mut stream = crate::base::Stream::new(4, crate::base::Domain::Swarm, [0; 4]);
        let (mut queue, mut last) = (Queue::default(), Time::ZERO);
        for round in 0..20_000 {
            if round % 3 > 0 || queue.next_at().is_none() {
                queue.push(Time(last.0 + stream.below(50)), Due::Tick);
            } else {
                let (at, _) = queue.pop_until(Time::NEVER).expect("there is something");
                assert!(at >= last);
                last = at;
            }
        }
        let rest: Vec<_> = std::iter::from_fn(|| queue.pop_until(Time::NEVER)).map(|(at, _)| at).collect();
        assert!(rest.is_sorted() && rest[0] >= last && queue.next_at().is_none());
    }
}
