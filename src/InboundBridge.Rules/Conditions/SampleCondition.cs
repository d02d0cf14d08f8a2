using System.Globalization;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.State;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Conditions;

/// <summary>
/// <c>sample: 10%</c>: computed from the message's id, so that the answer for a message is the same at every stage and on every replay. The
/// rule's name is part of the hash, so that two samples in one set are independent of each other.
/// </summary>
internal sealed class SampleCondition(SourcePosition position, double share, string ruleName, string written)
    : Condition(position, "sample")
{
    public override int Cost => FactCost.Envelope;

    public override string Pattern => written;

    public override string Actual(EvaluationState state) =>
        string.Create(CultureInfo.InvariantCulture, $"{Place(state.Facts.Id) * 100:0.##}%");

    protected override Truth Ask(EvaluationState state) => Place(state.Facts.Id) < share ? Truth.True : Truth.False;

    /// <summary>
    /// A number from 0 to 1: FNV-1a over name and id, then a final mix, so that ids
    /// which differ only in their last character spread evenly.
    /// </summary>
    private double Place(string id)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in ruleName)
            hash = (hash ^ letter) * 1099511628211UL;
        hash = (hash ^ 0xFFFF) * 1099511628211UL;
        foreach (var letter in id)
            hash = (hash ^ letter) * 1099511628211UL;
        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccdUL;
        hash ^= hash >> 33;
        hash *= 0xc4ceb9fe1a85ec53UL;
        hash ^= hash >> 33;
        return (hash >> 11) * (1.0 / (1UL << 53));
    }
}
