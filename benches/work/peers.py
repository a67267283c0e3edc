"""One measurement of a peer: prints the seconds that it took, the best of three.

product: a @ b of 2,048 x 2,048 doubles on one thread of OpenBLAS.
mean: dask.array's mean of 10,000 x 10,000 random doubles in 1,000 x 1,000 chunks, on two threads.
tasks: seconds an empty task takes in a Dask cluster of two worker processes with a thread each.
"""

import os
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"


def best(work):
    """Seconds of the best of three."""
    took = []
    for _ in range(3):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return min(took)


def product():
    import numpy

    rng = numpy.random.default_rng(1)
    a, b = rng.random((2048, 2048)), rng.random((2048, 2048))
    return best(lambda: a @ b)


def mean():
    import dask.array

    def work():
        array = dask.array.random.random((10_000, 10_000), chunks=(1_000, 1_000))
        answer = array.mean().compute(scheduler="threads", num_workers=2)
        assert abs(answer - 0.5) < 2e-4, answer

    return best(work)


def tasks():
    from distributed import Client, LocalCluster

    count = 2_000
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:

        def work():
            futures = client.map(lambda number: None, range(count), pure=False)
            client.gather(futures)

        return best(work) / count


if __name__ == "__main__":
    print({"product": product, "mean": mean, "tasks": tasks}[sys.argv[1]]())
