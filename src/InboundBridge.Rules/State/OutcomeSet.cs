using InboundBridge.Rules.Contract;

namespace InboundBridge.Rules.State;

/// <summary>A set of the ways in which evaluation may end for a recipient.</summary>
[Flags]
internal enum OutcomeSet : byte
{
    None = 0,

    /// <summary>No rule has decided so far; at the end <c>rules.default</c> applies.</summary>
    Undecided = 1,
    Delivered = 2,
    Rejected = 4,
    Deferred = 8,
    Discarded = 16,
}

/// <summary>Questions about sets of outcomes.</summary>
internal static class OutcomeSets
{
    public static OutcomeSet Of(RuleRefusalKind kind) => kind switch
    {
        RuleRefusalKind.Reject => OutcomeSet.Rejected,
        RuleRefusalKind.Defer => OutcomeSet.Deferred,
        RuleRefusalKind.Discard => OutcomeSet.Discarded,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>
    /// The set has one member, and that is a kind of refusal: whichever rules match in the end, the sender gets that kind of answer.
    /// </summary>
    public static bool IsOneRefusal(this OutcomeSet outcomes) =>
        outcomes is OutcomeSet.Rejected or OutcomeSet.Deferred or OutcomeSet.Discarded;
}
