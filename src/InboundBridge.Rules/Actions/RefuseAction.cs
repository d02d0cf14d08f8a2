using InboundBridge.Rules.Contract;
using InboundBridge.Rules.State;
using InboundBridge.Rules.Templates;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Actions;

/// <summary><c>reject</c>, <c>defer</c>, <c>discard</c>.</summary>
internal sealed class RefuseAction : RuleAction
{
    private readonly RuleRefusal _refusal;
    private readonly Template _text;

    public RefuseAction(SourcePosition position, RuleRefusalKind kind, int code, string enhanced, Template text)
        : base(position, kind switch { RuleRefusalKind.Reject => "reject", RuleRefusalKind.Defer => "defer", _ => "discard" })
    {
        _text = text;
        _refusal = new RuleRefusal(kind, code, enhanced, text.IsLiteral ? TemplateEscape.Escape(text.Literal, TemplateContext.SmtpText)
            : string.Empty);
        Needs = new TemplateNeeds(text.Names);
    }

    public override IEnumerable<Template> Templates => [_text];

    public override RuleRefusalKind? Refusal => _refusal.Kind;

    /// <summary>The facts and vars that the reply text needs, without the rule's other texts.</summary>
    public TemplateNeeds Needs { get; }

    public override string? Apply(EvaluationState state)
    {
        state.Refuse(_text.IsLiteral ? _refusal
            : _refusal with { Text = TemplateEscape.Escape(_text.Fill(state, TemplateContext.SmtpText), TemplateContext.SmtpText) });
        return null;
    }
}
