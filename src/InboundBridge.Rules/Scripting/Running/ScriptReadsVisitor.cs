using Acornima;
using Acornima.Ast;

namespace InboundBridge.Rules.Scripting.Running;

/// <summary>
/// Finds out what a script can read. In doubt it assumes more: any use of <c>message</c> other than a member by its name counts as all
/// members, and so does any use of the global object. The engine runs strict code only and compiles no strings, so a script can't read
/// anything without its name in the source.
/// </summary>
internal sealed class ScriptReadsVisitor : AstVisitor
{
    private const string Message = "message";

    private readonly HashSet<string> _fields = new(StringComparer.Ordinal);
    private bool _all;
    private bool _vars;

    public ScriptReads Reads => new(_all ? null : _fields, _vars);

    public static ScriptReads Read(Script script)
    {
        var visitor = new ScriptReadsVisitor();
        visitor.Visit(script);
        return visitor.Reads;
    }

    /// <summary>A function whose first argument is the message, under the name <c>message</c> or as a pattern of its members.</summary>
    public void VisitMessageFunction(IFunction function)
    {
        switch (function.Params)
        {
            case []:
            case [Identifier { Name: Message }]:
                break;
            case [ObjectPattern pattern] when pattern.Properties.All(IsNamed):
                VisitPattern(pattern);
                break;
            default:
                _all = true;
                break;
        }
        Visit(function.Body);
    }

    protected override object? VisitMemberExpression(MemberExpression node)
    {
        if (node.Computed)
        {
            if (node is not { Object: Identifier { Name: Message }, Property: StringLiteral literal })
                return base.VisitMemberExpression(node);
            _fields.Add(literal.Value);
            return node;
        }
        if (node is { Object: Identifier { Name: Message }, Property: Identifier name })
            _fields.Add(name.Name);
        else
            Visit(node.Object);
        return node;
    }

    /// <summary><c>const { subject, text } = message</c></summary>
    protected override object? VisitVariableDeclarator(VariableDeclarator node)
    {
        if (node is not { Init: Identifier { Name: Message }, Id: ObjectPattern pattern } || !pattern.Properties.All(IsNamed))
            return base.VisitVariableDeclarator(node);
        VisitPattern(pattern);
        return node;
    }

    protected override object? VisitIdentifier(Identifier node)
    {
        // Whoever names the transform may give it another body, or call it with another argument.
        _all |= node.Name is Message or "globalThis" or "arguments" or TransformShape.Function;
        _vars |= node.Name is "vars" or "globalThis";
        return node;
    }

    protected override object? VisitThisExpression(ThisExpression node)
    {
        // At the top level of a script, this is the global object.
        (_all, _vars) = (true, true);
        return node;
    }

    private void VisitPattern(ObjectPattern pattern)
    {
        foreach (var property in pattern.Properties)
        {
            var named = (AssignmentProperty)property;
            _fields.Add(((Identifier)named.Key).Name);
            Visit(named.Value);
        }
    }

    private static bool IsNamed(Node property) => property is AssignmentProperty { Computed: false, Key: Identifier };
}
