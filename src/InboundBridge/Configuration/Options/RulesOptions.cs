namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>rules</c>.</summary>
internal sealed record RulesOptions
{
    /// <summary>
    /// Full path of the directory (or of one file) of the rules; it may not exist when the configuration doesn't name it.
    /// </summary>
    public required string Path { get; init; }

    /// <summary>What happens to a recipient that no rule decides about.</summary>
    public DefaultAction Default { get; init; } = new(DefaultActionKind.Reject);

    public RuleErrorAction OnError { get; init; } = RuleErrorAction.Defer;

    /// <summary>A reload may remove all rules.</summary>
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

/// <summary>What happens to a message when a rule or a script fails.</summary>
internal enum RuleErrorAction
{
    /// <summary>451: the sender tries again.</summary>
    Defer,

    Reject,

    Hold,
}
