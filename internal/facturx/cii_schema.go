package facturx

import "encoding/xml"

// The CII message, element by element in the order its schema wants. Prefixes
// are part of the names because encoding/xml writes namespaces on each element.

type message struct {
	XMLName     xml.Name    `xml:"rsm:CrossIndustryInvoice"`
	RSM         string      `xml:"xmlns:rsm,attr"`
	QDT         string      `xml:"xmlns:qdt,attr"`
	RAM         string      `xml:"xmlns:ram,attr"`
	UDT         string      `xml:"xmlns:udt,attr"`
	Context     context     `xml:"rsm:ExchangedDocumentContext"`
	Document    exchanged   `xml:"rsm:ExchangedDocument"`
	Transaction transaction `xml:"rsm:SupplyChainTradeTransaction"`
}

type context struct {
	Process   parameter `xml:"ram:BusinessProcessSpecifiedDocumentContextParameter"`
	Guideline parameter `xml:"ram:GuidelineSpecifiedDocumentContextParameter"`
}

type parameter struct {
	ID string `xml:"ram:ID"`
}

type exchanged struct {
	ID       string   `xml:"ram:ID"`
	TypeCode string   `xml:"ram:TypeCode"`
	Issued   dateTime `xml:"ram:IssueDateTime"`
	Notes    []note   `xml:"ram:IncludedNote"`
}

type dateTime struct {
	Value dateString `xml:"udt:DateTimeString"`
}

type formattedDate struct {
	Value dateString `xml:"qdt:DateTimeString"`
}

type dateString struct {
	Format string `xml:"format,attr"`
	Text   string `xml:",chardata"`
}

type note struct {
	Content string `xml:"ram:Content"`
	Subject string `xml:"ram:SubjectCode"`
}

type transaction struct {
	Lines      []tradeLine `xml:"ram:IncludedSupplyChainTradeLineItem"`
	Agreement  agreement   `xml:"ram:ApplicableHeaderTradeAgreement"`
	Delivery   delivery    `xml:"ram:ApplicableHeaderTradeDelivery"`
	Settlement settlement  `xml:"ram:ApplicableHeaderTradeSettlement"`
}

type tradeLine struct {
	Document   lineDocument   `xml:"ram:AssociatedDocumentLineDocument"`
	Product    tradeProduct   `xml:"ram:SpecifiedTradeProduct"`
	Agreement  lineAgreement  `xml:"ram:SpecifiedLineTradeAgreement"`
	Delivery   lineDelivery   `xml:"ram:SpecifiedLineTradeDelivery"`
	Settlement lineSettlement `xml:"ram:SpecifiedLineTradeSettlement"`
}

type lineDocument struct {
	LineID int `xml:"ram:LineID"`
}

type tradeProduct struct {
	Name        string `xml:"ram:Name"`
	Description string `xml:"ram:Description,omitempty"`
}

type lineAgreement struct {
	Price netPrice `xml:"ram:NetPriceProductTradePrice"`
}

type netPrice struct {
	Amount string `xml:"ram:ChargeAmount"`
}

type lineDelivery struct {
	Quantity quantity `xml:"ram:BilledQuantity"`
}

type quantity struct {
	Unit  string `xml:"unitCode,attr"`
	Value string `xml:",chardata"`
}

type lineSettlement struct {
	Tax tradeTax  `xml:"ram:ApplicableTradeTax"`
	Sum lineTotal `xml:"ram:SpecifiedTradeSettlementLineMonetarySummation"`
}

type lineTotal struct {
	Amount string `xml:"ram:LineTotalAmount"`
}

type tradeTax struct {
	Amount     string `xml:"ram:CalculatedAmount,omitempty"`
	Type       string `xml:"ram:TypeCode"`
	Reason     string `xml:"ram:ExemptionReason,omitempty"`
	Base       string `xml:"ram:BasisAmount,omitempty"`
	Category   string `xml:"ram:CategoryCode"`
	ReasonCode string `xml:"ram:ExemptionReasonCode,omitempty"`
	DueCode    string `xml:"ram:DueDateTypeCode,omitempty"`
	Rate       string `xml:"ram:RateApplicablePercent,omitempty"`
}

