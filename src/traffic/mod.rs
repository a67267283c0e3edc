//! Demand: when do jobs arrive, and which keys do they ask for?
