package censusui

import (
	"net/http"
	"strings"

	"passnum/internal/sheet"
	"passnum/internal/structure/census"
	"passnum/web/httpx"
)

// export writes what each line becomes, a row for each thing to say of it.
func (h *Handlers) export(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	if _, err := h.Census.Report(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	return httpx.CSV(w, "rapport-d-import.csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		if err := out.Header("Ligne", "Suite", "Identifiant", "Nom", "Commune", "Lieu", "Colonnes changées", "Colonne", "Valeur", "Raison"); err != nil {
			return err
		}
		err := h.Census.Each(r.Context(), httpx.Actor(r), id, readFilter(httpx.Query(r)), func(l census.Line) error { return writeLine(out, l) })
		if err != nil {
			return err
		}
		return out.Flush()
	})
}

func writeLine(out *sheet.Writer, l census.Line) error {
	problems := l.Problems
	if len(problems) == 0 {
		problems = []census.Problem{{}}
	}
	for _, p := range problems {
		err := out.Row(sheet.Int(int64(l.Line)), sheet.Text(l.Outcome.Word()), sheet.Text(l.Key), sheet.Text(l.Name), sheet.Text(l.Town), sheet.Text(l.TargetName),
			sheet.Text(strings.Join(l.Changes, " ")), sheet.Text(p.Column), sheet.Text(p.Value), sheet.Text(p.Reason))
		if err != nil {
			return err
		}
	}
	return nil
}

// model is a file to fill in: the columns that matter, and one line.
func model(w http.ResponseWriter, _ *http.Request) error {
	const content = "\ufeffid;nom;commune;code_postal;adresse;telephone;courriels;site_web;horaires;referent;modalites_accompagnement;services_referentiel;presentation_resume\r\n" +
		"annexe-1;Annexe du Centre;Guéret;23000;1 rue des Lilas;05 55 00 00 00;accueil@exemple.fr;https://exemple.fr;Mo-Fr 09:00-12:00,14:00-18:00;Alix Morel;" +
		"Accompagnement individuel|Dans un atelier collectif;3|24|44;Une aide pour vos premiers pas.\r\n"
	return httpx.File(w, "modele-de-lieux.csv", httpx.TypeCSV, []byte(content))
}
