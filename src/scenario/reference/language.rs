//! What stands where in a scenario file. What each thing means is in the doc comments of the types that it is read into, by their names.

use super::machines::{BILLING, INSTANCE, LINK, MARKET, PLACE};
use super::policies::{BALANCE, CACHE, SERVE};
use super::{Choice, Field, Is, Record};
use crate::scenario::{Backoff, Breaker, Budget, Edge, Gate, Kernel, Late, Outliers, Scaler, Strike};

pub(super) const TIME: Is = Is::Value("a length of time, as \"80ms\"");
pub(super) const LAW: Is = Is::Value(
    "a length of time, or a law of them, as Exponential(mean: \"80ms\") or LogNormal(mean: \"80ms\", cv: 1.2)",
);
pub(super) const WHOLE: Is = Is::Value("a whole number");
pub(super) const NUMBER: Is = Is::Value("a number");
pub(super) const SHARE: Is = Is::Value("a share, from 0 to 1");
pub(super) const TEXT: Is = Is::Value("a text");
const NAME: Is = Is::Value("a name");
pub(super) const BYTES: Is = Is::Value("a size, as \"64MiB\"");
pub(super) const DOLLARS: Is = Is::Value("dollars");
pub(super) const SWITCH: Is =
    Is::Choice(&Choice { what: "a switch", of: "Switch", listed: &[], names: &["On", "Off"], values: &[] });
/// Where a field cannot be left out.
pub(super) const NEEDED: &str = "";
/// Where a field may be left out and then says nothing.
pub(super) const NOTHING: &str = "nothing";

pub(super) const fn field(name: &'static str, is: Is, otherwise: &'static str, doc: &'static str) -> Field {
    Field { name, is, otherwise, doc }
}

/// The whole file.
pub(super) const SCENARIO: Record = Record {
    what: "a scenario",
    doc: "Scenario",
    fields: &[
        field("version", WHOLE, NEEDED, "VERSION"),
        field("title", TEXT, NEEDED, "Scenario.title"),
        field("seed", WHOLE, "42", "Scenario.seed"),
        field("duration", TIME, NOTHING, "Scenario.duration"),
        field("warmup", TIME, "\"0s\"", "Scenario.warmup"),
        field("mode", Is::Choice(&MODE), "Simulate", "Scenario.mode"),
        field("sensitivity", Is::Choice(&SENSITIVITY), "Normal", "Scenario.sensitivity"),
        field("layout", Is::Choice(&LAYOUT), "Microservices", "Scenario.layout"),
        field("pools", Is::Map(&POOL), NEEDED, "Scenario.pools"),
        field("table", Is::Record(&TABLE), NOTHING, "Scenario.table"),
        field("jobs", Is::Map(&JOB), NEEDED, "Scenario.jobs"),
        field("traffic", Is::List(&SOURCE), NEEDED, "Scenario.traffic"),
        field("timeline", Is::List(&ENTRY), "[]", "Scenario.timeline"),
        field("faults", Is::List(&RANDOM_FAULT), "[]", "Scenario.faults"),
        field("objectives", Is::List(&OBJECTIVE), "[]", "Scenario.objectives"),
        field("twins", Is::Map(&TWIN), "{}", "Scenario.twins"),
        field("profile", Is::Record(&PROFILE), NOTHING, "Scenario.profile"),
    ],
};

const MODE: Choice = Choice { what: "a mode", of: "Mode", listed: &[], names: &["Live", "Simulate"], values: &[] };
const SENSITIVITY: Choice =
    Choice { what: "a sensitivity", of: "Sensitivity", listed: &[], names: &["Low", "Normal", "High"], values: &[] };
const LAYOUT: Choice = Choice {
    what: "a layout of services",
    of: "Layout",
    listed: &[],
    names: &["Microservices", "Monolith"],
    values: &[],
};

