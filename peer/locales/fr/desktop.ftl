## desktop
