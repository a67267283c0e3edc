//! The text of a random scenario.
//!
//! What finds a fault is then a file that shows it, read and checked like any other. They are small and full of trouble:
//! queues that shed, caches too small to help, machines that come, go, grow, break and slow down while work is under
//! way, stages that wait for stages and call others, walks, copies, errors, clients that leave and come back.

use std::fmt::Write as _;

use super::dice::Dice;
use crate::base::{Domain, Stream};

/// How long one lasts. Long enough for machines to break, be missed and come back, several times over.
const DURATION_MILLIS: u64 = 10_000;
/// Tasks that arrive in one at the load as written, about.
const TASKS: u64 = 250;

/// The text of the scenario with this seed, for a simulated run.
pub fn scenario(seed: u64) -> String {
    Draft {
        dice: Dice(Stream::new(seed, Domain::Swarm, [0; 4])),
        pools: Vec::new(),
        can_be_central: Vec::new(),
        has_scaler: Vec::new(),
        has_threads: false,
        has_zone: false,
    }
    .text(seed)
}

/// A scenario while it is made.
struct Draft {
    dice: Dice,
    /// For each pool, for each group: machines at the start, and whether it is this computer.
    pools: Vec<Vec<Group>>,
    /// For each pool, whether its queue may be a central one.
    can_be_central: Vec<bool>,
    /// Pools that grow and shrink by themselves.
    has_scaler: Vec<bool>,
    has_threads: bool,
    /// Whether any machine is in the zone that there is.
    has_zone: bool,
}

#[derive(Clone, Copy)]
struct Group {
    count: u64,
    is_threads: bool,
    has_link: bool,
}

impl Draft {
    fn text(mut self, seed: u64) -> String {
        let (pools, (jobs, sizes, kernels)) = (self.pools(), self.jobs());
        let (traffic, timeline) = (self.traffic(&sizes), self.timeline());
        let profile = profile(&kernels, self.dice.chance(50));
        let faults = self.faults();
        let layout = if self.can_be_one() && self.dice.chance(20) { "  layout: Monolith,\n" } else { "" };
        let millis = DURATION_MILLIS;
        format!(
            "// A random scenario.\n(\n  version: 1,\n  title: \"swarm {seed}\",\n  seed: {seed},\n  \
             duration: \"{millis}ms\",\n  mode: Simulate,\n{layout}  pools: {{\n{pools}  }},\n  jobs: {{\n{jobs}  }},\n  \
             traffic: [\n{traffic}  ],\n  timeline: [\n{timeline}  ],\n  faults: [{faults}],\n{profile})\n"
        )
    }

    /// Whether all pools may be one: what the others do on their own, or this computer in another than the first, is refused.
    fn can_be_one(&self) -> bool {
        let others = self.pools.iter().zip(&self.has_scaler).zip(&self.can_be_central).skip(1);
        let fits = |((groups, scaler), central): ((&Vec<Group>, &bool), &bool)| {
            let threads = groups.iter().any(|group| group.is_threads);
            !threads && (!scaler || self.has_scaler[0]) && (!central || self.can_be_central[0])
        };
        others.into_iter().all(fits)
    }

    fn pools(&mut self) -> String {
        let count = self.dice.between(1, 3);
        (0..count).map(|ix| self.pool(ix)).collect()
    }

    fn pool(&mut self, ix: u64) -> String {
        let mut members = Vec::new();
        let mut groups = String::new();
        for number in 0..self.dice.between(1, 3) {
            let (member, text) = self.group(number == 0);
            members.push(member);
            groups.push_str(&text);
        }
        self.pools.push(members);
        let dice = &mut self.dice;
        let (serve, takes_free_cores_only) = dice.serve();
        let copies = dice.copies();
        let can_be_central = takes_free_cores_only && copies.is_empty();
        self.can_be_central.push(can_be_central);
        let (balance, cache, caching) = (dice.balance(can_be_central), dice.cache(), dice.caching());
        let (startup, resize) = (dice.law(1_000), dice.between(0, 2_000));
        let warm = if dice.chance(30) { dice.law(500) } else { "\"0s\"".to_owned() };
        let (alpha, resilience) = (dice.pick(&[0.0, 0.05]), dice.resilience(&copies));
        let machines = self.pools[ix as usize].iter().rposition(|group| !group.is_threads);
        let scale = machines.map_or(String::new(), |group| self.dice.scale(group));
        self.has_scaler.push(!scale.is_empty());
        let prefetch = if can_be_central { 0 } else { self.dice.pick(&[0, 2]) };
        format!(
            "    \"p{ix}\": (\n      groups: [\n{groups}      ],\n     {scale} balance: {balance}, cache: {cache},{caching} serve: \
             {serve},\n      startup: {startup}, warm: {warm}, resize: \"{resize}ms\",\n      contention: \
             (alpha: {alpha:?}), resilience: ({resilience}), prefetch: {prefetch},\n    ),\n"
        )
    }

