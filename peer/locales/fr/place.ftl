## Où se retrouver, demandé une seule fois

place-title = Où vous retrouvez-vous ?
place-ask-host = Quel lieu de rendez-vous la personne qui vous aide vous a-t-elle donné ?
place-ask-helper = Quel lieu de rendez-vous l’autre personne utilise-t-elle ?
place-how = Deux ordinateurs se retrouvent à un lieu de rendez-vous sur Internet, le même pour vous deux. Son adresse commence par « / » et elle est longue : faites-vous-la envoyer, puis collez-la ici.
place-how-terminal = Collez son adresse : elle commence par « / », elle est longue et contient /p2p/. Elle sera retenue dans { $file }. Si l’ordinateur de la personne qui vous aide est sur le même réseau que le vôtre (même maison, même bureau), tapez plutôt « ici » : il n’y a alors pas besoin de lieu de rendez-vous. « /stop » pour renoncer.
place-how-terminal-helper = Collez son adresse : elle commence par « / », elle est longue et contient /p2p/. Elle sera retenue dans { $file }. « /stop » pour renoncer.
# What is typed at a terminal instead of an address, in lower case.
place-here-word = ici
place-here = Nous sommes sur le même réseau
place-here-how = Si l’ordinateur de la personne qui vous aide est dans la même maison ou le même bureau, aucun lieu de rendez-vous n’est nécessaire.
place-hint = /dns4/…/udp/4580/quic-v1/p2p/12D3Koo…
place-go-on = Continuer
place-paste = Coller
place-remembered = Si quelqu’un y répond, l’adresse est retenue dans { $file } et ne vous sera plus demandée.
place-not-an-address = Ce n’est pas l’adresse d’un lieu de rendez-vous. Un nom ne suffit pas : l’adresse commence par « / » et contient /p2p/ vers la fin. Demandez la ligne entière.
place-mistyped = Cette adresse est incomplète ou contient un caractère faux. Copiez-la et collez-la plutôt que de la taper ; elle se termine par /p2p/ et un long mot de lettres et de chiffres.
place-no-id = Il manque la fin de cette adresse : /p2p/ et un long mot de lettres et de chiffres, par lequel le lieu de rendez-vous prouve qu’il est le bon. Demandez la ligne entière.
place-too-many = Cela fait trop d’adresses. Une seule suffit.
place-silent = Personne ne répond à cette adresse. Vérifiez que cet ordinateur est relié à Internet et que l’adresse est la bonne ; le lieu de rendez-vous est peut-être aussi arrêté en ce moment.
place-not-remembered = L’adresse fonctionne mais n’a pas pu être retenue : elle vous sera redemandée la prochaine fois. { $detail }
