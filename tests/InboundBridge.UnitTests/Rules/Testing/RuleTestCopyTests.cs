using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Testing;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Rules.Testing;

/// <summary>A mail becomes a test that gives what the rules asked for, and passes where it is pasted.</summary>
public sealed class RuleTestCopyTests
{
    private const string Rules = """
        lists:
          offices: [192.0.2.0/24]
        rules:
          - name: office
            when: { client_ip: { in: offices }, tls: "TLSv1.*", header: { X-Team: sales } }
            then: [ tag: "{sender_domain}", webhook: inbox ]
          - name: forged
            when: { spf: fail, dmarc: { not: pass } }
            then: [ hold: "it is forged" ]
          - name: programs
            when: { attachment: { name: "*.exe" } }
            then: [ reject: { code: 554, text: "No programs" } ]
          - name: written
            when: { text: "*secret*", recipient: "sales+{what}@example.com" }
            then: [ lmtp: mailboxes, webhook: helpdesk ]

        """;

    private static readonly (Fact, FactValue)[] Usual =
    [
        (Fact.Sender, FactValue.Of("al@customer.example")), (Fact.SenderDomain, FactValue.Of("customer.example")),
        (Fact.ClientIp, FactValue.Of("198.51.100.7")), (Fact.Subject, FactValue.Of("He said: \"it's {on} fire\"\\ ünïcode 🔥\u0085")),
        (Fact.From, FactValue.Of("al@customer.example")), (Fact.To, FactValue.Of("sales+4@example.com")),
        (Fact.Text, FactValue.Of("first\r\nsecret: [x] # no comment\n\tlast")), (Fact.Size, FactValue.Of(1234)),
        (Fact.Attachments, FactValue.Of(Array.Empty<AttachmentFacts>())), (Fact.Spf, FactValue.Of("pass")),
        (Fact.Dmarc, FactValue.Of("pass")),
    ];

