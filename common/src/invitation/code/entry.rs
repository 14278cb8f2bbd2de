//! What people may type for a code.
//!
//! - Spaces of any kind, dashes, dots, commas, slashes and middle dots stand anywhere; invisible characters that
//!   come along when copying are skipped.
//! - The top row of an AZERTY keyboard without Shift stands for the digits it carries: `& é " ' ( - è _ ç à` are
//!   1 to 9 and 0, also with Caps Lock, as decomposed letters, with typographic quotes, and with `§` and `!` for 6
//!   and 8 as on Belgian keyboards.
//! - `@` and a node's name or address may follow.
//!
//! The hyphen is both a separator and AZERTY's 6. Among plain digits it separates. Where no plain digit stands,
//! or other signs of that row do, both readings are tried and the one that checks is taken; if both do, the
//! person is asked for digits rather than have a try wasted.

use thiserror::Error;
use zeroize::Zeroizing;

use super::{Code, SECRET_DIGITS, Secret, damm};
use crate::ids::Plate;
use crate::limits;

/// Digits after the plate: the secret and the check digit.
const TAIL: usize = SECRET_DIGITS + 1;
const PLATE_DIGITS: usize = 5;

/// A code as it was typed.
#[derive(Clone)]
pub struct Entered {
    /// The code.
    pub code: Code,
    /// What stood after `@`, at most [`limits::ADDRESS_CHARS`] characters and never empty: a node's name or address.
    pub node: Option<String>,
}

/// Why a text is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CodeError {
    /// Digits are missing.
    #[error("a code of {0} digits, at least nine are needed")]
    TooShort(usize),
    /// There are digits too many, or the text is far too long.
    #[error("a code of more than thirteen digits")]
    TooLong,
    /// A character that stands for no digit.
    #[error("{0:?} in a code, which stands for no digit")]
    NotADigit(char),
    /// The digits do not belong together: one is wrong, or two are swapped.
    #[error("a code whose check digit does not fit")]
    CheckDigit,
    /// Typed without Shift, and hyphens can be read as sixes and as separators.
    #[error("a code that can be read in two ways")]
    Ambiguous,
    /// The plate is zero.
    #[error("a code that begins with zeros only")]
    NoPlate,
    /// What follows the `@` is empty, too long or not one word.
    #[error("no node after the @")]
    Node,
}

/// One typed character.
enum Sign {
    Digit(u8),
    /// A digit by way of AZERTY's top row.
    Azerty(u8),
    /// A separator, or AZERTY's 6.
    Hyphen,
    /// A combining accent: it belongs to the letter before it.
    Accent(char),
    Separator,
}

pub(super) fn parse(text: &str) -> Result<Entered, CodeError> {
    let (code, node) = match text.split_once('@') {
        Some((code, node)) => (code, Some(parse_node(node)?)),
        None => (text, None),
    };
    Ok(Entered { code: parse_code(code)?, node })
}

fn parse_node(text: &str) -> Result<String, CodeError> {
    let node = text.trim();
    let is_word = node.chars().all(|c| !c.is_whitespace() && !c.is_control());
    let fits = !node.is_empty() && node.chars().count() <= limits::ADDRESS_CHARS;
    if is_word && fits { Ok(node.to_owned()) } else { Err(CodeError::Node) }
}

fn parse_code(text: &str) -> Result<Code, CodeError> {
    if text.chars().count() > limits::CODE_CHARS {
        return Err(CodeError::TooLong);
    }
    let signs = read_signs(text)?;
    let has_digits = signs.iter().any(|sign| matches!(sign, Sign::Digit(_)));
    let has_azerty = signs.iter().any(|sign| matches!(sign, Sign::Azerty(_)));
    let has_hyphens = signs.iter().any(|sign| matches!(sign, Sign::Hyphen));

    let separated = parse_digits(&digits(&signs, None));
    if !has_hyphens || (has_digits && !has_azerty) {
        return separated;
    }
    match (separated, parse_digits(&digits(&signs, Some(6)))) {
        (Ok(_), Ok(_)) => Err(CodeError::Ambiguous),
        (Ok(code), Err(_)) | (Err(_), Ok(code)) => Ok(code),
        // Without Shift a hyphen is rather a six: that reading's mistake is the one to tell.
        (Err(_), Err(error)) => Err(error),
    }
}

