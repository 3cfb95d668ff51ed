package story_test

import (
	"bytes"
	"io"
	"strings"

	"filippo.io/age"

	"passnum/internal/printing/bundle"
)

// readPrint sends the carnets to a print shop, which opens the pack with its own
// key, prints, and reads out what proves it.
func (p *story) readPrint() {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		p.t.Fatal(err)
	}
	o := p.operator
	o.open(p.adminOrder())
	o.follow("Préparer ou suivre le paquet de l’imprimeur")
	o.fill("Nom de l’imprimeur", "Imprimerie du Thaurion")
	o.fill("Clé publique", key.Recipient().String())
	o.press("Enregistrer l’imprimeur")
	o.press("Préparer le paquet")
	o.until(`document.body.textContent.includes("Actualiser la page pour la suite") || document.body.textContent.includes("Télécharger le paquet")`)
	o.open(p.adminOrder() + "/impression")
	pack := p.openPack(o.download("Télécharger le paquet"), key)
	p.carnets = readPaper(p.t, p.pagesOf(pack))
	if len(p.carnets) != 3 || len(p.carnets[0].codes) != 5 {
		p.t.Fatalf("read %d carnets off the paper", len(p.carnets))
	}
	o.open(p.adminOrder() + "/impression")
	o.fill("Empreinte lue par l’imprimeur", pack.Fingerprint[:16])
	o.press("Confirmer la réception et effacer")
	o.sees("La réception est confirmée", "reçu, effacé")
	o.examine(p.adminOrder() + "/impression")
	o.open(p.adminOrder())
}

func (p *story) openPack(sealed []byte, key age.Identity) *bundle.Pack {
	p.t.Helper()
	pack, err := bundle.Open(bytes.NewReader(sealed), int64(len(sealed)), key)
	if err != nil {
		p.t.Fatal(err)
	}
	problems, err := pack.Verify()
	if err != nil || len(problems) > 0 {
		p.t.Fatalf("the pack: %v %s", err, strings.Join(problems, ", "))
	}
	return pack
}

// pagesOf is the first file of carnets of a pack.
func (p *story) pagesOf(pack *bundle.Pack) []byte {
	p.t.Helper()
	file, err := pack.File(pack.Files[0].Name)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	pdf, err := io.ReadAll(file)
	if err != nil {
		p.t.Fatal(err)
	}
	return pdf
}
