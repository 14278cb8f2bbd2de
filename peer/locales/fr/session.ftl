## Ce qu’une séance dit aux deux personnes.

# Le programme de la personne aidée, étape par étape.
host-stage-reaching-node = Prise de contact avec le lieu de rendez-vous…
host-stage-announcing = Annonce de cet ordinateur sur votre réseau…
host-stage-asking-view = { $name } est là et demande à voir votre écran.
host-stage-viewing = { $name } voit votre écran.
host-stage-asking-control = { $name } demande à utiliser votre souris et votre clavier.
host-stage-asking-point = { $name } demande à montrer des choses sur votre écran.
host-stage-pointing = { $name } voit votre écran et peut y montrer des choses.
host-stage-control = { $name } peut utiliser votre souris et votre clavier. Appuyez sur Échap pour les reprendre.
host-stage-paused = En pause : { $name } ne voit plus rien de nouveau.
host-stage-reconnecting = La connexion avec { $name } est perdue ; nouvel essai…
host-stage-returned = { $name } est de retour et verra votre écran dans un instant. Cliquez sur Arrêter si vous ne le voulez pas.

# Le programme de la personne qui aide, étape par étape.
helper-stage-looking-up = Recherche de l’ordinateur qui attend avec ce code…
helper-stage-looking-around = Recherche, sur votre réseau, de l’ordinateur qui attend avec ce code…
helper-stage-connecting = Connexion…
helper-stage-pairing = Vérification du code…
helper-stage-asking-view = Le code est bon. On demande à { $name } si vous pouvez voir l’écran.
helper-stage-viewing = Vous voyez l’écran de { $name }.
helper-stage-asking-control = On demande à { $name } si vous pouvez utiliser la souris et le clavier.
helper-stage-asking-point = On demande à { $name } si vous pouvez montrer des choses.
helper-stage-pointing = Vous pouvez montrer des choses sur l’écran de { $name } : une marque y apparaît.
helper-stage-control = Vous pouvez utiliser la souris et le clavier de { $name }.
helper-stage-paused = { $name } a mis en pause : vous ne voyez plus rien de nouveau pour l’instant.
helper-stage-reconnecting = La connexion avec { $name } est perdue ; nouvel essai…

# Ce que devient l’invitation.
invitation-waiting = Le code ne marche que tant que cette fenêtre reste ouverte.
invitation-seen = Quelqu’un se connecte…
invitation-answered = La personne qui vous aide a le bon code.
invitation-used = La personne qui vous aide est connectée.
invitation-expired = Le code a expiré.
invitation-burnt = Trop de codes faux : ce code ne marche plus.
invitation-tries = { $left ->
    [one] Code faux. Il reste un essai.
   *[other] Code faux. Il reste { $left } essais.
}

proof-code = Elle connaît le code que vous lui avez lu.

# Pourquoi la personne qui aide doit attendre.
hold-question = Une question est posée sur l’autre écran. Attendez la réponse.
hold-own-window = Votre saisie est suspendue : une fenêtre d’Entraide est utilisée sur l’autre écran. Cliquez à côté pour continuer.
hold-hand = L’autre personne se sert de sa souris ou de son clavier. Attendez un instant.

