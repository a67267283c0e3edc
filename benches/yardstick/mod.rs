//! Loops written by hand, each for one model: what is near the limit of this kind of simulation.

use std::collections::VecDeque;

use hdrhistogram::Histogram;
use scalelab::base::{Domain, Stream};

/// What a loop measured, in mean services.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Measured {
    pub(crate) mean: f64,
    pub(crate) p99: f64,
}

/// Who gets the next customer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Pick {
    /// One queue for all cores.
    Central,
    /// The shorter of two distinct queues drawn at random.
    PowerOfTwo,
    /// The shortest queue, from lists by length.
    LeastLoaded,
}

/// Customers of mean service 1 s; returns the response.
pub(crate) fn run(pick: Pick, machines: u32, cores: u32, utilisation: f64, customers: u64, seed: u64) -> Measured {
    let mut draws = Stream::new(seed, Domain::Swarm, [0; 4]);
    let gap = 1.0 / (f64::from(machines) * f64::from(cores) * utilisation);
    let mut heap = Heap::default();
    let mut lines: Vec<Line> = vec![Line { free: cores, waiting: VecDeque::new() }; machines as usize];
    let mut levels = Levels::new(machines);
    let mut histogram: Histogram<u32> = Histogram::new_with_bounds(1, 3_600_000_000_000, 3).expect("constant bounds");
    let (mut sum, mut count, mut arrived) = (0u128, 0u64, 0u64);
    heap.push(nanos(draws.exponential() * gap), ARRIVAL, 0);
    while count < customers {
        let (now, who, since) = heap.top();
        if who == ARRIVAL {
            arrived += 1;
            if arrived < customers {
                heap.replace_top(now + nanos(draws.exponential() * gap), ARRIVAL, 0);
            } else {
                heap.pop();
            }
            let line = match pick {
                Pick::Central => 0,
                Pick::PowerOfTwo => two_choices(&lines, cores, &mut draws),
                Pick::LeastLoaded => levels.shortest(&mut draws),
            };
            if pick == Pick::LeastLoaded {
                levels.change(line, 1);
            }
            let chosen = &mut lines[line as usize];
            if chosen.free > 0 {
                chosen.free -= 1;
                heap.push(now + nanos(draws.exponential()), line, now);
            } else {
                chosen.waiting.push_back(now);
            }
            continue;
        }
        histogram.saturating_record(now - since);
        sum += u128::from(now - since);
        count += 1;
        if pick == Pick::LeastLoaded {
            levels.change(who, -1);
        }
        let line = &mut lines[who as usize];
        match line.waiting.pop_front() {
            Some(next) => heap.replace_top(now + nanos(draws.exponential()), who, next),
            None => {
                line.free += 1;
                heap.pop();
            }
        }
    }
    Measured { mean: sum as f64 / count as f64 / 1e9, p99: histogram.value_at_quantile(0.99) as f64 / 1e9 }
}

const ARRIVAL: u32 = u32::MAX;

#[derive(Clone)]
struct Line {
    free: u32,
    waiting: VecDeque<u64>,
}

fn two_choices(lines: &[Line], cores: u32, draws: &mut Stream) -> u32 {
    let n = lines.len() as u64;
    let one = draws.below(n);
    let other = draws.below(n - 1);
    let other = other + u64::from(other >= one);
    let length = |line: u64| lines[line as usize].waiting.len() as u32 + cores - lines[line as usize].free;
    (if length(other) < length(one) { other } else { one }) as u32
}

fn nanos(secs: f64) -> u64 {
    (secs * 1e9) as u64
}

/// Lines by their length.
struct Levels {
    levels: Vec<Vec<u32>>,
    length: Vec<u32>,
    place: Vec<u32>,
    lowest: usize,
}

impl Levels {
    fn new(lines: u32) -> Self {
        let all: Vec<u32> = (0..lines).collect();
        Self { place: all.clone(), length: vec![0; lines as usize], levels: vec![all], lowest: 0 }
    }

    fn shortest(&mut self, draws: &mut Stream) -> u32 {
        while self.levels[self.lowest].is_empty() {
            self.lowest += 1;
        }
        let ties = &self.levels[self.lowest];
        ties[draws.below(ties.len() as u64) as usize]
    }

    fn change(&mut self, line: u32, by: i32) {
        let from = self.length[line as usize] as usize;
        let to = from.checked_add_signed(by as isize).expect("nobody leaves an empty line");
        let place = self.place[line as usize] as usize;
        self.levels[from].swap_remove(place);
        if let Some(moved) = self.levels[from].get(place) {
            self.place[*moved as usize] = place as u32;
        }
        if self.levels.len() <= to {
            self.levels.resize_with(to + 1, Vec::new);
        }
        self.place[line as usize] = self.levels[to].len() as u32;
        self.levels[to].push(line);
        self.length[line as usize] = to as u32;
        self.lowest = self.lowest.min(to);
    }
}

/// A heap of (time, sequence) in one word each, with what belongs to it beside.
#[derive(Default)]
struct Heap {
    nodes: Vec<(u128, u32, u64)>,
    sequence: u64,
}

impl Heap {
    fn top(&self) -> (u64, u32, u64) {
        let (key, who, since) = self.nodes[0];
        ((key >> 64) as u64, who, since)
    }

    fn node(&mut self, at: u64, who: u32, since: u64) -> (u128, u32, u64) {
        self.sequence += 1;
        (u128::from(at) << 64 | u128::from(self.sequence), who, since)
    }

    fn push(&mut self, at: u64, who: u32, since: u64) {
        let node = self.node(at, who, since);
        self.nodes.push(node);
        let mut place = self.nodes.len() - 1;
        while place > 0 {
            let parent = (place - 1) / 4;
            if self.nodes[parent].0 < node.0 {
                break;
            }
            self.nodes[place] = self.nodes[parent];
            place = parent;
        }
        self.nodes[place] = node;
    }

    fn replace_top(&mut self, at: u64, who: u32, since: u64) {
        let node = self.node(at, who, since);
        self.sink(node);
    }

    fn pop(&mut self) {
        if let Some(last) = self.nodes.pop()
            && !self.nodes.is_empty()
        {
            self.sink(last);
        }
    }

    fn sink(&mut self, node: (u128, u32, u64)) {
        let mut place = 0;
        loop {
            let first = place * 4 + 1;
            let end = self.nodes.len().min(first + 4);
            let Some(smallest) = (first..end).min_by_key(|child| self.nodes[*child].0) else { break };
            if self.nodes[smallest].0 >= node.0 {
                break;
            }
            self.nodes[place] = self.nodes[smallest];
            place = smallest;
        }
        self.nodes[place] = node;
    }
}
