//! The scenarios that are built in, so that the program shows something wherever it is started.

/// A scenario that is built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bundled {
    /// Its name on the command line and in the library.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

impl Bundled {
    /// What it is about: its first line.
    pub fn question(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches('/').trim()
    }
}

/// All of them; the first is what the window opens with.
pub const ALL: [Bundled; 23] = [
    Bundled { name: "dask-mean", text: include_str!("../../scenarios/dask-mean.ron") },
    Bundled { name: "up-or-out", text: include_str!("../../scenarios/up-or-out.ron") },
    Bundled { name: "rush", text: include_str!("../../scenarios/rush.ron") },
    Bundled { name: "slow-worker", text: include_str!("../../scenarios/slow-worker.ron") },
    Bundled { name: "hedge", text: include_str!("../../scenarios/hedge.ron") },
    Bundled { name: "priorities", text: include_str!("../../scenarios/priorities.ron") },
    Bundled { name: "services", text: include_str!("../../scenarios/services.ron") },
    Bundled { name: "shuffle", text: include_str!("../../scenarios/shuffle.ron") },
    Bundled { name: "mandelbrot", text: include_str!("../../scenarios/mandelbrot.ron") },
    Bundled { name: "matrix-product", text: include_str!("../../scenarios/matrix-product.ron") },
    Bundled { name: "training", text: include_str!("../../scenarios/training.ron") },
    Bundled { name: "inference", text: include_str!("../../scenarios/inference.ron") },
    Bundled { name: "features", text: include_str!("../../scenarios/features.ron") },
    Bundled { name: "retry-storm", text: include_str!("../../scenarios/retry-storm.ron") },
    Bundled { name: "gc-death-spiral", text: include_str!("../../scenarios/gc-death-spiral.ron") },
    Bundled { name: "pool-exhaustion", text: include_str!("../../scenarios/pool-exhaustion.ron") },
    Bundled { name: "cache-stampede", text: include_str!("../../scenarios/cache-stampede.ron") },
    Bundled { name: "cache-flush", text: include_str!("../../scenarios/cache-flush.ron") },
    Bundled { name: "timeout-cascade", text: include_str!("../../scenarios/timeout-cascade.ron") },
    Bundled { name: "sinkhole", text: include_str!("../../scenarios/sinkhole.ron") },
    Bundled { name: "goodput-collapse", text: include_str!("../../scenarios/goodput-collapse.ron") },
    Bundled { name: "mm1", text: include_str!("../../scenarios/mm1.ron") },
    Bundled { name: "mmc", text: include_str!("../../scenarios/mmc.ron") },
];

/// The one with this name, with or without `.ron`.
pub fn find(name: &str) -> Option<Bundled> {
    let name = name.strip_suffix(".ron").unwrap_or(name);
    ALL.into_iter().find(|bundled| bundled.name == name)
}
