//! Exchange: what do others read and write?
//!
//! | module | question |
//! |---|---|
//! | [`record`] | what has a run written? |
//! | [`rows`] | what are its lines? |
//! | [`report`] | how is a run told to people and to build servers? |
//! | [`export`] | how is it written for other programs? |
//! | [`figure`] | how is what a plot shows written? |
//! | [`about`] | what is this program, and where does it write down what happens? |
//! | [`runs`] | which runs were there, and which of them are like this? |

pub mod about;
pub mod export;
pub mod figure;
pub mod record;
pub mod report;
pub mod rows;
pub mod runs;