    /// A group of machines; the first of a pool has some from the start.
    fn group(&mut self, is_first: bool) -> (Group, String) {
        let is_threads = !self.has_threads && self.dice.chance(15);
        self.has_threads |= is_threads;
        let count = if is_threads { 1 } else { self.dice.between(u64::from(is_first), 4) };
        let dice = &mut self.dice;
        let instance = match dice.between(0, 4) {
            0 => "\"c7i.large\"".to_owned(),
            1 => "\"c7i.xlarge\"".to_owned(),
            _ => {
                let (cores, speed) = (dice.between(1, 4), dice.pick(&[0.5, 1.0, 2.0]));
                format!("Custom(cores: {cores}, speed: {speed:?}, usd_per_hour: 3.6)")
            }
        };
        let place = match dice.between(0, 3) {
            _ if is_threads => "Threads".to_owned(),
            0 => "Modelled(link: None)".to_owned(),
            1 => "Modelled(link: Lan)".to_owned(),
            _ => {
                let latency = dice.law(100);
                format!("Modelled(link: Custom(latency: {latency}, bandwidth: \"8Mbps\"))")
            }
        };
        let billing =
            dice.pick(&["Exact", "PerSecond", "PerHour", "Custom(step: \"1s\", stopped: Off, preempted_free: \"2s\")"]);
        let market = match dice.between(0, 5) {
            0 if !is_threads && !instance.starts_with('"') => {
                let (life, notice) = (dice.law(4_000), dice.pick(&[0, 100, 1_500]));
                format!(" market: Spot(life: {life}, notice: \"{notice}ms\"),")
            }
            _ => String::new(),
        };
        let zone = if dice.chance(30) { " zone: \"a\"," } else { "" };
        let egress = dice.pick(&["0", "0", "0.09"]);
        let text = format!(
            "        (place: {place},{zone} instance: {instance}, count: {count},{market} billing: {billing}, usd_per_gb_out: {egress}),\n"
        );
        self.has_zone |= !zone.is_empty();
        (Group { count, is_threads, has_link: place.contains("Lan") }, text)
    }

    /// Jobs as text, how many tasks each has, and stages that need a profile.
    fn jobs(&mut self) -> (String, Vec<u64>, Vec<String>) {
        let (mut text, mut sizes, mut kernels) = (String::new(), Vec::new(), Vec::new());
        for ix in 0..self.dice.between(1, 3) {
            let (stages, size) = match self.dice.below(10) {
                0 | 1 => {
                    kernels.extend(["map", "combine"].map(|stage| format!("j{ix}.{stage}")));
                    self.array_mean()
                }
                2 | 3 => self.walk(),
                _ => self.services(),
            };
            let priority = self.dice.pick(&[0, 0, -2, 7]);
            let deadline = self.dice.pick(&["", "", "", "deadline: \"900ms\", "]);
            let _ = write!(text, "    \"j{ix}\": (priority: {priority}, {deadline}stages: [\n{stages}    ]),\n");
            sizes.push(size);
        }
        (text, sizes, kernels)
    }

    /// The mean of an array in so many chunks.
    fn array_mean(&mut self) -> (String, u64) {
        let (chunks, pool, other) = (self.dice.between(1, 8), self.any_pool(), self.any_pool());
        let stages = format!(
            "      (name: \"map\", pool: \"p{pool}\", work: Kernel(ArrayMean(shape: ({chunks}0, 10), chunk: (10, 10)))),\n      \
             (name: \"combine\", pool: \"p{other}\", after: [(\"map\", Gather)], work: Kernel(Combine(fan_in: 8))),\n"
        );
        (stages, chunks + 1)
    }

