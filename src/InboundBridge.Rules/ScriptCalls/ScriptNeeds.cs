using System.Text.RegularExpressions;
using InboundBridge.Rules.Facts;

namespace InboundBridge.Rules.ScriptCalls;

/// <summary>
/// The facts that must be known before a script can run: the whole mail, and the verdicts that its source reads. A script that never reads
/// <c>message.authentication</c> causes no DNS look-up, and one that never reads <c>message.authentication.spam</c> no scan.
/// </summary>
internal sealed partial class ScriptNeeds
{
    private static readonly Fact[] Mail = [Fact.Subject, Fact.Attachments, Fact.Text, Fact.Html, Fact.Kind];

    private static readonly (string Member, Fact[] Facts)[] Members =
        [.. Fact.All.Where(fact => fact.ScriptMember is not null).GroupBy(fact => fact.ScriptMember!, StringComparer.Ordinal)
            .Select(group => (group.Key, group.ToArray()))];

    private readonly Fact[] _facts;

    public ScriptNeeds(string source)
    {
        var read = MembersIn(source);
        Read = [.. Members.Where(entry => read.Contains(entry.Member))];
        _facts = [.. Mail, .. Read.SelectMany(entry => entry.Facts)];
    }

    /// <summary>Members of the message that the source reads, as far as its text shows, each with its facts.</summary>
    public IReadOnlyList<(string Member, Fact[] Facts)> Read { get; }

    public FactSet Missing(MessageFacts facts)
    {
        var missing = FactSet.None;
        foreach (var fact in _facts)
        {
            if (!facts.IsKnown(fact))
                missing = missing.With(fact);
        }
        return missing;
    }

    /// <summary>
    /// Names behind a dot or in brackets, and names in destructuring patterns. Names in comments and strings do not count.
    /// </summary>
    private static HashSet<string> MembersIn(string source)
    {
        var members = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match token in Member().Matches(source))
        {
            var name = token.Groups["member"];
            // Members of vars are names that rules chose.
            if (name.Success && token.Groups["of"].Value != "vars")
                members.Add(name.Value);
            foreach (Match taken in Name().Matches(token.Groups["taken"].Value))
                members.Add(taken.Value);
        }
        return members;
    }

    /// <summary>
    /// Comments and strings are matched first, so that their content does not count. Expressions in template literals count.
    /// </summary>
    [GeneratedRegex("""
        //[^\n]*
        | /\*(?:[^*]|\*+[^*/])*\*+/
        | (?<of>[A-Za-z_$][\w$]*)?\s*(?:\?\.)?\[\s*(?:"(?<member>\w+)"|'(?<member>\w+)')\s*\]
        | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*'
        | (?:(?<of>[A-Za-z_$][\w$]*)\s*)?\??\.\s*(?<member>[A-Za-z_$][\w$]*)
        | \{(?<taken>[^{}()"';=]*(?:\{[^{}()"';=]*\}[^{}()"';=]*)*)\}\s*(?:=\s*[^=>\s]|\)\s*(?:=>|\{))
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex Member();

    [GeneratedRegex(@"[A-Za-z_$][\w$]*", RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
