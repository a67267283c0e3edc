//! Hit ratios of caches under independent requests.

use super::{Answer, Answers, Case, answers};
use crate::analysis::caching;

/// What the table says of its own integral.
const TABLE_ERROR: f64 = 1e-9;

/// Zipf's law over so many objects, and a cache of so many of them.
pub(super) fn independent(case: &Case) -> Answers {
    let input = &case.input;
    // The table says how exact its integral is: about 1e-9, and what a finer grid changed.
    let error = TABLE_ERROR + case.other.number_or("lru_quadrature_change", 0.0)?;
    let (objects, alpha) = (input.count("objects")?, input.number("zipf_alpha")?);
    let places = input.count("cache_size")? as usize;
    let p = caching::zipf(objects as usize, alpha);
    answers(move |quantity| {
        let value = match quantity.name.as_str() {
            "lru_hit_exact" => {
                let value = caching::lru_exact(&p, places);
                return Some(Answer::Approximate { value, error: error / value });
            }
            "fifo_and_random_hit_exact" => caching::fifo_exact(&p, places),
            "lru_hit_che" => caching::lru_che(&p, places as f64),
            "che_characteristic_time_requests" => caching::characteristic_time(&p, places as f64),
            "fifo_hit_che_type" => caching::fifo_che(&p, places as f64),
            "best_static_hit" => caching::best_static(&p, places),
            _ => return None,
        };
        Some(Answer::Exact(value))
    })
}
