package reporting

// Definition says in plain words what a figure counts and which days it covers.
type Definition struct {
	ID     string // the anchor on the page of definitions
	Name   string
	Means  string
	Covers string
}

const (
	coversNow = "Au moment où vous ouvrez la page."
	coversDay = "Au moment où vous ouvrez la page pour le commanditaire. Pour un cofinanceur : jusqu’au dernier jour clos, la veille au soir."
)

// Definitions lists the figures of a commanditaire, in the order of its screens.
var Definitions = []Definition{
	{"emis", "Émis", "Carnets fabriqués pour la commande, où qu’ils soient. Montant : tous leurs chèques, à leur valeur faciale.", coversNow},
	{"stock", "En stock", "Carnets que personne n’a encore reçus en main propre : dans les points de distribution, ou pas encore reçus par eux.", coversNow},
	{"remis", "Remis", "Carnets remis à une personne, que l’on dit aussi « injectés » : ils ne sont plus ni chez vous, ni dans le réseau de distribution. Un carnet compte dès sa première remise, même si le guichet n’en donne d’abord que quelques chèques. Une remise annulée n’est pas comptée.", coversNow},
	{"entames", "Entamés", "Carnets remis dont au moins un chèque a été utilisé.", coversDay},
	{"delai", "Délai médian", "La moitié des carnets entamés l’ont été en moins de jours que ce nombre, comptés de la remise au premier chèque utilisé.", "Jusqu’au dernier jour clos, la veille au soir."},
	{"utilises", "Chèques utilisés", "Chèques acceptés par une structure et non annulés. Montant : leur valeur faciale, que les structures aient déjà été payées ou non.", coversDay},
	{"seances", "Séances", "Services rendus. Une séance compte une fois, quel que soit le nombre de chèques donnés et de services abordés. Une séance payée avec les chèques de deux commandes compte une fois dans chacune.", coversDay},
	{"services", "Par service", "Séances et chèques où le service a été abordé. Une séance qui aborde deux services figure sur deux lignes : les lignes ne s’additionnent pas.", coversDay},
	{"communes", "Par commune", "Commune du lieu où la séance a eu lieu, et non celle de la personne, qui n’est pas demandée.", coversDay},
	{"premieres-venues", "Premières venues", "Part des séances où la personne venait dans ce lieu pour la première fois, parmi celles où le médiateur a répondu à la question.", coversDay},
	{"perimes", "Périmés", "Chèques de carnets remis, non utilisés à la fin de leur validité, mois de tolérance compris. Leur valeur revient au commanditaire par un avoir.", "Jusqu’au dernier jour clos, la veille au soir."},
	{"bloques", "Bloqués", "Chèques non utilisés de carnets mis en opposition : perdus, volés, annulés.", coversDay},
	{"projection", "Projection", "Chèques déjà utilisés, plus ceux qui le seraient d’ici la fin de validité si chaque jour ressemblait à ceux du dernier mois entier. Ce n’est pas une promesse.", coversDay},
}
