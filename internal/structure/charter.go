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
