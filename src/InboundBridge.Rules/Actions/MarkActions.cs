using InboundBridge.Rules.Contract;
using InboundBridge.Rules.State;
using InboundBridge.Rules.Templates;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Actions;

/// <summary><c>tag</c>: adds tags that the recipient does not have yet.</summary>
internal sealed class TagAction(SourcePosition position, IReadOnlyList<Template> tags) : RuleAction(position, "tag")
{
    public override IEnumerable<Template> Templates => tags;

    public override bool Tags => true;

    public override string? Apply(EvaluationState state)
    {
        foreach (var template in tags)
        {
            var tag = template.Fill(state, TemplateContext.Text);
            if (tag.Length > 0 && !state.Tags.Contains(tag, StringComparer.OrdinalIgnoreCase))
                state.Tags.Add(tag);
        }
        return null;
    }
}

/// <summary><c>set: {k: v}</c></summary>
internal sealed class SetAction(SourcePosition position, IReadOnlyList<KeyValuePair<string, Template>> values) : RuleAction(position, "set")
{
    public override IEnumerable<Template> Templates => values.Select(value => value.Value);

    public override IEnumerable<string> Sets => values.Select(value => value.Key);

    public override string? Apply(EvaluationState state)
    {
        foreach (var (name, template) in values)
            state.Vars[name] = template.Fill(state, TemplateContext.Text);
        return null;
    }
}

/// <summary><c>add_header: {NAME: value}</c>: adds fields on top of the delivered header.</summary>
internal sealed class AddHeaderAction(SourcePosition position, IReadOnlyList<KeyValuePair<string, Template>> fields)
    : RuleAction(position, "add_header")
{
    public override IEnumerable<Template> Templates => fields.Select(entry => entry.Value);

    public override string? Apply(EvaluationState state)
    {
        foreach (var (name, template) in fields)
            state.Edits.Add(new HeaderEdit(name, template.Fill(state, TemplateContext.Header)));
        return null;
    }
}

/// <summary><c>remove_header: NAME</c>: removes every field of that name.</summary>
internal sealed class RemoveHeaderAction(SourcePosition position, IReadOnlyList<string> names) : RuleAction(position, "remove_header")
{
    public override string? Apply(EvaluationState state)
    {
        foreach (var name in names)
            state.Edits.Add(new HeaderEdit(name, null));
        return null;
    }
}
