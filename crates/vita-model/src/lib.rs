//! Ids, units, states and their legal transitions, prices and the clock; pure, no I/O.
