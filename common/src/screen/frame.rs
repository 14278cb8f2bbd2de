//! How the bytes of a frame's lanes lie one after the other.
//!
//! A picture of one lane has nothing but its bytes. A larger one begins with u8 0 if the frame is not cut; otherwise with
//! u8 1 and the length of the upper lane's bytes, u32, little endian, and the lower lane's follow them.

use super::models::Coders;
use super::range::{RangeDecoder, RangeEncoder};
use super::workers::are_two;
use super::{Lie, Size};

const WHOLE: u8 = 0;
const CUT: u8 = 1;

/// Appends what was coded.
pub(super) fn join(size: Size, coders: Coders<RangeEncoder>, bytes: &mut Vec<u8>) {
    let upper = coders.upper.finish();
    match coders.lower {
        Some(lower) => {
            bytes.push(CUT);
            bytes.extend((upper.len() as u32).to_le_bytes());
            bytes.extend(upper);
            bytes.extend(lower.finish());
        }
        None => {
            bytes.extend(are_two(size).then_some(WHOLE));
            bytes.extend(upper);
        }
    }
}

/// The coders that read it.
pub(super) fn split(size: Size, content: &[u8]) -> Result<Coders<RangeDecoder<'_>>, Lie> {
    let whole = |bytes| Coders { upper: RangeDecoder::new(bytes), lower: None };
    if !are_two(size) {
        return Ok(whole(content));
    }
    match content.split_first() {
        Some((&WHOLE, bytes)) => Ok(whole(bytes)),
        Some((&CUT, rest)) => {
            let parts = rest.split_first_chunk().and_then(|(length, lanes)| {
                lanes.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)
            });
            let (upper, lower) = parts.ok_or(Lie("a cut behind its end"))?;
            Ok(Coders { upper: RangeDecoder::new(upper), lower: Some(RangeDecoder::new(lower)) })
        }
        _ => Err(Lie("an unknown number of lanes")),
    }
}
