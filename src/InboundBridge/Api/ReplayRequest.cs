namespace InboundBridge.Api;

/// <summary>Body of <c>POST /messages/{id}/replay</c>.</summary>
internal sealed record ReplayRequest
{
    /// <summary>True: only say what would be sent.</summary>
    public bool DryRun { get; init; }

    /// <summary>True: where the rules in force want it now; false: where it went the first time.</summary>
    public bool ByRules { get; init; }

    /// <summary>A destination that gets it for all of the envelope's recipients, whatever rules say.</summary>
    public string? To { get; init; }
}

/// <summary>Body of <c>POST /replay</c>: which stored messages would go elsewhere. The filters are those of <c>GET /messages</c>.</summary>
internal sealed record ReplayDiffRequest
{
    /// <summary>The only way: nothing is sent.</summary>
    public bool DryRun { get; init; } = true;

    /// <summary>Texts by path (rule files, and the lists and scripts that they name); null: the rules in force.</summary>
    public IReadOnlyDictionary<string, string?>? Rules { get; init; }
}
