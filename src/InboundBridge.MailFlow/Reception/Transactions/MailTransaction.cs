using System.Globalization;
using InboundBridge.MailFlow.Reception.Checks;
using InboundBridge.MailFlow.Scanning;
using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.MailFlow.SenderAuthentication.ResultsField;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Tracing;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Mime;
using InboundBridge.Rules.Contract;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.Text;

namespace InboundBridge.MailFlow.Reception.Transactions;

/// <summary>
/// One message from MAIL to the end of its data: its envelope, which grows with each RCPT, and the policy that applies to it.
/// </summary>
internal sealed class MailTransaction(string id, MailCommand mail, SmtpPeer peer, ReceptionPolicy policy, DateTimeOffset beganAt)
{
    private const int SubjectLength = 200;

    // Most messages have one recipient.
    private readonly List<RuleRecipient> _recipients = new(1);
    private readonly List<MailRecipient> _envelope = new(1);

    private CheckedFacts? _checked;

    /// <summary>The message's id. It is chosen at MAIL, because the Received field needs it.</summary>
    public string Id { get; } = id;

    /// <summary>When MAIL came. Rules see this time at every stage.</summary>
    public DateTimeOffset BeganAt { get; } = beganAt;

    public MailCommand Mail { get; } = mail;

    public SmtpPeer Peer { get; } = peer;

    public ReceptionPolicy Policy { get; } = policy;

    /// <summary>What checks find out about the mail, for live and shadow rules alike; null where nothing is checked.</summary>
    public CheckedFacts? Checked =>
        _checked ?? (Policy.Checks.Begin() is { } begun ? Interlocked.CompareExchange(ref _checked, begun, null) ?? begun : null);

    /// <summary>The checks of the sender's side; null where they are not asked.</summary>
    public SenderCheck? SenderCheck { get; init; }

    /// <summary>What the scanners say; null without scanners.</summary>
    public ScanAnswers? Scans { get; init; }

    /// <summary>Null where the mail is not traced.</summary>
    public MailTrace? Trace { get; init; }

    public IReadOnlyList<RuleRecipient> Recipients => _recipients;

    /// <summary>What the session refused since MAIL.</summary>
    public RefusalNotes Refusals { get; } = new();

    public string Sender { get; } = mail.ReversePath?.ToString() ?? string.Empty;

    /// <summary>The recipient, if there is only one; then the Received field may name it (RFC 5321 §7.2).</summary>
    public string? OnlyRecipient => _recipients is [var only] ? only.Address : null;

    public void Add(RuleRecipient recipient, RcptCommand command)
    {
        _recipients.Add(recipient);
        _envelope.Add(new MailRecipient(recipient.Address)
        {
            // Both are the bits of RFC 3461; a test holds them together.
            Notify = (RecipientNotify)command.Notify,
            OriginalRecipient = command.OriginalRecipient,
        });
    }

    /// <summary>The message as the spool records it, with what the checks of its sender said if they have answered.</summary>
    /// <param name="mail">Parsed from <paramref name="content"/>.</param>
    /// <param name="content">Prelude and received octets.</param>
    public SpooledMessage Describe(MimeMessage mail, MailContent content, string sha256, DateTimeOffset receivedAt) =>
        DescribeUnchecked(mail, content, sha256, receivedAt) with
        {
            AuthenticationJson = Verdicts is { } verdicts ? VerdictsJson.Write(verdicts) : null,
            ResultsField = SenderCheck?.Concluded is { } stated ? ResultsOf(stated) : null,
        };

    /// <summary>The same without what the checks have said.</summary>
    public SpooledMessage DescribeUnchecked(MimeMessage mail, MailContent content, string sha256, DateTimeOffset receivedAt) => new()
    {
        Id = Id,
        ReceivedAt = receivedAt,
        Envelope = ToEnvelope(),
        Size = content.Length,
        PreludeLength = content.PreludeLength,
        Sha256 = sha256,
        ConfigVersion = Policy.Routing.ConfigVersion,
        Subject = mail.Subject is { } subject ? CutText.At(subject, SubjectLength) : null,
    };

    /// <param name="content">Prelude and received octets.</param>
    public ScannedMail ForScanners(MailContent content) => new(
        Id, ToEnvelope() with { ClientName = Peer.ClientName ?? SenderCheck?.Known.Iprev?.Name }, content, Policy.Hostname);

    /// <summary>What the checks and scanners have said so far; null where nobody was asked.</summary>
    public MailVerdicts? Verdicts =>
        Policy.Given?.Verdicts ?? (Scans is { } scans ? scans.AddTo(SenderCheck?.SoFar) : SenderCheck?.SoFar);

    /// <summary>What the checks of the sender have said so far, for the log. Waits for none of them.</summary>
    public string Authentication => SenderCheck is not { } sender ? VerdictSummary.NotChecked
        : sender.Concluded is { } all ? VerdictSummary.Of(all) : VerdictSummary.OfSome(sender.SoFar);

    /// <summary>
    /// What the scanners have said so far, for the log: <c>spam=15.2 virus=Eicar-Signature</c>. Null where none has answered.
    /// </summary>
    public string? ScanFindings
    {
        get
        {
            var spam = Scans?.Spam is { } answer ? string.Create(CultureInfo.InvariantCulture, $"spam={answer.Score:0.##}") : null;
            var virus = Scans?.Virus is { } scan ? $"virus={scan.Name ?? "none"}" : null;
            return spam is null ? virus : virus is null ? spam : $"{spam} {virus}";
        }
    }

    private string? ResultsOf(MailVerdicts verdicts) => Policy.AuthservIds is not [var ours, ..] ? null
        : AuthenticationResults.Compose(new ResultsFieldInput(ours, verdicts)
        {
            Client = Peer.ClientIp,
            MailFrom = Sender,
            DkimWasChecked = Policy.Senders is { Options.Signatures.Dkim: true },
        });

    public MailEnvelope ToEnvelope() => new()
    {
        Sender = Sender,
        Recipients = _envelope,
        Helo = Peer.Helo,
        ClientIp = Peer.ClientIp?.ToString(),
        ClientName = Peer.ClientName,
        TlsVersion = Peer.Tls?.Version,
        TlsCipher = Peer.Tls?.Cipher,
        ClientCertificate = Peer.Tls?.ClientCertificate,
        User = Peer.User,
        SmtpUtf8 = Mail.SmtpUtf8,
        Body = Mail.Body switch { SmtpBodyType.EightBitMime => "8BITMIME", SmtpBodyType.BinaryMime => "BINARYMIME", _ => "7BIT" },
        DsnReturn = Mail.Return switch { DsnReturn.Full => "FULL", DsnReturn.Headers => "HDRS", _ => null },
        DsnEnvelopeId = Mail.EnvelopeId,
        RequireTls = Mail.RequireTls,
        Listener = Peer.Listener,
        Trusted = Peer.Trusted,
        Trace = Trace?.Parent,
        Refusals = Refusals.Kept,
        MoreRefusals = Refusals.More,
    };
}
