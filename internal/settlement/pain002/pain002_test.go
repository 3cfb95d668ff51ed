package pain002_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"passnum/internal/fault"
	"passnum/internal/settlement/pain002"
)

// file writes a report in a version.
func file(version, body string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.` + version + `"><CstmrPmtStsRpt>` +
		`<GrpHdr><MsgId>BANK-1</MsgId><CreDtTm>2026-11-24T06:10:00+01:00</CreDtTm></GrpHdr>` + body + `</CstmrPmtStsRpt></Document>`
}

func original(status string) string {
	return `<OrgnlGrpInfAndSts><OrgnlMsgId>PN1</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>` + status + `</OrgnlGrpInfAndSts>`
}

const oneRejected = `<OrgnlPmtInfAndSts><OrgnlPmtInfId>PN1</OrgnlPmtInfId><PmtInfSts>PART</PmtInfSts>` +
	`<TxInfAndSts><OrgnlEndToEndId>E1</OrgnlEndToEndId><TxSts>ACSC</TxSts></TxInfAndSts>` +
	`<TxInfAndSts><OrgnlEndToEndId> E2 </OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>COMPTE</AddtlInf><AddtlInf>CLOS</AddtlInf></StsRsnInf>` +
	`<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">120.50</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts></OrgnlPmtInfAndSts>`

func TestReadsEveryShape(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"03", "10", "11"} {
		r, err := pain002.Parse(strings.NewReader(file(version, original(`<GrpSts>PART</GrpSts>`)+oneRejected)))
		if err != nil {
			t.Fatalf("%s: %v", version, err)
		}
		if r.Version != version || r.MessageID != "BANK-1" || r.OriginalMessageID != "PN1" || r.Status != pain002.Partial || len(r.Lots) != 1 {
			t.Fatalf("%s: %+v", version, r)
		}
		paid, back := r.Lots[0].Transactions[0], r.Lots[0].Transactions[1]
		if paid.EndToEndID != "E1" || paid.Status != pain002.Settled || back.EndToEndID != "E2" || back.Status != pain002.Rejected ||
			back.Reason != (pain002.Reason{Code: "AC04", Text: "COMPTE CLOS"}) || back.Amount != 12050 {
			t.Errorf("%s: %+v", version, r.Lots)
		}
	}
}

func TestWholeFilesAndLots(t *testing.T) {
	t.Parallel()
	whole, err := pain002.Parse(strings.NewReader(file("11", original(`<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Prtry>X9</Prtry></Rsn></StsRsnInf>`))))
	if err != nil || whole.Status != pain002.Rejected || whole.Reason.Code != "X9" || len(whole.Lots) != 0 {
		t.Errorf("%+v, %v", whole, err)
	}
	lot, err := pain002.Parse(strings.NewReader(file("03", original("")+`<OrgnlPmtInfAndSts><OrgnlPmtInfId>PN1</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts>`+
		`<StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf></OrgnlPmtInfAndSts>`)))
	if err != nil || lot.Lots[0].Status != pain002.Rejected || lot.Lots[0].Reason.Code != "AM04" {
		t.Errorf("%+v, %v", lot, err)
	}
	// A transfer without a state has its lot's.
	inherited, err := pain002.Parse(strings.NewReader(file("10", original(`<GrpSts>PART</GrpSts>`)+`<OrgnlPmtInfAndSts><OrgnlPmtInfId>PN1</OrgnlPmtInfId><PmtInfSts>PDNG</PmtInfSts>`+
		`<TxInfAndSts><OrgnlEndToEndId>E1</OrgnlEndToEndId></TxInfAndSts></OrgnlPmtInfAndSts>`)))
	if err != nil || inherited.Lots[0].Transactions[0].Status != pain002.Pending {
		t.Errorf("%+v, %v", inherited, err)
	}
}

func TestRefusesInOneSentence(t *testing.T) {
	t.Parallel()
	good := file("11", original(`<GrpSts>PART</GrpSts>`)+oneRejected)
	for name, text := range map[string]string{
		"empty": "", "not XML": "E2;RJCT", "truncated": good[:len(good)-40], "a statement": strings.Replace(good, "pain.002", "camt.053", 1),
		"no namespace":   strings.Replace(good, "urn:iso:std:iso:20022:tech:xsd:pain.002.001.11", "", 1),
		"billion laughs": `<!DOCTYPE x [<!ENTITY a "aa">]>` + good, "no original": file("11", ""), "no state": file("11", original("")),
		"dollars": strings.Replace(good, `"EUR"`, `"USD"`, 1), "a tenth of a cent": strings.Replace(good, "120.50", "120.501", 1),
		"two documents": good + good,
	} {
		if _, err := pain002.Parse(strings.NewReader(text)); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestFixture reads the example of the data folder, when it is there, and checks
// that our own examples are what the schema allows.
func TestFixture(t *testing.T) {
	t.Parallel()
	fixture, found := findUpward("shared/data/examples/pain.002.001.11_rejet.xml")
	if !found {
		t.Log("the shared data are not here: structural assertions only")
		return
	}
	f, err := os.Open(fixture)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := pain002.Parse(f)
	if err != nil || r.OriginalMessageID != "APTIC-20261123-0001" || len(r.Lots[0].Transactions) != 2 || r.Lots[0].Transactions[1].Reason.Code != "AC01" {
		t.Errorf("%+v, %v", r, err)
	}
	schema, _ := findUpward("shared/data/xsd/iso20022/pain.002.001.11.xsd")
	path := filepath.Join(t.TempDir(), "rejet.xml")
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(file("11", original(`<GrpSts>PART</GrpSts>`)+oneRejected), " E2 ", "E2")), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "xmllint", "--noout", "--schema", schema, path).CombinedOutput(); err != nil {
		t.Errorf("xmllint (apt-get install libxml2-utils): %v\n%s", err, out)
	}
}

func findUpward(name string) (string, bool) {
	for dir := "."; ; dir = filepath.Join("..", dir) {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err == nil {
			return path, true
		}
		if full, err := filepath.Abs(dir); err != nil || full == "/" {
			return "", false
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(file("11", original(`<GrpSts>PART</GrpSts>`)+oneRejected))
	f.Add(fmt.Sprintf(file("03", original("%s")), "<GrpSts>RJCT</GrpSts>"))
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := pain002.Parse(strings.NewReader(text)); err != nil {
			if _, ok := fault.As(err); !ok {
				t.Errorf("not a sentence: %v", err)
			}
		}
	})
}
