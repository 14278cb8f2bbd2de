//! Lines of bounded length from an input that may send anything.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use entraide_common::limits;

/// One line, without its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// At most [`limits::COMMAND_LINE_BYTES`].
    Whole(Vec<u8>),
    /// Longer; all of it was skipped.
    TooLong,
}

/// An input read line by line. What is read ahead stays inside, so that the code of `join -` and the commands
/// after it come from the same one.
pub struct Input {
    from: Box<dyn BufRead + Send>,
}

impl Input {
    /// Lines of `from`.
    pub fn new(from: impl Read + Send + 'static) -> Self {
        Self { from: Box::new(BufReader::new(from)) }
    }

    /// Lines of standard input.
    #[must_use]
    pub fn stdin() -> Self {
        Self::new(io::stdin())
    }

    /// The next line; `None` at the end of the input. A last line need not be ended.
    ///
    /// # Errors
    /// The input cannot be read.
    pub fn line(&mut self) -> io::Result<Option<Line>> {
        let mut line = Vec::new();
        let most = limits::COMMAND_LINE_BYTES as u64 + 1;
        if self.from.by_ref().take(most).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        if line.last() == Some(&b'\n') {
            line.pop();
        } else if line.len() > limits::COMMAND_LINE_BYTES {
            self.from.skip_until(b'\n')?;
            return Ok(Some(Line::TooLong));
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Ok(Some(Line::Whole(line)))
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Input")
    }
}
