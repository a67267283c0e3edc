//! Exchange: what do others read and write?
//!
//! | module | question |
//! |---|---|
//! | [`record`] | what has a run written? |
//! | [`rows`] | what are its lines? |
//! | [`report`] | how is a run told to people and to build servers? |
//! | [`export`] | how is it written for other programs? |
//! | [`runs`] | which runs were there, and which of them are like this? |

pub mod export;
pub mod record;
pub mod report;
pub mod rows;
pub mod runs;
