//! Many runs: what do several runs, or a run and its theory, say together?

pub mod truth;
