//! The home window: two ways, and back here when one has ended.

use super::host::{self, Wish};
use super::meeting::Meet;
use super::said::Said;
use super::{App, helper, start};
use crate::config::Settings;
use crate::exit::End;
use crate::ui::model::{Command, View};

/// Shows the home window until it is closed.
pub async fn run(app: &mut App, mut settings: Settings) -> End {
    app.faces.view(View::Home { notice: None });
    while let Some(said) = app.said.recv().await {
        let wanted = match said {
            Said::Window(Command::Invite) => Wanted::Help(Meet::AtNodes),
            Said::Window(Command::InviteHere) => Wanted::Help(Meet::Here),
            Said::Window(Command::Join { code }) => Wanted::ToHelp { code },
            Said::Window(Command::Quit) | Said::Interrupted => break,
            Said::Window(_) | Said::Front(_) => continue,
        };
        walk(app, &mut settings, wanted).await;
        if app.quit {
            break;
        }
        app.faces.view(View::Home { notice: None });
    }
    End::Normal
}

/// What somebody comes for.
enum Wanted {
    Help(Meet),
    ToHelp { code: String },
}

/// Gets help, or helps somebody with a code, and shows how that ended.
async fn walk(app: &mut App, settings: &mut Settings, wanted: Wanted) {
    let end = match wanted {
        Wanted::Help(meet) => host::get_help(app, settings, Wish { meet, ..Wish::default() }).await,
        Wanted::ToHelp { code } => helper::help(app, settings, &code).await,
    };
    let Some(end) = end else { return };
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
