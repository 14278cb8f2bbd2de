//! The cage: seen from outside, tried from inside, and left by nobody.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Output, Stdio};

use entraide_common::screen::Size;
use nix::sys::signal::Signal;

use super::{Program, soon};

const SIZE: Size = Size { width: 320, height: 240 };

fn cage() -> Command {
    Command::new(env!("CARGO_BIN_EXE_cage"))
}

#[test]
fn from_outside_it_has_nothing() {
    let program = Program::new();
    // As whoever started the program may have done, this one leaves a descriptor to its children.
    let _left = nix::unistd::dup(std::io::stderr()).expect("one more");
    let _decoder = program.open(SIZE);
    let [child] = program.running()[..] else { panic!("one child") };
    let status = std::fs::read_to_string(format!("/proc/{child}/status")).expect("it lives");
    for line in [
        "NoNewPrivs:\t1",
        "Seccomp:\t2",
        "CapEff:\t0000000000000000",
        "CapPrm:\t0000000000000000",
        "Threads:\t1",
    ] {
        assert!(status.contains(line), "no {line:?} in\n{status}");
    }
    let limits = std::fs::read_to_string(format!("/proc/{child}/limits")).expect("it lives");
    let of = |name: &str| limits.lines().find(|line| line.starts_with(name)).expect(name).to_owned();
    for none in ["Max open files", "Max processes", "Max file size", "Max core file size"] {
        let line = of(none);
        let values: Vec<_> = line[none.len()..].split_whitespace().take(2).collect();
        assert_eq!(values, ["0", "0"], "{none}");
    }
    assert!(!of("Max address space").contains("unlimited"));
    // It lets only root look at the rest.
    if let Ok(open) = std::fs::read_dir(format!("/proc/{child}/fd")) {
        let mut open: Vec<String> =
            open.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        open.sort();
        assert_eq!(open, ["0", "1", "2"]);
    }
    if let Ok(environment) = std::fs::read(format!("/proc/{child}/environ")) {
        assert_eq!(environment, b"");
    }
}

#[test]
fn from_inside_every_way_out_is_death() {
    let tried = |what: &str| cage().args(["confined", what]).output().expect("it starts");
    let said = |output: &Output| String::from_utf8_lossy(&output.stdout).into_owned();
    let free = tried("nothing");
    assert!(free.status.success() && said(&free) == "tried\ndone: Ok(())\n", "{free:?}");
    for what in [
        "open",
        "list",
        "create",
        "delete",
        "read-another",
        "tcp",
        "udp",
        "socket",
        "execute",
        "thread",
        "signal",
    ] {
        let output = tried(what);
        assert_eq!(said(&output), "tried\n", "{what} went on");
        assert_eq!(output.status.signal(), Some(Signal::SIGSYS as i32), "{what}: {output:?}");
        assert!(!output.status.core_dumped(), "{what} left a dump");
    }
    let output = tried("memory");
    assert_eq!(said(&output), "tried\ndone: Err(OutOfMemory)\n");
}

#[test]
fn landlock_refuses_by_itself() {
    for what in ["open", "list", "create", "tcp"] {
        let output = cage().args(["walled", what]).output().expect("it starts");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if said == "no such wall\n" {
            println!("skipped: this kernel has no Landlock");
            return;
        }
        assert_eq!(said, "tried\ndone: Err(PermissionDenied)\n", "{what}");
    }
}

#[test]
fn it_ends_with_its_parent_even_by_kill_9() {
    let program = Program::new();
    let mut parent = cage().arg("hold").arg(&program.path).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(parent.stdout.take().expect("piped")).read_line(&mut line).expect("it speaks");
    assert_eq!(line, "open\n");
    assert_eq!(program.running().len(), 1);
    parent.kill().expect("it is ours");
    parent.wait().expect("it is reaped");
    soon("the child's end", || program.running().is_empty());
}
