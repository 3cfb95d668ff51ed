package training

import "passnum/internal/identity"

var counterCourse = Course{
	Key: CounterCourse, Edition: 1, Title: "Remettre des carnets", needs: identity.HandOver,
	For: "Pour les agents d’accueil\u00a0: mairie, CAF, association, agence postale.",
	Lessons: []Lesson{
		whatItIs,
		{
			Key: "faire-le-point", Title: "Faire le point avec la personne", Minutes: 4,
			Parts: []Part{
				{Title: "Qui peut en avoir besoin\u00a0?", Paragraphs: []string{
					"Une personne sur cinq renonce à une démarche parce qu’elle se fait en ligne. Peu le disent. Les phrases à écouter\u00a0: «\u00a0mon fils le fait pour moi\u00a0», «\u00a0je n’ai pas de mail\u00a0», «\u00a0je n’ai pas confiance\u00a0», «\u00a0j’ai peur de faire une bêtise\u00a0».",
					"Proposez le carnet sans juger. Dites «\u00a0c’est gratuit pour vous, et quelqu’un vous accompagne\u00a0», pas «\u00a0vous devez apprendre\u00a0».",
				}},
				{Title: "Six questions, deux minutes", Paragraphs: []string{
					"Le bouton «\u00a0Faire le point avec la personne\u00a0» pose quelques questions simples, à lire à voix haute. «\u00a0Je ne sais pas\u00a0» est toujours une bonne réponse.",
					"Passnum propose alors des services et des lieux. Les réponses ne sont gardées nulle part. Les services le sont seulement si la personne est d’accord\u00a0: le lieu saura par où commencer.",
				}},
			},
			Questions: []Question{
				{"La personne hésite à répondre à une question. Que faites-vous\u00a0?", []string{"J’insiste\u00a0: il faut toutes les réponses", "Je choisis «\u00a0Je ne sais pas\u00a0» et je continue", "J’abandonne la remise"}, 1,
					"Le point n’est pas un examen\u00a0: chaque question peut être passée, et il reste facultatif."},
				{"Que devient le nom de la personne\u00a0?", []string{"Il n’est jamais demandé", "Il est imprimé sur le carnet", "Il est transmis au lieu"}, 0,
					"Le carnet est au porteur\u00a0: Passnum ne demande ni nom, ni adresse, ni numéro."},
			},
		},
		{
			Key: "remettre", Title: "Remettre un carnet", Minutes: 4,
			Parts: []Part{
				{Title: "Vingt secondes", Steps: []string{
					"Ouvrez «\u00a0Remettre un carnet\u00a0». Le curseur est déjà au bon endroit.",
					"Scannez la couverture du carnet, ou tapez son numéro.",
					"Vérifiez ce que l’écran annonce\u00a0: nombre de chèques, valeur, fin de validité.",
					"Appuyez sur «\u00a0Remettre\u00a0», puis imprimez le courrier.",
				}},
				{Title: "Pourquoi scanner avant de donner\u00a0?", Paragraphs: []string{
					"Un carnet qui n’est pas enregistré ne marche pas\u00a0: le lieu le refusera et la personne reviendra. C’est la remise qui rend les chèques utilisables.",
					"Vous vous êtes trompé de carnet\u00a0? «\u00a0Annuler la remise\u00a0» reste possible quinze minutes, tant qu’aucun chèque n’a servi.",
				}},
			},
			Questions: []Question{
				{"Vous avez donné un carnet sans le scanner. Que se passe-t-il\u00a0?", []string{"Rien, il marche quand même", "Les chèques seront refusés jusqu’à ce que la remise soit enregistrée", "Le carnet est perdu"}, 1,
					"Enregistrez la remise dès que vous vous en apercevez\u00a0: les chèques deviennent utilisables tout de suite."},
				{"Il reste un carnet entamé au guichet, avec six chèques. Peut-on les donner\u00a0?", []string{"Oui, en choisissant «\u00a0Quelques chèques seulement\u00a0»", "Non, un carnet se donne toujours entier"}, 0,
					"Un carnet se donne entier ou en plusieurs fois\u00a0; chaque chèque n’est donné qu’une fois."},
			},
		},
		{
			Key: "orienter", Title: "Orienter vers un lieu", Minutes: 3,
			Parts: []Part{
				{Title: "Le courrier fait la moitié du travail", Paragraphs: []string{
					"Un chèque sert quand la personne sait où aller, comment y aller, et ose y entrer. Le courrier donne les lieux les plus proches, leurs horaires, leur téléphone, et une ligne pour noter un rendez-vous.",
					"Il existe en français, en gros caractères, en anglais, en arabe et en ukrainien.",
				}},
				{Title: "Ce qui aide vraiment", Steps: []string{
					"Choisissez un lieu ensemble et entourez-le sur le courrier.",
					"Appelez devant la personne si vous le pouvez, et notez l’heure du rendez-vous.",
					"Dites le nom de quelqu’un\u00a0: «\u00a0vous demanderez Karim\u00a0».",
				}},
			},
			Questions: []Question{
				{"La personne lit mal le français. Que pouvez-vous imprimer\u00a0?", []string{"Le courrier en français seulement", "Le courrier dans une autre langue ou en gros caractères", "Rien"}, 1,
					"La langue se choisit avant d’imprimer\u00a0; la page peut aussi être photographiée."},
			},
		},
		{
			Key: "incidents", Title: "Perte, vol, retour", Minutes: 3,
			Parts: []Part{
				{Title: "Un carnet vaut de l’argent", Paragraphs: []string{
					"Rangez les carnets dans un meuble fermé à clé. Le talon de chaque chèque porte son numéro sans le code\u00a0: dites à la personne de le garder.",
				}},
				{Title: "Un carnet a disparu", Steps: []string{
					"Déclarez-le aussitôt dans «\u00a0Carnet perdu ou volé\u00a0», avec le numéro ou la série.",
					"Jusqu’à dix carnets, le blocage est immédiat. Au-delà, un collègue confirme.",
					"Les chèques déjà utilisés ne sont pas touchés. Les autres ne valent plus rien.",
				}},
				{Title: "Des carnets ne serviront pas", Paragraphs: []string{
					"Rendez-les avant la fin de validité par «\u00a0Rendre des carnets\u00a0»\u00a0: leur valeur n’est pas perdue pour le commanditaire.",
				}},
			},
			Questions: []Question{
				{"Une personne a perdu son carnet mais a gardé un talon. Que faites-vous\u00a0?", []string{"Je ne peux rien faire", "Je déclare la perte avec le numéro du talon", "Je lui donne un chèque du stock sans l’enregistrer"}, 1,
					"Le numéro du talon suffit à bloquer le carnet\u00a0; l’opérateur peut ensuite le remplacer."},
			},
		},
	},
}

