//! Work: what is the real work?
