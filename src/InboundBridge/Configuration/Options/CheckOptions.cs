namespace InboundBridge.Configuration.Options;

/// <summary>One check of the sender's side.</summary>
internal sealed record CheckOptions
{
    public CheckMode Mode { get; init; } = CheckMode.On;

    /// <summary>What an enforced check does when it can't be finished now.</summary>
    public OnTemporaryError OnTemporaryError { get; init; }

    public bool IsOn => Mode != CheckMode.Off;
}

internal enum CheckMode
{
    Off,

    /// <summary>A verdict for rules and receivers; nothing is refused for it.</summary>
    On,

    Enforce,
}

internal enum OnTemporaryError
{
    /// <summary>The mail goes on with the verdict <c>temperror</c>.</summary>
    Accept,

    /// <summary>451: the sender tries again.</summary>
    Defer,
}
