using InboundBridge.Rules.Contract;
using InboundBridge.Rules.State;
using InboundBridge.Rules.Templates;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Actions;

/// <summary>One step of a rule's <c>then</c>. Immutable, shared by concurrent evaluations.</summary>
internal abstract class RuleAction(SourcePosition position, string label)
{
    public SourcePosition Position => position;

    /// <summary>Its key in the rule file.</summary>
    public string Label => label;

    public virtual IEnumerable<Template> Templates => [];

    /// <summary>Names of the vars that it sets.</summary>
    public virtual IEnumerable<string> Sets => [];

    public virtual bool Tags => false;

    public virtual bool Delivers => false;

    /// <summary>What it delivers carries every var.</summary>
    public virtual bool CarriesVars => false;

    /// <summary>How it refuses; null for an action that does not.</summary>
    public virtual RuleRefusalKind? Refusal => null;

    public bool Refuses => Refusal is not null;

    /// <returns>Null, or why the action can't be carried out.</returns>
    public abstract string? Apply(EvaluationState state);
}
