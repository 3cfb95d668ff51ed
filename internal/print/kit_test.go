package print

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func kitFacts(points int) KitFacts {
	f := KitFacts{
		Issuer: sampleIssuer(), Commanditaire: "Département de la Creuse", Colour: "#7A1F4B", Format: "5 chèques de 10 €", Until: day(2026, 12, 31),
		PlacesURL: "passnum.fr/lieux", PlacesLink: "https://passnum.fr/lieux", PlacesPhone: "05 55 00 00 00", CreatedAt: day(2026, 3, 2),
	}
	for i := range points {
		f.Points = append(f.Points, KitPoint{fmt.Sprintf("Mairie n° %d d’Aubusson", i+1), "50 Grande Rue, 23200 Aubusson", "05 55 00 00 01"})
	}
	return f
}

func TestKit(t *testing.T) {
	t.Parallel()
	for piece, pages := range map[KitPiece]int{PosterA3: 1, PosterA4: 1, FlyerA5: 2} {
		f := kitFacts(3)
		f.Logo = pngLogo(t, 300, 120)
		pdf, err := Kit(f, piece)
		if err != nil {
			t.Fatal(err)
		}
		keep(t, string(piece), pdf)
		wantFonts(t, string(piece), pdf)
		wantInside(t, pdf)
		texts := pageTexts(t, pdf)
		if len(texts) != pages {
			t.Errorf("%s: %d pages", piece, len(texts))
		}
		all := strings.Join(texts, " ")
		wantAll(t, all, "Département de la Creuse", "Le numérique, ça s’apprend.", "Demandez un carnet", "sans rien payer", "Où demander un carnet ?",
			"Mairie n° 3 d’Aubusson", "50 Grande Rue, 23200 Aubusson", "Tél. 05 55 00 00 01", "passnum.fr/lieux", "31 décembre 2026")
		last := poppler(t, pdf, "pdftoppm", "-r", "100", "-f", itoa(pages), "-gray", "-png", "-")
		if code := strings.TrimSpace(scanPicture(t, last)); code != f.PlacesLink {
			t.Errorf("%s scans as %q", piece, code)
		}
	}
}

// TestKitOfManyPoints checks that what has no room is counted, and that the
// longest names stay on the page.
func TestKitOfManyPoints(t *testing.T) {
	t.Parallel()
	f := kitFacts(40)
	f.Commanditaire = "Communauté d’agglomération de Lens-Liévin et syndicat mixte Hauts-de-France numérique"
	for _, piece := range []KitPiece{PosterA4, FlyerA5} {
		pdf, err := Kit(f, piece)
		if err != nil {
			t.Fatal(err)
		}
		keep(t, string(piece)+"-plein", pdf)
		wantInside(t, pdf)
		wantAll(t, strings.Join(pageTexts(t, pdf), " "), "autres lieux à trouver sur passnum.fr/lieux")
	}
	f.Points = nil
	pdf, err := Kit(f, FlyerA5)
	if err != nil {
		t.Fatal(err)
	}
	wantAll(t, pageTexts(t, pdf)[1], "Renseignez-vous")
	if _, err := Kit(f, "tasse"); !errors.Is(err, ErrNoPiece) {
		t.Errorf("got %v", err)
	}
	if picture, err := KitPreview(f, PosterA3, 0, 600); err != nil || len(picture) < 2000 {
		t.Errorf("preview: %d bytes, %v", len(picture), err)
	} else {
		keep(t, "apercu-affiche", picture)
	}
}
