//! scalelab: a desktop lab for scaling strategies.
//!
//! The same scenario runs live, on threads of this machine, and simulated, in virtual time, under one control plane.
//! Each folder answers one question; data flows down this list, and `tests/it/architecture.rs` holds who may import whom:
//!
//! | folder | question |
//! |---|---|
//! | [`base`] | which words do all others speak? |
//! | [`scenario`] | what is to be run? |
//! | [`traffic`] | when do jobs arrive, and which keys do they ask for? |
//! | [`workload`] | what is the real work? |
//! | [`policy`] | who decides, and how? |
//! | [`cluster`] | what does the control plane do next? |
//! | [`world`] | how does nature carry it out? |
//! | [`metrics`] | what happened? |
//! | [`engine`] | when does it happen? |
//! | [`analysis`] | what does it mean? |
//! | [`experiment`] | what does more than one run say? |
//! | [`cli`] | how is it used without a display? |
//! | `ui` | how is it seen? (feature `window`) |

pub mod analysis;
pub mod base;
pub mod cli;
pub mod cluster;
pub mod engine;
pub mod experiment;
pub mod interop;
pub mod metrics;
pub mod policy;
pub mod scenario;
pub mod traffic;
#[cfg(feature = "window")]
pub mod ui;
pub mod workload;
pub mod world;