const POOL: Record = Record {
    what: "a pool",
    doc: "Pool",
    fields: &[
        field("groups", Is::List(&GROUP), NEEDED, "Pool.groups"),
        field("balance", Is::Choice(&BALANCE), "RoundRobin", "Pool.balance"),
        field("serve", Is::Choice(&SERVE), "Fifo", "Pool.serve"),
        field("cache", Is::Choice(&CACHE), "Off", "Pool.cache"),
        field("caching", Is::Record(&CACHING), "()", "Pool.caching"),
        field("scale", Is::Choice(&SCALE), "Off", "Pool.scale"),
        field("startup", LAW, "\"30s\"", "Pool.startup"),
        field("warm", LAW, "\"0s\"", "Pool.warm"),
        field("resize", TIME, "\"60s\"", "Pool.resize"),
        field("contention", Is::Record(&CONTENTION), "()", "Pool.contention"),
        field("resilience", Is::Record(&RESILIENCE), "()", "Pool.resilience"),
        field("prefetch", WHOLE, "2 with threads, else 0", "Pool.prefetch"),
    ],
};

const GROUP: Record = Record {
    what: "a group of machines",
    doc: "Group",
    fields: &[
        field("place", Is::Choice(&PLACE), NEEDED, "Group.place"),
        field("zone", NAME, NOTHING, "Group.zone"),
        field("instance", Is::Choice(&INSTANCE), NEEDED, "Group.instance"),
        field("count", WHOLE, "1", "Group.count"),
        field("weight", WHOLE, "1", "Group.weight"),
        field("market", Is::Choice(&MARKET), "OnDemand", "Group.market"),
        field("billing", Is::Choice(&BILLING), "Exact", "Group.billing"),
        field("usd_per_gb_out", DOLLARS, "0", "Group.usd_per_gb_out"),
    ],
};

const CACHING: Record = Record {
    what: "caching",
    doc: "Caching",
    fields: &[
        field("ttl", TIME, NOTHING, "Lifetime.hard"),
        field("soft", TIME, NOTHING, "Lifetime.soft"),
        field("jitter", SHARE, "0", "Lifetime.jitter"),
        field("coalesce", SWITCH, "Off", "Caching.coalesce"),
        field("shared", Is::Choice(&CACHE), "Off", "Caching.shared"),
        field("link", Is::Choice(&LINK), "Lan", "SharedCache.link"),
    ],
};
const CONTENTION: Record = Record {
    what: "contention",
    doc: "Contention",
    fields: &[field("alpha", NUMBER, "0", "Contention.alpha"), field("beta", NUMBER, "0", "Contention.beta")],
};

const RESILIENCE: Record = Record {
    what: "resilience",
    doc: "Resilience",
    fields: &[
        field("attempts", WHOLE, NOTHING, "Retry.attempts_max"),
        field("timeout", TIME, NOTHING, "Resilience.timeout"),
        field("late", Is::Choice(&LATE), "RunOn", "Resilience.late"),
        field("retry", Is::Record(&RETRY), NOTHING, "Resilience.retry"),
        field("copies", Is::Record(&COPIES), NOTHING, "Resilience.copies"),
        field("breaker", Is::Choice(&BREAKER), NOTHING, "Resilience.breaker"),
        field("outliers", Is::Choice(&OUTLIERS), NOTHING, "Resilience.outliers"),
        field("admit", Is::Choices(&GATE), "[]", "Resilience.admit"),
    ],
};
const RETRY: Record = Record {
    what: "retry",
    doc: "Retry",
    fields: &[
        field("max", WHOLE, "3", "Retry.attempts_max"),
        field("backoff", Is::Choice(&BACKOFF), "None", "Retry.backoff"),
        field("budget", Is::Choice(&BUDGET), NOTHING, "Retry.budget"),
        field("refused", SWITCH, "Off", "Retry.of_refused"),
    ],
};
const COPIES: Record = Record {
    what: "copies of a task",
    doc: "Copies",
    fields: &[
        field("more", WHOLE, NEEDED, "Copies.more"),
        field("after", Is::Value("a length of time, or a share of latencies, as 0.95"), "\"0s\"", "Copies.after"),
        field("demands", Is::Choice(&DEMANDS), "Independent", "Copies.demands"),
    ],
};
const DEMANDS: Choice =
    Choice { what: "the demands of copies", of: "Demands", listed: &[], names: &["Independent", "Same"], values: &[] };
