//! Balancers, orders of service and caches, as a file has them.

use super::language::{NEEDED, NUMBER, SHARE, TIME, WHOLE, field};
use super::{Choice, Field, Is, Record};
use crate::scenario::{Balance, Cache, ServeOrder};

pub(super) const BALANCE: Choice = Choice {
    what: "a balancer",
    of: "Balance",
    listed: &Balance::ALL,
    names: &[],
    values: &[
        Record {
            what: "PowerOfD",
            doc: "Balance.PowerOfD",
            fields: &[
                field("d", WHOLE, NEEDED, "Balance.PowerOfD.d"),
                field("draw", Is::Choice(&DRAW), "Distinct", "Balance.PowerOfD.draw"),
                field("by", Is::Choice(&MEASURE), "Outstanding", "Balance.PowerOfD.by"),
            ],
        },
        Record {
            what: "RingHash",
            doc: "Balance.RingHash",
            fields: &[field("virtual_nodes", WHOLE, "160", "Balance.RingHash.virtual_nodes")],
        },
        Record {
            what: "BoundedLoads",
            doc: "Balance.BoundedLoads",
            fields: &[
                field("percent", WHOLE, "125", "Balance.BoundedLoads.percent"),
                field("virtual_nodes", WHOLE, "160", "Balance.BoundedLoads.virtual_nodes"),
            ],
        },
        Record {
            what: "Maglev",
            doc: "Balance.Maglev",
            fields: &[field("table", WHOLE, "65,537", "Balance.Maglev.table")],
        },
        Record {
            what: "LeastRequest",
            doc: "Balance.LeastRequest",
            fields: &[
                field("choices", WHOLE, "2", "Balance.LeastRequest.choices"),
                field("bias", NUMBER, "1", "Balance.LeastRequest.bias_percent"),
                field("slow_start", TIME, "\"0s\"", "Balance.LeastRequest.slow_start_millis"),
            ],
        },
        Record {
            what: "PeakEwma",
            doc: "Balance.PeakEwma",
            fields: &[field("decay", TIME, "\"10s\"", "Balance.PeakEwma.decay_millis")],
        },
        Record {
            what: "LeastLoaded",
            doc: "Balance.LeastLoaded",
            fields: &[field("by", Is::Choice(&MEASURE), "Outstanding", "Balance.LeastLoaded.by")],
        },
        Record {
            what: "Local",
            doc: "Balance.Local",
            fields: &[field("percent", WHOLE, "150", "Balance.Local.percent")],
        },
        Record {
            what: "CacheAware",
            doc: "Balance.CacheAware",
            fields: &[
                field("percent", WHOLE, "150", "Balance.CacheAware.percent"),
                field("entries", WHOLE, "65,536", "Balance.CacheAware.entries"),
            ],
        },
        Record {
            what: "Prequal",
            doc: "Balance.Prequal",
            fields: &[
                field("pool", WHOLE, "16", "Balance.Prequal.pool"),
                field("probes", NUMBER, "3", "Balance.Prequal.probes_percent"),
                field("removed", NUMBER, "1", "Balance.Prequal.removed_percent"),
                field("quantile", SHARE, "0.84", "Balance.Prequal.quantile_percent"),
                field("age", TIME, "\"1s\"", "Balance.Prequal.age_millis"),
            ],
        },
    ],
};
const DRAW: Choice =
    Choice { what: "a way to draw", of: "Drawing", listed: &[], names: &["Distinct", "WithReplacement"], values: &[] };
const MEASURE: Choice = Choice {
    what: "a measure of load",
    of: "Measure",
    listed: &[],
    names: &["Outstanding", "PerWeight", "Ewma", "PeakEwma", "Utilisation", "QueueLength", "WorkLeft"],
    values: &[
        Record {
            what: "Ewma",
            doc: "Measure.Ewma",
            fields: &[field("decay", TIME, "\"10s\"", "Measure.Ewma.decay_millis")],
        },
        Record {
            what: "PeakEwma",
            doc: "Measure.PeakEwma",
            fields: &[field("decay", TIME, "\"10s\"", "Measure.PeakEwma.decay_millis")],
        },
    ],
};
const QUEUE: &[Field] = &[field("queue_max", WHOLE, "1,000", "Serve.queue_max")];
pub(super) const SERVE: Choice = Choice {
    what: "an order of service",
    of: "ServeOrder",
    listed: &ServeOrder::ALL,
    names: &[],
    values: &[
        Record { what: "Fifo", doc: "ServeOrder.Fifo", fields: QUEUE },
        Record { what: "OldestJob", doc: "ServeOrder.OldestJob", fields: QUEUE },
        Record { what: "Lifo", doc: "ServeOrder.Lifo", fields: QUEUE },
        Record {
            what: "Priority",
            doc: "ServeOrder.Priority",
            fields: &[
                field("queue_max", WHOLE, "1,000", "Serve.queue_max"),
                field("preemption", Is::Choice(&PREEMPTION), "None", "Preemption"),
            ],
        },
        Record { what: "ShortestFirst", doc: "ServeOrder.ShortestFirst", fields: QUEUE },
        Record { what: "ShortestRemaining", doc: "ServeOrder.ShortestRemaining", fields: QUEUE },
        Record {
            what: "ProcessorSharing",
            doc: "ServeOrder.ProcessorSharing",
            fields: &[field("jobs_max", WHOLE, "1,000", "Serve.queue_max")],
        },
    ],
};
const PREEMPTION: Choice =
    Choice { what: "preemption", of: "Preemption", listed: &[], names: &["None", "Resume"], values: &[] };
const KEPT: &[Field] = &[field("entries", WHOLE, NEEDED, "Cache.Keep.entries")];
pub(super) const CACHE: Choice = Choice {
    what: "a cache",
    of: "Eviction",
    listed: &Cache::ALL,
    names: &[],
    values: &[
        Record { what: "Lru", doc: "Eviction.Lru", fields: KEPT },
        Record { what: "Fifo", doc: "Eviction.Fifo", fields: KEPT },
        Record { what: "Clock", doc: "Eviction.Clock", fields: KEPT },
        Record { what: "Lfu", doc: "Eviction.Lfu", fields: KEPT },
        Record { what: "LfuAging", doc: "Eviction.LfuAging", fields: KEPT },
        Record { what: "TwoQ", doc: "Eviction.TwoQ", fields: KEPT },
        Record { what: "Arc", doc: "Eviction.Arc", fields: KEPT },
        Record { what: "Lirs", doc: "Eviction.Lirs", fields: KEPT },
        Record { what: "Sieve", doc: "Eviction.Sieve", fields: KEPT },
        Record { what: "S3Fifo", doc: "Eviction.S3Fifo", fields: KEPT },
        Record { what: "WTinyLfu", doc: "Eviction.WTinyLfu", fields: KEPT },
        Record { what: "Slru", doc: "Eviction.Slru", fields: KEPT },
    ],
};
