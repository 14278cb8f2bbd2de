## Ligne de commande

cli-doctor-about = Montre ce qui fonctionne ici : affichage, souris et clavier, lieu de rendez-vous, réseau. Ne partage rien, ne change rien. Le code de sortie est 0 si un lieu de rendez-vous répond, et 6 si aucun n’est enregistré ou ne répond.
cli-doctor-json = Pour les programmes : un objet JSON par ligne sur la sortie standard.

## doctor: ce qui fonctionne ici, et que faire sinon

doctor-looking = Un tour d’horizon. Cela prend au plus { $seconds } secondes ; Ctrl-C l’arrête. Rien n’est partagé.
doctor-progress = Le réseau est interrogé… { $seconds } s

doctor-head-computer = Cet ordinateur
doctor-head-node = Lieu de rendez-vous
doctor-head-network = Réseau
doctor-head-partner = À quoi s’attendre : comment vous serez reliés, selon la personne

doctor-mark-well = bien
doctor-mark-note = à savoir
doctor-mark-trouble = problème

doctor-display-works = L’affichage est de ceux qui peuvent être montrés ({ $system }).
doctor-display-none = Il n’y a pas d’affichage ici.
doctor-display-wayland = L’affichage est de type Wayland.
doctor-display-lacking = Il manque quelque chose à l’affichage.
doctor-display-denied = Le système ne laisse pas montrer l’affichage.
doctor-display-failed = L’affichage ne fonctionne pas comme il le devrait.
doctor-capture-works =
    { $count ->
        [one] Votre écran ({ $sizes }) peut être montré. Aucune image n’en a été prise à l’instant.
       *[other] Vos { $count } écrans ({ $sizes }) peuvent être montrés. Aucune image n’en a été prise à l’instant.
    }
doctor-capture-failed = L’écran ne peut pas être montré.
doctor-injection-works = Votre souris et votre clavier peuvent être prêtés. Rien n’a été bougé ni tapé à l’instant.
doctor-injection-failed = Votre souris et votre clavier ne peuvent pas être prêtés ; l’écran peut être vu quand même.
doctor-escape-works = La touche Échap est entendue : elle reprend souris et clavier à tout moment.
doctor-escape-failed = La touche Échap n’est pas entendue : souris et clavier ne seront donc pas prêtés.
doctor-clipboard-unshared = Cette version ne partage pas le presse-papiers.

doctor-node-none = Aucun lieu de rendez-vous n’est enregistré.
doctor-node-none-do = Demandez son adresse à la personne que vous voulez retrouver, ou à celle qui s’occupe de vos ordinateurs. Donnez-la avec « --rendezvous ADRESSE », ou écrivez rendezvous = ["ADRESSE"] dans le fichier de réglages. Deux ordinateurs du même réseau n’en ont pas besoin : appuyez sur « La personne qui m’aide est sur le même réseau ».
doctor-node-both = { $node } répond par QUIC ({ $quic_ms } ms aller et retour) et par TCP ({ $tcp_ms } ms), et a prouvé que c’est bien lui.
doctor-node-quic = { $node } répond par QUIC ({ $quic_ms } ms aller et retour) mais pas par TCP, et a prouvé que c’est bien lui.
doctor-node-quic-do = Cela fonctionne. Mais les personnes dont le réseau ne laisse passer que TCP ne peuvent pas vous y retrouver : demandez à qui s’en occupe d’ouvrir son port TCP.
doctor-node-tcp = { $node } répond par TCP ({ $tcp_ms } ms aller et retour) mais pas par QUIC, et a prouvé que c’est bien lui.
doctor-node-tcp-do = Cela fonctionne, mais moins bien. Soit ce réseau ne laisse pas sortir UDP, soit le port UDP du lieu de rendez-vous est fermé : demandez à qui s’en occupe.
doctor-node-silent = { $node } ne répond pas.
doctor-node-silent-do = Regardez si d’autres sites fonctionnent. Si oui, le lieu de rendez-vous est peut-être arrêté, son adresse a peut-être changé, ou ce réseau le bloque : demandez à qui s’en occupe.
doctor-node-impostor = Quelqu’un d’autre répond à l’adresse { $node }. Il ne lui est pas fait confiance.
doctor-node-impostor-do = Demandez la nouvelle adresse à qui vous a donné celle-ci : le lieu de rendez-vous a sans doute été réinstallé. Si personne ne l’a changé, quelqu’un s’est peut-être glissé entre vous.

