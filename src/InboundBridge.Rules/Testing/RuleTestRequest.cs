using System.Text.Json.Nodes;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;

namespace InboundBridge.Rules.Testing;

/// <summary>Makes the request that a delivery of a rule test would send. Rules know none of the formats; the host does.</summary>
public delegate ValueTask<RuleTestRequest> RuleTestRequests(RuleTestOccasion occasion, CancellationToken cancellationToken);

/// <summary>One delivery that the rules decided on in a test.</summary>
/// <param name="Facts">The mail: the test's own facts, over those of its stored mail.</param>
/// <param name="Recipient">The envelope's recipient.</param>
/// <param name="AuthenticationJson">The given verdicts as the object of the webhook's payload.</param>
public sealed record RuleTestOccasion(
    RuleTest Test, MessageFacts Facts, string Recipient, RuleDecision Decision, RuleDelivery Delivery, string AuthenticationJson)
{
    /// <summary>When the mail comes.</summary>
    public DateTimeOffset Now => Test.Now;

    public string Id => Test.Id;
}

/// <summary>A request as it would be sent, or why none would be.</summary>
public sealed record RuleTestRequest
{
    /// <summary>Why it can't be made: the delivery would fail.</summary>
    public string? Problem { get; init; }

    /// <summary>Why nothing would be sent: a transform skips the mail.</summary>
    public string? SkipReason { get; init; }

    public string Url { get; init; } = string.Empty;

    /// <summary>For messages: without what may be a secret.</summary>
    public string ShownUrl { get; init; } = string.Empty;

    public IReadOnlyList<RuleTestHeader> Headers { get; init; } = [];

    /// <summary>Null when it is not text.</summary>
    public string? Text { get; init; }

    /// <summary>The body of a JSON request, or the fields of a form; null for any other body.</summary>
    public JsonNode? Parsed { get; init; }

    /// <summary>The body is a form, whose values are all texts.</summary>
    public bool IsForm { get; init; }
}

/// <param name="Shown">For messages: blotted out where the value may be a secret.</param>
public sealed record RuleTestHeader(string Name, string Value, string Shown);
