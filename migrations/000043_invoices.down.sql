DROP TABLE invoice_events, invoice_papers, invoice_lines, invoices, billing_services, invoice_references;
DROP FUNCTION invoice_follows();
