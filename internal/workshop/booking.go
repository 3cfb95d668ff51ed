package workshop

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"math/big"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Seat is what a booking gave. Code cancels it: it is told once, and kept only
// as a hash.
type Seat struct {
	Workshop Workshop `json:"-"`
	ID       uuid.UUID
	Serial   string
	Code     string
	Waiting  bool
}

// What a booking is refused for.
var (
	errNotHere   = fault.Field("carnet", "Les chèques de ce carnet ne sont pas acceptés à cet atelier\u00a0: autre territoire, autre service, ou structure non retenue par le financeur.")
	errOwn       = fault.Field("carnet", "La structure de cet atelier a remis ce carnet elle-même, et la commande ne veut pas qu’elle en prenne les chèques ici\u00a0: proposez l’atelier d’une autre structure.")
	errUnknown   = fault.Field("carnet", "Ce carnet n’a pas de chèque utilisable à cette date\u00a0: numéro mal recopié, carnet pas encore remis, bloqué ou périmé.")
	errNotEnough = fault.Field("carnet", "Il ne reste pas assez de chèques dans ce carnet, ceux d’autres ateliers réservés étant comptés.")
	// errPerson says one same thing of every carnet that cannot book, because
	// anybody may type a number.
	errPerson  = fault.Field("carnet", "Ce carnet ne permet pas de réserver cet atelier. Vérifiez le numéro. S’il est juste, demandez à l’accueil qui vous l’a remis\u00a0: il n’y a peut-être plus assez de chèques, ou ils ne sont pas acceptés ici.")
	errAlready = fault.Field("carnet", "Ce carnet a déjà une place à cet atelier. Pour venir à plusieurs, il faut un carnet par personne.")
	// ErrFull refuses a seat where there is none; the waiting list may be asked for.
	ErrFull = fault.New(fault.KindConflict, "L’atelier vient d’être complet. Vous pouvez demander une place sur la liste d’attente.")
	errPast = fault.New(fault.KindConflict, "Cet atelier a commencé ou il est annulé\u00a0: on ne peut plus y réserver.")
	// ErrNoSeat hides bookings that do not exist, that ended, and those of others.
	ErrNoSeat  = fault.New(fault.KindNotFound, "Cette réservation n’existe pas, ou elle est déjà annulée.")
	errNoCode  = fault.Field("code", "Ce code ne correspond à aucune réservation de cet atelier. Il a huit caractères et vous a été donné en réservant.")
	errPoint   = fault.Field("point", "Choisissez un de vos points de distribution.")
	errTooMany = fault.New(fault.KindTooMany, "Trop d’essais depuis cette adresse. Attendez dix minutes, ou réservez auprès d’un accueil.")
)

// Book takes a seat for a carnet at a counter, or a rank on the waiting list when
// wait is set. ErrNotFound, ErrFull.
func (s *Service) Book(ctx context.Context, actor identity.Actor, id, point uuid.UUID, typed string, wait bool) (Seat, error) {
	if err := actor.May(identity.HandOver); err != nil {
		return Seat{}, err
	}
	var seat Seat
	var refusal error
	err := s.inOrganisation(ctx, actor, "book seat", func(tx *postgres.Tx) error {
		w, err := shown(ctx, tx, id)
		if err != nil {
			return err
		}
		if point != uuid.Nil {
			mine, err := postgres.Value[bool](ctx, tx, `SELECT EXISTS (SELECT 1 FROM points WHERE aiguilleur_id = @me AND id = @point)`,
				postgres.Args{"me": actor.OrganisationID, "point": point})
			if err != nil || !mine {
				return orElse(err, errPoint)
			}
		}
		seat, refusal, err = s.book(ctx, tx, w, request{typed: typed, point: point, wait: wait, guesser: counterGuesser(actor)})
		return err
	})
	return seat, orElse(err, refusal)
}

// BookAlone is Book for the person, who shows nothing but the carnet's number:
// every carnet that cannot book is answered alike.
func (s *Service) BookAlone(ctx context.Context, address string, id uuid.UUID, typed string, wait bool) (Seat, error) {
	var seat Seat
	var refusal error
	err := s.db.InPublic(ctx, func(tx *postgres.Tx) error {
		w, err := shown(ctx, tx, id)
		if err != nil {
			return err
		}
		seat, refusal, err = s.book(ctx, tx, w, request{typed: typed, wait: wait, guesser: personGuesser(address)})
		return err
	})
	switch refusal {
	case errUnknown, errNotHere, errOwn, errNotEnough:
		refusal = errPerson
	}
	return seat, orElse(fault.Wrap(err, "book seat"), refusal)
}

func orElse(err, refusal error) error {
	if err != nil {
		return err
	}
	return refusal
}

// request is a seat asked for.
type request struct {
	typed   string
	point   uuid.UUID // the counter; none for a person
	wait    bool
	guesser guesser
}

// book answers with a refusal rather than an error, so that the try is counted.
func (s *Service) book(ctx context.Context, tx *postgres.Tx, w Workshop, r request) (seat Seat, refusal, err error) {
	serial, refusal := carnet.ParseSerial(r.typed)
	if refusal != nil {
		return seat, refusal, nil
	}
	blocked, err := r.guesser.blocked(ctx, tx)
	if err != nil || blocked {
		return seat, errTooMany, err
	}
	seat = Seat{Workshop: w, ID: postgres.NewID(), Serial: serial, Code: newCode()}
	answer, err := postgres.Value[string](ctx, tx, `SELECT book_workshop(@workshop, @serial, @id, @code, @point, @wait, @now)`,
		postgres.Args{"workshop": w.ID, "serial": serial, "id": seat.ID, "code": hashOf(w.ID, seat.Code), "point": none(r.point), "wait": r.wait, "now": tx.Now()})
	if err != nil {
		return Seat{}, nil, err
	}
	seat.Waiting = answer == "attente"
	if refusal = refusals[answer]; refusal != nil {
		seat = Seat{}
	}
	return seat, refusal, r.guesser.count(ctx, tx, refusal)
}

var refusals = map[string]error{
	"introuvable": ErrNotFound, "annule": errPast, "passe": errPast, "inconnu": errUnknown, "deja": errAlready, "refuse": errNotHere, "remis": errOwn,
	"cheques": errNotEnough, "complet": ErrFull,
}

func none(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

// codeLetters are those that nobody mistakes for another.
const codeLetters = "ACDEFGHJKLMNPQRTUVWXY34679"

// newCode is eight letters in two groups: « ACDE-FGHJ ».
func newCode() string {
	var b strings.Builder
	for i := range 8 {
		if i == 4 {
			b.WriteByte('-')
		}
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(codeLetters))))
		if err != nil {
			panic(err) // the system has no randomness left
		}
		b.WriteByte(codeLetters[n.Int64()])
	}
	return b.String()
}

// hashOf is what is kept of a code; the atelier makes two alike differ.
func hashOf(workshop uuid.UUID, code string) []byte {
	plain := strings.Map(func(r rune) rune {
		if strings.ContainsRune(codeLetters, r) {
			return r
		}
		return -1
	}, strings.ToUpper(code))
	sum := sha256.Sum256(append(workshop[:], plain...))
	return sum[:]
}
