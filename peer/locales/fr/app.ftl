## Ligne de commande

cli-about = Montrez votre écran à une personne de confiance et, si vous êtes d’accord, prêtez-lui souris et clavier.
cli-after =
    Sans action, une fenêtre s’ouvre. Pour être aidé : « entraide invite », puis lisez le code au téléphone.
    Pour aider quelqu’un : « entraide join CODE ».
cli-usage = Utilisation
cli-options = Options
cli-actions = Actions
cli-action-value = ACTION
cli-help = Affiche cette aide.
cli-version = Affiche la version.
cli-rendezvous = Se retrouver par ce nœud de rendez-vous : son adresse, terminée par /p2p/ et son identifiant. Peut être répété.
cli-config = Lit ce fichier de réglages au lieu du fichier habituel.
cli-data = Garde les fichiers du programme dans ce dossier.
cli-lang = La langue : fr ou en. Sinon, celle du système.
cli-log = Ce qui est journalisé sur la sortie d’erreur : error, warn, info, debug ou trace.
cli-router = Demander ou non au routeur d’ouvrir des ports pour les liaisons directes : ask (d’ordinaire) ou leave (ne rien demander).
cli-terminal = Pose les questions et lit les réponses dans le terminal.
cli-json = Dialogue avec un programme : un objet JSON par ligne, en sortie et en entrée standard.
cli-name = Votre nom. Sinon, celui de votre compte.
cli-invite-about = Se faire aider : donne un code à lire au téléphone, et vous demande avant que quiconque ne voie quoi que ce soit.
cli-invite-lan = L’ordinateur de la personne qui vous aide est sur le même réseau : le code ne fonctionne que là, et aucun nœud n’est nécessaire ni interrogé. Tout le monde sur ce réseau peut voir que quelqu’un ici attend de l’aide.
cli-invite-whom = À qui l’invitation est destinée. La personne qui vous aide le reçoit avec l’invitation ; le nœud, non.
cli-invite-message = Quel est le problème. La personne qui vous aide le lit avant de se connecter.
cli-invite-valid = Combien de temps le code reste valable s’il ne se passe rien : 90s, 30m, 2h. Sinon, 30 minutes.
cli-invite-offer = Le maximum que vous pourrez accorder, et seulement après question : view (voir) ou control (contrôler). Sinon, control.
cli-join-about = Aider une personne qui vous a lu un code.
cli-join-code = Le code, avec ou sans espaces. « - » le lit sur l’entrée standard, pour qu’il n’apparaisse pas dans la liste des processus.
cli-demo-about = Fait toute une séance sur cette seule machine, pour voir comment cela se passe.
cli-demo-output = Met les captures d’écran et le résumé dans ce dossier.
cli-completions-about = Écrit un script de complétion pour votre interpréteur de commandes.
cli-completions-shell = Lequel : bash, zsh, fish, elvish ou powershell.
cli-man-about = Écrit la page de manuel.
cli-guard-about = Relâche les touches tenues quand le programme qui l’a lancé se termine. Pas pour les personnes.
cli-decode-video-about = Décode des images animées, coupé de tout le reste. Pas pour les personnes.

usage-value = « { $value } » n’est pas accepté pour { $argument }. Valeurs acceptées : { $accepted }.
usage-value-missing = Il manque une valeur à { $argument }.
usage-argument = Il n’y a pas d’option « { $argument } » ici.
usage-action = Il n’y a pas d’action « { $action } ».
usage-conflict = { $argument } et { $other } ne vont pas ensemble.
usage-missing = Il manque quelque chose : { $argument }.
usage-other = Cela ne peut pas être compris.
usage-suggest = Vouliez-vous dire « { $meant } » ?
usage-help = « entraide --help » montre ce qui est possible.

## Réglages

