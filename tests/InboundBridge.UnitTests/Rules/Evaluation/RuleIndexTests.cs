using System.Text;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;

namespace InboundBridge.UnitTests.Rules.Evaluation;

public class RuleIndexTests
{
    [Theory]
    [InlineData("recipient: user{0}@example.com", "user7@example.com", 1)]
    [InlineData("recipient: \"user{0}+{{tag}}@example.com\"", "user7+x@example.com", 1)]
    [InlineData("recipient: \"user{0}+{{tag}}@*\"", "user7+x@example.com", 1)]
    [InlineData("recipient_local: user{0}", "USER7@example.com", 1)]
    [InlineData("recipient_domain: d{0}.in.example.com", "x@d7.in.example.com", 1)]
    [InlineData("recipient: [a{0}@example.com, b{0}@example.com]", "b7@example.com", 1)]
    [InlineData("any: [{{ recipient: a{0}@example.com }}, {{ recipient_domain: d{0}.in.example.com }}]", "a7@d7.in.example.com", 1)]
    [InlineData("{{ subject: x, recipient: a{0}@example.com }}", "a7@example.com", 1)]
    [InlineData("recipient: '/^user{0}@/i'", "User7@example.com", 1)]
    [InlineData("recipient: '/ser{0}@/'", "user7@example.com", 200)]
    public void Only_rules_that_can_match_the_recipient_are_asked(string when, string recipient, int expected)
    {
        var candidates = Select(Numbered(when, 200), null, recipient);
        Assert.Equal(expected, candidates.Count);
        Assert.Contains(7, candidates);
    }

    [Theory]
    [InlineData("sender: al{0}@partner.example", "AL7@partner.example", 1)]
    [InlineData("sender: '*@p{0}.example'", "anybody@P7.example", 1)]
    [InlineData("sender: 'al{0}+*'", "al7+x@partner.example", 1)]
    [InlineData("sender_domain: p{0}.example", "al@p7.example", 1)]
    [InlineData("sender_domain: [p{0}.example, q{0}.example]", "al@q7.example", 1)]
    [InlineData("recipient_domain: example.com, sender: al{0}@partner.example", "al7@partner.example", 1)]
    [InlineData("recipient: bob@example.com, sender: al{0}@partner.example", "al7@partner.example", 200)]
    [InlineData("any: [{{ sender: al{0}@partner.example }}, {{ sender_domain: p{0}.example }}]", "x@p7.example", 1)]
    [InlineData("any: [{{ sender: al{0}@partner.example }}, {{ subject: x{0} }}]", "al7@partner.example", 200)]
    [InlineData("not: {{ sender: al{0}@partner.example }}", "al7@partner.example", 200)]
    [InlineData("sender: {{ not: al{0}@partner.example }}", "al7@partner.example", 200)]
    [InlineData("sender: '*.p{0}.example'", "al@x.p7.example", 200)]
    [InlineData("sender: al{0}@partner.example", "al7@p\u00e4rtner.example", 200)]
    public void Only_rules_that_can_match_the_sender_are_asked(string when, string sender, int expected)
    {
        var set = Numbered(when, 200);
        var candidates = Select(set, From(sender, sender[(sender.LastIndexOf('@') + 1)..]));
        Assert.Equal(expected, candidates.Count);
        Assert.Contains(7, candidates);
        Assert.Equal(200, Select(set, null).Count);
        Assert.Equal(200, Select(set, RuleFixture.Facts()).Count);
    }

    [Fact]
    public void A_sender_and_its_domain_are_two_facts()
    {
        var set = Numbered("any: [{{ sender: '*@p{0}.example' }}, {{ sender_domain: p{0}.example }}]", 20);
        Assert.Equal([3, 7], Select(set, From("al@p7.example", "p3.example")));
    }

    [Fact]
    public void A_bounce_has_a_sender_that_is_empty()
    {
        var set = RuleFixture.Load("""
            rules:
              - { name: bounces, when: { sender: "" }, then: { tag: bounce } }
              - { name: nowhere, when: { sender_domain: "" }, then: { tag: nowhere } }
              - { name: al, when: { sender: al@partner.example }, then: { tag: al } }
            """);
        Assert.Equal(["bounce", "nowhere"], RuleFixture.Decide(set, From("", ""), "bob@example.com").Tags);
    }

    [Fact]
    public void Rules_by_sender_and_by_recipient_stay_in_their_order()
    {
        var set = RuleFixture.Load("""
            rules:
              - { name: a, when: { sender: "*@partner.example" }, then: { tag: a } }
              - { name: b, when: { recipient: x@example.com }, then: { tag: b } }
              - { name: c, when: { sender: al@partner.example }, then: { tag: c } }
              - { name: d, then: { tag: d } }
              - { name: e, when: { recipient_domain: example.com, sender_domain: partner.example }, then: { tag: e } }
              - { name: f, when: { sender: "*@other.example" }, then: { tag: f } }
            """);
        Assert.Equal(
            ["a", "b", "c", "d", "e"], RuleFixture.Decide(set, From("al@partner.example", "partner.example"), "x@example.com").Tags);
    }

