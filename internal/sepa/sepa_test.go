package sepa

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"passnum/internal/money"
	"passnum/internal/sepa/sepatest"
)

func sample() File {
	paris := time.FixedZone("CET", 3600)
	return File{
		MessageID:       "APTIC-20261123-0001",
		CreatedAt:       time.Date(2026, 11, 21, 22, 10, 0, 0, paris),
		InitiatingParty: Party{Name: "Opérateur SCIC", SIRET: "99999999800019"},
		Debtor:          Debtor{Name: "Opérateur SCIC – compte cantonné", IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPPXXX"},
		ExecutionDate:   time.Date(2026, 11, 24, 0, 0, 0, 0, paris),
		BatchBooking:    true,
		Payments: []Payment{
			{EndToEndID: "RB-000001", InstructionID: "RB-000001", Amount: 100050, CreditorName: "Association « L’Œuvre & Cie »",
				CreditorIBAN: "FR1420041010050500013M02606", Remittance: "Bordereau RB-000001, 100 chèques à 10 €"},
			{EndToEndID: "RB-000002", InstructionID: "RB-000002", Amount: 52000, CreditorName: "CENTRE SOCIAL TEST",
				CreditorIBAN: "FR7630001007941234567890185", CreditorBIC: "BDFEFRPP", Remittance: "Bordereau RB-000002"},
		},
	}
}

func write(t *testing.T, f File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// leaves lists « path=text » of every element that holds text, and
// « path@attribute=value », in order.
func leaves(t *testing.T, content []byte) []string {
	t.Helper()
	var path, found []string
	dec := xml.NewDecoder(bytes.NewReader(content))
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			path = append(path, token.Name.Local)
			if !strings.HasPrefix(token.Name.Space, namespace+"pain.001.001.") {
				t.Fatalf("%s is in namespace %q", token.Name.Local, token.Name.Space)
			}
			for _, a := range token.Attr {
				if a.Name.Local != "xmlns" {
					found = append(found, strings.Join(path, "/")+"@"+a.Name.Local+"="+a.Value)
				}
			}
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			if text := strings.TrimSpace(string(token)); text != "" {
				found = append(found, strings.Join(path, "/")+"="+text)
			}
		}
	}
}

func TestWriteSaysAllOfIt(t *testing.T) {
	t.Parallel()
	const batch, transfer = "Document/CstmrCdtTrfInitn/PmtInf/", "Document/CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/"
	const header = "Document/CstmrCdtTrfInitn/GrpHdr/"
	want := []string{
		header + "MsgId=APTIC-20261123-0001", header + "CreDtTm=2026-11-21T22:10:00+01:00",
		header + "NbOfTxs=2", header + "CtrlSum=1520.50", header + "InitgPty/Nm=Operateur SCIC",
		header + "InitgPty/Id/OrgId/Othr/Id=99999999800019", header + "InitgPty/Id/OrgId/Othr/SchmeNm/Prtry=SIRET",
		batch + "PmtInfId=APTIC-20261123-0001", batch + "PmtMtd=TRF", batch + "BtchBookg=true",
		batch + "NbOfTxs=2", batch + "CtrlSum=1520.50", batch + "PmtTpInf/SvcLvl/Cd=SEPA", batch + "ReqdExctnDt/Dt=2026-11-24",
		batch + "Dbtr/Nm=Operateur SCIC - compte cantonne", batch + "DbtrAcct/Id/IBAN=FR7630006000011234567890189",
		batch + "DbtrAgt/FinInstnId/BICFI=AGRIFRPPXXX", batch + "ChrgBr=SLEV",
		transfer + "PmtId/InstrId=RB-000001", transfer + "PmtId/EndToEndId=RB-000001",
		transfer + "Amt/InstdAmt@Ccy=EUR", transfer + "Amt/InstdAmt=1000.50",
		transfer + "Cdtr/Nm=Association L'OEuvre et Cie", transfer + "CdtrAcct/Id/IBAN=FR1420041010050500013M02606",
		transfer + "RmtInf/Ustrd=Bordereau RB-000001, 100 cheques a 10 EUR",
		transfer + "PmtId/InstrId=RB-000002", transfer + "PmtId/EndToEndId=RB-000002",
		transfer + "Amt/InstdAmt@Ccy=EUR", transfer + "Amt/InstdAmt=520.00", transfer + "CdtrAgt/FinInstnId/BICFI=BDFEFRPP",
		transfer + "Cdtr/Nm=CENTRE SOCIAL TEST", transfer + "CdtrAcct/Id/IBAN=FR7630001007941234567890185",
		transfer + "RmtInf/Ustrd=Bordereau RB-000002",
	}
	content := write(t, sample())
	if got := strings.Join(leaves(t, content), "\n"); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s", got)
	}
	if !bytes.Equal(content, write(t, sample())) {
		t.Error("the same file is written twice in different bytes")
	}
}

