namespace InboundBridge.Configuration.Options;

/// <summary>
/// Configuration <c>recipients</c>: sources that know which recipients exist. A recipient exists when one of them says so.
/// </summary>
internal sealed record RecipientOptions
{
    /// <summary>Full path; one address or glob a line.</summary>
    public string? File { get; init; }

    /// <summary>Asked with <c>GET ?recipient=…</c>: 2xx yes, 404 no, anything else 451.</summary>
    public string? Url { get; init; }

    /// <summary>How long an answer of <see cref="Url"/> or <see cref="Verify"/> is kept.</summary>
    public TimeSpan Cache { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Group addresses, each with its members.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Groups { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// True when one of the sources knows which recipients exist. Groups alone don't: other addresses may exist beside them.
    /// </summary>
    public bool KnowsWhoExists => File is not null || Url is not null || Verify is not null;

    /// <summary>An LMTP or relay destination that is asked with RCPT.</summary>
    public string? Verify { get; init; }
}
