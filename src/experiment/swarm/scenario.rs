//! The text of a random scenario.
//!
//! What finds a fault is then a file that shows it, read and checked like any other. They are small and full of trouble:
//! queues that shed, caches too small to help, machines that come, go, grow, break and slow down while work is under
//! way, stages that wait for stages and call others, walks, copies, errors, clients that leave and come back.

use std::fmt::Write as _;

use crate::base::{Domain, Stream};
use crate::scenario::Eviction;

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
}

#[derive(Clone, Copy)]
struct Group {
    count: u64,
    is_threads: bool,
}

impl Draft {
    fn text(mut self, seed: u64) -> String {
        let (pools, (jobs, sizes, kernels)) = (self.pools(), self.jobs());
        let (traffic, timeline, profile) = (self.traffic(&sizes), self.timeline(), profile(&kernels));
        let millis = DURATION_MILLIS;
        format!(
            "// A random scenario.\n(\n  version: 1,\n  title: \"swarm {seed}\",\n  seed: {seed},\n  \
             duration: \"{millis}ms\",\n  mode: Simulate,\n  pools: {{\n{pools}  }},\n  jobs: {{\n{jobs}  }},\n  \
             traffic: [\n{traffic}  ],\n  timeline: [\n{timeline}  ],\n{profile})\n"
        )
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
        let (balance, cache) = (dice.balance(can_be_central), dice.cache());
        let (startup, resize) = (dice.law(1_000), dice.between(0, 2_000));
        let warm = if dice.chance(30) { dice.law(500) } else { "\"0s\"".to_owned() };
        let (alpha, attempts) = (dice.pick(&[0.0, 0.05]), dice.between(1, 4));
        let machines = self.pools[ix as usize].iter().rposition(|group| !group.is_threads);
        let scale = machines.map_or(String::new(), |group| self.dice.scale(group));
        self.has_scaler.push(!scale.is_empty());
        format!(
            "    \"p{ix}\": (\n      groups: [\n{groups}      ],\n     {scale} balance: {balance}, cache: {cache}, serve: \
             {serve},\n      startup: {startup}, warm: {warm}, resize: \"{resize}ms\",\n      contention: \
             (alpha: {alpha:?}), resilience: (attempts: {attempts}{copies}), prefetch: 0,\n    ),\n"
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
        let egress = dice.pick(&["0", "0", "0.09"]);
        let text = format!(
            "        (place: {place}, instance: {instance}, count: {count},{market} billing: {billing}, usd_per_gb_out: {egress}),\n"
        );
        (Group { count, is_threads }, text)
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
            let _ = write!(text, "    \"j{ix}\": (priority: {priority}, stages: [\n{stages}    ]),\n");
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
            let after: String = after.iter().map(|stage| format!("(\"s{stage}\", Nothing), ")).collect();
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
            let what = match dice.between(0, 8) {
                0 => format!("Set(\"pools.p{pool}.balance\", {})", dice.balance(can_be_central)),
                1 => format!("Set(\"pools.p{pool}.cache\", {})", dice.cache()),
                2 if !self.pools[pool as usize][group as usize].is_threads => {
                    format!("Set(\"pools.p{pool}.groups.{group}.count\", {})", dice.between(0, 5))
                }
                2 | 3 => format!("Resize(pool: \"p{pool}\", group: {group}, cores: {})", dice.between(1, 4)),
                4 if self.has_scaler[pool as usize] && dice.chance(50) => {
                    format!("Set(\"pools.p{pool}.scale\", {})", dice.pick(&["On", "Off"]))
                }
                4 => format!("Set(\"traffic.0.factor\", {:?})", dice.pick(&[0.0, 0.5, 2.0])),
                5 => format!(
                    "Inject(fault: Slow(worker: (\"p{pool}\", {worker}), factor: {}), for: \"{lasts}ms\")",
                    dice.between(1, 20)
                ),
                6 if !is_this => {
                    format!("Inject(fault: Preempt(worker: (\"p{pool}\", {worker})), for: \"{lasts}ms\")")
                }
                _ => format!("Inject(fault: Break(worker: (\"p{pool}\", {worker})), for: \"{lasts}ms\")"),
            };
            entries.push((at, what));
        }
        entries.into_iter().map(|(at, what)| format!("    (at: \"{at}ms\", do: {what}),\n")).collect()
    }

    fn any_pool(&mut self) -> u64 {
        self.dice.below(self.pools.len() as u64)
    }
}

fn profile(kernels: &[String]) -> String {
    if kernels.is_empty() {
        return String::new();
    }
    let service: String = kernels.iter().map(|stage| format!("\"{stage}\": [\"1ms\", \"20ms\", \"90ms\"], ")).collect();
    format!("  profile: (machine: \"none\", cores: 2, date: \"2026-11-24\", service: {{ {service} }}),\n")
}

