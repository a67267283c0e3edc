//! Autoscalers, as a file has them.

use super::language::{NEEDED, NOTHING, NUMBER, SHARE, SWITCH, TIME, WHOLE, field};
use super::{Choice, Field, Is, Record};

const MIN: Field = field("min", WHOLE, "1", "Autoscale.min");
const MAX: Field = field("max", WHOLE, NEEDED, "Autoscale.max");
const GROUP: Field = field("group", WHOLE, "the first of modelled machines", "Autoscale.group");
/// What a forecast needs, alone or to choose between out and up.
const CPU: Field = field("cpu", SHARE, NEEDED, "Predictive.cpu");
const EVERY: Field = field("every", TIME, "\"15s\"", "Predictive.every");
const HORIZON: Field = field("horizon", TIME, "\"60s\"", "Predictive.horizon");
const LEVEL: Field = field("level", SHARE, "0.5", "Predictive.level");
const TREND: Field = field("trend", SHARE, "0.3", "Predictive.trend");
const SEASONAL: Field = field("seasonal", SHARE, "0.3", "Predictive.seasonal");
const SEASON: Field = field("season", TIME, NOTHING, "Predictive.season");
const CORES: Is = Is::Value("numbers of cores, as [2, 4, 8]");
const STEPS: Is = Is::Value("shares of the cores and machines, as [(0.7, 1), (0.9, 3)]");

