package training

import "passnum/internal/identity"

var scannerCourse = Course{
	Key: ScannerCourse, Edition: 1, Title: "Accepter des chèques", needs: identity.Redeem,
	For: "Pour les médiateurs des structures qualifiées.",
	Lessons: []Lesson{
		whatItIs,
		{
			Key: "encaisser", Title: "Encaisser après le service", Minutes: 4,
			Parts: []Part{
				{Title: "Le bon moment", Paragraphs: []string{
					"Encaissez quand le service est rendu, avec la personne. Avant, vous pouvez «\u00a0Tester\u00a0» un chèque sans l’utiliser.",
				}},
				{Title: "Pas à pas", Steps: []string{
					"Ouvrez «\u00a0Scanner\u00a0» et visez le carré noir du chèque, ou tapez les seize caractères.",
					"Vert\u00a0: le chèque est valable. Rouge\u00a0: la phrase dit pourquoi, et quoi faire.",
					"Choisissez le ou les services rendus. Pour un groupe, scannez tous les chèques à la suite.",
					"Appuyez sur «\u00a0Encaisser\u00a0». Le reçu s’affiche.",
				}},
				{Title: "Une erreur\u00a0?", Paragraphs: []string{
					"Le jour même, «\u00a0Annuler\u00a0» depuis le reçu rend le chèque à la personne. Donnez le motif.",
				}},
			},
			Questions: []Question{
				{"Quatre personnes suivent le même atelier. Que faites-vous\u00a0?", []string{"Quatre encaissements séparés, obligatoirement", "Je scanne les quatre chèques et je confirme une fois, en «\u00a0collectif\u00a0»"}, 1,
					"Une séance peut regrouper plusieurs chèques\u00a0: les services se choisissent une seule fois."},
				{"Le chèque vaut 10\u00a0€ et l’atelier 8\u00a0€. Rendez-vous 2\u00a0€\u00a0?", []string{"Oui", "Non"}, 1, "Un chèque ne donne pas lieu à un rendu de monnaie."},
			},
		},
		{
			Key: "sans-reseau", Title: "Sans réseau", Minutes: 3,
			Parts: []Part{
				{Title: "On peut continuer", Paragraphs: []string{
					"Sans réseau, le scanner garde les chèques dans le téléphone et les montre en orange\u00a0: «\u00a0sera vérifié\u00a0». Ce n’est pas encore accepté.",
					"Dès que le réseau revient, tout part tout seul. Le nombre en attente est toujours affiché. Ne vous déconnectez pas avant qu’il soit à zéro.",
				}},
				{Title: "Un chèque refusé ensuite", Paragraphs: []string{
					"Si un chèque avait déjà servi ailleurs, un litige s’ouvre. Expliquez ce qui s’est passé\u00a0: l’opérateur décide. Un chèque n’est jamais payé deux fois.",
				}},
			},
			Questions: []Question{
				{"Un chèque s’affiche en orange. Est-il payé\u00a0?", []string{"Oui", "Pas encore\u00a0: il sera vérifié au retour du réseau"}, 1, "L’orange veut dire en attente\u00a0: seul le vert vaut accord."},
			},
		},
		{
			Key: "etre-paye", Title: "Être payé", Minutes: 2,
			Parts: []Part{
				{Title: "Une fois par mois", Paragraphs: []string{
					"Les chèques encaissés un mois sont payés le mois suivant, en un virement, sans rien demander. «\u00a0Paiements\u00a0» montre chaque chèque et où il en est.",
				}},
				{Title: "Un téléphone perdu", Paragraphs: []string{
					"Prévenez votre responsable\u00a0: il retire l’appareil dans «\u00a0Appareils\u00a0», et plus rien ne peut être encaissé avec.",
				}},
			},
			Questions: []Question{
				{"Que faut-il faire pour être payé\u00a0?", []string{"Envoyer une facture", "Rien\u00a0: le virement est automatique"}, 1, "Le contre-paiement est mensuel et automatique."},
			},
		},
	},
}
