using InboundBridge.Rules.Scripting;

namespace InboundBridge.Rules.Facts;

/// <summary>What is known of a message at a stage, out of everything that is known in the end: for rule tests and explanations.</summary>
public sealed class StagedFacts(MessageFacts all, RuleStage stage) : MessageFacts
{
    private readonly FactSet _reached = FactSet.Of(Fact.All.Where(fact => stage.HasReached(fact.Stage)));

    public override string Id => all.Id;

    public override FactSet Suppliable => all.Suppliable.Intersect(_reached);

    internal override ScriptAccount Scripts => all.Scripts;

    public override FactValue Get(Fact fact) => _reached.Has(fact) ? all.Get(fact) : FactValue.NotKnown;

    public override bool IsKnown(Fact fact) => _reached.Has(fact) && all.IsKnown(fact);

    public override FactValue Header(string name) => stage.HasReached(RuleStage.Header) ? all.Header(name) : FactValue.NotKnown;

    public override IReadOnlyList<KeyValuePair<string, string>> HeaderFields =>
        stage.HasReached(RuleStage.Header) ? all.HeaderFields : [];

    public override ValueTask SupplyAsync(FactSet facts, CancellationToken cancellationToken) => all.SupplyAsync(facts, cancellationToken);

    public override string? FailureOf(Fact fact) => all.FailureOf(fact);

    public override ValueTask<ScriptData?> ReadMessageJsonAsync(IReadOnlySet<string>? members, CancellationToken cancellationToken) =>
        all.ReadMessageJsonAsync(members, cancellationToken);
}
