using InboundBridge.Rules.Scripting;

namespace InboundBridge.Rules.Facts;

/// <summary>Where the evaluator asks about one message. Values are computed on first question and kept; nothing is computed that no rule asks for.</summary>
public abstract class MessageFacts
{
    /// <summary>The message's id: the seed of <c>sample</c>, the value of <c>{id}</c>.</summary>
    public abstract string Id { get; }

    /// <summary>What the scripts of this mail have cost and answered.</summary>
    internal virtual ScriptAccount Scripts => field ??= new ScriptAccount();

    public abstract FactValue Get(Fact fact);

    /// <summary>The decoded values of all header fields of that name (case does not matter); absent when the header is known and has none.</summary>
    public abstract FactValue Header(string name);

    /// <summary>The explanation that the domain publishes for an SPF fail (RFC 7208 §6.2); known together with <see cref="Fact.Spf"/>.</summary>
    public virtual string? SpfExplanation => null;

    /// <summary>
    /// The <c>data</c> object of CONTRACT section 4, for scripts; asked only when a script runs and the body is known. Null: scripts see what the facts hold.
    /// </summary>
    public virtual ValueTask<string?> ReadMessageJsonAsync(CancellationToken cancellationToken) => ValueTask.FromResult<string?>(null);
}
