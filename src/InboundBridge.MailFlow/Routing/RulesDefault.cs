namespace InboundBridge.MailFlow.Routing;

/// <summary>What happens to a recipient for which no rule decides (configuration <c>rules.default</c>). A closed union.</summary>
public abstract record RulesDefault
{
    private RulesDefault()
    {
    }

    public sealed record Reject : RulesDefault;

    public sealed record Hold : RulesDefault;

    public sealed record Discard : RulesDefault;

    public sealed record Deliver(string Destination) : RulesDefault;
}
