package demo

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"

	"codeberg.org/go-pdf/fpdf"

	"passnum/internal/identity"
	"passnum/internal/qualification/document"
	"passnum/internal/upload"
)

// vault is the installation's, or one whose key is forgotten.
func (s Settings) vault() (*upload.Vault, error) {
	if s.Vault != nil {
		return s.Vault, nil
	}
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails
	return upload.NewVault("", secret)
}

// sendPapers sends each paper that is asked of a structure, but the optional ones.
func (w *world) sendPapers(ctx context.Context, who identity.Actor, o organisation) error {
	asked, err := w.papers.Own(ctx, who)
	if err != nil {
		return err
	}
	for _, kind := range asked.Kinds {
		if kind.Optional {
			continue
		}
		content, err := w.paper(kind, o)
		if err != nil {
			return err
		}
		if _, err := w.papers.Put(ctx, who, kind.Code, kind.Code+"-"+o.key+".pdf", content); err != nil {
			return fmt.Errorf("paper %s: %w", kind.Code, err)
		}
	}
	return nil
}

// paper is a page that says what the real one would.
func (w *world) paper(kind document.Kind, o organisation) ([]byte, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCreationDate(w.clock.now)
	pdf.SetModificationDate(w.clock.now)
	latin := pdf.UnicodeTranslatorFromDescriptor("")
	pdf.AddPage()
	pdf.SetFont("Helvetica", "B", 17)
	pdf.MultiCell(0, 9, latin(kind.Label), "", "L", false)
	pdf.SetFont("Helvetica", "", 11)
	pdf.Ln(5)
	lines := []string{o.name, o.street, o.postal + " " + o.town, "SIRET " + siret(o.serial)}
	if kind.Code == document.RIB {
		lines = append(lines, "", "Titulaire : "+o.name, "IBAN : "+iban(o.serial), "BIC : AGRIFRPP")
	}
	for _, line := range append(lines, "", "Fait à "+o.town+" le "+w.clock.now.Format("02/01/2006")) {
		pdf.MultiCell(0, 7, latin(line), "", "L", false)
	}
	pdf.SetY(-45)
	pdf.SetTextColor(150, 90, 0)
	pdf.MultiCell(0, 6, latin("Pièce inventée pour la démonstration"), "", "L", false)
	var out bytes.Buffer
	err := pdf.Output(&out)
	return out.Bytes(), err
}
