using InboundBridge.MailFlow.Scanning.Clamd;
using InboundBridge.MailFlow.Scanning.Rspamd;

namespace InboundBridge.MailFlow.Scanning;

/// <summary>The scanners of one configuration. Safe for concurrent use.</summary>
public sealed class MailScanners
{
    /// <summary>Null: no spam scanner.</summary>
    public RspamdScanner? Rspamd { get; init; }

    /// <summary>Null: no virus scanner.</summary>
    public ClamdScanner? Clamd { get; init; }

    /// <summary>Null: signatures are not checked.</summary>
    public SignatureScanner? Signatures { get; init; }

    /// <summary>A mail passes without the answer of a scanner that gives none; otherwise it is put off.</summary>
    public bool PassesUnscanned { get; init; }

    public ScanKinds Kinds => (Rspamd is null ? ScanKinds.None : ScanKinds.Spam) | (Clamd is null ? ScanKinds.None : ScanKinds.Virus)
        | (Signatures is null ? ScanKinds.None : ScanKinds.Signatures);

    /// <summary>Room for the answers about one mail. Nothing is asked yet.</summary>
    /// <param name="observer">Null for mail that is only tried out.</param>
    public ScanAnswers Begin(ScanObserver? observer) => new(this, observer);
}
