//! What is kept on disk, by whom, and how a program ends that cannot.

use entraide::keys;
use entraide::store::{DataDir, DataError, Role};
use entraide_common::limits;
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
fn keys_stay_and_differ_by_role() {
    let (_temporary, data) = opened();
    let hosting = data.claim(Role::Hosting).expect("free");
    let helping = data.claim(Role::Helping).expect("free");
    let key = keys::key(&hosting).expect("drawn");
    assert_eq!(keys::key(&hosting).expect("read").expose(), key.expose());
    assert_ne!(keys::key(&helping).expect("drawn").expose(), key.expose());
    let renewed = keys::renew(&hosting).expect("drawn");
    assert_ne!(renewed.expose(), key.expose());
    assert_eq!(keys::key(&hosting).expect("read").expose(), renewed.expose());
}

#[test]
fn state_is_replaced_as_a_whole_and_survives() {
    let (temporary, data) = opened();
    let hosting = data.claim(Role::Hosting).expect("free");
    assert_eq!(hosting.get("failures").expect("read"), None);
    hosting.put("failures", b"two").expect("written");
    hosting.put("failures", b"one more").expect("written");
    drop(hosting);
    let again = DataDir::open(&temporary.path().join("data/entraide")).expect("it is there");
    let hosting = again.claim(Role::Hosting).expect("free");
    assert_eq!(hosting.get("failures").expect("read"), Some(b"one more".to_vec()));
    hosting.forget("failures").expect("removed");
    hosting.forget("failures").expect("nothing to remove");
    assert_eq!(hosting.get("failures").expect("read"), None);
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
        keys::key(&hosting).expect("drawn");
        assert_eq!(mode(&directory), 0o700);
        for name in ["hosting.key", "hosting.lock"] {
            assert_eq!(mode(&directory.join(name)), 0o600, "{name}");
        }
        let names = fs::read_dir(&directory).expect("it is there").count();
        assert_eq!(names, 2, "nothing temporary is left behind");
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let (temporary, data) = opened();
        let hosting = data.claim(Role::Hosting).expect("free");
        keys::key(&hosting).expect("drawn");
        set_mode(&temporary.path().join("data/entraide/hosting.key"), 0o640);
        let Err(error) = keys::key(&hosting) else { panic!("it was used") };
        assert!(matches!(error, DataError::Open { mode: 0o640, .. }), "{error}");
        assert!(error.sentence(&entraide::texts::texts(Language::French)).contains("chmod go-rwx"));
    }

    #[test]
    fn a_directory_that_others_may_write_in_is_refused() {
        let temporary = tempfile::tempdir().expect("there is room");
        set_mode(temporary.path(), 0o777);
        assert!(matches!(DataDir::open(temporary.path()), Err(DataError::Open { .. })));
    }

    #[test]
    fn a_damaged_key_is_neither_used_nor_replaced() {
        let (temporary, data) = opened();
        let path = temporary.path().join("data/entraide/hosting.key");
        let hosting = data.claim(Role::Hosting).expect("free");
        let too_large = usize::try_from(limits::STATE_BYTES).expect("small") + 1;
        for bytes in [vec![], vec![7; 31], vec![7; 33], vec![7; too_large]] {
            fs::write(&path, &bytes).expect("it is ours");
            set_mode(&path, 0o600);
            assert!(matches!(keys::key(&hosting), Err(DataError::Damaged { .. })), "{} bytes", bytes.len());
            assert_eq!(fs::read(&path).expect("it is ours"), bytes);
        }
    }
}
