using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using InboundBridge.Importing.Reading;
using InboundBridge.Text;

namespace InboundBridge.Importing.Writing;

/// <summary>The text of a rule file: what it needs as comments, the rules, and tests for those whose recipients are known.</summary>
internal sealed partial class RuleFileText(ImportedSet set)
{
    /// <summary>Tests that are written. More would say nothing new.</summary>
    private const int MostTests = 200;

    /// <summary>Rules above one that are compared with its sample; beyond it gets no test.</summary>
    private const int MostCompared = 2_000;

    private const int LongestName = 180;

    private readonly StringBuilder _text = new();
    private readonly Dictionary<ImportedRule, string> _names = [];

    /// <param name="provider">As on the command line.</param>
    public string Write(string provider)
    {
        Name();
        Line($"# Written by 'inboundbridge import {provider}'. Read the comments, and put this file into the folder of rules.");
        foreach (var note in set.Notes)
            Line($"# {note}");
        Needs();
        Line("");
        var written = set.Rules.Where(rule => rule.Then.Count > 0).ToList();
        Line(written.Count == 0 ? "rules: []" : "rules:");
        foreach (var rule in set.Rules)
            Rule(rule);
        Tests(written);
        return _text.ToString();
    }

    private void Needs()
    {
        if (set.Rules.Count == 0)
            return;
        Line("#");
        Line("# inboundbridge.yaml needs:");
        Line("#");
        Line(set.Domains.Count > 0 ? $"#   domains: [{string.Join(", ", set.Domains.Select(FlowText.Text))}]"
            : "#   domains: [example.com]   # yours: the export names none, and mail for other domains is refused");
        if (set.Destinations.All.Count > 0)
            Line("#   destinations:");
        foreach (var destination in set.Destinations.All)
        {
            Line($"#     {destination.Name}:");
            Line($"#       {destination.Kind}:");
            foreach (var option in destination.Options)
                Line($"#         {option}");
        }
    }

    private void Rule(ImportedRule rule)
    {
        if (rule.Then.Count == 0)
            Line($"  # Of the export: {TextShown.Of(rule.Name)}");
        foreach (var comment in rule.Comments)
            Line($"  # {TextShown.Of(comment)}");
        if (rule.Then.Count == 0)
        {
            Line("");
            return;
        }
        Line($"  - name: {FlowText.Text(_names[rule])}");
        if (!rule.Enabled)
            Line("    enabled: false");
        if (rule.When is { Count: > 0 } when)
            Line($"    when: {FlowText.Write(when)}");
        if (rule.Continue)
            Line("    continue: true");
        Line("    then:");
        foreach (var action in rule.Then)
        {
            // As the value of a list entry the mapping needs no braces.
            var (name, value) = action!.AsObject().Single();
            Line(value is null ? $"      - {name}" : $"      - {name}: {FlowText.Write(value)}");
        }
        Line("");
    }

    /// <summary>
    /// A test says that a rule matches mail for its sample. There is none where a rule above may end the evaluation first.
    /// </summary>
    private void Tests(List<ImportedRule> written)
    {
        var tests = new List<ImportedRule>();
        var enders = new List<ImportedRule>();
        foreach (var rule in written)
        {
            if (tests.Count < MostTests && enders.Count <= MostCompared && rule is { Enabled: true, Sample: { } sample }
                && IsAccepted(sample) && enders.TrueForAll(above => above.Selects is { } selects && !selects(sample)))
                tests.Add(rule);
            if (rule.Ends)
                enders.Add(rule);
        }
        if (tests.Count == 0)
            return;
        Line("tests:");
        foreach (var rule in tests)
        {
            Line($"  - name: {FlowText.Text(TestName(rule.Sample!))}");
            Line($"    mail: {{ sender: al@customer.example, recipient: {FlowText.Text(rule.Sample!)}, subject: Help }}");
            Line($"    expect: {{ matched: {FlowText.Text(_names[rule])} }}");
        }
    }

    /// <summary>An ordinary address of a domain that is accepted.</summary>
    private bool IsAccepted(string recipient) => Address().Match(recipient) is { Success: true } address
        && set.Domains.Any(domain => domain.StartsWith("*.", StringComparison.Ordinal)
            ? address.Groups["domain"].Value.EndsWith(domain[1..], StringComparison.OrdinalIgnoreCase)
            : address.Groups["domain"].Value.Equals(domain, StringComparison.OrdinalIgnoreCase));

    private static string TestName(string recipient) => TextShown.Of($"mail for {recipient}");

    private void Name()
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        var next = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var rule in set.Rules.Where(rule => rule.Then.Count > 0))
        {
            var own = TextShown.Of(rule.Name) is { Length: > 0 } shown ? shown : "imported";
            own = own.Length > LongestName ? CutText.At(own, LongestName).TrimEnd() : own;
            if (char.IsHighSurrogate(own[^1]))
                own = own[..^1];
            var name = own;
            while (!used.Add(name))
            {
                var number = next[own] = next.GetValueOrDefault(own, 1) + 1;
                name = string.Create(CultureInfo.InvariantCulture, $"{own} ({number})");
            }
            _names[rule] = name;
        }
    }

    private void Line(string text) => _text.Append(text).Append('\n');

    [GeneratedRegex(
        @"^[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@(?<domain>[A-Za-z0-9.-]+)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Address();
}
