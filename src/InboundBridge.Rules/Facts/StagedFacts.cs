using InboundBridge.Rules.Scripting;

namespace InboundBridge.Rules.Facts;

/// <summary>What is known of a mail at a stage, out of everything that is known in the end: for rule tests and explanations.</summary>
public sealed class StagedFacts(MessageFacts all, RuleStage stage) : MessageFacts
{
    public override string Id => all.Id;

    public override string? SpfExplanation => all.SpfExplanation;

    internal override ScriptAccount Scripts => all.Scripts;

    /// <summary>The stage at which a fact can be known at the earliest.</summary>
    public static RuleStage StageOf(Fact fact) => fact switch
    {
        Fact.ClientIp or Fact.ClientName or Fact.Helo or Fact.Tls or Fact.ClientCertificate or Fact.Listener or Fact.User or Fact.Sender or Fact.SenderDomain or Fact.Size
            or Fact.Spf or Fact.Dnsbl => RuleStage.Recipient,
        Fact.From or Fact.To or Fact.Cc or Fact.ReplyTo or Fact.Subject or Fact.Date or Fact.MessageId or Fact.ListId => RuleStage.Header,
        _ => RuleStage.Body,
    };

    public override FactValue Get(Fact fact) => StageOf(fact) <= stage ? all.Get(fact) : FactValue.NotKnown;

    public override FactValue Header(string name) => stage >= RuleStage.Header ? all.Header(name) : FactValue.NotKnown;

    public override ValueTask<string?> ReadMessageJsonAsync(CancellationToken cancellationToken) => all.ReadMessageJsonAsync(cancellationToken);
}