    /// Stages between which a job goes with probabilities, back among them; three visits or fewer on average.
    fn walk(&mut self) -> (String, u64) {
        let count = self.dice.between(1, 3);
        let mut text = String::new();
        for ix in 0..count {
            let (pool, tasks, to) = (self.any_pool(), self.dice.between(1, 2), self.dice.below(count));
            let chance = self.dice.pick(&[0.0, 0.3, 0.6]);
            let (work, errors) = (self.dice.law(200), self.dice.errors());
            let _ = writeln!(
                text,
                "      (name: \"s{ix}\", pool: \"p{pool}\", tasks: {tasks}, then: [(\"s{to}\", {chance:?})], errors: \
                 {errors:?}, work: Service({work})),"
            );
        }
        (text, 4)
    }

    /// Stages that wait for stages above them, or call stages at the end of the list. Calls go to pools further down,
    /// save in one of ten scenarios: there, callers can hold all cores that those they call need, and wait for ever.
    fn services(&mut self) -> (String, u64) {
        let own = self.dice.between(1, 4);
        let called = if self.dice.chance(50) { self.dice.between(1, 3) } else { 0 };
        let can_deadlock = self.dice.chance(10);
        let pools: Vec<u64> = (0..own + called).map(|_| self.any_pool()).collect();
        let (mut text, mut size) = (String::new(), 0);
        for ix in 0..own + called {
            let pool = pools[ix as usize];
            let is_called = ix >= own;
            let tasks = if is_called { 1 } else { self.dice.between(1, 5) };
            let after: Vec<u64> =
                if is_called { Vec::new() } else { (0..ix).filter(|_| self.dice.chance(40)).collect() };
            let below = (own.max(ix + 1)..own + called).filter(|call| can_deadlock || pools[*call as usize] > pool);
            let calls: Vec<u64> = below.filter(|_| self.dice.chance(60)).collect();
            let after: String = after.iter().map(|stage| format!("(\"s{stage}\", {}), ", self.dice.edge())).collect();
            let calls_text: String = calls.iter().map(|stage| format!("\"s{stage}\", ")).collect();
            let (work, errors) = (self.dice.law(300), self.dice.errors());
            let (bytes_in, bytes_out) = (self.dice.between(0, 20_000), self.dice.between(0, 20_000));
            let _ = writeln!(
                text,
                "      (name: \"s{ix}\", pool: \"p{pool}\", tasks: {tasks}, after: [{after}], calls: [{calls_text}], errors: \
                 {errors:?}, work: Service({work}), bytes_in: \"{bytes_in}B\", bytes_out: \"{bytes_out}B\"),"
            );
            size += tasks * (1 + calls.len() as u64);
        }
        (text, size)
    }

    fn traffic(&mut self, sizes: &[u64]) -> String {
        let sources = self.dice.between(1, 3);
        let source = |draft: &mut Self| {
            let job = draft.dice.below(sizes.len() as u64);
            let dice = &mut draft.dice;
            let keys = dice.between(1, 20);
            let per_sec = TASKS as f64 / sources as f64 / sizes[job as usize] as f64 / (DURATION_MILLIS as f64 / 1e3);
            let arrivals = match dice.between(0, 3) {
                0 => {
                    // Without a pause they would fill the run.
                    let (clients, think) = (dice.between(1, 6), dice.between(300, 2_000));
                    format!("Closed(clients: {clients}, think: Uniform(\"200ms\", \"{think}ms\"))")
                }
                1 => {
                    let process = dice.process();
                    format!("Open(process: {process}, load: [(over: \"0s\", to: {per_sec:?})])")
                }
                _ => {
                    let (rise, peak) = (dice.between(0, 3_000), per_sec * dice.pick(&[0.0, 1.0, 4.0]));
                    format!(
                        "Open(load: [(over: \"3s\", to: {per_sec:?}), (over: \"{rise}ms\", to: {peak:?}), (over: \"1s\", to: {per_sec:?})])"
                    )
                }
            };
            let clients = dice.clients();
            format!("    (job: \"j{job}\", keys: Zipf(n: {keys}, alpha: 0.9), {clients}arrivals: {arrivals}),\n")
        };
        (0..sources).map(|_| source(self)).collect()
    }