config-value = { $place } : « { $value } » n’est pas accepté pour « { $key } ». Accepté : { $accepted }.
config-unknown = { $place } : il n’y a pas de réglage « { $key } ». Il y a : { $accepted }.
config-syntax = { $place } : ce n’est pas du TOML valable : { $detail }.
config-unreadable = { $place } : le fichier de réglages ne peut pas être lu : { $detail }.
config-accepts-rendezvous = une liste d’au plus { $nodes } adresses comme "/dns4/noeud.example.org/udp/4001/quic-v1/p2p/12D3Koo…"
config-accepts-name = un nom de 1 à { $characters } caractères
config-accepts-lang = "fr" ou "en"
config-accepts-log = "error", "warn", "info", "debug" ou "trace"
config-accepts-data = le chemin d’un dossier
config-accepts-valid = une durée comme "90s", "30m" ou "2h", au plus { $hours } heures
config-accepts-offer = "view" ou "control"
config-accepts-router = "ask" ou "leave"
default-name = Quelqu’un

## Dossier des données

data-taken =
    { $role ->
        [hosting] Entraide attend déjà de l’aide ou montre déjà cet écran dans une autre fenêtre ou un autre terminal
       *[helping] Entraide aide déjà quelqu’un dans une autre fenêtre ou un autre terminal
    } (dans { $path }). Terminez-y d’abord, ou utilisez un autre dossier avec --data.
data-open = { $path } peut être lu ou modifié par d’autres utilisateurs de cet ordinateur ; il n’est donc pas utilisé. Réservez-le à vous seul : chmod go-rwx « { $path } ».
data-system = { $path } ne peut pas être utilisé : { $detail }. Vérifiez que le disque n’est pas plein et que le dossier vous appartient.

## Ce qui est dit pendant une séance

word-yes = oui
word-no = non
side-host = la personne aidée
side-helper = la personne qui aide
grant-view = voir l’écran
grant-point = montrer du doigt
grant-control = utiliser la souris et le clavier
grant-clipboard-to-host = mettre du texte dans le presse-papiers de la personne aidée
grant-clipboard-to-helper = recevoir du texte de son presse-papiers
grant-file-to-host = envoyer des fichiers à la personne aidée
grant-file-to-helper = recevoir des fichiers de la personne aidée
grant-remember = être reconnu la prochaine fois
reason-person = la personne en a décidé ainsi
reason-escape = la personne aidée a appuyé sur Échap
reason-time = le temps est écoulé ; cela peut être redemandé
reason-question = une autre question est ouverte
reason-often = cela a été demandé trop souvent ; attendez cinq minutes
reason-unable = l’ordinateur de la personne aidée ne peut pas le faire
reason-closing = le programme se termine
reason-protocol = l’autre programme a enfreint une règle
reason-lost = la connexion a été perdue entre-temps ; redemandez

ask-view =
    { $name } demande à voir votre écran.
    Ne dites oui que si vous êtes au téléphone avec cette personne et que vous la connaissez. Fermez d’abord ce qu’elle ne doit pas voir.
ask-control =
    { $name } demande à utiliser votre souris et votre clavier.
    Cette personne pourra faire tout ce que vous pouvez faire. Regardez bien, et appuyez sur Échap sur votre clavier pour reprendre la main aussitôt.
    Personne de votre banque, de la police ou d’un « service d’assistance » qui vous aurait appelé ne doit jamais faire cela.
ask-point = { $name } demande à montrer des choses sur votre écran.
ask-clipboard-to-host = { $name } demande à mettre du texte dans votre presse-papiers.
ask-clipboard-to-helper = { $name } demande à recevoir du texte de votre presse-papiers.
ask-file-to-host = { $name } demande à vous envoyer des fichiers.
ask-file-to-helper = { $name } demande à recevoir des fichiers de votre part.
ask-remember = { $name } demande à être reconnu, pour que la prochaine fois se passe sans code.
ask-answer = Tapez « { $yes } » puis Entrée pour accepter, « { $no } » puis Entrée pour refuser :

event-code =
    Appelez la personne qui va vous aider et lisez-lui ce code :

    { "    " }{ $code }

    { $minutes ->
        [one] Il reste valable une minute.
       *[other] Il reste valable { $minutes } minutes.
    } Personne ne voit rien tant que vous n’avez pas dit oui.
