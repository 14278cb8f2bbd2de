## ui

ui-title = Entraide
ui-title-watching = L’écran de { $name } – Entraide
ui-title-control = Vous contrôlez l’ordinateur de { $name } – Entraide
ui-title-question = Une question – Entraide
ui-title-bar = Entraide
ui-no-display = Entraide ne trouve aucun écran où ouvrir ses fenêtres. Lancez-le depuis un bureau, ou utilisez --terminal.
ui-cancel = Annuler
ui-close = Fermer
ui-only-people-you-know = Ne faites cela qu’avec des personnes que vous connaissez personnellement.

# Home
ui-home-title = S’entraider, d’un écran à l’autre
ui-home-need = J’ai besoin d’aide
ui-home-need-how = Vous recevez un code à lire au téléphone. Personne ne voit votre écran avant que vous ayez dit oui.
ui-home-get-help = Demander de l’aide
ui-home-here = La personne qui m’aide est sur le même réseau
ui-home-here-tip = Pour deux ordinateurs de la même maison ou du même bureau : rien ne passe par Internet.
ui-home-give = Je veux aider quelqu’un
ui-home-give-how = La personne que vous aidez lance Entraide, appuie sur « Demander de l’aide » et vous lit un code.
ui-home-help = Aider quelqu’un
ui-home-code-hint = Le code, par exemple 42 1937 2640
ui-busy-title = Un instant
ui-over-title = C’est terminé

# Waiting
ui-waiting-title = En attente de la personne qui vous aide
ui-waiting-read = Lisez ce code à la personne qui va vous aider :
ui-waiting-say = Dites : « Lancez Entraide et tapez le code { $code } sous “Je veux aider quelqu’un”. »
ui-waiting-say-node = Dites : « Lancez Entraide et tapez le code { $code } sous “Je veux aider quelqu’un”, puis une arobase et { $node }. »
ui-waiting-here = Ce code ne fonctionne que sur votre propre réseau : même maison ou même bureau, même box ou même Wi-Fi. Tout le monde sur ce réseau peut voir que quelqu’un ici attend de l’aide, mais personne n’entre sans le code.
ui-waiting-minutes = { $minutes ->
    [0] Le code est sur le point d’expirer.
    [one] Le code est encore valable une minute.
   *[other] Le code est encore valable { $minutes } minutes.
}

# Hosting and the bar
ui-hosting-title = { $name } vous aide
ui-may-control = { $name } voit votre écran et utilise votre souris et votre clavier
ui-may-point = { $name } voit votre écran et peut y montrer des choses
ui-may-view = { $name } voit votre écran
ui-may-later = La connexion avec { $name } est perdue ; nouvel essai
ui-may-paused = { $name } voit une image figée
ui-may-nothing = { $name } ne voit pas votre écran
ui-take-back = Reprendre le contrôle (Échap)
ui-no-pointing = Ne plus montrer
ui-pause = Pause
ui-resume = Reprendre l’image
ui-stop = Arrêter

# Conversation
ui-chat-empty = Ici, vous pouvez écrire à { $name }.
ui-chat-hint = Votre message
ui-chat-send = Envoyer
ui-chat-you = Vous

