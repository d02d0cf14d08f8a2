using System.Text;
using InboundBridge.Rules.Facts;

namespace InboundBridge.UnitTests.Rules;

/// <summary>
/// Rule sets and mails made by chance from a small world, so that rules hit, miss, overlap and depend on each other often.
/// </summary>
internal static class RandomRules
{
    private static readonly string[] Names = ["alpha", "beta"];

    public static string Write(Random random)
    {
        var yaml = new StringBuilder("rules:\n");
        var count = random.Next(1, 7);
        for (var number = 0; number < count; number++)
        {
            yaml.Append($"  - name: r{number}\n");
            if (random.Next(6) > 0)
                yaml.Append($"    when: {Condition(random, 0)}\n");
            if (random.Next(4) == 0)
                yaml.Append("    continue: true\n");
            if (random.Next(10) == 0)
                yaml.Append("    enabled: false\n");
            yaml.Append($"    then: [ {string.Join(", ", Actions(random))} ]\n");
        }
        return yaml.ToString();
    }

    public static string Recipient(Random random) => $"{Pick(random, "a", "b", "a+b")}@{Pick(random, "example.com", "x.in.example.com")}";

    public static GivenFacts Facts(Random random)
    {
        var facts = RuleFixture.Facts();
        foreach (var fact in new[] { Fact.Subject, Fact.ClientName, Fact.Text, Fact.Html, Fact.Virus, Fact.Helo })
            facts[fact] = random.Next(4) == 0 ? FactValue.Absent : FactValue.Of(Pick(random, "a", "b", "a-b", "b-a"));
        var sender = Pick(random, "", "a", "b", "A-b@example.com", "b-a@example.com", "a@X.example", "b@x.example");
        facts[Fact.Sender] = random.Next(4) == 0 ? FactValue.Absent : FactValue.Of(sender);
        facts[Fact.SenderDomain] = FactValue.Of(sender.Contains('@') ? sender[(sender.IndexOf('@') + 1)..].ToLowerInvariant() : "");
        facts[Fact.Size] = FactValue.Of(random.Next(5));
        facts[Fact.SpamScore] = FactValue.Of(random.Next(5));
        facts[Fact.To] = FactValue.Of([Pick(random, "a", "b"), Pick(random, "a-b", "b-a")]);
        facts.SetHeader("X-Test", random.Next(2) == 0 ? FactValue.Absent : FactValue.Of(Pick(random, "a", "b-a")));
        facts[Fact.Attachments] =
            FactValue.Of(
                [.. Enumerable.Range(0, random.Next(3)).Select(_ => new GivenAttachment(Pick(random, "a", "b-a"), "text/plain", 3, "00"))]);
        return facts;
    }

    private static string Condition(Random random, int depth) => random.Next(depth > 2 ? 12 : 15) switch
    {
        0 => $"{{ recipient: {Pick(random, "a@example.com", "'*@example.com'", "'{alpha}+{beta}@*'", "'/^b@/'")} }}",
        1 => $"{{ recipient_local: {Pattern(random)} }}",
        2 => $"{{ {Sender(random)}"
            + $"{Pick(random, "", ", recipient_domain: example.com", $", recipient: b@example.com, helo: {Pattern(random)}")} }}",
        3 => $"{{ subject: {Pattern(random)} }}",
        4 => $"{{ text: {Pattern(random)}, client_name: {Pattern(random)} }}",
        5 => $"{{ size: '{Pick(random, ">", "<", "=")} {random.Next(5)}', virus: {Pattern(random)} }}",
        6 => $"{{ header: {{ X-Test: {Pattern(random)} }}, to: {Pattern(random)} }}",
        7 => $"{{ attachment: {{ name: {Pattern(random)} }} }}",
        8 => $"{{ tagged: {Pick(random, "a", "b", "'a*'")} }}",
        9 => $"{{ vars: {{ {Pick(random, Names)}: {Pattern(random)} }} }}",
        10 => $"{{ body: {Pattern(random)}, attachments: '{Pick(random, ">", "=")} 1' }}",
        11 => $"{{ spam_score: '> {random.Next(4)}', sample: 50% }}",
        12 => $"{{ all: [ {Condition(random, depth + 1)}, {Condition(random, depth + 1)} ] }}",
        13 => $"{{ any: [ {Condition(random, depth + 1)}, {Condition(random, depth + 1)} ] }}",
        _ => $"{{ not: {Condition(random, depth + 1)} }}",
    };

    private static string Sender(Random random) => random.Next(4) switch
    {
        0 => $"sender_domain: {Pick(random, "x.example", "example.com", "[x.example, a]", "''", "'*.example'")}",
        1 => $"sender: {Pick(random, "a@x.example", "'*@x.example'", "'b*@example.com'", "'{alpha}-{beta}@*'",
            "[a, '*@example.com']", "''", "'/^b@/i'", "{ not: '*@x.example' }", "{ exists: true }")}",
        _ => $"sender: {Pattern(random)}",
    };

    private static string Pattern(Random random) =>
        Pick(random, "a", "b", "'*'", "'a*'", "[a, b]", "'{alpha}-{beta}'", "'*-{beta}'", "'/^(?<alpha>a)/'", "{ exists: false }",
            "{ not: a }", "{ contains: b, not: a }");

    private static IEnumerable<string> Actions(Random random)
    {
        for (var marks = random.Next(3); marks > 0; marks--)
        {
            yield return random.Next(5) switch
            {
                0 => $"tag: {Pick(random, "a", "b")}",
                1 => "tag: 'a{recipient_tag}'",
                2 => $"set: {{ {Pick(random, Names)}: {Pick(random, "a", "'{subject}'", "'{recipient_local}'")} }}",
                3 => "add_header: { X-Id: '{sender}' }",
                _ => "remove_header: X-Test",
            };
        }
        switch (random.Next(5))
        {
            case 0:
                yield return $"reject: {Pick(random, "no", "'no {subject}'", "'no {recipient}'")}";
                break;
            case 1:
                yield return Pick(random, "discard", "defer");
                break;
            case 2:
                yield return "webhook: { destination: inbox, url: 'https://x.example/{subject}' }";
                yield return "lmtp: mailboxes";
                break;
            case 3:
                yield return "hold: 'for {sender}'";
                break;
            default:
                yield return "tag: last";
                break;
        }
    }

    private static string Pick(Random random, params string[] choices) => choices[random.Next(choices.Length)];
}