    [Theory]
    [InlineData("office", "client_ip: \"192.0.2.9\", tls: TLSv1.3", "webhook: [inbox], tags: [customer.example]")]
    [InlineData("forged", "spf: fail, dmarc: fail", "rule: forged, hold: true")]
    [InlineData("programs", "spf: pass", "reject: { code: 554, enhanced: \"5.7.1\" }")]
    [InlineData("written", "spf: pass", "lmtp: [mailboxes], vars: { what: \"4\" }")]
    [InlineData("nothing", "spf: pass", "expect: { default: true }")]
    public async Task Each_outcome_is_expected_with_the_facts_that_led_to_it(string outcome, string given, string expected)
    {
        var set = RuleFixture.Load(Rules);
        var facts = RuleFixture.Facts([.. Usual, .. Of(outcome)]);
        if (outcome == "office")
            facts.SetHeader("X-Team", FactValue.Of("sales"));
        var recipient = new RuleRecipient(outcome == "nothing" ? "bob@example.com" : "sales+4@example.com");
        var draft = await new RuleTestCopy(new RuleEvaluator()).MakeAsync(
            set, facts, RuleStage.Body, recipient, RuleFixture.Now, TestContext.Current.CancellationToken);
        Assert.Null(draft.Problem);
        Assert.Contains(given, draft.Entry!, StringComparison.Ordinal);
        Assert.Contains(expected, draft.Entry!.Replace("webhook: [helpdesk], ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        await PassesAsync(RuleTestPlace.In(Rules).Paste(Rules, draft.Entry!)!, 1);
        var tested = Rules + "tests:\n- { name: one, mail: { recipient: x@example.com }, expect: { default: true } }\n";
        await PassesAsync(RuleTestPlace.In(tested).Paste(tested, draft.Entry!)!, 2);
    }

    [Fact]
    public async Task What_is_not_known_is_named_instead_of_a_test()
    {
        var set = RuleFixture.Load("rules:\n  - { name: known, when: { client_name: \"*.example\" }, then: [ webhook: inbox ] }\n");
        var draft = await new RuleTestCopy(new RuleEvaluator()).MakeAsync(
            set, RuleFixture.Facts((Fact.ClientName, FactValue.NotKnown)), RuleStage.Body, new RuleRecipient("bob@example.com"),
            RuleFixture.Now, TestContext.Current.CancellationToken);
        Assert.Null(draft.Entry);
        Assert.Equal("The rules ask for what is not known of this mail: client_name.", draft.Problem);
    }

    [Fact]
    public async Task A_long_mail_is_named_as_a_file()
    {
        var set = RuleFixture.Load(Rules);
        var draft = await new RuleTestCopy(new RuleEvaluator()).MakeAsync(
            set, RuleFixture.Facts([.. Usual, (Fact.Text, FactValue.Of(new string('x', 20_000)))]), RuleStage.Body,
            new RuleRecipient("sales+4@example.com"), RuleFixture.Now, TestContext.Current.CancellationToken);
        Assert.Contains("eml: mail.eml", draft.Entry, StringComparison.Ordinal);
        Assert.Contains("as mail.eml", draft.Problem, StringComparison.Ordinal);
        Assert.True(draft.Entry!.Length < 2000);
    }

    [Theory]
    [InlineData("rules: []\n", 1, "tests:\n  - x\n")]
    [InlineData("rules: []\ntests:\n", 2, "  - x\n")]
    [InlineData("tests:\n    - name: a\n      mail: {}\n\nrules: []\n", 3, "    - x\n")]
    [InlineData("tests:\n- { name: a }\n# about rules\nrules: []\n", 3, "- x\n")]
    [InlineData("rules: []\ntests: [ { name: a } ]\n", 0, "tests:\n  - x\n")]
    [InlineData("{ rules: [] }\n", 0, "tests:\n  - x\n")]
    [InlineData("rules: [\n", 0, "tests:\n  - x\n")]
    public void The_place_is_below_the_tests_of_the_file(string file, int line, string text)
    {
        var place = RuleTestPlace.In(file);
        Assert.Equal(line, place.Line);
        Assert.Equal(text, place.Text("- x\n"));
    }

    [Theory]
    [InlineData("word")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("No")]
    [InlineData("12")]
    [InlineData("a: b # c")]
    [InlineData("quote \" and \\ back")]
    [InlineData("tab\tline\r\nend\u0000\u0085\u2028\ufeff")]
    [InlineData("🔥 [x], {y}")]
    public void A_quoted_text_is_read_back(string text)
    {
        foreach (var document in new[] { $"- {YamlQuote.Of(text)}\n", $"[{YamlQuote.Of(text)}]\n" })
        {
            var problems = new SourceProblems();
            var read = Assert.IsType<YamlSequence>(YamlReader.Read(document, "x", problems));
            Assert.Equal(text, Assert.IsType<YamlScalar>(Assert.Single(read.Items)).Value);
            Assert.False(((YamlScalar)read.Items[0]).IsNull);
        }
    }

    private static (Fact, FactValue)[] Of(string outcome) => outcome switch
    {
        "office" => [(Fact.ClientIp, FactValue.Of("192.0.2.9")), (Fact.Tls, FactValue.Of("TLSv1.3"))],
        "forged" => [(Fact.Spf, FactValue.Of("fail")), (Fact.Dmarc, FactValue.Of("fail"))],
        "programs" =>
        [
            (Fact.Attachments, FactValue.Of(new AttachmentFacts[]
            {
                new GivenAttachment("a \"b\".exe", "application/octet-stream", 2, new string('0', 64)),
            })),
        ],
        _ => [],
    };

    private static async Task PassesAsync(string file, int tests)
    {
        var report = await new RuleTestRunner(new RuleEvaluator()).RunAsync(RuleFixture.Load(file), TestContext.Current.CancellationToken);
        Assert.Equal(tests, report.Results.Count);
        Assert.True(report.Passed, file + string.Join('\n', report.Results.SelectMany(result => result.Failures)));
    }
}
