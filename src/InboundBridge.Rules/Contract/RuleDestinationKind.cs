namespace InboundBridge.Rules.Contract;

/// <summary>What rules need to know of one kind of destination. The host describes every kind; rules know none of them by name.</summary>
/// <param name="Name">The key of the action in <c>then</c>, and the name of the function in scripts.</param>
public sealed record RuleDestinationKind(string Name)
{
    private static readonly IReadOnlySet<string> None = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Its deliveries carry every var, so that a capture is of use there even when no template names it.</summary>
    public bool CarriesVars { get; init; }

    /// <summary>
    /// The option that holds a URL. Values from the mail are percent-encoded in it, and they may decide its host. Null: no option does.
    /// </summary>
    public string? UrlOption { get; init; }

    /// <summary>Options whose texts become header fields: a value from the mail can't break their lines.</summary>
    public IReadOnlySet<string> HeaderOptions { get; init; } = None;

    /// <summary>Options that are never sent to a host that the mail decides.</summary>
    public IReadOnlyList<string> SecretOptions { get; init; } = [];

    /// <summary>Options that the mail must have no say in: no template may fill them, and no script may give them.</summary>
    public IReadOnlySet<string> NotFromMail { get; init; } = None;

    /// <summary>
    /// The key in a delivery's options that says that the mail decides the URL's host. No option of the configuration has this name.
    /// </summary>
    internal string? HostFromMailKey => UrlOption is null ? null : $"{UrlOption}_host_from_mail";
}
