//! Every knob there is: what it does in three lines, where the rule comes from, and where it stands in the file.

/// A knob.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Knob {
    /// What a person calls it.
    pub(crate) name: &'static str,
    /// Where it stands in a scenario file.
    pub(crate) path: &'static str,
    /// Whether it can be turned while a run goes on.
    pub(crate) when: When,
    /// What it does, in three lines.
    pub(crate) lines: [&'static str; 3],
    /// Where the rule comes from.
    pub(crate) source: &'static str,
}

/// When a knob can be turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// In the column, at any time.
    Running,
    /// In this list, at any time: this decision below `resilience`.
    Here(&'static str),
    /// In the scenario file, before the run.
    Before,
}

/// All of them, those in reach first.
pub(crate) const KNOBS: &[Knob] = &[
    Knob {
        name: "Traffic factor",
        path: "traffic.I.factor",
        when: When::Running,
        lines: [
            "Multiplies the load that the scenario writes down: jobs per second, or clients.",
            "Below the capacity the queue stays short; close to it waiting grows without measure.",
            "Above it the queue grows for as long as the load lasts.",
        ],
        source: "Kleinrock, Queueing Systems I (1975): waiting in M/M/1 goes with 1/(1 - load)",
    },
    Knob {
        name: "Machines (out)",
        path: "pools.NAME.groups.I.count",
        when: When::Running,
        lines: [
            "How many machines of a kind there are. New ones boot first; those that leave finish what they have.",
            "Each is reached over a link, costs its hourly price from the order on, and can fail alone.",
            "This computer is one machine and stays one.",
        ],
        source: "Scaling out; prices from the catalogue with their date",
    },
    Knob {
        name: "Autoscaler",
        path: "pools.NAME.scale",
        when: When::Running,
        lines: [
            "Whether a pool grows and shrinks by itself. Which autoscaler it is stands in the scenario.",
            "What it sees is old, what it orders takes time to be ready, and it does not give back at once.",
            "Below the switch stands what it last wanted, what it asked for, and why.",
        ],
        source: "Kubernetes HPA v2, Knative, KEDA, Ray Serve, Dask, AWS: each as its own code decides",
    },
    Knob {
        name: "Cores of a machine (up)",
        path: "pools.NAME.groups.I.cores",
        when: When::Running,
        lines: [
            "How many cores each machine of a kind has. A modelled machine drains and restarts with the new size.",
            "The price per core stays, but cores of one machine slow each other down.",
            "This computer has only the cores it has.",
        ],
        source: "Gunther, Universal Scalability Law (1993): speed n/(1 + a(n-1) + b n(n-1))",
    },
    Knob {
        name: "Send work to (load balancer)",
        path: "pools.NAME.balance",
        when: When::Running,
        lines: [
            "Which machine gets the next task.",
            "Round robin is blind; least outstanding looks at all; power of two looks at two drawn at random.",
            "The difference shows when machines are unequal, or one is slow.",
        ],
        source: "Mitzenmacher, The Power of Two Choices in Randomized Load Balancing (2001)",
    },
    Knob {
        name: "Cache",
        path: "pools.NAME.cache",
        when: When::Running,
        lines: [
            "Keeps results at each machine; the least recently used goes first.",
            "The key is (data seed, chunk); a hit skips the computation but pays its link.",
            "It helps as much as requests repeat: here the data seeds follow a Zipf law.",
        ],
        source: "LRU; Breslau et al., Web Caching and Zipf-like Distributions (1999)",
    },
    Knob {
        name: "Fault",
        path: "timeline: Inject(fault: …, for: …)",
        when: When::Running,
        lines: [
            "Breaks, slows, cuts off or fills a machine, or competes with it; `scalelab list policies` has them all.",
            "A balancer sees only what follows from it, never the fault itself.",
            "It ends by itself after the time that is stated.",
        ],
        source: "Basiri et al., Chaos Engineering (2016)",
    },
    Knob {
        name: "Goal",
        path: "objectives.NAME.bound",
        when: When::Running,
        lines: [
            "How long the slowest jobs may take, as a quantile: p99 leaves out the slowest 1 %.",
            "It changes no behaviour; it is the line that results are held against.",
            "A missed goal ends a headless run with exit code 99.",
        ],
        source: "Dean and Barroso, The Tail at Scale (2013)",
    },
    Knob {
        name: "Arrivals",
        path: "traffic.I.arrivals",
        when: When::Before,
        lines: [
            "Open: jobs come whatever the system does. Closed: a fixed number of clients ask, wait, think, ask again.",
            "A closed load slows down with the system and hides an overload; an open one does not.",
            "The load can change in steps over time.",
        ],
        source: "Schroeder et al., Open Versus Closed: A Cautionary Tale (2006)",
    },
    Knob {
        name: "Arrival process",
        path: "traffic.I.arrivals: Open(process: …)",
        when: When::Before,
        lines: [
            "How uneven open arrivals are: Regular, Erlang, Poisson, LogNormal, HyperExponential, any Renewal law, Mmpp.",
            "Mmpp comes in bursts: its rate jumps between states that last an exponential time each.",
            "At the same load, waiting grows with the square of the gaps' coefficient of variation.",
        ],
        source: "Kingman (1961); Fischer and Meier-Hellstern, The MMPP cookbook (1993)",
    },
    Knob {
        name: "Law of service times",
        path: "jobs.NAME.stages.I.work: Service(…)",
        when: When::Before,
        lines: [
            "How long a task takes on one core of speed 1: Constant, Erlang, Gamma, Exponential, LogNormal, …",
            "Heavy tails (HyperExponential, Weibull below shape 1, BoundedPareto) make few tasks hold up many.",
            "At the same load, waiting grows with the square of the coefficient of variation.",
        ],
        source: "Pollaczek and Khinchine: waiting in M/G/1 goes with (1 + cv^2) / 2",
    },
    Knob {
        name: "Keys",
        path: "traffic.I.keys",
        when: When::Before,
        lines: [
            "Which data each job asks for.",
            "Uniform: all alike. Zipf: few are asked for often, most seldom.",
            "Caches live from the second kind.",
        ],
        source: "Zipf's law: rank i with a weight of (i + 1)^-alpha",
    },
    Knob {
        name: "Order of service",
        path: "pools.NAME.serve: Fifo | OldestJob",
        when: When::Before,
        lines: [
            "Which of those that wait a core takes next.",
            "Fifo: who came first. OldestJob: the task of the oldest job, so that what is begun is finished first.",
            "Under overload only the second completes as many jobs as the machines could.",
        ],
        source: "First come, first served; Dask's scheduler serves older submissions first",
    },
    Knob {
        name: "Queue limit",
        path: "pools.NAME.serve: Fifo(queue_max: n)",
        when: When::Before,
        lines: [
            "How many tasks may wait in one queue; those that run do not count.",
            "What comes beyond it is refused at once, which keeps waiting short and counts as an error.",
            "Queues always have a limit.",
        ],
        source: "Load shedding; every queue here is bounded",
    },
    Knob {
        name: "Boot time",
        path: "pools.NAME.startup",
        when: When::Before,
        lines: [
            "How long a new machine takes until it serves.",
            "It is paid for from the order on, so slow boots cost money and time.",
            "Shortened in the first scenario, and labelled so.",
        ],
        source: "Stated in the scenario (assumed)",
    },
    Knob {
        name: "Time to resize",
        path: "pools.NAME.resize",
        when: When::Before,
        lines: [
            "How long a machine is away when its size changes: it drains, restarts, comes back.",
            "60 s where the scenario says nothing.",
            "Scaling up is not free of downtime; scaling out is.",
        ],
        source: "Stop, change the type, start (assumed)",
    },
    Knob {
        name: "Contention between cores",
        path: "pools.NAME.contention",
        when: When::Before,
        lines: [
            "alpha is the share of work that is serial, beta the cost of keeping cores coherent.",
            "With both zero, cores do not feel each other.",
            "Labelled calibrated when it was fitted to a measurement, else assumed.",
        ],
        source: "Gunther, Guerrilla Capacity Planning (2007)",
    },
    Knob {
        name: "Link",
        path: "pools.NAME.groups.I.place: Modelled(link: …)",
        when: When::Before,
        lines: [
            "What lies between the dispatcher and a remote machine: a delay and a bandwidth, each way.",
            "Every task pays it twice, there and back.",
            "With small tasks the link decides whether scaling out helps at all.",
        ],
        source: "Delay = latency + size / bandwidth (modelled)",
    },
    Knob {
        name: "Prefetch",
        path: "pools.NAME.prefetch",
        when: When::Before,
        lines: [
            "Tasks that a live worker holds per core besides what it runs.",
            "A wake-up costs about 50 microseconds; without a task in hand small tasks waste most of a core.",
            "Held tasks count as queued.",
        ],
        source: "Measured on two cores: 10 microsecond tasks, one in hand 17 % efficiency, two 89 %",
    },
    Knob {
        name: "Timeout",
        path: "pools.NAME.resilience.timeout",
        when: When::Here("timeout"),
        lines: [
            "How long an attempt may be unanswered before nobody waits for it any longer.",
            "Too short, and work is thrown away that was nearly done; too long, and callers fill up.",
            "It counts from when the attempt is made, so time in a queue counts too.",
        ],
        source: "gRPC and HTTP clients; Beyer et al., Site Reliability Engineering (2016), chapter 22",
    },
    Knob {
        name: "Late work",
        path: "pools.NAME.resilience.late",
        when: When::Here("late"),
        lines: [
            "What becomes of an attempt that nobody waits for any longer.",
            "A server that is not told works on for nobody, and that work crowds out what is wanted.",
            "A deadline that travels with it, or a cancellation, saves what has not begun, or all of it.",
        ],
        source: "HTTP/1.1; gRPC deadlines and cancellation",
    },
    Knob {
        name: "Retries",
        path: "pools.NAME.resilience.retry: (max: n)",
        when: When::Here("retry.max"),
        lines: [
            "How often a task is tried again when an attempt fails, is lost or late.",
            "3 where the scenario says nothing, as in Dask.",
            "Retries help against rare errors, and multiply the load when everything fails.",
        ],
        source: "Dask allows 3 failures; Bronson et al., Metastable Failures (HotOS 2021)",
    },
    Knob {
        name: "Rest between tries",
        path: "pools.NAME.resilience.retry: (backoff: …)",
        when: When::Here("retry.backoff"),
        lines: [
            "How long a task rests before it is tried again.",
            "Without chance in it everybody comes back at the same moment.",
            "It spreads a burst; it does not lower the load of a long outage.",
        ],
        source: "Brooker, Exponential Backoff and Jitter (AWS 2015)",
    },
    Knob {
        name: "Retry budget",
        path: "pools.NAME.resilience.retry: (budget: …)",
        when: When::Here("retry.budget"),
        lines: [
            "What keeps retries and copies together within a share of all requests.",
            "Rare errors are retried as before; when everything fails, hardly anything is.",
            "The cure of a retry storm.",
        ],
        source: "Finagle RetryBudget; Envoy; gRPC A6; AWS SDKs",
    },
    Knob {
        name: "Circuit breaker",
        path: "pools.NAME.resilience.breaker",
        when: When::Here("breaker"),
        lines: [
            "Cuts the whole pool off while most of what it answers is wrong.",
            "Callers fail at once instead of waiting, and what is broken is left in peace.",
            "After a while it lets a few through and looks.",
        ],
        source: "Nygard, Release It! (2007); resilience4j; Hystrix",
    },
    Knob {
        name: "Outlier detection",
        path: "pools.NAME.resilience.outliers",
        when: When::Here("outliers"),
        lines: [
            "Leaves single machines out while they answer worse than the others.",
            "The cure of a machine that fails quickly and so attracts all the traffic.",
            "Where too many are out, nobody is: then it is not the machines.",
        ],
        source: "Envoy outlier detection; Finagle FailureAccrual",
    },
    Knob {
        name: "Admission",
        path: "pools.NAME.resilience.admit",
        when: When::Here("admit"),
        lines: [
            "Refuses attempts before they get in: by rate, by number, by how long they would wait.",
            "Who is refused learns it at once; who gets in is answered in time.",
            "The scenario file can have several; they all have to agree.",
        ],
        source: "Nichols and Jacobson, CoDel (2012); Netflix concurrency limits; Beyer et al. (2016), chapter 21",
    },
    Knob {
        name: "Seed",
        path: "seed",
        when: When::Before,
        lines: [
            "Every random number of a run comes from it.",
            "The same seed gives the same simulated run, byte for byte, on any machine.",
            "Another seed is another day of the same system.",
        ],
        source: "Counter-based streams: common random numbers across strategies",
    },
];

impl Knob {
    /// Whether each word of `query` occurs in it, whatever the case.
    pub(crate) fn matches(&self, query: &str) -> bool {
        let everything = format!("{} {} {} {}", self.name, self.path, self.lines.join(" "), self.source).to_lowercase();
        query.to_lowercase().split_whitespace().all(|word| everything.contains(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(query: &str) -> Vec<&'static str> {
        KNOBS.iter().filter(|knob| knob.matches(query)).map(|knob| knob.name).collect()
    }

    #[test]
    fn knobs_are_found_by_any_of_their_words() {
        assert_eq!(found("").len(), KNOBS.len());
        assert_eq!(found("ROBIN blind"), ["Send work to (load balancer)"]);
        assert_eq!(found("mitzenmacher"), ["Send work to (load balancer)"]);
        assert_eq!(found("no such knob"), Vec::<&str>::new());
    }
}