event-invitation = { $name } vous demande de l’aide.
event-invitation-message = { $name } vous demande de l’aide : « { $message } »
event-try =
    { $left ->
        [0] Quelqu’un a donné trop de mauvais codes. Ce code ne fonctionne plus.
        [one] Quelqu’un a donné un mauvais code ({ $wrong } jusqu’ici). Il reste un essai.
       *[other] Quelqu’un a donné un mauvais code ({ $wrong } jusqu’ici). Il reste { $left } essais.
    }
event-granted = Accordé : { $what }.
event-revoked = Pas accordé, ou plus accordé : { $what } ({ $reason }).
event-chat = { $from } : { $text }
event-screens = L’autre ordinateur a plusieurs écrans : { $list }. { $seen } /écran et un numéro en montre un autre, /écran tous les montre tous.
screens-one = { $number } ({ $width } × { $height })
screens-main = { $number }, le principal ({ $width } × { $height })
screens-between = {" ; "}
screens-seen = Vous voyez l’écran { $number }.
screens-all-seen = Vous les voyez tous.
path-measured = Liaison : { $way } ({ $milliseconds } ms aller et retour).
path-unmeasured = Liaison : { $way }.
state-waiting = En attente de la personne qui va vous aider.
state-seen = Quelqu’un se connecte…
state-answered = La personne qui vous aide a donné le bon code ; une question va vous être posée.
state-used = Ce code a servi.
state-expired = Le temps de ce code est écoulé.
state-burnt = Ce code ne fonctionne plus : trop de mauvais essais.

terminal-help =
    Une ligne que vous tapez est envoyée comme message. Commandes :
      /contrôle         qui aide : demander la souris et le clavier
      /rendre           qui aide : les rendre
      /montrer          qui aide : demander à montrer des choses
      /montrer X Y      qui aide : montrer cet endroit, en pixels de l’image
      /écran N|tous     qui aide : regarder cet écran, ou tous
      /photo FICHIER    qui aide : enregistrer l’image en PNG
      /pause            qui est aidé : figer ce que l’autre voit
      /reprendre        qui est aidé : reprendre
      /stop             terminer la séance
      /quitter          terminer la séance et le programme
      /aide             cette liste

fault-too-long = Cette ligne est trop longue (plus de { $limit } Kio) et a été ignorée.
fault-malformed = Cette commande ne peut pas être lue : { $detail }
fault-unknown = Il n’y a pas de commande « { $name } ».
fault-unsupported = « { $name } » n’est pas possible dans cette version.
fault-too-early = C’était trop rapide : lisez d’abord la question, puis répondez encore une fois.
fault-no-answer = Tapez « { $yes } » pour accepter ou « non » pour refuser, puis Entrée.

## Comment cela s’est terminé, et que faire

end-normal = La séance est terminée.
end-link-lost = La liaison est perdue et n’est pas revenue. Vérifiez que les deux ordinateurs sont reliés à leur réseau, puis recommencez avec un nouveau code.
end-version = Vos deux versions d’Entraide ne se comprennent pas. Installez tous deux la plus récente.
end-protocol = L’autre programme a fait ce qu’il ne doit pas faire, et la liaison a été coupée. Installez tous deux la version la plus récente ; si cela se reproduit, n’insistez pas.
end-no-display = Il n’y a pas d’écran à montrer ici. Lancez Entraide depuis le bureau lui-même, et non depuis une simple connexion en mode texte.
end-wayland = Votre bureau utilise Wayland, dont cette version ne sait pas montrer l’écran. Fermez la session, choisissez « Xorg » ou « X11 » à l’écran de connexion, ouvrez la session et recommencez.
end-no-extension = Il manque à votre affichage l’extension X { $name }, sans laquelle l’écran ne peut pas être montré. Demandez à la personne qui l’a installé de l’activer.
end-screen-denied = Le système a refusé de partager l’écran. Autorisez-le dans les réglages de confidentialité du système, puis recommencez.
end-display-gone = L’affichage a disparu : plus rien ne peut être montré. Recommencez quand le bureau sera revenu.
end-no-terminal = Il n’y a pas de terminal où vous poser les questions. Lancez cette commande dans un terminal, ou retirez --terminal pour avoir des fenêtres.
end-failed = Quelque chose s’est mal passé : { $detail }. Réessayez ; si cela persiste, signalez-le avec cette phrase.
end-usage = Ce qui est demandé ne peut pas être fait ainsi.
end-refused = L’autre personne a dit non. Parlez-en avec elle, puis proposez-lui un nouvel essai.
end-busy = L’autre personne est déjà en relation avec quelqu’un. Attendez un moment et réessayez.
end-expired = Le temps de ce code est écoulé. Demandez-en un nouveau.
end-used = Ce code a déjà servi. Demandez-en un nouveau.
end-burnt = Trop de mauvais codes ont été essayés : celui-ci ne fonctionne plus. Demandez le nouveau code s’il s’en affiche un sur l’écran de la personne ; sinon, il faut redemander de l’aide.
end-unknown = L’ordinateur qui a répondu ne connaît pas ce code. Demandez à la personne de le relire ; s’il est juste, demandez-en un nouveau.
end-wrong-code =
    { $left ->
        [0] Mauvais code, et il ne reste plus d’essai. Demandez le nouveau code, maintenant affiché sur l’écran de la personne.
        [one] Mauvais code. Il reste un essai : demandez à la personne de le relire, lentement.
       *[other] Mauvais code. Il reste { $left } essais : demandez à la personne de le relire, lentement.
    }
