package demo

import (
	"context"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
	"passnum/internal/workshop"
)

// session is an atelier of the story: days from today, and how often it returns.
type session struct {
	place, title, hour string
	day, minutes       int
	every              string
	weeks              int
	seats, booked      int // booked fills the first session to come
	mode, language     string
	level              int
	entries            []int
	note               string
}

var sessions = []session{
	{"mediatheque", "Premiers pas avec l’ordinateur", "14:00", -7, 120, workshop.EveryWeek, 10, 8, 5, workshop.ForSeveral, "fr", 1, []int{42, 43, 44}, "Salle du premier étage, ascenseur. Le matériel est prêté."},
	{"mediatheque", "Écrire et recevoir des courriels", "10:00", 3, 90, workshop.EveryWeek, 8, 6, 6, workshop.ForSeveral, "fr", 1, []int{48}, ""},
	{"mediatheque", "Mon téléphone et moi", "16:00", 5, 60, workshop.Once, 0, 1, 0, workshop.ForOne, "fr", 0, []int{44, 48}, "Venez avec votre téléphone et son chargeur."},
	{"tapisserie", "Découvrir internet", "09:30", 4, 120, workshop.EveryOtherWeeks, 12, 10, 2, workshop.ForSeveral, "fr", 1, []int{46, 47}, ""},
	{"confluence", "Mes démarches en ligne", "10:00", 6, 120, workshop.EveryWeek, 6, 5, 1, workshop.ForSeveral, "fr", 2, []int{82, 83, 84}, "Apportez vos courriers de la CAF ou de l’Assurance maladie."},
	{"mirail", "Le clavier, la souris (en arabe)", "14:30", 8, 90, workshop.Once, 0, 8, 0, workshop.ForSeveral, "ar", 1, []int{44}, ""},
}

// announce has places give ateliers, with seats booked by a counter of the
// Creuse; one session to come is called off.
func (w *world) announce(ctx context.Context) error {
	w.clock.now = w.at(-8, 9, 0)
	service := workshop.NewService(w.db, w.index, workshop.Options{Queue: w.queue})
	serials, err := w.liveSerials(ctx)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		if err := w.announceOne(ctx, service, s); err != nil {
			return fmt.Errorf("atelier %s: %w", s.title, err)
		}
	}
	w.clock.now = w.loaded
	for _, s := range sessions {
		if err := w.fillSession(ctx, service, s, serials); err != nil {
			return fmt.Errorf("seats of %s: %w", s.title, err)
		}
	}
	return w.callOff(ctx, service)
}

func (w *world) announceOne(ctx context.Context, service *workshop.Service, s session) error {
	first := w.at(s.day, 12, 0)
	form := workshop.Form{Title: s.title, Place: w.places[s.place].String(), Day: first.Format("02/01/2006"), Hour: s.hour, Minutes: strconv.Itoa(s.minutes), Mode: s.mode,
		Seats: strconv.Itoa(s.seats), Cheques: "1", Language: s.language, Level: strconv.Itoa(s.level), Note: s.note, Every: s.every, Until: first.AddDate(0, 0, 7*s.weeks).Format("02/01/2006")}
	for _, e := range s.entries {
		form.Entries = append(form.Entries, strconv.Itoa(e))
	}
	_, err := service.Plan(ctx, w.actors[spotOf(s.place).structure], form)
	return err
}

// liveSerials are carnets of the Creuse that still hold chèques.
func (w *world) liveSerials(ctx context.Context) (serials []string, err error) {
	err = w.db.InPlatform(ctx, postgres.System{}, "démonstration", func(tx *postgres.Tx) error {
		serials, err = postgres.Values[string](ctx, tx, `
			SELECT k.serial FROM carnets k JOIN orders o ON o.commanditaire_id = k.commanditaire_id AND o.id = k.order_id AND o.state = 'active'
			WHERE k.commanditaire_id = @creuse AND k.state = 'remis' AND k.accepted_until > @later AND (SELECT count(*) FROM cheques c
				WHERE c.commanditaire_id = k.commanditaire_id AND c.carnet_id = k.id AND c.state = 'actif') >= 4
			ORDER BY k.serial DESC LIMIT 24`, postgres.Args{"creuse": w.orgs["creuse"], "later": w.today.AddDate(0, 0, 20)})
		return err
	})
	return serials, err
}

// fillSession books the first session to come, one more than there are seats
// when all are taken.
func (w *world) fillSession(ctx context.Context, service *workshop.Service, s session, serials []string) error {
	list, err := service.OfPlace(ctx, w.places[s.place], false)
	if err != nil {
		return err
	}
	var next uuid.UUID
	for _, a := range list {
		if a.Title == s.title && a.StartsAt.After(w.loaded) {
			next = a.ID
			break
		}
	}
	wanted, counter, point := s.booked, w.actors["gueret"], w.points["gueret"]
	if s.booked == s.seats && s.seats > 1 {
		wanted++
	}
	for _, serial := range serials {
		if wanted == 0 || next == uuid.Nil {
			return nil
		}
		_, err := service.Book(ctx, counter, next, point, serial, true)
		if _, refused := fault.ForForm(err); refused {
			continue
		}
		if err != nil {
			return err
		}
		wanted--
	}
	return nil
}

// callOff cancels the second session of Aubusson.
func (w *world) callOff(ctx context.Context, service *workshop.Service) error {
	list, err := service.OfPlace(ctx, w.places["tapisserie"], false)
	if err != nil || len(list) < 2 {
		return err
	}
	_, err = service.Cancel(ctx, w.actors[spotOf("tapisserie").structure], list[1].ID, "La salle est prise ce jour-là.", false)
	return err
}
