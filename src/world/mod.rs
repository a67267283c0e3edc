//! Nature: how is what the cluster asks for carried out?
