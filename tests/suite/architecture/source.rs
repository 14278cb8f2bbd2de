//! Reads our sources as Rust, not as text: what each module names, and what it does that some may not.
//!
//! Comments, documentation and strings do not count; code behind `#[cfg(test)]` does not either, for it is not in
//! the product. The inside of macros is read token by token.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// One file of the product.
pub(super) struct Source {
    /// Where it is, from the workspace's root.
    pub file: PathBuf,
    /// The module it holds, crate first: `peer::desktop::x11`.
    pub module: String,
    pub lines: usize,
    pub mentions: Vec<Mention>,
    pub functions: Vec<Function>,
}

/// Something the code names, at a line.
pub(super) struct Mention {
    /// `peer::net::Link`, `std::fs::read`; what ends in `::*` names all below. A name by itself, which only its own
    /// file explains, is below `local`. Methods are `.unwrap`, macros `todo!`, asynchronous code is `async`.
    pub path: String,
    pub line: usize,
}

pub(super) struct Function {
    pub name: String,
    pub line: usize,
    pub lines: usize,
}

/// Every Rust file of the crate in `folder`, but for those that hold tests only.
pub(super) fn crate_sources(root: &Path, folder: &str) -> Vec<Source> {
    let top = root.join(folder).join("src");
    let mut files = Vec::new();
    rust_files(&top, &mut files);
    files.sort();
    let mut tests_only = HashSet::new();
    let parsed: Vec<_> = files
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("our own sources are readable");
            let tree = syn::parse_file(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            tests_only.extend(modules(&path, &tree, for_tests));
            (path, text, tree)
        })
        .collect();
    parsed
        .into_iter()
        .filter(|(path, ..)| !tests_only.contains(path))
        .map(|(path, text, tree)| {
            let module = module_of(folder, path.strip_prefix(&top).expect("found below the top"));
            read(path.strip_prefix(root).expect("found below the root").to_owned(), module, &text, &tree)
        })
        .collect()
}

/// A source from a text instead of a file, for proving that a rule can be broken.
pub(super) fn snippet(module: &str, text: &str) -> Source {
    let tree = syn::parse_file(text).expect("the snippet is Rust");
    read(PathBuf::from("snippet.rs"), module.to_owned(), text, &tree)
}

fn read(file: PathBuf, module: String, text: &str, tree: &syn::File) -> Source {
    let mut reader = Reader { module: module.clone(), mentions: Vec::new(), functions: Vec::new() };
    reader.visit_file(tree);
    let Reader { mentions, functions, .. } = reader;
    Source { file, module, lines: text.lines().count(), mentions, functions }
}

/// All Rust files below `folder`.
pub(super) fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("our own folders are readable") {
        let path = entry.expect("our own folders are readable").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn module_of(folder: &str, below_src: &Path) -> String {
    let mut names = vec![folder.to_owned()];
    names.extend(below_src.with_extension("").iter().map(|name| name.to_string_lossy().into_owned()));
    if matches!(names.last().map(String::as_str), Some("lib" | "main")) && names.len() == 2 {
        names.pop();
    }
    names.join("::")
}

/// The files of all `mod name;` in the one at `path`, wherever it is.
pub(super) fn declared_modules(path: &Path) -> Vec<PathBuf> {
    let text = std::fs::read_to_string(path).expect("our own sources are readable");
    let tree = syn::parse_file(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    modules(path, &tree, |_| true)
}

/// The files of `mod name;` in this one where the attributes are `wanted`.
fn modules(path: &Path, tree: &syn::File, wanted: impl Fn(&[syn::Attribute]) -> bool) -> Vec<PathBuf> {
    let root = path.file_name().is_some_and(|name| name == "lib.rs" || name == "main.rs");
    let below = if root { path.with_file_name("") } else { path.with_extension("") };
    tree.items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Mod(module) if module.content.is_none() && wanted(&module.attrs) => {
                Some(below.join(format!("{}.rs", module.ident)))
            }
            _ => None,
        })
        .collect()
}

fn for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Ident>().is_ok_and(|condition| condition == "test")
    })
}

struct Reader {
    module: String,
    mentions: Vec<Mention>,
    functions: Vec<Function>,
}

impl Reader {
    fn mention(&mut self, segments: &[String], line: usize) {
        let path = absolute(&self.module, segments);
        self.mentions.push(Mention { path, line });
    }

