namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>rules</c>.</summary>
internal sealed record RulesOptions
{
    /// <summary>Full path of the directory (or of one file) of the rules; it may not exist when the configuration doesn't name it.</summary>
    public required string Path { get; init; }

    /// <summary>What a recipient meets that no rule decides for.</summary>
    public DefaultAction Default { get; init; } = new(DefaultActionKind.Reject);

    public RuleErrorAction OnError { get; init; } = RuleErrorAction.Defer;

    /// <summary>A reload may leave no rule at all.</summary>
    public bool AllowEmpty { get; init; }

    /// <summary>Full path of a second set that is evaluated without acting; null for none.</summary>
    public string? Shadow { get; init; }
}

/// <param name="Destination">Set when <paramref name="Kind"/> is <see cref="DefaultActionKind.Deliver"/>.</param>
internal sealed record DefaultAction(DefaultActionKind Kind, string? Destination = null);

internal enum DefaultActionKind
{
    Reject,
    Hold,
    Discard,
    Deliver,
}

/// <summary>What becomes of a message whose rule or script failed.</summary>
internal enum RuleErrorAction
{
    /// <summary>451: the sender tries again.</summary>
    Defer,

    Reject,

    Hold,
}
