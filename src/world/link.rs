//! Links: a message takes a sampled latency, and the time its bytes need.
//!
//! delay = latency + bytes / bandwidth. Messages on one link do not queue behind each other.

use crate::base::{Bytes, Span, Stream};
use crate::scenario::Link;

pub(super) fn delay(link: &Link, bytes: Bytes, stream: &mut Stream) -> Span {
    let transfer = link.bandwidth.map_or(0.0, |per_sec| bytes.0 as f64 / per_sec);
    Span::from_secs_f64(link.latency.sample(stream) + transfer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Domain;
    use crate::scenario::Dist;

    #[test]
    fn bytes_take_their_time() {
        let link = Link { name: "custom".to_owned(), latency: Dist::Constant(0.001), bandwidth: Some(1e6) };
        let mut stream = Stream::new(1, Domain::Link, [0; 4]);
        assert_eq!(delay(&link, Bytes(2_000), &mut stream), Span::from_millis(3));
    }
}
