//! Limits of one instance.

mod budget;
