//! When something that failed is tried again.

use core::time::Duration;

use crate::limits;

/// Tries to come back to a session whose paths are all gone, counted from 0: how long after the loss.
#[must_use]
pub fn resume(try_number: u32) -> Duration {
    let at = at(&limits::RESUME_AT, limits::RESUME_EVERY, try_number);
    at.saturating_add(at.saturating_sub(limits::RESUME_LATE).saturating_mul(2))
}

/// Tries for a direct path in place of one that was lost, counted from 0: how long after the loss.
#[must_use]
pub fn punch(try_number: u32) -> Duration {
    at(&limits::PUNCH_AT, limits::PUNCH_EVERY, try_number)
}

fn at(first: &[Duration], every: Duration, try_number: u32) -> Duration {
    let place = usize::try_from(try_number).unwrap_or(usize::MAX);
    let last = first.last().copied().unwrap_or_default();
    let beyond = place.saturating_sub(first.len().saturating_sub(1));
    first.get(place).copied().unwrap_or_else(|| {
        last.saturating_add(every.saturating_mul(u32::try_from(beyond).unwrap_or(u32::MAX)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_first_and_then_evenly() {
        let seconds: Vec<u64> = (0..7).map(|number| punch(number).as_secs()).collect();
        assert_eq!(seconds, [0, 5, 15, 60, 120, 180, 240]);
        assert!(resume(u32::MAX) > resume(1_000));
        let within = (0..).take_while(|number| resume(*number) < limits::RESUME_TIME).count();
        assert!((80..120).contains(&within), "{within} tries");
        let seconds: Vec<u64> = (41..45).map(|number| resume(number).as_secs()).collect();
        assert_eq!(seconds, [118, 123, 132, 141], "three times as rare after two minutes");
    }
}
