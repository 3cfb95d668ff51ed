package kit

import (
	"fmt"
	"maps"
	"slices"

	"passnum/internal/money"
)

// books is what the ledger of a kit says, movement by movement.
type books struct {
	transactions, movements int64
	debits, credits         int64
	orders                  map[string]*sums // by order
	structures              map[string]*sums // by structure
}

// sums are what an order, or a structure, received, holds and paid, in cents.
type sums struct {
	recu, fonds, circulation, perime, avoir, aPayer, enTransit, paye, retenu, rembourse int64
	emis, utilise, perimes                                                              int64
}

// post adds a movement to both sides of the sums it touches.
func (s *sums) post(debit, credit string, amount int64) {
	s.side(credit, debit, amount)
	s.side(debit, credit, -amount)
}

// side moves amount into account, from the other one.
func (s *sums) side(account, from string, amount int64) {
	switch account {
	case "funds":
		s.fonds += amount
		if from == "bank" {
			s.recu += amount
		}
	case "circulation":
		s.circulation += amount
		switch from {
		case "payable":
			s.utilise -= amount
		case "expired":
			s.perimes -= amount
		default:
			s.emis += amount
		}
	case "expired":
		s.perime += amount
	case "credit":
		s.avoir += amount
	case "payable":
		s.aPayer += amount
	case "in_transit":
		s.enTransit += amount
	case "fees", "vat":
		if from != "bank" {
			s.retenu += amount
		}
	}
	if from == "bank" {
		s.banked(account, -amount)
	}
}

// banked counts what left the bank out of an account.
func (s *sums) banked(account string, amount int64) {
	switch account {
	case "payable", "in_transit":
		s.paye += amount
	case "credit", "circulation", "expired":
		s.rembourse += amount
	}
}

// kept is where the value received for an order is now.
func (s *sums) kept() int64 {
	return s.fonds + s.circulation + s.perime + s.avoir + s.aPayer + s.enTransit + s.paye + s.retenu + s.rembourse
}

// audit recomputes every sum from the ledger and the chèques.
func (k *Kit) audit() (Report, error) {
	b := &books{orders: map[string]*sums{}, structures: map[string]*sums{}}
	ledger, err := k.ledger(b)
	if err != nil {
		return nil, err
	}
	report := Report{ledger}
	for _, part := range []func(*books) (Finding, error){k.funds, k.live, k.used, k.creditors, k.claims, k.transfers} {
		finding, err := part(b)
		if err != nil {
			return nil, err
		}
		report = append(report, finding)
	}
	return report, nil
}

// ledger reads transactions and movements side by side: both are sorted.
func (k *Kit) ledger(b *books) (Finding, error) {
	f := Finding{}
	in, err := k.File(TablePath("ledger_transactions"))
	if err != nil {
		return f, err
	}
	defer func() { _ = in.Close() }()
	transactions, current, moved := titled(TablePath("ledger_transactions"), in), "", true
	advance := func(to string) {
		for current < to {
			if !moved {
				f.wrong("opération %s\u00a0: sans mouvement", current)
			}
			if !transactions.next() {
				current, moved = "\xff", true
				return
			}
			b.transactions++
			current, moved = transactions.text("commanditaire_id")+" "+transactions.text("id"), false
		}
	}
	err = k.each(TablePath("ledger_movements"), func(t *table) {
		key := t.text("commanditaire_id") + " " + t.text("transaction_id")
		advance(key)
		if key != current {
			f.wrong("mouvement de l’opération %s\u00a0: l’opération manque", key)
		} else {
			moved = true
		}
		b.add(t, &f)
	})
	if err != nil {
		return f, err
	}
	advance("\xff")
	if b.debits != b.credits {
		f.wrong("les débits font %s, les crédits %s", money.Cents(b.debits), money.Cents(b.credits))
	}
	f.Text = fmt.Sprintf("Grand livre\u00a0: %s opérations, %s mouvements, débits et crédits égaux à %s", money.Count(b.transactions), money.Count(b.movements), money.Cents(b.debits))
	return f, transactions.err
}

func (b *books) add(t *table, f *Finding) {
	debit, credit, amount := t.text("debit"), t.text("credit"), t.cents("amount_cents")
	b.movements++
	b.debits += amount
	b.credits += amount
	if amount <= 0 || debit == credit {
		f.wrong("mouvement de l’opération %s\u00a0: montant ou comptes impossibles", t.text("transaction_id"))
	}
	of(b.orders, t.text("order_id")).post(debit, credit, amount)
	if id := t.text("structure_id"); id != "" {
		of(b.structures, id).post(debit, credit, amount)
	}
}

func of(all map[string]*sums, id string) *sums {
	s := all[id]
	if s == nil {
		s = &sums{}
		all[id] = s
	}
	return s
}

