using System.Text.Json.Nodes;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.Scripting.Workers;

namespace InboundBridge.UnitTests.Rules.Scripting.Workers;

/// <summary>What one mail may cost, and that others don't pay for it.</summary>
public class ScriptFairnessTests
{
    /// <summary>Memory runs out: the worker answers, and ends.</summary>
    private const string Deadly = "let s = 'aa'; for (let i = 0; i < 40; i++) s = s.replaceAll('a', s); s";

    private readonly FakeTimeProvider _clock = new(RuleFixture.Now);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Workers_that_mails_end_are_replaced_at_once()
    {
        var starts = 0;
        await using var pool = new ScriptWorkerPool(new ScriptLimits { Timeout = TimeSpan.FromMinutes(1) }, () =>
        {
            starts++;
            return InProcessWorker.Start();
        }, _clock, size: 1);
        for (var mail = 0; mail < 3 * ScriptWorkerSlot.FreeRestarts; mail++)
        {
            var account = new ScriptAccount();
            Assert.Contains(
                "memory", (await pool.RunAsync(InProcessWorker.Request(Deadly) with { Account = account }, Token)).Error!.Text,
                StringComparison.Ordinal);
            // That mail gets no other worker; any other mail does.
            Assert.Contains(
                "memory", (await pool.RunAsync(InProcessWorker.Request("1") with { Account = account }, Token)).Error!.Text,
                StringComparison.Ordinal);
            Assert.Null((await pool.RunAsync(InProcessWorker.Request("1"), Token)).Error);
        }
        Assert.Equal(1 + (3 * ScriptWorkerSlot.FreeRestarts), starts);
    }

    [Fact]
    public async Task The_mail_that_used_less_is_next()
    {
        var turns = new WorkerTurns<int>([1], _clock);
        Assert.Equal(1, await turns.TakeAsync(TimeSpan.Zero, Token));
        var heavy = turns.TakeAsync(TimeSpan.FromSeconds(1), Token).AsTask();
        var light = turns.TakeAsync(TimeSpan.Zero, Token).AsTask();
        turns.Return(1);
        Assert.Equal(1, await light);
        Assert.False(heavy.IsCompleted);
        // He who waited long enough is before one who only came.
        _clock.Advance(TimeSpan.FromSeconds(5));
        var late = turns.TakeAsync(TimeSpan.Zero, Token).AsTask();
        turns.Return(1);
        Assert.Equal(1, await heavy);
        turns.Return(1);
        Assert.Equal(1, await late);
    }

    [Fact]
    public async Task Who_is_called_off_takes_nobodys_turn()
    {
        var turns = new WorkerTurns<int>([1], _clock);
        await turns.TakeAsync(TimeSpan.Zero, Token);
        using var stop = new CancellationTokenSource();
        var gone = turns.TakeAsync(TimeSpan.Zero, stop.Token).AsTask();
        var next = turns.TakeAsync(TimeSpan.Zero, Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        turns.Return(1);
        Assert.Equal(1, await next);
    }

    [Fact]
    public void A_mail_has_a_time_for_all_its_scripts()
    {
        var (account, limits) = (new ScriptAccount(), new ScriptLimits());
        account.Charge(limits.MessageTimeout, limits);
        Assert.Null(account.Closed);
        account.Charge(TimeSpan.FromMilliseconds(1), limits);
        Assert.Equal("the scripts of this mail took more than 2000 ms together", account.Closed);
    }

    [Theory]
    [InlineData("message.subject === 'x'", 1)]
    [InlineData("message.recipient === 'x'", 200)]
    [InlineData("vars.half === 'x'", 2)]
    [InlineData("message.nothing.there", 1)]
    public async Task A_script_runs_once_for_all_recipients_that_it_can_not_tell_apart(string script, int runs)
    {
        await using var pool = InProcessWorker.Pool();
        var runner = new CountingRunner(pool);
        var set = RuleFixture.Load($$"""
            rules:
              - { name: halves, when: { recipient: "{half}-*@example.com" }, then: [ tag: seen ] }
              - { name: s, when: { script: "{{script}}" }, then: [ discard ] }
            """);
        var facts = new MailWithJson();
        for (var index = 0; index < 200; index++)
        {
            var decision =
                await new RuleEvaluator(runner)
                    .EvaluateAsync(
                        set, facts, new RuleRecipient($"{index % 2}-{index}@example.com"), RuleStage.Body, RuleFixture.Now, Token);
            Assert.True(decision.IsCertain);
        }
        Assert.Equal(runs, runner.Runs);
    }

    private sealed class CountingRunner(IScriptRunner runner) : IScriptRunner
    {
        public int Runs { get; private set; }

        public ValueTask<ScriptAnswer> RunAsync(ScriptRequest request, CancellationToken cancellationToken)
        {
            Runs++;
            return runner.RunAsync(request, cancellationToken);
        }
    }

    private sealed class MailWithJson : MessageFacts
    {
        private readonly ScriptData _json = new("""{"subject":"y","vars":null}"""u8.ToArray(), "1");

        public override string Id => "m1";

        public override FactValue Get(Fact fact) => FactValue.Absent;

        public override FactValue Header(string name) => FactValue.Absent;

        public override ValueTask<ScriptData?> ReadMessageJsonAsync(IReadOnlySet<string>? members, CancellationToken cancellationToken) =>
            ValueTask.FromResult<ScriptData?>(_json);
    }
}
