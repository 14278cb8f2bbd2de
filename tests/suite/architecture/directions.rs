//! Who must never know whom.

use super::product;
use super::source::{Source, snippet};

/// From these modules (and all below them), nothing of these may be named.
struct Row {
    from: &'static [&'static str],
    to: &'static [&'static str],
    why: &'static str,
}

/// In `to`, `*::Name` means anything of that name, `.name` a method, `name!` a macro. What `core` holds can only be
/// computed with, so it is free to all: an address is `core::net::SocketAddr`, not `std::net::SocketAddr`.
const TABLE: &[Row] = &[
    Row {
        from: &["common"],
        to: &[
            "tokio",
            "libp2p",
            "winit",
            "x11rb",
            "egui",
            "std::net",
            "std::fs",
            "std::thread",
            "std::process",
        ],
        why: "it decides and never acts",
    },
    Row {
        from: &["common"],
        to: &[
            "std::time::Instant",
            "std::time::SystemTime",
            "time::OffsetDateTime",
            "*::OsRng",
            "getrandom",
            "rand",
        ],
        why: "tests own time and chance",
    },
    Row { from: &["common"], to: &["async", ".await"], why: "rules are ordinary functions" },
    Row { from: &["peer"], to: &["rendezvous"], why: "they share a language, not code" },
    Row { from: &["rendezvous"], to: &["peer"], why: "they share a language, not code" },
    Row {
        from: &["rendezvous"],
        to: &["common::session", "common::invitation", "common::screen", "common::wire::pair", "*::Secret"],
        why: "it must be unable to know them",
    },
    Row { from: &["common::wire"], to: &["common::session"], why: "the language does not know its speakers" },
    Row {
        from: &["common::session"],
        to: &["common::wire::screen", "common::wire::file", "common::screen"],
        why: "bulk does not pass the judge",
    },
    Row {
        from: &["peer::net"],
        to: &["peer::media", "peer::ui", "peer::desktop", "peer::files", "peer::app", "common::session"],
        why: "transport moves typed messages and has no opinion",
    },
    Row {
        from: &["peer::media"],
        to: &["peer::net", "peer::ui", "peer::app"],
        why: "stages must run against a trace in a test",
    },
    Row {
        from: &["peer::video"],
        to: &[
            "peer::net",
            "peer::ui",
            "peer::app",
            "peer::media",
            "peer::store",
            "peer::keys",
            "common::session",
            "*::Secret",
            "tokio",
        ],
        why: "a codec knows pixels and bytes, and its child nothing worth stealing",
    },
    Row {
        from: &["peer::ui"],
        to: &["peer::net", "peer::media", "peer::desktop", "peer::files", "peer::app", "tokio", "libp2p"],
        why: "it sees Command and View only; the picture is a canvas behind `latest`",
    },
    Row {
        from: &["peer::desktop"],
        to: &["peer::net", "peer::ui", "peer::app", "peer::media", "common::session", "tokio", "libp2p"],
        why: "back ends are dumb",
    },
    Row {
        from: &["peer::desktop::x11"],
        to: &["peer::desktop::portal", "peer::desktop::scap", "peer::desktop::windows"],
        why: "back ends are replaceable",
    },
    Row {
        from: &["peer::desktop::portal"],
        to: &["peer::desktop::x11", "peer::desktop::scap", "peer::desktop::windows"],
        why: "back ends are replaceable",
    },
    Row {
        from: &["peer::desktop::scap", "peer::desktop::windows"],
        to: &["peer::desktop::x11", "peer::desktop::portal"],
        why: "back ends are replaceable",
    },
    Row {
        from: &["common", "peer", "rendezvous"],
        to: &["entraide_tests", "proptest"],
        why: "no test code in the product",
    },
    Row {
        from: &["common", "peer", "rendezvous"],
        to: &[".unwrap", ".unwrap_err", "todo!", "unimplemented!", "dbg!"],
        why: "an expect names the invariant; what is not there yet is not in the product",
    },
];

const EMPTY_NAMES: [&str; 6] = ["util", "utils", "helpers", "misc", "common", "shared"];

