using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Patterns;
using InboundBridge.Rules.State;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Conditions;

/// <summary>A condition that tests one value with a pattern.</summary>
internal abstract class PatternCondition(SourcePosition position, string label, ValuePattern pattern, string written)
    : Condition(position, label)
{
    public override string Pattern => written;

    public ValuePattern Value => pattern;

    public override IEnumerable<string> Captures => pattern.Captures;

    public override string Actual(EvaluationState state) => FactText.Describe(Read(state));

    protected abstract FactValue Read(EvaluationState state);

    protected Truth Match(in FactValue value, EvaluationState state)
    {
        var captures = state.Patterns.Captures.Count;
        if (pattern.Matches(value, state.Patterns))
            return Truth.True;
        state.Patterns.Rewind(captures);
        return Truth.False;
    }
}

/// <summary>A pattern on a fact of the catalogue.</summary>
internal sealed class FactCondition(SourcePosition position, Fact fact, ValuePattern pattern, string written)
    : PatternCondition(position, fact.Key, pattern, written)
{
    public Fact Fact => fact;

    public override int Cost => fact.Cost;

    protected override FactValue Read(EvaluationState state)
    {
        var value = state.Facts.Get(fact);
        return fact.Type == FactType.Attachments && value.IsKnown
            ? FactValue.Of(value.Shape == FactShape.Attachments ? value.Attachments.Count : 0)
            : value;
    }

    protected override Truth Ask(EvaluationState state)
    {
        var value = Read(state);
        if (value.IsKnown)
            return Match(value, state);
        state.Missing = state.Missing.With(fact);
        return Truth.Unknown;
    }
}

/// <summary><c>body</c>: the plain text or the HTML.</summary>
internal sealed class BodyCondition(SourcePosition position, ValuePattern pattern, string written) : Condition(position, "body")
{
    public override int Cost => FactCost.Body;

    public override string Pattern => written;

    public override IEnumerable<string> Captures => pattern.Captures;

    public override string Actual(EvaluationState state) => FactText.Describe(Read(state));

    protected override Truth Ask(EvaluationState state)
    {
        var value = Read(state);
        if (!value.IsKnown)
        {
            NoteIfUnknown(Fact.Text, state);
            NoteIfUnknown(Fact.Html, state);
            return Truth.Unknown;
        }
        var captures = state.Patterns.Captures.Count;
        if (pattern.Matches(value, state.Patterns))
            return Truth.True;
        state.Patterns.Rewind(captures);
        return Truth.False;
    }

    private static void NoteIfUnknown(Fact fact, EvaluationState state)
    {
        if (!state.Facts.Get(fact).IsKnown)
            state.Missing = state.Missing.With(fact);
    }

    private static FactValue Read(EvaluationState state)
    {
        var text = state.Facts.Get(Fact.Text);
        var html = state.Facts.Get(Fact.Html);
        if (!text.IsKnown || !html.IsKnown)
            return FactValue.NotKnown;
        if (text.Shape == FactShape.Text && html.Shape == FactShape.Text)
            return FactValue.Of([text.Text, html.Text]);
        return text.Shape == FactShape.Text ? text : html;
    }
}

/// <summary><c>header: {NAME: pattern}</c>, one for each name.</summary>
internal sealed class HeaderCondition(SourcePosition position, string name, ValuePattern pattern, string written)
    : PatternCondition(position, $"header {name}", pattern, written)
{
    public override int Cost => FactCost.Header;

    protected override FactValue Read(EvaluationState state) => state.Facts.Header(name);

    protected override Truth Ask(EvaluationState state)
    {
        var value = Read(state);
        if (value.IsKnown)
            return Match(value, state);
        // The header arrives as a whole, so one of its facts stands for all of it.
        state.Missing = state.Missing.With(Fact.Subject);
        return Truth.Unknown;
    }
}

internal enum AddressPart
{
    Address,
    Local,
    Tag,
    Domain,
}

/// <summary><c>recipient</c> and its parts: always known.</summary>
internal sealed class RecipientCondition(SourcePosition position, string label, AddressPart part, ValuePattern pattern, string written)
    : PatternCondition(position, label, pattern, written)
{
    public AddressPart Part => part;

    public override int Cost => FactCost.Envelope;

    public static FactValue ValueOf(RuleRecipient recipient, AddressPart part) => FactValue.Of(part switch
    {
        AddressPart.Local => recipient.Local,
        AddressPart.Tag => recipient.Tag,
        AddressPart.Domain => recipient.Domain,
        _ => recipient.Address,
    });

    protected override FactValue Read(EvaluationState state) => ValueOf(state.Recipient, part);

    protected override Truth Ask(EvaluationState state) => Match(Read(state), state);
}
