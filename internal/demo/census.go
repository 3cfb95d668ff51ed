package demo

import (
	"context"
	"fmt"

	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/structure/census"
)

// nationalFile is what the national map knows around the demonstration: places
// of nobody here, one that is a structure's, one that may be, and what real
// files get wrong.
const nationalFile = "\ufeffid;pivot;nom;commune;code_postal;code_insee;adresse;latitude;longitude;typologie;telephone;site_web;horaires;source;itinerance;date_maj;services;frais_a_charge;dispositif_programmes_nationaux;autres_formations_labels;modalites_accompagnement\r\n" +
	"demo-1;00000000000000;France Services de Felletin;Felletin;23500;23079;Place Quinault;45.8846;2.1737;RFS;+33555000101;;Mo-Fr 09:00-12:00;Cartographie de démonstration;;2026-05-04;Aide aux démarches administratives|Accès internet et matériel informatique;Gratuit;France Services|Aidants Connect;;Accompagnement individuel|En autonomie\r\n" +
	"demo-2;00000000000000;Bibliothèque de La Souterraine;La Souterraine;23300;23176;8 rue Hyacinthe Montaudon;46.2386;1.4866;BIB;+33555000102;https://bibliotheque.demo.passnum.test;Tu-Sa 14:00-18:00;Cartographie de démonstration;;2025-11-17;Maîtrise des outils numériques du quotidien|Compréhension du monde numérique;Gratuit;;#APTIC (Pass numérique);Dans un atelier collectif\r\n" +
	"demo-3;00000000000000;Bus numérique des Combrailles;Évaux-les-Bains;23110;23076;Place Serge Cléret;46.1744;2.4862;ASSO;+33555000103;;We 10:00-12:00;Cartographie de démonstration;Itinérant;2026-02-02;Maîtrise des outils numériques du quotidien;Gratuit sous condition;Conseillers numériques;;Accompagnement individuel\r\n" +
	"demo-4;00000000000000;Espace public numérique de Bourganeuf;Bourganeuf;23400;23030;1 rue de Verdun;45.9520;1.7560;EPN;;;;Cartographie de démonstration;;1970-01-01;Accès internet et matériel informatique;;;;\r\n" +
	"demo-5;00000000000000;Mairie annexe;Nulle-Part-sur-Creuse;23999;;Le Bourg;;;MUNI;;;;Cartographie de démonstration;;2026-01-01;;;;;\r\n"

// knowPlaces takes the national file in, as the operator does.
func (w *world) knowPlaces(ctx context.Context) error {
	queue := &jobs.Inline{}
	service := census.NewService(w.db, w.index, queue)
	operator := identity.Actor{Name: "Dominique Petit", Permissions: identity.Permissions{identity.PlatformDecide: true}}
	id, err := service.Take(ctx, operator, "lieux-creuse.csv", []byte(nationalFile))
	if err == nil {
		err = service.Work(ctx, queue.Waiting[0].(census.WorkArgs))
	}
	if err == nil {
		err = service.Apply(ctx, operator, id)
	}
	if err == nil {
		err = service.Work(ctx, queue.Waiting[1].(census.WorkArgs))
	}
	if err != nil {
		return fmt.Errorf("take national file: %w", err)
	}
	return nil
}
