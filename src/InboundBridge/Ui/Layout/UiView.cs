using InboundBridge.Ui.Routing;

namespace InboundBridge.Ui.Layout;

/// <summary>What every part of a page may need to know about the request; a cascading value of the components.</summary>
public sealed record UiView
{
    public required DateTimeOffset Now { get; init; }

    /// <summary>Of the request.</summary>
    public required string Path { get; init; }

    /// <summary>The antiforgery token of this caller's forms.</summary>
    public required string FormToken { get; init; }

    /// <summary>The name of the token; null for whoever has not signed in.</summary>
    public string? Who { get; init; }

    /// <summary>False for a read token: its pages have no buttons.</summary>
    public bool MayChange { get; init; }

    /// <summary>Whether other nodes share the spool, found out where a page asks for it.</summary>
    public required Lazy<bool> OtherNodes { get; init; }

    /// <summary>Other nodes share the spool: what only this one counts must say so.</summary>
    public bool IsOneOfSeveral => OtherNodes.Value;

    /// <summary>Stands behind figures that are this node's alone.</summary>
    public string AtThisNode => IsOneOfSeveral ? " at this node" : string.Empty;

    public bool CanSignOut { get; init; }

    /// <summary>Of the product.</summary>
    public required string Version { get; init; }

    /// <summary>Said once, after a change.</summary>
    public UiNotice? Notice { get; init; }

    /// <summary>Pages elsewhere.</summary>
    public IReadOnlyList<UiLink> Links { get; init; } = [];

    /// <summary>Addresses of the static files.</summary>
    public required string Style { get; init; }

    public required string Script { get; init; }

    public required string Icon { get; init; }
}
