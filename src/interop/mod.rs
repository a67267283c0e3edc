//! Exchange: what do others read and write?
//!
//! | module | question |
//! |---|---|
//! | [`report`] | how is a run told to people and to build servers? |

pub mod report;
