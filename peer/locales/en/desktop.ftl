## desktop: why the screen cannot be shared, and what to do
desktop-denied = This computer refused to share its screen. Allow Entraide to record the screen in the system's privacy settings, then try again.
desktop-wayland = You are in a Wayland session, which this version cannot show. Log out, choose “Xorg” or “X11” from the cogwheel on the login screen, log in again and start Entraide.
desktop-no-display = No screen was found ({ $cause }). Start Entraide from the desktop, or in a terminal on it, not over a text-only connection.
desktop-no-extension = The display server lacks { $name }, without which the screen cannot be shared. Ask whoever looks after this computer to turn it on, or use another display.
desktop-gone = The connection to the screen was lost ({ $cause }). Start Entraide again once the desktop is back.
desktop-failed = The screen could not be read ({ $cause }). Try again; if it stays so, “entraide doctor” shows what works here.
