package facturx

import "slices"

// RuleNames lists every rule, for the test that breaks each.
func RuleNames() []string {
	var names []string
	for _, r := range slices.Concat(commonRules, amountRules, invoiceRules, publicRules, needsRules(Needs{Service: true, Engagement: true})) {
		names = append(names, r.name)
	}
	return names
}