    fn imports(&mut self, before: &mut Vec<String>, tree: &syn::UseTree) {
        match tree {
            syn::UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.imports(before, &path.tree);
                before.pop();
            }
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.imports(before, item)),
            syn::UseTree::Name(syn::UseName { ident })
            | syn::UseTree::Rename(syn::UseRename { ident, .. }) => {
                let mut whole = before.clone();
                whole.push(ident.to_string());
                self.mention(&whole, ident.span().start().line);
            }
            syn::UseTree::Glob(glob) => {
                let mut whole = before.clone();
                whole.push("*".to_owned());
                self.mention(&whole, glob.span().start().line);
            }
        }
    }

    fn function(&mut self, name: &syn::Ident, whole: proc_macro2::Span) {
        let (line, end) = (whole.start().line, whole.end().line);
        self.functions.push(Function { name: name.to_string(), line, lines: end - line + 1 });
    }

    /// Paths, macros and methods among tokens that are not parsed.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mark =
            |at: usize, sign| matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == sign);
        let mut at = 0;
        while at < tokens.len() {
            if let TokenTree::Group(group) = &tokens[at] {
                self.tokens(group.stream());
            }
            let TokenTree::Ident(first) = &tokens[at] else {
                at += 1;
                continue;
            };
            let line = first.span().start().line;
            if at > 0 && mark(at - 1, '.') {
                self.mentions.push(Mention { path: format!(".{first}"), line });
            }
            let mut segments = vec![first.to_string()];
            while let (true, true, Some(TokenTree::Ident(next))) =
                (mark(at + 1, ':'), mark(at + 2, ':'), tokens.get(at + 3))
            {
                segments.push(next.to_string());
                at += 3;
            }
            if segments.len() > 1 {
                self.mention(&segments, line);
            } else if mark(at + 1, '!') {
                self.mentions.push(Mention { path: format!("{first}!"), line });
            }
            if first == "async" {
                self.mentions.push(Mention { path: "async".to_owned(), line });
            }
            at += 1;
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let attributes = match item {
            syn::Item::Mod(item) => &item.attrs,
            syn::Item::Fn(item) => &item.attrs,
            syn::Item::Impl(item) => &item.attrs,
            syn::Item::Use(item) => &item.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !for_tests(attributes) {
            visit::visit_item(self, item);
        }
    }

    /// Attributes hold documentation and derives, not directions.
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let outer = self.module.clone();
        self.module = format!("{outer}::{}", item.ident);
        visit::visit_item_mod(self, item);
        self.module = outer;
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.imports(&mut Vec::new(), &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let mut segments: Vec<String> =
            path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if segments.len() == 1 {
            segments.insert(0, "local".to_owned());
        }
        self.mention(&segments, path.span().start().line);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if let Some(name) = call.path.segments.last() {
            self.mentions
                .push(Mention { path: format!("{}!", name.ident), line: name.ident.span().start().line });
        }
        self.tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.mentions
            .push(Mention { path: format!(".{}", call.method), line: call.method.span().start().line });
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_async(&mut self, block: &'ast syn::ExprAsync) {
        self.mentions.push(Mention { path: "async".to_owned(), line: block.async_token.span.start().line });
        visit::visit_expr_async(self, block);
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        if let Some(token) = &signature.asyncness {
            self.mentions.push(Mention { path: "async".to_owned(), line: token.span.start().line });
        }
        visit::visit_signature(self, signature);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig.ident, item.block.span());
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig.ident, item.block.span());
        visit::visit_impl_item_fn(self, item);
    }
}

/// A path as seen from the workspace: `crate`, `self` and `super` resolved, our crates by their folders.
fn absolute(module: &str, segments: &[String]) -> String {
    let mut base: Vec<&str> = module.split("::").collect();
    let mut rest = segments;
    match segments.first().map(String::as_str) {
        Some("crate") => {
            base.truncate(1);
            rest = &segments[1..];
        }
        Some("self") => rest = &segments[1..],
        Some("super") => {
            while let Some("super") = rest.first().map(String::as_str) {
                base.pop();
                rest = &rest[1..];
            }
        }
        Some("entraide") => {
            base = vec!["peer"];
            rest = &segments[1..];
        }
        Some("entraide_common") => {
            base = vec!["common"];
            rest = &segments[1..];
        }
        Some("entraide_rendezvous") => {
            base = vec!["rendezvous"];
            rest = &segments[1..];
        }
        // A variable or module that happens to be called like one of our folders.
        Some("common" | "peer" | "rendezvous") => base = vec!["local"],
        _ => base.clear(),
    }
    base.into_iter().chain(rest.iter().map(String::as_str)).collect::<Vec<_>>().join("::")
}