type agreement struct {
	BuyerReference string     `xml:"ram:BuyerReference,omitempty"`
	Seller         tradeParty `xml:"ram:SellerTradeParty"`
	Buyer          tradeParty `xml:"ram:BuyerTradeParty"`
	Order          *reference `xml:"ram:BuyerOrderReferencedDocument"`
	Contract       *reference `xml:"ram:ContractReferencedDocument"`
}

type tradeParty struct {
	GlobalIDs []identifier      `xml:"ram:GlobalID"`
	Name      string            `xml:"ram:Name"`
	Legal     *legal            `xml:"ram:SpecifiedLegalOrganization"`
	Address   address           `xml:"ram:PostalTradeAddress"`
	URI       *uri              `xml:"ram:URIUniversalCommunication"`
	VAT       []taxRegistration `xml:"ram:SpecifiedTaxRegistration"`
}

type identifier struct {
	Scheme string `xml:"schemeID,attr"`
	Value  string `xml:",chardata"`
}

type legal struct {
	ID identifier `xml:"ram:ID"`
}

type address struct {
	PostalCode string `xml:"ram:PostcodeCode,omitempty"`
	Street     string `xml:"ram:LineOne,omitempty"`
	Complement string `xml:"ram:LineTwo,omitempty"`
	Town       string `xml:"ram:CityName,omitempty"`
	Country    string `xml:"ram:CountryID"`
}

type uri struct {
	ID identifier `xml:"ram:URIID"`
}

type taxRegistration struct {
	ID identifier `xml:"ram:ID"`
}

type reference struct {
	Number string         `xml:"ram:IssuerAssignedID"`
	Type   string         `xml:"ram:TypeCode,omitempty"`
	Issued *formattedDate `xml:"ram:FormattedIssueDateTime"`
}

type delivery struct {
	Event *event `xml:"ram:ActualDeliverySupplyChainEvent"`
}

type event struct {
	On dateTime `xml:"ram:OccurrenceDateTime"`
}

type settlement struct {
	PaymentReference string        `xml:"ram:PaymentReference,omitempty"`
	Currency         string        `xml:"ram:InvoiceCurrencyCode"`
	Means            *paymentMeans `xml:"ram:SpecifiedTradeSettlementPaymentMeans"`
	Taxes            []tradeTax    `xml:"ram:ApplicableTradeTax"`
	Terms            *terms        `xml:"ram:SpecifiedTradePaymentTerms"`
	Sum              summation     `xml:"ram:SpecifiedTradeSettlementHeaderMonetarySummation"`
	Originals        []reference   `xml:"ram:InvoiceReferencedDocument"`
}

type paymentMeans struct {
	Type    string       `xml:"ram:TypeCode"`
	Account *account     `xml:"ram:PayeePartyCreditorFinancialAccount"`
	Bank    *institution `xml:"ram:PayeeSpecifiedCreditorFinancialInstitution"`
}

type account struct {
	IBAN string `xml:"ram:IBANID"`
}

type institution struct {
	BIC string `xml:"ram:BICID"`
}

type terms struct {
	Description string    `xml:"ram:Description,omitempty"`
	Due         *dateTime `xml:"ram:DueDateDateTime"`
}

type summation struct {
	Lines string   `xml:"ram:LineTotalAmount"`
	Base  string   `xml:"ram:TaxBasisTotalAmount"`
	Tax   currency `xml:"ram:TaxTotalAmount"`
	Grand string   `xml:"ram:GrandTotalAmount"`
	Paid  string   `xml:"ram:TotalPrepaidAmount,omitempty"`
	Due   string   `xml:"ram:DuePayableAmount"`
}

type currency struct {
	Code  string `xml:"currencyID,attr"`
	Value string `xml:",chardata"`
}
