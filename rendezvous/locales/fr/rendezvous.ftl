help-about = Met en relation, par un numéro court, une personne qui a besoin d’aide et une personne qui l’aide, et relaie leurs échanges. Il ne peut rien en lire.
help-after =
    Chaque option existe aussi comme variable d’environnement, ENTRAIDE_RENDEZVOUS_ suivi de son nom (virgules dans les
    listes), et toutes sauf --config et --json s’écrivent dans le fichier sous le même nom. Les options l’emportent sur
    l’environnement, et lui sur le fichier. SIGTERM ferme en bon ordre, une seconde fois aussitôt ; SIGHUP relit les limites.
help-serve = Servir jusqu’à l’arrêt (ce qui se fait sans commande)
help-check = Vérifier les réglages et dire ce qui ne va pas
help-id = Afficher l’identifiant du nœud, par lequel les pairs le connaissent
help-config = Le fichier de réglages (d’ordinaire : config.toml dans le dossier de configuration du programme)
help-listen = Écouter là, p. ex. /ip4/0.0.0.0/udp/4580/quic-v1 ; peut être répété (d’ordinaire : port 4580, UDP et TCP, partout)
help-external = Les pairs joignent le nœud là, p. ex. /dns4/rdv.example.org/tcp/4580 ; peut être répété (d’ordinaire : trouvé tout seul) ; affiché au démarrage, avec l’identifiant du nœud, pour être donné
help-data = Le dossier de la clé du nœud
help-lang = La langue des phrases : fr ou en
help-log = Les lignes de journal les moins importantes qui soient écrites : error, warn, info, debug ou trace
help-json = Un objet JSON par ligne sur la sortie standard

usage-unknown = Il n’y a pas de « { $argument } » ici. --help montre ce qu’il y a.
usage-command = Il n’y a pas de commande « { $command } ». Les commandes sont serve, check et id.
usage-no-value = « { $argument } » attend une valeur.
usage-value = « { $argument } » n’accepte pas « { $value } ». --help dit ce qu’il accepte.
usage-twice = « { $argument } » ne peut être donné qu’une fois.

config-line = { $file }, ligne { $line }
config-wrong = { $place } : { $problem }
config-unreadable = ce fichier ne peut pas être lu ({ $error }).
config-syntax = ceci n’est pas du TOML ({ $error }).
config-unknown = il n’y a pas de réglage « { $key } ». Il y a : { $accepted }.
config-value = « { $key } » n’accepte pas { $found }. Il accepte { $accepted }.
config-no-data = le système n’indique aucun dossier pour la clé du nœud. Nommez-en un avec --data.
accepts-number = un nombre entier de { $least } à { $most }
accepts-listen = une liste d’adresses comme "/ip4/0.0.0.0/udp/4580/quic-v1" ou "/ip6/::/tcp/4580"
accepts-external = une liste d’adresses comme "/ip4/198.51.100.7/udp/4580/quic-v1" ou "/dns4/rdv.example.org/tcp/4580"
accepts-path = un chemin, entre guillemets droits
accepts-word = un de ces mots, entre guillemets droits : { $words }
accepts-table = une table : [limits], avec ses valeurs dans les lignes suivantes

check-fine = { $file } est en ordre.
check-defaults = Il n’y a pas de fichier de réglages ; les valeurs habituelles sont en ordre.

no-key = La clé du nœud n’est pas disponible : { $error }. Elle n’appartient qu’à l’utilisateur du nœud (chmod 600).

node-not-listening = Pas d’écoute sur { $address } : { $error }.
node-silent = Le nœud ne peut écouter nulle part, il s’arrête donc. { $refused } Un autre nœud fonctionne-t-il déjà, ou le port est-il inférieur à 1024 ?
node-silent-unsaid = Aucune adresse n’a donné de raison.
node-no-setup = Le réseau ne peut pas être mis en place : { $error }.
node-give-everybody = Adresse à donner : { $address }
node-give-network = Adresse à donner sur le même réseau local : { $address }
node-give-computer = Adresse qui ne vaut que sur cet ordinateur : { $address }
node-reachable = Des personnes de plusieurs réseaux joignent ce nœud à { $address } : cette adresse peut être donnée à d’autres.
node-violation = { $peer } n’a pas respecté une règle, et son flux a été fermé : { $violation }.
node-reloaded = Les limites ont été relues et valent dès maintenant.
node-reloaded-partly = Les limites ont été relues et valent dès maintenant, sauf celles qui demandent un redémarrage : { $keys }.
node-settings-wait = Changé, mais cela demande un redémarrage : { $keys }.
node-settings-kept = Les réglages restent tels quels. { $error }
node-closing =
    { $circuits ->
        [0] Fermeture.
        [one] Fermeture : une séance est encore relayée ; elle a { $seconds } s pour finir. Une seconde demande arrête aussitôt.
       *[other] Fermeture : { $circuits } séances sont encore relayées ; elles ont { $seconds } s pour finir. Une seconde demande arrête aussitôt.
    }
node-closed =
    { $cut ->
        [0] Fermé.
        [one] Fermé ; une séance a été coupée.
       *[other] Fermé ; { $cut } séances ont été coupées.
    }