const LATE: Choice = Choice { what: "what is late", of: "Late", listed: &Late::ALL, names: &[], values: &[] };
const BASE_AND_CAP: &[Field] = &[
    field("base", TIME, "\"25ms\"", "Backoff.Exponential.base"),
    field("cap", TIME, "\"250ms\"", "Backoff.Exponential.cap"),
];
const BACKOFF: Choice = Choice {
    what: "a backoff",
    of: "Backoff",
    listed: &Backoff::ALL,
    names: &[],
    values: &[
        Record {
            what: "Constant",
            doc: "Backoff.Constant",
            fields: &[field("wait", TIME, NEEDED, "Backoff.Constant.wait")],
        },
        Record { what: "Exponential", doc: "Backoff.Exponential", fields: BASE_AND_CAP },
        Record { what: "FullJitter", doc: "Backoff.FullJitter", fields: BASE_AND_CAP },
        Record { what: "EqualJitter", doc: "Backoff.EqualJitter", fields: BASE_AND_CAP },
        Record { what: "Decorrelated", doc: "Backoff.Decorrelated", fields: BASE_AND_CAP },
    ],
};
const BUDGET: Choice =
    Choice { what: "a retry budget", of: "Budget", listed: &Budget::ALL, names: &[], values: super::guards::BUDGETS };
const BREAKER: Choice = Choice {
    what: "a circuit breaker",
    of: "Breaker",
    listed: &Breaker::ALL,
    names: &[],
    values: super::guards::BREAKERS,
};
const OUTLIERS: Choice = Choice {
    what: "outlier detection",
    of: "Outliers",
    listed: &Outliers::ALL,
    names: &[],
    values: super::guards::OUTLIERS,
};
const GATE: Choice =
    Choice { what: "a gate", of: "Gate", listed: &Gate::ALL, names: &[], values: super::guards::GATES };
const SCALE: Choice =
    Choice { what: "an autoscaler", of: "Scaler", listed: &Scaler::ALL, names: &[], values: super::scalers::SCALERS };

const JOB: Record = Record {
    what: "a job",
    doc: "Job",
    fields: &[
        field("priority", WHOLE, "0", "Job.priority"),
        field("deadline", TIME, NOTHING, "Job.deadline"),
        field("start", Is::Value("stages with probabilities, as [(\"a\", 0.5), (\"b\", 0.5)]"), NOTHING, "Job.entry"),
        field("stages", Is::List(&STAGE), NEEDED, "Job.stages"),
    ],
};
const STAGE: Record = Record {
    what: "a stage",
    doc: "Stage",
    fields: &[
        field("name", NAME, NEEDED, "Stage.name"),
        field("memory", BYTES, "\"0B\"", "Stage.memory"),
        field("pool", NAME, NEEDED, "Stage.pool"),
        field("after", Is::Choices(&EDGE), "[]", "Stage.after"),
        field("then", Is::Value("stages with probabilities, as [(\"a\", 0.2)]"), "[]", "Stage.then"),
        field("work", Is::Choice(&WORK), NEEDED, "Stage.work"),
        field("errors", SHARE, "0", "Stage.errors"),
        field("calls", Is::Value("names of stages, as [\"store\"]"), "[]", "Stage.calls"),
        field("tasks", WHOLE, "1, or as the kernel says", "Stage.tasks"),
        field("bytes_in", BYTES, "128 B for a kernel, 1 KiB for a service", "Stage.bytes_in"),
        field("bytes_out", BYTES, "what the kernel leaves, 1 KiB for a service", "Stage.bytes_out"),
    ],
};
const EDGE: Choice = Choice {
    what: "a stage and what crosses, as (\"map\", Gather)",
    of: "Edge",
    listed: &Edge::ALL,
    names: &[],
    values: &[
        Record {
            what: "Broadcast",
            doc: "Edge.Broadcast",
            fields: &[field("via", Is::Choice(&VIA), "Peers", "Edge.Broadcast.via")],
        },
        Record {
            what: "Shuffle",
            doc: "Edge.Shuffle",
            fields: &[
                field("via", Is::Choice(&VIA), "Peers", "Edge.Shuffle.via"),
                field("skew", NUMBER, "0", "Edge.Shuffle.skew"),
            ],
        },
        Record {
            what: "AllReduce",
            doc: "Edge.AllReduce",
            fields: &[field("by", Is::Choice(&COLLECTIVE), "Ring", "Edge.AllReduce.by")],
        },
    ],
};
const VIA: Choice = Choice { what: "a way", of: "Via", listed: &[], names: &["Peers", "Tasks"], values: &[] };
const COLLECTIVE: Choice =
    Choice { what: "an order of combining", of: "Collective", listed: &[], names: &["Ring", "Tree"], values: &[] };
