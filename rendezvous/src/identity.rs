//! The node's key: one ed25519 key in a file that only its owner can read. Peers know the node by it, so it is made
//! once and never replaced.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use libp2p::identity::{Keypair, ed25519};
use thiserror::Error;

/// The key's name in the data directory.
pub const FILE: &str = "node.key";
/// Secret and public half, 32 bytes each.
const LENGTH: usize = 64;

/// Why there is no key.
#[derive(Debug, Error)]
pub enum IdentityError {
    /// The file or its directory cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is there and is no key.
    #[error("{path} holds no key")]
    Malformed {
        /// Which.
        path: PathBuf,
    },
    /// Others than the owner can read the file.
    #[error("{path} can be read by others")]
    Exposed {
        /// Which.
        path: PathBuf,
    },
}

/// The key in `data`; made, with the directory, if there is none. Two programs that start at once get the same one.
///
/// # Errors
/// See [`IdentityError`]. A file that is no key is left as it is.
pub fn load_or_create(data: &Path) -> Result<Keypair, IdentityError> {
    let path = data.join(FILE);
    if let Some(key) = load(&path)? {
        return Ok(key);
    }
    create(data, &path).map_err(|source| IdentityError::Io { path: path.clone(), source })?;
    load(&path)?.ok_or(IdentityError::Malformed { path })
}

fn load(path: &Path) -> Result<Option<Keypair>, IdentityError> {
    let failed = |source| IdentityError::Io { path: path.to_owned(), source };
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    if exposed(&file).map_err(failed)? {
        return Err(IdentityError::Exposed { path: path.to_owned() });
    }
    let malformed = || IdentityError::Malformed { path: path.to_owned() };
    if file.metadata().map_err(failed)?.len() != LENGTH as u64 {
        return Err(malformed());
    }
    let mut bytes = [0; LENGTH];
    file.read_exact(&mut bytes).map_err(failed)?;
    // Checks that the halves belong together, and zeroes the bytes.
    let key = ed25519::Keypair::try_from_bytes(&mut bytes).map_err(|_| malformed())?;
    Ok(Some(key.into()))
}

/// Writes a new key beside `path` and links it there, which fails if another was faster: never half a key, and never
/// one instead of another.
fn create(data: &Path, path: &Path) -> io::Result<()> {
    create_private_directory(data)?;
    let draft = data.join(format!("{FILE}.{}", std::process::id()));
    let written = write_private(&draft, &ed25519::Keypair::generate().to_bytes());
    let linked = written.and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn create_private_directory(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(unix)]
fn exposed(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(file.metadata()?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same shape as where permissions are modes")]
fn exposed(_file: &File) -> io::Result<bool> {
    Ok(false)
}
