package document_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
	"passnum/internal/qualification/document"
	"passnum/internal/testworld"
	"passnum/internal/upload"
)

type bench struct {
	*testworld.World
	*document.Service
	Candidate identity.Actor
}

func open(t *testing.T, gate upload.Gate) bench {
	t.Helper()
	w := testworld.New(t)
	vault, err := upload.NewVault("", bytes.Repeat([]byte("k"), 32))
	if err != nil {
		t.Fatal(err)
	}
	serves := identity.Capacities{Structure: true}
	id := w.Organisation("Tiers-lieu de la Gare", "55210055400013", "association", serves)
	w.Exec(`INSERT INTO structures (organisation_id) VALUES ($1)`, id)
	return bench{w, document.NewService(w.DB, gate, vault), w.Member(id, "candidat@exemple.test", identity.RoleResponsable, serves)}
}

func paper(text string) []byte {
	return []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n% " + text + "\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n")
}

func (b bench) put(t *testing.T, kind, text string) document.File {
	t.Helper()
	f, err := b.Put(t.Context(), b.Candidate, kind, kind+".pdf", paper(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (b bench) missing(t *testing.T) (list []string) {
	t.Helper()
	err := b.DB.InPlatform(t.Context(), b.Operator, "essai", func(tx *postgres.Tx) (err error) {
		list, err = document.Missing(t.Context(), tx, b.Candidate.OrganisationID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAPaperIsSealedReadAndDecided(t *testing.T) {
	t.Parallel()
	b := open(t, upload.Gate{})
	rib := b.put(t, document.RIB, "FR76 EN CLAIR")
	var kept []byte
	if err := b.Owner.QueryRow(t.Context(), `SELECT content FROM dossier_documents WHERE id = $1`, rib.ID).Scan(&kept); err != nil || bytes.Contains(kept, []byte("EN CLAIR")) {
		t.Fatalf("the database holds the paper in clear (%v)", err)
	}
	if _, content, err := b.Read(t.Context(), b.Operator, b.Candidate.OrganisationID, rib.ID); err != nil || !bytes.Equal(content, paper("FR76 EN CLAIR")) {
		t.Fatalf("the operator reads something else: %v", err)
	}
	if err := b.Refuse(t.Context(), b.Operator, b.Candidate.OrganisationID, rib.ID, " "); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a refusal without a reason: %v", err)
	}
	if err := b.Refuse(t.Context(), b.Operator, b.Candidate.OrganisationID, rib.ID, "Le nom ne se lit pas."); err != nil {
		t.Fatal(err)
	}
	if err := b.Accept(t.Context(), b.Operator, b.Candidate.OrganisationID, rib.ID); !errors.Is(err, document.ErrDecided) {
		t.Errorf("decided twice: %v", err)
	}
	if !slices.Contains(b.missing(t), "RIB de moins de trois mois") {
		t.Error("a refused paper is no longer asked for")
	}
	second := b.put(t, document.RIB, "lisible")
	if err := b.Accept(t.Context(), b.Operator, b.Candidate.OrganisationID, second.ID); err != nil {
		t.Fatal(err)
	}
	if err := b.Remove(t.Context(), b.Candidate, second.ID); !errors.Is(err, document.ErrDecided) {
		t.Errorf("an accepted paper was taken back: %v", err)
	}
	if slices.Contains(b.missing(t), "RIB de moins de trois mois") {
		t.Error("an accepted paper is still asked for")
	}
}

func TestAPaperIsNobodyElses(t *testing.T) {
	t.Parallel()
	b := open(t, upload.Gate{})
	rib := b.put(t, document.RIB, "à moi")
	if _, _, err := b.Open(t.Context(), b.Mediateur, rib.ID); !fault.Is(err, fault.KindNotFound) && !fault.Is(err, fault.KindForbidden) {
		t.Errorf("another structure opens it: %v", err)
	}
	if _, _, err := b.Read(t.Context(), b.Operator, b.Mediateur.OrganisationID, rib.ID); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("found under another structure: %v", err)
	}
	if _, _, err := b.Read(t.Context(), b.Candidate, b.Candidate.OrganisationID, rib.ID); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("a structure reads as the operator: %v", err)
	}
	if err := b.Accept(t.Context(), b.Candidate, b.Candidate.OrganisationID, rib.ID); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("a structure accepts its own paper: %v", err)
	}
}

func TestTheSamePaperTwiceIsOne(t *testing.T) {
	t.Parallel()
	b := open(t, upload.Gate{})
	b.put(t, document.RIB, "le même")
	if _, err := b.Put(t.Context(), b.Candidate, document.RIB, "copie.pdf", paper("le même")); !errors.Is(err, document.ErrTwice) {
		t.Errorf("kept twice: %v", err)
	}
	if _, err := b.Put(t.Context(), b.Candidate, "facture", "x.pdf", paper("x")); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a paper nobody asks for: %v", err)
	}
	gone := b.put(t, document.Statutes, "à retirer")
	if err := b.Remove(t.Context(), b.Candidate, gone.ID); err != nil {
		t.Fatal(err)
	}
	if list, err := b.Own(t.Context(), b.Candidate); err != nil || len(list.Files) != 1 {
		t.Errorf("%d papers left, %v", len(list.Files), err)
	}
}

func TestWhatIsBeingReadIsNotTakenBack(t *testing.T) {
	t.Parallel()
	b := open(t, upload.Gate{})
	rib := b.put(t, document.RIB, "lu")
	b.Exec(`UPDATE structures SET state = 'soumise' WHERE organisation_id = $1`, b.Candidate.OrganisationID)
	if err := b.Remove(t.Context(), b.Candidate, rib.ID); !errors.Is(err, document.ErrRead) {
		t.Errorf("taken back under the operator's eyes: %v", err)
	}
	b.put(t, document.RIB, "mieux lisible")
	if err := b.Refuse(t.Context(), b.Operator, b.Candidate.OrganisationID, rib.ID, "Flou"); err != nil {
		t.Fatal(err)
	}
	if err := b.Remove(t.Context(), b.Candidate, rib.ID); err != nil {
		t.Errorf("a refused paper: %v", err)
	}
}

type broken struct{}

func (broken) Scan(context.Context, []byte) error { return errors.New("connection refused") }

func TestNothingIsKeptWithoutTheAntivirus(t *testing.T) {
	t.Parallel()
	b := open(t, upload.Gate{Scanner: broken{}})
	if _, err := b.Put(t.Context(), b.Candidate, document.RIB, "rib.pdf", paper("x")); !errors.Is(err, upload.ErrNoScanner) {
		t.Errorf("got %v", err)
	}
	if list, err := b.Own(t.Context(), b.Candidate); err != nil || len(list.Files) != 0 {
		t.Errorf("%d papers kept, %v", len(list.Files), err)
	}
}

// Nothing is older than the policy in the table.
func TestPapersAreEmptiedOnSchedule(t *testing.T) {
	t.Parallel()
	b := open(t, upload.Gate{})
	structure := b.Candidate.OrganisationID
	refused, known, rib := b.put(t, document.Statutes, "1"), b.put(t, document.Identity, "2"), b.put(t, document.RIB, "3")
	if err := errors.Join(b.Refuse(t.Context(), b.Operator, structure, refused.ID, "Illisible"), b.Accept(t.Context(), b.Operator, structure, known.ID),
		b.Accept(t.Context(), b.Operator, structure, rib.ID)); err != nil {
		t.Fatal(err)
	}
	empty := func(want ...uuid.UUID) {
		t.Helper()
		if _, err := b.Purge(t.Context()); err != nil {
			t.Fatal(err)
		}
		list, err := b.Own(t.Context(), b.Candidate)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list.Files {
			if f.Readable() == slices.Contains(want, f.ID) {
				t.Errorf("%s: readable %v", f.Label(), f.Readable())
			}
		}
	}
	b.Exec(`UPDATE structures SET state = 'soumise' WHERE organisation_id = $1`, structure)
	b.Travel(89 * 24 * time.Hour)
	empty()
	b.Travel(5 * 24 * time.Hour)
	empty(refused.ID, known.ID)
	if _, _, err := b.Open(t.Context(), b.Candidate, known.ID); !errors.Is(err, document.ErrPurged) {
		t.Errorf("an emptied paper opens: %v", err)
	}
	// An identity that was sent with a file, and that nobody ticked.
	unticked := b.put(t, document.Identity, "4")
	b.Exec(`UPDATE structures SET state = 'suspendue', qualified_at = $2 WHERE organisation_id = $1`, structure, b.Now())
	b.Travel(89 * 24 * time.Hour)
	empty(refused.ID, known.ID)
	b.Travel(5 * 24 * time.Hour)
	empty(refused.ID, known.ID, unticked.ID)
	b.Exec(`UPDATE structures SET state = 'dequalifiee', decided_at = $2 WHERE organisation_id = $1`, structure, b.Now())
	b.Travel(94 * 24 * time.Hour)
	empty(refused.ID, known.ID, unticked.ID, rib.ID)
}

func TestEachBodySendsItsPapers(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string][]string{
		"commune": {document.RIB, document.Resolution}, "association": {document.RIB, document.Identity, document.Statutes, document.Board, document.Declared, document.Insurance},
		"entreprise": {document.RIB, document.Identity, document.Register, document.Statutes, document.Owners, document.Insurance},
	} {
		var got, delegated []string
		for _, k := range document.Required(organisation.Kind(kind), false) {
			got = append(got, k.Code)
			if k.Label == "" || k.Why == "" {
				t.Errorf("%s is not explained", k.Code)
			}
		}
		for _, k := range document.Required(organisation.Kind(kind), true) {
			delegated = append(delegated, k.Code)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v", kind, got)
		}
		if len(delegated) != len(got)+1 || !slices.Contains(delegated, document.Mandate) {
			t.Errorf("%s, filled in by someone else: %v", kind, delegated)
		}
	}
}
