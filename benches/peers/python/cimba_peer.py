"""M/M/16 in Cimba: sixteen server processes take customers, by when they came, from one store."""

import cimba as cb
import numpy
from cimba import inputs

from common import ARRIVALS, SERVERS, measure

STEPS_PER_SEC = 1_000
STEPS = 100_000


class Station(cb.Model):
    gap: cb.Input[float] = inputs.dist.exponential(mean=1 / ARRIVALS)
    work: cb.Input[float] = inputs.dist.exponential(mean=1.0)
    customers: cb.Param[int] = 0
    waiting: cb.Store[float]
    responses: cb.Dataset
    steps: cb.Array[int] = cb.Array(STEPS)
    mean: cb.Output[float]
    p99: cb.Output[float]

    @cb.process
    def arrivals(self):
        for _ in range(self.customers):
            cb.hold(self.gap.next())
            self.waiting.put(cb.now())

    @cb.process(copies=SERVERS)
    def server(self):
        while True:
            arrived = self.waiting.get()
            cb.hold(self.work.next())
            response = cb.now() - arrived
            self.responses.record(response)
            step = min(int(response * STEPS_PER_SEC), STEPS - 1)
            self.steps[step] = self.steps[step] + 1

    @cb.on_end
    def close(self):
        self.mean = self.responses.sample_mean()
        left = 0.99 * self.responses.sample_count()
        step = 0
        while step < STEPS - 1 and left > self.steps[step]:
            left -= self.steps[step]
            step += 1
        self.p99 = step / STEPS_PER_SEC


def simulate(customers, seed):
    model = Station()
    model.customers = customers
    window = cb.Window(warmup=0, duration=customers / ARRIVALS)
    results = cb.Experiment(model, replications=1, window=window, seed=seed).run()[model]
    return tuple(float(numpy.asarray(one).item()) for one in (results.mean, results.p99))


simulate(1, 1)  # compiles
measure(simulate)