const WORK: Choice = Choice {
    what: "work: Service(law of times), or Kernel(one of these)",
    of: "Kernel",
    listed: &Kernel::ALL,
    names: &[],
    values: super::kernels::KERNELS,
};

const SOURCE: Record = Record {
    what: "a traffic source",
    doc: "Source",
    fields: &[
        field("job", NAME, NEEDED, "Source.job"),
        field("keys", Is::Choice(&KEYS), "Uniform(n: 1)", "Source.keys"),
        field("arrivals", Is::Choice(&ARRIVALS), NEEDED, "Source.arrivals"),
        field("factor", NUMBER, "1", "Command.SetTrafficFactor.factor"),
        field("patience", LAW, NOTHING, "Source.patience"),
        field("comes_back", LAW, NOTHING, "Source.comes_back"),
    ],
};
const KEYS: Choice = Choice {
    what: "a law of keys",
    of: "Keys",
    listed: &[],
    names: &["Uniform", "Zipf"],
    values: &[
        Record { what: "Uniform", doc: "Keys.Uniform", fields: &[field("n", WHOLE, NEEDED, "Keys.Uniform.n")] },
        Record {
            what: "Zipf",
            doc: "Keys.Zipf",
            fields: &[field("n", WHOLE, NEEDED, "Keys.Zipf.n"), field("alpha", NUMBER, NEEDED, "Keys.Zipf.alpha")],
        },
    ],
};
const ARRIVALS: Choice = Choice {
    what: "arrivals",
    of: "Arrivals",
    listed: &[],
    names: &["Open", "Closed"],
    values: &[
        Record {
            what: "Open",
            doc: "Arrivals.Open",
            fields: &[
                field(
                    "process",
                    Is::Value(
                        "Poisson, Regular, a law (Erlang(k: 4), LogNormal(cv: 2), …) or Mmpp(states: [(rate: 1, mean: \"9s\"), …])",
                    ),
                    "Poisson",
                    "Arrivals.Open.process",
                ),
                field("load", Is::List(&LOAD_STEP), NEEDED, "Arrivals.Open.load"),
            ],
        },
        Record {
            what: "Closed",
            doc: "Arrivals.Closed",
            fields: &[
                field("clients", WHOLE, NEEDED, "Arrivals.Closed.clients"),
                field("think", LAW, "\"0s\"", "Arrivals.Closed.think"),
            ],
        },
    ],
};
const LOAD_STEP: Record = Record {
    what: "a step of load",
    doc: "LoadStep",
    fields: &[
        field("over", TIME, NEEDED, "LoadStep.over"),
        field("to", Is::Value("jobs a second, or a share of the capacity, as Auto(0.7)"), NEEDED, "LoadStep.to"),
    ],
};

