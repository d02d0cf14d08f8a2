using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Patterns;
using InboundBridge.Rules.State;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Conditions;

/// <summary>
/// <c>attachment: {name, type, size, sha256}</c>: one attachment must satisfy all of them. Size and hash are computed only for parts that
/// pass the other tests.
/// </summary>
internal sealed class AttachmentCondition(
    SourcePosition position, ValuePattern? name, ValuePattern? type, ValuePattern? size, ValuePattern? sha256, string written)
        : Condition(position, "attachment")
{
    public override int Cost => size is null && sha256 is null ? FactCost.Structure : FactCost.Body;

    public override string Pattern => written;

    public override IEnumerable<string> Captures => new[] { name, type, size, sha256 }.SelectMany(pattern => pattern?.Captures ?? []);

    public override string Actual(EvaluationState state) => FactText.Describe(state.Facts.Get(Fact.Attachments));

    protected override Truth Ask(EvaluationState state)
    {
        var value = state.Facts.Get(Fact.Attachments);
        if (!value.IsKnown)
        {
            state.Missing = state.Missing.With(Fact.Attachments);
            return Truth.Unknown;
        }
        if (value.Shape != FactShape.Attachments)
            return Truth.False;
        var captures = state.Patterns.Captures.Count;
        foreach (var part in value.Attachments)
        {
            if (Fits(part, state.Patterns))
                return Truth.True;
            state.Patterns.Rewind(captures);
        }
        return Truth.False;
    }

    private bool Fits(AttachmentFacts part, PatternContext context) =>
        (name is null || name.Matches(FactValue.Of(part.Name), context))
        && (type is null || type.Matches(FactValue.Of(part.Type), context))
        && (size is null || size.Matches(FactValue.Of(part.Size), context))
        && (sha256 is null || sha256.Matches(FactValue.Of(part.Sha256), context));
}
