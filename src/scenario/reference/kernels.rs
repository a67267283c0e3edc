//! Kernels, as a file has them, and what a profile says besides their times.

use super::language::{NEEDED, NUMBER, TEXT, TIME, WHOLE, field};
use super::{Field, Is, Record};

const SIDES: Is = Is::Value("rows and columns, as (10_000, 10_000)");
const COUNTED: &str = "with a table: what it has";
const TRAINING: &[Field] = &[
    field("samples", WHOLE, NEEDED, "Kernel.Train.samples"),
    field("batch", WHOLE, NEEDED, "Kernel.Train.batch"),
    field("network", Is::Record(&NETWORK), NEEDED, "Kernel.Train.network"),
];

/// Real work.
pub(super) const KERNELS: &[Record] = &[
    Record {
        what: "ArrayMean",
        doc: "Kernel.ArrayMean",
        fields: &[
            field("shape", SIDES, NEEDED, "Kernel.ArrayMean.shape"),
            field("chunk", SIDES, NEEDED, "Kernel.ArrayMean.chunk"),
        ],
    },
    Record {
        what: "Mandelbrot",
        doc: "Kernel.Mandelbrot",
        fields: &[
            field("shape", SIDES, NEEDED, "Kernel.Mandelbrot.shape"),
            field("chunk", SIDES, NEEDED, "Kernel.Mandelbrot.chunk"),
            field("iterations", WHOLE, NEEDED, "Kernel.Mandelbrot.iterations"),
        ],
    },
    Record {
        what: "MatrixProduct",
        doc: "Kernel.MatrixProduct",
        fields: &[
            field("shape", SIDES, NEEDED, "Kernel.MatrixProduct.shape"),
            field("inner", WHOLE, NEEDED, "Kernel.MatrixProduct.inner"),
            field("chunk", SIDES, NEEDED, "Kernel.MatrixProduct.chunk"),
        ],
    },
    Record {
        what: "Inference",
        doc: "Kernel.Inference",
        fields: &[
            field("rows", WHOLE, NEEDED, "Kernel.Inference.rows"),
            field("batch", WHOLE, NEEDED, "Kernel.Inference.batch"),
            field("features", WHOLE, NEEDED, "Kernel.Inference.features"),
            field("classes", WHOLE, NEEDED, "Kernel.Inference.classes"),
        ],
    },
    Record {
        what: "GroupBy",
        doc: "Kernel.GroupBy",
        fields: &[
            field("rows", WHOLE, COUNTED, "Kernel.GroupBy.rows"),
            field("chunk", WHOLE, NEEDED, "Kernel.GroupBy.chunk"),
            field("groups", WHOLE, COUNTED, "Kernel.GroupBy.groups"),
        ],
    },
    Record {
        what: "MergeGroups",
        doc: "Kernel.MergeGroups",
        fields: &[field("groups", WHOLE, COUNTED, "Kernel.MergeGroups.groups")],
    },
    Record {
        what: "Features",
        doc: "Kernel.Features",
        fields: &[
            field("rows", WHOLE, COUNTED, "Kernel.Features.rows"),
            field("chunk", WHOLE, NEEDED, "Kernel.Features.chunk"),
            field("groups", WHOLE, COUNTED, "Kernel.Features.groups"),
            field("categories", WHOLE, COUNTED, "Kernel.Features.categories"),
        ],
    },
    Record { what: "Train", doc: "Kernel.Train", fields: TRAINING },
    Record { what: "Evaluate", doc: "Kernel.Evaluate", fields: TRAINING },
    Record {
        what: "Combine",
        doc: "Kernel.Combine",
        fields: &[field("fan_in", WHOLE, NEEDED, "Kernel.Combine.fan_in")],
    },
];

const NETWORK: Record = Record {
    what: "a network",
    doc: "Network",
    fields: &[
        field("features", WHOLE, NEEDED, "Network.features"),
        field("hidden", WHOLE, NEEDED, "Network.hidden"),
        field("classes", WHOLE, NEEDED, "Network.classes"),
    ],
};

/// What handing over costs.
pub(super) const DISPATCH: Record = Record {
    what: "what handing over costs",
    doc: "Dispatch",
    fields: &[
        field("idle", TIME, NEEDED, "Dispatch.idle"),
        field("rested", TIME, NEEDED, "Dispatch.rested"),
        field("next", TIME, NEEDED, "Dispatch.next"),
        field("held", TIME, NEEDED, "Dispatch.held"),
    ],
};

/// What a machine can do at most.
pub(super) const LIMITS: Record = Record {
    what: "what a machine can do at most",
    doc: "MachineLimits",
    fields: &[
        field("read_bytes_per_sec", NUMBER, NEEDED, "MachineLimits.read_bytes_per_sec"),
        field("operations_per_sec", NUMBER, NEEDED, "MachineLimits.operations_per_sec"),
    ],
};

/// How far predictions from what was measured were off.
pub(super) const COMPARED: Record = Record {
    what: "a comparison with live runs",
    doc: "Agreement",
    fields: &[
        field("date", TEXT, NEEDED, "Agreement.date"),
        field("points", WHOLE, NEEDED, "Agreement.points"),
        field("error", NUMBER, NEEDED, "Agreement.error"),
        field("noise", NUMBER, NEEDED, "Agreement.noise"),
        field("grade", TEXT, NEEDED, "Agreement.grade"),
    ],
};

/// How much cores of the machine that was measured slow each other down.
pub(super) const CONTENTION: Record = Record {
    what: "contention",
    doc: "Contention",
    fields: &[
        field("alpha", NUMBER, "0", "Contention.alpha"),
        field("beta", NUMBER, "0", "Contention.beta"),
        field("alpha_error", NUMBER, "unknown", "Profile.contention_errors"),
        field("beta_error", NUMBER, "unknown", "Profile.contention_errors"),
    ],
};