var whatItIs = Lesson{
	Key: "le-pass", Title: "Ce qu’est le Pass numérique", Minutes: 3,
	Parts: []Part{
		{Title: "En une phrase", Paragraphs: []string{
			"Le Pass numérique est un carnet de chèques en papier, souvent dix chèques de dix euros, qui paie un accompagnement au numérique dans un lieu près de chez soi.",
			"Une collectivité le finance, un guichet le remet, un lieu qualifié l’accepte. La personne ne paie rien et n’a pas de compte à créer.",
		}},
		{Title: "Ce qu’un chèque paie", Paragraphs: []string{
			"Un chèque règle un atelier ou un accompagnement\u00a0: allumer un ordinateur, écrire un message, faire une démarche, protéger ses données… La liste compte 129 services, du plus simple au plus avancé.",
			"On ne rend pas la monnaie, et un chèque ne s’échange pas contre de l’argent.",
		}},
		{Title: "Quand il sert", Paragraphs: []string{
			"Un chèque s’utilise après sa remise par un guichet et jusqu’à la date imprimée. Chaque code sert une seule fois\u00a0: une photocopie ne vaut rien.",
		}},
	},
	Questions: []Question{
		{"Que paie un chèque\u00a0?", []string{"Un achat de matériel", "Un accompagnement au numérique dans un lieu qualifié", "Une facture d’internet"}, 1,
			"Le chèque paie un service donné par un lieu qualifié, jamais du matériel ni un abonnement."},
		{"Peut-on demander le nom de la personne pour remettre ou accepter un chèque\u00a0?", []string{"Oui, c’est obligatoire", "Non, le carnet est au porteur"}, 1,
			"Le Pass est anonyme\u00a0: aucun nom n’est demandé, ni à la remise, ni à l’utilisation."},
	},
}
