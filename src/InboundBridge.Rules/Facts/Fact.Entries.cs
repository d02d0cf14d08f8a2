namespace InboundBridge.Rules.Facts;

/// <summary>
/// The catalogue, in the order of documentation and schema. A new fact is one entry here, and one reader or supplier: a reader where
/// connection and envelope (<c>MailFacts</c>) or the mail (<c>MimeFacts</c>) tell it, a supplier in the configuration's list of checks
/// where finding it out costs something.
/// </summary>
public sealed partial class Fact
{
    private static readonly List<Fact> Entries = [];

    public static IReadOnlyList<Fact> All => Entries;

    public static Fact ClientIp { get; } = OfSession("client_ip", FactType.Address, "address of the client: an IP address or a network");

    public static Fact Helo { get; } = OfSession("helo", FactType.Text, "what the client said in HELO, EHLO or LHLO");

    /// <summary>Absent without TLS, else the version (<c>TLSv1.3</c>).</summary>
    public static Fact Tls { get; } = OfSession("tls", FactType.Text, "TLS version (TLSv1.3); true or false: with or without",
        isSwitch: true, valueOfTrue: "TLSv1.3");

    public static Fact ClientCertificate { get; } =
        OfSession("client_certificate", FactType.Text, "subject of the client's verified certificate; true or false: with or without",
            isSwitch: true);

    public static Fact Listener { get; } = OfSession("listener", FactType.Text, "the listener's address as configured");

    public static Fact User { get; } = OfSession("user", FactType.Text, "who authenticated; true or false: anybody", isSwitch: true);

    public static Fact Sender { get; } = OfSession("sender", FactType.Text, "reverse-path; empty for bounces", isInTemplates: true);

    public static Fact SenderDomain { get; } = OfSession("sender_domain", FactType.Text, "domain of the reverse-path", isInTemplates: true);

    /// <summary>Octets: what MAIL declares, where it does, and what was counted once the data is there.</summary>
    public static Fact Size { get; } = OfSession("size", FactType.Number, "octets of the message");

    public static Fact From { get; } = OfHeader("from", FactType.Text, "addresses in From", "From");

    public static Fact To { get; } = OfHeader("to", FactType.Text, "addresses in To", "To");

    public static Fact Cc { get; } = OfHeader("cc", FactType.Text, "addresses in Cc", "Cc");

    public static Fact ReplyTo { get; } = OfHeader("reply_to", FactType.Text, "addresses in Reply-To", "Reply-To");

    public static Fact Subject { get; } = OfHeader("subject", FactType.Text, "decoded subject", "Subject", isInTemplates: true);

    public static Fact Date { get; } = OfHeader("date", FactType.Instant, "Date field");

    public static Fact MessageId { get; } = OfHeader("message_id", FactType.Text, "Message-ID without its brackets", "Message-ID");

    public static Fact ListId { get; } = OfHeader("list_id", FactType.Text, "List-Id without its brackets", isSwitch: true);

    public static Fact Kind { get; } = OfContent("kind", FactType.Text, FactCost.Structure, "what sort of mail it is",
        ["bounce", "auto_reply", "list", "calendar", "encrypted", "signed", "report"]);

    public static Fact Attachments { get; } = OfContent("attachments", FactType.Attachments, FactCost.Structure, "number of attachments");

    public static Fact Text { get; } = OfContent("text", FactType.Text, FactCost.Body, "plain text of the body");

    public static Fact Html { get; } = OfContent("html", FactType.Text, FactCost.Body, "HTML of the body");

    public static Fact ClientName { get; } =
        new("client_name", FactType.Text, FactCost.Lookup, RuleStage.Recipient, FactSource.OfCheck("authentication.iprev"),
            "confirmed reverse name of the client")
        {
            IsSwitch = true,
            ScriptMember = "client_name",
        };

    public static Fact Spf { get; } = new("spf", FactType.Text, FactCost.Lookup, RuleStage.Recipient,
        FactSource.OfCheck("authentication.spf"), "SPF result")
    {
        IsNoneUnlessAsked = true,
        Values = ["pass", "fail", "softfail", "neutral", "none", "temperror", "permerror"],
        ScriptMember = "authentication",
        ScriptPath = "authentication.spf.result",
    };

    public static Fact Dkim { get; } = new("dkim", FactType.Text, FactCost.Lookup, RuleStage.Body,
        FactSource.OfCheck("authentication.dkim"), "DKIM result")
    {
        IsNoneUnlessAsked = true,
        Values = ["pass", "fail", "none", "neutral", "policy", "temperror", "permerror"],
        ScriptMember = "authentication",
    };

    public static Fact DkimDomain { get; } =
        new("dkim_domain", FactType.Text, FactCost.Lookup, RuleStage.Body, FactSource.OfCheck("authentication.dkim"),
            "domains whose DKIM signature passed")
        {
            Implies = (Dkim, "pass"),
        };

    public static Fact Dmarc { get; } = new("dmarc", FactType.Text, FactCost.Lookup, RuleStage.Body,
        FactSource.OfCheck("authentication.dmarc"), "DMARC result")
    {
        IsNoneUnlessAsked = true,
        Values = ["pass", "fail", "none", "temperror", "permerror"],
        ScriptMember = "authentication",
        ScriptPath = "authentication.dmarc.result",
    };