/// Who decides how many machines there are.
pub(super) const SCALERS: &[Record] = &[
    Record {
        what: "Hpa",
        doc: "Hpa",
        fields: &[
            MIN,
            MAX,
            GROUP,
            field("cpu", SHARE, NOTHING, "HpaMetric.Cpu"),
            field("in_flight", NUMBER, NOTHING, "HpaMetric.InFlight"),
            field("queue", NUMBER, NOTHING, "HpaMetric.Queue"),
            field("tolerance", SHARE, "0.1", "Hpa.tolerance"),
            field("behavior", Is::Record(&BEHAVIOR), NOTHING, "Hpa.behavior"),
            field("sync", TIME, "\"15s\"", "Hpa.sync"),
            field("scrape", TIME, "\"15s\"", "Hpa.scrape"),
            field("cpu_initialization", TIME, "\"5m\"", "Hpa.cpu_initialization"),
            field("readiness_delay", TIME, "\"30s\"", "Hpa.readiness_delay"),
            field("stabilization", TIME, "\"5m\"", "Hpa.downscale_stabilization"),
        ],
    },
    Record {
        what: "Kpa",
        doc: "Kpa",
        fields: &[
            MIN,
            MAX,
            GROUP,
            field("metric", Is::Choice(&KPA_METRIC), "Concurrency", "Kpa.metric"),
            field("target", NUMBER, NOTHING, "Kpa.target"),
            field("utilization", SHARE, "0.7", "Kpa.utilization"),
            field("stable_window", TIME, "\"60s\"", "Kpa.stable_window"),
            field("panic_window", SHARE, "0.1", "Kpa.panic_window"),
            field("panic_threshold", NUMBER, "2", "Kpa.panic_threshold"),
            field("max_scale_up_rate", NUMBER, "1000", "Kpa.max_scale_up_rate"),
            field("max_scale_down_rate", NUMBER, "2", "Kpa.max_scale_down_rate"),
            field("activation_scale", WHOLE, "1", "Kpa.activation_scale"),
            field("scale_down_delay", TIME, "\"0s\"", "Kpa.scale_down_delay"),
            field("grace_period", TIME, "\"30s\"", "Kpa.grace_period"),
            field("pod_retention", TIME, "\"0s\"", "Kpa.pod_retention"),
            field("scale_to_zero", SWITCH, "On", "Kpa.scale_to_zero"),
        ],
    },
    Record {
        what: "Keda",
        doc: "Keda",
        fields: &[
            MIN,
            MAX,
            GROUP,
            field("queue", NUMBER, NEEDED, "Keda.queue"),
            field("activation", NUMBER, "0", "Keda.activation"),
            field("polling", TIME, "\"30s\"", "Keda.polling"),
            field("cooldown", TIME, "\"5m\"", "Keda.cooldown"),
        ],
    },
    Record {
        what: "RayServe",
        doc: "RayServe",
        fields: &[
            MIN,
            MAX,
            GROUP,
            field("target", NUMBER, "2", "RayServe.target"),
            field("every", TIME, "\"10s\"", "RayServe.every"),
            field("look_back", TIME, "\"30s\"", "RayServe.look_back"),
            field("upscale_delay", TIME, "\"30s\"", "RayServe.upscale_delay"),
            field("downscale_delay", TIME, "\"10m\"", "RayServe.downscale_delay"),
        ],
    },
    Record {
        what: "DaskAdaptive",
        doc: "DaskAdaptive",
        fields: &[
            MIN,
            MAX,
            GROUP,
            field("target_duration", TIME, "\"5s\"", "DaskAdaptive.target_duration"),
            field("every", TIME, "\"1s\"", "DaskAdaptive.every"),
            field("wait_count", WHOLE, "3", "DaskAdaptive.wait_count"),
        ],
    },
    Record {
        what: "TargetTracking",
        doc: "TargetTracking",
        fields: &[
            MIN,
            MAX,
            GROUP,
            field("cpu", SHARE, NEEDED, "TargetTracking.cpu"),
            field("period", TIME, "\"60s\"", "TargetTracking.period"),
            field("up_after", WHOLE, "3", "TargetTracking.up_after"),
            field("down_after", WHOLE, "15", "TargetTracking.down_after"),
            field("warmup", TIME, "\"5m\"", "TargetTracking.warmup"),
        ],
    },
    Record {
        what: "Steps",
        doc: "StepScaling",
        fields: &[
            MIN,
            MAX,
            GROUP,
            field("up", STEPS, "[]", "StepScaling.up"),
            field("down", STEPS, "[]", "StepScaling.down"),
            field("period", TIME, "\"60s\"", "StepScaling.period"),
            field("after", WHOLE, "1", "StepScaling.after"),
            field("warmup", TIME, "\"5m\"", "StepScaling.warmup"),
        ],
    },
    Record {
        what: "Schedule",
        doc: "Schedule",
        fields: &[
            MIN,
            MAX,
            GROUP,
            field("sizes", Is::Value("times and machines, as [(\"0s\", 2), (\"8h\", 10)]"), NEEDED, "Schedule.sizes"),
            field("every", TIME, NOTHING, "Schedule.every"),
        ],
    },
    Record {
        what: "Predictive",
        doc: "Predictive",
        fields: &[MIN, MAX, GROUP, CPU, EVERY, HORIZON, LEVEL, TREND, SEASONAL, SEASON],
    },
    Record {
        what: "Vertical",
        doc: "Vertical",
        fields: &[
            MIN,
            field("max", WHOLE, "WORKERS_MAX", "Autoscale.max"),
            GROUP,
            field("percentile", SHARE, "0.9", "Vertical.percentile"),
            field("margin", NUMBER, "0.15", "Vertical.margin"),
            field("half_life", TIME, "\"24h\"", "Vertical.half_life"),
            field("history", TIME, "\"24h\"", "Vertical.history"),
            field("every", TIME, "\"60s\"", "Vertical.every"),
            field("sizes", CORES, "those of its family in the catalogue", "Vertical.sizes"),
        ],
    },
    Record {
        what: "Mixed",
        doc: "Mixed",
        fields: &[
            MIN,
            MAX,
            GROUP,
            CPU,
            EVERY,
            HORIZON,
            LEVEL,
            TREND,
            SEASONAL,
            SEASON,
            field("down_after", WHOLE, "3", "Mixed.down_after"),
            field("sizes", CORES, "those of its family in the catalogue", "Mixed.sizes"),
        ],
    },
    Record {
        what: "Pid",
        doc: "Pid",
        fields: &[
            MIN,
            MAX,
            GROUP,
            field("cpu", SHARE, NEEDED, "Pid.cpu"),
            field("every", TIME, "\"15s\"", "Pid.every"),
            field("proportional", NUMBER, "0.4", "Pid.proportional"),
            field("integral", NUMBER, "1.2", "Pid.integral"),
            field("derivative", NUMBER, "0", "Pid.derivative"),
        ],
    },
];

const KPA_METRIC: Choice =
    Choice { what: "a metric", of: "KpaMetric", listed: &[], names: &["Concurrency", "Rate"], values: &[] };
const BEHAVIOR: Record = Record {
    what: "a behavior",
    doc: "Behavior",
    fields: &[
        field("up", Is::Record(&RULES), "as Kubernetes has it", "Behavior.up"),
        field("down", Is::Record(&RULES), "as Kubernetes has it", "Behavior.down"),
    ],
};
const RULES: Record = Record {
    what: "rules",
    doc: "Rules",
    fields: &[
        field("stabilization", TIME, "as Kubernetes has it", "Rules.stabilization"),
        field("select", Is::Choice(&SELECT), "Max", "Rules.select"),
        field(
            "policies",
            Is::Value("as [Pods(4, \"15s\"), Percent(100, \"15s\")]"),
            "as Kubernetes has it",
            "Rules.policies",
        ),
    ],
};
const SELECT: Choice =
    Choice { what: "a way to select", of: "Select", listed: &[], names: &["Max", "Min", "Disabled"], values: &[] };
