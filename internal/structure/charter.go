package structure

// Charter is what a structure promises; a new text has a new version, and is
// accepted again.
type Charter struct {
	Version  string
	Articles []Article
}

// Article is one promise.
type Article struct{ Title, Body string }

// CurrentCharter is the text in force.
var CurrentCharter = Charter{
	Version: "2026-11",
	Articles: []Article{
		{"Accueillir", "Nous recevons chaque personne avec patience et sans jugement, quel que soit son niveau. Nous ne demandons pas pourquoi elle a reçu un chèque."},
		{"Accompagner vers l’autonomie", "Nous montrons comment faire. Quand nous faisons à la place de la personne, c’est avec son accord, devant elle, et nous lui disons ce que nous faisons."},
		{"Ne prendre que ce qui est dû", "Un chèque n’est encaissé qu’après le service, pour un service réellement donné, et jamais en échange d’argent. Le prix est annoncé avant de commencer. La mention «\u00a0rien à payer avec le chèque\u00a0» est tenue."},
		{"Dire ce que nous proposons", "Nos lieux, nos horaires et nos services sont exacts. Nous les corrigeons dès qu’ils changent."},
		{"Protéger les personnes", "Nous ne gardons ni mots de passe, ni copies de pièces, ni données dont nous n’avons pas besoin. Ce que nous voyons à l’écran reste entre nous et la personne."},
		{"Être compétents", "Les médiateurs sont formés ou expérimentés. Une personne en service civique, en stage ou bénévole n’est pas seule pour accompagner."},
		{"Rendre compte", "Nous indiquons le service donné à chaque encaissement. Nous répondons aux questions de l’opérateur et des commanditaires. Nous gardons trois ans ce qui prouve les services payés."},
		{"Prévenir", "Si nous ne pouvons plus tenir cette charte, nous le disons. L’opérateur peut suspendre une structure qui ne la tient pas, après l’avoir entendue. Ce qui est encaissé de bonne foi reste payé."},
	},
}

// CurrentTerms are the terms of use in force: what the structure and the
// operator owe each other.
var CurrentTerms = Charter{
	Version: "2026-11",
	Articles: []Article{
		{"Objet", "Ces conditions disent comment la structure utilise Passnum pour accepter des chèques de médiation numérique et en être payée. Elles valent dès que son dossier est qualifié."},
		{"Accepter un chèque", "Un chèque est accepté en lisant son code, après le service. La réponse donnée à l’écran fait foi : un chèque dit valable est dû à la structure, même si sa commande s’arrête ensuite."},
		{"Être payé", "Les chèques acceptés sont payés une fois par mois, ou chaque semaine si la structure l’a choisi, par virement sur le compte vérifié à la qualification. La part versée et les frais éventuels sont écrits dans chaque commande et sur chaque relevé. Il n’y a ni abonnement ni droit d’entrée."},
		{"Changer de compte bancaire", "Un nouveau compte attend trois jours et l’accord d’une seconde personne. La structure prévient sans tarder d’une fraude qu’elle soupçonne."},
		{"Erreurs et contestations", "Un encaissement fait par erreur s’annule le jour même, ou se corrige sur le paiement suivant. La structure répond aux questions dans les quinze jours et garde trois ans ce qui prouve le service."},
		{"Données", "Passnum ne connaît pas les personnes accompagnées : ni nom, ni adresse. Les lieux, leurs horaires et leurs services sont publiés en données ouvertes. Les coordonnées des membres de la structure servent à la faire fonctionner, et ne sont pas publiées."},
		{"Suspension et fin", "L’opérateur peut suspendre ou retirer la qualification, avec un motif et après avoir écouté la structure. La structure peut partir quand elle veut. Ce qui a été accepté avant reste payé."},
		{"Changements", "Un changement de ces conditions est annoncé trente jours avant. La version acceptée par la structure reste lisible dans l’historique de son dossier."},
	},
}
