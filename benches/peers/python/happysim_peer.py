"""M/M/16 in happysimulator: a Poisson source, one server of sixteen slots, a sink."""

import random

from happysimulator import Instant, Server, Simulation, Sink, Source
from happysimulator.distributions import ExponentialLatency

from common import ARRIVALS, SERVERS, measure


def simulate(customers, seed):
    random.seed(seed)
    sink = Sink()
    server = Server("servers", concurrency=SERVERS, service_time=ExponentialLatency(1.0), downstream=sink)
    source = Source.poisson(rate=ARRIVALS, target=server)
    end = Instant.from_seconds(customers / ARRIVALS)
    Simulation(sources=[source], entities=[server, sink], end_time=end).run()
    return [value for value in sink.latencies_s]


measure(simulate)
