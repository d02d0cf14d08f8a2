using System.Text;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Patterns;
using InboundBridge.Rules.State;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Templates;

/// <summary>
/// A text with <c>{name}</c> placeholders. <c>{{</c> and <c>}}</c> are braces. A name without a value is replaced by nothing.
/// </summary>
internal sealed class Template
{
    private readonly List<Piece> _pieces = [];
    private readonly string _literal;

    private Template(string literal) => _literal = literal;

    public bool IsLiteral => _pieces.Count == 0;

    /// <summary>Only where <see cref="IsLiteral"/>.</summary>
    public string Literal => _literal;

    /// <summary>The names of its placeholders.</summary>
    public IEnumerable<string> Names => _pieces.Where(piece => piece.Name is not null).Select(piece => piece.Name!);

    public static Template Of(string literal) => new(literal);

    /// <summary>Null when a problem was reported.</summary>
    public static Template? Parse(string text, SourcePosition position, SourceProblems problems)
    {
        if (text.AsSpan().IndexOfAny('{', '}') < 0)
            return new Template(text);
        var template = new Template(string.Empty);
        var literal = new StringBuilder();
        for (var index = 0; index < text.Length; index++)
        {
            var letter = text[index];
            if (letter is '{' or '}' && index + 1 < text.Length && text[index + 1] == letter)
            {
                literal.Append(letter);
                index++;
                continue;
            }
            if (letter != '{')
            {
                literal.Append(letter);
                continue;
            }
            var close = text.IndexOf('}', index);
            var name = close < 0 ? string.Empty : text[(index + 1)..close];
            if (!VariableName.IsBuiltIn(name) && VariableName.Problem(name) is not null)
            {
                problems.Error(position, close < 0 ? "'{' is not closed" : $"'{{{name}}}' is not a name", "write {{ for a brace");
                return null;
            }
            template._pieces.Add(new Piece(literal.ToString(), null));
            template._pieces.Add(new Piece(string.Empty, name));
            literal.Clear();
            index = close;
        }
        if (template._pieces.Count == 0)
            return new Template(literal.ToString());
        template._pieces.Add(new Piece(literal.ToString(), null));
        return template;
    }

    /// <summary>The filled text. To be called only when <see cref="TemplateNeeds"/> finds every fact known.</summary>
    public string Fill(EvaluationState state, TemplateContext context)
    {
        if (IsLiteral)
            return _literal;
        if (context == TemplateContext.Url)
            return FillUrl(state);
        var filled = new StringBuilder();
        foreach (var piece in _pieces)
            filled.Append(piece.Name is { } name ? TemplateEscape.Escape(Value(name, state), context) : piece.Literal);
        return filled.ToString();
    }

    /// <summary>The text with an x for every placeholder.</summary>
    public string Sample() => IsLiteral ? _literal : string.Concat(_pieces.Select(piece => piece.Name is null ? piece.Literal : "x"));

    private string FillUrl(EvaluationState state)
    {
        var url = new UrlFilling();
        foreach (var piece in _pieces)
        {
            if (piece.Name is { } name)
                url.Value(TemplateEscape.UrlText(Value(name, state)));
            else
                url.Literal(piece.Literal);
        }
        return url.ToString();
    }

    /// <summary>A placeholder stands in front of the path, so that the mail decides which host the URL names.</summary>
    public bool FillsUrlHost()
    {
        var before = new StringBuilder();
        foreach (var piece in _pieces)
        {
            if (piece.Name is not null)
            {
                var written = before.ToString();
                var authority = written.IndexOf("://", StringComparison.Ordinal);
                return authority < 0 || written.AsSpan(authority + 3).IndexOfAny('/', '?', '#') < 0;
            }
            before.Append(piece.Literal);
        }
        return false;
    }

    private static string Value(string name, EvaluationState state) => name switch
    {
        "recipient" => state.Recipient.Address,
        "recipient_local" => state.Recipient.Local,
        "recipient_tag" => state.Recipient.Tag ?? string.Empty,
        "recipient_domain" => state.Recipient.Domain,
        "id" => state.Facts.Id,
        _ when Fact.Find(name) is { IsInTemplates: true } fact => Text(state.Facts.Get(fact)),
        _ => state.Vars.GetValueOrDefault(name) ?? string.Empty,
    };

    private static string Text(in FactValue value) => value.Shape switch
    {
        FactShape.Text => value.Text,
        FactShape.Texts => value.Texts[0],
        _ => string.Empty,
    };

    private readonly record struct Piece(string Literal, string? Name);
}
