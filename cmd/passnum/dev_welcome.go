package main

import (
	"fmt"
	"strings"

	"passnum/internal/config"
)

const demoPassword = "demonstration-2026"

var demoLogins = []struct{ name, role string }{
	{"commanditaire", "un département : commandes et tableaux de bord"},
	{"aiguilleur", "le guichet d’une mairie"},
	{"mediateur", "un médiateur d’une structure qualifiée"},
	{"structure", "la gestionnaire de cette structure"},
	{"conseiller", "un conseiller numérique, qui remet et accepte"},
	{"candidat", "une structure en cours de qualification"},
	{"admin", "l’opérateur : qualification et suivi"},
	{"finance", "l’opérateur : paiements, deuxième regard"},
	{"cofinanceur", "une Région qui cofinance"},
	{"etat", "l’observateur de l’État"},
	{"hub", "un hub qui anime le réseau d’un département"},
}

// welcome is what make run prints once the site answers.
func welcome(cfg config.Config) string {
	var text strings.Builder
	fmt.Fprintf(&text, "\nPassnum répond sur %s\n\nComptes de démonstration (mot de passe : %s) :\n", cfg.BaseURL, demoPassword)
	for _, login := range demoLogins {
		fmt.Fprintf(&text, "  %-32s %s\n", login.name+"@demo.passnum.test", login.role)
	}
	text.WriteString("\nCtrl-C arrête tout ; les données restent pour la prochaine fois.\n\n")
	return text.String()
}
