package printing

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"strconv"

	"passnum/internal/order"
	"passnum/internal/print"
	"passnum/internal/printing/bundle"
	"passnum/internal/sheet"
)

// builder writes the files of a pack. Codes are derived twice, once for the
// pages and once for the table, rather than kept anywhere in between.
type builder struct {
	ctx             context.Context
	press           order.Press
	out             *bundle.Writer
	progress        func(done int) error
	printed, listed trace
}

func (b *builder) files() error {
	b.printed, b.listed = newTrace(), newTrace()
	for part, from := 1, 1; from <= b.press.Carnets; part, from = part+1, from+print.MostCarnets {
		if err := b.pageFile(part, from, min(from+print.MostCarnets-1, b.press.Carnets)); err != nil {
			return err
		}
	}
	for _, add := range []func() error{b.table, b.specimen, b.notice} {
		if err := add(); err != nil {
			return err
		}
	}
	return nil
}

var tableTitles = []string{"carnet", "serie", "rang", bundle.CodeColumn, "qr", "valeur", "accepte_jusqu_au", "commanditaire", "lot", "point", "commune"}

// table writes a row for each chèque, in the order of the pages.
func (b *builder) table() error {
	f := bundle.File{Name: "donnees-" + b.press.Number + ".csv", Kind: bundle.Codes, From: 1, To: b.press.Carnets}
	return b.out.Add(f, func(out io.Writer, f *bundle.File) error {
		rows := sheet.NewWriter(out)
		if err := rows.Header(tableTitles...); err != nil {
			return err
		}
		parcels, next := b.press.Parcels(), b.press.Supply(b.ctx, 1, b.press.Carnets)
		for number := 1; ; number++ {
			carnet, ok, err := next()
			if err != nil {
				return err
			}
			if !ok {
				break
			}
			b.listed.add(carnet)
			if err := b.rowsOf(rows, number, carnet, parcels); err != nil {
				return err
			}
			f.Rows += len(carnet.Cheques)
		}
		if !b.listed.same(b.printed) {
			return errors.New("the table and the pages hold different codes")
		}
		return rows.Flush()
	})
}

func (b *builder) rowsOf(rows *sheet.Writer, number int, carnet print.Carnet, parcels []order.Delivery) error {
	var lot, point, town sheet.Cell
	for i, d := range parcels {
		if number >= d.From && number <= d.To {
			lot, point, town = sheet.Int(i+1), sheet.Text(d.PointName), sheet.Text(d.Town)
		}
	}
	for _, c := range carnet.Cheques {
		err := rows.Row(sheet.Int(number), sheet.Text(carnet.Serial), sheet.Int(c.Rank), sheet.Text(c.Code), sheet.Text(c.QRPayload),
			sheet.Money(b.press.FaceValue), sheet.Date(b.press.Validity.Until), sheet.Text(b.press.Commanditaire), lot, point, town)
		if err != nil {
			return err
		}
	}
	return nil
}

// specimen adds the proof that the commanditaire approved.
func (b *builder) specimen() error {
	proof, err := b.press.Proof(b.ctx)
	if err != nil {
		return err
	}
	return b.out.Add(bundle.File{Name: "bon-a-tirer-" + b.press.Number + ".pdf", Kind: bundle.Specimen}, func(out io.Writer, _ *bundle.File) error {
		_, err := out.Write(proof)
		return err
	})
}

func (b *builder) notice() error {
	return b.out.Add(bundle.File{Name: "LISEZ-MOI.txt", Kind: bundle.Notice}, func(out io.Writer, _ *bundle.File) error {
		_, err := io.WriteString(out, noticeText)
		return err
	})
}

const noticeText = `PAQUET D’IMPRESSION PASSNUM

Ce paquet contient des codes qui valent de l’argent. Gardez-le sur un poste protégé,
n’en faites aucune copie inutile, et effacez tout après livraison.

carnets-….pdf       Une page par feuillet : une couverture, puis les chèques de chaque carnet.
                    Format rogné 200 × 80 mm, fonds perdus de 3 mm, traits de coupe.
                    Ligne pointillée à 40 mm du bord gauche des chèques : perforation du talon.
                    Imprimez à 100 %, sans mise à l’échelle. Les codes sont en noir seul.
donnees-….csv       Les mêmes données, une ligne par chèque, pour une impression à données variables.
                    UTF-8, séparateur point-virgule.
bon-a-tirer-….pdf   Le spécimen validé par la collectivité. Ses codes ne valent rien.
manifest.json       La liste des fichiers, avec leur nombre de pages ou de lignes et leur empreinte SHA-256.

1. Vérifiez le paquet : « passnum pack verify --key VOTRE-CLE PAQUET », ou comparez les empreintes.
2. Lisez au téléphone, à l’opérateur, l’empreinte SHA-256 du fichier manifest.json
   (Linux, macOS : « sha256sum manifest.json » ; Windows : « Get-FileHash manifest.json »).
3. Imprimez, façonnez, emballez par lot (colonnes « lot » et « point »).
4. Comptez les gâches et détruisez-les : un chèque taché vaut autant qu’un beau.
`

// trace sums up which codes went by, without keeping any.
type trace struct{ sum hash.Hash }

func newTrace() trace { return trace{sha256.New()} }

func (t trace) add(carnet print.Carnet) {
	line := append([]byte(carnet.Serial), '\n')
	for _, c := range carnet.Cheques {
		line = append(append(strconv.AppendInt(line, int64(c.Rank), 10), c.Code...), '\n')
	}
	t.sum.Write(line)
}

func (t trace) same(other trace) bool { return bytes.Equal(t.sum.Sum(nil), other.sum.Sum(nil)) }