    [Fact]
    public void Candidates_stay_in_the_order_of_the_rules()
    {
        var set = RuleFixture.Load("""
            rules:
              - { name: a, when: { recipient_domain: example.com }, then: { tag: a } }
              - { name: b, then: { tag: b } }
              - { name: c, when: { recipient: x@example.com }, then: { tag: c } }
              - { name: d, enabled: false, then: { tag: d } }
              - { name: e, when: { recipient: "x*@example.com" }, then: { tag: e } }
              - { name: f, when: { recipient: [x@example.com, "*@example.com"] }, then: { tag: f } }
              - { name: g, when: { recipient: y@example.com }, then: { tag: g } }
              - { name: h, then: { tag: h } }
            """);
        Assert.Equal(["a", "b", "c", "e", "f", "h"], RuleFixture.Decide(set, RuleFixture.Facts(), "X@example.com").Tags);
    }

    [Fact]
    public void An_address_too_long_for_the_index_is_decided_all_the_same()
    {
        var recipient = new string('x', 800) + "@example.com";
        var set = RuleFixture.Load($"rules: [ {{ name: a, when: {{ recipient: {recipient} }}, then: {{ tag: a }} }} ]");
        Assert.Equal(["a"], RuleFixture.Decide(set, RuleFixture.Facts(), recipient).Tags);
    }

    /// <summary>That is why ten thousand cost what ten do; docs/performance.md has the measured times.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(10_000)]
    public void However_many_literal_rules_there_are_only_one_is_evaluated(int count)
    {
        var set = Numbered("recipient: user{0}@example.com", count);
        Assert.Equal([7], Select(set, null, "user7@example.com"));
        Assert.Empty(Select(set, null, "nobody@example.com"));
    }

    [Fact]
    public void A_rule_that_does_not_match_allocates_nothing()
    {
        string[] conditions =
        [
            "recipient: '{x}@example.com', subject: '{y}-z'",
            "recipient: [u@example.com, 'so{x}y@*'], subject: { starts_with: Hell, not: '*there' }",
            "any: [ { subject: a }, { sender: 'b*' } ]",
        ];
        string Rules(int count) => "rules:\n" + string.Join('\n', Enumerable.Range(0, count).Select(
            number => $"  - {{ name: r{number}, when: {{ {conditions[number % 3]} }}, then: [ webhook: inbox ] }}"));
        // The JIT may recompile the code between two measurements, and then it
        // allocates less: that round is ignored, and the next one does.
        var (few, many) = (RuleFixture.Load(Rules(1)), RuleFixture.Load(Rules(60)));
        var measured = (Few: 0L, Many: -1L);
        for (var round = 0; round < 20 && measured.Few != measured.Many; round++)
            measured = (Allocated(few), Allocated(many));
        Assert.Equal(measured.Few, measured.Many);
    }

    private static GivenFacts From(string sender, string domain) =>
        RuleFixture.Facts((Fact.Sender, FactValue.Of(sender)), (Fact.SenderDomain, FactValue.Of(domain)));

    private static List<int> Select(RuleSet set, MessageFacts? facts, string recipient = "bob@example.com")
    {
        var candidates = new List<int>();
        set.Index.Select(new RuleRecipient(recipient), facts, candidates);
        return candidates;
    }

    private static long Allocated(RuleSet set)
    {
        var facts = RuleFixture.Facts((Fact.Subject, FactValue.Of("Hello there")), (Fact.Sender, FactValue.Of("x@y.example")));
        var evaluator = new RuleEvaluator();
        var recipient = new RuleRecipient("somebody@example.com");
        for (var warm = 0; warm < 200; warm++)
            Evaluate(evaluator, set, facts, recipient);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
            Evaluate(evaluator, set, facts, recipient);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    internal static RuleSet Numbered(string when, int count)
    {
        var yaml = new StringBuilder("rules:\n");
        for (var number = 0; number < count; number++)
        {
            var condition = string.Format(when, number);
            var mapping = condition.StartsWith('{') ? condition : $"{{ {condition} }}";
            yaml.AppendLine($"  - name: r{number}\n    when: {mapping}\n    then: [ reject: no ]");
        }
        return RuleFixture.Load(yaml.ToString());
    }

    private static void Evaluate(RuleEvaluator evaluator, RuleSet set, MessageFacts facts, RuleRecipient recipient)
    {
        var task = evaluator.EvaluateAsync(set, facts, recipient, RuleStage.Body, RuleFixture.Now, CancellationToken.None);
        Assert.True(task.IsCompletedSuccessfully);
    }
}