func TestWithoutBICNorSIRET(t *testing.T) {
	t.Parallel()
	f := sample()
	f.Debtor.BIC, f.InitiatingParty.SIRET, f.BatchBooking = "", "", false
	f.Payments[0].InstructionID, f.Payments[1].CreditorBIC = "", ""
	content := string(write(t, f))
	for _, absent := range []string{"BICFI", "SIRET", "OrgId", "CdtrAgt", "PstlAdr"} {
		if strings.Contains(content, absent) {
			t.Errorf("%s is written", absent)
		}
	}
	for _, present := range []string{"<Id>NOTPROVIDED</Id>", "<BtchBookg>false</BtchBookg>"} {
		if !strings.Contains(content, present) {
			t.Errorf("%s is not written", present)
		}
	}
}

func TestLatin(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Médiathèque d’Œuilly":            "Mediatheque d'OEuilly",
		"Ça & là\u00a0: naïveté":          "Ca et la : naivete",
		"A&B":                             "A et B",
		"« Le Lien » – N° 3 (50 €)":       "Le Lien - No 3 (50 EUR)",
		"e\u0301cole":                     "ecole",
		"tab\tligne\r\nfin 中文 \U0001f600": "tab ligne fin",
		"Straße, Łódź; oui!":              "Strasse, Lodz, oui.",
		" /-?:().,'+ ":                    "/-?:().,'+",
	} {
		if got := Latin(text); got != want {
			t.Errorf("Latin(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestNamesAreCutWhereBanksCutThem(t *testing.T) {
	t.Parallel()
	f := sample()
	f.Payments[0].CreditorName = strings.Repeat("é", 69) + " suite"
	if content := string(write(t, f)); !strings.Contains(content, "<Nm>"+strings.Repeat("e", 69)+"</Nm>") {
		t.Error("70 characters expected, without a space at the end")
	}
}

func TestValidateNamesTheField(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*File)
		field string
	}{
		"no message id":        {func(f *File) { f.MessageID = "" }, "MessageID"},
		"long message id":      {func(f *File) { f.MessageID = strings.Repeat("A", 36) }, "MessageID"},
		"leading slash":        {func(f *File) { f.MessageID = "/A" }, "MessageID"},
		"trailing slash":       {func(f *File) { f.Payments[1].EndToEndID = "A/" }, "Payments[1].EndToEndID"},
		"double slash":         {func(f *File) { f.Payments[0].EndToEndID = "A//B" }, "Payments[0].EndToEndID"},
		"accent in id":         {func(f *File) { f.Payments[0].InstructionID = "é" }, "Payments[0].InstructionID"},
		"space around id":      {func(f *File) { f.Payments[0].EndToEndID = " A" }, "Payments[0].EndToEndID"},
		"no end-to-end id":     {func(f *File) { f.Payments[0].EndToEndID = "" }, "Payments[0].EndToEndID"},
		"same end-to-end id":   {func(f *File) { f.Payments[1].EndToEndID = "RB-000001" }, "Payments[1].EndToEndID"},
		"same instruction id":  {func(f *File) { f.Payments[1].InstructionID = "RB-000001" }, "Payments[1].InstructionID"},
		"no creation":          {func(f *File) { f.CreatedAt = time.Time{} }, "CreatedAt"},
		"no execution":         {func(f *File) { f.ExecutionDate = time.Time{} }, "ExecutionDate"},
		"execution in past":    {func(f *File) { f.ExecutionDate = f.CreatedAt.AddDate(0, 0, -1) }, "ExecutionDate"},
		"no initiating party":  {func(f *File) { f.InitiatingParty.Name = "中" }, "InitiatingParty.Name"},
		"bad SIRET":            {func(f *File) { f.InitiatingParty.SIRET = "123" }, "InitiatingParty.SIRET"},
		"no debtor":            {func(f *File) { f.Debtor.Name = "  " }, "Debtor.Name"},
		"debtor key":           {func(f *File) { f.Debtor.IBAN = "FR7612345678901234567890123" }, "Debtor.IBAN"},
		"spaced IBAN":          {func(f *File) { f.Debtor.IBAN = "FR76 3000 6000 0112 3456 7890 189" }, "Debtor.IBAN"},
		"debtor BIC":           {func(f *File) { f.Debtor.BIC = "AGRI" }, "Debtor.BIC"},
		"nobody to pay":        {func(f *File) { f.Payments = nil }, "Payments"},
		"zero":                 {func(f *File) { f.Payments[0].Amount = 0 }, "Payments[0].Amount"},
		"negative":             {func(f *File) { f.Payments[0].Amount = -1 }, "Payments[0].Amount"},
		"too much":             {func(f *File) { f.Payments[0].Amount = money.Cents(100_000_000_000) }, "Payments[0].Amount"},
		"no creditor":          {func(f *File) { f.Payments[1].CreditorName = "" }, "Payments[1].CreditorName"},
		"creditor IBAN":        {func(f *File) { f.Payments[1].CreditorIBAN = "" }, "Payments[1].CreditorIBAN"},
		"creditor BIC":         {func(f *File) { f.Payments[1].CreditorBIC = "bdfefrpp" }, "Payments[1].CreditorBIC"},
		"no remittance":        {func(f *File) { f.Payments[0].Remittance = "" }, "Payments[0].Remittance"},
		"long remittance":      {func(f *File) { f.Payments[0].Remittance = strings.Repeat("œ", 71) }, "Payments[0].Remittance"},
		"lower case in IBAN":   {func(f *File) { f.Payments[0].CreditorIBAN = "fr1420041010050500013M02606" }, "Payments[0].CreditorIBAN"},
		"unknown version":      {func(f *File) { f.Version = "10" }, "Version"},
		"half an address":      {func(f *File) { f.Payments[0].CreditorAddress = Address{Town: "Gueret", Country: "FR"} }, "Payments[0].CreditorAddress"},
		"address with accents": {func(f *File) { f.Payments[0].CreditorAddress = Address{"Rue", "", "23000", "Guéret", "FR"} }, "Payments[0].CreditorAddress"},
		"IBAN of a wrong size": {func(f *File) { f.Payments[0].CreditorIBAN = "FR14" }, "Payments[0].CreditorIBAN"},
	} {
		f := sample()
		c.spoil(&f)
		var b bytes.Buffer
		err := Write(&b, f)
		var wrong *FieldError
		if !errors.As(err, &wrong) || wrong.Field != c.field || b.Len() > 0 {
			t.Errorf("%s: %v (%d bytes written), want an error about %s", name, err, b.Len(), c.field)
		}
		if err != nil && strings.Contains(err.Error(), "30006") {
			t.Errorf("%s: the error holds an IBAN", name)
		}
	}
}

