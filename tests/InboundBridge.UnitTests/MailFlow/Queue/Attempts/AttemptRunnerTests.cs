using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Queue.Attempts;

/// <summary>Attempts that can't even begin, and attempts that a bug of ours breaks.</summary>
public class AttemptRunnerTests
{
    private const int AttemptBroke = 2120;

    [Fact]
    public async Task A_bug_after_an_attempt_does_not_free_its_place_twice()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add(QueueFixture.Destination() with { Concurrency = 1 });
        await fixture.StartAsync();
        await fixture.AcceptAsync();
        var attempt = await target.NextAsync();
        fixture.Faults.Instead["CompleteAsync"] = () => throw new InvalidOperationException("a bug");
        attempt.End(new DeliveryOutcome.Delivered("200"));
        await fixture.Log.NextAsync(AttemptBroke);
        fixture.Faults.Instead.Clear();
        await fixture.AcceptAsync();
        await fixture.AcceptAsync();
        for (var ended = 0; ended < 2; ended++)
        {
            attempt = await target.NextAsync();
            Assert.Equal(1, await fixture.ActiveAsync());
            attempt.End(new DeliveryOutcome.Delivered("200"));
            await fixture.Log.NextAsync(QueueFixture.Delivered);
        }
        Assert.Equal(1, target.MostActive);
    }

    [Fact]
    public async Task A_delivery_whose_octets_are_gone_fails_without_an_attempt()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add();
        await fixture.StartAsync(faults => faults.Instead["OpenContentAsync"] = () => new ValueTask<MailContent?>((MailContent?)null));
        var id = await fixture.AcceptAsync();
        await fixture.Log.NextAsync(QueueFixture.Dead);
        Assert.Equal("the stored message is gone", (await fixture.FindAsync(id)).LastReply?.Text);
        Assert.Equal(0, target.MostActive);
    }

    [Fact]
    public async Task A_spool_that_can_not_be_read_says_nothing_about_the_destination()
    {
        await using var fixture = new QueueFixture();
        fixture.Add(QueueFixture.Destination() with { Circuit = new CircuitOptions { Failures = 1 } });
        await fixture.StartAsync(faults => faults.Fail("OpenContentAsync"));
        await fixture.AcceptAsync();
        await fixture.Log.NextAsync(QueueFixture.Retrying);
        Assert.True((await fixture.Queue.ListDestinationsAsync(CancellationToken.None)).Single().Up);
    }
}
