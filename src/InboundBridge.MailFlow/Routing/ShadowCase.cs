using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Routing;

/// <summary>One mail, or one recipient that was refused before the data, for the shadow rules to evaluate later.</summary>
public sealed record ShadowCase
{
    public required string MessageId { get; init; }

    public required RoutingPolicy Policy { get; init; }

    /// <summary>The recipients that the live rules decided at this stage.</summary>
    public required IReadOnlyList<RuleRecipient> Recipients { get; init; }

    /// <summary>The stage at which the live rules decided.</summary>
    public required RuleStage Stage { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>A copy of the octets that had arrived; null at <see cref="RuleStage.Recipient"/>, and where the spool has them.</summary>
    public ReadOnlyMemory<byte>? Octets { get; init; }

    /// <summary>Returns the facts that were known, given the octets (null before any arrived).</summary>
    public required Func<MailContent?, MessageFacts> Facts { get; init; }
}
