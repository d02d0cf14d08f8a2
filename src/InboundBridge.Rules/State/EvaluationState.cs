using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Patterns;
using InboundBridge.Rules.Scripting;

namespace InboundBridge.Rules.State;

/// <summary>
/// The working state of one evaluation. Each thread keeps one for reuse, so that the usual evaluation allocates nothing but its decision.
/// </summary>
internal sealed class EvaluationState
{
    [ThreadStatic]
    private static EvaluationState? _idle;

    private readonly Dictionary<object, ScriptAnswer> _scripts = [];
    private int _ownDeliveries;

    public MessageFacts Facts { get; private set; } = null!;

    public RuleRecipient Recipient { get; private set; } = null!;

    public DateTimeOffset Now => Patterns.Now;

    public PatternContext Patterns { get; } = new();

    public Dictionary<string, string> Vars { get; } = new(StringComparer.Ordinal);

    public List<string> Tags { get; } = [];

    public List<HeaderEdit> Edits { get; } = [];

    public List<RuleDelivery> Deliveries { get; } = [];

    public List<string> Matched { get; } = [];

    public List<RuleError> Errors { get; } = [];

    public List<string> Log { get; } = [];

    /// <summary>The latest refusal. A later delivery cancels it; the refusal cancels earlier deliveries unless it is a discard.</summary>
    public RuleRefusal? Refusal { get; private set; }

    /// <summary>A rule matches that refuses or delivers, but the facts that its texts need are still unknown.</summary>
    public bool IsTextOpen { get; set; }

    /// <summary>Set when an action delivers or refuses.</summary>
    public bool IsDecided { get; set; }

    /// <summary>The last rule that delivered or refused.</summary>
    public string? DecidedBy { get; set; }

    public OpenEffects Open { get; } = new();

    /// <summary>A field, because its methods change the struct in place.</summary>
    public ReachableOutcomes Reachable;

    /// <summary>The first open rule that could end evaluation, else the first open rule; null while no rule is open.</summary>
    public string? WaitingRule { get; set; }

    /// <summary>Facts that the condition or text under evaluation lacks.</summary>
    public FactSet Missing { get; set; }

    /// <summary>A script that has to run before the evaluation can proceed.</summary>
    public ScriptCall? PendingScript { get; set; }

    /// <summary>Null unless the decision is explained.</summary>
    public EvaluationTrace? Trace { get; set; }

    /// <summary>Indexes of the rules that can match, in order.</summary>
    public List<int> Candidates { get; } = [];

    /// <summary>The position in <see cref="Candidates"/>.</summary>
    public int RuleIndex { get; set; }

    /// <summary>The position within the actions of that rule; -1 while its conditions are still to be evaluated.</summary>
    public int ActionIndex { get; set; } = -1;

    public static EvaluationState Rent(MessageFacts facts, RuleRecipient recipient, DateTimeOffset now)
    {
        var state = _idle ?? new EvaluationState();
        _idle = null;
        state.Facts = facts;
        state.Recipient = recipient;
        state.Patterns.Now = now;
        return state;
    }

    public void Return()
    {
        (Facts, Recipient, Refusal, DecidedBy, PendingScript, Trace, WaitingRule) = (null!, null!, null, null, null, null, null);
        (RuleIndex, ActionIndex, Missing, Reachable) = (0, -1, FactSet.None, default);
        (IsTextOpen, IsDecided, _ownDeliveries) = (false, false, 0);
        Patterns.Captures.Clear();
        Vars.Clear();
        Tags.Clear();
        Edits.Clear();
        Deliveries.Clear();
        Matched.Clear();
        Errors.Clear();
        Log.Clear();
        Open.Clear();
        Candidates.Clear();
        _scripts.Clear();
        _idle = this;
    }

    /// <summary>Separates the deliveries of the rule that begins from those of the rules above.</summary>
    public void BeginRule() => _ownDeliveries = Deliveries.Count;

    public void Deliver(RuleDelivery delivery)
    {
        Deliveries.Add(delivery);
        Refusal = null;
        IsDecided = true;
    }

    /// <summary>
    /// A refusal that the sender is told of cancels every delivery. A discard cancels only those of its own rule: what a rule above with
    /// <c>continue</c> delivers is still delivered (as in Sieve, RFC 5228 §4.4).
    /// </summary>
    public void Refuse(RuleRefusal refusal)
    {
        IsDecided = true;
        IsTextOpen = false;
        if (refusal.Kind != RuleRefusalKind.Discard)
            _ownDeliveries = 0;
        Deliveries.RemoveRange(_ownDeliveries, Deliveries.Count - _ownDeliveries);
        Refusal = Deliveries.Count == 0 ? refusal : null;
    }

    public ScriptAnswer? AnswerOf(object script) => _scripts.GetValueOrDefault(script);

    public void Keep(object script, ScriptAnswer answer) => _scripts[script] = answer;

    /// <summary>The text that this rule has captured under that name so far, else the var.</summary>
    public string? CapturedOrVar(string name)
    {
        if (Patterns.Captures.Count == 0)
            return Vars.GetValueOrDefault(name);
        var captured = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var capture in Patterns.Captures)
            capture.WriteTo(captured);
        return captured.GetValueOrDefault(name) ?? Vars.GetValueOrDefault(name);
    }

    /// <summary>The rule matched: its captures become vars. Of two with one name, the one that is written later wins.</summary>
    public void CommitCaptures()
    {
        var captures = Patterns.Captures;
        if (captures.Count > 1)
            captures.Sort(static (left, right) => left.Ordinal.CompareTo(right.Ordinal));
        foreach (var capture in captures)
            capture.WriteTo(Vars);
        captures.Clear();
    }
}
