//! What is drawn for a random scenario, each as the text of a file.

use std::fmt::Write as _;

use crate::base::Stream;
use crate::scenario::Eviction;

/// Choices.
pub(super) struct Dice(pub(super) Stream);

impl Dice {
    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.0.below(n)
    }

    /// Both ends included.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }

    pub(super) fn balance(&mut self, can_be_central: bool) -> &'static str {
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
            "Local(percent: 120)",
            "Prequal(pool: 4, probes: 1.5, removed: 0.5)",
        ];
        self.pick(if can_be_central { &any } else { &any[1..] })
    }

    /// An order of service, and whether it gives work to free cores only.
    pub(super) fn serve(&mut self) -> (String, bool) {
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

    /// Something that goes wrong with those meant.
    pub(super) fn fault(&mut self, victim: &str, has_link: bool) -> String {
        let (factor, threads) = (self.between(1, 20), self.between(1, 4));
        match self.between(0, if has_link { 8 } else { 6 }) {
            0 => format!("Slow({victim}, factor: {factor})"),
            1 => format!("Pause({victim})"),
            2 => format!("Errors({victim}, share: 0.7, after: \"2ms\")"),
            3 => format!("Neighbour({victim}, threads: {threads})"),
            4 => format!("Restart({victim})"),
            5 => format!("Errors({victim}, share: 0.3)"),
            6 => format!("Break({victim})"),
            7 => format!("Partition({victim})"),
            _ => format!("Link({victim}, delay: \"20ms\", jitter: \"50ms\", loss: 0.2)"),
        }
    }

    /// What crosses from one stage to the next.
    pub(super) fn edge(&mut self) -> &'static str {
        self.pick(&[
            "Nothing",
            "Nothing",
            "Broadcast",
            "Broadcast(via: Tasks)",
            "Shuffle(skew: 0.9)",
            "Shuffle(via: Tasks)",
            "AllReduce(by: Ring)",
            "AllReduce(by: Tree)",
        ])
    }

    /// How caches work together, in a third of the pools.
    pub(super) fn caching(&mut self) -> String {
        if !self.chance(33) {
            return String::new();
        }
        let age = self.pick(&["", "ttl: \"800ms\", jitter: 0.3, ", "ttl: \"900ms\", soft: \"300ms\", "]);
        let shared = self.pick(&[
            "",
            "shared: Lru(entries: 4), ",
            "shared: Sieve(entries: 30), link: Custom(latency: \"15ms\"), ",
        ]);
        let coalesce = self.pick(&["On", "On", "Off"]);
        format!(" caching: ({age}{shared}coalesce: {coalesce}),")
    }

    /// What a pool does about failures and about too much, with the text of its copies.
    pub(super) fn resilience(&mut self, copies: &str) -> String {
        let mut text = match self.between(0, 2) {
            0 => {
                let backoff =
                    self.pick(&["None", "Constant(wait: \"30ms\")", "FullJitter", "EqualJitter", "Decorrelated"]);
                let budget =
                    self.pick(&["0.3", "InFlight(share: 0.2, least: 1)", "Tokens(max: 4)", "Quota(capacity: 40)"]);
                let (max, refused) = (self.between(0, 3), self.pick(&["On", "Off"]));
                let budget = if self.chance(50) { format!(", budget: {budget}") } else { String::new() };
                format!("retry: (max: {max}, backoff: {backoff}{budget}, refused: {refused})")
            }
            _ => format!("attempts: {}", self.between(1, 4)),
        };
        text.push_str(copies);
        if self.chance(40) {
            let (millis, late) = (self.pick(&[20, 200, 900]), self.pick(&["RunOn", "DropUnbegun", "CallOff"]));
            let _ = write!(text, ", timeout: \"{millis}ms\", late: {late}");
        }
        if self.chance(10) {
            let own = [
                "LastCalls(calls: 10, least: 4, slow_after: \"100ms\", slow: 0.5, open_for: \"300ms\", trial: 2)",
                "LastSeconds(window: \"1s\", least: 3, open_for: \"200ms\")",
            ];
            let _ = write!(text, ", breaker: {}", self.pick(&own));
        }
        if self.chance(30) {
            let own = [
                "Envoy(consecutive: 2, interval: \"500ms\", base: \"700ms\", ejected_max: 0.5, hosts_min: 2, volume_min: 3)",
                "Accrual(window: \"1s\", least: 2, consecutive: 2, base: \"300ms\")",
            ];
            let _ = write!(text, ", outliers: {}", self.pick(&own));
        }
        if self.chance(20) {
            let own = [
                "TokenBucket(rate: 30, burst: 5)",
                "InFlight(max: 6)",
                "Gradient(initial: 3, min: 1, max: 20)",
                "Priority(full: 8)",
                "Throttle(k: 1.5, window: \"2s\")",
                "CoDel(target: \"20ms\", interval: \"100ms\")",
                "CoDel, InFlight(max: 10)",
            ];
            let _ = write!(text, ", admit: [{}]", self.pick(&own));
        }
        text
    }

    /// Copies of tasks, in a quarter of the pools.
    pub(super) fn copies(&mut self) -> String {
        if !self.chance(25) {
            return String::new();
        }
        let after = self.pick(&["\"0s\"", "\"5ms\"", "\"200ms\"", "Quantile(0.9)"]);
        let (more, demands) = (self.between(1, 3), self.pick(&["Same", "Independent"]));
        format!(", copies: (more: {more}, after: {after}, demands: {demands})")
    }

    /// Share of attempts that end with an error.
    pub(super) fn errors(&mut self) -> f64 {
        self.pick(&[0.0, 0.0, 0.0, 0.1, 0.6])
    }

    /// Clients that lose patience, or come back.
    pub(super) fn clients(&mut self) -> String {
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
    pub(super) fn scale(&mut self, group: usize) -> String {
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

    pub(super) fn cache(&mut self) -> String {
        if self.chance(50) {
            return "Off".to_owned();
        }
        let by = self.pick(&Eviction::ALL.map(|(name, _)| name));
        if by == "Unbounded" { by.to_owned() } else { format!("{by}(entries: {})", self.between(1, 12)) }
    }

    pub(super) fn process(&mut self) -> &'static str {
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
    pub(super) fn law(&mut self, millis: u64) -> String {
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
