//! What this computer keeps on disk: one directory, and in it a lock for each role.
//!
//! A [`DataDir`] may be used by several processes, but each role in it by one at a time: [`DataDir::claim`] takes an
//! advisory lock that lasts as long as the [`Claim`] and that the system gives back when the process dies. The
//! directory and what is in it are its owner's alone.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use entraide_common::texts::Texts;
use thiserror::Error;

/// What a process does in a data directory. Both may happen on one computer at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Shows its screen.
    Hosting,
    /// Sees another's.
    Helping,
}

impl Role {
    /// The stem of the role's lock.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hosting => "hosting",
            Self::Helping => "helping",
        }
    }
}

/// Why the data directory is of no use.
#[derive(Debug, Error)]
pub enum DataError {
    /// Another process has this role there.
    #[error("another process is {} with {}", .role.name(), .directory.display())]
    Taken {
        /// The role.
        role: Role,
        /// The directory.
        directory: PathBuf,
    },
    /// Others than the owner may read or change something that has to be private.
    #[error("{} is open to other users (mode {mode:03o})", .path.display())]
    Open {
        /// The file or directory.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The system said no.
    #[error("{}: {error}", .path.display())]
    System {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        #[source]
        error: io::Error,
    },
}

impl DataError {
    /// What happened and what to do, for the person.
    #[must_use]
    pub fn sentence(&self, texts: &Texts) -> String {
        let path = |path: &Path| path.display().to_string();
        match self {
            Self::Taken { role, directory } => texts
                .say_with("data-taken", &[("role", role.name().into()), ("path", path(directory).into())]),
            Self::Open { path: at, .. } => texts.say_with("data-open", &[("path", path(at).into())]),
            Self::System { path: at, error } => texts
                .say_with("data-system", &[("path", path(at).into()), ("detail", error.to_string().into())]),
        }
    }
}

/// A directory of this program's own.
#[derive(Debug, Clone)]
pub struct DataDir {
    path: PathBuf,
}

impl DataDir {
    /// The directory at `path`, created for its owner alone if it is not there.
    ///
    /// # Errors
    /// It cannot be made, or other users may write in it.
    pub fn open(path: &Path) -> Result<Self, DataError> {
        make_private_directory(path).map_err(|error| system(path, error))?;
        let metadata = fs::metadata(path).map_err(|error| system(path, error))?;
        refuse_modes(path, &metadata, 0o022)?;
        Ok(Self { path: path.to_owned() })
    }

    /// The role, for this process alone until the claim is dropped.
    ///
    /// # Errors
    /// [`DataError::Taken`] if another process has the role.
    pub fn claim(&self, role: Role) -> Result<Claim, DataError> {
        let path = self.path.join(format!("{}.lock", role.name()));
        let lock = private(OpenOptions::new().write(true).create(true).truncate(false))
            .open(&path)
            .map_err(|error| system(&path, error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Claim { _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(DataError::Taken { role, directory: self.path.clone() }),
            Err(TryLockError::Error(error)) => Err(system(&path, error)),
        }
    }
}

/// A role, for as long as this lives.
#[derive(Debug)]
pub struct Claim {
    /// Held, not read: closing it gives the role back.
    _lock: File,
}

fn system(path: &Path, error: io::Error) -> DataError {
    DataError::System { path: path.to_owned(), error }
}

#[cfg(unix)]
fn make_private_directory(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Elsewhere a directory in the account's own folder is private as it comes.
#[cfg(not(unix))]
fn make_private_directory(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(unix)]
fn refuse_modes(path: &Path, metadata: &fs::Metadata, forbidden: u32) -> Result<(), DataError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & forbidden == 0 { Ok(()) } else { Err(DataError::Open { path: path.to_owned(), mode }) }
}

#[cfg(not(unix))]
fn refuse_modes(_: &Path, _: &fs::Metadata, _: u32) -> Result<(), DataError> {
    Ok(())
}
