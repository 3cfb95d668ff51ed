package ui

import (
	"bytes"
	"context"
	"io"

	"github.com/a-h/templ"
)

// refused marks the message of a field that was refused.
var refused = []byte(`class="govuk-error-message"`)

// Details hides what few people need behind its summary. It is open when a field
// inside was refused: what is to be corrected, and what was typed, must be seen.
func Details(summary string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var inside bytes.Buffer
		if err := templ.GetChildren(ctx).Render(templ.ClearChildren(ctx), &inside); err != nil {
			return err
		}
		open := bytes.Contains(inside.Bytes(), refused)
		return Unfolded(summary, open).Render(templ.WithChildren(ctx, templ.Raw(inside.String())), w)
	})
}
