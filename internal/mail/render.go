package mail

import (
	"fmt"
	"html/template"
	"strings"
)

// Action is the one thing a mail asks its reader to do.
type Action struct{ Label, URL string }

type letter struct {
	Subject, Greeting string
	Paragraphs        []string
	Action            *Action
	Footer            string
}

// Render lays out one of our mails, in text and in HTML. The action and the
// footer may be nil and empty; a line break inside a paragraph is kept. The
// caller adds the addressee.
func Render(subject, greeting string, paragraphs []string, action *Action, footer string) Message {
	l := letter{Subject: oneLine(subject), Greeting: greeting, Paragraphs: paragraphs, Action: action, Footer: footer}
	return Message{Subject: l.Subject, Text: l.text(), HTML: l.html()}
}

func (l letter) text() string {
	blocks := append([]string{l.Greeting}, l.Paragraphs...)
	if l.Action != nil {
		blocks = append(blocks, fmt.Sprintf("%s\u00a0:\n%s", l.Action.Label, l.Action.URL))
	}
	if l.Footer != "" {
		// « -- » is where mail programs fold a signature.
		blocks = append(blocks, "-- \n"+l.Footer)
	}
	return strings.Join(blocks, "\n\n") + "\n"
}

func (l letter) html() string {
	var b strings.Builder
	if err := page.Execute(&b, l); err != nil {
		panic(err) // the template and its data are fixed by this file
	}
	return b.String()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Mail programs know tables and inline styles only; the widths are for those
// that do not know max-width.
var page = template.Must(template.New("mail").Funcs(template.FuncMap{
	"lines": func(s string) []string { return strings.Split(s, "\n") },
}).Parse(`<!DOCTYPE html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>{{.Subject}}</title>
</head>
<body style="margin:0;padding:0;background-color:#FBF8F2;color:#1B2529;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#FBF8F2;">
<tr><td align="center" style="padding:24px 12px;">
<table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0" style="width:100%;max-width:600px;background-color:#FFFFFF;border:1px solid #D9D2C5;border-radius:10px;">
<tr><td style="background-color:#073D3B;border-bottom:4px solid #F2A93B;border-radius:10px 10px 0 0;padding:18px 28px;font-family:Arial,Helvetica,sans-serif;font-size:18px;font-weight:bold;color:#FFFFFF;">Pass numérique</td></tr>
<tr><td style="padding:28px;font-family:Arial,Helvetica,sans-serif;font-size:17px;line-height:1.5;color:#1B2529;">
<h1 style="margin:0 0 18px;font-size:22px;line-height:1.3;color:#1B2529;">{{.Subject}}</h1>
<p style="margin:0 0 18px;">{{.Greeting}}</p>
{{range .Paragraphs}}<p style="margin:0 0 18px;">{{range $i, $line := lines .}}{{if $i}}<br>{{end}}{{$line}}{{end}}</p>
{{end}}{{with .Action}}<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:6px 0 18px;">
<tr><td style="background-color:#0B5A56;border-radius:10px;"><a href="{{.URL}}" style="display:inline-block;padding:14px 24px;font-size:17px;font-weight:bold;color:#FFFFFF;text-decoration:none;">{{.Label}}</a></td></tr>
</table>
<p style="margin:0;font-size:15px;color:#4C5A60;">Si le bouton ne s’ouvre pas, copiez cette adresse dans votre navigateur&nbsp;:<br><a href="{{.URL}}" style="color:#0B5A56;word-break:break-all;">{{.URL}}</a></p>
{{end}}</td></tr>
{{if .Footer}}<tr><td style="border-top:1px solid #D9D2C5;padding:18px 28px;font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:1.5;color:#4C5A60;">{{range $i, $line := lines .Footer}}{{if $i}}<br>{{end}}{{$line}}{{end}}</td></tr>
{{end}}</table>
</td></tr>
</table>
</body>
</html>
`))
