//! The home window: two ways, and back here when one has ended.

use super::host::{self, Wish};
use super::place::Settled;
use super::said::Said;
use super::{App, helper, place, start};
use crate::config::Settings;
use crate::exit::End;
use crate::ui::model::{Command, View};

/// Shows the home window until it is closed.
pub async fn run(app: &mut App, mut settings: Settings) -> End {
    app.faces.view(View::Home { notice: None });
    while let Some(said) = app.said.recv().await {
        let code = match said {
            Said::Window(Command::Invite) => None,
            Said::Window(Command::Join { code }) => Some(code),
            Said::Window(Command::Quit) | Said::Interrupted => break,
            Said::Window(_) | Said::Front(_) => continue,
        };
        walk(app, &mut settings, code.as_deref()).await;
        if app.quit {
            break;
        }
        app.faces.view(View::Home { notice: None });
    }
    End::Normal
}

/// Gets help, or helps somebody with a code, and shows how that ended.
async fn walk(app: &mut App, settings: &mut Settings, code: Option<&str>) {
    if place::settle(app, settings, code).await == Settled::GivenUp {
        return;
    }
    let end = match code {
        None => host::run(app, settings, &Wish::default()).await,
        Some(code) => helper::run(app, settings, code).await,
    };
    start::say_end(app, &end);
    if !app.quit {
        linger(app).await;
    }
}

/// Leaves the last page standing until the person closes it.
pub async fn linger(app: &mut App) {
    while let Some(said) = app.said.recv().await {
        match said {
            Said::Window(Command::Quit) | Said::Interrupted => {
                app.quit = true;
                return;
            }
            Said::Window(Command::Stop) => return,
            Said::Window(_) | Said::Front(_) => {}
        }
    }
}
