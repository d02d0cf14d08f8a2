using InboundBridge.Rules.Contract;

namespace InboundBridge.Rules.State;

/// <summary>Ways in which evaluation may end for a recipient, as a set.</summary>
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

/// <summary>How outcomes follow from each other.</summary>
internal static class OutcomeSets
{
    public static OutcomeSet Of(RuleRefusalKind kind) => kind switch
    {
        RuleRefusalKind.Reject => OutcomeSet.Rejected,
        RuleRefusalKind.Defer => OutcomeSet.Deferred,
        RuleRefusalKind.Discard => OutcomeSet.Discarded,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>All of them are one and the same refusal: whichever it will be, the sender hears no (or later, or nothing).</summary>
    public static bool IsOneRefusal(this OutcomeSet outcomes) => outcomes is OutcomeSet.Rejected or OutcomeSet.Deferred or OutcomeSet.Discarded;
}
