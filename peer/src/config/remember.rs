//! Writes where to meet into the settings file. Everything else in it, remarks included, stays as it is.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::path::Path;

use toml::de::DeTable;
use toml::{Table, Value};

use super::value::{Key, Node};

/// Remembers `nodes` in the settings file `path`, which is made if there is none: the whole of it or, should anything
/// fail, nothing.
///
/// # Errors
/// The file cannot be read or written, or is no TOML any more.
pub fn remember(path: &Path, nodes: &[Node]) -> io::Result<()> {
    // A link is followed: people keep their settings elsewhere.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let source = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        source => source?,
    };
    let changed =
        with_nodes(&source, nodes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(changed.as_bytes())?;
    if let Some(permissions) = permissions(path) {
        file.as_file().set_permissions(permissions)?;
    }
    file.as_file().sync_all()?;
    file.persist(path)?;
    // The name is on the disk only once its folder is.
    File::open(folder).and_then(|folder| folder.sync_all()).or_else(|error| {
        tracing::debug!(%error, "a folder was not synchronised");
        Ok(())
    })
}

fn permissions(path: &Path) -> Option<Permissions> {
    fs::metadata(path).ok().map(|metadata| metadata.permissions())
}

/// `source` with these nodes: in the place of others, or on a line of their own at its end.
fn with_nodes(source: &str, nodes: &[Node]) -> Result<String, toml::de::Error> {
    let list = nodes.iter().map(|node| Value::String(node.address.to_string())).collect();
    let (key, list) = (Key::Rendezvous.name(), Value::Array(list));
    let table = DeTable::parse(source)?;
    if let Some(old) = table.get_ref().get(key) {
        let mut changed = source.to_owned();
        changed.replace_range(old.span(), &list.to_string());
        return Ok(changed);
    }
    let line = Table::from_iter([(key.to_owned(), list)]).to_string();
    let gap = if source.is_empty() || source.ends_with('\n') { "" } else { "\n" };
    Ok(format!("{source}{gap}{}\n", line.trim_end()))
}
