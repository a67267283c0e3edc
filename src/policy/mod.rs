//! Decisions: who decides, and how?
//!
//! One folder per decision, one file per answer. A policy sees a small view that this folder defines, filled by the
//! cluster; it reads no clock and cannot name a fault. Closed choices are enums; "none" is a null object.

pub mod admit;
pub mod balance;
pub mod cache;
pub mod resilience;
pub mod scale;
pub mod serve;