func TestValidateTellsEverything(t *testing.T) {
	t.Parallel()
	err := File{}.Validate()
	for _, field := range []string{"MessageID", "CreatedAt", "ExecutionDate", "InitiatingParty.Name", "Debtor.Name", "Debtor.IBAN", "Payments"} {
		if !strings.Contains(fmt.Sprint(err), "sepa: "+field+" ") {
			t.Errorf("%s is not named in %v", field, err)
		}
	}
}

type failing struct{ left int }

func (w *failing) Write(p []byte) (int, error) {
	if w.left -= len(p); w.left < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

func TestWriteReportsAFullDisk(t *testing.T) {
	t.Parallel()
	whole := len(write(t, sample()))
	for _, left := range []int{0, 100, whole - 1} {
		if err := Write(&failing{left}, sample()); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("after %d bytes: %v", left, err)
		}
	}
}

func TestSchemaAccepts(t *testing.T) {
	t.Parallel()
	bare := sample()
	bare.Debtor.BIC, bare.InitiatingParty.SIRET, bare.Payments[0].InstructionID = "", "", ""
	many := sample()
	for i := range 5000 {
		p := many.Payments[i%2]
		p.EndToEndID, p.InstructionID = fmt.Sprintf("RB-X%d", i), fmt.Sprintf("RB-X%d", i)
		many.Payments = append(many.Payments, p)
	}
	addressed := sample()
	addressed.Payments[0].CreditorAddress = SplitAddress("4 ter, impasse des Lilas", "23000", "Guéret")
	for name, f := range map[string]File{"sample": sample(), "bare": bare, "many": many, "addressed": addressed} {
		for _, version := range Versions {
			t.Run(name+" "+version.String(), func(t *testing.T) {
				t.Parallel()
				f.Version = version
				sepatest.Valid(t, version.String()+".xsd", write(t, f))
			})
		}
	}
}

// The reference example differs from ours by its texts, and by an address that
// the house does not send.
func TestSameShapeAsTheExample(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(filepath.Join("testdata", "example.xml"))
	if err != nil {
		t.Fatal(err)
	}
	f := sample()
	f.Payments[1].CreditorBIC = ""
	var want []string
	for _, leaf := range leaves(t, content) {
		if !strings.Contains(leaf, "/PstlAdr/") {
			want = append(want, leaf)
		}
	}
	got := leaves(t, write(t, f))
	if strings.Join(paths(got), "\n") != strings.Join(paths(want), "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func paths(leaves []string) []string {
	out := make([]string, len(leaves))
	for i, leaf := range leaves {
		out[i], _, _ = strings.Cut(leaf, "=")
	}
	return out
}
