using System.Diagnostics;
using System.Globalization;
using System.Text;
using InboundBridge.Benchmarks.Figures;
using InboundBridge.Rules;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;
using InboundBridge.Yaml;

namespace InboundBridge.Benchmarks.Rules;

/// <summary>
/// Measures a decision for a mail with few rules and with many, in turns, so that the machine's other work affects both alike. Times are by
/// the wall clock of one thread: the median of the rounds and their range. Each kind of rule is measured with mails that match rules all
/// over the set (hit) and with a mail that matches none (miss).
/// </summary>
internal static class RuleGrowth
{
    private const int Mails = 64;

    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(60);

    private static readonly DateTimeOffset Now = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private const string Sender = "al@customer.example";

    /// <summary>A rule's text, and a mail that it matches.</summary>
    private static readonly (string Name, Func<int, string> When, Func<int, Mail> Mail)[] Kinds =
    [
        ("literal recipient", number => $"recipient: user{number}@example.com", number => new Mail($"user{number}@example.com")),
        ("literal domain", number => $"recipient_domain: d{number}.example.com", number => new Mail($"bob@d{number}.example.com")),
        ("glob, literal start", number => $"recipient: 'user{number}+*@example.com'", number => new Mail($"user{number}+tag@example.com")),
        ("glob, literal end", number => $"recipient: '*-user{number}@example.com'", number => new Mail($"tag-user{number}@example.com")),
        ("regular expression", number => $"recipient: '/^team-\\d+-user{number}@/'",
            number => new Mail($"team-7-user{number}@example.com")),
        ("domain of the sender", number => $"sender: '*@p{number}.example'",
            number => new Mail("bob@example.com", $"al@p{number}.example")),
        ("regex on the subject", number => $"subject: '/^order {number}-\\d+$/'", number => new Mail($"any{number}@example.com")),
    ];

    public static void Print(TextWriter output, int few, int many, int rounds)
    {
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture, $"ns for one decision, median of {rounds} rounds [range]; octets allocated for a miss"));
        output.WriteLine($"{"",-22}{"",-6}{$"{few} rules",26}{$"{many} rules",30}     ratio of the rounds   octets");
        foreach (var kind in Kinds)
        {
            var (small, large) = (Load(kind.When, few), Load(kind.When, many));
            Print(output, $"{kind.Name,-22}hit   ", small, large, kind.Mail, few, many, rounds);
            Print(output, $"{kind.Name,-22}miss  ", small, large, _ => new Mail("nobody@example.com"), few, many, rounds);
        }
    }

    private static void Print(
        TextWriter output, string name, RuleSet small, RuleSet large, Func<int, Mail> mail, int few, int many, int rounds)
    {
        var fewer = Spaced(mail, few);
        var more = Spaced(mail, many);
        var (a, b) = (new double[rounds], new double[rounds]);
        Measure(small, fewer);
        Measure(large, more);
        for (var round = 0; round < rounds; round++)
        {
            a[round] = Measure(small, fewer);
            b[round] = Measure(large, more);
        }
        var ratios = a.Zip(b, (one, other) => other / one);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}{Spread.Of(a, "#,0"),24}{Spread.Of(b, "#,0"),30}   {Spread.Of(ratios, "0.00"),20}{Allocated(large, more),20:N0}"));
    }

    private static Mail[] Spaced(Func<int, Mail> mail, int rules) =>
        [.. Enumerable.Range(0, Mails).Select(index => mail((int)((long)index * rules / Mails)))];

    private static double Measure(RuleSet set, Mail[] mails)
    {
        var evaluator = new RuleEvaluator();
        var start = Stopwatch.GetTimestamp();
        long count = 0;
        do
        {
            foreach (var mail in mails)
                Decide(evaluator, set, mail);
            count += mails.Length;
        }
        while (Stopwatch.GetElapsedTime(start) < Slice);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / count;
    }

    private static long Allocated(RuleSet set, Mail[] mails)
    {
        var evaluator = new RuleEvaluator();
        Decide(evaluator, set, mails[0]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var mail in mails)
            Decide(evaluator, set, mail);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / mails.Length;
    }

    private static void Decide(RuleEvaluator evaluator, RuleSet set, Mail mail)
    {
        var decision = evaluator.EvaluateAsync(set, mail.Facts, mail.Recipient, RuleStage.Body, Now, CancellationToken.None);
        if (!decision.IsCompletedSuccessfully || !decision.Result.IsCertain)
            throw new InvalidOperationException("a decision without scripts is there at once");
    }

    private static RuleSet Load(Func<int, string> when, int rules)
    {
        var yaml = new StringBuilder("rules:\n");
        for (var number = 0; number < rules; number++)
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{ name: r{number}, when: {{ {when(number)} }}, then: [ webhook: hook ] }}\n");
        var environment =
            new RuleSetEnvironment
            {
                Kinds = [new RuleDestinationKind("webhook")],
                Destinations = new Dictionary<string, string>(StringComparer.Ordinal) { ["hook"] = "webhook" }
            };
        var problems = new SourceProblems();
        return RuleSetLoader.Load([new RuleFile("rules.yaml", yaml.ToString())], environment, problems)
            ?? throw new InvalidOperationException(string.Join('\n', problems.Items.Take(5)));
    }

    private sealed class Mail(string recipient, string sender = Sender)
    {
        public RuleRecipient Recipient { get; } = new(recipient);

        public MessageFacts Facts { get; } = new GivenFacts("m1")
        {
            [Fact.Sender] = FactValue.Of(sender),
            [Fact.SenderDomain] = FactValue.Of(sender[(sender.IndexOf('@') + 1)..]),
            [Fact.Subject] = FactValue.Of("order 12x"),
        };
    }
}
