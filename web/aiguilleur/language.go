package aiguilleur

import "passnum/web/ui"

// plainFrench is the letter's language when nobody chose.
const plainFrench = "fr"

// languages are what the letter may be written in, as the counter chooses.
var languages = []ui.Option{
	{Value: plainFrench, Label: "Lettre en français"},
	{Value: large, Label: "Lettre en gros caractères"},
	{Value: "en", Label: "Lettre en anglais – English"},
	{Value: "ar", Label: "Lettre en arabe – العربية"},
	{Value: "uk", Label: "Lettre en ukrainien – Українська"},
}

// languageOf is a choice of the list, French otherwise.
func languageOf(typed string) string {
	for _, l := range languages {
		if l.Value == typed {
			return typed
		}
	}
	return plainFrench
}

// languageSent leaves French out of addresses.
func languageSent(language string) string {
	if language == plainFrench {
		return ""
	}
	return language
}
