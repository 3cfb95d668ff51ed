package guidance

// rule says that an answer speaks for some entries, and how much. Seven or more
// is what the person asked for, or cannot do without; one or two only tips the
// balance.
type rule struct {
	question, answer string
	points           map[int]int
}

var rules = []rule{
	{"souhaits", "demarches", map[int]int{95: 6, 86: 4, 92: 2}},
	{"souhaits", "proches", map[int]int{65: 6, 14: 5, 54: 3, 15: 2}},
	{"souhaits", "emploi", map[int]int{124: 7, 127: 6, 20: 5, 125: 3}},
	{"souhaits", "enfants", map[int]int{82: 7, 3: 5, 26: 4, 94: 3}},
	{"souhaits", "achats", map[int]int{28: 7, 39: 4, 119: 3}},
	{"souhaits", "loisirs", map[int]int{54: 7, 53: 5, 109: 4, 21: 2}},

	{"appareil", "telephone", map[int]int{78: 2}},
	{"appareil", "tablette", map[int]int{74: 5}},
	{"appareil", "aucun", map[int]int{44: 2, 38: 3}},

	{"ordinateur", "non", map[int]int{44: 8, 11: 2}},
	{"ordinateur", "peu", map[int]int{44: 5}},
	{"ordinateur", Unknown, map[int]int{44: 4}},
	{"ordinateur", "oui", map[int]int{51: 1, 66: 1}},

	{"telephone", "non", map[int]int{77: 6, 78: 6, 79: 2}},
	{"telephone", "peu", map[int]int{79: 5, 80: 3}},
	{"telephone", Unknown, map[int]int{78: 3}},

	{"courriel", "non", map[int]int{48: 8}},
	{"courriel", "peu", map[int]int{48: 6}},
	{"courriel", Unknown, map[int]int{48: 4}},

	{"internet", "non", map[int]int{11: 7}},
	{"internet", "peu", map[int]int{11: 4}},
	{"internet", Unknown, map[int]int{11: 3}},
	{"internet", "oui", map[int]int{39: 2, 98: 1}},

	{"organismes", "impots", map[int]int{85: 7, 95: 2}},
	{"organismes", "caf", map[int]int{90: 7, 95: 2}},
	{"organismes", "sante", map[int]int{93: 7, 95: 2}},
	{"organismes", "retraite", map[int]int{87: 7, 95: 2}},
	{"organismes", "travail", map[int]int{84: 7}},
	{"organismes", "energie", map[int]int{88: 7}},

	{"arnaque", "non", map[int]int{108: 6, 2: 5}},
	{"arnaque", "peu", map[int]int{108: 4, 2: 3}},
	{"arnaque", Unknown, map[int]int{2: 4}},
	{"arnaque", "oui", map[int]int{98: 2}},
}
