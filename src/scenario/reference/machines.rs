//! Machines, as a file has them: where they stand, what they are, how they are bought.

use super::language::{BYTES, DOLLARS, LAW, NEEDED, NOTHING, NUMBER, SWITCH, TIME, WHOLE, field};
use super::{Choice, Is, Record};

pub(super) const PLACE: Choice = Choice {
    what: "a place for machines",
    of: "Place",
    listed: &[],
    names: &["Threads", "Modelled"],
    values: &[Record {
        what: "Modelled",
        doc: "Place.Modelled",
        fields: &[field("link", Is::Choice(&LINK), "None", "Place.Modelled.link")],
    }],
};
pub(super) const LINK: Choice = Choice {
    what: "a link",
    of: "Link",
    listed: &[],
    names: &["None", "Lan", "Wan", "Custom"],
    values: &[Record {
        what: "Custom",
        doc: "Link",
        fields: &[
            field("latency", LAW, "\"0s\"", "Link.latency"),
            field("bandwidth", Is::Value("a bandwidth, as \"1Gbps\""), NOTHING, "Link.bandwidth"),
        ],
    }],
};
pub(super) const INSTANCE: Choice = Choice {
    what: "a machine type: \"this\", a name of the catalogue (`scalelab list instances`), or a custom one",
    of: "Instance",
    listed: &[],
    names: &["Custom"],
    values: &[Record {
        what: "Custom",
        doc: "Instance",
        fields: &[
            field("cores", WHOLE, NEEDED, "Instance.cores"),
            field("speed", NUMBER, "1", "Instance.speed"),
            field("memory", BYTES, NOTHING, "Instance.memory"),
            field("nic", Is::Value("a bandwidth, as \"1Gbps\""), NOTHING, "Link.bandwidth"),
            field("usd_per_hour", DOLLARS, NEEDED, "Instance.price"),
        ],
    }],
};
pub(super) const MARKET: Choice = Choice {
    what: "a market",
    of: "Market",
    listed: &[],
    names: &["OnDemand", "Spot"],
    values: &[Record {
        what: "Spot",
        doc: "Market.Spot",
        fields: &[
            field("life", LAW, NEEDED, "Market.Spot.life"),
            field("notice", TIME, "\"2m\"", "Market.Spot.notice"),
        ],
    }],
};
pub(super) const BILLING: Choice = Choice {
    what: "a way to bill",
    of: "Billing",
    listed: &[],
    names: &["Exact", "PerSecond", "PerHour", "Custom"],
    values: &[Record {
        what: "Custom",
        doc: "Billing",
        fields: &[
            field("step", TIME, "\"0s\"", "Billing.step"),
            field("minimum", TIME, "\"0s\"", "Billing.minimum"),
            field("stopped", SWITCH, "On", "Billing.stopped_costs"),
            field("preempted_free", TIME, "\"0s\"", "Billing.preempted_free"),
        ],
    }],
};
