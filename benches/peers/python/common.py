"""What every Python peer says of its run: seconds of CPU, the mean response and its 99th percentile."""

import json
import sys
import time

ARRIVALS = 12.8  # a second; 16 servers with services of 1 s on average: 80 % of them are at work
SERVERS = 16


def measure(simulate):
    """Runs `simulate(customers, seed)`, which returns responses or (mean, p99), and prints what came of it."""
    customers, seed = int(sys.argv[1]), int(sys.argv[2])
    start = time.process_time()
    result = simulate(customers, seed)
    if not isinstance(result, tuple):
        result.sort()
        result = (sum(result) / len(result), result[int(0.99 * len(result))])
    seconds = time.process_time() - start
    print(json.dumps({"secs": seconds, "mean": result[0], "p99": result[1]}))
