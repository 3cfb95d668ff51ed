package mediateur_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"passnum/web/webtest"
)

// scanWithKeyboard is a USB scanner: bursts without a pause, the cursor lost.
func scanWithKeyboard(t *testing.T, b *bench) {
	b.open("/mediateur/scanner")
	b.do(chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`))
	b.do(chromedp.KeyEvent(b.qr(b.codes[1]) + kb.Enter + b.codes[2] + kb.Enter + strings.ToLower(b.codes[3]) + kb.Enter))
	b.sees("3 chèques · 30,00 €")
	b.tick() // the cursor is on a box now
	b.scan(b.codes[5])
	b.sees("4 chèques · 40,00 €", "Carnet "+b.order.Serial(1), "Carnet "+b.order.Serial(2))
	b.do(chromedp.Focus(chromedp.CSS("[name=q]")))
	b.do(chromedp.KeyEvent(b.codes[6])) // no Enter
	b.sees("5 chèques · 50,00 €")
	if held := webtest.Read(t, b.tab, chromedp.Evaluate[string](`document.querySelector("[name=q]").value + document.querySelector("[name=codes]").value`)); held != "" {
		t.Errorf("the scan was left in a field: %q", held)
	}
	b.open("/mediateur/scanner") // a reload loses nothing
	b.sees("5 chèques · 50,00 €")
	b.until(`document.querySelector("[data-services] input").checked`)
	b.click("[data-basket] button")
	b.sees("4 chèques · 40,00 €")
	b.click("[data-empty]")
	b.sees("Tester un chèque sans l’encaisser")
	if n := b.redemptions(); n != 1 {
		t.Errorf("%d redemptions", n)
	}
}

// typeByHand is a hand: groups of four, and near misses explained as they come.
func typeByHand(t *testing.T, b *bench) {
	b.open("/mediateur/scanner")
	slowly := func(text string) {
		for _, r := range text {
			b.do(chromedp.KeyEvent(string(r)))
			b.do(chromedp.Evaluate[chromedp.Void](`new Promise((r) => setTimeout(r, 100))`, chromedp.EvalAwaitPromise))
		}
	}
	clear := b.codes[7]
	wrong := "2"
	if clear[9:10] == wrong {
		wrong = "3"
	}
	slowly(strings.ToLower(clear[:9] + wrong + clear[10:]))
	b.sees("Le 3e groupe contient une erreur")
	value := webtest.Read(t, b.tab, chromedp.Evaluate[string](`document.querySelector("[name=codes]").value`))
	if want := clear[:4] + " " + clear[4:8] + " "; !strings.HasPrefix(value, want) {
		t.Errorf("typed codes are not set in groups: %q", value)
	}
	b.do(chromedp.Evaluate[chromedp.Void](`{ const f = document.querySelector("[name=codes]"); f.value = ""; f.focus(); }`))
	slowly(clear)
	b.sees("Le code est bien tapé")
	b.do(chromedp.KeyEvent(kb.Enter))
	b.sees("1 chèque · 10,00 €")
	b.click("[data-empty]")
}

// nativeDetector stands for the one that phones have and Linux has not.
const nativeDetector = `globalThis.BarcodeDetector = class {
	static getSupportedFormats() { return Promise.resolve(["qr_code"]); }
	detect() { return Promise.resolve(globalThis.shown ? [
		{ rawValue: globalThis.shown, cornerPoints: [{ x: 600, y: 300 }, { x: 700, y: 400 }] },
		{ rawValue: "https://www.exemple.test/loin", cornerPoints: [{ x: 0, y: 0 }, { x: 10, y: 10 }] }] : []); }
};`

func scanWithNativeDetector(t *testing.T, b *bench) {
	b.open("/mediateur/scanner")
	b.do(chromedp.Evaluate[chromedp.Void](nativeDetector))
	b.click("[data-camera-start]")
	b.until(`document.querySelector("[data-camera]").dataset.decoder === "native"`)
	show := func(text string) { b.do(chromedp.Evaluate[chromedp.Void](`globalThis.shown = "` + text + `"`)) }
	show("WIFI:T:WPA;S:mairie;;")
	b.sees("QR code Wi-Fi")
	show(b.qr(b.codes[8])) // the scanner is not left dead by a wrong one
	b.sees("Valable", "1 chèque · 10,00 €")
	b.click("[data-camera-stop]")
	b.click("[data-empty]")
}

// scanWrongThings hears a sentence of its own for each.
func scanWrongThings(t *testing.T, b *bench) {
	b.open("/mediateur/scanner")
	for scanned, said := range map[string]string{
		"https://www.exemple.test/menu":          "Adresse d’un site",
		b.order.Serial(1):                        "Couverture du carnet",
		"HTTPS://AUTRE.EXEMPLE/P/" + stranger(t): "Autre dispositif",
		stranger(t):                              "Code inconnu",
		b.qr(b.codes[9][:7]):                     "Ce code a 7 caractères",
		b.codes[0]:                               "Déjà utilisé",
	} {
		b.scan(scanned)
		b.sees(said)
	}
	b.stutter("HTTPS://UN.AUTRE.EXEMPLE/P/" + stranger(t))
	b.sees("un.autre.exemple")
	b.scan(b.codes[9])
	b.sees("1 chèque · 10,00 €")
	b.scan(b.codes[9])
	b.sees("Déjà dans le panier")
	b.click("[data-empty]")
}

// scanWithoutNetwork keeps what it scans, opens without a server, and settles
// by itself when one answers.
func scanWithoutNetwork(t *testing.T, b *bench) {
	b.open("/mediateur/scanner")
	b.until(`navigator.serviceWorker.controller !== null`)
	before := b.redemptions()
	b.silence()
	b.scan(b.codes[10])
	b.sees("Sera vérifié", "Hors connexion")
	b.scan(b.codes[11])
	b.tick()
	b.sees("Garder 2 chèques à vérifier")
	b.open("/mediateur/scanner") // from what the browser keeps
	b.sees("Hors connexion", "Garder 2 chèques à vérifier")
	b.tick()
	b.click(confirm)
	b.sees("2 chèques gardés", "2 chèques attendent")
	if b.redemptions() != before {
		t.Error("something was taken without network")
	}
	b.speak()
	b.do(chromedp.Evaluate[chromedp.Void](`window.dispatchEvent(new Event("online"))`))
	b.until(`document.querySelector("[data-waiting]").hidden`)
	if n := b.redemptions() - before; n != 2 {
		t.Errorf("%d chèques settled", n)
	}
	b.open("/mediateur/file")
	b.sees("Payé", "Voir le reçu")
}

// loseAnAnswer breaks the network between the commit and its answer.
func loseAnAnswer(t *testing.T, b *bench) {
	b.open("/mediateur/scanner")
	b.scan(b.codes[12])
	b.tick()
	b.sees("Encaisser 1 chèque (10,00 €)")
	before := b.redemptions()
	b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(moveBasket, "baskets", "facts"), chromedp.EvalAwaitPromise))
	b.lose(redeems)
	b.click(confirm)
	b.sees("1 chèque gardé")
	if n := b.redemptions() - before; n != 1 {
		t.Errorf("%d chèques taken before the answer was lost", n)
	}
	b.lose(never)
	b.open("/mediateur/file")
	if b.warned.Load() == 0 {
		t.Error("the page let itself be left without a warning")
	}
	b.sees("Rien n’attend")
	if n := b.redemptions() - before; n != 1 {
		t.Errorf("%d chèques taken after the answer was asked again", n)
	}
	// As if the page had been closed before its basket was emptied: what is scanned
	// next must be a séance of its own.
	b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(moveBasket, "facts", "baskets"), chromedp.EvalAwaitPromise))
}

// moveBasket copies the basket that the browser keeps from one of its stores to
// another, where the scanner does not look for it.
const moveBasket = `(async () => {
	const done = (request) => new Promise((ok, no) => { request.onsuccess = () => ok(request.result); request.onerror = () => no(request.error); });
	const db = await done(indexedDB.open("passnum-scanner"));
	const from = db.transaction("%[1]s").objectStore("%[1]s");
	const keys = (await done(from.getAllKeys())).filter((key) => "%[1]s" === "baskets" || String(key).startsWith("basket "));
	if (keys.length !== 1) throw new Error(keys.length + " baskets in %[1]s");
	const basket = await done(db.transaction("%[1]s").objectStore("%[1]s").get(keys[0]));
	const key = "%[2]s" === "baskets" ? keys[0].slice("basket ".length) : "basket " + keys[0];
	await done(db.transaction("%[2]s", "readwrite").objectStore("%[2]s").put(basket, key));
	db.close();
})()`

// signOutWithAQueue is refused until the queue is exported, then leaves nothing
// behind; the file is taken back by a browser that knows nothing.
func signOutWithAQueue(t *testing.T, b *bench) {
	b.open("/mediateur/scanner")
	b.scan(b.codes[13])
	b.tick()
	b.sees("Encaisser 1 chèque (10,00 €)")
	b.silence()
	b.click(confirm)
	b.sees("1 chèque gardé")
	b.speak()
	b.lose(posts)
	before := b.redemptions()
	b.open("/mediateur")
	b.sees("1 chèque attend")
	b.click("[data-menu] summary")
	b.do(chromedp.Click(chromedp.CSS(`form[action="/deconnexion"] button`)))
	b.sees("Vous n’êtes pas déconnecté")
	b.until(`!document.querySelector("[data-queue-ready]").hidden && !document.querySelector("[data-queue-export]").disabled`)
	file := b.download("[data-queue-export]")
	b.sees("Exportée dans un fichier")
	if !strings.Contains(file, b.codes[13]) {
		t.Error("the exported file does not hold the chèque")
	}
	b.click("[data-menu] summary")
	b.do(chromedp.Click(chromedp.CSS(`form[action="/deconnexion"] button`)))
	b.sees("Au revoir")
	b.do(chromedp.Evaluate[chromedp.Void](nothingLeft, chromedp.EvalAwaitPromise))
	b.lose(never)
	b.open("/mediateur/file")
	b.until(`!document.querySelector("[data-queue-ready]").hidden`)
	quoted, _ := json.Marshal(file)
	b.do(chromedp.Evaluate[chromedp.Void](`{
		const files = new DataTransfer();
		files.items.add(new File([` + string(quoted) + `], "file.json"));
		const input = document.querySelector("[data-queue-import]");
		input.files = files.files;
		input.dispatchEvent(new Event("change"));
	}`))
	b.sees("1 séance reprise", "Payé")
	if n := b.redemptions() - before; n > 1 {
		t.Errorf("%d chèques taken", n)
	}
}

// nothingLeft waits until the browser keeps nothing of the scanner.
const nothingLeft = `(async () => {
	for (;;) {
		const kept = await Promise.all([indexedDB.databases(), caches.keys(), navigator.serviceWorker.getRegistrations()]);
		if (kept.every((one) => one.length === 0) && localStorage.getItem("passnum-file") === null) return true;
		await new Promise((resolve) => { setTimeout(resolve, 50); });
	}
})()`

// scanWithAWrongClock tells the person by how much it is wrong.
func scanWithAWrongClock(_ *testing.T, b *bench) {
	b.Travel(72 * time.Hour)
	b.open("/mediateur/scanner")
	b.scan(b.codes[14])
	b.sees("L’heure de cet appareil retarde de 3 jours")
	b.click("[data-empty]")
	b.At(time.Now())
}