#[test]
fn no_source_goes_a_forbidden_way() {
    let found: Vec<String> = product().iter().flat_map(violations).collect();
    assert!(found.is_empty(), "{} forbidden ways:\n{}", found.len(), found.join("\n"));
}

#[test]
fn every_row_can_be_broken() {
    for row in TABLE {
        for (from, to) in row.from.iter().flat_map(|from| row.to.iter().map(move |to| (from, to))) {
            let broken = snippet(&format!("{from}::inner"), &code_that_names(to));
            assert!(
                violations(&broken).iter().any(|text| text.contains(row.why)),
                "{from} named {to} and nobody minded"
            );
        }
    }
}

#[test]
fn every_road_to_a_forbidden_name_is_seen() {
    for road in [
        "use crate::net::Link;",
        "use crate::{latest::Latest, net};",
        "use crate::{net as elsewhere};",
        "use super::super::net::Link;",
        "use crate::*;",
        "fn f() { crate::net::dial() }",
        "fn f(link: &crate::net::Link) {}",
        "struct S { link: Vec<crate::net::Link> }",
        "impl crate::net::Sink for u8 {}",
        "fn f() { println!(\"{}\", crate::net::NAME) }",
        "fn f() { macro_of_macros! { inner![{ crate::net::dial() }] } }",
        "mod deeper { use crate::net::Link; }",
    ] {
        assert_eq!(violations(&snippet("peer::ui::viewer", road)).len(), 1, "not seen exactly once: {road}");
    }
}

#[test]
fn what_is_not_code_of_the_product_does_not_count() {
    for fine in [
        "// use crate::net::Link;\nfn f() {}",
        "/// See [`crate::net::Link`].\nfn f() {}",
        "const TEXT: &str = \"crate::net::Link and tokio::spawn\";",
        "#[cfg(test)] mod tests { use crate::net::Link; fn f() { None::<u8>.unwrap(); } }",
        "use crate::network::Link; use entraide_common::wire::control;",
        "fn f(net: u8, tokio: u8) -> u8 { net + tokio }",
        "fn f(rendezvous: &R) { rendezvous.dial(); rendezvous::f(); }",
    ] {
        assert_eq!(violations(&snippet("peer::ui::viewer", fine)), Vec::<String>::new(), "{fine}");
    }
}

#[test]
fn a_name_says_what_a_module_holds() {
    for source in product() {
        for name in source.module.split("::").skip(1) {
            assert!(!EMPTY_NAMES.contains(&name), "{}: `{name}` says nothing", source.file.display());
        }
    }
}

fn violations(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for row in TABLE.iter().filter(|row| row.from.iter().any(|from| is_or_below(&source.module, from))) {
        for mention in source.mentions.iter().filter(|m| row.to.iter().any(|to| reaches(&m.path, to))) {
            let text =
                format!("{}:{}: names {}: {}", source.file.display(), mention.line, mention.path, row.why);
            if !found.contains(&text) {
                found.push(text);
            }
        }
    }
    found
}

fn is_or_below(path: &str, top: &str) -> bool {
    path.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

fn reaches(path: &str, to: &str) -> bool {
    if let Some(name) = to.strip_prefix("*::") {
        return path.split("::").any(|segment| segment == name);
    }
    // `use crate::*` brings in `net` without naming it.
    let whole = path.strip_suffix("::*").is_some_and(|above| is_or_below(to, above) && to != above);
    whole || is_or_below(path, to)
}

fn code_that_names(to: &str) -> String {
    if let Some(method) = to.strip_prefix('.') {
        return match method {
            "await" => "async fn f() { g().await }".to_owned(),
            method => format!("fn f() {{ g().{method}(); }}"),
        };
    }
    if to.ends_with('!') {
        return format!("fn f() {{ {to}() }}");
    }
    let named = to
        .replace("*::", "anything::")
        .replace("common::", "entraide_common::")
        .replace("rendezvous", "entraide_rendezvous");
    match named.as_str() {
        "async" => "async fn f() {}".to_owned(),
        "peer" => "use entraide::net;".to_owned(),
        peer if peer.starts_with("peer::") => format!("use crate{}::Thing;", &peer["peer".len()..]),
        named => format!("use {named}::Thing;"),
    }
}
