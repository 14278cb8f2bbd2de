## desktop: pourquoi l’écran ne peut pas être partagé, et que faire
desktop-denied = Cet ordinateur a refusé de partager son écran. Autorisez Entraide à enregistrer l’écran dans les réglages de confidentialité du système, puis réessayez.
desktop-wayland = Vous êtes dans une session Wayland, que cette version ne sait pas montrer. Fermez la session, choisissez « Xorg » ou « X11 » dans la roue dentée de l’écran de connexion, reconnectez-vous, puis relancez Entraide.
desktop-no-display = Aucun écran n’a été trouvé ({ $cause }). Lancez Entraide depuis le bureau, ou dans un terminal ouvert sur le bureau, et non par une connexion en mode texte.
desktop-no-extension = Il manque au serveur d’affichage l’extension { $name }, sans laquelle l’écran ne peut pas être partagé. Demandez à la personne qui s’occupe de cet ordinateur de l’activer, ou utilisez un autre écran.
desktop-gone = La liaison avec l’écran a été perdue ({ $cause }). Relancez Entraide quand le bureau sera revenu.
desktop-failed = L’écran n’a pas pu être lu ({ $cause }). Réessayez ; si cela persiste, « entraide doctor » montre ce qui fonctionne ici.
