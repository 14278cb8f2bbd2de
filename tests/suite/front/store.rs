//! What is kept on disk, by whom, and how a program ends that cannot.

use entraide::keys::Seed;
use entraide::store::{DataDir, DataError, Role};
use entraide_common::texts::Language;

fn opened() -> (tempfile::TempDir, DataDir) {
    let temporary = tempfile::tempdir().expect("there is room for a directory");
    let data = DataDir::open(&temporary.path().join("data/entraide")).expect("it can be made");
    (temporary, data)
}

#[test]
fn a_role_belongs_to_one_process_at_a_time() {
    let (_temporary, data) = opened();
    let first = data.claim(Role::Hosting).expect("nobody has it");
    let refused = data.claim(Role::Hosting).expect_err("it is taken");
    assert!(matches!(refused, DataError::Taken { role: Role::Hosting, .. }));
    let said = refused.sentence(&entraide::texts::texts(Language::English));
    assert!(said.contains("already waits for help") && said.contains("--data"), "{said}");
    data.claim(Role::Helping).expect("the other role is free");
    drop(first);
    data.claim(Role::Hosting).expect("it was given back");
}

#[test]
fn no_key_is_drawn_twice() {
    assert_ne!(Seed::draw().expose(), Seed::draw().expose());
}

#[cfg(unix)]
mod permissions {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("it is there").permissions().mode() & 0o777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
    }

    #[test]
    fn only_the_owner_reads_them() {
        let (temporary, data) = opened();
        let directory = temporary.path().join("data/entraide");
        let hosting = data.claim(Role::Hosting).expect("free");
        assert_eq!(mode(&directory), 0o700);
        assert_eq!(mode(&directory.join("hosting.lock")), 0o600);
        drop(hosting);
    }

    #[test]
    fn a_directory_that_others_may_write_in_is_refused() {
        let temporary = tempfile::tempdir().expect("there is room");
        set_mode(temporary.path(), 0o777);
        let error = DataDir::open(temporary.path()).expect_err("anybody may write there");
        assert!(matches!(error, DataError::Open { mode: 0o777, .. }), "{error}");
        assert!(error.sentence(&entraide::texts::texts(Language::French)).contains("chmod go-rwx"));
    }
}