    /// Changes and faults. Machines are named among those that there were at the start: some will be gone.
    fn timeline(&mut self) -> String {
        let mut entries: Vec<(u64, String)> = Vec::new();
        for _ in 0..self.dice.between(0, 12) {
            let at = self.dice.below(DURATION_MILLIS);
            let pool = self.any_pool();
            let group = self.dice.below(self.pools[pool as usize].len() as u64);
            let machines: u64 = self.pools[pool as usize].iter().map(|group| group.count).sum();
            let can_be_central = self.can_be_central[pool as usize];
            let is_this = self.pools[pool as usize][0].is_threads;
            let dice = &mut self.dice;
            let (worker, lasts) = (dice.below(machines), dice.between(1, 3_000));
            let what = match dice.between(0, 9) {
                0 => format!("Set(\"pools.p{pool}.balance\", {})", dice.balance(can_be_central)),
                1 => format!("Set(\"pools.p{pool}.cache\", {})", dice.cache()),
                5 => format!("Set(\"pools.p{pool}.resilience\", ({}))", dice.resilience("")),
                2 if !self.pools[pool as usize][group as usize].is_threads => {
                    format!("Set(\"pools.p{pool}.groups.{group}.count\", {})", dice.between(0, 5))
                }
                2 | 3 => format!("Resize(pool: \"p{pool}\", group: {group}, cores: {})", dice.between(1, 4)),
                4 if self.has_scaler[pool as usize] && dice.chance(50) => {
                    format!("Set(\"pools.p{pool}.scale\", {})", dice.pick(&["On", "Off"]))
                }
                4 => format!("Set(\"traffic.0.factor\", {:?})", dice.pick(&[0.0, 0.5, 2.0])),
                6 if !is_this => {
                    format!("Inject(fault: Preempt(worker: (\"p{pool}\", {worker})), for: \"{lasts}ms\")")
                }
                _ => {
                    let victim = match dice.between(0, 5) {
                        0 => format!("pool: \"p{pool}\""),
                        1 if self.has_zone => "zone: \"a\"".to_owned(),
                        _ => format!("worker: (\"p{pool}\", {worker})"),
                    };
                    let has_link =
                        self.pools[pool as usize].iter().any(|group| group.has_link) && !victim.starts_with('z');
                    format!("Inject(fault: {}, for: \"{lasts}ms\")", dice.fault(&victim, has_link))
                }
            };
            entries.push((at, what));
        }
        entries.into_iter().map(|(at, what)| format!("    (at: \"{at}ms\", do: {what}),\n")).collect()
    }

    /// A fault that comes by chance, in a quarter of the scenarios.
    fn faults(&mut self) -> String {
        if !self.dice.chance(25) {
            return String::new();
        }
        let (pool, fault) =
            (self.any_pool(), self.dice.pick(&["Break", "Pause", "Slow(factor: 3)", "Errors(share: 0.5)"]));
        format!(
            "(fault: {fault}, pool: \"p{pool}\", every: Exponential(mean: \"2s\"), for: Uniform(\"0ms\", \"900ms\"))"
        )
    }

    fn any_pool(&mut self) -> u64 {
        self.dice.below(self.pools.len() as u64)
    }
}

/// With what handing over costs, or without.
fn profile(kernels: &[String], has_dispatch: bool) -> String {
    if kernels.is_empty() {
        return String::new();
    }
    let service: String = kernels.iter().map(|stage| format!("\"{stage}\": [\"1ms\", \"20ms\", \"90ms\"], ")).collect();
    let dispatch = match has_dispatch {
        true => "dispatch: (idle: [\"1ms\", \"3ms\"], rested: \"20ms\", next: [\"10us\"], held: [\"0s\", \"5us\"]), ",
        false => "",
    };
    format!("  profile: (machine: \"none\", cores: 2, date: \"2026-11-24\", {dispatch}service: {{ {service} }}),\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Host, load};

    #[test]
    fn every_seed_gives_a_valid_scenario_and_always_the_same_one() {
        let host = Host { cores: 2, cpu: "test".to_owned() };
        for seed in 0..500 {
            let text = scenario(seed);
            assert_eq!(text, scenario(seed));
            if let Err(errors) = load(&text, "swarm", &host) {
                panic!("seed {seed}: {errors}\n{text}");
            }
        }
    }
}