# Ce qui a été refusé ou repris, tel que le lit la personne qui aide.
refused-view = Vous ne pouvez pas voir l’écran.
refused-point = Vous ne pouvez pas montrer de choses à l’écran.
refused-point-person = L’autre personne n’a pas voulu que vous montriez des choses. Parlez-lui avant de redemander.
refused-point-question = Une autre question est posée sur l’autre écran. Redemandez après la réponse.
refused-point-often = Demandé trop souvent. Attendez cinq minutes avant de redemander.
refused-point-unable = Là-bas, rien ne peut être montré du doigt.
refused-control = Vous ne pouvez pas utiliser la souris et le clavier.
refused-control-person = L’autre personne n’a pas voulu prêter souris et clavier. Parlez-lui avant de redemander.
refused-control-question = Une autre question est posée sur l’autre écran. Redemandez après la réponse.
refused-control-often = Demandé trop souvent. Attendez cinq minutes avant de redemander.
refused-control-unable = La souris et le clavier ne peuvent pas être prêtés là-bas pour le moment.
revoked-view = Vous ne voyez plus l’écran.
revoked-point = Vous ne pouvez plus montrer de choses à l’écran.
revoked-point-person = L’autre personne ne souhaite plus que vous montriez des choses.
revoked-control = Vous n’utilisez plus la souris et le clavier.
revoked-control-person = L’autre personne a repris la souris et le clavier.
revoked-control-escape = L’autre personne a appuyé sur Échap et repris la souris et le clavier.
revoked-control-time = La demi-heure est passée. Redemandez souris et clavier s’il vous les faut encore.
revoked-control-lost = La connexion a été perdue entre-temps : vous n’utilisez plus la souris et le clavier. Redemandez-les.
revoked-point-lost = La connexion a été perdue entre-temps : vous ne pouvez plus montrer du doigt. Redemandez-le.
refused-control-lost = La connexion a été perdue avant la réponse. Redemandez.
refused-point-lost = La connexion a été perdue avant la réponse. Redemandez.

# Comment cela s’est terminé.
ended-self = Vous avez mis fin à la séance.
ended-other = { $name } a mis fin à la séance.
ended-link = La connexion avec { $name } est perdue. Vérifiez le réseau des deux côtés, puis recommencez avec un nouveau code.
ended-program = La séance est terminée : le programme de l’autre côté a été fermé.
ended-unable = La séance est terminée : l’écran ne peut plus être montré.
ended-protocol = La séance est terminée : les deux programmes ne se comprennent pas. Mettez les deux à jour et réessayez.

# Le chemin de la séance.
path-lan = direct, même réseau
path-direct = direct
path-relayed = par { $node }, qui ne peut rien lire
path-rtt = { $way }, { $ms } ms

# Ce que montre l’image à la place de ce qui a été choisi.
monitor-gone = L’écran que vous regardiez n’est plus là. Vous voyez l’écran { $number } jusqu’à son retour.
monitors-too-large = Tous les écrans ensemble sont plus grands qu’une image ne peut l’être : vous voyez donc l’écran { $number }.

# Ce qui ne peut pas se faire, en réponse à une commande.
error-answer-in-window = Quelqu’un est devant cet écran : c’est là, dans la fenêtre, que l’on répond à la question.
error-answer-by-hand = Une fois le contrôle accordé, seul un clic avec la souris de cet ordinateur vaut un oui.
error-no-such-question = Cette question n’existe pas, ou plus.
error-not-here = Ce côté de la séance ne peut pas faire cela.
error-not-granted = Cela n’a pas été accordé. Demandez-le d’abord.
error-no-session = Il n’y a pas encore de séance.
error-reconnecting = La connexion est perdue. Attendez qu’elle revienne.
error-unheard = Ce que vous avez écrit en dernier n’est peut-être pas arrivé.
error-code-burnt = Quelqu’un a essayé de mauvais codes jusqu’à ce que l’ancien ne fonctionne plus. En voici un nouveau : ne le lisez qu’à la personne que vous avez appelée.
error-helper-gone = La personne qui vous aide était là, puis est partie. Lisez-lui ce nouveau code.
error-number-lost = L’ancien code n’était plus trouvable. Lisez ce nouveau code à la personne qui vous aide.
error-node-lost = Le lieu de rendez-vous est hors d’atteinte : pour l’instant, on ne peut pas vous trouver. Nouvel essai…
error-no-such-monitor = Cet écran n’existe pas.
error-monitors-too-large = Tous les écrans ensemble sont plus grands qu’une image ne peut l’être. Choisissez-en un.
error-snapshot = L’image n’a pas pu être enregistrée : { $detail }

event-snapshot = Ce que vous voyez est enregistré : { $path }
