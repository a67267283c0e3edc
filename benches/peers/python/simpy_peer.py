"""M/M/16 in SimPy: one process for each customer, one resource."""

import random

import simpy

from common import ARRIVALS, SERVERS, measure


def simulate(customers, seed):
    draws, env, responses = random.Random(seed), simpy.Environment(), []
    servers = simpy.Resource(env, capacity=SERVERS)

    def customer():
        arrived = env.now
        with servers.request() as request:
            yield request
            yield env.timeout(draws.expovariate(1.0))
        responses.append(env.now - arrived)

    def arrivals():
        for _ in range(customers):
            yield env.timeout(draws.expovariate(ARRIVALS))
            env.process(customer())

    env.process(arrivals())
    env.run()
    return responses


measure(simulate)
