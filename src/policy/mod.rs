//! Decisions: who decides, and how?
