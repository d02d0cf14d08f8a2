using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.Scripting.Workers;

namespace InboundBridge.UnitTests.Rules.Scripting.Workers;

public class ScriptWorkerPoolTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scripts_run_one_after_the_other_and_a_failed_one_harms_no_other()
    {
        await using var pool = InProcessWorker.Pool();
        Assert.Equal("2", (await pool.RunAsync(InProcessWorker.Request("1 + 1"), Token)).Value!.ToJsonString());
        Assert.NotNull((await pool.RunAsync(InProcessWorker.Request("while (true) {}"), Token)).Error);
        Assert.Equal("3", (await pool.RunAsync(InProcessWorker.Request("1 + 2"), Token)).Value!.ToJsonString());
    }

    [Fact]
    public async Task A_worker_that_does_not_start_is_tried_again_ever_later()
    {
        var clock = new FakeTimeProvider(RuleFixture.Now);
        var starts = 0;
        await using var pool = new ScriptWorkerPool(new ScriptLimits(), () =>
        {
            starts++;
            throw new IOException("no such file");
        }, clock, size: 1);
        for (var run = 0; run < 10; run++)
            Assert.NotNull((await pool.RunAsync(InProcessWorker.Request("1"), Token)).Error);
        Assert.Equal(ScriptWorkerSlot.FreeRestarts + 1, starts);
        clock.Advance(ScriptWorkerSlot.FirstPause);
        Assert.Contains("no such file", (await pool.RunAsync(InProcessWorker.Request("1"), Token)).Error!.Text);
        Assert.Equal(ScriptWorkerSlot.FreeRestarts + 2, starts);
        clock.Advance(ScriptWorkerSlot.FirstPause);
        Assert.Contains("waits", (await pool.RunAsync(InProcessWorker.Request("1"), Token)).Error!.Text);
    }

    [Fact]
    public async Task A_worker_that_dies_or_answers_nonsense_is_replaced()
    {
        var starts = 0;
        await using var pool = new ScriptWorkerPool(new ScriptLimits { Timeout = TimeSpan.FromSeconds(10) },
            () => ++starts <= 2
                ? new ScriptWorkerProcess(
                    new MemoryStream(), new MemoryStream(starts == 1 ? [] : [0, 0, 0, 2, (byte)'n', (byte)'o']), () => { })
                    : InProcessWorker.Start(),
            TimeProvider.System, size: 1);
        Assert.NotNull((await pool.RunAsync(InProcessWorker.Request("1"), Token)).Error);
        Assert.NotNull((await pool.RunAsync(InProcessWorker.Request("1"), Token)).Error);
        Assert.Null((await pool.RunAsync(InProcessWorker.Request("1"), Token)).Error);
        Assert.Equal(3, starts);
    }

    /// <summary>Its answer may still come, and would be taken for the next script's.</summary>
    [Fact]
    public async Task A_worker_whose_answer_could_not_be_waited_for_is_replaced()
    {
        var starts = 0;
        await using var pool = new ScriptWorkerPool(new ScriptLimits { Timeout = TimeSpan.FromSeconds(10) }, () =>
        {
            var worker = InProcessWorker.Start();
            return ++starts > 1 ? worker : new ScriptWorkerProcess(new ChannelWithoutThreads(worker.Channel), worker.Kill, null);
        }, TimeProvider.System, size: 1);
        await Assert.ThrowsAsync<ThreadStartFailedException>(
            async () => await pool.RunAsync(InProcessWorker.Request("'first'"), Token));
        Assert.Equal("\"second\"", (await pool.RunAsync(InProcessWorker.Request("'second'"), Token)).Value!.ToJsonString());
        Assert.Equal(2, starts);
    }

    [Fact]
    public async Task A_script_condition_is_asked_last_and_only_when_it_matters()
    {
        await using var pool = InProcessWorker.Pool();
        var set = RuleFixture.Load("""
            rules:
              - { name: never, when: { script: "while (true) {}", recipient_local: other }, then: [ discard ] }
              - { name: urgent, when: { script: "message.subject.startsWith('URGENT') && message.sender.endsWith('@example.org')" }, then: [ tag: urgent, webhook: inbox ] }
            """);
        var facts = RuleFixture.Facts((Fact.Subject, FactValue.Of("URGENT help")), (Fact.Sender, FactValue.Of("al@example.org")));
        var decision = await Decide(pool, set, facts);
        Assert.Equal("urgent", decision.Rule);
        Assert.Equal(["urgent"], decision.Tags);
        var early = await Decide(pool, set, new StagedFacts(facts, RuleStage.Header));
        Assert.False(early.IsCertain);
        Assert.Contains(Fact.Text, early.MissingFacts);
    }

    [Fact]
    public async Task A_script_action_decides_like_a_rule()
    {
        await using var pool = InProcessWorker.Pool();
        var set = RuleFixture.Load("""
            rules:
              - name: script
                when: { recipient: "{who}@example.com" }
                then:
                  - set: { before: "1" }
                  - script: "tag('t'); set('k', vars.who + vars.before); addHeader('X-A', 'a\\r\\nb'); log('hello'); if (vars.who === 'al') webhook('helpdesk', { to: 'x@y.example', format: 'raw' }); if (vars.who === 'no') reject(554, 'not\\r\\nyou');"
              - { name: below, when: { vars: { k: "*" } }, then: [ lmtp: mailboxes ] }
            """);
        var delivered = await Decide(pool, set, RuleFixture.Facts(), "al@example.com");
        Assert.Equal(new RuleDelivery("helpdesk", "x@y.example", """{"format":"raw"}""", null), Assert.Single(delivered.Deliveries));
        Assert.Equal("script", delivered.Rule);
        Assert.Equal([new HeaderEdit("X-A", "a  b")], delivered.HeaderEdits);
        Assert.Equal(["rules.yaml: hello"], delivered.ScriptLog);
        Assert.Equal(
            new RuleRefusal(RuleRefusalKind.Reject, 554, "5.7.1", "not??you"),
            (await Decide(pool, set, RuleFixture.Facts(), "no@example.com")).Refusal);
        var passed = await Decide(pool, set, RuleFixture.Facts(), "bob@example.com");
        Assert.Equal(("below", "bob1"), (passed.Rule, passed.Vars["k"]));
    }

    [Theory]
    [InlineData("webhook('nowhere')", "there is no such destination")]
    [InlineData("webhook('mailboxes')", "it is of kind lmtp, not webhook")]
    [InlineData("reject(451, 'x')", "the code must begin with 5")]
    [InlineData("set('bad name', 'x')", "not a capture")]
    [InlineData("addHeader('Bad Name', 'x')", "not a header name")]
    [InlineData("lmtp('mailboxes', { to: 'nobody' })", "'to' is not an address")]
    [InlineData("nothing()", "rules.yaml:")]
    public async Task A_script_that_fails_defers_and_says_why(string script, string expected)
    {
        await using var pool = InProcessWorker.Pool();
        var set = RuleFixture.Load($"rules: [ {{ name: broken, then: [ script: \"{script}\" ] }} ]");
        var decision = await Decide(pool, set, RuleFixture.Facts());
        Assert.Contains(expected, Assert.Single(decision.Errors).Text);
        Assert.Equal((RuleRefusalKind.Defer, 451), (decision.Refusal!.Kind, decision.Refusal.Code));
        Assert.Empty(decision.Deliveries);
    }

    private static ValueTask<RuleDecision> Decide(
        IScriptRunner scripts, RuleSet set, MessageFacts facts, string recipient = "bob@example.com") =>
        new RuleEvaluator(scripts).EvaluateAsync(set, facts, new RuleRecipient(recipient), RuleStage.Body, RuleFixture.Now, Token);

    /// <summary>After the warm-up it can't start the thread that waits for an answer.</summary>
    private sealed class ChannelWithoutThreads(IWorkerChannel below) : IWorkerChannel
    {
        private bool _isWarm;

        public ValueTask<ReadOnlyMemory<byte>?> ExchangeAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
        {
            if (_isWarm)
                throw new ThreadStartFailedException();
            _isWarm = true;
            return below.ExchangeAsync(frame, cancellationToken);
        }

        public void Dispose() => below.Dispose();
    }

    private sealed class ThreadStartFailedException : Exception;
}
