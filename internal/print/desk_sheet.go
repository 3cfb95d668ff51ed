package print

import (
	"bytes"
	"fmt"
	"strconv"
)

// heading names the sheet, outside what is cut.
func (d *desk) heading(serial string, n, of int) {
	d.colour(muted)
	d.font(regular, 8.5)
	line := "Commande " + d.order + " · carnet " + serial
	if of > 0 {
		line += " · feuille " + strconv.Itoa(n) + " sur " + strconv.Itoa(of)
	}
	d.text(deskLeft+6, 10, line)
	d.textRight(a4Width-deskLeft-6, 10, "À imprimer à 100 %, sans mise à l’échelle")
}

// ruler is a line of exactly 100 mm: a printer that shrinks the page is found
// out before a carnet is cut.
func (d *desk) ruler(y float64) {
	const x, long = deskLeft + 6, 100.0
	d.line(x, y, x+long, y, 0.3, black)
	for mm := 0.0; mm <= long; mm += 10 {
		tick := 1.4
		if mm == 0 || mm == 50 || mm == long {
			tick = 2.6
		}
		d.line(x+mm, y-tick, x+mm, y, 0.3, black)
	}
	d.colour(ink)
	d.font(regular, 8.5)
	d.text(x+long+4, y, "Ce trait doit mesurer 100 mm à la règle.")
}

// steps numbers sentences down the page and returns the next free line.
func (d *desk) steps(y, width, pt float64, list ...string) float64 {
	for i, s := range list {
		d.panel(deskLeft+6, y-5, 7, 7, 3.5, d.accent)
		d.colour(white)
		d.font(bold, 11)
		d.textCentre(deskLeft+9.5, y-0.1, strconv.Itoa(i+1))
		d.colour(ink)
		d.font(regular, pt)
		y = d.block(deskLeft+18, y, width, pt*mmPerPt*1.35, 0, s) + 3.4
	}
	return y
}

// assembly tells how to make the carnet, and what to check, in large type.
func (d *desk) assembly(serial string) {
	y := deskTop + deskStep + 10
	d.colour(d.accent)
	d.font(bold, 16)
	d.text(deskLeft+6, y, "Pour faire ce carnet")
	last := count(d.size, "chèque", "chèques")
	y = d.steps(y+11, 170, 12.5,
		"Découpez la couverture ci-dessus et les chèques des feuilles suivantes, le long des traits fins.",
		"Vérifiez : "+last+", numérotés de 1 à "+strconv.Itoa(d.size)+", tous du carnet "+serial+".",
		"Empilez la couverture, puis les chèques dans l’ordre. Agrafez deux fois, à gauche, sur les talons.",
		"Rangez le carnet sous clé. Une feuille ratée est détruite : elle porte de vrais codes.",
	)
	d.checklist(y+3, serial)
}

// checklist is signed by who made the carnet and who checked it.
func (d *desk) checklist(y float64, serial string) {
	const x, width = deskLeft + 6, pageWidth - 12.0
	d.panel(x, y, width, 36, 1.5, sand)
	d.colour(ink)
	d.font(bold, 11)
	d.text(x+5, y+7.5, "Fait par")
	d.text(x+width/2+3, y+7.5, "Vérifié par")
	d.font(regular, 10)
	for i := range 2 {
		left := x + 5 + float64(i)*(width/2-2)
		for j, label := range []string{"Nom", "Date", "Signature"} {
			at := y + 15 + float64(j)*8
			d.text(left, at, label)
			d.line(left+19, at+0.6, left+width/2-10, at+0.6, 0.15, muted)
		}
	}
	d.colour(muted)
	d.font(regular, 8.5)
	d.text(x, y+42, "Cette feuille se garde avec le registre des carnets : elle ne porte aucun code. Carnet "+serial+".")
}

// DeskTest prints the page to try before any real one: the scale, and a
// specimen whose code can be scanned but never used.
func DeskTest(facts DeskRun, specimen Carnet) ([]byte, error) {
	facts.Specimen = true
	d, err := newDesk(facts, len(specimen.Cheques))
	if err != nil {
		return nil, err
	}
	d.pdf.AddPage()
	d.heading(specimen.Serial, 0, 0)
	if err := d.slot(0, d.cheque, func(c canvas) error { return d.chequeFacts(c, specimen.Serial, d.size, specimen.Cheques[0]) }); err != nil {
		return nil, err
	}
	y := deskTop + deskStep + 10
	d.colour(d.accent)
	d.font(bold, 20)
	d.text(deskLeft+6, y, "Page d’essai : mesurez avant d’imprimer")
	d.steps(y+13, 172, 13,
		"Dans la fenêtre d’impression, choisissez « Taille réelle » ou « 100 % ». Jamais « Ajuster à la page ».",
		"Mesurez le trait en bas de la page : il doit faire 100 mm, à 1 mm près. Sinon, revenez à l’étape 1.",
		"Le chèque ci-dessus est un spécimen. Ses quatre bords doivent être visibles et son carré noir net.",
		"Flashez le carré avec un téléphone : la page doit dire que c’est un spécimen.",
		"Utilisez un papier blanc d’au moins 90 g. Une imprimante laser résiste mieux à l’eau et au temps.",
		"Tout va bien ? Cochez la case sur Passnum, puis imprimez les vrais carnets.",
	)
	d.ruler(deskFoot + 2)
	var out bytes.Buffer
	if err := d.pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("print: %w", err)
	}
	return out.Bytes(), nil
}
