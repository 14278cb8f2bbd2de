//! Tries what a video decoder's process must not be able to do: `cage confined WHAT` goes into the cage and then tries,
//! `cage walled WHAT` has Landlock's wall alone. It prints `tried` before and `done` after what it tries, the second with
//! how it went. `cage hold PROGRAM` opens a decoder of that program, says so, and waits for its end.

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    match &arguments.iter().map(String::as_str).collect::<Vec<_>>()[1..] {
        ["confined", what] => inside::confined(what),
        ["walled", what] => inside::walled(what),
        ["hold", program] => inside::hold(program),
        _ => anyhow::bail!("cage confined WHAT | cage walled WHAT | cage hold PROGRAM"),
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {}

#[cfg(target_os = "linux")]
mod inside {
    use std::fs::File;
    use std::io::{self, Read as _, Write as _};
    use std::net::{TcpListener, UdpSocket};
    use std::os::unix::net::UnixStream;
    use std::process::Command;
    use std::thread;
    use std::time::Duration;

    use anyhow::{Result, bail};
    use entraide::video::Decoders;
    use entraide::video::child::confine;
    use entraide_common::screen::Size;
    use entraide_common::wire::video::VideoCodec;

    pub(crate) fn confined(what: &str) -> Result<()> {
        let before = File::open("/proc/self/status")?;
        confine::confine()?;
        attempt(what, before)
    }

    pub(crate) fn walled(what: &str) -> Result<()> {
        let before = File::open("/proc/self/status")?;
        if !confine::forbid_files()? {
            println!("no such wall");
            return Ok(());
        }
        attempt(what, before)
    }

    pub(crate) fn hold(program: &str) -> Result<()> {
        let decoders = Decoders::of(program.into());
        let _decoder = decoders.open(VideoCodec::H264, Size { width: 320, height: 240 })?;
        println!("open");
        thread::sleep(Duration::from_secs(600));
        Ok(())
    }

    fn attempt(what: &str, mut before: File) -> Result<()> {
        say("tried")?;
        let went = match what {
            "nothing" => Ok(()),
            "open" => File::open("/etc/passwd").map(drop),
            "list" => std::fs::read_dir("/").map(drop),
            "create" => File::create("/tmp/entraide-cage").map(drop),
            "delete" => std::fs::remove_file("/tmp/entraide-cage"),
            "read-another" => before.read(&mut [0; 8]).map(drop),
            "tcp" => TcpListener::bind("127.0.0.1:0").map(drop),
            "udp" => UdpSocket::bind("127.0.0.1:0").map(drop),
            "socket" => UnixStream::pair().map(drop),
            "execute" => Command::new("/bin/true").status().map(drop),
            "thread" => thread::Builder::new().spawn(|| {}).map(drop),
            "signal" => nix::sys::signal::kill(nix::unistd::Pid::this(), None).map_err(io::Error::from),
            "memory" => {
                let mut much: Vec<u8> = Vec::new();
                much.try_reserve_exact(1 << 30).map_err(|_| io::ErrorKind::OutOfMemory.into())
            }
            _ => bail!("{what} is not known"),
        };
        say(&format!("done: {:?}", went.map_err(|error| error.kind())))?;
        // At once: in there, not even a file may be closed.
        std::process::exit(0)
    }

    /// Through the descriptor, at once.
    fn say(text: &str) -> Result<()> {
        let mut output = io::stdout().lock();
        writeln!(output, "{text}")?;
        Ok(output.flush()?)
    }
}