doctor-nat-public = Cet ordinateur est sur Internet avec une adresse à lui.
doctor-nat-easy = Vous êtes derrière un routeur ordinaire : Internet vous voit à une seule adresse, à un seul port. (Pour les administrateurs : « endpoint-independent mapping ».)
doctor-nat-hard = Vous êtes derrière un routeur strict, qui montre à chacun un autre port. (Pour les administrateurs : NAT symétrique.)
doctor-nat-hard-do = Cela fonctionne ; la liaison directe prend quelques secondes de plus. Si le routeur est à vous, activez-y UPnP, NAT-PMP ou PCP.
doctor-nat-blocked = Ce réseau ne laisse pas passer UDP.
doctor-nat-blocked-do = Cela fonctionne par TCP, moins bien. Un administrateur peut autoriser UDP en sortie. Si le lieu de rendez-vous est nouveau, faites vérifier que son port UDP et les deux suivants sont ouverts.
doctor-nat-untold = On ne sait pas comment Internet voit cet ordinateur : le lieu de rendez-vous ne le dit pas.
doctor-nat-untold-do = La personne qui s’en occupe devrait ouvrir les deux ports UDP qui suivent le sien (4581 et 4582, s’il est au 4580).
doctor-nat-near = On ne sait pas comment Internet voit cet ordinateur : le lieu de rendez-vous est dans le même réseau privé.
doctor-nat-near-do = À l’intérieur de ce réseau, les liaisons sont directes. Pour retrouver d’autres personnes, utilisez un lieu de rendez-vous sur Internet.
doctor-nat-unasked = On ne sait pas comment Internet voit cet ordinateur, car aucun lieu de rendez-vous ne répond.

doctor-mapping-unneeded = Aucun routeur n’a à ouvrir de port pour cet ordinateur.
doctor-mapping-opened = Votre routeur ouvre des ports quand on le lui demande : vous pouvez être joint directement. Il lui a été dit de les refermer.
doctor-mapping-refused = Votre routeur n’ouvre pas de port quand on le lui demande.
doctor-mapping-refused-do = Le plus souvent, c’est sans conséquence. Si les lignes ci-dessous disent « par le lieu de rendez-vous » et que le routeur est à vous, activez-y UPnP, NAT-PMP ou PCP.
doctor-mapping-unasked = Il n’a pas été demandé à votre routeur d’ouvrir des ports : un réglage dit de ne rien lui demander (router = "leave").
doctor-mapping-unasked-do = Le plus souvent, c’est sans conséquence. Si les lignes ci-dessous disent « par le lieu de rendez-vous », permettez de le lui demander : router = "ask".

doctor-ipv6-works = IPv6 fonctionne.
doctor-ipv6-untried = Il y a une adresse IPv6, mais aucun lieu de rendez-vous qui en ait une pour l’essayer. Elle sera essayée avec les personnes qui ont IPv6.
doctor-ipv6-silent = Il y a une adresse IPv6, mais aucun lieu de rendez-vous ne répond par là.
doctor-ipv6-silent-do = IPv4 est utilisé à la place. Un administrateur peut regarder si le routeur laisse passer IPv6.
doctor-ipv6-missing = Il n’y a pas d’IPv6 ici. IPv4 suffit.

doctor-ipv4-translated = Ce réseau n’a qu’IPv6, et le traduit vers IPv4 : les lieux de rendez-vous et les personnes qui n’ont qu’IPv4 sont joints aussi. (Pour les administrateurs : NAT64.)
doctor-ipv4-missing = Ce réseau n’a qu’IPv6, et n’annonce pas de traduction vers IPv4.
doctor-ipv4-missing-do = D’ici ne sont joints que les lieux de rendez-vous et les personnes qui ont IPv6. Un administrateur peut activer NAT64 et DNS64 ; ou utilisez un autre réseau.

doctor-who-open = une personne avec une adresse publique, ou dont le routeur ouvre des ports
doctor-who-home = une personne chez elle, derrière un routeur ordinaire
doctor-who-strict = une personne derrière un routeur strict (certains réseaux mobiles ou d’entreprise)
doctor-who-no-udp = une personne dont le réseau ne laisse passer que TCP (certaines entreprises, certains hôtels)
doctor-partner-direct = Directement : { $who }.
doctor-partner-relayed = Par le lieu de rendez-vous, qui ne peut rien y lire : { $who }.
doctor-partner-unknown = Impossible à dire d’avance ; au pire, par le lieu de rendez-vous : { $who }.

doctor-end-all = D’ici, vous pouvez être aidé et aider les autres.
doctor-end-shows = D’ici, vous pouvez aider les autres et montrer votre écran, mais pas prêter souris et clavier.
doctor-end-helps = D’ici, vous pouvez aider les autres, mais pas montrer votre propre écran.
