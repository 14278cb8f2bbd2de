## La démonstration, racontée pas à pas.

demo-begin = Une séance entière sur cette machine : un lieu de rendez-vous, Marie qui a besoin d’aide, et Paul qui l’aide.
demo-node = Le lieu de rendez-vous écoute à { $address }. Il ne peut rien lire de ce qui suit.
demo-code = Marie a choisi « Demander de l’aide ». Son écran montre le code { $code } ; elle le lit au téléphone.
demo-helper-window = La fenêtre de Paul s’ouvre sur votre écran.
demo-helper-hidden = Il n’y a pas d’écran ici : la fenêtre de Paul s’ouvre sur un écran en mémoire.
demo-asked = Le code est bon. On demande à Marie si { $name } peut voir son écran. La réponse ne compte qu’après une seconde : personne ne dit oui par mégarde.
demo-picture = Marie a dit oui. Paul voit son écran.
demo-control = Paul a demandé la souris et le clavier, et Marie a de nouveau dit oui, après trois secondes et un avertissement.
demo-typed = Paul a cliqué dans le terminal de Marie et tapé ; il y est arrivé exactement : { $text }
demo-pictures = Ce que tous deux voient est enregistré : host.png et helper.png dans { $folder }.
demo-end = Paul a dit au revoir. Marie apprend qu’il a mis fin à la séance, et les deux programmes se ferment.
demo-failed = La démonstration n’a pas pu continuer : { $detail }
demo-linux = La démonstration demande Linux avec X11, où elle peut créer ses propres écrans.
demo-summary =
    Du code tapé à la question chez Marie : { $question } ms
    Du oui à la première image chez Paul : { $picture } ms
    Du clic et de la frappe au fichier du terminal : { $typed } ms
    Image : { $frames } trames, { $bytes } octets
    Chemin : { $path }, aller-retour { $rtt } ms
