package demo

import (
	"context"
	"fmt"

	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// organisation is one invented body in a real commune.
type organisation struct {
	key, name, kind string
	serial          int // makes its fictitious SIRET
	street, commune string
	postal, town    string
	is              identity.Capacities
}

var (
	commanditaire = identity.Capacities{Commanditaire: true}
	counter       = identity.Capacities{Aiguilleur: true}
	service       = identity.Capacities{Structure: true}
	both          = identity.Capacities{Aiguilleur: true, Structure: true}
)

var organisations = []organisation{
	{"creuse", "Département de la Creuse", "departement", 1, "4 place Louis-Lacrocq", "23096", "23000", "Guéret", commanditaire},
	{"garonne", "Département de la Haute-Garonne", "departement", 2, "1 boulevard de la Marquette", "31555", "31000", "Toulouse", commanditaire},
	{"agen", "Agglomération d’Agen", "epci", 3, "8 rue André-Chénier", "47001", "47000", "Agen", commanditaire},
	{"bordeaux", "Bordeaux Métropole", "epci", 4, "Esplanade Charles-de-Gaulle", "33063", "33000", "Bordeaux", commanditaire},
	{"region", "Région Nouvelle-Aquitaine", "region", 5, "14 rue François-de-Sourdis", "33063", "33000", "Bordeaux", commanditaire},
	{"etat", "Observatoire de l’inclusion numérique", "etat", 6, "20 avenue de Ségur", "75107", "75007", "Paris", identity.Capacities{Observer: true}},
	{"hub", "Hub du Limousin numérique", "association", 30, "2 avenue de la Gare", "23096", "23000", "Guéret", identity.Capacities{Hub: true}},
	{"gueret", "CCAS de Guéret", "ccas", 7, "Esplanade François-Mitterrand", "23096", "23000", "Guéret", counter},
	{"aubusson", "Mairie d’Aubusson", "commune", 8, "50 Grande Rue", "23008", "23200", "Aubusson", counter},
	{"confluence", "Communauté de communes des Sources", "epci", 9, "2 rue du Puits", "23031", "23600", "Boussac", both},
	{"toulouse", "Maison des solidarités de Bagatelle", "departement", 10, "4 rue du Lot", "31555", "31100", "Toulouse", counter},
	{"ccasagen", "CCAS d’Agen", "ccas", 11, "1 rue des Cornières", "47001", "47000", "Agen", counter},
	{"mediatheque", "Médiathèque de Guéret", "epci", 12, "Avenue Fayolle", "23096", "23000", "Guéret", service},
	{"quincaillerie", "La Manufacture, tiers-lieu", "association", 13, "14 rue de Pommeil", "23096", "23000", "Guéret", service},
	{"tapisserie", "Atelier numérique d’Aubusson", "association", 14, "10 rue Vaveix", "23008", "23200", "Aubusson", service},
	{"bourganeuf", "Le Point Net de Bourganeuf", "association", 15, "3 place de l’Étang", "23030", "23400", "Bourganeuf", service},
	{"mirail", "Les Clics du Mirail", "association", 16, "12 rue de Kiev", "31555", "31100", "Toulouse", service},
	{"muret", "Espace numérique de Muret", "commune", 17, "20 rue Clément-Ader", "31395", "31600", "Muret", service},
	{"tapie", "Le Fab d’Agen", "association", 18, "5 boulevard Scaliger", "47001", "47000", "Agen", service},
	{"villeneuve", "Médiathèque de Villeneuve-sur-Lot", "commune", 19, "23 rue Étienne-Marcel", "47323", "47300", "Villeneuve-sur-Lot", service},
	{"begles", "L’Usine à clics", "association", 20, "77 rue Alexis-Labro", "33039", "33130", "Bègles", service},
	{"candidat", "Association Le Fil numérique", "association", 21, "6 rue Jules-Sandeau", "23008", "23200", "Aubusson", service},
	{"fabrique", "La Fabrique de Felletin", "association", 22, "12 rue des Ateliers", "23079", "23500", "Felletin", service},
	{"ludotheque", "Ludothèque de La Souterraine", "commune", 23, "1 place de la Mairie", "23176", "23300", "La Souterraine", service},
}

// person is one demonstration account.
type person struct {
	key, email, name, organisation string
	role                           identity.Role
	staff                          identity.OperatorRole
}

var people = []person{
	{"commanditaire", "commanditaire@demo.passnum.test", "Claire Fontaine", "creuse", identity.RoleResponsable, ""},
	{"aiguilleur", "aiguilleur@demo.passnum.test", "Malik Benali", "gueret", identity.RoleResponsable, ""},
	{"mediateur", "mediateur@demo.passnum.test", "Léa Moreau", "mediatheque", identity.RoleMediateur, ""},
	{"structure", "structure@demo.passnum.test", "Paul Girard", "mediatheque", identity.RoleResponsable, ""},
	{"conseiller", "conseiller@demo.passnum.test", "Inès Lambert", "confluence", identity.RoleResponsable, ""},
	{"candidat", "candidat@demo.passnum.test", "Noé Perrin", "candidat", identity.RoleResponsable, ""},
	{"admin", "admin@demo.passnum.test", "Sofia Marchand", "", "", identity.OperatorAdministration},
	{"finance", "finance@demo.passnum.test", "Hugo Lefèvre", "", "", identity.OperatorFinance},
	{"cofinanceur", "cofinanceur@demo.passnum.test", "Anne Duval", "region", identity.RoleLecteur, ""},
	{"etat", "etat@demo.passnum.test", "Yann Le Goff", "etat", identity.RoleLecteur, ""},
	{"hub", "hub@demo.passnum.test", "Maud Vergne", "hub", identity.RoleResponsable, ""},
}

// Accounts lists the demonstration logins, in the order a newcomer reads them.
func Accounts() []string {
	emails := make([]string, len(people))
	for i, p := range people {
		emails[i] = p.email
	}
	return emails
}

// siret makes a fictitious number that passes Luhn: nobody holds 999 0….
func siret(serial int) string {
	body := fmt.Sprintf("9990%04d", serial)
	siren := body + luhn(body)
	body = siren + "0001"
	return body + luhn(body)
}

func luhn(body string) string {
	sum := 0
	for i := range body {
		digit := int(body[len(body)-1-i] - '0')
		if i%2 == 0 {
			if digit *= 2; digit > 9 {
				digit -= 9
			}
		}
		sum += digit
	}
	return string(rune('0' + (10-sum%10)%10))
}

func (w *world) castPeople(ctx context.Context) error {
	w.clock.now = w.at(-330, 9, 0)
	for _, o := range organisations {
		if err := w.addOrganisation(ctx, o); err != nil {
			return fmt.Errorf("organisation %s: %w", o.key, err)
		}
	}
	hash := identity.HashPassword(Password)
	for _, p := range people {
		if err := w.addPerson(ctx, p, hash); err != nil {
			return fmt.Errorf("account %s: %w", p.key, err)
		}
	}
	return w.addStandIns(ctx)
}

func (w *world) addOrganisation(ctx context.Context, o organisation) error {
	id := postgres.NewID()
	w.orgs[o.key] = id
	return w.db.InPlatform(ctx, postgres.System{}, "démonstration", func(tx *postgres.Tx) error {
		number := siret(o.serial)
		_, err := postgres.Do(ctx, tx, `
			INSERT INTO organisations (id, name, siret, kind, street, postal_code, town, insee, is_commanditaire, is_aiguilleur, is_structure, is_observer, slug, created_at)
			VALUES (@id, @name, @siret, @kind, @street, @postal, @town, @insee, @c, @a, @s, @o, @slug, @now)`,
			postgres.Args{"id": id, "name": o.name, "siret": number, "kind": o.kind, "street": o.street, "postal": o.postal, "town": o.town, "insee": o.commune,
				"c": o.is.Commanditaire, "a": o.is.Aiguilleur, "s": o.is.Structure, "o": o.is.Observer, "slug": o.key, "now": tx.Now()})
		if err != nil {
			return err
		}
		_, err = postgres.Do(ctx, tx, `
			INSERT INTO organisation_settings (organisation_id, contact_name, contact_email, billing_name, billing_street, billing_postal_code, billing_town)
			VALUES (@id, 'Accueil', @email, @name, @street, @postal, @town)`,
			postgres.Args{"id": id, "email": o.key + "@organisation.demo.passnum.test", "name": o.name, "street": o.street, "postal": o.postal, "town": o.town})
		return err
	})
}

func (w *world) addPerson(ctx context.Context, p person, hash string) error {
	return w.db.InPlatform(ctx, postgres.System{}, "démonstration", func(tx *postgres.Tx) error {
		account, err := identity.AddAccount(ctx, tx, p.email, p.name, hash)
		if err != nil {
			return err
		}
		actor := identity.Actor{AccountID: account, Name: p.name, Email: p.email, RequestID: "demonstration"}
		if p.staff != "" {
			actor.OperatorRole, actor.Permissions = p.staff, identity.OperatorPermissions(p.staff)
			w.actors[p.key] = actor
			return postgres.Must(ctx, tx, `UPDATE accounts SET operator_role = @role WHERE id = @id`, postgres.Args{"role": string(p.staff), "id": account})
		}
		w.actors[p.key] = w.acting(actor, p.organisation, p.role)
		return identity.Join(ctx, tx, w.orgs[p.organisation], account, p.role)
	})
}

// addStandIns gives every other organisation somebody to act, without a way in.
func (w *world) addStandIns(ctx context.Context) error {
	named := map[string]bool{}
	for _, p := range people {
		named[p.organisation] = true
	}
	for _, o := range organisations {
		if named[o.key] {
			w.actors[o.key] = w.firstOf(o.key)
			continue
		}
		p := person{key: o.key, email: o.key + "@equipe.demo.passnum.test", name: "Équipe " + o.name, organisation: o.key, role: identity.RoleResponsable}
		if err := w.addPerson(ctx, p, ""); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) firstOf(organisation string) identity.Actor {
	for _, p := range people {
		if p.organisation == organisation && p.role == identity.RoleResponsable {
			return w.actors[p.key]
		}
	}
	return identity.Actor{}
}

func (w *world) acting(actor identity.Actor, key string, role identity.Role) identity.Actor {
	for _, o := range organisations {
		if o.key == key {
			actor.OrganisationID, actor.OrganisationName, actor.Capacities, actor.Role = w.orgs[key], o.name, o.is, role
			actor.Permissions = identity.PermissionsOf(role, o.is)
		}
	}
	return actor
}
