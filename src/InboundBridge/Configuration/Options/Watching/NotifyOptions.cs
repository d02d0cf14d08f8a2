namespace InboundBridge.Configuration.Options.Watching;

/// <summary>Configuration <c>notify</c>: a webhook that hears what needs a person.</summary>
internal sealed record NotifyOptions
{
    public static IReadOnlyList<NoticeKind> AllKinds { get; } = Enum.GetValues<NoticeKind>();

    /// <summary>The webhook destination.</summary>
    public string Webhook { get; init; } = string.Empty;

    public IReadOnlyList<NoticeKind> Events { get; init; } = AllKinds;
}

/// <summary>What a notice may be about.</summary>
internal enum NoticeKind
{
    /// <summary>A delivery was given up.</summary>
    DeadLetter,

    /// <summary>A destination does not answer.</summary>
    CircuitOpened,

    /// <summary>A certificate expires soon, or could not be renewed.</summary>
    Certificate,

    /// <summary>The spool's disk fills up.</summary>
    Disk,

    /// <summary>A changed configuration has errors; the old one stays.</summary>
    ReloadFailed,
}
