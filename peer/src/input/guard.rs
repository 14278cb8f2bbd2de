//! The guard: a small child process that lets go of what is held should this one die without doing so.
//!
//! The program runs itself a second time, as `entraide guard`, and tells it over its standard input what is pressed
//! and let go of. The input ends when this process does, by whatever road, `kill -9` included: then the child lets
//! go of everything that is still held, and ends too. It has a process group of its own, so that the terminal's
//! Ctrl-C does not reach it first, and inherits nothing that this process opened but the pipe.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};

use entraide_common::input::{Button, Held, KeyCode};
use entraide_common::wire::input::Act;

use crate::desktop;

/// The hidden subcommand that makes this program the guard: `main` calls [`run_child`] for it before anything else.
pub const COMMAND: &str = "guard";

/// What lists of processes call it: the link it is started by says nothing.
#[cfg(unix)]
const NAME: &str = "entraide";
/// A note's length: what it is, whether it goes down, and its code, low byte first.
const NOTE: usize = 4;
const KEY: u8 = 1;
const BUTTON: u8 = 2;

/// Our end of the guard.
pub struct Guard {
    program: PathBuf,
    child: Option<(Child, ChildStdin)>,
    /// What the child believes.
    held: Held,
}

impl Guard {
    /// Starts this program again as the guard.
    ///
    /// # Errors
    /// The child could not be started.
    pub fn start() -> io::Result<Self> {
        // The link leads to this very program even after its file was replaced by an update.
        let program = if cfg!(target_os = "linux") {
            PathBuf::from("/proc/self/exe")
        } else {
            std::env::current_exe()?
        };
        let child = Some(spawn(&program)?);
        Ok(Self { program, child, held: Held::default() })
    }

    /// Tells it of a press, before it happens, or of a letting go, after it happened. Other acts do not concern it.
    /// A guard that has died is replaced by one that knows all that is held.
    ///
    /// # Errors
    /// There is no guard and none could be started: nothing more may be pressed.
    pub fn note(&mut self, act: &Act) -> io::Result<()> {
        let Some(note) = encode(act) else { return Ok(()) };
        self.held.note(act);
        let told = self.child.as_mut().is_some_and(|(_, pipe)| pipe.write_all(&note).is_ok());
        if told {
            return Ok(());
        }
        self.dismiss();
        let (child, mut pipe) = spawn(&self.program)?;
        for [kind, _, low, high] in self.held.clone().release_all().iter().rev().filter_map(encode) {
            pipe.write_all(&[kind, 1, low, high])?;
        }
        self.child = Some((child, pipe));
        Ok(())
    }

    fn dismiss(&mut self) {
        if let Some((mut child, pipe)) = self.child.take() {
            drop(pipe);
            if let Err(error) = child.wait() {
                tracing::debug!(%error, "the guard's end was missed");
            }
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.dismiss();
    }
}

/// Is the guard: listens until the input ends, then lets go of what is held. What `entraide guard` does.
#[must_use]
pub fn run_child() -> ExitCode {
    let held = listen(io::stdin().lock());
    if release(held) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn spawn(program: &PathBuf) -> io::Result<(Child, ChildStdin)> {
    let mut command = Command::new(program);
    command.arg(COMMAND).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        command.process_group(0).arg0(NAME);
    }
    #[cfg(windows)]
    {
        /// CREATE_NEW_PROCESS_GROUP | CREATE_NO_WINDOW
        const APART: u32 = 0x0000_0200 | 0x0800_0000;
        std::os::windows::process::CommandExt::creation_flags(&mut command, APART);
    }
    let mut child = command.spawn()?;
    let pipe = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
    Ok((child, pipe))
}

fn listen(mut input: impl Read) -> Held {
    let mut held = Held::default();
    let mut note = [0; NOTE];
    while input.read_exact(&mut note).is_ok() {
        if let Some(act) = decode(note) {
            held.note(&act);
        }
    }
    held
}

/// The display is opened only now: a guard with nothing to do costs a sleeping process and no connection.
fn release(mut held: Held) -> bool {
    if held.is_empty() {
        return true;
    }
    let injector = desktop::open().and_then(|desktop| desktop.open_injector());
    let Ok(mut injector) = injector else { return false };
    // All of them, also after one that failed.
    let failed = held.release_all().iter().filter(|act| injector.act(act).is_err()).count();
    failed == 0
}

fn encode(act: &Act) -> Option<[u8; NOTE]> {
    let (kind, down, code) = match *act {
        Act::Key { code, down } => (KEY, down, code.0),
        Act::Button { button, down } => (BUTTON, down, button.0.into()),
        _ => return None,
    };
    let [low, high] = code.to_le_bytes();
    Some([kind, down.into(), low, high])
}

fn decode([kind, down, low, high]: [u8; NOTE]) -> Option<Act> {
    let down = down != 0;
    match kind {
        KEY => Some(Act::Key { code: KeyCode(u16::from_le_bytes([low, high])), down }),
        BUTTON => Some(Act::Button { button: Button(low), down }),
        _ => None,
    }
}
