//! The home window: two ways, and back here when one has ended.

use super::host::{self, Wish};
use super::said::Said;
use super::{App, helper, start};
use crate::config::Settings;
use crate::exit::End;
use crate::ui::model::{Command, View};

/// Shows the home window until it is closed.
pub async fn run(app: &mut App, settings: &Settings) -> End {
    app.faces.view(View::Home { notice: None });
    while let Some(said) = app.said.recv().await {
        let end = match said {
            Said::Window(Command::Invite) => host::run(app, settings, &Wish::default()).await,
            Said::Window(Command::Join { code }) => helper::run(app, settings, &code).await,
            Said::Window(Command::Quit) | Said::Interrupted => break,
            Said::Window(_) | Said::Front(_) => continue,
        };
        start::say_end(app, &end);
        if app.quit {
            break;
        }
        linger(app).await;
        if app.quit {
            break;
        }
        app.faces.view(View::Home { notice: None });
    }
    End::Normal
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
