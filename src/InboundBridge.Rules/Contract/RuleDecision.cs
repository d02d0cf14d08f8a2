using System.Collections.ObjectModel;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;

namespace InboundBridge.Rules.Contract;

/// <summary>What the rules say of one recipient.</summary>
public sealed record RuleDecision
{
    /// <summary>False: it depends on facts that are not known yet; <see cref="MissingFacts"/> names them and everything else is empty.</summary>
    public required bool IsCertain { get; init; }

    public IReadOnlyList<Fact> MissingFacts => Missing.ToList();

    /// <summary>Most decisions are made too early once: the list of what was missing is made when somebody asks.</summary>
    internal FactSet Missing { get; init; }

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

    /// <summary>Rules that could not be carried out; then <see cref="Refusal"/> is what <c>rules.on_error</c> says.</summary>
    public IReadOnlyList<RuleError> Errors { get; init; } = [];

    /// <summary>What scripts logged, each line with its script's file.</summary>
    public IReadOnlyList<string> ScriptLog { get; init; } = [];
}

/// <summary>One delivery that a rule asks for: to a destination, or held.</summary>
/// <param name="Destination">Null when it is held.</param>
/// <param name="Recipient">The recipient for that destination, rewritten where the rule says <c>to</c>.</param>
/// <param name="OptionsJson">Options of the destination that the rule overrides, a JSON object with templates filled in; null for none.</param>
/// <param name="HoldReason">Set when the delivery is held.</param>
public sealed record RuleDelivery(string? Destination, string Recipient, string? OptionsJson, string? HoldReason);

/// <summary>Why a recipient gets no delivery.</summary>
/// <param name="Enhanced">As <c>5.7.1</c>.</param>
public sealed record RuleRefusal(RuleRefusalKind Kind, int Code, string Enhanced, string Text);

public enum RuleRefusalKind
{
    Reject,
    Defer,

    /// <summary>250 to the sender, no delivery.</summary>
    Discard,
}

/// <summary>A change to the header of what is delivered; the stored message stays as it came.</summary>
/// <param name="Value">Null removes every field of that name; else the field is added on top.</param>
public sealed record HeaderEdit(string Name, string? Value);