/// The signs of `text`, accents joined to their letters.
fn read_signs(text: &str) -> Result<Vec<Sign>, CodeError> {
    let mut signs = Vec::with_capacity(text.len());
    let mut letter = None;
    for character in text.chars() {
        match (letter.take(), sign(character)) {
            (Some(base), Ok(Sign::Accent(accent))) => signs.push(Sign::Azerty(accented(base, accent)?)),
            (Some(base), _) => return Err(CodeError::NotADigit(base)),
            (None, Ok(Sign::Accent(accent))) => return Err(CodeError::NotADigit(accent)),
            (None, Ok(sign)) => signs.push(sign),
            (None, Err(base)) if "eEcCaA".contains(base) => letter = Some(base),
            (None, Err(other)) => return Err(CodeError::NotADigit(other)),
        }
    }
    letter.map_or(Ok(signs), |base| Err(CodeError::NotADigit(base)))
}

/// What `character` means, or itself if it means nothing alone.
fn sign(character: char) -> Result<Sign, char> {
    Ok(match character {
        '0'..='9' => Sign::Digit(u8::try_from(u32::from(character) - u32::from('0')).map_err(|_| character)?),
        '&' => Sign::Azerty(1),
        'é' | 'É' => Sign::Azerty(2),
        '"' | '“' | '”' => Sign::Azerty(3),
        '\'' | '‘' | '’' => Sign::Azerty(4),
        '(' => Sign::Azerty(5),
        '§' => Sign::Azerty(6),
        'è' | 'È' => Sign::Azerty(7),
        '_' | '!' => Sign::Azerty(8),
        'ç' | 'Ç' => Sign::Azerty(9),
        'à' | 'À' => Sign::Azerty(0),
        '-' => Sign::Hyphen,
        '\u{300}' | '\u{301}' | '\u{327}' => Sign::Accent(character),
        '.' | ',' | '/' | '·' => Sign::Separator,
        // Dashes from U+2010 to U+2015, the minus sign, and what copying brings along: zero-width and
        // direction marks.
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Sign::Separator,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {
            Sign::Separator
        }
        _ if character.is_whitespace() => Sign::Separator,
        _ => return Err(character),
    })
}

/// The digit on the key of a letter that came in two parts.
fn accented(base: char, accent: char) -> Result<u8, CodeError> {
    match (base.to_ascii_lowercase(), accent) {
        ('e', '\u{301}') => Ok(2),
        ('e', '\u{300}') => Ok(7),
        ('c', '\u{327}') => Ok(9),
        ('a', '\u{300}') => Ok(0),
        _ => Err(CodeError::NotADigit(base)),
    }
}

fn digits(signs: &[Sign], hyphen: Option<u8>) -> Zeroizing<Vec<u8>> {
    let mut digits = Zeroizing::new(Vec::with_capacity(signs.len()));
    digits.extend(signs.iter().filter_map(|sign| match sign {
        Sign::Digit(digit) | Sign::Azerty(digit) => Some(*digit),
        Sign::Hyphen => hyphen,
        Sign::Accent(_) | Sign::Separator => None,
    }));
    digits
}

fn parse_digits(digits: &[u8]) -> Result<Code, CodeError> {
    if digits.len() < 1 + TAIL {
        return Err(CodeError::TooShort(digits.len()));
    }
    if digits.len() > PLATE_DIGITS + TAIL {
        return Err(CodeError::TooLong);
    }
    if !damm::checks(digits) {
        return Err(CodeError::CheckDigit);
    }
    let (plate, tail) = digits.split_at(digits.len() - TAIL);
    let plate = plate.iter().fold(0, |number, &digit| number * 10 + u32::from(digit));
    let plate = Plate::new(plate).ok_or(CodeError::NoPlate)?;
    let mut secret = Zeroizing::new([0; SECRET_DIGITS]);
    secret.copy_from_slice(&tail[..SECRET_DIGITS]);
    Ok(Code::new(plate, Secret(secret)))
}
