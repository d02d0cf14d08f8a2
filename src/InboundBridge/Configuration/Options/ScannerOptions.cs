namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>scanners</c>.</summary>
internal sealed record ScannerOptions
{
    /// <summary>Null: no spam scanner.</summary>
    public RspamdOptions? Rspamd { get; init; }

    /// <summary>Null: no virus scanner.</summary>
    public ClamavOptions? Clamav { get; init; }

    public ScannerUnavailable OnUnavailable { get; init; } = ScannerUnavailable.Defer;
}

/// <summary>What happens to a message when a scanner that is asked gives no answer.</summary>
internal enum ScannerUnavailable
{
    /// <summary>451: the sender tries again.</summary>
    Defer,

    /// <summary>The fact is absent, evaluation goes on.</summary>
    Accept,
}
