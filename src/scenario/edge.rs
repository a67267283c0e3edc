//! What crosses from one stage to the next, and how.

use super::Listed;

/// What crosses from one stage to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Edge {
    /// Order alone.
    Nothing,
    /// Partial results of the first go to tasks of the second, through the dispatcher: each takes its part of them, which is
    /// what its `bytes_in` says.
    Gather,
    /// All partial results of the first go to each task of the second.
    Broadcast {
        /// By which way.
        via: Via,
    },
    /// Each partial result is divided among all tasks of the second, which are its partitions.
    Shuffle {
        /// By which way.
        via: Via,
        /// How uneven partitions are: the one at position i takes a part in proportion to (i + 1)^-skew.
        skew: f64,
    },
    /// The tasks of the second wait until the partial results of the first are combined and everybody has the result.
    AllReduce {
        /// In which order.
        by: Collective,
    },
}

/// By which way partial results go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Via {
    /// From worker to worker, fetched by who needs them; what a worker has itself does not move (Dask's and Spark's peers).
    #[default]
    Peers,
    /// With the messages of tasks, through the dispatcher.
    Tasks,
}

/// In which order partial results are combined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Collective {
    /// Each passes a part on to the next, 2 (n - 1) times (Patarasuk and Yuan 2009).
    #[default]
    Ring,
    /// Up a binary tree and down again, whole each time.
    Tree,
}

impl Edge {
    /// All of them.
    pub const ALL: [Listed; 5] = [
        ("Nothing", "order alone", "dependencies of tasks"),
        ("Gather", "each task takes its part of the partial results, through the dispatcher", "tree reductions"),
        ("Broadcast", "each task takes all partial results", "MPI, Spark"),
        ("Shuffle", "each partial result is divided among all tasks", "MapReduce, Dask's and Spark's shuffles"),
        ("AllReduce", "all have the combined result before they begin", "Patarasuk and Yuan 2009, NCCL"),
    ];

    /// The part of all that the stage before has made which the task at a position of so many takes.
    pub fn part(self, position: u32, tasks: u32) -> f64 {
        match self {
            Self::Nothing | Self::Gather | Self::AllReduce { .. } => 0.0,
            Self::Broadcast { .. } => 1.0,
            Self::Shuffle { skew, .. } => {
                let weight = |ix: u32| libm::pow(f64::from(ix) + 1.0, -skew);
                weight(position) / (0..tasks).map(weight).sum::<f64>()
            }
        }
    }

    /// By which way it goes, where tasks take anything of it.
    pub fn via(self) -> Option<Via> {
        match self {
            Self::Broadcast { via } | Self::Shuffle { via, .. } => Some(via),
            Self::Nothing | Self::Gather | Self::AllReduce { .. } => None,
        }
    }
}

impl Collective {
    /// Seconds until each of `ranks` has the sum of what all had, `bytes` each, with so many bytes a second between any two
    /// (none is without limit) and `latency` seconds for each step.
    pub fn secs(self, ranks: u32, bytes: f64, bandwidth: Option<f64>, latency: f64) -> f64 {
        if ranks < 2 {
            return 0.0;
        }
        let n = f64::from(ranks);
        let transfer = bandwidth.map_or(0.0, |per_sec| bytes / per_sec);
        match self {
            Self::Ring => 2.0 * (n - 1.0) * latency + 2.0 * (n - 1.0) / n * transfer,
            Self::Tree => 2.0 * f64::from(u32::BITS - (ranks - 1).leading_zeros()) * (latency + transfer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_shuffle_add_up_to_all() {
        for skew in [0.0, 0.8, 2.0] {
            let edge = Edge::Shuffle { via: Via::Peers, skew };
            let parts: Vec<f64> = (0..50).map(|position| edge.part(position, 50)).collect();
            assert!((parts.iter().sum::<f64>() - 1.0).abs() < 1e-12 && parts.is_sorted_by(|one, other| one >= other));
        }
        assert_eq!(Edge::Broadcast { via: Via::Peers }.part(3, 8), 1.0);
    }

    #[test]
    fn a_ring_moves_little_and_steps_often_and_a_tree_the_other_way_round() {
        // The worked number of `analysis::laws::collective`: 8 ranks, 100 MB, 200 Gbit/s, 5 us a step.
        let ring = Collective::Ring.secs(8, 100e6, Some(25e9), 5e-6);
        assert!((ring - 7.07e-3).abs() < 5e-6, "{ring}");
        let tree = Collective::Tree.secs(8, 100e6, Some(25e9), 5e-6);
        assert!((tree - 6.0 * (5e-6 + 4e-3)).abs() < 1e-12, "{tree}");
        assert!(Collective::Tree.secs(8, 100.0, Some(25e9), 5e-6) < Collective::Ring.secs(8, 100.0, Some(25e9), 5e-6));
        assert_eq!(Collective::Ring.secs(1, 1e9, Some(1.0), 1.0), 0.0);
    }
}
