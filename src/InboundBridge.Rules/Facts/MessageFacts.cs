using InboundBridge.Rules.Scripting;

namespace InboundBridge.Rules.Facts;

/// <summary>
/// What the evaluator asks about one message. A value is computed when a rule first asks and kept; nothing is computed that no rule asks
/// for. Facts that cost a look-up or a scan are supplied in turns: evaluate, see which facts are missing, supply those, evaluate again.
/// </summary>
public abstract class MessageFacts
{
    /// <summary>The message's id: the seed of <c>sample</c>, the value of <c>{id}</c>.</summary>
    public abstract string Id { get; }

    /// <summary>
    /// The facts that <see cref="SupplyAsync"/> can find out at the stage that the message has
    /// reached, without those that it was asked for already.
    /// </summary>
    public virtual FactSet Suppliable => FactSet.None;

    /// <summary>What the scripts of this message have cost and answered.</summary>
    internal virtual ScriptAccount Scripts => field ??= new ScriptAccount();

    /// <summary>The value; not known where its stage was not reached, or where it has to be supplied first.</summary>
    public abstract FactValue Get(Fact fact);

    /// <summary>Whether the value is known; it need not be found out for that.</summary>
    public virtual bool IsKnown(Fact fact) => Get(fact).IsKnown;

    /// <summary>The decoded values of all header fields of that name in any case; absent when the header is known and has none.</summary>
    public abstract FactValue Header(string name);

    /// <summary>
    /// All header fields with their decoded values, for scripts of rule tests; empty where <see cref="ReadMessageJsonAsync"/> tells them.
    /// </summary>
    public virtual IReadOnlyList<KeyValuePair<string, string>> HeaderFields => [];

    /// <summary>
    /// Finds out facts, all of them at the same time, and returns when each supplier has answered or failed. Afterwards <see cref="Get"/>
    /// has the values and <see cref="Suppliable"/> lacks these facts. What a supplier that failed should have told stays unknown, so that a
    /// decision which needs it is put off.
    /// </summary>
    /// <param name="facts">Some of <see cref="Suppliable"/>.</param>
    public virtual ValueTask SupplyAsync(FactSet facts, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Why a fact is unknown although its supplier was asked, for the operator; null where that is not the case.</summary>
    public virtual string? FailureOf(Fact fact) => null;

    /// <summary>
    /// The <c>data</c> object of webhook payloads (docs/payloads.md), for scripts; asked only when a script runs and the body is known.
    /// Null: scripts see what the facts tell.
    /// </summary>
    /// <param name="members">The members that are read; null for all. There may be more.</param>
    public virtual ValueTask<ScriptData?> ReadMessageJsonAsync(IReadOnlySet<string>? members, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ScriptData?>(null);

    /// <summary>
    /// Supplies what can be supplied of the facts that a decision lacks. False: nothing new is known, so the decision stands.
    /// </summary>
    internal async ValueTask<bool> TrySupplyAsync(FactSet missing, CancellationToken cancellationToken)
    {
        var wanted = missing.Intersect(Suppliable);
        if (wanted.IsEmpty)
            return false;
        await SupplyAsync(wanted, cancellationToken);
        return wanted.Intersect(Suppliable) != wanted;
    }
}
