using InboundBridge.MailFlow.Routing;

namespace InboundBridge.MailFlow.Reception;

/// <summary>What a transaction is judged by: an immutable snapshot taken at MAIL, so that a reload never changes a mail half-way.</summary>
public sealed record ReceptionPolicy
{
    /// <summary>Our name in trace headers.</summary>
    public required string Hostname { get; init; }

    public required LocalDomains Domains { get; init; }

    public required RoutingPolicy Routing { get; init; }
}
