//! One integration binary: each module tells about one behaviour.

mod architecture;
mod docs;
