//! What this computer keeps on disk: one directory, small files, each written as a whole or not at all.
//!
//! A [`DataDir`] may be used by several processes, but each role in it by one at a time: [`DataDir::claim`] takes an
//! advisory lock that lasts as long as the [`Claim`] and that the system gives back when the process dies. All
//! writing goes through a claim, so nothing here ever races with itself. Files are readable by their owner alone.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use entraide_common::limits;
use entraide_common::texts::Texts;
use thiserror::Error;

/// What a process does in a data directory. Both may happen on one computer at once, with separate keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Shows its screen.
    Hosting,
    /// Sees another's.
    Helping,
}

impl Role {
    /// The stem of the role's files.
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
    /// A file does not hold what it should.
    #[error("{} is damaged", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
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
            Self::Damaged { path: at } => texts.say_with("data-damaged", &[("path", path(at).into())]),
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

    /// The role's files, for this process alone until the claim is dropped.
    ///
    /// # Errors
    /// [`DataError::Taken`] if another process has the role.
    pub fn claim(&self, role: Role) -> Result<Claim, DataError> {
        let path = self.path.join(format!("{}.lock", role.name()));
        let lock = private(OpenOptions::new().write(true).create(true).truncate(false))
            .open(&path)
            .map_err(|error| system(&path, error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Claim { directory: self.path.clone(), role, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(DataError::Taken { role, directory: self.path.clone() }),
            Err(TryLockError::Error(error)) => Err(system(&path, error)),
        }
    }
}

/// One role's files.
#[derive(Debug)]
pub struct Claim {
    directory: PathBuf,
    role: Role,
    /// Held, not read: closing it gives the role back.
    _lock: File,
}

impl Claim {
    /// Keeps `bytes` under `name`, replacing what was there. On return they survive a loss of power; before that the
    /// old ones do.
    ///
    /// # Errors
    /// The disk is full, the directory is read-only, and the like.
    ///
    /// # Panics
    /// If `bytes` are more than [`limits::STATE_BYTES`] or `name` is none: faults of ours.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Result<(), DataError> {
        assert!(bytes.len() as u64 <= limits::STATE_BYTES, "state is small");
        let path = self.path(name);
        let write = || {
            // Made with mode 0600, so the bytes are never readable by others, not even for a moment.
            let mut file = tempfile::NamedTempFile::new_in(&self.directory)?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|failed| failed.error)?;
            sync_directory(&self.directory)
        };
        write().map_err(|error| system(&path, error))
    }

    /// What is kept under `name`.
    ///
    /// # Errors
    /// It cannot be read, is open to other users, or is larger than anything that was put.
    ///
    /// # Panics
    /// If `name` is none: a fault of ours.
    pub fn get(&self, name: &str) -> Result<Option<Vec<u8>>, DataError> {
        let path = self.path(name);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(system(&path, error)),
        };
        // The opened file is judged, not the name: the name may mean another file a moment later.
        let metadata = file.metadata().map_err(|error| system(&path, error))?;
        refuse_modes(&path, &metadata, 0o077)?;
        if !metadata.is_file() || metadata.len() > limits::STATE_BYTES {
            return Err(DataError::Damaged { path });
        }
        let mut bytes = Vec::new();
        file.take(limits::STATE_BYTES).read_to_end(&mut bytes).map_err(|error| system(&path, error))?;
        Ok(Some(bytes))
    }

    /// Forgets what is kept under `name`, if anything.
    ///
    /// # Errors
    /// The directory is read-only and the like.
    ///
    /// # Panics
    /// If `name` is none: a fault of ours.
    pub fn forget(&self, name: &str) -> Result<(), DataError> {
        let path = self.path(name);
        match fs::remove_file(&path).and_then(|()| sync_directory(&self.directory)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(system(&path, error)),
            _ => Ok(()),
        }
    }

    /// Where `name` is kept: `hosting.NAME`.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!((1..=64).contains(&name.len()) && name.chars().all(plain), "names of state are plain words");
        self.directory.join(format!("{}.{name}", self.role.name()))
    }
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

/// A rename is on disk once its directory is.
#[cfg(unix)]
fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}
