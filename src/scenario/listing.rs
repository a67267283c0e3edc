//! What can be chosen for each decision: the lists that files are read by, said in a line each with where it comes from.

use super::{Balance, Cache, Scaler, ServeOrder};

/// Something that can be chosen: its name in a file, what it is, and where it comes from.
pub type Listed = (&'static str, &'static str, &'static str);

/// Every decision of a pool by its field in a file, and what can be chosen.
pub const POLICIES: [(&str, &[Listed]); 4] =
    [("balance", &Balance::ALL), ("serve", &ServeOrder::ALL), ("cache", &Cache::ALL), ("scale", &Scaler::ALL)];

impl Balance {
    /// All of them.
    pub const ALL: [Listed; 16] = [
        ("RoundRobin", "one after the other", "nginx, Envoy and others"),
        ("LeastOutstanding", "the fewest attempts outstanding, ties at random", "join the shortest queue"),
        ("PowerOfTwo", "the less loaded of two distinct ones drawn at random", "Mitzenmacher 2001"),
        ("CentralQueue", "one queue for the pool: the bound that no dispatcher beats", "M/M/c"),
        ("Random", "anybody", "Poisson splitting"),
        ("JoinIdle", "an idle one, else anybody", "Lu et al. 2011"),
        ("SmoothRoundRobin", "by weights, evenly spread", "nginx, smooth weighted round robin"),
        ("LeastConnections", "the fewest outstanding for its weight", "nginx, least_conn"),
        ("ModuloHash", "the key modulo the number of machines", "nginx, hash"),
        ("Rendezvous", "the largest hash of key and machine", "Thaler and Ravishankar 1998"),
        ("PowerOfD", "the least loaded of d drawn at random", "Vvedenskaya et al. 1996"),
        ("RingHash", "the next point on a ring", "Karger et al. 1997, ketama"),
        ("BoundedLoads", "a ring on which nobody has much more than the mean", "Mirrokni et al. 2018"),
        ("Maglev", "a table that machines fill in turn", "Eisenbud et al. 2016"),
        ("LeastRequest", "of some drawn the least loaded, or by weight over load; slow start", "Envoy"),
        ("PeakEwma", "of two the smaller product of latency and load", "Finagle, tower"),
    ];
}

impl ServeOrder {
    /// All of them.
    pub const ALL: [Listed; 7] = [
        ("Fifo", "first come, first served", "M/G/c"),
        ("OldestJob", "the task of the oldest job", "Dask's scheduler"),
        ("Lifo", "last come, first served", "queueing theory"),
        ("Priority", "the most important first, with or without interrupting", "Cobham 1954"),
        ("ShortestFirst", "the smallest demand first; an oracle", "shortest job first"),
        ("ShortestRemaining", "the smallest rest first, interrupting; an oracle", "Schrage and Miller 1966"),
        ("ProcessorSharing", "all at a machine share its cores", "Kleinrock 1967"),
    ];
}

impl Cache {
    /// All of them.
    pub const ALL: [Listed; 2] =
        [("Off", "nothing is kept", "the bound from below"), ("Lru", "the least recently used goes first", "LRU")];
}