/// Choices.
struct Dice(Stream);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0.below(n)
    }

    /// Both ends included.
    fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }

    fn balance(&mut self, can_be_central: bool) -> &'static str {
        let any = [
            "CentralQueue",
            "RoundRobin",
            "LeastOutstanding",
            "PowerOfTwo",
            "Random",
            "JoinIdle",
            "PowerOfD(d: 3)",
            "PowerOfD(d: 2, draw: WithReplacement)",
            "SmoothRoundRobin",
            "LeastConnections",
            "ModuloHash",
            "RingHash(virtual_nodes: 3)",
            "BoundedLoads(percent: 110, virtual_nodes: 5)",
            "Maglev(table: 13)",
            "Rendezvous",
            "LeastRequest(choices: 3, slow_start: \"800ms\")",
            "PeakEwma(decay: \"500ms\")",
            "PowerOfD(d: 2, by: PeakEwma(decay: \"300ms\"))",
            "LeastLoaded(by: PerWeight)",
            "LeastLoaded(by: Ewma())",
            "LeastLoaded(by: Utilisation)",
            "LeastLoaded(by: QueueLength)",
            "LeastLoaded(by: WorkLeft)",
            "CacheAware(entries: 8)",
            "Prequal(pool: 4, probes: 1.5, removed: 0.5)",
        ];
        self.pick(if can_be_central { &any } else { &any[1..] })
    }

    /// An order of service, and whether it gives work to free cores only.
    fn serve(&mut self) -> (String, bool) {
        let max = self.pick(&[0, 1, 3, 10, 1_000]);
        let order = self.pick(&[
            "Fifo",
            "Fifo",
            "OldestJob",
            "Lifo",
            "ShortestFirst",
            "ShortestRemaining",
            "",
            "None",
            "Resume",
        ]);
        match order {
            "" => (format!("ProcessorSharing(jobs_max: {})", max + 1), false),
            "None" | "Resume" => (format!("Priority(queue_max: {max}, preemption: {order})"), order == "None"),
            _ => (format!("{order}(queue_max: {max})"), order != "ShortestRemaining"),
        }
    }

    /// Copies of tasks, in a quarter of the pools.
    fn copies(&mut self) -> String {
        if !self.chance(25) {
            return String::new();
        }
        let (more, after, demands) = (self.between(1, 3), self.pick(&[0, 5, 200]), self.pick(&["Same", "Independent"]));
        format!(", copies: (more: {more}, after: \"{after}ms\", demands: {demands})")
    }

    /// Share of attempts that end with an error.
    fn errors(&mut self) -> f64 {
        self.pick(&[0.0, 0.0, 0.0, 0.1, 0.6])
    }

    /// Clients that lose patience, or come back.
    fn clients(&mut self) -> String {
        let mut text = String::new();
        if self.chance(25) {
            let _ = write!(text, "patience: {}, ", self.law(500));
        }
        if self.chance(25) {
            let _ = write!(text, "comes_back: Exponential(mean: \"{}ms\"), ", self.between(100, 2_000));
        }
        text
    }

    /// An autoscaler within bounds that a short run meets, in a third of the pools that can have one.
    fn scale(&mut self, group: usize) -> String {
        if !self.chance(33) {
            return String::new();
        }
        let (min, max) = (self.below(2), self.between(1, 6));
        let own = self.pick(&[
            "Hpa|cpu: 0.5, sync: \"300ms\", scrape: \"200ms\", cpu_initialization: \"1s\", stabilization: \"900ms\"",
            "Hpa|in_flight: 3, queue: 2, behavior: (up: (policies: [Pods(1, \"1s\")]), down: (stabilization: \"500ms\"))",
            "Kpa|target: 2, stable_window: \"2s\", grace_period: \"500ms\"",
            "Keda|queue: 3, polling: \"300ms\", cooldown: \"800ms\"",
            "RayServe|target: 1, every: \"200ms\", upscale_delay: \"300ms\", downscale_delay: \"600ms\"",
            "DaskAdaptive|target_duration: \"200ms\", every: \"150ms\", wait_count: 2",
            "TargetTracking|cpu: 0.5, period: \"300ms\", up_after: 1, down_after: 2, warmup: \"500ms\"",
            "Steps|up: [(0.5, 1), (0.9, 2)], down: [(0.3, 1)], period: \"300ms\", warmup: \"400ms\"",
            "Schedule|sizes: [(\"0s\", 1), (\"1s\", 4), (\"2s\", 0)], every: \"3s\"",
            "Predictive|cpu: 0.6, every: \"250ms\", horizon: \"1s\", season: \"2s\"",
        ]);
        let (name, settings) = own.split_once('|').unwrap_or((own, ""));
        format!(" scale: {name}(min: {min}, max: {max}, group: {group}, {settings}),")
    }

    fn cache(&mut self) -> String {
        if self.chance(50) {
            return "Off".to_owned();
        }
        let by = self.pick(&Eviction::ALL.map(|(name, _)| name));
        if by == "Unbounded" { by.to_owned() } else { format!("{by}(entries: {})", self.between(1, 12)) }
    }

    fn process(&mut self) -> &'static str {
        self.pick(&[
            "Regular",
            "Erlang(k: 3)",
            "LogNormal(cv: 1.5)",
            "HyperExponential(cv: 3)",
            "Renewal(Weibull(shape: 0.6, scale: \"1s\"))",
            "Mmpp(states: [(rate: 0, mean: \"1s\"), (rate: 5, mean: \"300ms\"), (rate: 1, mean: \"2s\")])",
        ])
    }

    /// A law of times with a mean of at most `millis`, none at all among them.
    fn law(&mut self, millis: u64) -> String {
        let mean = self.between(0, millis);
        match self.between(0, 9) {
            0 => "\"0s\"".to_owned(),
            1 => format!("\"{mean}ms\""),
            4 => format!("Erlang(k: {}, mean: \"{mean}ms\")", self.between(1, 40)),
            5 => format!("Gamma(shape: {:?}, mean: \"{mean}ms\")", self.pick(&[0.3, 1.0, 5.5])),
            6 => format!("HyperExponential(mean: \"{mean}ms\", cv: {:?})", self.pick(&[1.0, 2.5])),
            7 => format!("BoundedPareto(low: \"1ms\", high: \"{}ms\", alpha: 1.2)", 1 + 4 * mean),
            8 => format!("Weibull(shape: 0.7, scale: \"{mean}ms\")"),
            2 => format!("Uniform(\"0s\", \"{mean}ms\")"),
            3 => format!("LogNormal(mean: \"{mean}ms\", cv: 1.5)"),
            _ => format!("Exponential(mean: \"{mean}ms\")"),
        }
    }
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