    public static Fact DmarcPolicy { get; } = new("dmarc_policy", FactType.Text, FactCost.Lookup, RuleStage.Body,
        FactSource.OfCheck("authentication.dmarc"), "what the author's domain asks to do with mail that fails DMARC; absent without a record")
    {
        Values = ["none", "quarantine", "reject"],
    };

    public static Fact Verdict { get; } = new("verdict", FactType.Text, FactCost.Lookup, RuleStage.Body,
        FactSource.OfCheck("authentication.dmarc"), "the one word about who wrote the mail, of all checks together")
    {
        IsNoneUnlessAsked = true,
        Values = ["pass", "fail", "none", "forwarded"],
        ScriptPath = "authentication.verdict",
    };

    public static Fact Arc { get; } = new("arc", FactType.Text, FactCost.Lookup, RuleStage.Body, FactSource.OfCheck("authentication.arc"),
        "ARC result")
    {
        IsNoneUnlessAsked = true,
        Values = ["pass", "fail", "none", "temperror"],
        ScriptMember = "authentication",
        ScriptPath = "authentication.arc.result",
    };

    public static Fact Dnsbl { get; } = new("dnsbl", FactType.Text, FactCost.Lookup, RuleStage.Recipient,
        FactSource.OfCheck("authentication.dnsbl"),
        "DNS block lists that name the client; true or false: any")
    {
        IsSwitch = true,
        Advice = "a zone of authentication.dnsbl; its 'codes' say which answers count",
    };

    public static Fact Dnswl { get; } = new("dnswl", FactType.Text, FactCost.Lookup, RuleStage.Recipient,
        FactSource.OfCheck("authentication.dnsbl"),
        "DNS lists of good clients (allow: true) that name the client; true or false: any")
    {
        IsSwitch = true,
        Advice = "a zone of authentication.dnsbl with allow: true; its 'codes' say which answers count",
    };

    public static Fact SpamScore { get; } =
        new("spam_score", FactType.Number, FactCost.Scanner, RuleStage.Body, FactSource.OfCheck("scanners.rspamd"),
            "score of the spam scanner")
        {
            ScriptMember = "spam",
        };

    public static Fact SpamAction { get; } =
        new("spam_action", FactType.Text, FactCost.Scanner, RuleStage.Body, FactSource.OfCheck("scanners.rspamd"),
            "action that the spam scanner proposes")
        {
            UsualValues =
                ["no action", "greylist", "add header", "rewrite subject", "soft reject", "reject", "discard", "quarantine"],
            ScriptMember = "spam",
        };

    public static Fact Virus { get; } = new("virus", FactType.Text, FactCost.Scanner, RuleStage.Body, FactSource.OfCheck("scanners.clamav"),
        "name of the virus that was found; true or false: any")
    {
        IsSwitch = true,
        ScriptMember = "virus",
    };

    public static Fact Signature { get; } =
        new("signature", FactType.Text, FactCost.Scanner, RuleStage.Body, FactSource.OfCheck("authentication.signatures"),
            "what is known about the mail's S/MIME and OpenPGP signatures")
        {
            IsNoneUnlessAsked = true,
            Values = ["valid", "invalid", "unknown", "none"],
            ScriptMember = "signatures",
        };

    public static Fact Signer { get; } =
        new("signer", FactType.Text, FactCost.Scanner, RuleStage.Body, FactSource.OfCheck("authentication.signatures"),
            "addresses of the author's certificates or keys whose signatures are valid; true or false: any")
        {
            IsSwitch = true,
            Implies = (Signature, "valid"),
            ScriptMember = "signatures",
        };

    /// <summary>What the domain publishes for an SPF fail (RFC 7208 §6.2).</summary>
    public static Fact SpfExplanation { get; } =
        new("spf_explanation", FactType.Text, FactCost.Lookup, RuleStage.Recipient, FactSource.OfCheck("authentication.spf"),
            "the domain's explanation of an SPF fail")
        {
            IsCondition = false,
            IsInTemplates = true,
            PartOf = Spf,
        };

    // Static initializers run in the order in which they are written, so this initializer must come after the last entry.
    private static readonly Dictionary<string, Fact> ByKey = Entries.ToDictionary(fact => fact.Key, StringComparer.Ordinal);

    private static Fact OfSession(
        string key, FactType type, string summary, bool isSwitch = false, string valueOfTrue = "yes", bool isInTemplates = false) =>
        new(key, type, FactCost.Envelope, RuleStage.Recipient, FactSource.Session, summary)
        {
            IsSwitch = isSwitch,
            ValueOfTrue = valueOfTrue,
            IsInTemplates = isInTemplates,
        };

    private static Fact OfHeader(string key, FactType type, string summary, string? impliedField = null, bool isSwitch = false,
        bool isInTemplates = false) =>
        new(key, type, FactCost.Header, RuleStage.Header, FactSource.Header, summary)
        {
            ImpliedField = impliedField,
            IsSwitch = isSwitch,
            IsInTemplates = isInTemplates,
        };

    private static Fact OfContent(string key, FactType type, int cost, string summary, IReadOnlyList<string>? values = null) =>
        new(key, type, cost, RuleStage.Body, FactSource.Content, summary) { Values = values };
}
