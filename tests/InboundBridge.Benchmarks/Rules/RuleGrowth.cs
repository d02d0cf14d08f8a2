using System.Diagnostics;
using System.Globalization;
using System.Text;
using InboundBridge.Benchmarks.Figures;
using InboundBridge.Rules;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Yaml;

namespace InboundBridge.Benchmarks.Rules;

/// <summary>
/// One decision for one recipient, with few rules and with many, measured in turns so that whatever else the machine does hits both. By the wall clock of
/// one thread; the median of the rounds and their range. Every kind is asked for recipients spread over all of the set (hit) and for one that no rule is for (miss).
/// </summary>
internal static class RuleGrowth
{
    private const int Recipients = 64;

    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(60);

    private static readonly DateTimeOffset Now = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    /// <summary>How a rule is written, and an address that it matches.</summary>
    private static readonly (string Name, Func<int, string> When, Func<int, string> Address)[] Kinds =
    [
        ("literal recipient", number => $"recipient: user{number}@example.com", number => $"user{number}@example.com"),
        ("literal domain", number => $"recipient_domain: d{number}.example.com", number => $"bob@d{number}.example.com"),
        ("glob, literal start", number => $"recipient: 'user{number}+*@example.com'", number => $"user{number}+tag@example.com"),
        ("glob, literal end", number => $"recipient: '*-user{number}@example.com'", number => $"tag-user{number}@example.com"),
        ("regular expression", number => $"recipient: '/^team-\\d+-user{number}@/'", number => $"team-7-user{number}@example.com"),
        ("regex on the subject", number => $"subject: '/^order {number}-\\d+$/'", number => $"any{number}@example.com"),
    ];

    public static void Print(TextWriter output, int few, int many, int rounds)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ns for one decision, median of {rounds} rounds [range]; octets allocated for a miss"));
        output.WriteLine($"{"",-22}{"",-6}{$"{few} rules",26}{$"{many} rules",30}     ratio of the rounds   octets");
        foreach (var kind in Kinds)
        {
            var (small, large) = (Load(kind.When, few), Load(kind.When, many));
            Print(output, $"{kind.Name,-22}hit   ", small, large, number => kind.Address(number), few, many, rounds);
            Print(output, $"{kind.Name,-22}miss  ", small, large, _ => "nobody@example.com", few, many, rounds);
        }
    }

    private static void Print(TextWriter output, string name, RuleSet small, RuleSet large, Func<int, string> address, int few, int many, int rounds)
    {
        var fewer = Spaced(address, few);
        var more = Spaced(address, many);
        var facts = Facts();
        var (a, b) = (new double[rounds], new double[rounds]);
        Measure(small, facts, fewer);
        Measure(large, facts, more);
        for (var round = 0; round < rounds; round++)
        {
            a[round] = Measure(small, facts, fewer);
            b[round] = Measure(large, facts, more);
        }
        var ratios = a.Zip(b, (one, other) => other / one);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}{Spread.Of(a, "#,0"),24}{Spread.Of(b, "#,0"),30}   {Spread.Of(ratios, "0.00"),20}{Allocated(large, facts, more),20:N0}"));
    }

    private static RuleRecipient[] Spaced(Func<int, string> address, int rules) =>
        [.. Enumerable.Range(0, Recipients).Select(index => new RuleRecipient(address((int)((long)index * rules / Recipients))))];

    private static double Measure(RuleSet set, MessageFacts facts, RuleRecipient[] recipients)
    {
        var evaluator = new RuleEvaluator();
        var start = Stopwatch.GetTimestamp();
        long count = 0;
        do
        {
            foreach (var recipient in recipients)
                Decide(evaluator, set, facts, recipient);
            count += recipients.Length;
        }
        while (Stopwatch.GetElapsedTime(start) < Slice);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / count;
    }

    private static long Allocated(RuleSet set, MessageFacts facts, RuleRecipient[] recipients)
    {
        var evaluator = new RuleEvaluator();
        Decide(evaluator, set, facts, recipients[0]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var recipient in recipients)
            Decide(evaluator, set, facts, recipient);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / recipients.Length;
    }

    private static void Decide(RuleEvaluator evaluator, RuleSet set, MessageFacts facts, RuleRecipient recipient)
    {
        var decision = evaluator.EvaluateAsync(set, facts, recipient, RuleStage.Body, Now, CancellationToken.None);
        if (!decision.IsCompletedSuccessfully || !decision.Result.IsCertain)
            throw new InvalidOperationException("a decision without scripts is there at once");
    }

    private static GivenFacts Facts()
    {
        var facts = new GivenFacts("m1");
        facts[Fact.Sender] = FactValue.Of("al@customer.example");
        facts[Fact.Subject] = FactValue.Of("order 12x");
        return facts;
    }

    private static RuleSet Load(Func<int, string> when, int rules)
    {
        var yaml = new StringBuilder("rules:\n");
        for (var number = 0; number < rules; number++)
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{ name: r{number}, when: {{ {when(number)} }}, then: [ webhook: hook ] }}\n");
        var environment = new RuleSetEnvironment { Destinations = new Dictionary<string, string>(StringComparer.Ordinal) { ["hook"] = "webhook" } };
        var problems = new SourceProblems();
        return RuleSetLoader.Load([new RuleFile("rules.yaml", yaml.ToString())], environment, problems)
            ?? throw new InvalidOperationException(string.Join('\n', problems.Items.Take(5)));
    }
}
