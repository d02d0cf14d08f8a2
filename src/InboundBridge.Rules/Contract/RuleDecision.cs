using System.Collections.ObjectModel;
using InboundBridge.Rules.Facts;

namespace InboundBridge.Rules.Contract;

/// <summary>What the rules decide for one recipient.</summary>
public sealed record RuleDecision
{
    /// <summary>False when it depends on unknown facts: <see cref="MissingFacts"/> names them, and everything else is empty.</summary>
    public required bool IsCertain { get; init; }

    /// <summary>From the cheapest to the most expensive.</summary>
    public IReadOnlyList<Fact> MissingFacts => Missing.ToList();

    /// <summary>A set, because most mails have one early decision that lacks facts, and hardly anybody asks for the list.</summary>
    internal FactSet Missing { get; init; }

    /// <summary>
    /// Where the decision is not certain: the first open rule that could end evaluation, else the first open rule. Null when it is certain.
    /// </summary>
    public string? WaitingRule { get; init; }

    /// <summary>The rule that ended evaluation; null when nothing matched and <c>rules.default</c> applies.</summary>
    public string? Rule { get; init; }

    /// <summary>Every rule that matched, in order.</summary>
    public IReadOnlyList<string> MatchedRules { get; init; } = [];

    public IReadOnlyList<RuleDelivery> Deliveries { get; init; } = [];

    /// <summary>Set when the recipient is refused or quietly dropped; then there are no deliveries.</summary>
    public RuleRefusal? Refusal { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyDictionary<string, string> Vars { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    public IReadOnlyList<HeaderEdit> HeaderEdits { get; init; } = [];

    /// <summary>Rules that could not be carried out. Where there is one, <c>rules.on_error</c> decides.</summary>
    public IReadOnlyList<RuleError> Errors { get; init; } = [];

    /// <summary>Lines that scripts logged, each with the file of its script in front.</summary>
    public IReadOnlyList<string> ScriptLog { get; init; } = [];
}

/// <summary>A delivery that a rule requests: to a destination, or held for an operator.</summary>
/// <param name="Destination">Null when it is held.</param>
/// <param name="Recipient">The recipient for that destination, rewritten where the rule says <c>to</c>.</param>
/// <param name="OptionsJson">
/// Options of the destination that the rule overrides, as a JSON object with filled templates; null for none.
/// </param>
/// <param name="HoldReason">Set when the delivery is held.</param>
public sealed record RuleDelivery(string? Destination, string Recipient, string? OptionsJson, string? HoldReason);

/// <summary>Why a recipient gets no delivery.</summary>
/// <param name="Enhanced">As <c>5.7.1</c>.</param>
public sealed record RuleRefusal(RuleRefusalKind Kind, int Code, string Enhanced, string Text);

public enum RuleRefusalKind
{
    Reject,
    Defer,

    /// <summary>The sender gets 250, and nothing is delivered.</summary>
    Discard,
}

/// <summary>A change to the header of what is delivered. The stored message keeps its octets.</summary>
/// <param name="Value">The field is added on top of the header; null removes every field of that name.</param>
public sealed record HeaderEdit(string Name, string? Value);
