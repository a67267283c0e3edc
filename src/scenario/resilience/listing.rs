//! What can be chosen against failures and against too much, in a line each with where it comes from.

use super::{Backoff, Breaker, Budget, Gate, Late, Outliers};
use crate::scenario::Listed;

impl Late {
    /// All of them.
    pub const ALL: [Listed; 3] = [
        ("RunOn", "work that nobody waits for runs on to its end", "HTTP/1.1 servers"),
        ("DropUnbegun", "a deadline travels with it: what has not begun is dropped", "gRPC deadlines"),
        ("CallOff", "it is called off wherever it is", "gRPC and HTTP/2 cancellation"),
    ];
}

impl Backoff {
    /// All of them.
    pub const ALL: [Listed; 6] = [
        ("None", "again at once", "Finagle's requeues"),
        ("Constant(wait: \"500ms\")", "always as long", "resilience4j"),
        ("Exponential", "twice as long each time, up to a cap", "Ethernet"),
        ("FullJitter", "anything up to that", "Brooker 2015, Envoy, AWS SDKs"),
        ("EqualJitter", "half of that, and anything up to the other half", "Brooker 2015, Finagle"),
        ("Decorrelated", "anything from the base to three times the rest before", "Brooker 2015"),
    ];
}

impl Budget {
    /// All of them.
    pub const ALL: [Listed; 4] = [
        ("Share", "a share of the requests of the last seconds", "Finagle, RetryBudget"),
        ("InFlight", "a share of what is in flight", "Envoy, retry_budget"),
        ("Tokens", "while successes outweigh failures", "gRPC A6, retryThrottling"),
        ("Quota", "a quota that successes refill", "AWS SDKs, standard mode"),
    ];
}

impl Breaker {
    /// All of them, and the systems whose settings have a name.
    pub const ALL: [Listed; 4] = [
        ("LastCalls", "by the share of failures and of slow answers among the last calls", "resilience4j"),
        ("LastSeconds", "by the share of failures in the last seconds", "Hystrix"),
        ("Resilience4j", "LastCalls as resilience4j has it", "CircuitBreakerConfig"),
        ("Hystrix", "LastSeconds as Hystrix has it", "HystrixCommandProperties"),
    ];
}

impl Outliers {
    /// All of them.
    pub const ALL: [Listed; 2] = [
        ("Envoy", "errors in a row, and shares of successes compared with the others'", "Envoy, outlier_detection"),
        ("Accrual", "its own share of successes, or failures in a row", "Finagle, FailureAccrual"),
    ];
}

impl Gate {
    /// All of them.
    pub const ALL: [Listed; 6] = [
        ("TokenBucket(rate: 100, burst: 20)", "so many a second, and bursts", "Turner 1986"),
        ("InFlight(max: 100)", "so many at a time", "bulkheads, Envoy's max_requests"),
        ("Gradient", "as many at a time as latency says is good", "Netflix, Gradient2Limit"),
        ("Priority(full: 100)", "the less important first, the fuller it is", "trunk reservation"),
        ("Throttle", "what would mostly be refused is not asked for", "Beyer et al. 2016, chapter 21"),
        ("CoDel", "what waited too long is dropped while there is always a queue", "Maurer 2015, folly"),
    ];
}