// funds compares the sums of each order with the sheet that shows them.
func (k *Kit) funds(b *books) (Finding, error) {
	f, seen, total := Finding{}, map[string]bool{}, sums{}
	err := k.each(FundsName, func(t *table) {
		id, name := t.text("commande_id"), t.text("commande")
		s := of(b.orders, id)
		seen[id] = true
		for _, column := range []struct {
			title string
			cents int64
			total *int64
		}{
			{"recu", s.recu, &total.recu}, {"fonds", s.fonds, &total.fonds}, {"emis", s.emis, &total.emis}, {"circulation", s.circulation, &total.circulation},
			{"utilise", s.utilise, &total.utilise}, {"a_payer", s.aPayer, &total.aPayer}, {"en_transit", s.enTransit, &total.enTransit}, {"paye", s.paye, &total.paye},
			{"retenu", s.retenu, &total.retenu}, {"perime", s.perime, &total.perime}, {"avoir", s.avoir, &total.avoir}, {"rembourse", s.rembourse, &total.rembourse},
		} {
			*column.total += column.cents
			if shown := t.cents(column.title); shown != column.cents {
				f.wrong("commande %s\u00a0: %s vaut %s, le grand livre dit %s", name, column.title, money.Cents(shown), money.Cents(column.cents))
			}
		}
		if s.recu != s.kept() || s.emis != s.circulation+s.utilise+s.perimes {
			f.wrong("commande %s\u00a0: reçu %s, réparti %s", name, money.Cents(s.recu), money.Cents(s.kept()))
		}
	})
	for id := range b.orders {
		if !seen[id] {
			f.wrong("commande %s\u00a0: au grand livre, absente de %s", id, FundsName)
		}
	}
	f.Text = fmt.Sprintf("%s commandes\u00a0: %s reçus = %s non émis + %s en circulation + %s à payer + %s en transit + %s payés + %s retenus + %s périmés + %s d’avoirs + %s remboursés",
		money.Count(int64(len(seen))), money.Cents(total.recu), money.Cents(total.fonds), money.Cents(total.circulation), money.Cents(total.aPayer), money.Cents(total.enTransit),
		money.Cents(total.paye), money.Cents(total.retenu), money.Cents(total.perime), money.Cents(total.avoir), money.Cents(total.rembourse))
	return f, err
}

// live compares the chèques that circulate with the ledger.
func (k *Kit) live(b *books) (Finding, error) {
	found, count := map[string]int64{}, int64(0)
	err := k.each(LiveName, func(t *table) {
		found[t.text("commande_id")] += t.cents("valeur")
		count++
	})
	f := Finding{Text: fmt.Sprintf("Chèques en circulation\u00a0: %s, pour la valeur que dit le grand livre, commande par commande", money.Count(count))}
	compare(&f, "commande", found, b.orders, func(s *sums) int64 { return s.circulation })
	return f, err
}

// used compares the redemptions that stand with the ledger.
func (k *Kit) used(b *books) (Finding, error) {
	found, count := map[string]int64{}, int64(0)
	err := k.each(TablePath("redemptions"), func(t *table) {
		if t.text("undone_at") == "" {
			found[t.text("order_id")] += t.cents("amount_cents")
			count++
		}
	})
	f := Finding{Text: fmt.Sprintf("Chèques utilisés\u00a0: %s, pour la valeur que dit le grand livre, commande par commande", money.Count(count))}
	compare(&f, "commande", found, b.orders, func(s *sums) int64 { return s.utilise })
	return f, err
}

// creditors compares what each structure is owed with the ledger.
func (k *Kit) creditors(b *books) (Finding, error) {
	owed, transit, total, count := map[string]int64{}, map[string]int64{}, int64(0), int64(0)
	err := k.each(CreditorsName, func(t *table) {
		owed[t.text("structure_id")] += t.cents("du")
		transit[t.text("structure_id")] += t.cents("en_transit")
		total += t.cents("du")
		count++
	})
	f := Finding{Text: fmt.Sprintf("Créanciers\u00a0: %s structures, à qui l’on doit %s", money.Count(count), money.Cents(total))}
	compare(&f, "structure", owed, b.structures, func(s *sums) int64 { return s.aPayer })
	compare(&f, "structure", transit, b.structures, func(s *sums) int64 { return s.enTransit })
	return f, err
}

// claims compares the chèques behind each claim with the sum of its creditor.
func (k *Kit) claims(*books) (Finding, error) {
	behind, count := map[string]int64{}, int64(0)
	err := k.each(ClaimsName, func(t *table) {
		count++
		if t.text("etat") == "à payer" {
			behind[t.text("structure_id")] += t.cents("valeur")
		}
	})
	if err != nil {
		return Finding{}, err
	}
	f := Finding{Text: fmt.Sprintf("Détail des créances\u00a0: %s chèques", money.Count(count))}
	err = k.each(CreditorsName, func(t *table) {
		id := t.text("structure_id")
		if t.cents("valeur_cheques") != behind[id] || t.cents("du") != t.cents("valeur_cheques")+t.cents("autres") {
			f.wrong("structure %s\u00a0: %s de chèques, %s dans le détail", id, money.Cents(t.cents("valeur_cheques")), money.Cents(behind[id]))
		}
		delete(behind, id)
	})
	for _, id := range slices.Sorted(maps.Keys(behind)) {
		f.wrong("structure %s\u00a0: des chèques, mais absente de %s", id, CreditorsName)
	}
	return f, err
}

// transfers compares the transfers to order with what is owed.
func (k *Kit) transfers(b *books) (Finding, error) {
	total, count := int64(0), int64(0)
	f := Finding{}
	err := k.each(TransfersName, func(t *table) {
		count++
		total += t.cents("montant")
		id := t.text("structure_id")
		if owed := of(b.structures, id).aPayer; owed != t.cents("montant") {
			f.wrong("structure %s\u00a0: virement de %s pour %s dus", id, money.Cents(t.cents("montant")), money.Cents(owed))
		}
	})
	f.Text = fmt.Sprintf("Virements prêts\u00a0: %s, pour %s", money.Count(count), money.Cents(total))
	return f, err
}

func compare(f *Finding, what string, found map[string]int64, booked map[string]*sums, account func(*sums) int64) {
	ids := map[string]bool{}
	for id := range found {
		ids[id] = true
	}
	for id := range booked {
		ids[id] = true
	}
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		want := int64(0)
		if s := booked[id]; s != nil {
			want = account(s)
		}
		if found[id] != want {
			f.wrong("%s %s\u00a0: %s trouvés, le grand livre dit %s", what, id, money.Cents(found[id]), money.Cents(want))
		}
	}
}
