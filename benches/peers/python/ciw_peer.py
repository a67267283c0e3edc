"""M/M/16 in Ciw: a network of one node."""

import ciw

from common import ARRIVALS, SERVERS, measure


def simulate(customers, seed):
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=ARRIVALS)],
        service_distributions=[ciw.dists.Exponential(rate=1.0)],
        number_of_servers=[SERVERS],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(customers, method="Finish")
    return [record.exit_date - record.arrival_date for record in simulation.get_all_records()]


measure(simulate)
