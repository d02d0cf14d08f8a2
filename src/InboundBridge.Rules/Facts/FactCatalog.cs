namespace InboundBridge.Rules.Facts;

/// <summary>How patterns on a fact are written.</summary>
internal enum FactKind
{
    Text,
    Number,
    Address,
    Instant,
}

/// <summary>What an answer costs; conditions are asked from the cheapest to the dearest.</summary>
internal static class FactCost
{
    public const int Envelope = 0;
    public const int Header = 10;
    public const int Structure = 20;
    public const int Body = 30;
    public const int Lookup = 40;
    public const int Scanner = 50;
    public const int Script = 60;
}

/// <summary>A fact as rules name it.</summary>
/// <param name="Key">In <c>when:</c>.</param>
/// <param name="IsSwitch">A plain true or false asks whether there is one.</param>
/// <param name="Values">The only values there are, for lint; null for free text.</param>
internal sealed record FactEntry(string Key, Fact Fact, FactKind Kind, int Cost, string Summary, bool IsSwitch = false, string[]? Values = null);

/// <summary>Every fact that is asked by one key; recipients, header fields, attachments, vars and the like have conditions of their own.</summary>
internal static class FactCatalog
{
    private static readonly string[] SpfValues = ["pass", "fail", "softfail", "neutral", "none", "temperror", "permerror"];

    public static readonly IReadOnlyList<FactEntry> All =
    [
        new("client_ip", Fact.ClientIp, FactKind.Address, FactCost.Envelope, "address of the client: an IP address or a network"),
        new("helo", Fact.Helo, FactKind.Text, FactCost.Envelope, "what the client said in HELO, EHLO or LHLO"),
        new("tls", Fact.Tls, FactKind.Text, FactCost.Envelope, "TLS version (TLSv1.3); true or false: with or without", IsSwitch: true),
        new("client_certificate", Fact.ClientCertificate, FactKind.Text, FactCost.Envelope, "subject of the client's verified certificate; true or false: with or without", IsSwitch: true),
        new("listener", Fact.Listener, FactKind.Text, FactCost.Envelope, "the listener's address as configured"),
        new("user", Fact.User, FactKind.Text, FactCost.Envelope, "who authenticated; true or false: anybody", IsSwitch: true),
        new("sender", Fact.Sender, FactKind.Text, FactCost.Envelope, "reverse-path; empty for bounces"),
        new("sender_domain", Fact.SenderDomain, FactKind.Text, FactCost.Envelope, "domain of the reverse-path"),
        new("size", Fact.Size, FactKind.Number, FactCost.Envelope, "octets of the message"),
        new("from", Fact.From, FactKind.Text, FactCost.Header, "addresses in From"),
        new("to", Fact.To, FactKind.Text, FactCost.Header, "addresses in To"),
        new("cc", Fact.Cc, FactKind.Text, FactCost.Header, "addresses in Cc"),
        new("reply_to", Fact.ReplyTo, FactKind.Text, FactCost.Header, "addresses in Reply-To"),
        new("subject", Fact.Subject, FactKind.Text, FactCost.Header, "decoded subject"),
        new("date", Fact.Date, FactKind.Instant, FactCost.Header, "Date field"),
        new("message_id", Fact.MessageId, FactKind.Text, FactCost.Header, "Message-ID without its brackets"),
        new("list_id", Fact.ListId, FactKind.Text, FactCost.Header, "List-Id without its brackets", IsSwitch: true),
        new("kind", Fact.Kind, FactKind.Text, FactCost.Structure, "what sort of mail it is",
            Values: ["bounce", "auto_reply", "list", "calendar", "encrypted", "signed", "report"]),
        new("attachments", Fact.Attachments, FactKind.Number, FactCost.Structure, "number of attachments"),
        new("text", Fact.Text, FactKind.Text, FactCost.Body, "plain text of the body"),
        new("html", Fact.Html, FactKind.Text, FactCost.Body, "HTML of the body"),
        new("client_name", Fact.ClientName, FactKind.Text, FactCost.Lookup, "confirmed reverse name of the client", IsSwitch: true),
        new("spf", Fact.Spf, FactKind.Text, FactCost.Lookup, "SPF result", Values: SpfValues),
        new("dkim", Fact.Dkim, FactKind.Text, FactCost.Lookup, "DKIM result", Values: ["pass", "fail", "none", "neutral", "policy", "temperror", "permerror"]),
        new("dkim_domain", Fact.DkimDomain, FactKind.Text, FactCost.Lookup, "domains whose DKIM signature passed"),
        new("dmarc", Fact.Dmarc, FactKind.Text, FactCost.Lookup, "DMARC result", Values: ["pass", "fail", "none", "temperror", "permerror"]),
        new("arc", Fact.Arc, FactKind.Text, FactCost.Lookup, "ARC result", Values: ["pass", "fail", "none"]),
        new("dnsbl", Fact.Dnsbl, FactKind.Text, FactCost.Lookup, "DNS block lists that name the client; true or false: any", IsSwitch: true),
        new("spam_score", Fact.SpamScore, FactKind.Number, FactCost.Scanner, "score of the spam scanner"),
        new("spam_action", Fact.SpamAction, FactKind.Text, FactCost.Scanner, "action that the spam scanner proposes"),
        new("virus", Fact.Virus, FactKind.Text, FactCost.Scanner, "name of the virus that was found; true or false: any", IsSwitch: true),
    ];

    private static readonly Dictionary<string, FactEntry> ByKey = All.ToDictionary(entry => entry.Key, StringComparer.Ordinal);
    private static readonly Dictionary<Fact, FactEntry> ByFact = All.ToDictionary(entry => entry.Fact);

    public static FactEntry? Find(string key) => ByKey.GetValueOrDefault(key);

    public static FactEntry Of(Fact fact) => ByFact[fact];
}
