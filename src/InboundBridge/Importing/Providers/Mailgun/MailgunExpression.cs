using InboundBridge.Importing.Reading;
using InboundBridge.Yaml;

namespace InboundBridge.Importing.Providers.Mailgun;

/// <summary>Reads a route's expression. Mailgun documents <c>and</c>; <c>or</c>, <c>not</c> and parentheses bind as in Python.</summary>
internal sealed class MailgunExpression
{
    /// <summary>Parentheses and negations within each other.</summary>
    private const int Deepest = 20;

    private static readonly string[] Functions = ["match_recipient", "match_header", "catch_all"];

    private readonly MailgunTokens _tokens;

    private MailgunExpression(MailgunTokens tokens) => _tokens = tokens;

    /// <exception cref="ExportFault">It is none.</exception>
    public static MailgunFilter Read(YamlScalar source)
    {
        var tokens = new MailgunTokens(source, "the expression");
        var filter = new MailgunExpression(tokens).Either(0);
        return tokens.IsAtEnd ? filter : throw tokens.Fault("'and' is expected");
    }

    private MailgunFilter Either(int depth)
    {
        var parts = new List<MailgunFilter> { Both(depth) };
        while (_tokens.TakeWord("or"))
            parts.Add(Both(depth));
        return parts is [var only] ? only : new MailgunFilter.Any(parts);
    }

    private MailgunFilter Both(int depth)
    {
        var parts = new List<MailgunFilter> { One(depth) };
        while (_tokens.TakeWord("and"))
            parts.Add(One(depth));
        return parts is [var only] ? only : new MailgunFilter.All(parts);
    }

    private MailgunFilter One(int depth)
    {
        if (depth > Deepest)
            throw _tokens.Fault($"more than {Deepest} levels");
        if (_tokens.TakeWord("not"))
            return new MailgunFilter.Not(One(depth + 1));
        if (_tokens.Take('('))
        {
            var inside = Either(depth + 1);
            _tokens.Need(')');
            return inside;
        }
        var function = _tokens.Word();
        if (!Functions.Contains(function, StringComparer.Ordinal))
            throw _tokens.Fault($"'{function}' is no filter ({NearestName.Hint(function, Functions)})");
        _tokens.Need('(');
        MailgunFilter filter = function switch
        {
            "match_recipient" => new MailgunFilter.Recipient(_tokens.Quoted()),
            "match_header" => Header(),
            _ => new MailgunFilter.CatchAll(),
        };
        _tokens.Need(')');
        return filter;
    }

    private MailgunFilter.Header Header()
    {
        var name = _tokens.Quoted();
        if (name.Length == 0 || name.Any(letter => letter is <= ' ' or >= '\x7f' or ':'))
            throw _tokens.Fault($"'{TextShown.Of(name)}' is no name of a header field");
        _tokens.Need(',');
        return new MailgunFilter.Header(name, _tokens.Quoted());
    }
}
