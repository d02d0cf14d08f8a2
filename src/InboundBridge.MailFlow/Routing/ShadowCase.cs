using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Routing;

/// <summary>One mail, or one recipient that was refused before the mail came, as the shadow rules are to see it later.</summary>
public sealed record ShadowCase
{
    public required string MessageId { get; init; }

    public required RoutingPolicy Policy { get; init; }

    /// <summary>The recipients that the live rules decided at this stage.</summary>
    public required IReadOnlyList<RuleRecipient> Recipients { get; init; }

    /// <summary>How far the mail had come.</summary>
    public required RuleStage Stage { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>A copy of what had come of the mail; null at <see cref="RuleStage.Recipient"/>, and where the spool has it.</summary>
    public ReadOnlyMemory<byte>? Octets { get; init; }

    /// <summary>What was known, over the octets (null before they came).</summary>
    public required Func<MailContent?, MessageFacts> Facts { get; init; }
}