# Watching
ui-disconnect = Se déconnecter
ui-disconnect-tip = Terminer la séance (Ctrl+Alt+Q)
ui-request-control = Demander le contrôle
ui-request-control-tip = Demander à { $name } de vous prêter sa souris et son clavier (Ctrl+Alt+C)
ui-asking = On demande à { $name }…
ui-request-point = Montrer
ui-request-point-tip = Demander à { $name } si vous pouvez montrer des choses à l’écran
ui-pointing = Maintenir pour montrer
ui-pointing-tip = Maintenez le bouton gauche de la souris sur l’image : { $name } y verra une marque
ui-give-back = Rendre le contrôle
ui-give-back-tip = Laisser de nouveau la souris et le clavier à { $name } ; vous voyez toujours l’écran (Ctrl+Alt+C)
ui-fit = Ajuster à la fenêtre
ui-fit-tip = Montrer tout l’écran dans cette fenêtre (Ctrl+Alt+F)
ui-whole = 100 %
ui-whole-tip = Montrer chaque pixel à sa taille ; près des bords, la vue suit le pointeur
ui-double = 200 %
ui-double-tip = Deux fois plus grand
ui-screen-all = Tous
ui-screen-all-tip = Montrer tous les écrans côte à côte (Ctrl+Alt+0)
ui-screen = Écran { $number }, { $width } × { $height } (Ctrl+Alt+{ $number })
ui-screen-main = Écran { $number }, le principal, { $width } × { $height } (Ctrl+Alt+{ $number })
ui-you-wait = Vous ne voyez pas encore l’écran de { $name }
ui-you-watch = Vous voyez l’écran de { $name }
ui-you-point = Vous voyez l’écran de { $name } ; maintenez le bouton gauche pour montrer
ui-you-control = Vous contrôlez l’ordinateur de { $name }
ui-hold-question = { $name } répond à une question ; votre souris et votre clavier attendent
ui-hold-own-window = Le pointeur de { $name } est sur Entraide ; votre souris et votre clavier attendent
ui-hold-hand = { $name } utilise sa souris ; la vôtre attend un instant
ui-watching-paused = { $name } a mis l’image en pause. Ce que vous voyez ici n’est plus à jour.
ui-watching-cut = La connexion avec { $name } est perdue ; nouvel essai
ui-watching-asking = On demande à { $name } si vous pouvez voir l’écran. Dites : « Une fenêtre avec une question s’est ouverte ; lisez-la, puis appuyez sur Autoriser. »
ui-watching-coming = L’image de l’écran de { $name } arrive…

# Questions
ui-ask-word = oui
ui-ask-allow = Autoriser
ui-ask-deny = Refuser
ui-ask-read-first = Lisez d’abord ; « Autoriser » fonctionnera dans un instant.
ui-ask-ways = Pour accepter, cliquez sur « Autoriser » ou tapez le mot « { $word } ».
ui-ask-again = Votre accord n’a pas compté : un programme de cet ordinateur a pu appuyer à votre place. Relisez la question, puis répondez avec votre propre souris.
ui-ask-view = { $name } aimerait voir votre écran
ui-ask-view-means = { $name } verra tout ce qui est à l’écran, jusqu’à ce que vous arrêtiez, sans pouvoir toucher à rien. Avant d’accepter, fermez ce qui ne regarde que vous.
ui-ask-point = { $name } aimerait vous montrer des endroits de l’écran
ui-ask-point-means = { $name } pourra vous indiquer un endroit par une marque, sans toucher à rien.
ui-ask-control = { $name } aimerait utiliser votre souris et votre clavier
ui-ask-control-means = { $name } pourra alors faire tout ce que vous pouvez faire sur cet ordinateur. Vous voyez tout, et vous y mettez fin à tout moment avec la touche Échap.
ui-ask-control-warning = Quelqu’un que vous ne connaissez pas vous le demande, au téléphone, par courriel ou dans une fenêtre d’alerte ? C’est une escroquerie : appuyez sur « Refuser » et raccrochez. Aucune banque, aucune administration, aucune société d’informatique ne demande cela. Pendant qu’on vous aide, ne tapez jamais de mot de passe et n’ouvrez jamais le site de votre banque.
ui-ask-clipboard-to-host = { $name } aimerait déposer du texte dans votre presse-papiers
ui-ask-clipboard-to-host-means = Ce que { $name } copie pourra être collé sur cet ordinateur.
ui-ask-clipboard-to-helper = { $name } aimerait recevoir le texte que vous copiez
ui-ask-clipboard-to-helper-means = { $name } recevra le texte copié, chaque fois que vous l’envoyez.
ui-ask-file-to-host = { $name } aimerait vous envoyer des fichiers
ui-ask-file-to-host-means = On vous redemandera pour chaque fichier ; il est seulement déposé, jamais ouvert.
ui-ask-file-to-helper = { $name } aimerait recevoir des fichiers de vous
ui-ask-file-to-helper-means = Seuls partent les fichiers que vous choisissez vous-même.
ui-ask-remember = { $name } aimerait que vous vous souveniez de cette rencontre
ui-ask-remember-means = La prochaine fois, vous pourrez inviter { $name } sans code. On vous demandera toujours votre accord.
