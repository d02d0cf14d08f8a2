using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Patterns;
using InboundBridge.Rules.Scripting;

namespace InboundBridge.Rules.State;

/// <summary>Everything that one evaluation keeps. Rented from the thread and returned, so the usual decision allocates nothing but itself.</summary>
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

    /// <summary>The latest refusal; a later delivery takes it back, and (unless it only discards) it takes back earlier deliveries.</summary>
    public RuleRefusal? Refusal { get; private set; }

    /// <summary>A rule that matches refuses or delivers, and how it does so can't be said yet.</summary>
    public bool IsTextOpen { get; set; }

    /// <summary>An action delivered or refused since this was last set to false.</summary>
    public bool IsDecided { get; set; }

    /// <summary>The rule that decided last.</summary>
    public string? DecidedBy { get; set; }

    public OpenEffects Open { get; } = new();

    /// <summary>A field: it is changed in place.</summary>
    public ReachableOutcomes Reachable;

    /// <summary>Facts that the question at hand lacks.</summary>
    public FactSet Missing { get; set; }

    /// <summary>A script that has to run before the question at hand can be answered.</summary>
    public ScriptCall? PendingScript { get; set; }

    /// <summary>Set for explanations only.</summary>
    public EvaluationTrace? Trace { get; set; }

    public List<int> Candidates { get; } = [];

    /// <summary>Place in <see cref="Candidates"/>, and within the actions of that rule (-1: its conditions are still to be asked).</summary>
    public int RuleIndex { get; set; }

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
        (Facts, Recipient, Refusal, DecidedBy, PendingScript, Trace) = (null!, null!, null, null, null, null);
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

    /// <summary>Its deliveries are told apart from those of rules above.</summary>
    public void BeginRule() => _ownDeliveries = Deliveries.Count;

    public void Deliver(RuleDelivery delivery)
    {
        Deliveries.Add(delivery);
        Refusal = null;
        IsDecided = true;
    }

    /// <summary>
    /// A refusal that the sender hears of takes back every delivery. A discard takes back its own rule's only: what a continued rule above delivers stays
    /// delivered (as in Sieve, RFC 5228 §4.4).
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

    /// <summary>What this rule captured so far under that name, else the var.</summary>
    public string? CapturedOrVar(string name)
    {
        if (Patterns.Captures.Count == 0)
            return Vars.GetValueOrDefault(name);
        var captured = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var capture in Patterns.Captures)
            capture.WriteTo(captured);
        return captured.GetValueOrDefault(name) ?? Vars.GetValueOrDefault(name);
    }

    /// <summary>The rule matched: its captures become vars, the later one in writing on top.</summary>
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
