using Acornima.Ast;

namespace InboundBridge.Rules.Scripting.Running;

/// <summary>What a transform's source shows: whether the function is there, and which members of the message it reads.</summary>
internal static class TransformShape
{
    /// <summary>The name of the function that a transform has to define.</summary>
    public const string Function = "transform";

    /// <param name="program">The source inside of a function, as <see cref="ScriptProgram"/> prepares it.</param>
    /// <returns>Null when the source defines no <c>transform</c> at its top level.</returns>
    public static ScriptReads? ReadsOf(Script program)
    {
        var statements = Body(program);
        var functions = statements.Select(FunctionOf).ToList();
        if (functions.TrueForAll(function => function is null))
            return null;
        var visitor = new ScriptReadsVisitor();
        for (var index = 0; index < statements.Count; index++)
        {
            if (functions[index] is { } function)
                visitor.VisitMessageFunction(function);
            else
                visitor.Visit(statements[index]);
        }
        return visitor.Reads;
    }

    /// <summary>The operator's own statements; the last of the function is ours, and calls transform.</summary>
    private static List<Statement> Body(Script program) =>
        program.Body[0] is ExpressionStatement { Expression: CallExpression { Callee: FunctionExpression { Body: { } body } } }
            ? [.. body.Body.SkipLast(1)]
            : [];

    /// <summary><c>function transform(message) {…}</c> or <c>const transform = message => …</c></summary>
    private static IFunction? FunctionOf(Statement statement) => statement switch
    {
        FunctionDeclaration { Id.Name: Function } declared => declared,
        VariableDeclaration { Declarations: [{ Id: Identifier { Name: Function }, Init: IFunction assigned }] } => assigned,
        _ => null,
    };
}
