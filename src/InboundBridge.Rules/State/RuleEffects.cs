namespace InboundBridge.Rules.State;

/// <summary>What a rule changes when it matches.</summary>
internal sealed class RuleEffects
{
    /// <summary>A script may call any action that delivers or refuses.</summary>
    private const OutcomeSet AnyCall = OutcomeSet.Delivered | OutcomeSet.Rejected | OutcomeSet.Deferred | OutcomeSet.Discarded;

    /// <summary>Names of the vars that the rule captures or sets.</summary>
    public required IReadOnlySet<string> Vars { get; init; }

    /// <summary>Names of the vars that the rule's actions set; those that its conditions capture are not among them.</summary>
    public required IReadOnlySet<string> Sets { get; init; }

    /// <summary>The rule has a script, which may set any var.</summary>
    public bool AnyVar { get; init; }

    public bool Tags { get; init; }

    /// <summary>The actions that deliver, refuse or run a script, in order.</summary>
    public required IReadOnlyList<OutcomeStep> Outcomes { get; init; }

    /// <summary>The rule delivers or refuses whenever it matches, whatever its scripts do.</summary>
    public bool AlwaysDecides { get; init; }

    /// <summary>What the outcomes of the rules above become when this rule matches.</summary>
    public OutcomeSet After(OutcomeSet before)
    {
        var outcomes = before;
        foreach (var step in Outcomes)
        {
            outcomes = step switch
            {
                OutcomeStep.Script => outcomes | AnyCall,
                OutcomeStep.Deliver => OutcomeSet.Delivered,
                OutcomeStep.Discard => AfterDiscard(outcomes),
                OutcomeStep.Reject => OutcomeSet.Rejected,
                OutcomeStep.Defer => OutcomeSet.Deferred,
                _ => throw new InvalidOperationException($"unknown step {step}"),
            };
        }
        return outcomes;
    }

    /// <summary>A discard leaves the deliveries of rules above as they are and replaces every other outcome.</summary>
    private static OutcomeSet AfterDiscard(OutcomeSet outcomes)
    {
        var delivered = outcomes & OutcomeSet.Delivered;
        return outcomes == delivered ? delivered : delivered | OutcomeSet.Discarded;
    }
}

/// <summary>What one action does to the outcome.</summary>
internal enum OutcomeStep : byte
{
    Script,
    Deliver,
    Reject,
    Defer,
    Discard,
}
