using InboundBridge.Rules.Contract;
using InboundBridge.Rules.State;
using InboundBridge.Rules.Templates;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Actions;

/// <summary>The name of a kind of destination: delivers there.</summary>
/// <param name="to">The rewritten recipient; null keeps the original.</param>
internal sealed class DeliverAction(
    SourcePosition position, RuleDestinationKind kind, string destination, Template? to, DestinationOverrides options)
    : RuleAction(position, kind.Name)
{
    private static readonly System.Buffers.SearchValues<char> NotInDomains = System.Buffers.SearchValues.Create(" @<>\"(),;");

    public string Destination => destination;

    public override IEnumerable<Template> Templates => to is null ? options.Templates : options.Templates.Append(to);

    public override bool Delivers => true;

    public override bool CarriesVars => kind.CarriesVars;

    public override string? Apply(EvaluationState state)
    {
        var recipient = state.Recipient.Address;
        if (to is not null)
        {
            recipient = to.Fill(state, TemplateContext.Address);
            if (!IsAddress(recipient))
                return $"'{ShownText.Cut(recipient)}' is not an address to deliver to";
        }
        state.Deliver(new RuleDelivery(destination, recipient, options.Fill(state), null));
        return null;
    }

    /// <summary>RFC 5321 §4.5.3.1.1 and .2: 64 octets in front of the @, 255 behind it.</summary>
    internal static bool IsAddress(string text)
    {
        var at = text.LastIndexOf('@');
        return at is > 0 and <= 64 && text.Length - at - 1 is > 0 and <= 255 && !text.AsSpan(at + 1).ContainsAny(NotInDomains);
    }
}

/// <summary><c>hold</c>: the mail is stored and waits until an operator releases it.</summary>
internal sealed class HoldAction(SourcePosition position, Template reason) : RuleAction(position, "hold")
{
    public override IEnumerable<Template> Templates => [reason];

    public override bool Delivers => true;

    public override string? Apply(EvaluationState state)
    {
        state.Deliver(new RuleDelivery(null, state.Recipient.Address, null, reason.Fill(state, TemplateContext.Header)));
        return null;
    }
}
