//! Budgets, breakers, outlier detection and gates, as a file has them.

use super::language::{NEEDED, NOTHING, NUMBER, SHARE, TIME, WHOLE, field};
use super::{Field, Record};

/// Retry budgets.
pub(super) const BUDGETS: &[Record] = &[
    Record {
        what: "Share",
        doc: "Budget.Share",
        fields: &[
            field("share", SHARE, "0.2", "Budget.Share.share"),
            field("per_second", WHOLE, "10", "Budget.Share.per_second"),
            field("lifetime", TIME, "\"10s\"", "Budget.Share.lifetime"),
        ],
    },
    Record {
        what: "InFlight",
        doc: "Budget.InFlight",
        fields: &[
            field("share", SHARE, "0.2", "Budget.InFlight.share"),
            field("least", WHOLE, "3", "Budget.InFlight.least"),
        ],
    },
    Record {
        what: "Tokens",
        doc: "Budget.Tokens",
        fields: &[
            field("max", NUMBER, "10", "Budget.Tokens.max"),
            field("ratio", NUMBER, "0.1", "Budget.Tokens.ratio"),
        ],
    },
    Record {
        what: "Quota",
        doc: "Budget.Quota",
        fields: &[
            field("capacity", WHOLE, "500", "Budget.Quota.capacity"),
            field("cost", WHOLE, "14", "Budget.Quota.cost"),
            field("refused_cost", WHOLE, "5", "Budget.Quota.refused_cost"),
        ],
    },
];

/// Circuit breakers with values of their own.
pub(super) const BREAKERS: &[Record] = &[
    Record {
        what: "LastCalls",
        doc: "Breaker.LastCalls",
        fields: &[
            field("calls", WHOLE, "100", "Breaker.LastCalls.calls"),
            field("least", WHOLE, "100", "Breaker.LastCalls.least"),
            field("failures", SHARE, "0.5", "Breaker.LastCalls.failures"),
            field("slow_after", TIME, "\"60s\"", "Breaker.LastCalls.slow_after"),
            field("slow", SHARE, "1", "Breaker.LastCalls.slow"),
            field("open_for", TIME, "\"60s\"", "Breaker.LastCalls.open_for"),
            field("trial", WHOLE, "10", "Breaker.LastCalls.trial"),
        ],
    },
    Record {
        what: "LastSeconds",
        doc: "Breaker.LastSeconds",
        fields: &[
            field("window", TIME, "\"10s\"", "Breaker.LastSeconds.window"),
            field("least", WHOLE, "20", "Breaker.LastSeconds.least"),
            field("failures", SHARE, "0.5", "Breaker.LastSeconds.failures"),
            field("open_for", TIME, "\"5s\"", "Breaker.LastSeconds.open_for"),
        ],
    },
];

/// Kinds of outlier detection.
pub(super) const OUTLIERS: &[Record] = &[
    Record {
        what: "Envoy",
        doc: "Outliers.Envoy",
        fields: &[
            field("consecutive", WHOLE, "5", "EnvoyOutliers.consecutive"),
            field("interval", TIME, "\"10s\"", "EnvoyOutliers.interval"),
            field("base", TIME, "\"30s\"", "EnvoyOutliers.base"),
            field("longest", TIME, "\"300s\"", "EnvoyOutliers.longest"),
            field("ejected_max", SHARE, "0.1", "EnvoyOutliers.ejected_max"),
            field("hosts_min", WHOLE, "5", "EnvoyOutliers.hosts_min"),
            field("volume_min", WHOLE, "100", "EnvoyOutliers.volume_min"),
            field("deviations", NUMBER, "1.9", "EnvoyOutliers.deviations"),
            field("failures", SHARE, "0.85", "EnvoyOutliers.failures"),
            field("failures_enforced", SHARE, "0", "EnvoyOutliers.enforcing"),
            field("panic_below", SHARE, "0.5", "EnvoyOutliers.panic_below"),
        ],
    },
    Record {
        what: "Accrual",
        doc: "Outliers.Accrual",
        fields: &[
            field("successes", SHARE, "0.8", "Accrual.successes"),
            field("window", TIME, "\"30s\"", "Accrual.window"),
            field("least", WHOLE, "5", "Accrual.least"),
            field("consecutive", WHOLE, "5", "Accrual.consecutive"),
            field("base", TIME, "\"5s\"", "Accrual.base"),
        ],
    },
];

const GRADIENT: &[Field] = &[
    field("initial", WHOLE, "20", "Gradient.initial"),
    field("min", WHOLE, "20", "Gradient.min"),
    field("max", WHOLE, "200", "Gradient.max"),
    field("tolerance", NUMBER, "1.5", "Gradient.tolerance"),
    field("smoothing", SHARE, "0.2", "Gradient.smoothing"),
    field("queue", WHOLE, "4", "Gradient.queue"),
];

/// What refuses attempts.
pub(super) const GATES: &[Record] = &[
    Record {
        what: "TokenBucket",
        doc: "Gate.TokenBucket",
        fields: &[
            field("rate", NUMBER, NEEDED, "Gate.TokenBucket.rate"),
            field("burst", NUMBER, NOTHING, "Gate.TokenBucket.burst"),
        ],
    },
    Record { what: "InFlight", doc: "Gate.InFlight", fields: &[field("max", WHOLE, NEEDED, "Gate.InFlight.max")] },
    Record { what: "Priority", doc: "Gate.Priority", fields: &[field("full", WHOLE, NEEDED, "Gate.Priority.full")] },
    Record { what: "Gradient", doc: "Gate.Gradient", fields: GRADIENT },
    Record {
        what: "Throttle",
        doc: "Gate.Throttle",
        fields: &[
            field("k", NUMBER, "2", "Gate.Throttle.k"),
            field("window", TIME, "\"120s\"", "Gate.Throttle.window"),
        ],
    },
    Record {
        what: "CoDel",
        doc: "Gate.CoDel",
        fields: &[
            field("target", TIME, "\"5ms\"", "Gate.CoDel.target"),
            field("interval", TIME, "\"100ms\"", "Gate.CoDel.interval"),
        ],
    },
];
