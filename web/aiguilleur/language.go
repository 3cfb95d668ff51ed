package aiguilleur

import "passnum/web/ui"

// plainFrench is the letter's language when nobody chose.
const plainFrench = "fr"

// languages are what the letter may be written in, as the counter chooses.
var languages = []ui.Option{
	{Value: plainFrench, Label: "Français"},
	{Value: "gros", Label: "Français, gros caractères"},
	{Value: "en", Label: "English – anglais"},
	{Value: "ar", Label: "العربية – arabe"},
	{Value: "uk", Label: "Українська – ukrainien"},
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