const ENTRY: Record = Record {
    what: "an entry of the timeline",
    doc: "Scenario.timeline",
    fields: &[
        field("at", TIME, NEEDED, "Entry.at"),
        field("do", Is::Choice(&COMMAND), NEEDED, "Entry.command"),
        field("by", Is::Value("Timeline, Person, Cli, Policy or Nature: as runs record it"), "Timeline", "Entry.by"),
    ],
};
const COMMAND: Choice = Choice {
    what: "a change: Set(path, value), Resize, Inject, Note(text)",
    of: "Command",
    listed: &[],
    names: &[
        "SetBalance",
        "SetCache",
        "SetResilience",
        "SwitchScaling",
        "SetCount",
        "SetTrafficFactor",
        "SetBound",
        "Resize",
        "Inject",
        "Note",
        "SetCapacity",
    ],
    values: &[Record {
        what: "Inject",
        doc: "Command.Inject",
        fields: &[
            field("fault", Is::Choice(&STRIKE), NEEDED, "Command.Inject.fault"),
            field("for", TIME, NEEDED, "Command.Inject.lasts"),
        ],
    }],
};
const STRIKE: Choice = Choice {
    what: "a fault, with worker: (\"pool\", 0), pool: \"…\" or zone: \"…\"",
    of: "Strike",
    listed: &Strike::ALL,
    names: &[],
    values: &[
        Record { what: "Slow", doc: "Strike.Slow", fields: &[field("factor", NUMBER, NEEDED, "Strike.Slow.factor")] },
        Record {
            what: "Errors",
            doc: "Strike.Errors",
            fields: &[
                field("share", SHARE, NEEDED, "Strike.Errors.share"),
                field("after", TIME, NOTHING, "Strike.Errors.after"),
            ],
        },
        Record {
            what: "Link",
            doc: "Strike.Link",
            fields: &[
                field("delay", TIME, "\"0s\"", "Strike.Link.delay"),
                field("jitter", TIME, "\"0s\"", "Strike.Link.jitter"),
                field("loss", SHARE, "0", "Strike.Link.loss"),
            ],
        },
        Record {
            what: "Memory",
            doc: "Strike.Memory",
            fields: &[field("share", SHARE, NEEDED, "Strike.Memory.share")],
        },
        Record {
            what: "Neighbour",
            doc: "Strike.Neighbour",
            fields: &[field("threads", WHOLE, NEEDED, "Strike.Neighbour.threads")],
        },
    ],
};
const RANDOM_FAULT: Record = Record {
    what: "a fault that comes by chance",
    doc: "RandomFault",
    fields: &[
        field("fault", Is::Choice(&STRIKE), NEEDED, "RandomFault.strike"),
        field("pool", NAME, NOTHING, "RandomFault.victim"),
        field("zone", NAME, NOTHING, "RandomFault.victim"),
        field("every", LAW, NEEDED, "RandomFault.every"),
        field("for", LAW, NEEDED, "RandomFault.lasts"),
    ],
};
const OBJECTIVE: Record = Record {
    what: "an objective",
    doc: "Objective",
    fields: &[
        field("name", NAME, NEEDED, "Objective.name"),
        field(
            "expr",
            Is::Value(
                "a figure, a comparison and a bound, as \"latency.p99 < 250ms\", \"api.errors < 0.01\" or \"cost.per_hour < 3\"",
            ),
            NEEDED,
            "Objective.metric",
        ),
        field("bound", NUMBER, "that of the expression", "Objective.bound"),
        field("severity", Is::Choice(&SEVERITY), "Fail", "Objective.severity"),
    ],
};
const SEVERITY: Choice =
    Choice { what: "a severity", of: "Severity", listed: &[], names: &["Fail", "Warn"], values: &[] };
const TWIN: Record = Record {
    what: "a twin",
    doc: "Twin",
    fields: &[
        field("title", TEXT, NEEDED, "Twin.title"),
        field("set", Is::Value("changes, as [\"pools.api.balance=PowerOfTwo\"]"), NEEDED, "Twin.set"),
    ],
};
const TABLE: Record = Record {
    what: "a table",
    doc: "TableSource",
    fields: &[
        field("file", TEXT, NEEDED, "TableSource.file"),
        field("group", TEXT, NEEDED, "TableSource.group"),
        field("number", TEXT, NEEDED, "TableSource.number"),
        field("category", TEXT, NEEDED, "TableSource.category"),
    ],
};
const PROFILE: Record = Record {
    what: "a profile",
    doc: "Profile",
    fields: &[
        field("machine", TEXT, NEEDED, "Profile.machine"),
        field("cores", WHOLE, "those of this computer", "Profile.cores"),
        field("date", TEXT, NEEDED, "Profile.date"),
        field("seed", WHOLE, NOTHING, "Profile.seed"),
        field(
            "service",
            Is::Value("quantiles of each stage, as `scalelab calibrate` writes them"),
            NEEDED,
            "Profile.service",
        ),
        field("dispatch", Is::Record(&super::kernels::DISPATCH), NOTHING, "Profile.dispatch"),
        field("limits", Is::Record(&super::kernels::LIMITS), NOTHING, "Profile.limits"),
        field("contention", Is::Record(&super::kernels::CONTENTION), "()", "Profile.contention"),
        field("compared", Is::Record(&super::kernels::COMPARED), NOTHING, "Profile.compared"),
    ],
};