end-wrong-digit = Un chiffre de ce code est faux, ou deux sont inversés. Rien n’a été tenté et rien n’est perdu : demandez à la personne de le relire, par paires.
end-no-code = Ceci n’est pas un code. Un code a de 9 à 13 chiffres, comme 42 1937 2640 : demandez à la personne de le lire en entier.
end-node-silent = Le lieu de rendez-vous ne répond pas. Vérifiez que cet ordinateur a accès à Internet. Si d’autres sites fonctionnent, il est peut-être arrêté : réessayez plus tard, ou demandez à la personne qui vous en a donné l’adresse.
end-no-node = Aucun lieu de rendez-vous n’est enregistré. Demandez à l’autre personne lequel elle utilise et donnez-le avec « --rendezvous ADRESSE », dans la variable ENTRAIDE_RENDEZVOUS ou dans le fichier de réglages, le même des deux côtés. Entre deux ordinateurs du même réseau, il n’en faut pas : celui qui a besoin d’aide démarre avec « invite --lan ».
end-node-full = Le lieu de rendez-vous n’a plus de place. Attendez quelques minutes et réessayez, ou utilisez-en un autre.
end-nothing-found = Personne n’attend avec ce code. Demandez s’il est encore affiché sur l’autre écran et si vous l’avez en entier. S’il est suivi d’un @ et d’un nom, votre Entraide doit utiliser ce lieu de rendez-vous : demandez-en l’adresse entière.
end-nobody-here = Personne n’attend avec ce code sur ce réseau. Il ne fonctionne qu’entre ordinateurs de la même maison ou du même bureau : tous deux sur la même box ou le même Wi-Fi, et pas sur un réseau d’invités. Si vous êtes ailleurs, l’autre personne doit appuyer sur « Demander de l’aide », et non sur « La personne qui m’aide est sur le même réseau » : elle aura alors un code qui fonctionne de partout.
end-no-network = Cet ordinateur n’est relié à aucun réseau. Branchez son câble ou rejoignez le Wi-Fi, puis réessayez.
end-not-announced = Cet ordinateur n’a pas pu s’annoncer sur votre réseau : un autre programme occupe peut-être le port UDP 5353, ou un pare-feu le bloque. Passez plutôt par un lieu de rendez-vous sur Internet.
end-host-unreachable = L’autre ordinateur est là mais ne peut pas être joint. Demandez s’il est allumé et relié à son réseau, puis réessayez.
end-neighbour-unreachable = L’autre ordinateur est sur votre réseau mais ne peut pas être joint. Là-bas, le pare-feu doit autoriser Entraide (sous Windows : sur les réseaux privés). Et les deux ordinateurs doivent être sur le même Wi-Fi, non sur un Wi-Fi d’invités, qui isole les appareils les uns des autres.
