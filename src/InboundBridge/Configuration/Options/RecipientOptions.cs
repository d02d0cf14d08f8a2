namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>recipients</c>: any number of sources that know who exists; one that says yes is enough.</summary>
internal sealed record RecipientOptions
{
    /// <summary>Full path; one address or glob a line.</summary>
    public string? File { get; init; }

    /// <summary>Asked with <c>GET ?recipient=…</c>: 2xx yes, 404 no, anything else 451.</summary>
    public string? Url { get; init; }

    /// <summary>How long an answer of <see cref="Url"/> or <see cref="Verify"/> is kept.</summary>
    public TimeSpan Cache { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Addresses that stand for several, with those.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Groups { get; init; } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);

    /// <summary>True when one of the sources knows who exists; groups alone tell of nobody else.</summary>
    public bool KnowsWhoExists => File is not null || Url is not null || Verify is not null;

    /// <summary>An LMTP or relay destination that is asked with RCPT.</summary>
    public string? Verify { get; init; }
}
