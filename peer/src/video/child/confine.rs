//! The cage: after [`confine`] this process can compute, read from standard input, write to standard output, and end.
//!
//! Several walls, so that a fault in one leaves the others:
//! - descriptors other than the two pipes are closed, and cannot be named in any call that is left;
//! - a filter of system calls (seccomp) kills the process for whatever is not on a list of two dozen: no file, socket,
//!   process, thread, signal, executable memory;
//! - Landlock, where the kernel has it (5.13 and later, unless switched off), says no to every file, port, and
//!   abstract socket once more, by what is asked for rather than by the call;
//! - rights that only root has are given up, and no program can give new ones;
//! - memory is bounded, files and processes are none, and a crash leaves no dump: what it would hold is somebody's screen.
//!
//! The filter is what the rest rests upon: a kernel without it refuses, and then there is no decoder.

use std::fs;
use std::io;

use entraide_common::limits;
use landlock::{ABI, Access as _, AccessFs, AccessNet, Ruleset, RulesetAttr as _, RulesetStatus, Scope};
use rustix::process::{DumpableBehavior, Resource, Rlimit};
use rustix::thread::{CapabilitySet, CapabilitySets};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch,
};
use thiserror::Error;

/// Why this process could not be confined, and must not go on.
#[derive(Debug, Error)]
pub enum ConfineError {
    /// The system said no.
    #[error("{0}: {1}")]
    System(&'static str, io::Error),
    /// The filter knows this kind of processor not.
    #[error("no filter of system calls for processors of the kind {}", std::env::consts::ARCH)]
    Processor,
    /// The kernel has no such filter, or does not let us use it.
    #[error("the filter of system calls: {0}")]
    Filter(#[from] seccompiler::Error),
    /// Landlock is there and refuses.
    #[error("landlock: {0}")]
    Landlock(#[from] landlock::RulesetError),
}

/// Builds all walls around this process, which has one thread, for good.
///
/// # Errors
/// One of them does not stand: this process must end.
pub fn confine() -> Result<(), ConfineError> {
    let memory = own_memory().map_err(because("measuring memory"))?;
    close_others().map_err(because("closing what was inherited"))?;
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)
        .map_err(because("forbidding dumps"))?;
    rustix::thread::set_no_new_privs(true).map_err(because("giving up new rights"))?;
    let none = CapabilitySet::empty();
    let none = CapabilitySets { effective: none, permitted: none, inheritable: none };
    rustix::thread::set_capabilities(None, none).map_err(because("giving up root's rights"))?;
    forbid_files()?;
    // Building Landlock's wall takes a descriptor, so only now there are none left.
    bound(memory + limits::VIDEO_DECODER_BYTES).map_err(because("bounding memory and files"))?;
    forbid_calls()
}

/// Landlock's wall alone. Whether it stands: a kernel without it is no error.
///
/// # Errors
/// The kernel has it and refused.
pub fn forbid_files() -> Result<bool, ConfineError> {
    let abi = ABI::V6;
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(abi))?
        .handle_access(AccessNet::from_all(abi))?
        .scope(Scope::from_all(abi))?
        .create()?
        .restrict_self()?;
    Ok(status.ruleset != RulesetStatus::NotEnforced)
}

/// The filter's wall alone.
///
/// # Errors
/// See [`ConfineError::Filter`] and [`ConfineError::Processor`].
pub fn forbid_calls() -> Result<(), ConfineError> {
    let processor = TargetArch::try_from(std::env::consts::ARCH).map_err(|_| ConfineError::Processor)?;
    let rules = allowed()?.into_iter().collect();
    let filter = SeccompFilter::new(rules, SeccompAction::KillProcess, SeccompAction::Allow, processor)
        .and_then(BpfProgram::try_from)
        .map_err(seccompiler::Error::from)?;
    Ok(seccompiler::apply_filter(&filter)?)
}

fn because<E: Into<io::Error>>(what: &'static str) -> impl Fn(E) -> ConfineError {
    move |error| ConfineError::System(what, error.into())
}

/// Whoever started the program may have left a descriptor open for it, without meaning us.
fn close_others() -> io::Result<()> {
    let listed = fs::read_dir("/proc/self/fd")?;
    let open: Vec<i32> = listed
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|&fd| fd > 2)
        .collect();
    for descriptor in open {
        // The listing's own is among them, and closed by now.
        let _ = nix::unistd::close(descriptor);
    }
    Ok(())
}

fn bound(memory: u64) -> rustix::io::Result<()> {
    for (resource, most) in [
        (Resource::As, memory),
        (Resource::Nofile, 0),
        (Resource::Nproc, 0),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
        (Resource::Memlock, 0),
    ] {
        rustix::process::setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(())
}

/// Bytes of address space that the program itself takes.
fn own_memory() -> io::Result<u64> {
    let status = fs::read_to_string("/proc/self/statm")?;
    let pages = status.split(' ').next().and_then(|pages| pages.parse::<u64>().ok());
    Ok(pages.ok_or(io::ErrorKind::InvalidData)? * rustix::param::page_size() as u64)
}

/// A system call's number, and under which conditions it is allowed; without any, always.
type Allowed = (i64, Vec<SeccompRule>);

fn allowed() -> Result<Vec<Allowed>, ConfineError> {
    use libc::{
        SYS_brk, SYS_clock_gettime, SYS_exit, SYS_exit_group, SYS_futex, SYS_getrandom, SYS_madvise,
        SYS_mmap, SYS_mprotect, SYS_mremap, SYS_munmap, SYS_read, SYS_restart_syscall, SYS_rt_sigprocmask,
        SYS_rt_sigreturn, SYS_sched_yield, SYS_setitimer, SYS_sigaltstack, SYS_write,
    };
    let is = |argument, bits, value| {
        SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(bits), value)
    };
    let rule = |conditions: Vec<_>| -> Result<_, seccompiler::BackendError> {
        Ok(vec![SeccompRule::new(conditions.into_iter().collect::<Result<_, _>>()?)?])
    };
    let not_executable = |argument| is(argument, libc::PROT_EXEC as u64, 0);
    let anonymous = is(3, libc::MAP_ANONYMOUS as u64, libc::MAP_ANONYMOUS as u64);
    let limited = || -> Result<_, seccompiler::BackendError> {
        Ok([
            (SYS_read, rule(vec![is(0, u32::MAX.into(), 0)])?),
            (SYS_write, rule(vec![is(0, u32::MAX.into(), 1)])?),
            (SYS_mmap, rule(vec![anonymous, not_executable(2)])?),
            (SYS_mprotect, rule(vec![not_executable(2)])?),
        ])
    };
    // Memory, time, its own end, and what the C library does of itself between them.
    let free = [
        SYS_brk,
        SYS_munmap,
        SYS_mremap,
        SYS_madvise,
        SYS_futex,
        SYS_clock_gettime,
        SYS_getrandom,
        SYS_setitimer,
        SYS_sched_yield,
        SYS_sigaltstack,
        SYS_rt_sigprocmask,
        SYS_rt_sigreturn,
        SYS_restart_syscall,
        SYS_exit,
        SYS_exit_group,
    ];
    let mut allowed: Vec<Allowed> = limited().map_err(seccompiler::Error::from)?.into();
    allowed.extend(free.map(|call| (call, Vec::new())));
    #[cfg(target_arch = "x86_64")]
    allowed.push((libc::SYS_alarm, Vec::new()));
    Ok(allowed)
}
